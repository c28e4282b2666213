"""A run goes on from where another one stood: the same until then, under its own plan from then on."""

import datetime as dt
import json

import pytest
from object_graph import differences
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


@pytest.fixture(scope="module")
def history():
    """Return ten days without any policy."""
    return kept(begun(plan()))


@pytest.mark.parametrize("shocks", [(OUTBREAK, STORM), (OUTBREAK,)], ids=["one more", "one less"])
def test_shocks_to_come_may_be_others(shocks):
    """The storm's id sorts before the outbreak's, so it must come later in the order of the file's ids."""
    later = ShockPlan("storm", STORM.kind, STORM.start, STORM.end, STORM.severity)
    there = [shock if shock is OUTBREAK else later for shock in shocks]
    before = [OUTBREAK] if len(there) == 2 else [OUTBREAK, later]
    forked = resumed(plan(shocks=there), kept(begun(plan(shocks=before))))
    straight = begun(plan(shocks=there))
    for sim in (straight, forked):
        sim.run_to_end()
    assert differences(straight.result(), forked.result()) == []
    assert (straight.tables["shocks"] == forked.tables["shocks"]).all()


def test_shocks_that_have_begun_may_not():
    with pytest.raises(ValueError, match="that have begun"):
        resumed(plan(shocks=(OUTBREAK, STORM)), kept(begun(plan())))


def test_an_event_log_goes_on_where_there_is_one():
    whole, first, second = [], [], []
    begun(plan(), DAYS, events=whole.append)
    cut = begun(plan(), CUT, events=first.append)
    resumed(plan(), kept(cut), events=second.append).run_to_end()
    assert [piece.tobytes() for piece in (*first, *second)] == [piece.tobytes() for piece in whole]
    quiet = resumed(plan(), kept(cut))
    quiet.run_to_end()
    assert differences(quiet.result(), begun(plan(), DAYS).result()) == []
    with pytest.raises(ValueError, match="no event log"):
        resumed(plan(), kept(begun(plan())), events=whole.append)
