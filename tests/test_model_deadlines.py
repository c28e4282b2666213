"""What becomes of a case that is not finished in time: overdue, handed to the street, closed by force, opened again."""

from __future__ import annotations

from one_need import case_of, flow, open_day, put, quiet, run, run_days

from cogov.model import state as S
from cogov.model.reporting import PATROL

DAY = 1440
MORNING = 600


def lever(sim, name, value):
    """Set a lever of communities now and for the days to come."""
    sim.base["community"][name] = sim.tables["community_levers"][name] = value


def overdue(n_days, **parameters):
    """Return a run in which nobody works on an ordinary case reported on Monday at ten, and the need."""
    sim = quiet(**parameters)
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL)
    run(sim, 0, DAY)
    run_days(sim, 1, n_days, hands=False)
    return sim, n


def test_a_deadline_is_counted_once_when_it_passes():
    sim, n = overdue(8, handling__force=0)
    assert (flow(sim, S.C_OVERDUE_IN), flow(sim, S.C_DUE), case_of(sim, n)["overdue"]) == (0, 0, 0)
    run_days(sim, 8, 9, hands=False)
    assert (flow(sim, S.C_OVERDUE_IN), flow(sim, S.C_DUE), case_of(sim, n)["overdue"]) == (1, 1, 1)
    run_days(sim, 9, 20, hands=False)
    assert (flow(sim, S.C_OVERDUE_IN), flow(sim, S.C_CLOSED)) == (1, 0)


def test_an_overdue_case_is_closed_unsolved_after_the_grace():
    sim, n = overdue(10, handling__force=1, handling__grace_days=2)
    assert flow(sim, S.C_FORCED) == 0
    run_days(sim, 10, 11, hands=False)  # Tuesday 11 June and two working days
    need = sim.tables["needs"][n]
    assert [flow(sim, k) for k in (S.C_FORCED, S.C_CLOSED, S.C_OVERDUE_OUT, S.C_ON_TIME, S.C_SOLVED)] == [1, 1, 1, 0, 0]
    assert (need["phase"], need["mark"], need["closings"], need["case"]) == (S.CLOSED_UNSOLVED, 10 * DAY + 600, 1, -1)
    pools, p = sim.tables["pools"], int(sim.tables["nets"][0, 3])
    assert pools["length"][p] == 0
    assert sim.tables["counts"][:10, :, S.C_FORCED].sum() == 0


def test_a_case_closed_unsolved_is_opened_again_or_not():
    sim, n = overdue(20, handling__force=1, handling__reopen=1, handling__reopen_delay=60)
    assert flow(sim, S.C_REOPENED) == 1
    assert flow(sim, S.C_OPENED) == 2
    assert case_of(sim, n)["ordinal"] == 1
    sim, n = overdue(20, handling__force=1, handling__reopen=0)
    assert (flow(sim, S.C_REOPENED), flow(sim, S.C_OPENED), sim.tables["needs"]["case"][n]) == (0, 1, -1)


def test_an_overdue_queued_case_is_handed_to_the_street():
    sim = quiet(handling__force=0)
    lever(sim, "overflow", 1.0)
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL)
    run(sim, 0, DAY)
    run_days(sim, 1, 8, hands=False)
    sim.tables["community_levers"]["overflow"] = 1.0
    run_days(sim, 8, 9, hands=False)
    pools, local, street = sim.tables["pools"], int(sim.tables["nets"][0, 3]), int(sim.tables["street_pool"][0])
    case = case_of(sim, n)
    assert (case["pool"], case["status"], case["overdue"], case["deadline"]) == (street, S.QUEUED, 1, 8 * DAY + 600)
    assert (pools["length"][local], pools["length"][street]) == (0, 1)
    assert (flow(sim, S.C_HANDUPS), flow(sim, S.C_OVERDUE_IN), sim.tables["needs"]["returns"][n]) == (1, 1, 1)
    assert (flow(sim, S.C_OPENED), flow(sim, S.C_CLOSED)) == (1, 0)


def test_a_case_in_hand_is_not_closed_by_force():
    sim = quiet(handling__force=1)
    open_day(sim)
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL)
    run(sim, 0, MORNING + 2)
    r = int(case_of(sim, n)["responder"])
    sim.tables["responders"]["left"][r] = 10**6  # on a way without end
    sim.tables["responders"]["generation"][r] += 1
    run(sim, MORNING + 2, DAY)
    run_days(sim, 1, 18)
    assert (flow(sim, S.C_OVERDUE_IN), flow(sim, S.C_FORCED)) == (1, 0)
    assert case_of(sim, n)["status"] == S.OUT
