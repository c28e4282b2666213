"""Workforce: pay enters the hazard of quitting, training the skill, the bonus the order of cases; all of it is paid."""

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.agents.pay import PAY
from cogov.model import months
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.workforce import Workforce

QUIT, SKILL, HOURS = "pool.quit", "pool.skill", "pool.overhead_minutes"
AHEAD, MONEY = "topic.head_start", "community.spending"
POOLS = np.unique(setting().nets)


def grades(day=0, **changes):
    return make(Workforce, **changes).act(setting(), day)


def values(actions, lever):
    return list(pushed(actions, lever).values())


def test_direct_effect_each_part_moves_its_own_lever():
    """The T column: pay moves the hazard, training hours and skill, the bonus the order; nothing else moves."""
    nothing = {"pay_rise": 0.0, "training_hours": 0.0, "bonus": 0.0}
    none = grades(365, **nothing)
    assert values(none, QUIT) == [1.0] * len(POOLS)
    assert values(none, SKILL) == [1.0] * len(POOLS)
    assert not any(sum(values(none, lever)) for lever in (HOURS, AHEAD, MONEY))
    paid = grades(365, **nothing | {"pay_rise": 0.2, "quit_elasticity": 2.0})
    assert values(paid, QUIT) == pytest.approx([1.2**-2] * len(POOLS))
    assert values(paid, SKILL) == [1.0] * len(POOLS)
    assert not any(sum(values(paid, lever)) for lever in (HOURS, AHEAD))
    assert levers(paid) == set(Workforce.card.levers)


def test_the_default_raise_brings_ten_per_cent_a_year_to_six():
    assert values(grades(), QUIT)[0] == pytest.approx(0.6, abs=0.005)


def test_training_raises_skill_with_diminishing_returns_and_takes_its_hours():
    def skill(day):
        return values(grades(day, training_hours=73, half_hours=29.2, skill_gain=0.2), SKILL)[0] - 1.0

    assert skill(0) == 0.0
    first, second = skill(146), skill(292) - skill(146)
    assert (first, second) == pytest.approx((0.1, 0.05))
    asked = pushed(grades(training_hours=73), HOURS)
    assert asked == pytest.approx({int(p): 12.0 * int(setting().people[p]) for p in POOLS})


def test_the_bonus_puts_easy_cases_ahead_and_hard_ones_not():
    asked = pushed(grades(bonus=0.1, easy_days=4), AHEAD)
    rows = setting().catalogue.rows
    n, work = len(rows), rows["work"]
    mean = work[rows["shock"] < 0].mean()
    for c in ALL:
        ahead = np.array([asked[c * n + k] for k in range(n)])
        assert ahead == pytest.approx(4 * 1440 * np.maximum(0, 1 - work / mean))
    assert values(grades(bonus=0.05, easy_days=4), AHEAD) == pytest.approx(np.array(list(asked.values())) / 2)


def test_raise_and_bonus_are_paid_on_the_hours_of_the_workers():
    at = setting()
    asked = pushed(grades(pay_rise=0.2, bonus=0.1), MONEY)
    par = at.par
    for c in ALL:
        own = np.unique(at.nets[c])
        rate = np.where(own == at.community_pool[c], par[PAY[R.COMMUNITY_WORKER]], par[PAY[R.GRID_WORKER]])
        assert asked[int(c)] == pytest.approx(0.3 * (at.pool_hours[own] * rate).sum() * 250 / 365)


def test_fewer_quit_and_the_trained_work_faster():
    """Quits of the same people in the same month under common random numbers: nobody quits who stayed before."""
    left, worked = [], []
    for rise in (0.0, 1.0):
        acts = make(Workforce, pay_rise=rise, quit_elasticity=12, training_hours=0.0, bonus=0.0)
        sim = Simulation(RunPlan(CITY, MONDAY, 2, 0, 0, 0.0, {"staff.quit": 0.3}, policies=(acts,)), 3)
        sim.step()
        months.staff_month(sim.w, 1, 1440)
        people = sim.tables["responders"]
        left.append((people["tenure"] == 0) & (people["kind"] <= R.COMMUNITY_WORKER))
        worked.append(people)
    assert left[0].sum() > 10
    assert left[1].sum() < 0.2 * left[0].sum()
    assert (left[0] | ~left[1]).all()
