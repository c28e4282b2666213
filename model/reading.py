"""What deciders know of their people and queues when they decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..agents import responders as R

if TYPE_CHECKING:
    from .simulation import Simulation


@dataclass
class Reading:
    """What deciders know of their people and queues; made anew each time before they decide."""

    net_load: NDArray[np.float64]
    queue_per_worker: NDArray[np.float64]
    best_of_street: NDArray[np.int64]
    street_load: NDArray[np.float64]
    pool_queue: NDArray[np.float64]
    pool_size: NDArray[np.float64]
    line_delay: NDArray[np.float64]


def read(sim: Simulation) -> Reading:
    """Return what deciders know tonight."""
    pools, people, city = sim.tables["pools"], sim.tables["responders"], sim.plan.city
    n = len(pools)
    busy = np.bincount(people["pool"], people["month_busy"], minlength=n)
    field_minutes = np.bincount(people["pool"], people["month_field"], minlength=n)
    places = len(city.communities)
    nets = np.flatnonzero(people["kind"] <= R.PART_TIMER)
    where = pools["community"][people["pool"][nets]]
    c_busy = np.bincount(where, people["month_busy"][nets], minlength=places)
    c_field = np.bincount(where, people["month_field"][nets], minlength=places)
    per_worker = sim.known_load() / np.maximum(1, sim.grid_workers)
    order = np.lexsort((city.communities["key"], per_worker, city.communities["rural"], city.communities["street"]))
    group = city.communities["street"][order] * 2 + city.communities["rural"][order]
    first = np.concatenate([[True], group[1:] != group[:-1]])
    best = np.empty(places, dtype=np.int64)
    best[order] = order[np.maximum.accumulate(np.where(first, np.arange(places), 0))]
    street = sim.tables["street_pool"]
    work = sim.tables["line_work"]
    return Reading(
        np.divide(c_busy, c_field, out=np.zeros(places), where=c_field > 0),
        per_worker,
        best,
        np.divide(busy[street], field_minutes[street], out=np.zeros(len(street)), where=field_minutes[street] > 0),
        pools["waiting"].astype(np.float64),
        np.maximum(1, sim.pool_size).astype(np.float64),
        work["backlog"] / np.maximum(work["capacity"], 1e-9),
    )
