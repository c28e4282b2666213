"""What a comparison keeps of a run: a few arrays in place of the whole result, small enough to send and to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.measures import RunResult
from .tables import in_order

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """One run, condensed.

    Attributes:
        summary: Flat keys and their values.
        dates: Days of the run, ``datetime64[D]``, shape (days,).
        curves: Measures of the whole city, each of shape (days,), ``nan`` on days without a value.
        grids: The table of grids, in the order of their ids.
        stages: Minutes and needs by (category, grid kind): see `StageTable`.
        phases: Lengths of the phases, tau and shocks, as the run states them.
    """

    summary: dict[str, float]
    dates: NDArray[np.datetime64]
    curves: dict[str, Floats]
    grids: dict[str, NDArray[Any]]
    stages: StageTable
    phases: dict[str, Any]


@dataclass(frozen=True)
class StageTable:
    """Where the time went, by category.

    Attributes:
        categories: Names, sorted.
        stages: Names, sorted.
        minutes: Sum over needs, shape (categories, stages).
        needs: Needs of each category, shape (categories,).
    """

    categories: tuple[str, ...]
    stages: tuple[str, ...]
    minutes: Floats
    needs: Floats

    def cell(self, category: str, stage: str) -> float:
        """Return minutes a need of one category in one stage; 0 for what did not occur."""
        if category not in self.categories or stage not in self.stages:
            return 0.0
        i = self.categories.index(category)
        return float(self.minutes[i, self.stages.index(stage)] / self.needs[i]) if self.needs[i] else 0.0


def condense(result: RunResult) -> Outcome:
    """Return what a comparison needs of a result."""
    dates, curves = _city_curves(result.daily)
    rows = np.argsort(result.grids["grid"], kind="stable")
    grids = {name: np.asarray(values)[rows] for name, values in result.grids.items()}
    return Outcome(dict(result.summary), dates, curves, grids, stage_table(result.stages), dict(result.phases))


def _city_curves(daily: Mapping[str, NDArray[Any]]) -> tuple[NDArray[np.datetime64], dict[str, Floats]]:
    city = np.asarray(daily["level"]) == "city"
    dates, day = np.unique(np.asarray(daily["date"])[city].astype("datetime64[D]"), return_inverse=True)
    measure, value = np.asarray(daily["measure"])[city], np.asarray(daily["value"], dtype=np.float64)[city]
    curves = {}
    for name in np.unique(measure):
        curve = np.full(len(dates), np.nan)
        mine = measure == name
        curve[day[mine]] = value[mine]
        curves[str(name)] = curve
    return dates, curves


def stage_table(stages: Mapping[str, NDArray[Any]]) -> StageTable:
    """Sum the tidy table of stages over grid kinds.

    The tidy table repeats the needs of a (category, grid kind) in the row of each stage, so they count once. Sums run
    in the table's one order, so a table read back from its file gives the same to the last digit.
    """
    stages = in_order("stages", stages)
    categories, c = np.unique(np.asarray(stages["category"]).astype(str), return_inverse=True)
    names, s = np.unique(np.asarray(stages["stage"]).astype(str), return_inverse=True)
    kinds, k = np.unique(np.asarray(stages["grid_kind"]).astype(str), return_inverse=True)
    minutes = np.zeros((len(categories), len(names)))
    np.add.at(minutes, (c, s), np.asarray(stages["minutes"], dtype=np.float64))
    needs = np.zeros((len(categories), len(kinds)))
    np.maximum.at(needs, (c, k), np.asarray(stages["needs"], dtype=np.float64))
    return StageTable(tuple(map(str, categories)), tuple(map(str, names)), minutes, needs.sum(axis=1))
