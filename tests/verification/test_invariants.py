"""Laws of any run, on random small cities under random stacks of policies and shocks, day by day and at the end.

The event log is replayed: who set out, arrived, was called away and finished, one responder at a time, against the
rosters of each day.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_model_simulation import POLICIES, check_laws
from tiny_city import districts, tiny_spec

from cogov.agents import responders as R
from cogov.model import ledger as L
from cogov.model import state as S
from cogov.model.city import build_city
from cogov.model.incidents import SHOCKS, Catalogue
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.roster import bits_between
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.policies.joint_team import JointTeam
from cogov.scenarios.policies.one_net import OneNet
from cogov.scenarios.registry import policies as registered

DAY = 1440
AGAIN = 1 << 40
"""Stands for the minute of arrival of one who takes up a case again, which the log need not tell."""
FLOWS = {
    S.C_ARISEN: S.ARISEN, S.C_SOLVED: S.SOLVED, S.C_LAPSED: S.LAPSED, S.C_REPORTS: S.REPORTS,
    S.C_DUPLICATES: S.DUPLICATES, S.C_OPENED: S.CASES_OPENED, S.C_CLOSED: S.CASES_CLOSED,
}  # fmt: skip


# Random worlds -----------------------------------------------------------------------------------------------------


@st.composite
def cities(draw):
    rows = draw(st.lists(districts(), min_size=1, max_size=2))
    communities = sum(d["urban_communities"] + d["villages"] for d in rows)
    counts = {
        "full_time_grid_workers": (1, 15), "part_time_grid_workers": (0, 15),
        "community_workers": (communities, 25), "street_staff": (3, 60), "district_officials": (12, 800),
        "city_officials": (12, 400), "social_workers": (0, 3), "hotline_seats_day": (1, 3),
        "hotline_seats_night": (1, 2),
    }  # fmt: skip
    staff = {name: draw(st.integers(*span)) for name, span in counts.items()}
    stock = {name: draw(st.integers(0, most)) for name, most in
             (("old_compounds", 8), ("commercial_compounds", 8), ("firms", 6), ("units", 60))}  # fmt: skip
    spec = tiny_spec(rows, **stock)
    spec = spec.model_copy(update={"staff": spec.staff.model_copy(update=staff)})
    return build_city(spec, draw(st.integers(1, 10_000)))


EVERY = tuple(registered().values())


def values(p):
    """Return what a policy's parameter may be."""
    return st.sampled_from(p.choices) if p.choices else st.floats(p.low, p.high).map(lambda x: round(x, 3))


@st.composite
def policies(draw, days):
    stack = []
    for name in draw(st.sampled_from(["", "a", "ab", "abc", "abcd"])):
        kind = draw(st.sampled_from(EVERY))
        chosen = draw(st.sets(st.sampled_from([p.name for p in kind.card.parameters])))
        parameters = {p.name: draw(values(p)) for p in kind.card.parameters if p.name in chosen}
        start = draw(st.integers(0, days // 2))
        stack.append(kind(Settings(
            name, draw(st.sampled_from([0.0, 0.3, 0.7, 1.0])), start, start + draw(st.integers(1, days)),
            draw(st.integers(0, 6)), parameters)))  # fmt: skip
    return tuple(stack)


@st.composite
def shocks(draw, days, communities):
    out = []
    for name in draw(st.sampled_from(["", "x", "xy"])):
        start = draw(st.integers(0, (days - 2) * DAY))
        length = draw(st.integers(30, 5 * DAY))
        reach = np.array(draw(st.lists(st.booleans(), min_size=communities, max_size=communities)))
        out.append(ShockPlan(name, draw(st.sampled_from(SHOCKS)), start, start + length,
                             draw(st.sampled_from([0.2, 1.0, 5.0])), reach if reach.any() else None))  # fmt: skip
    return tuple(out)


class World(RunPlan):
    """A plan that prints in a few lines."""

    def __repr__(self):
        return (f"{self.start}, {self.warm_up_days}+{self.window_days}+{self.follow_up_days} days, "
                f"demand {self.demand}, city seed {self.city.seed} {self.city.spec!r}, shocks {self.shocks!r}, "
                f"policies {[(type(p).__name__, p.settings) for p in self.policies]}")  # fmt: skip


@st.composite
def worlds(draw):
    city = draw(cities())
    warm, window, follow = draw(st.sampled_from([(2, 5, 3), (0, 9, 0), (5, 26, 6)]))
    days = warm + window + follow
    start = draw(st.sampled_from([dt.date(2024, 6, 1), dt.date(2024, 2, 12), dt.date(2025, 10, 6)]))
    return World(city, start, window, warm, follow, draw(st.sampled_from([1.0, 6.0, 25.0])), {},
                 draw(shocks(days, len(city.communities))), draw(policies(days)))  # fmt: skip


# What must hold after every day ------------------------------------------------------------------------------------


def check_books(sim):
    """Assert what the books say in the middle of a run, at the end of a day."""
    sc, needs, end = sim.tables["sc"], sim.tables["needs"], sim.day * DAY
    living = needs[(needs["live"] == 1) & (needs["phase"] != S.PENDING)]
    assert sc[S.ARISEN] == sc[S.SOLVED] + sc[S.LAPSED] + len(living)
    assert sc[S.NEEDS_LIVE] == (needs["live"] == 1).sum()
    free, resting = (chained(needs, int(sc[place])) for place in (S.FREE_NEED, S.RESTING_NEED))
    assert sorted([*free, *resting, *np.flatnonzero(needs["live"])]) == list(range(len(needs)))
    today = (needs["phase"] == S.ENDED) & (needs["live"] == 0) & (needs["mark"] >= end - DAY)
    assert sc[S.NEEDS_RESTING] == len(resting)
    assert sorted(resting) == np.flatnonzero(today).tolist()
    assert sc[S.REPORTS] == sc[S.FIRST_REPORTS] + sc[S.DUPLICATES]
    assert sc[S.ATTEMPTS] == sc[S.ANSWERED] + sc[S.ABANDONED] + sc[S.RETRIES]
    assert 0 <= sc[S.RETRYING] <= sc[S.CALLS_LIVE]
    assert 0 <= sc[S.SEATS_BUSY] <= sim.tables["seats"].max()
    assert sc[S.CASES_OPENED] == sc[S.CASES_CLOSED] + (living["case"] >= 0).sum()
    flows = sim.tables["counts"].sum(axis=(0, 1))
    assert {c: flows[c] for c in FLOWS} == {c: sc[total] for c, total in FLOWS.items()}
    assert sc[S.COHORT_SOLVED] + sc[S.COHORT_LAPSED] + sc[S.COHORT_OPEN] == sim.tables["stage_table"][:, :, -1].sum()
    assert (living["minutes"] >= 0).all()
    assert (living["minutes"].sum(axis=1) == living["mark"] - living["arose"]).all()
    assert (living["mark"] <= end).all()


def chained(rows, first):
    """Return the rows of a list that runs through ``next_free``."""
    found = []
    while first >= 0:
        found.append(first)
        first = int(rows["next_free"][first])
    return found


def check_queues(sim):
    """Assert that every open case is in exactly one place: with an office, queued, put aside, or with people."""
    cases, pools, people = sim.tables["cases"], sim.tables["pools"], sim.tables["responders"]
    found, roster = [], sim.tables["roster"]
    for row, pool in enumerate(pools):
        mine, todo = [], [int(pool["head"])] if pool["head"] >= 0 else []
        while todo:
            c = todo.pop()
            if cases["status"][c] != S.DEAD:
                mine.append(c)
            todo += [int(cases[side][c]) for side in ("left", "right") if cases[side][c] >= 0]
        assert len(mine) == pool["length"]
        assert (cases["status"][mine] == S.QUEUED).all()
        assert (roster[cases["pool"][mine]] == row).all()
        ours = roster[people["pool"]] == row
        crew = sim.tables["crew"][pool["crew"] : pool["crew_end"]]
        assert (np.diff(crew) > 0).all()
        assert ours[crew].all()
        assert set(np.flatnonzero(ours & (people["state"] == R.ENGAGED))) <= set(crew.tolist())
        assert (cases["responder"][mine] == -1).all()
        found += mine
    assert np.array_equal(np.bincount(cases["pool"][found], minlength=len(pools)) if found else 0 * pools["waiting"],
                          pools["waiting"])  # fmt: skip
    at_work = np.flatnonzero(people["state"] == R.ENGAGED)
    assert (cases["responder"][people["case"][at_work]] == at_work).all()
    aside = people["parked"][people["parked"] >= 0]
    assert (people["state"][people["parked"] >= 0] == R.ENGAGED).all()
    assert (cases["responder"][aside] == -1).all()
    assert (cases["status"][aside] == S.OUT).all()
    found += people["case"][at_work].tolist() + aside.tolist()
    assert len(found) == len(set(found))
    needs = sim.tables["needs"]
    open_needs = np.flatnonzero((needs["live"] == 1) & (needs["case"] >= 0))
    lead = needs["case"][open_needs]
    assert (cases["need"][lead] == open_needs).all()
    held = cases["status"][lead] == S.HELD
    assert set(lead[~held].tolist()) <= set(found)


class Hours:
    """The shifts of every responder-day, and that busy minutes stay within them."""

    def __init__(self):
        self.on, self.starts = [], []
        self.rostered = self.busy = self.before = np.zeros(0, dtype=np.int64)

    def note(self, sim):
        people, day = sim.tables["responders"], sim.day - 1
        grow = len(people) - len(self.rostered)
        self.rostered = np.pad(self.rostered, (0, grow))
        self.busy, self.before = np.pad(self.busy, (0, grow)), np.pad(self.before, (0, grow))
        self.on.append(dict(zip(people["key"].tolist(), people["on"].tolist(), strict=True)))
        self.starts.append(dict(zip(people["key"].tolist(), people["from_minute"].tolist(), strict=True)))
        assert len(self.on[-1]) == len(people)
        self.rostered += [bits_between(mask, 0, DAY) for mask in people["on"].tolist()]
        self.busy += people["month_busy"] - (0 if day > 0 and day % 30 == 0 else self.before)
        self.before = people["month_busy"].copy()
        assert (self.busy <= self.rostered).all()
        assert ((people["field"] & ~people["on"]) == 0).all()

    def on_duty(self, key, minute):
        day, rest = divmod(minute, DAY)
        return day < len(self.on) and self.on[day].get(key, 0) >> (rest // 30) & 1 == 1


class Replay:
    """Replays the event log: nobody is in two places, and nobody sets out or ends a visit off duty.

    Two things go unlogged: parties of a side-by-side visit leave when the lead finishes, and one who waited on site
    for another party in vain goes home at midnight. A case put aside is taken up again at once when its responder is
    free.
    """

    def __init__(self, hours):
        self.hours = hours
        self.case, self.aside, self.arrived = {}, {}, {}
        self.joint, self.kinds = set(), Counter()
        self.called_away, self.freed = {}, {}

    def read(self, log):
        for need, t, kind, _, who in log.tolist():
            self.kinds[kind] += 1
            if kind == L.LOG_JOINT:
                self.joint.add(need)
            elif kind == L.LOG_PREEMPTED:
                self._turn_to(need, t, who)
                assert who not in self.aside
                self.aside[who] = self.case.pop(who)
                self.called_away[who] = t
            elif kind == L.LOG_ASSIGNED:
                self._set_out(need, t, who)
            elif kind == L.LOG_ARRIVED:
                self._turn_to(need, t, who)
                self.arrived[who] = t
                assert self._on_duty_until(who, t)
            elif kind == L.LOG_FINISHED:
                self._turn_to(need, t, who)
                self._finish(need, t, who)

    def check_end(self, sim):
        """Assert that the tables know the same people out as the log."""
        people, cases = sim.tables["responders"], sim.tables["cases"]
        for p in people[people["state"] == R.ENGAGED]:
            need = int(sim.tables["needs"]["key"][cases["need"][p["case"]]])
            self._turn_to(need, sim.day * DAY, int(p["key"]))

    def _on_duty_until(self, who, t):
        return self.hours.on_duty(who, t - 1) or self.hours.on_duty(who, t)

    def _in_vain(self, who, t):
        return self.case[who] in self.joint and who in self.arrived and self.arrived[who] // DAY < t // DAY

    def _turn_to(self, need, t, who):
        if self.case.get(who) != need and self._in_vain(who, t):
            self._free(who)
        assert self.case[who] == need

    def _set_out(self, need, t, who):
        if self.freed.get(who) == t and self.arrived.get(who) == AGAIN:
            self.aside[who] = self.case.pop(who)  # the next emergency waits already
            self.called_away[who] = t
        if who in self.case:
            assert self._in_vain(who, t)
            self._free(who)
        assert who not in self.case
        assert who not in self.aside or self.called_away[who] == t
        self.case[who] = need
        self.arrived.pop(who, None)
        assert self.hours.on_duty(who, t)
        assert t >= self.hours.starts[t // DAY][who]

    def _finish(self, need, t, who):
        assert self._on_duty_until(who, t)
        out = [r for r, n in self.case.items() if n == need]
        assert len(out) == 1 or need in self.joint
        for other in out:
            assert other in self.arrived
            self._free(other)
            self.freed[other] = t

    def _free(self, who):
        del self.case[who], self.arrived[who]
        if who in self.aside:
            self.case[who], self.arrived[who] = self.aside.pop(who), AGAIN


def live_through(plan, seed):
    """Run a plan to its end under all checks; return the replay of its log."""
    rows, hours = [], Hours()
    sim = Simulation(plan, seed, rows.append)
    while sim.day < plan.days:
        sim.step()
        hours.note(sim)
        check_books(sim)
        check_queues(sim)
    check_laws(sim)
    replay = Replay(hours)
    for log in rows:
        replay.read(log)
    replay.check_end(sim)
    return replay


@settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.integers(1, 10_000))
def test_the_laws_hold_every_day_in_random_cities_under_random_stacks_and_shocks(plan, seed):
    live_through(plan, seed)


@pytest.mark.parametrize(
    ("seed", "convener", "demand", "stack"),
    [(5, 0.5, 8.0, True), (7, 0.5, 6.0, True), (8, 0.5, 7.0, False), (13, 1.0, 7.0, True), (14, 1.0, 10.0, False)],
)
def test_the_laws_hold_when_emergencies_call_people_away_all_the_time(seed, convener, demand, stack):
    """Many joint emergencies in a busy city in a storm: visits are put aside and taken up again."""
    shipped = (files("cogov.model") / "incidents.toml").read_text(encoding="utf-8")
    rare = "rate = [0.533, 1.06, 0.799, 4]"
    assert rare in shipped
    catalogue = Catalogue(shipped.replace(rare, "rate = [60, 120, 90, 440]"))
    place = {"residents": 6000, "grids": 14, "villages": 2, "urban_communities": 2}
    city = build_city(tiny_spec((place,), units=40), 3)
    storm = ShockPlan("x", "rainstorm", 3 * DAY, 9 * DAY, 5.0)
    policies = [kind(Settings(kind.card.id, 1.0)) for kind in POLICIES] if stack else []
    if stack:  # rosters join, part in the middle of it all, and join again
        policies += [JointTeam(Settings(f"team{k}", 1.0, day, day + 2)) for k, day in enumerate((4, 8))]
        policies.append(OneNet(Settings("net", 1.0, 3, 9)))
    busy = {"roster.field_share_grid": 1.0, "roster.field_share": 1.0, "roster.field_share_office": 1.0,
            "handling.convener": convener}  # fmt: skip
    plan = RunPlan(city, dt.date(2024, 6, 1), 10, 2, 4, demand, busy, [storm], policies, catalogue)
    replay = live_through(plan, seed)
    assert replay.kinds[L.LOG_PREEMPTED] > 20
    assert replay.kinds[L.LOG_JOINT] > 20
