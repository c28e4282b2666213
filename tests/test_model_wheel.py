"""The event wheel: order by (minute, kind, key) whatever the order of planning, nothing lost, nothing in the past."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_city import tiny_spec

from cogov.agents.rules import entry
from cogov.model import state as S
from cogov.model import wheel
from cogov.model.city import build_city
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation

CITY = build_city(tiny_spec(), 1)

DAY = 1440


@entry
def deal(w, day):
    """Deal out a day's events."""
    wheel.deal(w, day)


@pytest.fixture
def sim():
    """Return a run of three days before its first midnight, with nothing planned."""
    return Simulation(RunPlan(CITY, dt.date(2024, 6, 3), 2, 0, 1))


def drain(sim, minutes, during=()):
    """Run these minutes; return (minute, kind, key, generation) as popped; ``during`` is planned meanwhile."""
    out, late, sc = [], list(during), sim.tables["sc"]
    for minute in minutes:
        if minute // DAY > sc[S.DAY_NO]:
            sc[S.DAY_NO], sc[S.MINUTE] = minute // DAY, minute - 1
            deal(sim.w, minute // DAY)
        wheel.open_minute(sim.w, minute)
        while (node := wheel.pop(sim.w)) >= 0:
            e = sim.tables["nodes"][node]
            out.append((minute, int(e["kind"]), int(e["key"]), int(e["generation"])))
            for event in [e for e in late if e[0] == minute]:
                plan(sim, [event])
                late.remove(event)
    return out


def plan(sim, events):
    for minute, kind, key, generation in events:
        wheel.push(sim.w, minute, kind, key, 7, generation)


MINUTES = [0, 1, 2, 700, DAY - 1, DAY, DAY + 3, 2 * DAY + 9]
events = st.lists(
    st.tuples(st.sampled_from(MINUTES), st.integers(0, 16), st.integers(0, 3), st.integers(0, 2)), max_size=150
)


@settings(max_examples=40, deadline=None)
@given(events, events)
def test_events_come_by_minute_kind_and_key_whatever_the_order_of_planning(before, today):
    """Some are planned before the first midnight, some on the first day for that day and later."""
    sim = Simulation(RunPlan(CITY, dt.date(2024, 6, 3), 2, 0, 1))
    sim.tables["sc"][S.DAY_NO] = -1
    plan(sim, before)
    sim.tables["sc"][S.DAY_NO] = 0
    deal(sim.w, 0)
    plan(sim, today)
    assert drain(sim, MINUTES) == sorted(before + today)
    assert sim.tables["sc"][S.PUSHES] == sim.tables["sc"][S.POPS] == len(before + today)
    assert sim.tables["sc"][S.BLOCKS_LIVE] == 0


def test_an_event_planned_for_the_running_minute_joins_it_in_order(sim):
    plan(sim, [(DAY + 3, wheel.ARISE, 5, 0), (DAY + 3, wheel.REOPEN, 1, 0), (DAY + 4, wheel.SHOCK, 0, 0)])
    during = [(DAY + 3, wheel.ARRIVE, 9, 0), (DAY + 3, wheel.ARISE, 2, 0)]
    got = drain(sim, [0, DAY + 3, DAY + 4], during)
    third = [(wheel.ARISE, 5), (wheel.ARISE, 2), (wheel.ARRIVE, 9), (wheel.REOPEN, 1)]
    assert [event[:3] for event in got] == [*((DAY + 3, kind, key) for kind, key in third), (DAY + 4, wheel.SHOCK, 0)]


def test_an_event_beyond_the_horizon_is_dropped_and_one_in_the_past_refused(sim):
    sc = sim.tables["sc"]
    sc[S.MINUTE] = 10
    plan(sim, [(3 * DAY, wheel.ARISE, 1, 0)])
    assert sc[S.PUSHES] == 0
    with pytest.raises(ValueError, match="planned in the past"):
        plan(sim, [(9, wheel.ARISE, 1, 0)])
    assert sc[S.PUSHES] == 0
