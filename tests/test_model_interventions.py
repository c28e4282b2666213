"""How policies reach the engine: claims are rationed by key, people stay who they are, ids are canonical."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_city import tiny_spec

from cogov.agents import responders as R
from cogov.agents.places import REPORTED
from cogov.model import interventions as iv
from cogov.model import postings as ps
from cogov.model.city import build_city
from cogov.model.levers import Contribution
from cogov.model.plan import RunPlan
from cogov.model.roster import HELPER_HOURS
from cogov.model.simulation import Simulation

CITY = build_city(tiny_spec(({}, {"villages": 2})), 2)
SIM = Simulation(RunPlan(CITY, dt.date(2024, 6, 3), 2, 0, 1))


class Stub:
    """A policy that asks for what it was given."""

    def __init__(self, instance, postings=None, contributions=(), since=0):
        self.instance, self.since = instance, since
        self.asked = iv.Actions(contributions, ps.posting_rows(0) if postings is None else postings)
        self.days = []

    def strength(self, day):
        return 1.0 if day >= self.since else 0.0

    def act(self, setting, day):
        self.days.append(day)
        return iv.Actions(self.asked.contributions, self.asked.postings.copy())


def claims(entries, instance=0):
    """Return postings from (person, community, source, home)."""
    rows = ps.posting_rows(len(entries))
    for row, (person, community, source, home) in zip(rows, entries, strict=True):
        row["person"], row["community"], row["source"], row["home"] = person, community, source, home
        row["kind"], row["shift"], row["productivity"], row["delay"] = R.CADRE, R.OFFICE, 0.5, -1
    rows["instance"] = instance
    return rows


def named(rows):
    return {tuple(int(row[name]) for name in ("instance", "person", "community", "source", "home")) for row in rows}


entries = st.sets(
    st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(0, 4), st.integers(0, 2), st.integers(0, 1)),
    max_size=30)  # fmt: skip
supply = st.tuples(*[st.tuples(st.integers(0, 4), st.integers(0, 4)) for _ in range(3)])


@settings(max_examples=60, deadline=None)
@given(entries, supply, st.randoms(use_true_random=False))
def test_rationing_meets_as_many_as_there_are_whatever_the_order(wanted, spare, chance):
    spare = tuple(np.array(s, dtype=float) for s in spare)
    rows = claims([e[1:] for e in sorted(wanted)])
    rows["instance"] = [e[0] for e in sorted(wanted)]
    policies = (Stub("one"), Stub("two"))
    met = iv.ration(rows, spare, policies, SIM.setting)
    for source in range(3):
        for home in range(2):
            asked = int(((rows["source"] == source) & (rows["home"] == home)).sum())
            given_ = int(((met["source"] == source) & (met["home"] == home)).sum())
            assert given_ == min(asked, int(spare[source][home]))
    turned = list(range(len(rows)))
    chance.shuffle(turned)
    assert named(iv.ration(rows[turned], spare, policies, SIM.setting)) == named(met) <= named(rows)


def test_more_supply_keeps_whoever_was_served():
    rows = claims([(k, k % 3, ps.FROM_LINE, 0) for k in range(12)])
    before = set()
    for n in range(13):
        met = named(iv.ration(rows, (np.array([float(n)]), np.zeros(0), np.zeros(0)), (Stub("one"),), SIM.setting))
        assert len(met) == n
        assert before <= met
        before = met


def test_what_can_be_spared_follows_the_declared_shares():
    par = SIM.par
    staff = SIM.tables["responders"]
    lines, units, members, pools = iv.supplies(CITY, par, staff, SIM.tables["pools"])
    at = (staff["kind"] <= R.LINE_OFFICER) & (staff["kind"] != R.STREET_DUTY)
    heads = np.bincount(staff["pool"][at], minlength=len(pools))
    assert np.array_equal(pools, np.floor(heads * par[iv.LENDABLE]))
    assert np.array_equal(lines, np.floor(CITY.lines["headcount"] * par[iv.LENDABLE]))
    assert np.array_equal(units, np.ceil(CITY.units["idle_hours"] / HELPER_HOURS))
    home = CITY.grids["community"][CITY.residents["grid"]]
    by_place = np.bincount(home, (CITY.residents["flags"] & REPORTED) > 0, minlength=len(CITY.communities))
    assert by_place.any()
    assert np.array_equal(members, np.floor(by_place * par[iv.TURNOUT_LIMIT]))


# Reserves -------------------------------------------------------------------------------------------------------------


def on_call(entries):
    """Return claims on paired reserves."""
    rows = claims(entries)
    rows["kind"], rows["delay"] = R.RESERVE, 120
    return rows


def rationed(rows, spare, called=None):
    return iv.ration(rows, (np.array(spare, dtype=float), np.zeros(3), np.zeros(9)), (Stub("a"),), SIM.setting, called)


def test_reserves_on_call_leave_the_quota_to_those_who_go():
    going = claims([(k, 0, ps.FROM_LINE, 0) for k in range(5)])
    waiting = on_call([(10 + k, 1, ps.FROM_LINE, 0) for k in range(6)])
    met = rationed(np.concatenate([going, waiting]), [4])
    assert np.bincount(met["kind"], minlength=14)[[R.CADRE, R.RESERVE]].tolist() == [4, 4]


@pytest.mark.parametrize(("called", "left"), [(0, 4), (3, 1), (9, 0)])
def test_reserves_on_duty_count_against_it(called, left):
    going = claims([(k, 0, ps.FROM_LINE, 0) for k in range(5)])
    waiting = on_call([(10 + k, 1, ps.FROM_LINE, 0) for k in range(4)])
    met = rationed(np.concatenate([going, waiting]), [4], np.array([called]))
    assert np.bincount(met["kind"], minlength=14)[[R.CADRE, R.RESERVE]].tolist() == [left, 4]


def test_nobody_leads_those_who_were_refused():
    """A line can spare two of the four: two are on duty, and two are led."""
    line = int(np.argmax(CITY.lines["headcount"]))
    rows = claims([(k, 0, ps.FROM_LINE, line) for k in range(4)])
    rows["led"] = 30.0
    share = 2.5 / float(CITY.lines["headcount"][line])
    acts = Stub("a", rows)
    sim = Simulation(RunPlan(CITY, dt.date(2024, 6, 3), 2, 0, 1, 0.0, {"line.lendable": share}, policies=(acts,)))
    sim._act()
    asked = sim.tables["pool_levers"]["overhead_minutes"]
    assert asked.sum() == asked[sim.setting.community_pool[0]] == 60.0


def test_gathering_asks_only_those_in_force_and_numbers_their_claims():
    push = Contribution("community.misroute", np.array([0]), 0.5)
    first = Stub("a", claims([(0, 0, 0, 0)]), since=3)
    second = Stub("b", claims([(1, 1, 0, 0), (2, 1, 0, 0)]), [push])
    actions = iv.gather((first, second), SIM.setting, 2)
    assert (first.days, second.days) == ([], [2])
    assert list(actions.contributions) == [push]
    assert actions.postings["instance"].tolist() == [1, 1]
    assert iv.gather((first, second), SIM.setting, 3).postings["instance"].tolist() == [0, 1, 1]
    assert len(iv.gather((), SIM.setting, 3).postings) == 0


def test_coverage_is_a_fixed_uniform_of_place_and_instance():
    one, again, other = (SIM.setting.uniforms(name, CITY.communities["key"], 0) for name in ("a", "a", "b"))
    assert np.array_equal(one, again)
    assert not np.isin(one, other).any()
    assert np.array_equal(SIM.setting.coverage("a"), one)
    turned = SIM.setting.uniforms("a", CITY.communities["key"][::-1], 0)
    assert np.array_equal(turned[::-1], one)
