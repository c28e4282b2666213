"""The numbers behind each figure as CSV: codes and plain units, the same in every language."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..experiments.comparison import Comparison, band
from ..model.measures import measure_of

DAILY = {"backlog": "cases", "open_needs": "needs", "arisen": "needs", "solved": "needs"}
"""Units of the daily measures that have a curve."""


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV with six digits a number; what is not known stays empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return buffer.getvalue()


def _plain(cell: Any) -> Any:
    if isinstance(cell, float | np.floating):
        return f"{float(cell):.6g}" if math.isfinite(cell) else ""
    return cell


def effects_data(comparison: Comparison, keys: Sequence[str]) -> str:
    """Return effects: a scenario and measure a row, in the measure's own unit."""
    heads = ("scenario", "measure", "unit", "reference", "mean", "difference", "low", "high", "verdict")
    rows = [
        (s, key, e.measure.unit, e.pair.baseline, e.pair.mean, e.pair.difference, e.pair.low, e.pair.high, e.verdict)
        for s, effects in comparison.effects.items()
        for key in keys
        if (e := effects.get(key))
    ]
    return csv_text(heads, rows)


def levels_data(comparison: Comparison, keys: Sequence[str]) -> str:
    """Return means over replications: a scenario and measure a row."""
    rows = [(s.id, key, measure_of(key).unit, comparison.means[s.id].get(key, math.nan))
            for s in comparison.scenarios for key in keys]  # fmt: skip
    return csv_text(("scenario", "measure", "unit", "mean"), rows)


def curves_data(comparison: Comparison, keys: Sequence[str], first: int = 0) -> str:
    """Return daily curves: mean, lowest and highest over replications, and those of the difference."""
    heads = ("scenario", "measure", "unit", "date", "mean", "low", "high", "change", "change_low", "change_high")
    base, rows = comparison.curves[comparison.baseline.id], []
    for info in comparison.scenarios:
        curves = comparison.curves[info.id]
        for key in (k for k in keys if k in curves and k in base):
            levels, changes = band(curves[key]), band(curves[key] - base[key])
            for day in range(first, len(comparison.dates)):
                values = [float(x[day]) for x in (*levels, *changes)]
                rows.append((info.id, key, DAILY.get(key, ""), str(comparison.dates[day]), *values))
    return csv_text(heads, rows)


def stages_data(comparison: Comparison) -> str:
    """Return minutes a need by stage: the reference, and each scenario's difference with its interval."""
    heads = ("scenario", "stage", "reference_minutes", "difference_minutes", "low_minutes", "high_minutes")
    rows: list[Sequence[Any]] = [
        (s, stage, p.baseline, p.difference, p.low, p.high)
        for s, pairs in comparison.stages.items()
        for stage, p in pairs.items()
    ]
    return csv_text(heads, rows)
