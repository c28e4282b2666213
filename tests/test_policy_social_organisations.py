"""Social organisations: who is bought, which needs they take, how the contract moves their effort, and the bill."""

import numpy as np
import pytest
from one_need import CITY as TINY
from one_need import case_of, flow, open_day, put, quiet, run, spent, under
from policy_city import ALL, PLACES, levers, make, pushed, setting

from cogov.agents import handling as H
from cogov.agents import responders as R
from cogov.agents.contracts import efforts
from cogov.agents.pay import PAY
from cogov.model import state as S
from cogov.model.draws import HANDLING, WORK, lognormal_mean_one, normal, uniform, uniforms
from cogov.model.occasions import FIXED, HANDS_ON, SOCIAL_TAKES
from cogov.model.organisations import CARE, GENERAL, MEDIATION
from cogov.model.postings import HIRED
from cogov.model.reporting import PATROL
from cogov.model.roster import SHIFTS
from cogov.scenarios.policies.social_organisations import SocialOrganisations

CATS = setting().catalogue


def ask(day=0, communities=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(SocialOrganisations, communities=communities, **parameters).act(setting(), day)


@pytest.mark.parametrize(("service", "skills", "categories"), [
    ("elderly_care", CARE, {"care"}), ("mediation", MEDIATION, {"dispute", "noise"}),
    ("care_and_mediation", CARE | MEDIATION, {"care", "dispute", "noise"}),
])  # fmt: skip
def test_people_of_the_named_skills_are_bought_and_are_to_take_needs_of_these(service, skills, categories):
    actions = ask(service=service, workers=2, share_gain=0.25)
    rows = actions.postings
    assert len(rows) == 2 * len(ALL)
    assert set(rows["kind"].tolist()) == {R.SOCIAL_WORKER}
    assert set(rows["source"].tolist()) == {HIRED}
    assert set(rows["skills"].tolist()) == {GENERAL | skills}
    assert np.array_equal(rows["pool"], setting().social_pool[PLACES["street"][rows["community"]]])
    gained = pushed(actions, "topic.social_share")
    assert set(gained.values()) == {0.25}
    assert {CATS.ids[k % len(CATS.ids)] for k in gained} == categories
    assert levers(actions) == set(SocialOrganisations.card.levers)


# The contract ---------------------------------------------------------------------------------------------------------


def test_the_contract_moves_productivity_and_the_chance_of_solving():
    quantity, quality = efforts(0.5, 0.0, 0.4)
    actions = ask(reward=0.5, substitution=0.4, productivity=0.9, fix_by_quality=0.4)
    assert actions.postings["productivity"] == pytest.approx(0.9 * quantity)
    due = setting().par[H.FIX] * 0.4 * (quality - 1)
    assert due < 0
    assert actions.postings["fix"] == pytest.approx(due)
    assert (ask(reward=0, quality_reward=0.5).postings["fix"] > 0).all()
    assert ask(reward=0).postings["fix"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("fix", [0.3, 0.7])
def test_a_visit_solves_the_need_with_the_chance_of_him_who_makes_it(fix):
    sim = quiet(handling__fix=1, handling__false_close=1)
    open_day(sim)
    people, pool = sim.tables["responders"], int(sim.tables["nets"][0, 3])
    people["fix"][people["pool"] == pool] = fix - 1.0
    rows = {key: put(sim, "sanitation", 0, 480, number=key, severity=0.1) for key in range(1, 13)}
    other = put(sim, "property", 1, 480, number=99)
    run(sim, 0, 1440)
    needs = sim.tables["needs"]
    seen = 0
    for key, n in rows.items():
        if needs["closings"][n] == 1 and needs["key"][n] == key:
            u, _ = uniforms(sim.keys[WORK], key, FIXED + 1)
            assert (needs["phase"][n] == S.ENDED) == (u < fix)
            seen += 1
    assert seen > 3
    assert needs["phase"][other] == S.ENDED or needs["closings"][other] == 0


# In a run -------------------------------------------------------------------------------------------------------------


def test_direct_effect_bought_hours_join_the_streets_social_organisation():
    """A week in which nobody is on leave: five days of seven hours each, beside the one who is there anyway, exact."""
    minutes = []
    for policies in ((), (make(SocialOrganisations, workers=2),)):
        sim = quiet(policies=policies, roster__leave=0)
        for _ in range(7):
            sim.step()
        people = sim.tables["responders"]
        minutes.append(int(people["on_minutes"][people["pool"] == sim.tables["social_pool"][0]].sum()))
    week = 5 * 7 * 60
    assert minutes == [week, week + 2 * len(TINY.communities) * week]


@pytest.mark.parametrize(("category", "gain"), [("care", 0.3), ("noise", 0.3), ("sanitation", 0.0), ("petition", 0.0)])
def test_direct_effect_they_take_the_declared_share_of_needs_of_their_skills(category, gain):
    """Sixty needs under the lots of the baseline: which go to those bought, and that they go there, is exact."""
    for policies, share in (((), 0.0), ((make(SocialOrganisations, share_gain=0.3),), gain)):
        sim = under(*policies)
        pool = int(sim.tables["social_pool"][0])
        rows = {key: put(sim, category, 1, 600, number=key, channel=PATROL) for key in range(1, 61)}
        run(sim, 0, 603)
        taken = {key for key, n in rows.items() if case_of(sim, n)["pool"] == pool}
        assert taken == {key for key in rows if uniform(sim.keys[HANDLING], key, SOCIAL_TAKES) < share}
        at_work = [int(case_of(sim, rows[key])["responder"]) for key in taken]
        assert (max(at_work, default=-1) >= 0) == (share > 0)


@pytest.mark.parametrize(("reward", "quality_reward"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5)])
def test_direct_effect_a_visit_takes_as_long_as_the_contract_makes_of_it(reward, quality_reward):
    """One need: the keyed work of its visit over effort for quantity, in whole minutes, exact."""
    policy = make(
        SocialOrganisations, share_gain=1.0, reward=reward, quality_reward=quality_reward, substitution=0.4,
        productivity=0.9,
    )  # fmt: skip
    sim = under(policy)
    put(sim, "care", 1, 600, channel=PATROL)
    run(sim, 0, 1440)
    cat = sim.catalogue.rows[sim.catalogue.ids.index("care")]
    work = cat["work"] * lognormal_mean_one(normal(sim.keys[WORK], 1, HANDS_ON + 8), cat["sigma"])
    quantity, _ = efforts(reward, quality_reward, 0.4)
    assert flow(sim, S.C_SOLVED) == 1
    assert spent(sim, S.WORKING) == int(work / (0.9 * quantity) + 0.5)
    assert (quantity > 1) == (reward > 0)


@pytest.mark.parametrize(("reward", "quality_reward"), [(0.0, 0.0), (0.4, 0.0), (0.0, 0.4)])
def test_direct_effect_a_reward_for_quantity_lets_fewer_visits_solve_and_one_for_quality_more(reward, quality_reward):
    """Thirty needs under the lots of the baseline, a visit each: which are solved by it is exact."""
    _, quality = efforts(reward, quality_reward, 0.4)
    bought = make(
        SocialOrganisations, workers=15, share_gain=1.0, reward=reward, quality_reward=quality_reward,
        substitution=0.4, fix_by_quality=1.0,
    )  # fmt: skip
    for policies, chance in (((), 0.5), ((bought,), 0.5 * quality)):
        sim = under(*policies, handling__fix=0.5, handling__false_close=1)
        rows = {key: put(sim, "care", 1, 480, number=key, channel=PATROL) for key in range(1, 31)}
        for day in range(6):
            if day:
                open_day(sim, day)
            run(sim, day * 1440, (day + 1) * 1440)
        needs = sim.tables["needs"]
        left = {key for key, n in rows.items() if needs["key"][n] == key and needs["phase"][n] == S.CLOSED_UNSOLVED}
        assert flow(sim, S.C_CLOSED) == 30
        assert left == {key for key in rows if uniform(sim.keys[WORK], key, FIXED + 1) >= chance}
        assert 0 < len(left) < 30


# The bill -------------------------------------------------------------------------------------------------------------


def test_rewards_are_shares_of_the_pay_of_hours_on_duty():
    quantity, quality = efforts(0.3, 0.1, 0.4)
    actions = ask(workers=2, reward=0.3, quality_reward=0.1)
    pay = setting().par[PAY[R.SOCIAL_WORKER]]
    hours = int(SHIFTS[R.GRID_SHIFT, 0]).bit_count() / 2 * 5 / 7
    due = 2 * (0.3 * quantity + 0.1 * quality) * pay * hours
    assert pushed(actions, "community.spending") == {int(c): pytest.approx(due) for c in ALL}
    assert not any(pushed(ask(reward=0), "community.spending").values())


def test_streets_manage_the_contracts():
    size = np.bincount(PLACES["street"])
    asked = pushed(ask(workers=3, contract_minutes=7), "pool.overhead_minutes")
    assert asked == {int(setting().street_pool[s]): 21.0 * size[s] for s in range(len(size))}
