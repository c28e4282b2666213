"""Joined rosters: one queue for the people of several pools, and everything back in its place when they part."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_need import CITY, crew, open_day, put, quiet, run
from policy_city import setting

from cogov.model import engine
from cogov.model import state as S
from cogov.model.calendar import DAY
from cogov.model.crews import draw_crews
from cogov.model.interventions import Actions
from cogov.model.joining import rosters
from cogov.model.levers import Contribution
from cogov.model.roster import ALL_DAY

TEAMS = {"roster__smallest_team": 0, "roster__by_work": 0.0}
"""Every net has a pool of its own."""


class Join:
    """A policy that joins pairs of pools until a day, and pushes a few levers."""

    instance = "join"

    def __init__(self, pairs, until=1 << 30, **values):
        self.pairs, self.until, self.values = np.array(pairs, dtype=np.int64).reshape(-1, 2), until, values

    def strength(self, day):
        """Return full strength until the last day."""
        return 1.0 if day < self.until else 0.0

    def act(self, setting, day):
        """Ask for the pairs and push the levers on their pools."""
        rows = np.unique(self.pairs)
        return Actions([Contribution(f"pool.{name}", rows, x) for name, x in self.values.items()], rosters=self.pairs)


def city(*policies, **parameters):
    sim = quiet(policies=policies, **(TEAMS | parameters))
    nets = sim.tables["nets"][0]
    assert len(set(nets.tolist())) == 6
    return sim, nets


NETS = city()[1]
"""Pools of community 0: five nets and its own."""
SOCIAL, URBAN = int(NETS[1]), int(NETS[3])
"""The political-legal net, which owns noise, and urban management's, which owns parking."""


def midnight(sim, day, at_home=()):
    """Run midnight with its decisions; then nobody of the pools ``at_home`` is on duty, all others always are."""
    sim.day = day
    sim._act()
    engine.open_day(sim.w, day)
    people = sim.tables["responders"]
    off = np.isin(people["pool"], at_home)
    people["on"] = people["field"] = np.where(off, 0, ALL_DAY)
    draw_crews(sim.w)
    sim.tables["pools"]["fresh"] = sim.tables["pools"]["busy_until"] = 0


# Which pools serve in which ----------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12), st.randoms())
def test_whoever_asks_in_whatever_order_the_groups_are_the_same(pairs, random):
    pools = np.zeros(10, dtype=[("key", "i8"), ("level", "i1")])
    pools["key"] = [5, 3, 9, 1, 7, 2, 8, 0, 6, 4]
    made = rosters(pools, np.array(pairs, dtype=np.int64).reshape(-1, 2))
    mixed = [(b, a) if random.random() < 0.5 else (a, b) for a, b in pairs]
    random.shuffle(mixed)
    assert rosters(pools, np.array(mixed, dtype=np.int64).reshape(-1, 2)).tolist() == made.tolist()
    groups = [{p} for p in range(10)]
    for a, b in pairs:
        one, other = (next(g for g in groups if x in g) for x in (a, b))
        if one is not other:
            groups.remove(other)
            one |= other
    for group in groups:
        assert {int(made[p]) for p in group} == {min(group, key=lambda p: pools["key"][p])}


def test_pools_whose_queues_are_other_stages_cannot_be_joined():
    at = setting()
    with pytest.raises(ValueError, match="different stages"):
        rosters(at.pools, np.array([[at.community_pool[0], at.street_pool[0]]]))
    with pytest.raises(ValueError, match="different stages"):
        rosters(at.pools, np.array([[at.street_pool[0], at.line_pool[0, 0]]]))
    rosters(at.pools, np.array([[at.line_pool[0, 0], at.line_pool[-1, 0]], [at.nets[0, 0], at.community_pool[0]]]))


# Cases and people --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("joined", [False, True])
def test_a_case_is_served_by_whoever_of_the_joined_roster_is_free(joined):
    sim, _ = city(*([Join([[URBAN, SOCIAL]])] if joined else []))
    midnight(sim, 0, [URBAN])
    n = put(sim, "parking", 0, 600)
    run(sim, 0, 1200)
    needs, people, cases = (sim.tables[name] for name in ("needs", "responders", "cases"))
    if not joined:
        assert needs["phase"][n] == S.WAITING
        assert sim.tables["pools"]["waiting"][URBAN] == sim.tables["pools"]["length"][URBAN] == 1
        return
    assert sim.tables["sc"][S.SOLVED] == 1 or cases["pool"][needs["case"][n]] == URBAN
    busy = people["month_busy"] > 0
    assert set(people["pool"][busy].tolist()) == {SOCIAL}, "who did it is still employed by his own net"


def test_a_waiting_case_is_known_where_it_was_sent_and_returns_when_the_rosters_part():
    root = int(rosters(city()[0].tables["pools"], np.array([[URBAN, SOCIAL]]))[URBAN])
    sim, _ = city(Join([[URBAN, SOCIAL]], until=1))
    midnight(sim, 0, [URBAN, SOCIAL])
    n = put(sim, "parking", 0, 600)
    run(sim, 0, DAY)
    pools, need = sim.tables["pools"], sim.tables["needs"][n]
    assert (pools["length"][root], pools["waiting"][URBAN], pools["waiting"][SOCIAL]) == (1, 1, 0)
    assert need["wait_pool"] == root
    assert sim.known_load().tolist() == [1.0, 0.0]
    midnight(sim, 1, [URBAN, SOCIAL])
    assert sim.tables["roster"].tolist() == list(range(len(pools)))
    assert (pools["length"][URBAN], pools["length"][SOCIAL]) == (1, 0)
    assert (pools["waiting"][URBAN], pools["waiting"][SOCIAL]) == (1, 0)
    need = sim.tables["needs"][n]
    assert need["wait_pool"] == URBAN
    assert need["minutes"].sum() == DAY - need["arose"]
    run(sim, DAY, DAY + 600)
    assert need["phase"] == S.WAITING


def test_people_stand_in_the_crew_of_their_roster_once_each_and_return():
    sim, nets = city(Join([[NETS[0], NETS[1]], [NETS[2], NETS[1]], [NETS[2], NETS[4]]], until=2))
    for day in range(3):
        midnight(sim, day)
        people, pools, roster = (sim.tables[name] for name in ("responders", "pools", "roster"))
        assert len(set(roster[nets].tolist())) == (3 if day < 2 else 6)
        for p in range(len(pools)):
            on_duty = (roster[people["pool"]] == p) & (people["active"] == 1)
            assert crew(sim, p) == np.flatnonzero(on_duty).tolist()


def test_a_pool_is_asked_for_meetings_and_its_roster_shares_them():
    sim, _ = city(Join([[URBAN, SOCIAL]], overhead_minutes=60.0))
    midnight(sim, 0)
    people = sim.tables["responders"]
    ours = np.isin(people["pool"], [URBAN, SOCIAL]) & (people["overhead_minutes"] > 0)
    assert people["overhead_minutes"].sum() == pytest.approx(120.0)
    assert people["overhead_minutes"][ours].sum() == pytest.approx(120.0)
    assert np.ptp(people["overhead_minutes"][ours]) == pytest.approx(0.0)


# Levers ------------------------------------------------------------------------------------------------------------


def worked(at_home, **levers):
    """Return hands-on minutes of a case of urban management in a roster joined with the political-legal net's."""
    sim, _ = city(Join([[URBAN, SOCIAL]], **levers))
    sim.tables["responders"]["productivity"] = 1.0
    midnight(sim, 0, at_home)
    put(sim, "parking", 0, 600)
    run(sim, 0, DAY)
    assert sim.tables["sc"][S.SOLVED] == 1
    return int(sim.tables["responders"]["work_minutes"].sum())


def test_a_case_of_another_net_takes_longer_by_so_much_as_people_are_unfamiliar_with_it():
    assert worked([SOCIAL], unfamiliar=0.5) == worked([SOCIAL]), "their own people are not"
    assert worked([URBAN], unfamiliar=0.5) == pytest.approx(1.5 * worked([URBAN]), abs=1)


def test_of_two_who_ask_for_unfamiliarity_the_larger_counts():
    """A case of another net is not twice unfamiliar because two policies join rosters."""
    one, other = Join([[URBAN, SOCIAL]], unfamiliar=0.5), Join([[URBAN, SOCIAL]], unfamiliar=0.2)
    other.instance = "other"
    sim, _ = city(one, other)
    midnight(sim, 0)
    assert sim.tables["pool_levers"]["unfamiliar"].max() == 0.5


def test_joining_nothing_is_no_join():
    sim, _ = city(Join([[URBAN, URBAN]]))
    midnight(sim, 0)
    assert sim.tables["roster"].tolist() == list(range(len(sim.tables["pools"])))
    assert len(CITY.communities) == 2
    open_day(sim, 1)
