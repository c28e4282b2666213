"""What a finished run puts into each table of an experiment's store."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.measures import RunResult
from .experiment import Experiment
from .outcome import condense
from .points import Settings, Unit, seed_of
from .store import DAILY, GRIDS, MEASURES, RUNS


def rows_of(experiment: Experiment, unit: Unit, run: str, result: RunResult) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the rows of a run in each table that is kept."""
    keep = experiment.keep
    wanted = keep.measures or tuple(result.summary)
    row: dict[str, Any] = {"run": run, "scenario": unit.scenario, "point": unit.point, "replication": unit.replication,
                           "seed": seed_of(experiment, unit.point, unit.replication)}  # fmt: skip
    found = {
        RUNS: {key: np.array([value]) for key, value in row.items()} | _factors(unit.settings),
        MEASURES: {
            "run": np.full(len(wanted), run),
            "measure": np.array(wanted),
            "value": np.array([result.summary.get(key, np.nan) for key in wanted], dtype=np.float64),
        },
    }
    outcome = condense(result) if keep.daily or keep.grids else None
    if outcome and keep.daily:
        names, days = list(outcome.curves), len(outcome.dates)
        found[DAILY] = {
            "run": np.full(len(names) * days, run),
            "measure": np.repeat(names, days),
            "date": np.tile(outcome.dates, len(names)),
            "value": np.concatenate([outcome.curves[name] for name in names]),
        }
    if outcome and keep.grids:
        found[GRIDS] = {"run": np.full(len(outcome.grids["grid"]), run), **outcome.grids}
    return found


def _factors(settings: Settings) -> dict[str, NDArray[Any]]:
    """Return a column a factor: numbers where it is one, else text."""
    return {name: np.array([value]) for name, value in settings.items()}
