"""The queue of a pool: order by priority, deadline and key under any mix of arrivals and withdrawals."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_city import tiny_spec

from cogov.model import queues
from cogov.model import state as S
from cogov.model.city import build_city
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation

POOL = 0


@pytest.fixture(scope="module")
def sim():
    return Simulation(RunPlan(build_city(tiny_spec(), 1), dt.date(2024, 6, 3), 1, 0, 1))


def put(sim, number, order, key, party=0):
    """Queue a case of need row ``number``; return its row."""
    sim.tables["needs"]["key"][number] = key
    c = queues.new_case(sim.w, number)
    sim.tables["cases"]["order"][c] = order
    sim.tables["cases"]["party"][c] = party
    queues.enqueue(sim.w, c, POOL, 0)
    return c


def take_all(sim):
    out = []
    while (c := queues.dequeue(sim.w, POOL, 0)) >= 0:
        case = sim.tables["cases"][c]
        out.append((int(case["order"]), int(sim.tables["needs"]["key"][case["need"]]), int(case["party"])))
        queues.free_case(sim.w, c)
    return out


cases = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 3)), max_size=30)


@settings(max_examples=80, deadline=None)
@given(cases, st.sets(st.integers(0, 29)), st.integers(0, 30))
def test_cases_leave_in_order_whatever_comes_and_goes(sim, wanted, gone, first_taken):
    rows = [put(sim, k, order, key, party) for k, (order, key, party) in enumerate(wanted)]
    living = dict(zip(rows, wanted, strict=True))
    got = []
    for _ in range(first_taken):
        front = queues.peek(sim.w, POOL)
        c = queues.dequeue(sim.w, POOL, 0)
        assert front == c
        if c >= 0:
            got.append(living.pop(c))
            queues.free_case(sim.w, c)
    assert got == sorted(wanted)[: len(got)]
    for k in gone:
        if k < len(rows) and rows[k] in living:
            queues.withdraw(sim.w, rows[k], 0)
            del living[rows[k]]
    assert sim.tables["pools"]["length"][POOL] == len(living)
    assert take_all(sim) == sorted(living.values())
    assert sim.tables["pools"]["length"][POOL] == 0
    assert sim.tables["pools"]["head"][POOL] == -1
    assert sim.tables["sc"][S.CASES_LIVE] == 0


def test_an_empty_queue_gives_nothing(sim):
    assert queues.peek(sim.w, POOL) == -1
    assert queues.dequeue(sim.w, POOL, 0) == -1


def test_looking_at_the_front_frees_the_dead_before_it(sim):
    first, second = put(sim, 0, 1, 1), put(sim, 1, 2, 2)
    queues.withdraw(sim.w, first, 0)
    assert sim.tables["sc"][S.CASES_LIVE] == 2
    assert queues.peek(sim.w, POOL) == second
    assert sim.tables["sc"][S.CASES_LIVE] == 1
    assert take_all(sim) == [(2, 2, 0)]


def test_a_withdrawn_case_makes_its_planned_events_stale(sim):
    c = put(sim, 0, 1, 1)
    was = int(sim.tables["cases"]["generation"][c])
    queues.withdraw(sim.w, c, 0)
    assert sim.tables["cases"]["status"][c] == S.DEAD
    assert sim.tables["cases"]["generation"][c] == was + 1
    assert take_all(sim) == []


def test_a_new_case_starts_blank_on_the_row_given_back_last(sim):
    c = put(sim, 0, 5, 1, party=3)
    sim.tables["cases"]["overdue"][c], sim.tables["cases"]["to_do"][c] = 1, 40
    take_all(sim)
    again = queues.new_case(sim.w, 1)
    case = sim.tables["cases"][again]
    assert again == c
    assert [int(case[name]) for name in ("need", "party", "overdue", "to_do", "pool", "lead", "responder", "rank")] == [
        1, 0, 0, -1, -1, -1, -1, 2]  # fmt: skip
    queues.free_case(sim.w, again)
