"""Grid branches: registered members answer calls in their own grid and watch it; both take their time."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from one_need import BY_WATCH, SILENT, looked, open_day, put, quiet, reported, run, under
from policy_city import ALL, CITY, levers, make, pushed, setting
from tiny_city import tiny_spec

from cogov.agents import responders as R
from cogov.model import engine
from cogov.model import state as S
from cogov.model.city import build_city
from cogov.model.postings import FROM_RESIDENTS
from cogov.model.reporting import DIRECT, PATROL
from cogov.model.wheel import ARISE
from cogov.scenarios.policies.grid_branches import GridBranches

GRIDS = CITY.grids
RED = build_city(tiny_spec(party_share=0.3, in_service_share=1.0, reported_share=1.0), 1)
"""A city with so many members that those who serve are not rationed."""


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


def test_members_are_posted_to_their_own_grid_in_their_free_hours():
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


# In a run ---------------------------------------------------------------------------------------------------------


def test_direct_effect_members_are_on_duty_in_their_own_grid_in_the_evening_and_at_weekends():
    """A week in which all turn out and nobody is on leave: minutes on duty by grid, exact."""
    minutes = []
    for policies in ((), (make(GridBranches, turnout=1.0, members_per_grid=3),)):
        sim = quiet(city=RED, policies=policies, roster__leave=0, resident__member_limit=1)
        for _ in range(7):
            sim.step()
        people = sim.tables["responders"]
        ours = people[people["kind"] == R.MEMBER]
        minutes.append(np.bincount(ours["grid"], ours["on_minutes"], minlength=len(RED.grids)).tolist())
    week = 60 * (5 * 3 + 2 * 6)
    assert minutes == [[0] * len(RED.grids), (np.minimum(RED.grids["members"], 3) * week).tolist()]
    assert RED.grids["members"].min() < 3 < RED.grids["members"].max()


@pytest.mark.parametrize("grid", [1, 2])
def test_direct_effect_a_call_in_the_evening_is_answered_by_a_member_of_the_grid(grid):
    """Accepted at 18:31 while no staff is on duty: a member of the very grid is there when he has set out, exact."""
    for policies in ((), (make(GridBranches, turnout=1.0, members_per_grid=12),)):
        sim = quiet(city=RED, policies=policies, roster__leave=0, resident__member_limit=1)
        sim.tables["responders"]["active"] = 0
        sim._act()
        engine.open_day(sim.w, 0)
        n = put(sim, "sanitation", grid, 1110, channel=PATROL)
        run(sim, 0, 1115)
        people, who = sim.tables["responders"], sim.tables["cases"]["responder"][sim.tables["needs"]["case"][n]]
        run(sim, 1115, 1440)
        if policies:
            assert (people["kind"][who], people["grid"][who]) == (R.MEMBER, grid)
            assert sim.tables["needs"]["on_site"][n] == 1111 + sim.par[R.SET_OUT]
        else:
            assert (who, sim.tables["needs"]["on_site"][n]) == (-1, -1)


def test_direct_effect_members_who_watch_tell_the_grid_of_a_need():
    """Where no resident reports and nobody patrols: never without the policy, else at their keyed look, exact."""
    seen, policy = [], make(GridBranches, members_per_grid=0, watchers_per_grid=4, looks_a_day=1.5)
    for policies in ((), (policy,)):
        sim = under(*policies, city=RED, hands=False, **SILENT)
        seen.append(reported(sim, 1))
    watching = np.minimum(RED.grids["members"][:3], 4).mean()
    assert seen == [-1, looked(sim, BY_WATCH, 1.5 * watching)]
    assert seen[1] < 1440


# Watching: a general part -----------------------------------------------------------------------------------------


def test_a_member_on_watch_sees_by_day_at_his_keyed_minute_and_tells_the_grid():
    sim = quiet(**SILENT)
    sim.tables["community_levers"]["watch"] = 24.0
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, 30, ARISE, channel=-1)
    at = looked(sim, BY_WATCH, 24) - 1
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
