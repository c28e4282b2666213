"""What a finished run puts into each table of an experiment's store."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.measures import RunResult
from .experiment import Experiment
from .outcome import condense
from .plan import Unit
from .points import Design, seed_of
from .store import DAILY, GRIDS, MEASURES, RUNS


def rows_of(
    experiment: Experiment, design: Design, unit: Unit, run: str, result: RunResult
) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the rows of a run in each table that is kept; in ``runs`` one for each scenario and point that it is."""
    keep, n = experiment.keep, len(unit.rows)
    wanted = keep.measures or tuple(result.summary)
    points, sides = np.divmod(np.array(unit.rows, dtype=np.int64), len(experiment.scenarios))
    settings = [unit.settings] if n == 1 else [design.point(int(point)) for point in points]
    found = {
        RUNS: {
            "run": np.full(n, run),
            "scenario": np.array(experiment.scenarios)[sides],
            "point": points,
            "replication": np.full(n, unit.replication),
            "seed": np.full(n, seed_of(experiment, unit.point, unit.replication)),
            **{name: np.array([values[name] for values in settings]) for name in unit.settings},
        },
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
