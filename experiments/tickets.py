"""Tickets as a city's export has them, made of the event log of a run: when reported, when closed, how often told.

A ticket is a primary need that was reported. Whether a resident told of it or a patrol found it is read off the log: a
patrol, a sensor or a member on watch reports within a minute of noticing, a resident never does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..agents.columns import Rows
from ..model.ledger import (
    LOG_ARISE,
    LOG_CLOSED,
    LOG_CLOSED_UNSOLVED,
    LOG_DUPLICATE,
    LOG_MISROUTE,
    LOG_NOTICE,
    LOG_OVERDUE,
    LOG_REPORT,
)

Ints = NDArray[np.int64]

KEPT = (LOG_ARISE, LOG_NOTICE, LOG_REPORT, LOG_DUPLICATE, LOG_MISROUTE, LOG_OVERDUE, LOG_CLOSED, LOG_CLOSED_UNSOLVED)
"""Kinds of entries that tickets are made of."""
_PRIMARY = 1 << 62
"""Keys of primary needs lie below; see ``model.arrivals.need_key`` and ``model.draws.child_key``."""


class LogOfTickets:
    """Receives the event log of a run and keeps what tickets are made of."""

    def __init__(self) -> None:
        self._parts: list[Rows] = []

    def __call__(self, rows: Rows) -> None:
        """Take the next rows of the log."""
        mine = np.isin(rows["kind"], KEPT) & (rows["incident"] < _PRIMARY)
        self._parts.append(rows[["incident", "minute", "kind"]][mine])

    def tickets(self) -> Tickets:
        """Return the tickets of the whole run."""
        log = np.concatenate(self._parts)
        reported = np.unique(log["incident"][log["kind"] == LOG_REPORT])
        log = log[np.isin(log["incident"], reported)]
        place = np.searchsorted(reported, log["incident"])

        def first(*kinds: int) -> Ints:
            found = np.full(len(reported), np.iinfo(np.int64).max)
            mine = np.isin(log["kind"], kinds)
            np.minimum.at(found, place[mine], log["minute"][mine])
            return np.where(found == np.iinfo(np.int64).max, -1, found)

        def often(kind: int) -> Ints:
            return np.bincount(place[log["kind"] == kind], minlength=len(reported)).astype(np.int64)

        closings = np.isin(log["kind"], (LOG_CLOSED, LOG_CLOSED_UNSOLVED))
        return Tickets(
            reported, reported >> 20 & 63, reported >> 26 & (1 << 18) - 1, first(LOG_NOTICE), first(LOG_REPORT),
            first(LOG_CLOSED, LOG_CLOSED_UNSOLVED), often(LOG_DUPLICATE), often(LOG_MISROUTE), often(LOG_OVERDUE) > 0,
            log["minute"][closings].astype(np.int64),
        )  # fmt: skip


@dataclass(frozen=True)
class Tickets:
    """Tickets in the order of their keys; minutes count from the first of the run, -1 for never.

    Attributes:
        key: Semantic key of the need.
        category: Number of its category.
        community: Key of its community.
        noticed: Minute it was first noticed.
        reported: Minute of the first report.
        closed: Minute of the first closing, with a solution or without.
        duplicates: Further reports while it was in hand.
        misrouted: How often it went to a wrong organisation.
        overdue: Whether a deadline passed while it was open.
        closings: Minutes of all closings of all tickets, in no order.
    """

    key: Ints
    category: Ints
    community: Ints
    noticed: Ints
    reported: Ints
    closed: Ints
    duplicates: Ints
    misrouted: Ints
    overdue: NDArray[np.bool_]
    closings: Ints

    @property
    def by_residents(self) -> NDArray[np.bool_]:
        """Which were told by a resident."""
        return np.asarray((self.noticed >= 0) & (self.reported - self.noticed > 1))

    def between(self, first: int, end: int) -> Tickets:
        """Return the tickets reported, and the closings made, in the minutes [first, end)."""
        mine = (self.reported >= first) & (self.reported < end)
        columns = {name: getattr(self, name)[mine] for name in self.__dataclass_fields__ if name != "closings"}
        at = self.closings
        return Tickets(**columns, closings=at[(at >= first) & (at < end)])
