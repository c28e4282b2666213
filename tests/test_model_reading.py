"""What deciders know of their people and queues: sums over their own, from accounts set by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tiny_city import tiny_spec

from cogov.agents import responders as R
from cogov.model.city import build_city
from cogov.model.plan import RunPlan
from cogov.model.reading import read
from cogov.model.simulation import Simulation

PLACE = {"residents": 3000, "urban_communities": 3, "villages": 2, "grids": 20}
STAFF = {"full_time_grid_workers": 40, "community_workers": 30}


@pytest.fixture
def sim():
    spec = tiny_spec((PLACE,))
    city = build_city(spec.model_copy(update={"staff": spec.staff.model_copy(update=STAFF)}), 4)
    return Simulation(RunPlan(city, dt.date(2024, 6, 3), 3, 0, 1), 1)


def test_the_load_of_nets_is_busy_over_field_time_of_all_grid_workers_of_a_community(sim):
    people, pools = sim.tables["responders"], sim.tables["pools"]
    ours = np.flatnonzero((pools["community"][people["pool"]] == 1) & (people["kind"] == R.GRID_WORKER))
    first, second = ours[:2]
    people["month_field"][[first, second]], people["month_busy"][[first, second]] = (100, 300), (100, 0)
    office = int(np.flatnonzero((people["kind"] == R.COMMUNITY_WORKER) & (people["community"] == 1))[0])
    people["month_field"][office], people["month_busy"][office] = 1000, 1000  # no grid worker
    assert read(sim).net_load.tolist() == [0.0, 0.25, 0.0, 0.0, 0.0]


def test_the_load_of_a_street_is_that_of_its_officers(sim):
    people = sim.tables["responders"]
    officer = int((people["kind"] == R.STREET_OFFICER).argmax())
    people["month_field"][officer], people["month_busy"][officer] = 200, 150
    assert read(sim).street_load.tolist() == [0.75]


def test_queues_count_for_their_own_community_over_the_workers_of_its_nets(sim):
    pools = sim.tables["pools"]
    people = sim.tables["responders"]
    ours = np.flatnonzero((pools["community"][people["pool"]] == 2) & (people["kind"] <= R.PART_TIMER))
    pools["waiting"][sim.tables["nets"][2, 3]] += 8
    pools["waiting"][sim.tables["nets"][2, 5]] += 4
    pools["waiting"][sim.tables["street_pool"][0]] = 99  # of no community
    workers = len(ours)
    got = read(sim)
    assert got.queue_per_worker.tolist() == [0.0, 0.0, 12 / workers, 0.0, 0.0]
    assert got.pool_queue[sim.tables["street_pool"][0]] == 99
    assert (got.pool_size == np.maximum(1, sim.pool_size)).all()


def test_the_best_of_a_street_is_the_shortest_queue_among_its_likes(sim):
    """Communities look at communities and villages at villages; of equals the first by key is the best."""
    rural = sim.plan.city.communities["rural"]
    assert rural.tolist() == [0, 0, 0, 1, 1]
    pools = sim.tables["pools"]
    for community, length in ((0, 30), (1, 0), (2, 0), (3, 20), (4, 60)):
        pools["waiting"][sim.tables["nets"][community, 5]] = length
    assert read(sim).best_of_street.tolist() == [1, 1, 1, 3, 3]


def test_the_delay_of_a_line_is_its_backlog_in_days_of_its_capacity(sim):
    work = sim.tables["line_work"]
    work["capacity"][3], work["backlog"][3] = 40.0, 100.0
    delay = read(sim).line_delay
    assert delay[3] == 2.5
    assert delay.sum() == 2.5
