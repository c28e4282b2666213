"""Residents try to settle a need themselves before anybody reports it: what it takes, whom it asks, how it ends."""

from __future__ import annotations

import math

import pytest
from one_dispute import IN_VAIN, MORNING, SETTLED, draws_of_offer, offered
from one_need import flow, open_day, put, run, run_days

from cogov.agents import residents as P
from cogov.model import state as S
from cogov.model.calendar import DAY
from cogov.model.draws import NEIGHBOURS, uniform
from cogov.model.occasions import TAKES_PART
from cogov.model.wheel import ARISE


def test_what_residents_settle_is_solved_without_a_report_or_a_case():
    sim, n = offered(1.0, self_help__days=0.25, **SETTLED)
    run(sim, 0, MORNING + 300)
    need = sim.tables["needs"][n]
    assert (need["phase"], need["tried"], need["reports"]) == (S.UNREPORTED, 1, 0)
    at = int(need["noticed"]) + 360
    run(sim, MORNING + 300, at)
    assert flow(sim, S.C_SOLVED) == 0
    run(sim, at, at + 1)
    assert [flow(sim, k) for k in (S.C_SOLVED, S.C_REPORTS, S.C_OPENED, S.C_RATED)] == [1, 0, 0, 0]
    wait = at - MORNING
    assert sim.tables["hist_response"][wait] == sim.tables["hist_solution"][wait] == 1
    assert sim.tables["hist_on_site"][wait] == 1
    assert sim.tables["stage_table"].sum(axis=(0, 1))[:-1].sum() == wait


def test_what_they_do_not_settle_goes_the_ordinary_way_later():
    sim, n = offered(1.0, **IN_VAIN)
    run(sim, 0, DAY)
    noticed = int(sim.tables["needs"]["noticed"][n])
    for day in (1, 2):
        open_day(sim, day)
        run(sim, day * DAY, (day + 1) * DAY)
    assert flow(sim, S.C_REPORTS) == 0
    open_day(sim, 3)
    run(sim, 3 * DAY, noticed + 3 * DAY)
    assert flow(sim, S.C_REPORTS) == 0
    run(sim, noticed + 3 * DAY, 4 * DAY)
    open_day(sim, 4)
    run(sim, 4 * DAY, 5 * DAY)
    assert [flow(sim, k) for k in (S.C_REPORTS, S.C_OPENED, S.C_SOLVED)] == [1, 1, 1]


def test_with_the_base_lever_it_is_reported_at_once():
    sim, n = offered(0.0)
    run(sim, 0, DAY)
    assert (flow(sim, S.C_REPORTS), sim.tables["resident_minutes"].sum()) == (1, 0)
    assert sim.tables["needs"]["tried"][n] == 0


@pytest.mark.parametrize("participation", [0.1, 0.9])
def test_the_chance_follows_participation_of_those_who_take_part_and_severity(participation):
    sim, _ = offered(1.0, hotline__seats=5000)  # nobody who reports in the end is lost at the hotline
    rows = {k: put(sim, "dispute", 0, MORNING, ARISE, channel=-1, number=k) for k in range(2, 120)}
    sim.tables["participation"][:] = participation
    run(sim, 0, DAY)
    rows = {k: n for k, n in rows.items() if sim.tables["needs"]["tried"][n] == 1}  # the others tell nobody anyway
    assert len(rows) > 100
    sim.tables["needs"]["severity"] = 0.6
    sim.tables["participation"][:] = participation
    for day in (1, 2, 3, 4):
        open_day(sim, day)
        people = sim.tables["responders"]
        people["active"] = 0
        sim.tables["needs"]["severity"] = 0.6
        run(sim, day * DAY, (day + 1) * DAY)
    logit = sim.par[P.SETTLE_INTERCEPT] + sim.par[P.SETTLE_PARTICIPATION] * (participation - 0.35)
    chance = 1 / (1 + math.exp(-(logit - sim.par[P.SETTLE_SEVERITY] * 0.2)))
    done = {k for k, n in rows.items() if sim.tables["needs"]["reports"][n] == 0}
    sure = {k for k in rows if abs(draws_of_offer(sim, k)[1] - chance) > 0.05}  # it may have festered on the day
    assert done & sure == {k for k in sure if draws_of_offer(sim, k)[1] < chance}


def test_neighbours_are_keyed_residents_of_the_grid():
    sim, _ = offered(1.0, 7, self_help__intercept=0, self_help__participation=20, self_help__severity=0)
    run(sim, 0, DAY)
    place = sim.plan.city.grids[0]
    part = sim.tables["participation"]
    part[:] = 0.0
    chosen = [int(uniform(sim.keys[NEIGHBOURS], 7, TAKES_PART + k) * place["residents"]) for k in range(3)]
    part[[place["first_resident"] + c for c in chosen]] = 1.0  # mean 0.75: sure to settle; without them sure not to
    for day in (1, 2, 3):
        open_day(sim, day)
        run(sim, day * DAY, (day + 1) * DAY)
    assert (flow(sim, S.C_SOLVED), flow(sim, S.C_REPORTS)) == (1, 0)


def test_each_try_takes_residents_their_minutes():
    for how in (SETTLED, IN_VAIN):
        sim, _ = offered(1.0, self_help__minutes=50, **how)
        run(sim, 0, DAY)
        run_days(sim, 1, 4)
        assert sim.tables["resident_minutes"].tolist() == [50, 0]


def test_a_patrol_may_find_it_meanwhile_and_then_the_residents_try_in_vain():
    sim, _ = offered(1.0, handling__patrol=24, **SETTLED)
    run(sim, 0, DAY)
    run_days(sim, 1, 5)
    assert flow(sim, S.C_REPORTS) == 1
    assert flow(sim, S.C_SOLVED) == 1
    assert sim.tables["resident_minutes"].sum() <= 240
