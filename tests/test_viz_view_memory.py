"""What a run remembers of its last days: who ended, and who was done with which case, the newest first."""

import numpy as np

from cogov.model.ledger import LOG_CLOSED, LOG_FINISHED, LOG_QUEUE
from cogov.model.state import ENDED, LOG, NEEDS
from cogov.viz.view.memory import KEPT_DAYS, Memory

DAY = 1440


def needs(*rows):
    """Return ended needs from (key, grid, minute)."""
    table = NEEDS.rows(len(rows))
    for row, (key, grid, mark) in zip(table, rows, strict=True):
        row["key"], row["grid"], row["mark"], row["phase"], row["live"] = key, grid, mark, ENDED, 0
    return table


def events(*rows):
    """Return entries of the log from (incident, minute, kind, organisation)."""
    table = LOG.rows(len(rows))
    for row, (incident, minute, kind, pool) in zip(table, rows, strict=True):
        row["incident"], row["minute"], row["kind"], row["organisation"] = incident, minute, kind, pool
    return table


def test_needs_that_ended_since_midnight_are_kept_by_day_the_last_first():
    memory = Memory()
    memory.end(needs((1, 5, 10), (2, 6, 20)), 0)
    memory.end(needs((1, 5, 10), (3, 5, DAY + 7)), DAY)
    assert [int(n["key"]) for n in memory.of_grid(5)] == [3, 1]
    assert int(memory.need(2)["grid"]) == 6
    assert memory.need(9) is None


def test_only_so_many_days_are_remembered():
    memory = Memory()
    for day in range(KEPT_DAYS + 1):
        memory.log(events((day, day * DAY, LOG_CLOSED, 4)))
        memory.end(needs((day, 5, day * DAY)), day * DAY)
    assert memory.need(0) is None
    assert memory.need(1) is not None
    assert memory.handled_keys(4).tolist() == list(range(1, KEPT_DAYS + 1))


def test_cases_of_an_office_come_once_the_newest_first_and_closing_says_more_than_a_visit():
    memory = Memory()
    memory.log(events((1, 50, LOG_FINISHED, 4), (1, 50, LOG_CLOSED, 4), (2, 60, LOG_FINISHED, 4), (3, 70, LOG_QUEUE, 4),
                      (4, 80, LOG_CLOSED, 9)))  # fmt: skip
    memory.end(needs(), 0)
    memory.log(events((2, DAY + 5, LOG_CLOSED, 4)))
    memory.end(needs(), DAY)
    assert memory.handled_by(4, 8) == [(2, DAY + 5, LOG_CLOSED), (1, 50, LOG_CLOSED)]
    assert memory.handled_by(4, 1) == [(2, DAY + 5, LOG_CLOSED)]
    assert memory.handled_by(7, 8) == []
    assert memory.handled_keys(4).tolist() == [1, 2]


def test_what_is_logged_counts_when_its_day_is_over():
    memory = Memory()
    memory.log(events((1, 50, LOG_CLOSED, 4)))
    assert memory.handled_by(4, 8) == []
    assert np.array_equal(memory.handled_keys(4), np.empty(0, dtype=np.int64))
