"""What patterns about queues look at: stations of servers in the real engine, as ``benchmarks.network`` makes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..agents.columns import Rows
from ..model.calendar import DAY
from ..model.ledger import LOG_ASSIGNED, LOG_QUEUE
from .benchmarks.network import Network, Stations, plan_of

DAYS, FIRST, LAST = 30, 10, 28
"""Days that are run, and between which cases join a queue whose waits are looked at: stations begin empty."""
ALIKE = {2: 20, 5: 20, 10: 10}
"""Stations by number of servers."""
NAMES = ("queue_5_70", "queue_5_90", "queue_knee", "pooling_90", "pooling_50")


def queue_figures(seed: int) -> dict[str, float]:
    """Return the figures of `NAMES`: waits over theory, the knee, and what pooling five teams of two gains."""
    wait = {cell: _mean_wait(*cell, seed) for cell in ((5, 0.7), (5, 0.9), (2, 0.5), (2, 0.9), (10, 0.5), (10, 0.9))}
    theory = {cell: Network(1, cell[0], load=cell[1]).expected_wait() for cell in wait}
    work = Network().work_minutes
    return {
        "queue_5_70": wait[5, 0.7] / theory[5, 0.7],
        "queue_5_90": wait[5, 0.9] / theory[5, 0.9],
        "queue_knee": wait[5, 0.9] / wait[5, 0.7],
        "pooling_90": 1.0 - wait[10, 0.9] / wait[2, 0.9],
        "pooling_50": (wait[2, 0.5] - wait[10, 0.5]) / work,
    }


def _mean_wait(servers: int, load: float, seed: int) -> float:
    network = Network(stations=ALIKE[servers], servers=servers, load=load, days=DAYS)
    log: list[Rows] = []
    sim = Stations(network, plan_of(network), seed, log.append)
    sim.run_to_end()
    return float(waited(np.concatenate(log), FIRST * DAY, LAST * DAY).mean())


def waited(log: Rows, first: int, end: int) -> NDArray[np.int64]:
    """Return minutes from joining a queue to a server's setting out, of cases that joined in the minutes [first, end).

    Those that no server has taken by the end of the log are left out: let that be long after ``end``.
    """
    joined, begun = (rows[np.argsort(rows["incident"], kind="stable")]
                     for rows in (log[log["kind"] == LOG_QUEUE], log[log["kind"] == LOG_ASSIGNED]))  # fmt: skip
    joined = joined[np.isin(joined["incident"], begun["incident"])]
    minutes = np.asarray(begun["minute"] - joined["minute"], dtype=np.int64)
    inside: NDArray[np.bool_] = (joined["minute"] >= first) & (joined["minute"] < end)
    return minutes[inside]
