"""How a case ends: ratings move trust, good news half as far as bad; solved needs may come back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from one_need import CITY, MONDAY, case_of, flow, open_day, put, quiet, run

from cogov.agents.residents import moved_trust, satisfied_probability
from cogov.model import outcome
from cogov.model import state as S
from cogov.model.draws import RATING, RECURRENCE, child_key, uniforms
from cogov.model.occasions import RATED
from cogov.model.plan import RunPlan
from cogov.model.reporting import PATROL
from cogov.model.simulation import Simulation

MORNING = 600


def test_bad_news_weighs_twice():
    up, down = moved_trust(0.5, 0.9, 0.05, 0.10, 1.0) - 0.5, 0.5 - moved_trust(0.5, 0.1, 0.05, 0.10, 1.0)
    assert up == pytest.approx(0.02, rel=1e-12)
    assert down == pytest.approx(2 * up, rel=1e-12)
    assert moved_trust(0.5, 0.9, 0.05, 0.10, 0.3) - 0.5 == pytest.approx(0.3 * up, rel=1e-12)
    assert moved_trust(0.7, 0.7, 0.05, 0.10, 1.0) == 0.7


def test_satisfaction_falls_with_time_and_returns_and_rises_with_solution_and_contact():
    assert satisfied_probability(0.0, 0.0, 0.0, 0.0, 0.0) == 0.5
    usual = satisfied_probability(0.15, 1.1, 0.5, 0.35, 0.5)
    assert usual == pytest.approx(1 / (1 + math.exp(-(0.15 + 1.1 - 0.5 - 0.35 + 0.5))), rel=1e-12)


def rated(solved, intercept, neighbours=0, weight=0.0, **parameters):
    sim = quiet(resident__rate_intercept=intercept, resident__neighbours=neighbours, resident__hearsay=weight,
                resident__rate_share=1, **parameters)  # fmt: skip
    open_day(sim)
    sim.tables["trust"][:], sim.tables["participation"][:] = 0.5, 0.5
    n = put(sim, "care", 1, MORNING)
    sim.tables["needs"]["reported"][n] = MORNING - 60
    outcome.rate(sim.w, n, MORNING, solved, 0)
    return sim, n


@pytest.mark.parametrize(("solved", "intercept", "trust", "counts"), [
    (1, 5, 0.5 + 0.05 * 0.4, [1, 1, 1]), (1, -5, 0.5 - 0.10 * 0.15, [1, 1, 0]), (0, -5, 0.5 - 0.10 * 0.45, [1, 0, 0]),
])  # fmt: skip
def test_one_rating_moves_the_trust_of_the_one_concerned_and_his_participation_after_it(
    solved, intercept, trust, counts
):
    sim, n = rated(solved, intercept)
    who = int(sim.tables["needs"]["owner"][n])
    assert sim.tables["trust"][who] == pytest.approx(trust, rel=1e-6)
    assert sim.tables["participation"][who] == pytest.approx(0.5 + 0.01 * (trust - 0.5), rel=1e-6)
    others = np.delete(sim.tables["trust"], who)
    assert (others == np.float32(0.5)).all()
    assert [flow(sim, k) for k in (S.C_RATED, S.C_RATED_SOLVED, S.C_SATISFIED)] == counts


def test_word_of_mouth_reaches_neighbours_of_the_grid_with_less_weight():
    sim, n = rated(0, -5, neighbours=3, weight=0.3)
    trust = sim.tables["trust"]
    who = int(sim.tables["needs"]["owner"][n])
    moved = np.flatnonzero(trust != np.float32(0.5))
    first = int(CITY.grids["first_resident"][1])
    assert 2 <= len(moved) <= 4
    assert ((moved >= first) & (moved < first + CITY.grids["residents"][1])).all()
    hearers = moved[moved != who]
    assert trust[hearers] == pytest.approx(0.5 - 0.3 * 0.10 * 0.45, rel=1e-6)


def test_an_unreported_need_is_not_rated():
    sim = quiet(resident__rate_share=1)
    open_day(sim)
    before = sim.tables["trust"].copy()
    n = put(sim, "care", 1, MORNING)
    sim.tables["needs"]["reported"][n] = -1
    outcome.rate(sim.w, n, MORNING, 0, 0)
    assert (sim.tables["trust"] == before).all()
    assert flow(sim, S.C_RATED) == 0


def test_only_solved_cases_in_time_are_called_back():
    for solved, overdue, expected in ((1, 0, 1), (1, 1, 0), (0, 0, 0)):
        sim = quiet(handling__selective_share=1)
        open_day(sim)
        n = put(sim, "care", 1, MORNING)
        sim.tables["needs"]["reported"][n] = MORNING - 60
        outcome.rate(sim.w, n, MORNING, solved, overdue)
        assert flow(sim, S.C_SELECTIVE_RATED) == expected


def test_the_rating_is_keyed_by_need_and_closing():
    sim = quiet(resident__rate_share=0.5)
    open_day(sim)
    expected = 0
    for k in range(40):
        n = put(sim, "care", 1, MORNING, number=k)
        sim.tables["needs"]["reported"][n] = MORNING - 60
        sim.tables["needs"]["closings"][n] = k % 3
        expected += uniforms(sim.keys[RATING], k, RATED + k % 3)[1] < 0.5
        outcome.rate(sim.w, n, MORNING, 1, 0)
    assert 0 < flow(sim, S.C_RATED) == expected < 40


def test_a_solved_need_comes_back_as_a_child_of_its_key():
    plain = quiet()
    plan = RunPlan(CITY, MONDAY, 30, 0, 1, 0.0, dict(plain.plan.parameters))
    row = plan.catalogue.ids.index("sanitation")
    plan.catalogue.rows["recur"][row], plan.catalogue.rows["recur_minutes"][row] = 1.0, 60.0
    sim = Simulation(plan)
    open_day(sim)
    n = put(sim, "sanitation", 1, MORNING, channel=PATROL, severity=0.33)
    start = int(sim.tables["sc"][S.NEEDS_LIVE])
    t = MORNING
    while sim.tables["sc"][S.SOLVED] == 0:
        run(sim, t, t + 1)
        t += 1
        assert t < 1440
    keys = sim.keys[RECURRENCE]
    child = next(k for k in sim.tables["needs"] if k["live"] and k["ordinal"] == 1)
    assert child["key"] == child_key(keys, 1, 1, 1)
    assert [int(child[name]) for name in ("grid", "community", "owner", "primary", "phase")] == [
        1, 0, int(CITY.grids["first_resident"][1]), 0, S.PENDING]  # fmt: skip
    assert child["severity"] == pytest.approx(0.33)
    assert (flow(sim, S.C_RECURRED), sim.tables["sc"][S.NEEDS_LIVE]) == (1, start)
    assert sim.tables["needs"]["live"][n] == 0
    back = (t - 1) + 60 + int(-math.log(uniforms(keys, 1, 0)[1]) * 60.0)
    assert back < 1440
    run(sim, t, back + 1)
    assert flow(sim, S.C_ARISEN) == 1
    assert child["arose"] == back


def test_what_is_solved_counts_as_service_done_on_its_grid():
    sim = quiet()
    open_day(sim)
    put(sim, "sanitation", 1, MORNING, channel=PATROL)
    run(sim, 0, 1440)
    assert sim.tables["sc"][S.SOLVED] == 1
    hours = sim.tables["stage_table"][:, :, S.WORKING].sum() / 60
    assert hours > 0
    assert sim.tables["served"] == pytest.approx(np.where(np.arange(6) == 1, hours, 0), rel=1e-12)


def test_a_case_closed_before_it_reached_anybody_is_closed_at_no_level():
    sim = quiet()
    open_day(sim)
    n = put(sim, "sanitation", 0, 600)
    run(sim, 600, 601)
    assert case_of(sim, n)["pool"] == -1
    outcome.close(sim.w, int(sim.tables["needs"]["case"][n]), 601, 0)
    assert sim.tables["by_category"][:, S.CAT_CLOSED].sum() == 1
    assert sim.tables["by_level"][:, S.L_CLOSED].sum() == 0
