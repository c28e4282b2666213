"""The tickets of a simulated run, in the form of an export: what a city's own system would have kept of it.

Each case of a need is a ticket, from its report or its reopening to its closing; a further report of a need in hand is
a duplicate. Recurrences are left out, for the event log does not say of which category they are.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ...agents.columns import Rows
from ...model.calendar import DAY, build_calendar
from ...model.incidents import DEADLINES, Catalogue, load_catalogue
from ...model.ledger import LOG_KINDS
from ...scenarios.errors import Problem, ScenarioError
from ...scenarios.sentences import t

_CODE = {name: code for code, (name, _, _) in enumerate(LOG_KINDS)}
OPENS = (_CODE["report"], _CODE["reopen"])
CLOSES = (_CODE["close"], _CODE["close_unsolved"])
DUPLICATE = _CODE["duplicate"]
_CHILD, _CATEGORY, _COMMUNITY = 62, 20, 26
"""Places in the key of a need: the bit of a recurrence, where the category begins, where the community begins."""
_LIMIT = {"emergency": 120, "urgent": DAY}
_WORKING_DAYS = {"ordinary": 5, "complex": 15}


@dataclass(frozen=True)
class Phase:
    """The days of a run: its first day, and warm-up, window and follow-up in days."""

    first: dt.date
    warm_up: int
    window: int
    follow_up: int

    @property
    def minutes(self) -> tuple[int, int, int]:
        """Minutes at which the window begins and ends and the run ends."""
        begins, ends = self.warm_up * DAY, (self.warm_up + self.window) * DAY
        return begins, ends, ends + self.follow_up * DAY


def phase_of(resolved: dict[str, Any]) -> Phase:
    """Return the days of a resolved scenario."""
    calendar = resolved["calendar"]
    start, warm_up = dt.date.fromisoformat(str(calendar["start"])[:10]), int(calendar["warm_up_days"])
    return Phase(start - dt.timedelta(days=warm_up), warm_up, int(calendar["days"]), int(calendar["follow_up_days"]))


@cache
def _catalogue() -> Catalogue:
    """Return the model's catalogue; ids and deadlines, which no scenario changes, are all that is looked at."""
    return load_catalogue()


def tickets_of(events: Rows, phase: Phase) -> pd.DataFrame:
    """Return the tickets opened in the window, as in ``Tickets.rows``, times as if local time were UTC.

    Args:
        events: Rows of the event log with ``incident``, ``minute`` and ``kind`` (a code), in their order.
        phase: The days of the run.
    """
    keep = np.isin(events["kind"], (*OPENS, *CLOSES, DUPLICATE)) & (events["incident"] >> _CHILD == 0)
    found = events[keep]
    found = found[np.argsort(found["incident"], kind="stable")]
    key, minute, kind = found["incident"], found["minute"], found["kind"]
    begins, ends, until = phase.minutes
    case = np.isin(kind, OPENS)
    closed = np.full(len(found), -1, dtype=np.int64)
    main = np.flatnonzero(kind != DUPLICATE)  # openings and closings take turns in each need
    ended = np.isin(kind[main[1:]], CLOSES) & (key[main[1:]] == key[main[:-1]])
    closed[main[:-1][ended]] = minute[main[1:][ended]]
    repeated = kind == DUPLICATE
    closed[repeated] = minute[repeated]
    used = (case | repeated) & (minute >= begins) & (minute < ends)
    return _frame(key[used], minute[used], closed[used], repeated[used], until, phase)


def _frame(key: NDArray[np.int64], opened: NDArray[np.int64], closed: NDArray[np.int64], repeated: NDArray[np.bool_],
           until: int, phase: Phase) -> pd.DataFrame:  # fmt: skip
    category = key >> _CATEGORY & 63
    due, start = _due(category, opened, phase), np.datetime64(phase.first, "ns")
    is_open = closed < 0

    def time(minutes: NDArray[np.int64]) -> NDArray[Any]:
        return np.where(minutes < 0, np.datetime64("NaT"), start + minutes.astype("timedelta64[m]"))

    ids = np.array(_catalogue().ids, dtype=object)
    local = pd.Series(time(opened)).astype("datetime64[ns]")
    return pd.DataFrame(
        {
            "opened": local.dt.tz_localize("UTC"),
            "closed": pd.Series(time(closed)).astype("datetime64[ns]").dt.tz_localize("UTC"),
            "due": pd.Series(time(due)).astype("datetime64[ns]").dt.tz_localize("UTC"),
            "is_open": is_open, "local": local, "hours": (np.where(is_open, until, closed) - opened) / 60.0,
            "category": ids[category], "group": "", "place": (key >> _COMMUNITY & 262143).astype(str),
            "duplicate": repeated, "arrival": True,
        }
    )  # fmt: skip


def _due(category: NDArray[np.int64], opened: NDArray[np.int64], phase: Phase) -> NDArray[np.int64]:
    """Return when each case falls due: after hours for what is urgent, after working days for the rest."""
    days = -(-phase.minutes[2] // DAY)
    calendar = build_calendar(phase.first, days)
    names = np.array(DEADLINES)[_catalogue().rows["deadline"][category]]
    due = np.empty(len(opened), dtype=np.int64)
    for name, minutes in _LIMIT.items():
        due[names == name] = opened[names == name] + minutes
    for name, n in _WORKING_DAYS.items():
        of = names == name
        k = calendar.work_index[opened[of] // DAY] + n
        due[of] = calendar.work_days[np.minimum(k, len(calendar.work_days) - 1)] * DAY + opened[of] % DAY
    return due


def read_run(folder: Path) -> pd.DataFrame:
    """Return the tickets of the run in a folder that ``cogov run --events --out`` filled.

    Raises:
        ScenarioError: If the folder holds no event log.
    """
    log, manifest = folder / "events.parquet", folder / "run.json"
    for path in (manifest, log):
        if not path.is_file():
            reason = t("no such file: the folder must be one that cogov run --events --out has filled")
            raise ScenarioError(Problem(str(path), "", reason))
    table = pq.read_table(log, columns=["incident", "minute", "kind"])
    kind = table.column("kind").combine_chunks()
    names: Sequence[str] = kind.dictionary.to_pylist()
    codes = np.array([_CODE[name] for name in names], dtype=np.int64)
    events = np.empty(len(table), dtype=[("incident", "i8"), ("minute", "i8"), ("kind", "i8")])
    events["incident"], events["minute"] = table.column("incident").to_numpy(), table.column("minute").to_numpy()
    events["kind"] = codes[np.asarray(kind.indices.cast(pa.int64()))]
    return tickets_of(events, phase_of(json.loads(manifest.read_text(encoding="utf-8"))["scenario"]))


def tickets_csv(rows: pd.DataFrame) -> str:
    """Return tickets as the text of a CSV file that the shipped map ``simulated_run`` describes."""
    out = pd.DataFrame({name: rows[name].dt.strftime("%Y-%m-%d %H:%M") for name in ("opened", "closed", "due")})
    out["category"], out["community"] = rows["category"], rows["place"]
    out["status"] = np.where(rows["duplicate"], "duplicate", np.where(rows["is_open"], "open", "closed"))
    out.insert(0, "ticket", np.arange(1, len(out) + 1))
    return str(out.to_csv(index=False))
