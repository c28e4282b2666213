"""Self-governance: part of neighbour disputes is offered to residents first; what they do not settle is reported."""

from __future__ import annotations

from one_dispute import EAGER, MORNING, draws_of_offer
from one_need import put, run, under
from policy_city import ALL, levers, make, pushed, setting

from cogov.model.calendar import DAY
from cogov.model.organisations import MEDIATION
from cogov.model.wheel import ARISE
from cogov.scenarios.policies.self_governance import SelfGovernance


def test_disputes_are_to_be_offered_to_residents_whose_time_it_takes():
    cats = setting().catalogue.rows
    actions = make(SelfGovernance, share=0.3, council_hours=60, guidance_hours=6).act(setting(), 0)
    rows = {int(c) * len(cats) + k for c in ALL for k in range(len(cats)) if 1 << cats["skill"][k] == MEDIATION}
    assert pushed(actions, "topic.self_help") == dict.fromkeys(rows, 0.3)
    assert pushed(actions, "community.residents_hours") == dict.fromkeys(ALL.tolist(), 2.0)
    assert pushed(actions, "pool.overhead_minutes") == dict.fromkeys(setting().community_pool.tolist(), 12.0)
    assert levers(actions) == set(SelfGovernance.card.levers)


# Self-help: a general part ----------------------------------------------------------------------------------------


def test_direct_effect_the_declared_share_of_disputes_is_offered_to_residents_first():
    """Sixty disputes under the lots of the baseline: which are left to residents, and not reported, is exact."""
    for policies, share in (((), 0.0), ((make(SelfGovernance, share=0.4),), 0.4)):
        sim = under(*policies, **EAGER)
        rows = {k: put(sim, "dispute", 0, MORNING, ARISE, channel=-1, number=k) for k in range(1, 61)}
        run(sim, 0, DAY)
        needs = sim.tables["needs"]
        offered = {k for k, n in rows.items() if needs["tried"][n] == 1 and needs["live"][n]}
        assert offered == {k for k in rows if draws_of_offer(sim, k)[0] < share}
        assert {int(needs["reports"][rows[k]]) for k in offered} == ({0} if policies else set())
        assert (0 < len(offered) < len(rows)) == bool(policies)
