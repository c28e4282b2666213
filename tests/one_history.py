"""A run that is taken apart on some day and goes on from there, for tests of snapshots and of forks."""

import datetime as dt
import json

from policy_city import CITY, MONDAY

from cogov.model.calendar import DAY
from cogov.model.fork import go_on_from
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.simulation import Simulation
from cogov.model.snapshot import Snapshot, take

FORK, CUT, DAYS = 10, 41, 75
"""Days on which the policy begins, on which the run is taken apart once more, and in all: two months of decisions."""
OUTBREAK = ShockPlan("outbreak", "outbreak", 5 * DAY + 300, 50 * DAY, 3.0)
STORM = ShockPlan("a_storm", "rainstorm", 20 * DAY + 60, 23 * DAY, 2.0)


def plan(*acting, shocks=(OUTBREAK,)):
    """Return a plan, with policies of its own."""
    first = MONDAY + dt.timedelta(days=10)
    return RunPlan(CITY, first, DAYS - 25, 10, 15, policies=tuple(acting), shocks=shocks)


def begun(a_plan, day=FORK, seed=7, events=None):
    """Return a run of some days."""
    sim = Simulation(a_plan, seed, events)
    while sim.day < day:
        sim.step()
    return sim


def kept(sim):
    """Return a snapshot as a file would give it back."""
    found = take(sim)
    return Snapshot(json.loads(json.dumps(found.tree, allow_nan=False)), {k: v.copy() for k, v in found.arrays.items()})


def resumed(a_plan, snapshot, seed=7, events=None):
    """Return a new run that goes on from a snapshot."""
    sim = Simulation(a_plan, seed, events)
    go_on_from(sim, snapshot)
    return sim
