"""The clock of a need: each minute goes to exactly one stage, waiting minutes by the shifts of the pool."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_city import tiny_spec

from cogov.agents import responders as R
from cogov.model import stages
from cogov.model import state as S
from cogov.model.city import build_city
from cogov.model.crews import draw_crews
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation


@pytest.fixture(scope="module")
def sim():
    return Simulation(RunPlan(build_city(tiny_spec(), 1), dt.date(2024, 6, 3), 2, 0, 1))


@pytest.fixture
def pool(sim):
    """Return the community's pool, two of whose members are on the roster, with one case waiting."""
    p = int(sim.tables["nets"][0, 5])
    people = sim.tables["responders"]
    members = [r for r in range(len(people)) if people["pool"][r] == p]
    people["active"][members], people["state"][members] = 0, R.IDLE
    people["on"][members] = people["field"][members] = 0
    people["active"][members[:2]] = 1
    q = sim.tables["pools"]
    q["clock"][p] = q["clock_off"][p] = q["clock_paper"][p] = 0
    q["length"][p] = 1
    return p, members[:2]


masks = st.integers(0, (1 << 48) - 1)


def count(span, holds):
    return sum(1 for minute in range(*span) if holds(minute // 30))


@settings(max_examples=60, deadline=None)
@given(masks, masks, masks, masks, st.booleans(), st.integers(0, 1440), st.integers(0, 1440))
def test_waiting_clocks_equal_a_count_minute_by_minute(sim, on_a, field_a, on_b, field_b, busy, a, b):
    p = int(sim.tables["nets"][0, 5])
    people, q = sim.tables["responders"], sim.tables["pools"]
    members = [r for r in range(len(people)) if people["pool"][r] == p]
    people["active"][members] = 0
    one, two = members[:2]
    people["active"][[one, two]] = 1
    people["state"][[one, two]] = R.IDLE, R.ENGAGED if busy else R.IDLE
    people["on"][[one, two]], people["field"][[one, two]] = (on_a, on_b), (field_a & on_a, field_b & on_b)
    span = min(a, b), max(a, b)
    q["clock"][p], q["clock_off"][p], q["clock_paper"][p], q["length"][p] = span[0], 0, 0, 1
    draw_crews(sim.w)
    stages.touch(sim.w, p)
    stages.advance_clock(sim.w, p, span[1])
    idle_on, idle_field = (on_a, field_a & on_a) if busy else (on_a | on_b, field_a & on_a | field_b & on_b)
    assert q["clock"][p] == span[1]
    assert q["clock_off"][p] == count(span, lambda h: not (on_a | on_b) >> h & 1)
    assert q["clock_paper"][p] == count(span, lambda h: idle_on >> h & 1 and not idle_field >> h & 1)


def test_an_empty_queue_runs_no_clock(sim, pool):
    p, _ = pool
    q = sim.tables["pools"]
    q["length"][p] = 0
    stages.advance_clock(sim.w, p, 600)
    assert (q["clock"][p], q["clock_off"][p], q["clock_paper"][p]) == (600, 0, 0)


def need_at(sim, t, phase):
    need = sim.tables["needs"]
    need["minutes"][0] = 0
    need["mark"][0], need["phase"][0], need["arose"][0], need["case"][0] = t, phase, t, -1
    return need


def test_office_phases_book_their_own_stage_only(sim):
    need = need_at(sim, 100, S.UNNOTICED)
    for t, phase in ((160, S.UNREPORTED), (175, S.ACCEPTANCE), (175, S.DECISION), (400, S.ENDED)):
        stages.turn(sim.w, 0, t, phase)
    booked = {s: int(m) for s, m in enumerate(need["minutes"][0]) if m}
    assert booked == {S.UNNOTICED: 60, S.UNREPORTED: 15, S.DECISION: 225}
    assert (need["mark"][0], need["phase"][0]) == (400, S.ENDED)


def test_waiting_is_split_into_queue_paperwork_and_nobody_on_shift(sim, pool):
    p, (one, two) = pool
    people = sim.tables["responders"]
    morning, noon = 0b1111 << 16, 0b11 << 20  # 08:00 to 10:00, 10:00 to 11:00
    people["on"][[one, two]], people["field"][[one, two]] = (morning, noon), (0b11 << 16, 0)
    draw_crews(sim.w)
    stages.touch(sim.w, p)
    need = need_at(sim, 420, S.ACCEPTANCE)
    stages.wait_at(sim.w, 0, 450, p)
    stages.turn(sim.w, 0, 700, S.ENDED)
    booked = {s: int(m) for s, m in enumerate(need["minutes"][0]) if m}
    # 07:30 to 08:00 nobody; 08:00 to 09:00 one in the field; 09:00 to 11:00 paperwork; then nobody until 11:40
    assert booked == {S.ACCEPTANCE: 30, S.QUEUE_GRID: 60, S.PAPERWORK: 120, S.OFF_SHIFT: 70}
    assert sum(booked.values()) == 700 - need["arose"][0]


def test_queues_of_each_level_have_their_own_stage(sim):
    pools = sim.tables["pools"]
    for level, stage in (
        (0, S.QUEUE_GRID),
        (1, S.QUEUE_GRID),
        (2, S.QUEUE_STREET),
        (3, S.QUEUE_LINE),
        (4, S.QUEUE_LINE),
    ):
        p = int((pools["level"] == level).argmax())
        pools["length"][p], pools["clock"][p] = 0, 0
        need = need_at(sim, 0, S.UNNOTICED)
        stages.wait_at(sim.w, 0, 0, p)
        stages.turn(sim.w, 0, 90, S.ENDED)
        assert {s: int(m) for s, m in enumerate(need["minutes"][0]) if m} == {stage: 90}


@pytest.mark.parametrize(("doing", "rank", "expected"), [
    (R.WORK, 2, {S.WORKING: 60, S.PAPERWORK: 60, S.OFF_SHIFT: 30}),
    (R.TRAVEL, 2, {S.TRAVELLING: 60, S.PAPERWORK: 60, S.OFF_SHIFT: 30}),
    (R.WORK, 0, {S.WORKING: 120, S.OFF_SHIFT: 30}),
    (R.PRESENT, 2, {S.COORDINATION: 150}),
])  # fmt: skip
def test_minutes_in_hand_follow_the_shift_of_the_responder(sim, pool, doing, rank, expected):
    _, (one, _) = pool
    people, cases = sim.tables["responders"], sim.tables["cases"]
    people["on"][one], people["field"][one] = 0b1111 << 16, 0b11 << 17  # on 08:00 to 10:00, field 08:30 to 09:30
    people["state"][one], people["doing"][one], people["case"][one] = R.ENGAGED, doing, 0
    cases["responder"][0], cases["rank"][0], cases["first_party"][0], cases["lead"][0] = one, rank, -1, -1
    need = need_at(sim, 480, S.IN_HAND)
    need["case"][0] = 0
    stages.turn(sim.w, 0, 630, S.ENDED)
    assert {s: int(m) for s, m in enumerate(need["minutes"][0]) if m} == expected
