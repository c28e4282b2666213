"""A policy object may serve in several runs: what it remembers of one is not carried into the next."""

import numpy as np
import pytest
from policy_city import CITY, MONDAY

from cogov.model.calendar import DAY
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.registry import policies

DAYS = 40
OUTBREAK = ShockPlan("outbreak", "outbreak", 5 * DAY, 30 * DAY, 3.0)
REMEMBERS = ("benchmarking", "emergency_pairing", "epidemic_regime", "red_property")


@pytest.mark.parametrize("name", REMEMBERS)
def test_the_same_plan_run_twice_gives_the_same(name):
    plan = RunPlan(CITY, MONDAY, DAYS, 0, 0, policies=(policies()[name](Settings("p")),), shocks=(OUTBREAK,))
    counts = []
    for _ in range(2):
        sim = Simulation(plan, 5)
        sim.run_to_end()
        counts.append(sim.tables["counts"].copy())
    assert np.array_equal(*counts)
