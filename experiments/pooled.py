"""An experiment as a comparison of its scenarios: each the mean over all points, replication by replication.

With one point this is the comparison that ``cogov compare`` would make of the same runs; with more it says what a
scenario does on average over the points, and its intervals and bands hold the luck of replications, not the points.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from .comparison import ACCOUNTS, FIXED, Comparison, ScenarioInfo, assemble
from .outcome import Outcome, StageTable
from .parts import columns
from .points import Design
from .seeds import replication_seed
from .store import DAILY, GRIDS, Columns, Store

BATCH = 1 << 18
"""Rows of a table that are held at a time."""
NOT_KEPT = StageTable((), (), np.zeros((0, 0)), np.zeros(0))
"""Stages by category, which an experiment does not keep."""


def pooled(store: Store, design: Design, runs: Columns, rows: Columns, infos: Sequence[ScenarioInfo],
           facts: Mapping[str, Any]) -> Comparison | None:  # fmt: skip
    """Return the scenarios of an experiment as sides of a comparison; nothing if no replication is whole yet.

    Args:
        store: Where its runs are.
        design: Its design.
        runs: The table of its runs.
        rows: The table of their measures.
        infos: Its scenarios, called as in the table of runs, the one compared with first.
        facts: What the manifest says.
    """
    found = _whole(runs, len(infos) * len(design))
    if not found:
        return None
    where = _places(runs, [info.id for info in infos], found)
    curves = _curves(store, where, len(found))
    made = _compared(design, rows, infos, facts, found, where, curves)
    grids = _grids(store, where)
    return replace(made, grids={info.id: table for info, table in zip(infos, grids, strict=True)})


def at_point(design: Design, runs: Columns, rows: Columns, infos: Sequence[ScenarioInfo], facts: Mapping[str, Any],
             point: int) -> Comparison | None:  # fmt: skip
    """Return the scenarios at one point as sides of a comparison, without days and grids; see `pooled`."""
    here = runs["point"] == point
    runs = {name: values[here] for name, values in runs.items()}
    found = _whole(runs, len(infos))
    if not found:
        return None
    where = _places(runs, [info.id for info in infos], found)
    return _compared(design, rows, infos, facts, found, where, (np.zeros(0, dtype="datetime64[D]"), {}))


Curves = tuple[NDArray[np.datetime64], Mapping[str, NDArray[np.float64]]]
"""Days and city-wide curves, each of shape (scenarios, replications, days)."""


def _compared(design: Design, rows: Columns, infos: Sequence[ScenarioInfo], facts: Mapping[str, Any],
              found: Sequence[int], where: Where, curves: Curves) -> Comparison:  # fmt: skip
    dates, by_day = curves
    summaries, phases = _summaries(rows, where, len(found)), _phases(infos[0].resolved)
    sides = [[Outcome(summaries[s][r], dates, {k: v[s, r] for k, v in by_day.items()}, {}, NOT_KEPT, phases)
              for r in range(len(found))] for s in range(len(infos))]  # fmt: skip
    root = design.experiment.run.seed
    made = assemble(infos, sides, seed=root, seeds=[replication_seed(root, r) for r in found],
                    command=str(facts.get("command", "")))  # fmt: skip
    return replace(made, versions=dict(facts["versions"]))


def _whole(runs: Columns, of_each: int) -> list[int]:
    """Return the replications of which every scenario at every point is there."""
    numbers, count = np.unique(runs["replication"], return_counts=True)
    return [int(r) for r in numbers[count == of_each]]


Where = Sequence[Mapping[str, tuple[int, float]]]
"""For each scenario its runs, each with its replication and at how many points it stands."""


def _places(runs: Columns, names: Sequence[str], whole: Sequence[int]) -> Where:
    place = {r: i for i, r in enumerate(whole)}
    found: list[dict[str, tuple[int, float]]] = [{} for _ in names]
    for run, name, r in zip(*(runs[k].tolist() for k in ("run", "scenario", "replication")), strict=True):
        if r in place:
            mine = found[names.index(name)]
            mine[run] = place[r], mine.get(run, (0, 0.0))[1] + 1.0
    return found


def _of_side(batch: Columns, where: Mapping[str, tuple[int, float]]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the replication of each row and how often it counts in a scenario, 0 where it does not."""
    names, run = np.unique(batch["run"], return_inverse=True)
    found = [where.get(name, (0, 0.0)) for name in names.tolist()]
    return np.array([r for r, _ in found])[run], np.array([times for _, times in found])[run]


def _summaries(rows: Columns, where: Where, replications: int) -> list[list[dict[str, float]]]:
    keys, key = np.unique(rows["measure"], return_inverse=True)
    order = list(dict.fromkeys(rows["measure"].tolist()))
    at = {str(k): i for i, k in enumerate(keys)}
    accounts = [str(k).startswith(ACCOUNTS) for k in keys]
    found = []
    for mine in where:
        r, times = _of_side(rows, mine)
        total, count = (np.zeros((replications, len(keys))) for _ in range(2))
        known = (times > 0) & np.isfinite(rows["value"])
        np.add.at(total, (r[known], key[known]), rows["value"][known] * times[known])
        np.add.at(count, (r[known], key[known]), times[known])
        points = sum(times for _, times in mine.values()) / replications
        count[:, accounts] = points  # who was not there in a run cost nothing in it
        with np.errstate(invalid="ignore"):
            mean = total / np.where(count > 0, count, np.nan)
        found.append([{k: float(row[at[k]]) for k in order} for row in mean])
    return found


def _curves(store: Store, where: Where, replications: int) -> Curves:
    """Return days and curves; none where none were kept."""
    total: dict[str, NDArray[np.float64]] = {}
    count: dict[str, NDArray[np.float64]] = {}
    dates = np.zeros(0, dtype="datetime64[D]")
    for batch, weight in _batches(store, DAILY):
        days = batch["date"].astype("datetime64[D]")
        if not len(dates):
            dates = np.unique(days)
        day, value = np.searchsorted(dates, days), batch["value"].astype(np.float64)
        for s, mine in enumerate(where):
            r, times = _of_side(batch, mine)
            known = (times > 0) & np.isfinite(value)
            for name in np.unique(batch["measure"]).tolist():
                row = known & (batch["measure"] == name)
                at, each = (np.full(row.sum(), s), r[row], day[row]), weight[row] * times[row]
                for table, added in ((total, value[row] * each), (count, each)):
                    np.add.at(table.setdefault(name, np.zeros((len(where), replications, len(dates)))), at, added)
    with np.errstate(invalid="ignore"):
        return dates, {k: total[k] / np.where(count[k] > 0, count[k], np.nan) for k in sorted(total)}


def _grids(store: Store, where: Where) -> list[dict[str, NDArray[Any]]]:
    """Return the mean table of grids of each scenario; empty ones where none were kept."""
    fixed: dict[str, NDArray[Any]] = {}
    total: dict[str, NDArray[np.float64]] = {}
    count: dict[str, NDArray[np.float64]] = {}
    for batch, weight in _batches(store, GRIDS):
        if not fixed:
            one = store.read(GRIDS, run=str(batch["run"][0]))
            fixed = {k: v for k, v in one.items() if k in FIXED}
        place = np.searchsorted(fixed["grid"], batch["grid"])
        for s, mine in enumerate(where):
            _, times = _of_side(batch, mine)
            for name in (k for k in batch if k not in (*FIXED, "run")):
                value = batch[name].astype(np.float64)
                known = (times > 0) & np.isfinite(value)
                at, each = (np.full(known.sum(), s), place[known]), weight[known] * times[known]
                for table, added in ((total, value[known] * each), (count, each)):
                    np.add.at(table.setdefault(name, np.zeros((len(where), len(fixed["grid"])))), at, added)
    if not fixed:
        return [{} for _ in where]
    with np.errstate(invalid="ignore"):
        mean = {k: total[k] / np.where(count[k] > 0, count[k], np.nan) for k in total}
    return [{**fixed, **{k: v[s] for k, v in mean.items()}} for s in range(len(where))]


def _batches(store: Store, table: str) -> Iterator[tuple[Columns, NDArray[np.float64]]]:
    """Yield a table piece by piece, as it may be too large to be read at once, with the weight of each row.

    That is below 1 where a run that was lost on its way back was made, and written, twice.
    """
    files = store.files(table)
    times = Counter(run for _, runs in files for run in runs)
    for path, _ in files:
        for batch in pq.ParquetFile(path).iter_batches(BATCH):
            found = columns(pa.Table.from_batches([batch]))
            names, row = np.unique(found["run"], return_inverse=True)
            yield found, np.array([1.0 / times[name] for name in names.tolist()])[row]


def _phases(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the phases of a run as the run states them, from its scenario."""
    days = resolved["calendar"]
    start = dt.date.fromisoformat(str(days["start"])[:10])
    shocks = []
    for shock in resolved.get("shock", ()):
        begins = dt.datetime.fromisoformat(str(shock["start"]))
        shocks.append({"id": shock["id"], "kind": shock["kind"], "start_day": (begins.date() - start).days,
                       "days": -(-max(1, round(1440 * shock["days"])) // 1440)})  # fmt: skip
    return {
        "warm_up_days": days["warm_up_days"], "window_days": days["days"], "follow_up_days": days["follow_up_days"],
        "start": start.isoformat(), "tau_minutes": 1440 * max(1, min(30, days["follow_up_days"])), "shocks": shocks,
    }  # fmt: skip
