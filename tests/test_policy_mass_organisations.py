"""Mass organisations: whose volunteers serve where, which needs they take, and whose time it costs."""

import numpy as np
import pytest
from one_need import CITY as TINY
from one_need import case_of, put, quiet, run, under
from policy_city import ALL, PLACES, by_place, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.agents.pay import PAY
from cogov.model.draws import HANDLING, uniform
from cogov.model.occasions import SOCIAL_TAKES
from cogov.model.organisations import CARE, GENERAL, MEDIATION, PAPER, SANITATION
from cogov.model.postings import HIRED
from cogov.model.reporting import PATROL
from cogov.scenarios.policies.mass_organisations import MassOrganisations

CATS = setting().catalogue
ASKED = {"women": {"care", "dispute", "noise"}, "youth": {"care", "sanitation", "greening"},
         "union": {"dispute", "noise", "petition"}}  # fmt: skip
SKILLS = {"women": CARE | MEDIATION, "youth": CARE | SANITATION, "union": MEDIATION | PAPER}


def ask(day=0, communities=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(MassOrganisations, communities=communities, **parameters).act(setting(), day)


@pytest.mark.parametrize("whose", SKILLS)
def test_volunteers_of_the_named_skills_are_posted_to_the_streets_pool(whose):
    rows = ask(organisation=whose, volunteers=4, turnout=1).postings
    assert len(rows) == 4 * len(ALL)
    assert set(rows["kind"].tolist()) == {R.MASS_VOLUNTEER}
    assert set(rows["source"].tolist()) == {HIRED}
    assert set(rows["skills"].tolist()) == {GENERAL | SKILLS[whose]}
    assert set(rows["shift"].tolist()) == {R.WEEKEND_EVENING}
    assert np.array_equal(rows["pool"], setting().mass_pool[PLACES["street"][rows["community"]]])


@pytest.mark.parametrize("whose", SKILLS)
def test_they_are_to_take_more_needs_of_their_skills_and_of_no_others(whose):
    gained = pushed(ask(organisation=whose, share_gain=0.2), "topic.mass_share")
    assert set(gained.values()) == {0.2}
    assert {CATS.ids[k % len(CATS.ids)] for k in gained} == ASKED[whose]
    assert len(gained) == len(ALL) * len(ASKED[whose])


def test_of_all_three_each_is_there_in_turn():
    actions = ask(volunteers=6, turnout=1)
    skills, number = np.unique(actions.postings["skills"], return_counts=True)
    assert set(skills.tolist()) == {GENERAL | s for s in SKILLS.values()}
    assert set(number.tolist()) == {2 * len(ALL)}
    gained = pushed(actions, "topic.mass_share")
    assert {CATS.ids[k % len(CATS.ids)] for k in gained} == set.union(*ASKED.values())


def test_they_turn_out_by_lot_and_not_always_the_same():
    days = [ask(day, volunteers=30, turnout=0.4).postings for day in (0, 1)]
    n = 30 * len(ALL)
    for rows in days:
        assert len(rows) / n == pytest.approx(0.4, abs=4 * (0.24 / n) ** 0.5)  # beyond in 1 of 15,000
    who = [set(zip(r["community"].tolist(), r["person"].tolist(), strict=True)) for r in days]
    assert 0 < len(who[0] & who[1]) < min(len(w) for w in who)


def test_coordination_is_charged_for_those_who_come_and_training_for_all():
    actions = ask(volunteers=5, turnout=0.5, coordination_minutes=12, training_hours=3)
    posted = by_place(actions.postings)
    assert 0 < posted.sum() < 5 * len(ALL)
    at = setting()
    assert pushed(actions, "pool.overhead_minutes") == {int(at.community_pool[c]): 12.0 * posted[c] for c in ALL}
    trained = pushed(actions, "community.residents_hours")
    assert trained == {int(c): pytest.approx(0.5) for c in ALL}
    assert levers(actions) == set(MassOrganisations.card.levers)


# In a run ---------------------------------------------------------------------------------------------------------


def test_direct_effect_hours_of_volunteers_join_the_streets_pool_and_cost_no_pay():
    """A week in which all turn out and nobody is on leave, and the week without the policy: minutes, exact."""
    minutes = []
    for policies in ((), (make(MassOrganisations, volunteers=5, turnout=1),)):
        sim = quiet(policies=policies, roster__leave=0)
        for _ in range(7):
            sim.step()
        people = sim.tables["responders"]
        ours = people[people["kind"] == R.MASS_VOLUNTEER]
        assert set(ours["pool"].tolist()) <= {int(sim.tables["mass_pool"][0])}
        minutes.append(int(ours["on_minutes"].sum()))
    assert minutes == [0, 5 * len(TINY.communities) * 60 * (5 * 3 + 2 * 6)]
    assert sim.par[PAY[R.MASS_VOLUNTEER]] == 0


@pytest.mark.parametrize("whose", SKILLS)
@pytest.mark.parametrize("category", ["care", "sanitation", "noise", "greening", "petition", "parking"])
def test_direct_effect_volunteers_take_the_declared_share_of_needs_of_their_skills(whose, category):
    """Sixty needs under the lots of the baseline: which go to the volunteers, and that they go there, is exact."""
    gain = 0.3 if category in ASKED[whose] else 0.0
    for policies, share in (
        ((), 0.0),
        ((make(MassOrganisations, organisation=whose, turnout=1, share_gain=0.3),), gain),
    ):
        sim = under(*policies)
        pool = int(sim.tables["mass_pool"][0])
        rows = {key: put(sim, category, 1, 600, number=key, channel=PATROL) for key in range(1, 61)}
        run(sim, 0, 603)
        taken = {key for key, n in rows.items() if case_of(sim, n)["pool"] == pool}
        assert taken == {key for key in rows if uniform(sim.keys[HANDLING], key, SOCIAL_TAKES) < share}
        assert (len(taken) > 0) == (share > 0)
        at_work = {int(case_of(sim, rows[key])["responder"]) for key in taken} - {-1}
        assert (len(at_work) > 0) == (share > 0)
        assert set(sim.tables["responders"]["kind"][list(at_work)].tolist()) <= {R.MASS_VOLUNTEER}
