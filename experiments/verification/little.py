"""Little's law at every organisation of a whole city, with all mechanisms of the baseline at work.

Over any stretch of time the area under the length of a queue is the sum of the minutes that cases spend in it, those
that were there before and those that are left at the end included: L = lambda W without any error of chance, whatever
the laws of arrivals and work (Stidham 1974; Little 2011). Both sides come from different books. The length is
the engine's own counter of each organisation, read after every minute of the run. The waits are made from the event
log, from the entry that a case is queued, or that a visit was in vain, to the next one that takes it out. The log does
not tell when a party of a side-by-side case agrees to its appointment and so leaves the queue; the waits of cases of
needs with several parties are therefore counted in the table of cases, which is looked through after every minute.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...agents.columns import Rows
from ...model import engine
from ...model.calendar import DAY
from ...model.ledger import (
    LOG_ASSIGNED,
    LOG_CLOSED,
    LOG_CLOSED_UNSOLVED,
    LOG_FINISHED,
    LOG_FORCED,
    LOG_HAND_UP,
    LOG_LAPSED,
    LOG_QUEUE,
    LOG_SOLVED,
)
from ...model.simulation import _MARGIN, Simulation
from ...model.state import POOL_KINDS, QUEUED
from ...scenarios.city_model import CityModel

Counts = NDArray[np.int64]
PLACES = (LOG_QUEUE, LOG_FINISHED, LOG_ASSIGNED, LOG_HAND_UP, LOG_FORCED, LOG_CLOSED, LOG_CLOSED_UNSOLVED,
             LOG_SOLVED, LOG_LAPSED)  # fmt: skip
"""Entries of the log that tell where a case of one party is: the first two say that it is queued (after a visit in vain
at once again; a visit that ends otherwise has its next entry in the same minute), the others that it is not."""


@dataclass(frozen=True)
class Books:
    """Both sides over the window, an entry an organisation.

    Attributes:
        kind: Kind of the organisation.
        minutes: Minutes of the window.
        area: Area under the length of its queue, case-minutes.
        waited: Minutes that cases spent in it.
        of_several: Those of them that cases of several parties spent.
        utilisation: Busy share of all field time.
    """

    kind: NDArray[np.str_]
    minutes: int
    area: Counts
    waited: Counts
    of_several: Counts
    utilisation: float


class Watched(CityModel):
    """A run that reads the lengths of all queues after every minute of its window."""

    def watch(self) -> Books:
        """Run to the end and return both sides."""
        n = len(self.tables["pools"])
        self._area, self._of_several = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self._several: set[int] = set()
        while self.day < self.plan.days:
            Simulation.step(self)  # without the daily collection of measures, which nobody looks at here
        kinds = np.array([code for code, _, _ in POOL_KINDS])[self.tables["pools"]["kind"]]
        start, end = self.plan.warm_up_days * DAY, (self.plan.warm_up_days + self.plan.window_days) * DAY
        waited = self._waits(start, end) + self._of_several
        return Books(kinds, end - start, self._area, waited, self._of_several,
                     self.result().summary["utilisation.all"])  # fmt: skip

    def _run_day(self) -> None:
        """Run the day minute by minute."""
        for minute in range(self.day * DAY, (self.day + 1) * DAY):
            while int(engine.run_minutes(self.w, minute, minute + 1, _MARGIN)) <= minute:
                self._ensure_room()
            self._look()

    def _look(self) -> None:
        cases, needs = self.tables["cases"], self.tables["needs"]
        self._several.update(needs["key"][(needs["parties"] > 1) & (needs["live"] == 1)].tolist())
        if not 0 <= self.day - self.plan.warm_up_days < self.plan.window_days:
            return
        self._area += self.tables["pools"]["waiting"]
        rows = np.flatnonzero(cases["status"] == QUEUED)
        rows = rows[needs["parties"][cases["need"][rows]] > 1]
        self._of_several += np.bincount(cases["pool"][rows], minlength=len(self._area))

    def _waits(self, start: int, end: int) -> Counts:
        """Return minutes in queue by organisation, from the log of needs with one party."""
        log = np.concatenate(self.log)
        log = log[np.isin(log["kind"], PLACES)]
        log = log[~np.isin(log["incident"], np.fromiter(self._several, np.int64))]
        log = log[np.argsort(log["incident"], kind="stable")]
        last = np.append(log["incident"][1:] != log["incident"][:-1], True)
        until = np.where(last, self.plan.days * DAY, np.append(log["minute"][1:], 0))
        queued = np.isin(log["kind"], (LOG_QUEUE, LOG_FINISHED))
        inside = np.clip(until[queued], start, end) - np.clip(log["minute"][queued], start, end)
        return np.bincount(log["organisation"][queued], inside, len(self._area)).astype(np.int64)


def books(demand: float, *, city: str = "street", days: int = 28, warm_up: int = 21, seed: int = 1) -> Books:
    """Run the baseline of a city at a demand and return both sides of the law at each of its organisations.

    Args:
        demand: Factor on the needs that arise.
        city: Shipped name or path of a city.
        days: Days of the window.
        warm_up: Days before it.
        seed: Seed of the run.
    """
    log: list[Rows] = []
    model = Watched("baseline", seed, log.append, city=city, days=days, warm_up_days=warm_up, follow_up_days=3,
                    settings={"demand.scale": demand})  # fmt: skip
    model.log = log
    return model.watch()
