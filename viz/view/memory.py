"""What a run remembers of its last days for the stories: every need that ended, and who closed or worked on which case.

The engine keeps the row of a need that ended until midnight, so the table tells in the evening what ended that day.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents.columns import Rows
from ...model.calendar import DAY
from ...model.directory import Columns, organisations
from ...model.ledger import LOG_CLOSED, LOG_CLOSED_UNSOLVED, LOG_FINISHED, LOG_KINDS
from ...model.state import LOG
from ...scenarios.city_model import CityModel
from .sweeps import ended_since

KEPT_DAYS = 7
"""Days for which is remembered what ended and what was handled."""
HANDLED = np.isin(np.arange(len(LOG_KINDS)), (LOG_FINISHED, LOG_CLOSED, LOG_CLOSED_UNSOLVED))
"""Which entries of the log say that an office was done with a case, or with a visit for it."""


class Memory:
    """The needs that ended in the last days, and the cases that were handled."""

    def __init__(self) -> None:
        self._ended: deque[Rows] = deque(maxlen=KEPT_DAYS)
        self._handled: deque[Rows] = deque(maxlen=KEPT_DAYS)
        self._log = [LOG.rows(0)]

    def log(self, rows: Rows) -> None:
        """Take rows of the event log."""
        self._log.append(rows[HANDLED[rows["kind"]]])

    def end(self, needs: Rows, midnight: int) -> None:
        """Remember the day that began at ``midnight`` and was just simulated; all of its log has to be here."""
        self._ended.append(needs.take(ended_since(needs, midnight)))  # ten times as fast as an index
        self._handled.append(np.concatenate(self._log))
        self._log = [LOG.rows(0)]

    # What stories ask -------------------------------------------------------------------------------------------

    def ended(self) -> Iterator[Rows]:
        """Yield the needs that ended, rows of their table by day, the last day's first."""
        return reversed(self._ended)

    def of_grid(self, grid: int) -> list[Rows]:
        """Return the needs of a grid that ended, the last day's first."""
        return [need for day in self.ended() for need in day[day["grid"] == grid]]

    def need(self, key: int) -> Rows | None:
        """Return a need that ended, by its key; ``None`` for one that did not."""
        return next((need for day in self.ended() for need in day[day["key"] == key]), None)

    def handled_by(self, pool: int, most: int) -> list[tuple[int, int, int]]:
        """Return the last cases of an organisation: key of the need, minute, kind of entry; the newest first."""
        found: dict[int, tuple[int, int, int]] = {}
        for day in reversed(self._handled):
            mine = day[day["organisation"] == pool]
            for row in mine[np.argsort(-mine["minute"], kind="stable")]:
                kind = int(row["kind"])
                key = int(row["incident"])
                if key not in found or (found[key][1] == int(row["minute"]) and kind != LOG_FINISHED):
                    found[key] = key, int(row["minute"]), kind
            if len(found) >= most:
                break
        return sorted(found.values(), key=lambda one: -one[1])[:most]

    def handled_keys(self, pool: int) -> NDArray[np.int64]:
        """Return the keys of the needs whose cases an organisation was done with in the days that are remembered."""
        keys = [day["incident"][day["organisation"] == pool] for day in self._handled]
        return np.unique(np.concatenate(keys)) if keys else np.empty(0, dtype=np.int64)


class Watched(CityModel):
    """A `CityModel` that remembers its last days; its results are the same."""

    def __init__(self, scenario: str | Mapping[str, Any], seed: int = 1, **wishes: Any) -> None:
        self.memory = Memory()
        super().__init__(scenario, seed, self.memory.log, **wishes)

    @cached_property
    def organisations(self) -> Columns:
        """Who is who: one row an organisation, see ``model.directory``."""
        return organisations(self)

    def _run_day(self) -> None:
        super()._run_day()
        self._hand_over_events()
        self.memory.end(self.tables["needs"], self.day * DAY)
