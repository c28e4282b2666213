"""Reminders: who is flagged, when, and what it changes: the order in one queue and minutes of the street, no more."""

from __future__ import annotations

import pytest
from one_need import case_of, flow, open_day, put, quiet, run

from cogov.agents import handling as H
from cogov.model import reminders, whistles
from cogov.model import state as S
from cogov.model.queues import dequeue
from cogov.model.reminders import remind
from cogov.model.reporting import APP, PATROL

DAY, MORNING = 1440, 600
DUE = MORNING + 8 * DAY
"""Deadline of an ordinary case opened on Monday morning: five working days on, over Dragon Boat."""


def watched(share=1.0, days=2.0, minutes=15.0):
    """Return a run whose cases are flagged."""
    sim = quiet()
    for name, value in (("share", share), ("days", days), ("minutes", minutes)):
        sim.base["community"][f"reminder_{name}"] = sim.tables["community_levers"][f"reminder_{name}"] = value
    return sim


def go(sim, until):
    """Run from midnight of day 0 to minute ``until`` with nobody on duty."""
    for day in range(until // DAY + 1):
        if day > 0:
            open_day(sim, day, hands=False)
        run(sim, day * DAY, min(until, (day + 1) * DAY))


def waiting(share=1.0, days=2.0, category="sanitation", **columns):
    """Return a run with one case that waits in a queue from Monday morning, and its need."""
    sim = watched(share, days)
    open_day(sim, hands=False)
    return sim, put(sim, category, 0, MORNING, channel=PATROL, **columns)


def ahead(case):
    """Return whether a case stands before all of its class, and behind the class before."""
    rank = int(case["rank"])
    return (rank - 1 << 32) + DUE * 4 < int(case["order"]) < rank << 32


@pytest.mark.parametrize("days", [1.0, 2.0, 3.5])
def test_a_flagged_case_is_reminded_of_so_many_days_before_its_deadline(days):
    sim, n = waiting(days=days)
    look = DUE - int(days * DAY)
    go(sim, look)
    assert not ahead(case_of(sim, n))
    run(sim, look, look + 1)
    case = case_of(sim, n)
    assert ahead(case)
    assert (case["deadline"], case["status"], case["overdue"]) == (DUE, S.QUEUED, 0)


def test_it_is_never_before_half_way():
    sim, n = waiting(days=60.0)
    go(sim, MORNING + 4 * DAY)
    assert not ahead(case_of(sim, n))
    go_on = MORNING + 4 * DAY
    run(sim, go_on, go_on + 1)
    assert ahead(case_of(sim, n))


@pytest.mark.parametrize(("share", "days"), [(0.0, 2.0), (1.0, 0.0)])
def test_without_a_share_or_a_day_nobody_is_reminded(share, days):
    sim, n = waiting(share, days)
    go(sim, DUE)
    assert case_of(sim, n)["order"] == (2 << 32) + DUE


def test_an_emergency_is_not_flagged():
    sim, n = waiting(category="emergency")
    go(sim, MORNING + 119)
    assert case_of(sim, n)["order"] == MORNING + 120


def test_the_deadline_passes_once_and_in_its_time():
    sim, n = waiting()
    go(sim, DUE)
    assert flow(sim, S.C_OVERDUE_IN) == 0
    run(sim, DUE, DUE + 1)
    assert (flow(sim, S.C_OVERDUE_IN), flow(sim, S.C_DUE), case_of(sim, n)["overdue"]) == (1, 1, 1)


def test_the_street_spends_its_minutes():
    sim, _ = waiting()
    street = int(sim.tables["street_pool"][0])
    go(sim, DUE - 2 * DAY)
    before = float(sim.tables["pools"]["overhead"][street])
    run(sim, DUE - 2 * DAY, DUE - 2 * DAY + 1)
    assert float(sim.tables["pools"]["overhead"][street]) - before == 15.0
    assert before == 0.0


def test_the_queue_keeps_its_length_and_serves_the_reminded_first():
    sim, later = waiting()
    sim.tables["community_levers"]["reminder_share"] = 0.0
    first = put(sim, "sanitation", 0, MORNING - 60, number=2, channel=PATROL)
    run(sim, 0, MORNING - 30)
    sim.tables["community_levers"]["reminder_share"] = 1.0
    run(sim, MORNING - 30, DAY)
    pool = int(case_of(sim, first)["pool"])
    assert pool == case_of(sim, later)["pool"]
    assert sim.tables["pools"]["length"][pool] == 2
    for day in range(1, 7):
        open_day(sim, day, hands=False)
        run(sim, day * DAY, (day + 1) * DAY)
    assert sim.tables["pools"]["length"][pool] == 2
    taken = dequeue(sim.w, pool, 7 * DAY)
    assert sim.tables["cases"]["need"][taken] == later
    assert sim.tables["cases"]["need"][dequeue(sim.w, pool, 7 * DAY)] == first


def test_the_share_flagged_is_the_share_declared():
    sim = watched(share=0.3)
    open_day(sim, hands=False)
    rows = [put(sim, "sanitation", 0, MORNING, number=k + 1, channel=PATROL) for k in range(300)]
    go(sim, DUE - DAY)
    flagged = sum(ahead(case_of(sim, n)) for n in rows) / 300
    assert flagged == pytest.approx(0.3, abs=4 * (0.21 / 300) ** 0.5)  # false alarms: 6 in 100,000


def test_a_case_that_waits_for_acceptance_goes_ahead_once_it_queues():
    sim = watched()
    sim.par[H.ACCEPT_MEDIAN], sim.par[H.ACCEPT_SIGMA], sim.par[H.FORCE] = 6000.0, 0.0, 0.0
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, MORNING, channel=APP)
    look = DUE - 2 * DAY
    go(sim, look + 1)
    assert (case_of(sim, n)["status"], ahead(case_of(sim, n))) == (S.HELD, True)
    for day in range(6, 12):
        if day > 6:
            open_day(sim, day, hands=False)
            run(sim, day * DAY, (day + 1) * DAY)
        else:
            run(sim, look + 1, 7 * DAY)
    assert (case_of(sim, n)["status"], ahead(case_of(sim, n))) == (S.QUEUED, True)


@pytest.mark.parametrize(
    ("column", "value", "order"), [("agreed", 1, (1 << 31) + 5), ("rank", 0, 77), ("first_party", 9, (2 << 32) + 3)]
)
def test_who_stands_before_reminded_cases_already_keeps_his_place(column, value, order):
    """An appointment or a whistle that was heeded, an emergency, a lead that waits for its parties."""
    sim, n = waiting()
    go(sim, DAY)
    row = int(sim.tables["needs"]["case"][n])
    case = sim.tables["cases"][row]
    case[column], case["order"], case["status"] = value, order, S.HELD
    remind(sim.w, row, DUE - 2 * DAY)
    assert sim.tables["cases"]["order"][row] == order


def test_a_case_that_already_stands_earlier_in_its_class_is_not_put_back():
    sim, n = waiting()
    go(sim, DAY)
    row = int(sim.tables["needs"]["case"][n])
    early = (2 << 32) - (1 << 30) - 50
    sim.tables["cases"]["order"][row] = early
    remind(sim.w, row, DUE - 2 * DAY)
    assert case_of(sim, n)["order"] == early


def test_a_whistle_comes_before_any_reminder():
    assert whistles._FIRST + (1 << 20) < (1 << 32) - reminders._BEFORE_ALL


def test_a_side_by_side_party_keeps_its_place_and_its_deadline():
    sim = watched()
    sim.tables["community_levers"]["convener"] = 1.0
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL, parties=2)
    go(sim, DAY)
    row = int(sim.tables["needs"]["case"][n])
    case = case_of(sim, n)
    assert (case["status"], case["first_party"] >= 0) == (S.QUEUED, True)
    for day in range(1, 9):
        open_day(sim, day, hands=False)
        run(sim, day * DAY, min(DUE + 1, (day + 1) * DAY))
    assert sim.tables["needs"]["case"][n] == row
    assert not ahead(case_of(sim, n))
    assert (case_of(sim, n)["overdue"], flow(sim, S.C_OVERDUE_IN)) == (1, 1)
