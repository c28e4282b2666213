"""A run goes on from where another one stood: the same until that midnight, under its own plan from then on.

Both plans must say the same until then (``scenarios.history`` compares scenarios). What a plan says of later days is
this run's own: its policies act from their first day, its shocks are planned anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..agents.columns import Rows
from ..agents.rules import entry
from .calendar import DAY
from .snapshot import Snapshot, give
from .state import BLOCKS_LIVE, FREE_BLOCK, LOG_N, LOGGING
from .wheel import BLOCK, SHOCK, push
from .world import world

if TYPE_CHECKING:
    from .simulation import Simulation


def go_on_from(sim: Simulation, snapshot: Snapshot) -> None:
    """Let a new run go on from a snapshot of one with the same plan until then, and the same seed.

    An event log goes on too if the other run kept one; what it wrote before is not part of a snapshot.

    Raises:
        SnapshotError: If the snapshot does not fit the run.
        ValueError: If an event log is wanted and the other run kept none, or shocks that have begun are not the same.
    """
    new = {name: sim.tables[name].copy() for name in ("log", "shocks", "shock_hit")}
    give(sim, snapshot)
    _set_log(sim, new["log"])
    _set_shocks(sim, new["shocks"], new["shock_hit"])


def _set_log(sim: Simulation, empty: Rows) -> None:
    sc = sim.tables["sc"]
    if sim.events is not None and sc[LOGGING] == 0:
        raise ValueError("the run that this one goes on from kept no event log")
    if sim.events is None:
        sim.tables["log"] = empty
        sc[LOGGING], sc[LOG_N] = 0, 0
    sim.w = world(sim.tables)


def _set_shocks(sim: Simulation, shocks: Rows, hit: NDArray[np.float64]) -> None:
    """Keep the shocks that have begun as they are, and plan those to come as this run has them."""
    tables, t = sim.tables, sim.day * DAY
    old, old_hit = tables["shocks"], tables["shock_hit"]
    begun, ours = np.flatnonzero(old["start"] < t), np.flatnonzero(shocks["start"] < t)
    alike = ("key", "kind", "start", "end", "severity")
    if not np.array_equal(begun, ours) or any((old[begun][name] != shocks[ours][name]).any() for name in alike):
        raise ValueError("the shocks that have begun are not those of the run that this one goes on from")
    shocks[begun], hit[begun] = old[begun], old_hit[begun]
    if len(old) == len(shocks) and (old == shocks).all() and np.array_equal(old_hit, hit):
        return
    for day in range(sim.day, sim.plan.days):
        _drop_shocks(tables, day, begun)
    tables["shocks"], tables["shock_hit"] = shocks, hit
    sim.w = world(sim.tables)
    for s in np.setdiff1d(np.arange(len(shocks)), begun):
        plan_shock(sim.w, int(s))


def _drop_shocks(tables: dict[str, Any], day: int, begun: NDArray[np.int64]) -> None:
    """Take the beginnings and ends of shocks that have not begun out of what waits for a day."""
    waiting, later, following = int(tables["day_events"][day]), tables["later"], tables["block_next"]
    blocks = [int(tables["day_block"][day])] if waiting else []
    while len(blocks) * BLOCK < waiting:
        blocks.append(int(following[blocks[-1]]))
    rows = (np.array(blocks[::-1], dtype=np.int64)[:, np.newaxis] * BLOCK + np.arange(BLOCK)).ravel()[:waiting]
    stay = (later["kind"][rows] != SHOCK) | np.isin(later["row"][rows], begun)
    if stay.all():
        return
    left = int(stay.sum())
    later[rows[:left]] = later[rows[stay]]
    sc = tables["sc"]
    while (len(blocks) - 1) * BLOCK >= left and blocks:
        free = blocks.pop(0)
        following[free], sc[FREE_BLOCK] = sc[FREE_BLOCK], free
        sc[BLOCKS_LIVE] -= 1
    tables["day_events"][day] = left
    tables["day_block"][day] = blocks[0] if blocks else -1


@entry
def plan_shock(w: Any, s: int) -> None:
    """Plan the beginning and the end of one shock."""
    shock = w.shocks[s]
    push(w, shock.start, SHOCK, shock.key, s, 0)
    push(w, shock.end, SHOCK, shock.key, s, 1)
