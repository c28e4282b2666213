"""A run that is taken apart and put together goes on as if nothing had happened, whatever policies remember."""

import numpy as np
import pytest
from object_graph import differences
from one_history import CUT, FORK, begun, kept, plan, resumed
from policy_city import make

from cogov.model.snapshot import SnapshotError, take
from cogov.scenarios.registry import policies


@pytest.fixture(scope="module")
def history():
    """Return ten days without any policy."""
    return kept(begun(plan()))


def every_policy():
    """Return each policy alone, and all of them at once, from the day of the fork on."""
    alone = {name: [name] for name in policies()}
    return [pytest.param(names, id=name) for name, names in (alone | {"all": list(policies())}).items()]


def acting(names):
    """Return policies as they are before a run."""
    return [make(policies()[name], name, FORK) for name in names]


@pytest.mark.parametrize("names", every_policy())
def test_forked_taken_apart_and_put_together_it_is_the_run_from_the_start(names, history):
    straight = begun(plan(*acting(names)), CUT)
    forked = resumed(plan(*acting(names)), history)
    while forked.day < CUT:
        forked.step()
    again = resumed(plan(*acting(names)), kept(forked))
    assert differences(straight, again) == []
    straight.run_to_end()
    again.run_to_end()
    assert differences(straight, again) == []
    assert differences(straight.result(), again.result()) == []


def test_the_comparison_sees_what_a_snapshot_forgets(history):
    straight, forked = begun(plan()), resumed(plan(), history)
    assert differences(straight, forked) == []
    forked.communities[3].calls.append(1)
    forked.tables["firms"]["effort"][0] += 1e-9
    forked.forgotten = {}
    found = differences(straight, forked)
    places = [path.partition(":")[0] for path in found]
    assert sorted(places) == [".communities[3].calls", ".forgotten", ".setting.firms"]


def test_what_cannot_be_kept_is_named():
    sim = begun(plan(make(policies()["deliberation"], "talks")), 2)
    sim.instruments[0].helper = open  # any code
    take(sim)
    sim.instruments[0].helper = {"x": object()}
    with pytest.raises(SnapshotError, match=r"policy/talks/helper/x: a checkpoint cannot keep a object"):
        take(sim)


def test_shared_memory_stays_shared(history):
    sim = resumed(plan(), history)
    assert sim.tables["firms"] is sim.setting.firms
    assert np.shares_memory(sim.setting.community_pool, sim.tables["nets"])
    assert sim.communities[0].volunteers is sim._volunteers[0]
