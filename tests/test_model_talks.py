"""Rounds of talks: held at their day, until the parties agree or the last round is over."""

from __future__ import annotations

import pytest
from one_dispute import AGREE, MORNING, PART, draws_of_talks, talked_over
from one_need import case_of, flow, open_day, quiet, run, run_days

from cogov.agents import bargaining as B
from cogov.model import state as S
from cogov.model.calendar import DAY
from cogov.model.draws import RECURRENCE, uniforms


def comes_back(sim, key):
    """Return whether a need of this key would come back if its cause remained."""
    return uniforms(sim.keys[RECURRENCE], key, 0)[0] < sim.catalogue.rows["recur"][sim.catalogue.ids.index("dispute")]


def test_an_agreement_ends_the_case_and_its_cause():
    probe = quiet()
    key = next(k for k in range(1, 100) if comes_back(probe, k))
    ended = {}
    for talks in (1.0, 0.0):
        sim, _ = talked_over(talks, key, **AGREE)
        run(sim, 0, DAY)
        run_days(sim, 1, 4)
        ended[talks] = flow(sim, S.C_SOLVED), flow(sim, S.C_CLOSED), flow(sim, S.C_RECURRED)
        assert sim.tables["sc"][S.CASES_LIVE] == 0
    assert ended == {1.0: (1, 1, 0), 0.0: (1, 1, 1)}


def test_a_round_is_held_the_declared_working_days_after_acceptance_and_until_then_nobody_goes():
    sim, n = talked_over(1.0, days=5, **AGREE)
    run(sim, 0, DAY)
    assert sim.tables["needs"]["phase"][n] == S.DECISION
    assert (case_of(sim, n)["status"], sim.tables["needs"]["visits"][n]) == (S.HELD, 0)
    run_days(sim, 1, 8)  # the fifth working day after Monday 3 June is Tuesday 11: Monday is a holiday
    assert flow(sim, S.C_SOLVED) == 0
    open_day(sim, 8)
    run(sim, 8 * DAY, 8 * DAY + MORNING + 1)
    assert flow(sim, S.C_SOLVED) == 0
    run(sim, 8 * DAY + MORNING + 1, 8 * DAY + MORNING + 2)  # accepted at a minute past ten
    assert flow(sim, S.C_SOLVED) == 1
    folded = sim.tables["stage_table"].sum(axis=(0, 1))
    assert folded[S.DECISION] == 8 * DAY
    assert folded[S.WORKING] == 0


def test_without_agreement_the_case_goes_the_ordinary_way_after_the_last_round():
    sim, n = talked_over(1.0, days=1, talks__rounds=2, **PART)
    run(sim, 0, DAY)
    run_days(sim, 1, 2)
    assert sim.tables["needs"]["phase"][n] == S.DECISION
    run_days(sim, 2, 3)
    assert flow(sim, S.C_SOLVED) == 1
    assert sim.tables["stage_table"].sum(axis=(0, 1))[S.WORKING] > 0


@pytest.mark.parametrize("key", [1, 2, 3, 5, 8])
def test_they_agree_in_the_first_round_in_which_offers_cross(key):
    sim, n = talked_over(1.0, key, days=1, talks__rounds=40)
    run(sim, 0, DAY)
    par, day, due = sim.par, 0, False
    work = [d for d in range(1, 30) if sim.calendar.kind[d] == 0]
    for number, day in enumerate(work, 1):
        run_days(sim, day if number == 1 else work[number - 2] + 1, day)
        open_day(sim, day)
        run(sim, day * DAY, day * DAY + MORNING)
        if not sim.tables["needs"]["live"][n]:
            break
        severity = sim.tables["needs"]["severity"][n]
        gap = B.apart(severity, draws_of_talks(sim, key)[1], number, par[B.CONCESSION])
        due = B.agreed(gap, number, par[B.SURPLUS], par[B.SHRINKAGE])
        run(sim, day * DAY + MORNING, (day + 1) * DAY)
        assert (flow(sim, S.C_SOLVED) == 1) == due
        if due:
            break
    assert due


def test_an_emergency_is_not_talked_over():
    sim, n = talked_over(1.0, category="emergency")
    run(sim, 0, MORNING + 5)
    assert sim.tables["needs"]["phase"][n] != S.DECISION


def test_every_round_takes_workers_and_residents_their_minutes():
    sim, _ = talked_over(1.0, days=1, talks__rounds=3, talks__worker_minutes=100, talks__resident_minutes=90, **PART)
    office = int(sim.tables["nets"][0, 5])
    run(sim, 0, DAY)
    run_days(sim, 1, 5)  # rounds on days 1 to 3; the meeting of the last is shared out at the next midnight
    workers = sim.tables["responders"]["pool"] == office
    assert sim.tables["responders"]["overhead_minutes"][workers].sum() == pytest.approx(300)
    assert sim.tables["resident_minutes"].tolist() == [270, 0]
