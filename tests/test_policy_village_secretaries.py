"""Village secretaries: pay, grades and training of those covered, by their share of a village's staff; towns do not."""

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, PLACES, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.agents.pay import PAY
from cogov.model import months
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.village_secretaries import VillageSecretaries

VILLAGES = np.flatnonzero(PLACES["rural"] == 1)
POOLS = setting().community_pool[VILLAGES]
STAFF = setting().people[POOLS]


def professional(**changes):
    return make(VillageSecretaries, **changes).act(setting(), 0)


def test_direct_effect_pay_and_training_move_by_the_share_covered_in_villages_alone():
    """The T column: pay, grades and training of the villages' own pools, and what they cost; nothing else moves."""
    share = 2 / STAFF
    assert (share < 1).any()
    asked = professional(people=2, pay_rise=0.2, grade_step=0.1, training_hours=73)
    assert levers(asked) == set(VillageSecretaries.card.levers)
    assert pushed(asked, "pool.pay") == pytest.approx(dict(zip(POOLS.tolist(), 1.2**share, strict=True)))
    assert pushed(asked, "pool.grade_step") == pytest.approx(dict(zip(POOLS.tolist(), 1.1**share - 1, strict=True)))
    assert pushed(asked, "pool.training") == pytest.approx(dict(zip(POOLS.tolist(), 73 / 12 * share, strict=True)))
    assert pushed(asked, "pool.overhead_minutes") == pytest.approx(dict.fromkeys(POOLS.tolist(), 2 * 12.0))


def test_no_more_are_covered_than_there_are():
    asked = professional(people=7, pay_rise=0.5)
    assert max(pushed(asked, "pool.pay").values()) <= 1.5 * (1 + 1e-12)


def test_those_covered_are_paid_by_their_grades():
    at = setting()
    heads = at.known_grades()[POOLS]
    earned = (1.2 * 1.05 ** np.arange(18) * heads).sum(axis=1) / heads.sum(axis=1)
    rate = at.par[PAY[R.COMMUNITY_WORKER]]
    due = (earned - 1) * at.pool_hours[POOLS] * rate * 250 / 365 / STAFF
    asked = pushed(professional(pay_rise=0.2, grade_step=0.05), "community.spending")
    assert asked == pytest.approx(dict(zip(VILLAGES.tolist(), due, strict=True)))


def test_fewer_quit_in_villages_and_as_many_in_towns():
    """Under the very lots of the baseline."""
    left = []
    for policies in ((), (make(VillageSecretaries, people=7, pay_rise=1.0),)):
        sim = Simulation(RunPlan(CITY, MONDAY, 2, 0, 0, 0.0, {"staff.quit": 0.4}, policies=policies), 3)
        sim.step()
        months.staff_month(sim.w, 1, 1440)
        people = sim.tables["responders"]
        left.append((people["tenure"] == 0) & (people["kind"] <= R.COMMUNITY_WORKER))
    village = np.isin(people["pool"], POOLS)
    assert (left[0] & village).sum() > (left[1] & village).sum()
    assert np.array_equal(left[0][~village], left[1][~village])
    assert len(ALL) > len(VILLAGES)
