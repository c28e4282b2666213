"""Deliberation: disputes enter bargaining rounds; an agreed case has its cause dealt with; rounds take hours."""

from __future__ import annotations

from one_dispute import AGREE, MORNING, draws_of_talks
from one_need import flow, open_day, put, run, under
from policy_city import ALL, levers, make, pushed, setting

from cogov.model import state as S
from cogov.model.calendar import DAY
from cogov.model.organisations import MEDIATION
from cogov.model.reporting import PATROL
from cogov.model.routing import PROPERTY_DESK
from cogov.scenarios.policies.deliberation import Deliberation

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
        assert talking == {k for k in rows if draws_of_talks(sim, k)[0] < share}
        assert (0 < len(talking) < len(rows)) == bool(policies)
        for day, agreed in ((1, 0), (2, len(talking))):
            open_day(sim, day, hands=False)
            run(sim, day * DAY, (day + 1) * DAY)
            assert flow(sim, S.C_SOLVED) == agreed


# The bargaining rule ----------------------------------------------------------------------------------------------
