"""The day of the engine: free rows in order, midnight, minute by minute, and the reckoning at the horizon."""

from __future__ import annotations

import numpy as np
from one_need import case_of, open_day, put, quiet, run

from cogov.agents import responders as R
from cogov.model import engine, ledger
from cogov.model import state as S
from cogov.model.arrivals import room
from cogov.model.calendar import DAY
from cogov.model.queues import dequeue, enqueue
from cogov.model.reporting import PATROL
from cogov.model.wheel import ARISE


def test_new_rows_come_after_the_old_in_the_free_list():
    sim = quiet()
    taken = [ledger.new_need(sim.w) for _ in range(5)]
    assert taken == [0, 1, 2, 3, 4]
    before = {name: len(sim.tables[name]) for name in ("needs", "cases", "calls", "block_next")}
    sim._grow("needs", before["needs"] + 3)
    sim._renew()
    engine.chain(sim.w, before["needs"], before["cases"], before["calls"], before["block_next"])
    first = before["needs"]
    assert [ledger.new_need(sim.w) for _ in range(4)] == [first, first + 1, first + 2, 5]


def test_minutes_stop_before_a_table_is_too_full_and_say_where():
    sim = quiet()
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, 600, channel=PATROL)
    left = room(sim.w)
    assert engine.run_minutes(sim.w, 0, DAY, left + 1) == 0
    assert sim.tables["needs"]["case"][n] == -1
    assert engine.run_minutes(sim.w, 0, DAY, left) == 601  # the case that was opened at 600 took a row
    assert engine.run_minutes(sim.w, 601, DAY, 0) == DAY


def test_a_new_day_clears_whistles_and_lets_an_unmanned_pool_hand_on_its_queue():
    sim = quiet()
    open_day(sim, hands=False)
    n = put(sim, "care", 0, 600, channel=PATROL)
    run(sim, 0, DAY)
    case, social = case_of(sim, n), int(sim.tables["social_pool"][0])
    sim.tables["whistles"][:] = 4
    assert case["status"] == S.QUEUED
    dequeue(sim.w, int(case["pool"]), DAY)
    enqueue(sim.w, int(sim.tables["needs"]["case"][n]), social, DAY)
    open_day(sim, 1, hands=False)
    assert not sim.tables["whistles"].any()
    assert case_of(sim, n)["pool"] != social
    assert sim.tables["pools"]["length"][social] == 0


def test_at_the_horizon_every_living_need_is_folded_as_it_stands_and_pending_ones_are_not():
    sim = quiet(1)
    open_day(sim, hands=False)
    put(sim, "sanitation", 0, 600, channel=PATROL)
    put(sim, "noise", 4, 10**6, ARISE, number=2, channel=-1)
    run(sim, 0, DAY)
    sc, horizon = sim.tables["sc"], int(sim.tables["sc"][S.HORIZON])
    engine.reckon(sim.w)
    assert (sc[S.COHORT_OPEN], sc[S.COHORT_SOLVED], sc[S.COHORT_LAPSED]) == (1, 0, 0)
    assert sim.tables["by_category"][:, S.CAT_NEEDS].sum() == 1
    assert sim.tables["hist_solution"][sc[S.TAU]] == 1
    assert sim.tables["stage_table"][:, :, :-1].sum() == horizon - 600


def test_open_cases_are_counted_by_place_and_category():
    sim = quiet()
    open_day(sim, hands=False)
    first, second = put(sim, "sanitation", 0, 600, channel=PATROL), put(sim, "noise", 4, 600, number=2, channel=PATROL)
    put(sim, "noise", 4, 600, ARISE, number=3, channel=-1)
    run(sim, 0, 700)
    case_of(sim, second)["overdue"] = 1
    shape = len(sim.tables["communities"]), len(sim.catalogue.ids)
    known, overdue = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    engine.count_cases(sim.w, known, overdue)
    column = sim.tables["needs"]["category"]
    assert (known[0, column[first]], known[1, column[second]], known.sum()) == (1, 1, 2)
    assert (overdue[1, column[second]], overdue.sum()) == (1, 1)


def test_staff_are_counted_by_pool_and_grade_the_last_grade_without_end():
    sim = quiet(career__grade_years=3)
    people = sim.tables["responders"]
    people["tenure"] = 35.9
    first, second = np.flatnonzero(people["kind"] <= R.COMMUNITY_WORKER)[:2]
    people["tenure"][first], people["tenure"][second] = 36.0, 900.0
    known = np.zeros((len(sim.tables["pools"]), 4), dtype=np.int64)
    engine.count_grades(sim.w, len(people), known)
    assert known.sum() == (people["kind"] <= R.COMMUNITY_WORKER).sum()
    assert known[people["pool"][first], 1] == known[:, 1].sum() == 1
    assert known[people["pool"][second], 3] == known[:, 3].sum() == 1
    some = np.zeros_like(known)
    engine.count_grades(sim.w, int(first), some)
    assert not some.any()


def test_the_living_are_counted_by_phase_and_those_to_come_apart():
    sim = quiet()
    open_day(sim, hands=False)
    put(sim, "sanitation", 0, 600, channel=PATROL)
    for k in (2, 3):
        put(sim, "noise", 4, 10**6, ARISE, number=k, channel=-1)
    run(sim, 0, 700)
    phases = np.zeros(24, dtype=np.int64)
    assert engine.living(sim.w, phases) == 2
    assert phases.tolist() == [int(k == S.WAITING) for k in range(24)]
