"""Grid branches: registered members answer calls in their own grid and watch it; both take their time."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from one_need import open_day, put, quiet, run
from policy_city import ALL, CITY, MONDAY, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.model import state as S
from cogov.model.draws import NOTICE, exponential
from cogov.model.occasions import LOOKED_AT
from cogov.model.plan import RunPlan
from cogov.model.postings import FROM_RESIDENTS
from cogov.model.reporting import DIRECT
from cogov.model.simulation import Simulation
from cogov.model.wheel import ARISE
from cogov.scenarios.policies.grid_branches import GridBranches

GRIDS = CITY.grids
SILENT = {"resident__report_intercept": -5, "resident__report_friction": 5}


def branch(day=0, at=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(GridBranches, **parameters).act(at or setting(), day)


def peopled(members):
    """Return a setting with so many members in every grid."""
    grids = GRIDS.copy()
    grids["members"] = members
    return dataclasses.replace(setting(), city=dataclasses.replace(CITY, grids=grids))


def pools_of(at, community):
    """Return the pools of a community's nets and its own."""
    pools = at.pools
    return set(np.flatnonzero((pools["community"] == community) & (pools["net"] >= 0)).tolist())


def test_direct_effect_members_serve_in_their_own_grid_in_their_free_hours():
    rows = branch(turnout=1.0, at=peopled(20)).postings
    assert np.bincount(rows["grid"], minlength=len(GRIDS)).tolist() == [2] * len(GRIDS)
    assert np.array_equal(GRIDS["community"][rows["grid"]], rows["community"])
    assert np.array_equal(rows["home"], rows["community"])
    for column, value in (("source", FROM_RESIDENTS), ("kind", R.MEMBER), ("shift", R.WEEKEND_EVENING)):
        assert set(rows[column].tolist()) == {value}
    assert set(rows["productivity"].tolist()) == {0.7}
    people = rows["community"] * 4096 + rows["person"]
    assert len(np.unique(people)) == len(rows)
    assert levers(branch()) == {"community.watch", "community.residents_hours", "pool.overhead_minutes"}


def test_they_join_the_nets_of_their_community_in_turn():
    rows = branch(turnout=1.0, members_per_grid=6, at=peopled(20)).postings
    for c in ALL:
        pools = rows["pool"][rows["community"] == c]
        assert set(pools.tolist()) == pools_of(setting(), c)
        share = np.unique(rows["person"][rows["community"] == c] % 6, return_counts=True)[1]
        assert np.ptp(share) <= 1


def test_no_more_serve_or_watch_than_live_there():
    few = branch(turnout=1.0, members_per_grid=5, watchers_per_grid=8, looks_a_day=0.1, at=peopled(3))
    assert np.bincount(few.postings["grid"], minlength=len(GRIDS)).tolist() == [3] * len(GRIDS)
    assert pushed(few, "community.watch") == pytest.approx(dict.fromkeys(ALL.tolist(), 0.3))
    assert len(branch(at=peopled(0)).postings) == 0


def test_the_declared_share_turns_out_each_day_and_not_always_the_same():
    at = peopled(20)
    days = [set(branch(day, at, turnout=0.4, members_per_grid=10).postings["person"].tolist()) for day in range(3)]
    rows = [len(branch(day, at, turnout=0.4, members_per_grid=10).postings) for day in range(20)]
    n = 20 * 10 * len(GRIDS)
    assert sum(rows) / n == pytest.approx(0.4, abs=4 * (0.24 / n) ** 0.5)  # one run in 16,000 outside
    assert days[0] != days[1] != days[2]


def test_a_member_keeps_his_grid_and_his_net_from_day_to_day():
    at = peopled(20)

    def who(day):
        rows = branch(day, at, turnout=0.5).postings
        return {(int(r["community"]), int(r["person"])): (int(r["grid"]), int(r["pool"])) for r in rows}

    one, other = who(0), who(1)
    both = one.keys() & other.keys()
    assert len(both) > 5
    assert all(one[p] == other[p] for p in both)


def test_watching_and_contact_cost_what_is_declared():
    actions = branch(watchers_per_grid=4, looks_a_day=0.1, watch_minutes=15, contact_minutes=6, at=peopled(20))
    grids = np.bincount(GRIDS["community"], minlength=len(ALL))
    assert pushed(actions, "community.watch") == pytest.approx(dict.fromkeys(ALL.tolist(), 0.4))
    assert pushed(actions, "community.residents_hours") == pytest.approx(dict(enumerate(grids * 1.0)))
    minutes = dict(zip(setting().community_pool.tolist(), (grids * 6.0).tolist(), strict=True))
    assert pushed(actions, "pool.overhead_minutes") == pytest.approx(minutes)


def test_only_grids_of_the_communities_reached_have_a_branch():
    where = np.isin(ALL, [1, 4])
    actions = make(GridBranches, communities=where, turnout=1.0).act(setting(), 0)
    assert set(actions.postings["community"].tolist()) == {1, 4}
    assert set(pushed(actions, "community.watch")) == {1, 4}


def test_in_a_run_they_set_out_from_their_grid():
    sim = Simulation(RunPlan(CITY, MONDAY, 1, 0, 1, policies=(make(GridBranches),)))
    sim._act()
    people = sim.tables["responders"]
    posted = people[sim._bench._rows]
    assert len(posted) > 5
    assert np.array_equal(CITY.grids["community"][posted["grid"]], posted["community"])
    assert all(r["pool"] in pools_of(sim.setting, r["community"]) for r in posted)


# Watching: a general part -----------------------------------------------------------------------------------------


def test_a_member_on_watch_sees_by_day_at_his_keyed_minute_and_tells_the_grid():
    sim = quiet(**SILENT)
    sim.tables["community_levers"]["watch"] = 24.0
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, 30, ARISE, channel=-1)
    at = 360 + 1 + int(exponential(sim.keys[NOTICE], 1, LOOKED_AT + 4) / 24 * 960)  # days of sixteen hours from six on
    run(sim, 0, at)
    assert sim.tables["needs"]["phase"][n] == S.UNNOTICED
    run(sim, at, at + 2)
    need = sim.tables["needs"][n]
    assert (need["noticed"], need["reported"], need["channel"]) == (at, at + 1, DIRECT)


def test_a_need_in_hand_is_not_reported_again_by_those_on_watch():
    sim = quiet(**SILENT)
    sim.tables["community_levers"]["watch"] = 48.0
    sim.tables["community_levers"]["sensing"] = 48.0
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, 500, ARISE, channel=-1)
    run(sim, 0, 1440)
    assert sim.tables["needs"]["reports"][n] == 1
