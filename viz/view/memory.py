"""What a run remembers of its last days for the stories: every need that ended, and who closed or worked on which case.

The model gives the row of a need that ended to the next one, often within the same minute. What has ended is therefore
known from the event log, which misses nothing; its minutes are read off its row, or, where that has another need
already, off a copy of the table from the start of the day, with what was added since as one sum. At the end of a day
only what would be lost is put aside; it is made out when a story asks for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents.columns import Rows
from ...model.calendar import DAY
from ...model.directory import Columns, organisations
from ...model.draws import RECURRENCE, child_key
from ...model.ledger import (
    LOG_ARISE,
    LOG_CLOSED,
    LOG_CLOSED_UNSOLVED,
    LOG_FINISHED,
    LOG_KINDS,
    LOG_LAPSED,
    LOG_REPORT,
    LOG_SOLVED,
)
from ...model.state import ENDED, OFF_SHIFT, PAPERWORK, QUEUE_GRID, QUEUE_LINE, QUEUE_STREET, STAGES, WAITING
from ...scenarios.city_model import CityModel
from .sweeps import touched

KEPT_DAYS = 7
"""Days for which is remembered what ended and what was handled."""
ENDS = (LOG_SOLVED, LOG_LAPSED)
HANDLED = (LOG_FINISHED, LOG_CLOSED, LOG_CLOSED_UNSOLVED)
"""Entries of the log that say that an office was done with a case, or with a visit for it."""
_NOTED = np.isin(np.arange(len(LOG_KINDS)), (LOG_ARISE, LOG_REPORT, *ENDS, *HANDLED))
_COLUMNS = ("key", "grid", "category", "arose", "reported", "mark", "phase", "ordinal", "minutes")
_CLOCKS = ("level", "clock_off", "clock_paper")
_CHILD = 1

Table = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Day:
    """What is kept of a day.

    Attributes:
        midnight: Minute at which it began.
        log: Its entries of the event log, of the kinds that are noted.
        there: Rows of needs that ended on it and still have their rows when it is over.
        gone: Rows of needs of its beginning that others have when it is over, as they were at its beginning.
        clocks: Columns of the queues at its beginning.
        recurrence: Key of the stream from which needs that come back get theirs.
    """

    midnight: int
    log: Rows
    there: Rows
    gone: Rows
    clocks: Table
    recurrence: Any

    @cached_property
    def handled(self) -> Rows:
        """Entries of the log that say that an office was done with something."""
        return self.log[np.isin(self.log["kind"], HANDLED)]

    @cached_property
    def ended(self) -> Table:
        """The needs that ended, by column."""
        found = {name: self.there[name] for name in _COLUMNS}
        ends = self.log[np.isin(self.log["kind"], ENDS)]
        for more in (self._of_gone, self._born_today):
            ends = ends[~np.isin(ends["incident"], found["key"])]
            extra = more(ends, found)
            found = {name: np.concatenate([found[name], extra[name]]) for name in _COLUMNS}
        return found

    def _of_gone(self, ends: Rows, _: Table) -> Table:
        """Return those of ``ends`` whose rows were given away."""
        gone = self.gone[np.isin(self.gone["key"], ends["incident"])]
        table = {name: gone[name].copy() for name in _COLUMNS}
        self.book(gone, table["minutes"])
        return self._brought_up(table)

    def book(self, rows: Rows, minutes: NDArray[Any]) -> None:
        """Book what needs spent up to midnight since their last change, as ``model.stages`` would."""
        spent, phase, each = self.midnight - rows["mark"], rows["phase"], np.arange(len(rows))
        plain = phase < len(STAGES)
        minutes[each[plain], phase[plain]] += spent[plain]
        waits = each[phase == WAITING]
        pool = rows["wait_pool"][waits]
        off = self.clocks["clock_off"][pool] - rows["snap_off"][waits]
        paper = self.clocks["clock_paper"][pool] - rows["snap_paper"][waits]
        queue = np.array([QUEUE_GRID, QUEUE_GRID, QUEUE_STREET, QUEUE_LINE, QUEUE_LINE])[self.clocks["level"][pool]]
        for stage, more in ((OFF_SHIFT, off), (PAPERWORK, paper), (queue, spent[waits] - off - paper)):
            minutes[waits, stage] += more

    def _born_today(self, ends: Rows, ended: Table) -> Table:
        """Return those of ``ends`` that came back and ended again on the day on which their cause had been solved."""
        wanted, parents, children = set(ends["incident"].tolist()), [], []
        causes = zip(ended["key"].tolist(), ended["ordinal"].tolist(), strict=True) if wanted else ()
        for i, (parent, ordinal) in enumerate(causes):
            child = int(child_key(self.recurrence, parent, _CHILD, ordinal + 1))
            if child in wanted:
                parents.append(i)
                children.append(child)
        table = {name: ended[name][parents] for name in _COLUMNS}
        table["key"], table["reported"][:], table["minutes"][:] = np.array(children, dtype=np.int64), -1, 0
        return self._brought_up(table)

    def _brought_up(self, table: Table) -> Table:
        """Return needs as they ended by the log."""
        keys = table["key"]
        for kind, column in (((LOG_ARISE,), "arose"), ((LOG_REPORT,), "reported"), (ENDS, "mark")):
            said = self.log[np.isin(self.log["kind"], kind) & np.isin(self.log["incident"], keys)]
            at = dict(zip(said["incident"].tolist(), said["minute"].tolist(), strict=True))
            known = zip(keys.tolist(), table[column].tolist(), strict=True)
            table[column] = np.array([at.get(key, minute) for key, minute in known], dtype=np.int64)
        table["phase"] = np.full(len(keys), ENDED)
        return table


class Memory:
    """The needs that ended in the last days, and the cases that were handled."""

    def __init__(self) -> None:
        self.days: deque[Day] = deque(maxlen=KEPT_DAYS)
        self._log: list[Rows] = []
        self._before: Rows = np.empty(0)
        self._midnight = 0
        self._clocks: Table = {}

    def log(self, rows: Rows) -> None:
        """Take rows of the event log."""
        self._log.append(rows[_NOTED[rows["kind"]]])

    def begin(self, needs: Rows, pools: Rows, minute: int) -> None:
        """Keep the table of needs as it stands at midnight, and the clocks of the queues that some of them read."""
        self._midnight = minute
        self._clocks = {name: pools[name].copy() for name in _CLOCKS}
        if self._before.shape != needs.shape:
            self._before = needs.copy()
        else:  # as bytes: ten times as fast as row by row
            np.copyto(self._before.view(np.uint8), needs.view(np.uint8))

    def end(self, needs: Rows, recurrence: Any) -> None:
        """Keep of the day that was just simulated what would be lost; all of its log has to be here."""
        old, log = self._before, self._log
        self._log = []
        if not log:
            return
        there, gone = touched(needs, old, self._midnight)
        kept = needs.take(there), old.take(gone)  # ten times as fast as an index
        self.days.append(Day(self._midnight, np.concatenate(log), *kept, self._clocks, recurrence))

    # What stories ask -------------------------------------------------------------------------------------------

    def ended(self) -> Iterator[Table]:
        """Yield the needs that ended, a table a day, the last day's first."""
        return (day.ended for day in reversed(self.days))

    def of_grid(self, grid: int) -> list[dict[str, Any]]:
        """Return the needs of a grid that ended, the last day's first."""
        return [row for day in self.ended() for row in _rows(day, np.flatnonzero(day["grid"] == grid))]

    def need(self, key: int) -> dict[str, Any] | None:
        """Return a need that ended, by its key; ``None`` for one that did not."""
        return next((row for day in self.ended() for row in _rows(day, np.flatnonzero(day["key"] == key))), None)

    def handled_by(self, pool: int, most: int) -> list[tuple[int, int, int]]:
        """Return the last cases of an organisation: key of the need, minute, kind of entry; the newest first."""
        found: dict[int, tuple[int, int, int]] = {}
        for day in reversed(self.days):
            mine = day.handled[day.handled["organisation"] == pool]
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
        keys = [day.handled["incident"][day.handled["organisation"] == pool] for day in self.days]
        return np.unique(np.concatenate(keys)) if keys else np.empty(0, dtype=np.int64)


def _rows(table: Table, at: NDArray[np.int64]) -> list[dict[str, Any]]:
    return [{name: table[name][i] for name in _COLUMNS} for i in at]


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
        self.memory.begin(self.tables["needs"], self.tables["pools"], self.day * DAY)
        super()._run_day()
        self._hand_over_events()
        self.memory.end(self.tables["needs"], self.keys[RECURRENCE])
