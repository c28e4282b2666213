"""Deliberation: disputes enter bargaining rounds; an agreed case has its cause dealt with; rounds take hours."""

from __future__ import annotations

from one_need import flow, open_day, put, quiet, run, under
from policy_city import ALL, levers, make, pushed, setting

from cogov.model import state as S
from cogov.model.calendar import DAY
from cogov.model.draws import HANDLING, uniforms
from cogov.model.occasions import TALKED_OVER
from cogov.model.organisations import MEDIATION
from cogov.model.reporting import PATROL
from cogov.model.routing import PROPERTY_DESK
from cogov.scenarios.policies.deliberation import Deliberation

MORNING = 600
AGREE, PART = {"talks__concession": 1}, {"talks__surplus": 0}
"""Numbers under which the first round ends in an agreement, and under which none does."""


def luck(sim, key):
    """Return the keyed draws of a dispute: whether it goes to talks, how far the parties are apart."""
    return uniforms(sim.keys[HANDLING], key, TALKED_OVER)


def dispute(talks, key=1, days=3, category="dispute", minute=MORNING, **parameters):
    """Return a run in which a patrol reports a need on Monday at ten, and its row."""
    sim = quiet(60, **parameters)
    sim.tables["topic_levers"]["talks"] = talks
    sim.tables["community_levers"]["talk_days"] = days
    open_day(sim)
    return sim, put(sim, category, 0, minute, channel=PATROL, number=key)


# What is asked ----------------------------------------------------------------------------------------------------


def test_disputes_are_to_go_to_talks_at_the_declared_interval_and_vetting_costs_hours():
    cats = setting().catalogue.rows
    mediated = {k for k in range(len(cats)) if 1 << cats["skill"][k] == MEDIATION}
    common = {k for k in range(len(cats)) if cats["net"][k] == PROPERTY_DESK}
    for topics, chosen in (("disputes", mediated), ("disputes_and_commons", mediated | common)):
        actions = make(Deliberation, share=0.3, round_days=9, topics=topics, agenda_hours=7).act(setting(), 0)
        rows = {int(c) * len(cats) + k: 0.3 for c in ALL for k in chosen}
        assert pushed(actions, "topic.talks") == rows
        assert pushed(actions, "community.talk_days") == dict.fromkeys(ALL.tolist(), 9.0)
        assert pushed(actions, "pool.overhead_minutes") == dict.fromkeys(setting().community_pool.tolist(), 60.0)
        assert levers(actions) == set(Deliberation.card.levers)
    assert {setting().catalogue.ids[k] for k in mediated} == {"noise", "dispute"}


# Rounds: a general part -------------------------------------------------------------------------------------------


def test_direct_effect_the_declared_share_of_disputes_goes_to_talks_and_agrees_at_the_declared_interval():
    """Forty disputes under the lots of the baseline: which are talked over, and when they are agreed, is exact."""
    for policies, share in (((), 0.0), ((make(Deliberation, share=0.4, round_days=2),), 0.4)):
        sim = under(*policies, hands=False, **AGREE)
        rows = {k: put(sim, "dispute", 0, MORNING, channel=PATROL, number=k) for k in range(1, 41)}
        run(sim, 0, DAY)
        talking = {k for k, n in rows.items() if sim.tables["needs"]["phase"][n] == S.DECISION}
        assert talking == {k for k in rows if luck(sim, k)[0] < share}
        assert (0 < len(talking) < len(rows)) == bool(policies)
        for day, agreed in ((1, 0), (2, len(talking))):
            open_day(sim, day, hands=False)
            run(sim, day * DAY, (day + 1) * DAY)
            assert flow(sim, S.C_SOLVED) == agreed


# The bargaining rule ----------------------------------------------------------------------------------------------
