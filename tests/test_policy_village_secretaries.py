"""Village secretaries: pay, grades and training of those covered, by their share of a village's staff; towns do not."""

import numpy as np
import pytest
from one_need import quiet
from policy_city import ALL, CITY, PLACES, levers, make, pushed, quitters, setting

from cogov.agents import careers
from cogov.agents import responders as R
from cogov.agents.pay import PAY
from cogov.scenarios.policies.village_secretaries import VillageSecretaries

VILLAGES = np.flatnonzero(PLACES["rural"] == 1)
POOLS = setting().community_pool[VILLAGES]
STAFF = setting().people[POOLS]


def professional(**changes):
    return make(VillageSecretaries, **changes).act(setting(), 0)


def test_pay_and_training_move_by_the_share_covered_in_villages_alone():
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


def month(*policies, **parameters):
    """Return the workers before and after the first turn of the month of a run without any need, and the run."""
    sim = quiet(days=31, city=CITY, policies=policies, **parameters)
    before = sim.tables["responders"].copy()
    for _ in range(31):
        sim.step()
    workers = before["kind"] <= R.COMMUNITY_WORKER
    return before[workers], sim.tables["responders"][: len(before)][workers], sim


def covered(sim, workers, people):
    """Return which share of the staff of his village is covered, of each worker; 0 in towns."""
    share, pools = np.zeros(len(sim.setting.pools)), sim.setting.community_pool[VILLAGES]
    share[pools] = np.minimum(1, people / sim.setting.people[pools])
    return share[workers["pool"]]


@pytest.mark.parametrize(("people", "rise", "step"), [(2, 0.8, 0.0), (7, 0.0, 0.5), (7, 0.3, 0.1)])
def test_direct_effect_fewer_quit_in_villages_by_the_pay_of_those_covered_and_as_many_in_towns(people, rise, step):
    """Under the very lots of the baseline: who quits is the declared hazard's, exact."""
    left = []
    for policies in ((), (make(VillageSecretaries, people=people, pay_rise=rise, grade_step=step),)):
        before, after, sim = month(*policies, staff__quit=0.5, staff__quit_tenure=0, staff__tenure_months=60)
        share = covered(sim, before, people)
        part = share * bool(policies)
        left.append(after["tenure"] == 0)
        assert np.array_equal(left[-1], quitters(sim, before, (1 + rise) ** part, (1 + step) ** part - 1))
        assert sim.quits[30] == left[-1].sum()
    village = share > 0
    assert (left[0] & village).sum() > (left[1] & village).sum()
    assert np.array_equal(left[0][~village], left[1][~village])
    assert left[0][~village].any()
    assert len(ALL) > len(VILLAGES)


def test_direct_effect_training_of_those_covered_raises_what_villages_staff_do_in_an_hour():
    """A month's hours, by the share covered: productivity against the run without the policy, exact."""
    _, plain, _ = month(staff__quit=0)
    before, trained, sim = month(make(VillageSecretaries, people=2, training_hours=240), staff__quit=0)
    hours = 20 * covered(sim, before, 2)
    gain = sim.par[careers.TRAINED_GAIN] * (1 - 0.5 ** (hours / sim.par[careers.TRAINED_HALF]))
    assert trained["productivity"] / plain["productivity"] == pytest.approx(1 + gain)
    assert len(set(hours.tolist())) > 2
