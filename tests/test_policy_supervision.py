"""Supervision: flagged cases get leaders' minutes near the deadline and go first; nothing is routed differently."""

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, PLACES, levers, make, pushed, setting

from cogov.model import ledger
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.supervision import Supervision

OVERHEAD = "pool.overhead_minutes"
SHARE, DAYS, MINUTES = (f"community.reminder_{name}" for name in ("share", "days", "minutes"))


def watch(**parameters):
    """Return what the policy asks for."""
    return make(Supervision, **parameters).act(setting(), 0)


def test_direct_effect_flagged_cases_are_reminded_of_and_no_case_is_routed_otherwise():
    """In a run of two weeks: streets pay for each reminder, and every case starts where it did."""
    acts = make(Supervision, flagged_share=0.5, days_before=3, study_hours=0, inspection_hours=0)
    logs, sims = [], []
    for policies in ((acts,), ()):
        rows = []
        sim = Simulation(
            RunPlan(CITY, MONDAY, 14, 0, 0, 5.0, {"handling.merging": 1}, policies=policies), 5, rows.append
        )
        sim.run_to_end()
        logs.append(np.concatenate(rows))
        sims.append(sim)
    ours, theirs = [log[log["kind"] == ledger.LOG_REMINDED] for log in logs]
    assert len(theirs) == 0
    assert len(ours) > 20
    spent = sims[0].result().summary["overhead_hours.total"] - sims[1].result().summary["overhead_hours.total"]
    waiting = float(sims[0].tables["pools"]["overhead"].sum())
    assert spent * 60 + waiting == pytest.approx(20.0 * len(ours))
    first = [{}, {}]
    for where, log in zip(first, logs, strict=True):
        for row in log[log["kind"] == ledger.LOG_QUEUE]:
            where.setdefault(int(row["incident"]), int(row["organisation"]))
    both = first[0].keys() & first[1].keys()
    assert len(both) > 60
    assert {key: first[0][key] for key in both} == {key: first[1][key] for key in both}


def test_it_moves_reminders_and_meetings_and_nothing_else():
    actions = watch(flagged_share=0.35, days_before=4, minutes_a_reminder=25)
    assert levers(actions) == {SHARE, DAYS, MINUTES, OVERHEAD}
    for lever, value in ((SHARE, 0.35), (DAYS, 4.0), (MINUTES, 25.0)):
        assert pushed(actions, lever) == dict.fromkeys(ALL.tolist(), value)
    assert len(actions.postings) == 0


def test_streets_study_and_inspect_and_communities_are_inspected():
    asked = pushed(watch(study_hours=7.3, inspection_hours=3.65), OVERHEAD)
    places = np.bincount(PLACES["street"])
    street = {int(p): 14.4 + 7.2 * n for p, n in zip(setting().street_pool, places, strict=True)}
    assert asked == pytest.approx(street | dict.fromkeys(setting().community_pool.tolist(), 7.2))


def test_a_street_inspects_only_those_reached():
    asked = pushed(watch(communities=ALL == 0, study_hours=0, inspection_hours=3.65), OVERHEAD)
    street = int(setting().street_pool[PLACES["street"][0]])
    assert asked == pytest.approx({street: 7.2, int(setting().community_pool[0]): 7.2})
