"""Workforce: pay by grade enters the hazard of quitting, training stays with the person, and all of it is paid."""

import numpy as np
import pytest
from one_need import members, open_day, put, quiet, run
from policy_city import ALL, CITY, MONDAY, levers, make, pushed, quitters, setting

from cogov.agents import careers, handling
from cogov.agents import responders as R
from cogov.agents.pay import PAY
from cogov.agents.rosters import EXPERIENCE, NOVICE
from cogov.model import months
from cogov.model.plan import RunPlan
from cogov.model.reporting import PATROL
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.workforce import Workforce

PAID, STEP, TRAINING, HOURS = "pool.pay", "pool.grade_step", "pool.training", "pool.overhead_minutes"
AHEAD, MONEY = "topic.head_start", "community.spending"
POOLS = np.unique(setting().nets)
NOTHING = {"pay_rise": 0.0, "grade_step": 0.0, "training_hours": 0.0, "bonus": 0.0}


def grades(day=0, **changes):
    return make(Workforce, **changes).act(setting(), day)


def values(actions, lever):
    return list(pushed(actions, lever).values())


def test_each_part_moves_its_own_lever():
    """The T column: pay and grades move pay, training hours and learning, the bonus the order; nothing else moves."""
    none = grades(**NOTHING)
    assert values(none, PAID) == [1.0] * len(POOLS)
    assert not any(sum(values(none, lever)) for lever in (STEP, TRAINING, HOURS, AHEAD, MONEY))
    for change, moved in (("pay_rise", {MONEY}), ("grade_step", {STEP, MONEY}), ("training_hours", {TRAINING, HOURS}),
                          ("bonus", {AHEAD, MONEY})):  # fmt: skip
        asked = grades(**NOTHING | {change: 0.2})
        assert {lever for lever in (STEP, TRAINING, HOURS, AHEAD, MONEY) if sum(values(asked, lever))} == moved
    assert values(grades(**NOTHING | {"pay_rise": 0.2}), PAID) == pytest.approx([1.2] * len(POOLS))
    assert values(grades(training_hours=60), TRAINING) == pytest.approx([5.0] * len(POOLS))
    assert levers(none) == set(Workforce.card.levers)


def test_training_takes_its_hours():
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


def test_raise_grades_and_bonus_are_paid_on_the_hours_of_the_workers():
    at = setting()
    asked = pushed(grades(pay_rise=0.2, grade_step=0.05, bonus=0.1), MONEY)
    par, heads = at.par, at.known_grades()
    earned = (1.2 * 1.05 ** np.arange(18) * heads).sum(axis=1) / np.maximum(1, heads.sum(axis=1))
    assert len(np.unique(earned[POOLS].round(6))) > 3, "pools differ by who serves in them"
    for c in ALL:
        own = np.unique(at.nets[c])
        rate = np.where(own == at.community_pool[c], par[PAY[R.COMMUNITY_WORKER]], par[PAY[R.GRID_WORKER]])
        due = (at.pool_hours[own] * rate * (earned[own] - 0.9)).sum() * 250 / 365
        assert asked[int(c)] == pytest.approx(due)


# In a run -------------------------------------------------------------------------------------------------------------


def turns(days, *policies, **parameters):
    """Return workers before and after so many days of a run without any need, and the run."""
    sim = quiet(days=days, city=CITY, policies=policies, **parameters)
    before = sim.tables["responders"].copy()
    for _ in range(days):
        sim.step()
    workers = before["kind"] <= R.COMMUNITY_WORKER
    return before[workers], sim.tables["responders"][: len(before)][workers], sim


@pytest.mark.parametrize(("pay_rise", "grade_step"), [(0.3, 0.0), (0.0, 0.08), (0.3, 0.08)])
def test_direct_effect_pay_and_grades_lower_the_hazard_of_quitting_by_the_declared_factor(pay_rise, grade_step):
    """A month under the very lots of the baseline: who quits is exact."""
    left = []
    policy = make(Workforce, **NOTHING | {"pay_rise": pay_rise, "grade_step": grade_step})
    for policies in ((), (policy,)):
        before, after, sim = turns(31, *policies, staff__quit=0.4)
        left.append(after["tenure"] == 0)
        pay, step = (1 + pay_rise, grade_step) if policies else (1.0, 0.0)
        assert np.array_equal(left[-1], quitters(sim, before, pay, step))
        assert sim.quits[30] == left[-1].sum()
    assert left[0].sum() > left[1].sum() > 0
    assert (left[0] | ~left[1]).all()


def test_direct_effect_training_raises_skill_ever_less_and_leaves_the_roster_by_its_hours():
    """Two months of thirty hours each: productivity against the run without the policy, and hours away; exact."""
    policy = make(Workforce, **NOTHING | {"training_hours": 360})
    rises = []
    for days, hours in ((31, 30), (61, 60)):
        _, plain, _ = turns(days, staff__quit=0)
        _, trained, sim = turns(days, policy, staff__quit=0)
        rise = sim.par[careers.TRAINED_GAIN] * (1 - 0.5 ** (hours / sim.par[careers.TRAINED_HALF]))
        assert trained["productivity"] / plain["productivity"] == pytest.approx(np.full(len(plain), 1 + rise))
        rises.append(rise)
    assert 0 < rises[1] - rises[0] < rises[0]
    pools, people = sim.tables["pools"], sim.tables["responders"]
    booked = np.bincount(people["pool"], people["overhead_minutes"], minlength=len(pools)) + pools["overhead"]
    ours = np.unique(sim.setting.nets)
    assert booked[ours] == pytest.approx(sim.setting.people[ours] * 61 * 360 * 60 / 365)
    assert not plain["overhead_minutes"].any()


@pytest.mark.parametrize("bonus", [0.0, 0.1])
def test_direct_effect_a_bonus_draws_effort_to_the_easy_case(bonus):
    """One worker, who comes at noon, and two cases that wait: the hard one, reported first, or the easy one; exact."""
    sim = quiet(policies=(make(Workforce, **NOTHING | {"bonus": bonus, "easy_days": 4}),))
    first, *others = members(sim, int(sim.tables["nets"][0, 3]))
    sim._act()
    people = sim.tables["responders"]
    people["active"][others], people["from_minute"][first] = 0, 720
    open_day(sim)
    hard, easy = (put(sim, what, 0, t, number=t, channel=PATROL) for what, t in (("facility", 600), ("parking", 610)))
    run(sim, 0, 725)
    needs, cases = sim.tables["needs"], sim.tables["cases"]
    assert (cases["responder"][needs["case"][[hard, easy]]] == first).tolist() == [bonus == 0, bonus > 0]


# In the monthly rule --------------------------------------------------------------------------------------------------


def month(training=0.0, quit_=0.3, months_passed=1, **changes):
    """Return a run whose policy has been in force, after some months of the monthly rule at a hazard of quitting."""
    acts = make(Workforce, **NOTHING | {"training_hours": training} | changes)
    sim = Simulation(RunPlan(CITY, MONDAY, 2, 0, 0, 0.0, {"staff.quit": quit_}, policies=(acts,)), 3)
    sim.step()
    for k in range(months_passed):
        months.staff_month(sim.w, k + 1, 1440)
    people = sim.tables["responders"]
    return sim, people[people["kind"] <= R.COMMUNITY_WORKER]


def test_the_default_raise_brings_ten_per_cent_a_year_to_six():
    """The mean factor on the hazard over the workers there are: 0.6, or 0.6 ± 0.03 as far as grades are spread."""
    _, people = month(quit_=0.0)
    card = {p.name: float(p.default) for p in Workforce.card.parameters}
    factor = [careers.quit_factor(1 + card["pay_rise"], card["grade_step"], careers.grade(float(t), 2.0, 18.0), 3.7)
              for t in people["tenure"] - 1]  # fmt: skip
    assert np.mean(factor) == pytest.approx(0.6, abs=0.03)


def test_grades_keep_those_with_years_in_post():
    """A step of a tenth a grade, hazards of the same lots: who stays for it has a grade to lose."""
    _, plain = month()
    _, graded = month(grade_step=0.1)
    kept = (plain["tenure"] == 0) & (graded["tenure"] > 0)
    assert kept.any()
    assert (graded["tenure"][kept] > 24).all()


def test_training_stays_with_the_person_and_leaves_with_him():
    sim, people = month(training=120, quit_=0.3, months_passed=3)
    stayed = people["tenure"] >= 3
    assert people["trained"][stayed] == pytest.approx(30.0)
    gone = people["tenure"] == 0
    assert gone.any()
    assert not people["trained"][gone].any()
    learned = careers.learned(30.0, float(sim.par[careers.TRAINED_HALF]))
    novice = 1 - (1 - sim.par[NOVICE]) * np.exp(-people["tenure"] / sim.par[EXPERIENCE])
    due = people["potential"] * novice * np.where(stayed, 1 + sim.par[careers.TRAINED_GAIN] * learned, 1.0)
    assert people["productivity"][stayed | gone] == pytest.approx(due[stayed | gone])
    assert people["fix"][stayed] == pytest.approx(sim.par[careers.TRAINED_FIX] * learned)
    assert not people["fix"][gone].any()
    assert sim.par[handling.FIX] + sim.par[careers.TRAINED_FIX] <= 1.0
