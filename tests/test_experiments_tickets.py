"""Tickets are read off the event log as it is."""

import numpy as np
import pytest

from cogov.experiments.tickets import LogOfTickets
from cogov.model import ledger as L
from cogov.model.arrivals import need_key
from cogov.model.state import LOG

FIRST, SECOND, UNTOLD, CHILD = need_key(8000, 7, 3, 0), need_key(8000, 9, 14, 1), need_key(8000, 7, 3, 2), 1 << 62


def log(*entries):
    rows = LOG.rows(len(entries))
    for row, (incident, minute, kind) in zip(rows, entries, strict=True):
        row["incident"], row["minute"], row["kind"] = incident, minute, kind
    return rows


@pytest.fixture
def tickets():
    sink = LogOfTickets()
    sink(log((FIRST, 10, L.LOG_ARISE), (FIRST, 20, L.LOG_NOTICE), (FIRST, 25, L.LOG_REPORT), (UNTOLD, 5, L.LOG_ARISE),
             (UNTOLD, 9, L.LOG_NOTICE), (CHILD, 30, L.LOG_REPORT), (FIRST, 26, L.LOG_DUPLICATE)))  # fmt: skip
    sink(log((FIRST, 40, L.LOG_MISROUTE), (FIRST, 90, L.LOG_OVERDUE), (FIRST, 95, L.LOG_CLOSED_UNSOLVED),
             (FIRST, 200, L.LOG_CLOSED), (SECOND, 300, L.LOG_NOTICE), (SECOND, 301, L.LOG_REPORT)))  # fmt: skip
    return sink.tickets()


def test_a_ticket_is_a_primary_need_that_was_reported(tickets):
    assert tickets.key.tolist() == sorted([FIRST, SECOND])
    assert tickets.category.tolist() == [3, 14]
    assert tickets.community.tolist() == [7, 9]


def test_times_are_the_first_of_their_kind_and_counts_are_complete(tickets):
    assert tickets.reported.tolist() == [25, 301]
    assert tickets.closed.tolist() == [95, -1]
    assert (tickets.duplicates.tolist(), tickets.misrouted.tolist()) == ([1, 0], [1, 0])
    assert tickets.overdue.tolist() == [True, False]
    assert sorted(tickets.closings.tolist()) == [95, 200]


def test_patrols_report_within_a_minute_and_residents_do_not(tickets):
    assert tickets.by_residents.tolist() == [True, False]


def test_a_span_has_the_tickets_reported_and_the_closings_made_in_it(tickets):
    part = tickets.between(25, 100)
    assert part.key.tolist() == [FIRST]
    assert part.closings.tolist() == [95]
    assert np.all(tickets.between(0, 10).key == [])
