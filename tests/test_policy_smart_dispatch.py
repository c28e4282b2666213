"""Smart dispatch: sensing, dispatch minutes, merging and call-up change, human acceptance does not; it costs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from one_need import CITY, open_day, put, quiet, run
from policy_city import ALL, levers, make, pushed, setting

from cogov.agents import handling as H
from cogov.model import state as S
from cogov.model.calendar import DAY, WEEK
from cogov.model.draws import HANDLING, NOTICE, exponential, normal
from cogov.model.occasions import LOOKED_AT
from cogov.model.reporting import APP, PHONE
from cogov.model.wheel import ARISE
from cogov.scenarios.policies.smart_dispatch import SmartDispatch

MORNING = 600
SILENT = {"resident__report_intercept": -5, "resident__report_friction": 5}


def smart(**parameters):
    """Return what the policy asks for on the first day."""
    return make(SmartDispatch, **parameters).act(setting(), 0)


def test_only_the_machines_levers_and_the_cost_move():
    actions = smart(
        looks_a_day=0.7, dispatch_cut=0.25, merging_gain=0.1, call_up_minutes=30, money=80, entry_minutes=45
    )
    assert levers(actions) == set(SmartDispatch.card.levers)
    assert "community.acceptance" not in levers(actions)
    assert len(actions.postings) == 0
    for lever, value in (("sensing", 0.7), ("dispatch_minutes", 0.75), ("merging", 0.1), ("spending", 80.0),
                         ("call_up_minutes", 30 / WEEK)):  # fmt: skip
        assert pushed(actions, f"community.{lever}") == pytest.approx(dict.fromkeys(ALL.tolist(), value))
    entry = dict.fromkeys(setting().community_pool.tolist(), 45.0)
    assert pushed(actions, "pool.overhead_minutes") == pytest.approx(entry)


def acceptance(sim, n, at):
    """Return the minute by which a person has accepted need ``n``, reported at ``at``, and the dispatch minutes."""
    minutes = int(sim.tables["community_levers"]["dispatch_minutes"][0])
    wait = sim.par[H.ACCEPT_MEDIAN] * math.exp(sim.par[H.ACCEPT_SIGMA] * normal(sim.keys[HANDLING], n, 0))
    return at + minutes + 1 + int(wait), minutes


def test_direct_effect_the_machine_is_faster_and_the_person_is_not():
    accepted = {}
    for cut in (0.0, 0.5):
        sim = quiet(policies=(make(SmartDispatch, dispatch_cut=cut),), city=CITY)
        sim._act()
        open_day(sim)
        key = next(k for k in range(1, 200) if acceptance(sim, k, MORNING)[0] < MORNING + 120)
        n = put(sim, "sanitation", 0, MORNING, channel=PHONE, number=key)
        due, minutes = acceptance(sim, key, MORNING)
        run(sim, 0, due)
        assert sim.tables["needs"]["phase"][n] == S.ACCEPTANCE
        run(sim, due, due + 1)
        assert sim.tables["needs"]["phase"][n] != S.ACCEPTANCE
        accepted[minutes] = due - minutes
    assert accepted.keys() == {6, 3}
    assert len(set(accepted.values())) == 1


# Sensing: a general part ------------------------------------------------------------------------------------------


def sensed(looks, at=MORNING, number=1, category="sanitation", **levers):
    """Return a run in which a need arises and only sensors look, and the need's row."""
    sim = quiet(**SILENT)
    for name, value in {"sensing": looks, **levers}.items():
        sim.tables["community_levers"][name] = value
    open_day(sim, hands=False)
    return sim, put(sim, category, 0, at, ARISE, channel=-1, number=number)


def test_a_sensor_finds_a_need_at_its_keyed_minute_and_reports_as_an_app_does():
    sim, n = sensed(48.0, 30)
    at = 30 + 1 + int(exponential(sim.keys[NOTICE], 1, LOOKED_AT + 3) / 48 * 1440)
    run(sim, 0, at)
    assert sim.tables["needs"]["phase"][n] == S.UNNOTICED
    run(sim, at, at + 2)
    need = sim.tables["needs"][n]
    assert (need["noticed"], need["reported"], need["channel"]) == (at, at + 1, APP)
    assert need["phase"] == S.ACCEPTANCE


def test_sensors_see_by_night_and_halve_the_wait_when_they_look_twice_as_often():
    keys = range(1, 400)

    def found(looks):
        sim = quiet(1, **SILENT)
        sim.tables["community_levers"]["sensing"] = looks
        open_day(sim, hands=False)
        rows = [put(sim, "sanitation", 0, 0, ARISE, channel=-1, number=k) for k in keys]
        run(sim, 0, DAY)
        return sim.tables["needs"]["reported"][rows]

    slow, fast = found(24.0), found(48.0)
    both = (slow >= 0) & (fast >= 0)
    assert both.mean() > 0.99
    assert np.abs(slow[both] - 2 * fast[both]).max() <= 3  # the same luck, in whole minutes
    assert slow[both].mean() == pytest.approx(2 + 60, abs=4 * 60 / len(keys) ** 0.5)  # one run in 16,000 outside


def test_what_cannot_be_seen_no_sensor_sees():
    sim, n = sensed(48.0, category="petition")
    run(sim, 0, DAY)
    assert sim.tables["needs"]["channel"][n] != APP


def test_on_a_base_lever_nobody_looks():
    sim, n = sensed(0.0)
    run(sim, 0, DAY)
    assert sim.tables["needs"]["reported"][n] == -1


# Call-up by the queue: a general part -----------------------------------------------------------------------------
