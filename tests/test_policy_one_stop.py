"""One-stop service: counter categories may close at the counter in opening hours, friction falls, staff move by use."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from one_need import open_day, put, quiet, run, under
from policy_city import ALL, PLACES, by_place, levers, make, pushed, setting

from cogov.agents import residents as P
from cogov.agents import responders as R
from cogov.model import state as S
from cogov.model.calendar import DAY
from cogov.model.draws import HANDLING, REPORT, uniform
from cogov.model.occasions import AT_COUNTER
from cogov.model.organisations import shares
from cogov.model.postings import HIRED
from cogov.model.reporting import COUNTER, SLOTS
from cogov.model.wheel import ARISE
from cogov.scenarios.policies.one_stop import OneStop

MORNING, OWN = 600, 256
"""Ten o'clock; occasion on which the resident concerned decides."""


def at_counter(share=1.0, hands=True, key=1, channel=COUNTER, category="sanitation", columns=None, **parameters):
    """Return a run in which a need is reported at the counter on Monday at ten, and its row."""
    sim = quiet(5, **parameters)
    sim.tables["topic_levers"]["counter"] = share
    open_day(sim, hands=hands)
    return sim, put(sim, category, 0, MORNING, channel=channel, number=key, **(columns or {}))


# What is asked ----------------------------------------------------------------------------------------------------


def test_counters_are_to_close_cases_stay_open_and_be_easier_to_come_to():
    actions = make(OneStop, counter_share=0.3, friction_cut=0.4, evening_hours=2).act(setting(), 0)
    topics = len(ALL) * len(setting().catalogue.rows)
    assert pushed(actions, "topic.counter") == dict.fromkeys(range(topics), 0.3)
    assert pushed(actions, "community.friction") == dict.fromkeys(ALL.tolist(), -0.4)
    assert pushed(actions, "community.counter_hours") == dict.fromkeys(ALL.tolist(), 2.0)
    assert levers(actions) == set(OneStop.card.levers)


def test_staff_are_hired_for_the_evening_and_spread_by_residents():
    rows = make(OneStop, staff_per_community=3, productivity=0.8).act(setting(), 0).postings
    for column, value in (("source", HIRED), ("kind", R.COMMUNITY_WORKER), ("shift", R.LONG_DAY)):
        assert set(rows[column].tolist()) == {value}
    assert set(rows["productivity"].tolist()) == {0.8}
    assert by_place(rows).tolist() == shares(PLACES["residents"] + 1.0, 3 * len(ALL)).tolist()


def test_an_evaluation_moves_staff_to_the_counters_in_use_since_the_last_one():
    used = np.zeros(len(ALL), dtype=np.int64)
    at = dataclasses.replace(setting(), counter_use=used)
    policy = make(OneStop, staff_per_community=10, evaluation_months=1)
    used[:] = 1000  # before the policy starts: not its own doing
    first = by_place(policy.act(at, 0).postings)
    used[3] += 500
    used[5] += 250
    assert by_place(policy.act(at, 29).postings).tolist() == first.tolist()
    moved = by_place(policy.act(at, 30).postings)
    assert moved.tolist() == shares(used - 1000 + 1.0, 10 * len(ALL)).tolist()
    assert moved[3] > moved[5] > max(first)
    used[:] += 40  # from then on all are used alike
    again = by_place(policy.act(at, 60).postings)
    assert again.tolist() == [10] * len(ALL)


def test_an_evaluation_costs_its_hours_on_its_day_only():
    policy = make(OneStop, evaluation_months=1, evaluation_hours=3)
    asked = {day: pushed(policy.act(setting(), day), "pool.overhead_minutes") for day in (0, 1, 29, 30, 31, 60)}
    cost = dict.fromkeys(setting().community_pool.tolist(), 180.0)
    assert asked == {0: cost, 1: {}, 29: {}, 30: cost, 31: {}, 60: cost}


# The counter: a general part --------------------------------------------------------------------------------------


def test_direct_effect_the_declared_share_ends_at_the_counter():
    """Sixty simple cases at a counter under the lots of the baseline: which end there is exact."""
    for policies, share in (((), 0.0), ((make(OneStop, counter_share=0.4),), 0.4)):
        sim = under(*policies)
        rows = {k: put(sim, "sanitation", 0, MORNING, channel=COUNTER, number=k) for k in range(1, 61)}
        run(sim, 0, MORNING + 1)
        there = {k for k, n in rows.items() if sim.tables["needs"]["phase"][n] == S.WORKING}
        assert there == {k for k in rows if uniform(sim.keys[HANDLING], k, AT_COUNTER) < share}
        assert (0 < len(there) < len(rows)) == bool(policies)


def test_direct_effect_less_friction_lets_residents_report_what_they_would_not():
    """Two hundred private needs under the lots of the baseline: none goes unreported that was reported, some are more.

    With the declared cut every resident's logit rises by it and by nothing else: who reports is exact.
    """
    told = []
    for policies, cut in (((), 0.0), ((make(OneStop, friction_cut=0.8, counter_share=0),), 0.8)):
        sim = under(*policies, hands=False, channel__counter=0, hotline__seats=5000)
        rows = {k: put(sim, "care", 1, MORNING, ARISE, channel=-1, number=k) for k in range(1, 201)}
        run(sim, 0, DAY)
        needs = sim.tables["needs"]
        noticed = {k for k, n in rows.items() if 0 <= needs["noticed"][n] < DAY - 60}
        told.append({k for k in noticed if needs["reporter"][rows[k]] >= 0})
        par, who = sim.par, int(needs["owner"][rows[1]])
        trust, takes_part = float(sim.tables["trust"][who]), float(sim.tables["participation"][who])
        logit = (
            par[P.REPORT_INTERCEPT] + par[P.REPORT_TRUST] * (trust - 0.6) - par[P.REPORT_FRICTION] + 0.5 + cut
            + par[P.REPORT_PARTICIPATION] * (takes_part - 0.35)
        )  # fmt: skip
        place = OWN * SLOTS + who - int(sim.plan.city.grids["first_resident"][1])
        lots = {k: uniform(sim.keys[REPORT], k, place) for k in noticed}
        assert told[-1] == {k for k in noticed if lots[k] < 1 / (1 + np.exp(-logit))}
    assert told[0] < told[1]


@pytest.mark.parametrize(("evening", "due"), [(0.0, DAY + 510), (2.5, 0)])
def test_direct_effect_who_comes_in_the_evening_is_received_while_the_counter_is_open(evening, due):
    """One dispute noticed at half past five or later, with the policy's evening or without any; to the minute."""
    policies = (make(OneStop, evening_hours=evening, friction_cut=0, counter_share=0),) if evening else ()
    sim = quiet(3, policies, resident__report_intercept=5, resident__report_friction=0, resident__report_severity=10,
                channel__counter=1, channel__app=0)  # fmt: skip
    sim._act()
    sim.catalogue.rows["phone"] = 0.0
    open_day(sim)
    n = put(sim, "dispute", 0, 1020, ARISE, channel=-1)
    run(sim, 0, DAY)
    noticed = int(sim.tables["needs"]["noticed"][n])
    assert 1020 < noticed < 1140
    left = 1050 - noticed
    wanted = noticed + 60 if evening else due + 60 - max(0, left)
    if not evening:
        open_day(sim, 1)
        run(sim, DAY, DAY + 700)
    assert sim.tables["needs"]["reported"][n] == wanted
