"""What is summed over the residents of places."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents.rules import entry
from .city import City


def sums_of_grids(city: City, values: NDArray[Any]) -> NDArray[np.float64]:
    """Return the sum of a value of residents, shape (residents,), over those of each grid, shape (grids,)."""
    grids = city.grids
    sums = np.empty(len(grids))
    _sum_runs(values, grids["first_resident"].copy(), grids["residents"].copy(), sums)
    return sums


def vulnerable_weight(city: City) -> NDArray[np.float64]:
    """Return vulnerable residents by community as a weight of mean one."""
    flags = city.residents["flags"].astype(np.int64) & 1
    by_grid = np.bincount(city.residents["grid"], flags, minlength=len(city.grids))
    weight = np.bincount(city.grids["community"], by_grid, minlength=len(city.communities))
    return np.asarray(weight / max(weight.mean(), 1e-9))


@entry
def _sum_runs(values: Any, first: Any, count: Any, out: Any) -> None:
    """Sum the runs ``values[first[i] : first[i] + count[i]]`` into ``out``."""
    for i in range(first.shape[0]):
        total = 0.0
        for k in range(first[i], first[i] + count[i]):
            total += np.float64(values[k])
        out[i] = total
