"""On site: a visit that fails, one closed all the same, parties that wait for each other, work that spans a night."""

from __future__ import annotations

import pytest
from one_need import case_of, flow, members, open_day, put, quiet, run

from cogov.agents import responders as R
from cogov.model import state as S
from cogov.model.dispatch import plan
from cogov.model.draws import WORK, uniforms
from cogov.model.occasions import FIXED
from cogov.model.reporting import PATROL

DAY = 1440
MORNING = 600


def luck(sim, key, visit):
    """Return the keyed draws of a visit's success and of its being closed all the same."""
    return uniforms(sim.keys[WORK], key, FIXED + visit)


def unlucky(sim, fix):
    """Return the first key whose first visit fails and whose second succeeds."""
    return next(k for k in range(1, 1000) if luck(sim, k, 1)[0] >= fix > luck(sim, k, 2)[0])


def test_a_visit_that_fails_is_followed_by_another_of_the_same_case():
    sim = quiet(handling__fix=0.5, handling__false_close=0)
    open_day(sim)
    key = unlucky(sim, 0.5)
    n = put(sim, "sanitation", 0, 400, channel=PATROL, number=key)
    visits = 0
    for t in range(400, DAY):
        run(sim, t, t + 1)
        if not sim.tables["needs"]["live"][n]:
            break
        visits = int(sim.tables["needs"]["visits"][n])
    assert visits == 2
    assert [flow(sim, k) for k in (S.C_OPENED, S.C_CLOSED, S.C_SOLVED, S.C_FORCED)] == [1, 1, 1, 0]
    assert sim.tables["sc"][S.COHORT_AT_ONCE] == 0
    assert sim.tables["sc"][S.CASES_LIVE] == 0


def test_a_visit_that_fails_may_be_closed_all_the_same():
    sim = quiet(handling__fix=0.5, handling__false_close=1)
    open_day(sim)
    n = put(sim, "sanitation", 0, 400, channel=PATROL, number=unlucky(sim, 0.5))
    run(sim, 0, DAY)
    need = sim.tables["needs"][n]
    assert (need["phase"], need["closings"], need["case"], need["visits"]) == (S.CLOSED_UNSOLVED, 1, -1, 1)
    assert [flow(sim, k) for k in (S.C_CLOSED, S.C_SOLVED, S.C_FORCED)] == [1, 0, 1]
    assert (sim.tables["responders"]["state"] == R.IDLE).all()


def test_success_at_the_first_visit_counts_as_at_once():
    sim = quiet()
    open_day(sim)
    put(sim, "sanitation", 0, 400, channel=PATROL)
    run(sim, 0, DAY)
    assert sim.tables["sc"][S.COHORT_AT_ONCE] == sim.tables["sc"][S.COHORT_SOLVED] == 1


@pytest.mark.parametrize(("level", "share"), [(0, 1.0), (2, 0.25)])
def test_without_authority_a_visit_is_a_diagnosis(level, share):
    def minutes(level, diagnosis):
        sim = quiet(handling__diagnosis=diagnosis)
        open_day(sim)
        sim.tables["responders"]["productivity"] = 1.0
        n = put(sim, "sanitation", 0, MORNING, channel=PATROL, level=level)
        for t in range(MORNING, MORNING + 60):
            run(sim, t, t + 1)
            r = int(case_of(sim, n)["responder"])
            if sim.tables["responders"]["doing"][r] == R.WORK:
                return int(sim.tables["responders"]["left"][r])
        raise AssertionError("nobody came")

    assert minutes(level, 0.25) == pytest.approx(share * minutes(0, 1.0), abs=1)


def joint(when):
    """Return a run with a joint emergency of the community and a line whose people are on from ``when``."""
    sim = quiet(handling__convener=1, handling__setup_minutes=30)
    open_day(sim)
    n = put(sim, "emergency", 0, MORNING, channel=PATROL, parties=2)
    own, line = int(sim.tables["nets"][0, 5]), int(sim.tables["line_pool"][0, sim.catalogue.rows["lines"][14][0]])
    people = sim.tables["responders"]
    theirs = members(sim, line)
    people["on"][theirs] = people["field"][theirs] = ((1 << 48) - 1) >> when // 30 << when // 30
    return sim, n, own, line


def test_who_comes_first_waits_on_site_for_the_other_and_both_work():
    sim, n, own, line = joint(840)
    people = sim.tables["responders"]
    run(sim, 0, 840)
    ours = [r for r in members(sim, own) if people["state"][r]]
    assert [int(people["doing"][r]) for r in ours] == [R.PRESENT]
    assert (case_of(sim, n)["missing"], sim.tables["needs"]["visits"][n]) == (1, 0)
    came = int(sim.tables["needs"]["on_site"][n])
    t = 840
    while case_of(sim, n)["missing"]:
        run(sim, t, t + 1)
        t += 1
    theirs = [r for r in members(sim, line) if people["state"][r]]
    assert [int(people["doing"][r]) for r in ours + theirs] == [R.WORK, R.PRESENT]
    minutes = int(people["left"][ours[0]])
    assert t - 1 + minutes < DAY
    run(sim, t, DAY)
    assert flow(sim, S.C_SOLVED) == 1
    folded = sim.tables["stage_table"].sum(axis=(0, 1))
    assert folded[S.WORKING] == minutes
    assert people["work_minutes"][theirs[0]] == minutes
    assert people["work_minutes"][ours[0]] == t - 1 - came + minutes
    assert (people["state"] == R.IDLE).all()
    assert sim.tables["sc"][S.CASES_LIVE] == 0


def test_who_waited_in_vain_goes_home_at_midnight_and_is_queued_again():
    sim, n, own, line = joint(DAY)
    people = sim.tables["responders"]
    run(sim, 0, DAY)
    assert (case_of(sim, n)["missing"], (people["state"] == R.ENGAGED).sum()) == (1, 1)
    people["active"] = 0
    open_day(sim, 1)
    case = case_of(sim, n)
    assert (case["missing"], case["status"], case["responder"]) == (2, S.QUEUED, -1)
    assert (people["state"] == R.IDLE).all()
    assert sim.tables["pools"]["length"][[own, line]].tolist() == [1, 1]
    assert sim.tables["needs"]["phase"][n] == S.WAITING


def test_work_goes_on_after_a_break_in_field_time():
    sim = quiet(travel__set_out=0)
    open_day(sim)
    people, net = sim.tables["responders"], int(sim.tables["nets"][0, 3])
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL)
    for r in members(sim, net):
        people["grid"][r] = 0
        people["field"][r] = 0b11 << 20 | 0xFF << 28  # 10:00 to 11:00 and from 14:00 on
    run(sim, 0, MORNING + 2)
    r = int(case_of(sim, n)["responder"])
    assert people["doing"][r] == R.WORK
    people["left"][r] = 100
    plan(sim.w, r)
    run(sim, MORNING + 2, DAY)
    assert flow(sim, S.C_SOLVED) == 1
    folded = sim.tables["stage_table"].sum(axis=(0, 1))
    assert folded[S.WORKING] == 100
    assert folded[S.PAPERWORK] == 840 - 660
    assert people["work_minutes"][r] == 100
