"""Bundles of policies: each loads, none names a policy twice, a bundle is its parts, and no order matters."""

from __future__ import annotations

import numpy as np
import pytest
from policy_city import CITY, MONDAY, setting

from cogov.model.interventions import gather, ration
from cogov.model.levers import LEVERS, SCALE, fold
from cogov.model.plan import RunPlan
from cogov.model.postings import leading
from cogov.model.simulation import Simulation
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.registry import policies
from cogov.scenarios.sources import LIBRARY, names

FAMILIES = ("lead_", "explore_", "action_")
BUNDLES = [name for name in names(LIBRARY) if name.startswith(FAMILIES) or name in ("strong_base", "everything")]
FIVE = ("grid_branches", "cadre_sinking", "two_way_service", "one_stop", "smart_dispatch")


def used(name):
    """Return the policies of a scenario."""
    return [entry.use for entry in load_scenario(name).policies]


def made(names, start=0):
    """Return policies at their defaults, in canonical order."""
    return tuple(policies()[name](Settings(name, start_day=start)) for name in sorted(names))


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_loads_and_names_each_policy_once(name):
    scenario = load_scenario(name)
    assert len(used(name)) == len(set(used(name))) > 0
    assert scenario.question.zh.endswith("？")
    assert scenario.question.en.endswith("?")
    assert all(entry.intensity == 1.0 for entry in scenario.policies)


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_is_its_parts(name):
    """The bundle's entries are those of the scenarios of its single policies, word for word."""
    parts = [entry for part in used(name) for entry in load_scenario(part).policies]
    assert [entry.model_dump() for entry in load_scenario(name).policies] == [entry.model_dump() for entry in parts]


def test_everything_is_every_policy_there_is():
    assert used("everything") == sorted(policies())


def test_strong_base_is_the_stack_of_its_five_parts():
    """What the bundle asks for is what the five ask for one by one, and levers fold to their sum and product."""
    assert used("strong_base") == sorted(FIVE)
    base = Simulation(RunPlan(CITY, MONDAY, 1, 0, 1)).base
    for day in range(3):
        whole = gather(made(FIVE), setting(), day)
        alone = [gather(made([name]), setting(), day) for name in sorted(FIVE)]
        assert len(whole.postings) == sum(len(part.postings) for part in alone)
        joined = [c for part in alone for c in part.contributions]
        assert [c.lever for c in whole.contributions] == [c.lever for c in joined]
        together, stacked = fold(base, whole.contributions), fold(base, joined)
        assert together.keys() == stacked.keys()
        for name in together:
            assert np.array_equal(together[name], stacked[name]), name


def test_of_strong_base_as_many_are_granted_as_there_are_and_only_they_are_led():
    """After rationing: of each home all whom the five ask for, or as many as it can spare; leading follows."""
    sim = Simulation(RunPlan(CITY, MONDAY, 1, 0, 1, parameters={"resident.member_limit": 0.02, "line.lendable": 0.02}))
    instruments, spare = made(FIVE), sim._supplies
    short = 0
    for day in (0, 1, 2):
        asked = gather(instruments, sim.setting, day).postings
        granted = ration(asked, spare, instruments, sim.setting)
        for source, room in enumerate(spare):
            wanted, given = (np.bincount(rows["home"][rows["source"] == source], minlength=len(room))
                             for rows in (asked, granted))  # fmt: skip
            assert np.array_equal(given, np.minimum(wanted, room))
            short += int((wanted > room).sum())
        alone = [gather((one,), sim.setting, day).postings for one in instruments]
        assert len(granted) < sum(map(len, alone))
        (led,) = leading(granted, sim.setting)
        assert led.value.sum() == pytest.approx(granted["led"].sum())
        assert led.value.sum() < asked["led"].sum()
    assert short > 0


def test_levers_of_two_policies_add_up_or_multiply():
    """The order of contributions to a pool that two policies push does not matter, whatever the fold."""
    base = Simulation(RunPlan(CITY, MONDAY, 1, 0, 1)).base
    asked = gather(made(["burden_lists", "alliance_lists", "supervision"]), setting(), 0).contributions
    one, two = fold(base, asked), fold(base, asked[::-1])
    assert one.keys() == two.keys()
    for name in one:
        assert one[name] == pytest.approx(two[name], rel=1e-12 if LEVERS[name].fold == SCALE else 1e-14)


def test_the_order_of_two_policies_on_one_pool_does_not_matter():
    """To the bit: relief and sunk cadres meet in the same community pools, named in either order."""
    logs = []
    for names_ in (("burden_lists", "cadre_sinking"), ("cadre_sinking", "burden_lists")):
        rows = []
        acting = tuple(policies()[name](Settings(name)) for name in names_)
        sim = Simulation(RunPlan(CITY, MONDAY, 10, 0, 0, policies=acting), 5, rows.append)
        sim.run_to_end()
        logs.append((np.concatenate(rows), sim.tables["responders"]["on_minutes"].copy()))
    assert np.array_equal(logs[0][0], logs[1][0])
    assert np.array_equal(logs[0][1], logs[1][1])
