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

from .compare import replication_seed
from .comparison import ACCOUNTS, FIXED, Comparison, ScenarioInfo, assemble
from .outcome import Outcome, StageTable
from .parts import columns
from .points import Design
from .store import DAILY, GRIDS, MEASURES, Columns, Store

BATCH = 1 << 18
"""Rows of a table that are held at a time."""
NOT_KEPT = StageTable((), (), np.zeros((0, 0)), np.zeros(0))
"""Stages by category, which an experiment does not keep."""


def pooled(store: Store, design: Design, runs: Columns, infos: Sequence[ScenarioInfo], facts: Mapping[str, Any],
           ) -> Comparison | None:  # fmt: skip
    """Return the scenarios of an experiment as sides of a comparison; nothing if no replication is whole yet.

    Args:
        store: Where its runs are.
        design: Its design.
        runs: The table of its runs.
        infos: Its scenarios, called as in the table of runs, the one compared with first.
        facts: What the manifest says.
    """
    found = _whole(runs, len(infos) * len(design))
    if not found:
        return None
    names = [info.id for info in infos]
    side = np.array([names.index(name) for name in runs["scenario"].tolist()])
    place = {r: i for i, r in enumerate(found)}
    column = np.array([place.get(r, -1) for r in runs["replication"].tolist()])
    where = {run: (int(s), int(r)) for run, s, r in zip(runs["run"].tolist(), side, column, strict=True) if r >= 0}
    summaries = _summaries(store.read(MEASURES), where, (len(names), len(found)))
    dates, curves = _curves(store, where, (len(names), len(found)))
    phases = _phases(infos[0].resolved)
    sides = [[Outcome(summaries[s][r], dates, {k: v[s, r] for k, v in curves.items()}, {}, NOT_KEPT, phases)
              for r in range(len(found))] for s in range(len(names))]  # fmt: skip
    root = design.experiment.run.seed
    made = assemble(infos, sides, seed=root, seeds=[replication_seed(root, r) for r in found],
                    command=str(facts.get("command", "")))  # fmt: skip
    grids = _grids(store, where, len(names))
    return replace(made, versions=dict(facts["versions"]), grids=dict(zip(names, grids, strict=True)))


def _whole(runs: Columns, of_each: int) -> list[int]:
    """Return the replications of which every scenario at every point is there."""
    numbers, count = np.unique(runs["replication"], return_counts=True)
    return [int(r) for r in numbers[count == of_each]]


Where = Mapping[str, tuple[int, int]]
"""Scenario and replication of each run that counts."""


def _summaries(rows: Columns, where: Where, shape: tuple[int, int]) -> list[list[dict[str, float]]]:
    keys, key = np.unique(rows["measure"], return_inverse=True)
    names, run = np.unique(rows["run"], return_inverse=True)
    place = [where.get(name) for name in names.tolist()]
    row = np.array([p[0] * shape[1] + p[1] if p else -1 for p in place])[run]
    total, count = (np.zeros((shape[0] * shape[1], len(keys))) for _ in range(2))
    known = (row >= 0) & np.isfinite(rows["value"])
    np.add.at(total, (row[known], key[known]), rows["value"][known])
    np.add.at(count, (row[known], key[known]), 1.0)
    runs_of_each = len(where) / (shape[0] * shape[1])  # who was not there in a run cost nothing in it
    count[:, [str(k).startswith(ACCOUNTS) for k in keys]] = runs_of_each
    with np.errstate(invalid="ignore"):
        mean = total / np.where(count > 0, count, np.nan)
    order = list(dict.fromkeys(rows["measure"].tolist()))
    at = {str(k): i for i, k in enumerate(keys)}
    return [[{k: float(mean[s * shape[1] + r, at[k]]) for k in order} for r in range(shape[1])]
            for s in range(shape[0])]  # fmt: skip


def _curves(store: Store, where: Where, shape: tuple[int, int]
            ) -> tuple[NDArray[np.datetime64], dict[str, NDArray[np.float64]]]:  # fmt: skip
    """Return days and city-wide curves, each of shape (scenarios, replications, days); none where none were kept."""
    total: dict[str, NDArray[np.float64]] = {}
    count: dict[str, NDArray[np.float64]] = {}
    dates = np.zeros(0, dtype="datetime64[D]")
    for batch, weight in _batches(store, DAILY):
        days = batch["date"].astype("datetime64[D]")
        if not len(dates):
            dates = np.unique(days)
        value = batch["value"].astype(np.float64)
        names, run = np.unique(batch["run"], return_inverse=True)
        place = np.array([where.get(name, (-1, -1)) for name in names.tolist()])[run]
        known = (place[:, 0] >= 0) & np.isfinite(value)
        for name in np.unique(batch["measure"]).tolist():
            mine = known & (batch["measure"] == name)
            at = place[mine, 0], place[mine, 1], np.searchsorted(dates, days[mine])
            for table, added in ((total, value[mine] * weight[mine]), (count, weight[mine])):
                np.add.at(table.setdefault(name, np.zeros((*shape, len(dates)))), at, added)
    with np.errstate(invalid="ignore"):
        return dates, {k: total[k] / np.where(count[k] > 0, count[k], np.nan) for k in sorted(total)}


def _grids(store: Store, where: Where, sides: int) -> list[dict[str, NDArray[Any]]]:
    """Return the mean table of grids of each scenario; empty ones where none were kept."""
    fixed: dict[str, NDArray[Any]] = {}
    total: dict[str, NDArray[np.float64]] = {}
    count: dict[str, NDArray[np.float64]] = {}
    for batch, weight in _batches(store, GRIDS):
        if not fixed:
            one = store.read(GRIDS, run=str(batch["run"][0]))
            fixed = {k: v for k, v in one.items() if k in FIXED}
        at = np.searchsorted(fixed["grid"], batch["grid"])
        names, run = np.unique(batch["run"], return_inverse=True)
        side = np.array([where.get(name, (-1, -1))[0] for name in names.tolist()])[run]
        for name in (k for k in batch if k not in (*FIXED, "run")):
            value = batch[name].astype(np.float64)
            known = (side >= 0) & np.isfinite(value)
            cells = side[known], at[known]
            for table, added in ((total, value[known] * weight[known]), (count, weight[known])):
                np.add.at(table.setdefault(name, np.zeros((sides, len(fixed["grid"])))), cells, added)
    if not fixed:
        return [{} for _ in range(sides)]
    with np.errstate(invalid="ignore"):
        mean = {k: total[k] / np.where(count[k] > 0, count[k], np.nan) for k in total}
    return [{**fixed, **{k: v[s] for k, v in mean.items()}} for s in range(sides)]


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
