"""What a run remembers of its last days for the stories: every need that ended, and who closed or worked on which case.

The model gives the row of a need that ended to the next one, often within the same minute. What has ended is therefore
known from the event log, which misses nothing; its minutes are read off its row, or, where that has another need
already, off a copy of the table from the start of the day, with what was added since as one sum.
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
from ...model.draws import RECURRENCE, child_key
from ...model.ledger import LOG_ARISE, LOG_CLOSED, LOG_CLOSED_UNSOLVED, LOG_FINISHED, LOG_LAPSED, LOG_REPORT, LOG_SOLVED
from ...model.state import ENDED, OFF_SHIFT, PAPERWORK, QUEUE_GRID, QUEUE_LINE, QUEUE_STREET, STAGES, WAITING
from ...scenarios.city_model import CityModel

KEPT_DAYS = 7
"""Days for which is remembered what ended and what was handled."""
ENDS = (LOG_SOLVED, LOG_LAPSED)
HANDLED = (LOG_FINISHED, LOG_CLOSED, LOG_CLOSED_UNSOLVED)
"""Entries of the log that say that an office was done with a case, or with a visit for it."""
_NOTED = (LOG_ARISE, LOG_REPORT, *ENDS, *HANDLED)
_COLUMNS = ("key", "grid", "category", "arose", "reported", "mark", "phase", "ordinal", "minutes")
_CHILD = 1

Table = dict[str, NDArray[Any]]


class Memory:
    """The needs that ended in the last days, and the cases that were handled."""

    def __init__(self) -> None:
        self._ended: deque[Table] = deque(maxlen=KEPT_DAYS)
        self._handled: deque[Rows] = deque(maxlen=KEPT_DAYS)
        self._log: list[Rows] = []
        self._before: Rows = np.empty(0)
        self._midnight = 0
        self._clocks: Table = {}

    def log(self, rows: Rows) -> None:
        """Take rows of the event log."""
        self._log.append(rows[np.isin(rows["kind"], _NOTED)])

    def begin(self, needs: Rows, pools: Rows, minute: int) -> None:
        """Keep the table of needs as it stands at midnight, and the clocks of the queues that some of them read."""
        self._midnight = minute
        self._clocks = {name: pools[name].copy() for name in ("level", "clock_off", "clock_paper")}
        if self._before.shape != needs.shape:
            self._before = needs.copy()
        else:  # as bytes: ten times as fast as row by row
            np.copyto(self._before.view(np.uint8), needs.view(np.uint8))

    def end(self, model: CityModel) -> None:
        """Remember the day that was just simulated; all of its log has to be here."""
        log = np.concatenate(self._log) if self._log else np.empty(0, dtype=[("incident", "i8"), ("kind", "i8")])
        self._log = []
        if not len(log):
            self._ended.append({})
            self._handled.append(log)
            return
        self._handled.append(log[np.isin(log["kind"], HANDLED)])
        self._ended.append(self._that_ended(model, log))

    def _that_ended(self, model: CityModel, log: Rows) -> Table:
        needs, midnight = model.tables["needs"], model.day * DAY
        rows = np.flatnonzero((needs["live"] == 0) & (needs["phase"] == ENDED) & (needs["mark"] >= midnight))
        found = {name: needs[name][rows] for name in _COLUMNS}
        ends = log[np.isin(log["kind"], ENDS)]
        ends = ends[~np.isin(ends["incident"], found["key"])]
        for more in (self._in_copy(needs, ends, log), self._born_today(model, found, ends, log)):
            found = {name: np.concatenate([found[name], more[name]]) for name in _COLUMNS} if more else found
            ends = ends[~np.isin(ends["incident"], found["key"])]
        return found

    def _in_copy(self, needs: Rows, ends: Rows, log: Rows) -> Table:
        """Return those of ``ends`` whose rows were given away, as they were when the day began."""
        old = self._before
        gone = np.flatnonzero((old["live"] == 1) & (old["key"] != needs["key"][: len(old)]))
        gone = gone[np.isin(old["key"][gone], ends["incident"])]
        table = {name: old[name][gone] for name in _COLUMNS}
        self._book(old[gone], table["minutes"])
        return self._brought_up(table, ends, log)

    def _book(self, rows: Rows, minutes: NDArray[Any]) -> None:
        """Book what needs spent up to midnight since their last change, as ``model.stages`` would."""
        spent, phase, each = self._midnight - rows["mark"], rows["phase"], np.arange(len(rows))
        plain = phase < len(STAGES)
        minutes[each[plain], phase[plain]] += spent[plain]
        waits = each[phase == WAITING]
        pool = rows["wait_pool"][waits]
        off = self._clocks["clock_off"][pool] - rows["snap_off"][waits]
        paper = self._clocks["clock_paper"][pool] - rows["snap_paper"][waits]
        queue = np.array([QUEUE_GRID, QUEUE_GRID, QUEUE_STREET, QUEUE_LINE, QUEUE_LINE])[self._clocks["level"][pool]]
        for stage, more in ((OFF_SHIFT, off), (PAPERWORK, paper), (queue, spent[waits] - off - paper)):
            minutes[waits, stage] += more

    def _born_today(self, model: CityModel, ended: Table, ends: Rows, log: Rows) -> Table:
        """Return those of ``ends`` that came back and ended again on the day on which their cause had been solved."""
        wanted = set(ends["incident"].tolist()) - set(self._before["key"].tolist()) if len(ends) else set()
        if not wanted:
            return {}
        key, parents, children = model.keys[RECURRENCE], [], []
        for i, (parent, ordinal) in enumerate(zip(ended["key"].tolist(), ended["ordinal"].tolist(), strict=True)):
            child = int(child_key(key, parent, _CHILD, ordinal + 1))
            if child in wanted:
                parents.append(i)
                children.append(child)
        table = {name: ended[name][parents].copy() for name in _COLUMNS}
        table["key"], table["reported"][:], table["minutes"][:] = np.array(children, dtype=np.int64), -1, 0
        return self._brought_up(table, ends, log)

    def _brought_up(self, table: Table, ends: Rows, log: Rows) -> Table:
        """Return needs as they ended by the log."""
        keys = table["key"]
        for kind, column in (((LOG_ARISE,), "arose"), ((LOG_REPORT,), "reported"), (ENDS, "mark")):
            said = log[np.isin(log["kind"], kind) & np.isin(log["incident"], keys)]
            at = {int(k): int(t) for k, t in zip(said["incident"], said["minute"], strict=True)}
            table[column] = np.array([at.get(int(k), int(v)) for k, v in zip(keys, table[column], strict=True)],
                                     dtype=np.int64)  # fmt: skip
        table["phase"] = np.full(len(keys), ENDED)
        return table

    # What stories ask -------------------------------------------------------------------------------------------

    def ended(self) -> Iterator[Table]:
        """Yield the needs that ended, a table a day, the last day's first."""
        return (day for day in reversed(self._ended) if day)

    def of_grid(self, grid: int) -> list[dict[str, Any]]:
        """Return the needs of a grid that ended, the last day's first."""
        return [row for day in self.ended() for row in _rows(day, np.flatnonzero(day["grid"] == grid))]

    def need(self, key: int) -> dict[str, Any] | None:
        """Return a need that ended, by its key; ``None`` for one that did not."""
        return next((row for day in self.ended() for row in _rows(day, np.flatnonzero(day["key"] == key))), None)

    def handled_by(self, pool: int, most: int) -> list[tuple[int, int, int]]:
        """Return the last cases of an organisation: key of the need, minute, kind of entry; the newest first."""
        found: dict[int, tuple[int, int, int]] = {}
        for day in reversed(self._handled):
            mine = day[day["organisation"] == pool] if len(day) else day
            for row in mine[np.argsort(-mine["minute"], kind="stable")] if len(mine) else ():
                kind = int(row["kind"])
                key = int(row["incident"])
                if key not in found or (found[key][1] == int(row["minute"]) and kind != LOG_FINISHED):
                    found[key] = key, int(row["minute"]), kind
            if len(found) >= most:
                break
        return sorted(found.values(), key=lambda one: -one[1])[:most]

    def handled_keys(self, pool: int) -> NDArray[np.int64]:
        """Return the keys of the needs whose cases an organisation was done with in the days that are remembered."""
        keys = [day["incident"][day["organisation"] == pool] for day in self._handled if len(day)]
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
        self.memory.end(self)
