"""Deciders: what each sets when it is due, as exact functions of what it can know."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from tiny_city import tiny_spec

from cogov.model.city import build_city
from cogov.model.plan import RunPlan
from cogov.model.reading import Reading
from cogov.model.simulation import Simulation

PLACE = {"residents": 2000, "urban_communities": 3, "villages": 1, "grids": 12}
CITY = build_city(tiny_spec((PLACE,)), 4)


def simulation(**parameters):
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    return Simulation(RunPlan(CITY, dt.date(2024, 6, 3), 3, 0, 1, 1.0, named), 1)


def reading(sim, **known):
    places, pools = len(CITY.communities), len(sim.tables["pools"])
    quiet = Reading(np.full(places, 0.6), np.zeros(places), np.arange(places), np.full(len(CITY.streets), 0.5),
                    np.zeros(pools), np.ones(pools), np.zeros(len(CITY.lines)))  # fmt: skip
    sim.reading = replace(quiet, **known)


@pytest.mark.parametrize(
    ("load", "factor"), [(0.6, 1.0), (0.8, 0.5), (0.5, 1.25), (0.0, 1.5), (1.0, 0.25), (2.0, 0.25)]
)
def test_patrols_follow_idle_time_within_limits(load, factor):
    sim = simulation()
    reading(sim, net_load=np.array([load, 0.6, 0.6, 0.6]))
    sim.communities[0].weekly(1)
    assert sim.base["community"]["patrol"] == pytest.approx([0.2 * factor, 0.2, 0.2, 0.2], rel=1e-12)
    sim.communities[0].weekly(2)
    assert sim.base["community"]["patrol"][0] == pytest.approx(0.2 * factor, rel=1e-12)  # from the usual, not the last


def duty(sim, office):
    return int(sim.tables["responders"]["active"][office.volunteers].sum())


def test_volunteers_are_called_above_the_threshold_only_and_tire():
    sim = simulation(member__answer=5.0, member__fatigue=2.5)
    office = next(o for o in sim.communities if len(o.volunteers) == 3)
    busy = np.zeros(len(CITY.communities))
    reading(sim, queue_per_worker=busy)
    office.weekly(1)
    assert (duty(sim, office), office.calls) == (0, [])
    busy[office.row] = 2.0
    office.weekly(2)
    assert office.calls == []  # at the threshold, not above it
    busy[office.row] = 2.1
    chance = {week: 1 / (1 + math.exp(-(5.0 - 2.5 * n))) for week, n in ((3, 0), (4, 1), (5, 2))}
    for week, p in chance.items():
        office.weekly(week)
        answers = [sim.chance(person, week) < p for person in office.volunteers]
        assert duty(sim, office) == sum(answers)
    assert office.calls == [3, 4, 5]
    office.weekly(8)
    assert office.calls == [5, 8]  # calls of more than a month ago are forgotten
    busy[office.row] = 0.0
    office.weekly(9)
    assert duty(sim, office) == 0


def test_a_practice_decays_and_is_copied_with_a_loss():
    sim = simulation(office__imitate=1.0, office__fidelity=0.8, office__decay=0.1, office__spread=0)
    practice = sim.base["community"]["matching"]
    practice[:] = [0.9, 0.5, 0.3, 0.7]
    reading(sim, queue_per_worker=np.array([3.0, 1.0, 2.0, 2.0]), best_of_street=np.array([1, 1, 1, 3]))
    sim.communities[0].monthly(1)
    assert practice[0] == pytest.approx(0.86 + 0.8 * (0.5 - 0.86), rel=1e-12)
    sim.communities[3].monthly(1)  # the best itself only lets its practice decay
    assert practice.tolist()[1:] == pytest.approx([0.5, 0.3, 0.68], rel=1e-12)


def test_communities_begin_with_practices_of_their_own_and_fall_back_to_them():
    sim = simulation(office__spread=0.5, office__imitate=0.0, office__decay=0.5)
    usual = sim.usual["community"]["matching"].copy()
    assert len(set(usual.tolist())) == len(usual)
    assert (abs(usual - 0.5) <= 0.25).all()
    assert np.ptp(usual) > 0.05
    practice = sim.base["community"]["matching"]
    practice[0] = 1.0
    reading(sim, queue_per_worker=np.ones(4), best_of_street=np.arange(4))
    sim.communities[0].monthly(1)
    assert practice[0] == pytest.approx((1.0 + usual[0]) / 2, rel=1e-12)


def test_nobody_copies_one_who_is_no_better():
    sim = simulation(office__imitate=1.0, office__decay=0.0)
    practice = sim.base["community"]["matching"]
    practice[:] = [0.9, 0.1, 0.1, 0.1]
    reading(sim, queue_per_worker=np.ones(4), best_of_street=np.full(4, 1))
    sim.communities[0].monthly(1)
    assert practice[0] == 0.9


@pytest.mark.parametrize(("load", "spare"), [(0.5, 1.0), (1.0, 0.0), (1.3, 0.0), (0.0, 2.0), (0.75, 0.5)])
def test_a_street_takes_over_more_while_it_has_time(load, spare):
    sim = simulation()
    reading(sim, street_load=np.array([load]))
    sim.streets[0].weekly(1)
    assert sim.base["community"]["overflow"] == pytest.approx([0.25 * spare] * 4, rel=1e-12)


@pytest.mark.parametrize(("queue", "size", "delay", "change"), [
    (0, 4, 0.0, 0.0), (4, 4, 0.0, 0.075), (12, 4, 0.0, 0.1125), (0, 4, 2.0, -0.1), (0, 4, 9.0, -0.15),
    (4, 4, 1.0, 0.025),
])  # fmt: skip
def test_a_department_weighs_requests_against_its_own_work(queue, size, delay, change):
    sim = simulation()
    office = sim.departments[2]
    queues, sizes = np.zeros(len(sim.tables["pools"])), np.ones(len(sim.tables["pools"]))
    queues[office.pool], sizes[office.pool] = queue, size
    delays = np.zeros(len(CITY.lines))
    delays[office.row] = delay
    reading(sim, pool_queue=queues, pool_size=sizes, line_delay=delays)
    office.weekly(1)
    share = sim.base["pool"]["field_share"]
    assert share[office.pool] == pytest.approx(change, rel=1e-12, abs=1e-15)
    assert np.count_nonzero(np.delete(share, office.pool)) == 0


def test_a_firm_moves_a_part_of_the_way_to_its_best_response():
    sim = simulation(firm__effort_noise=0.0, firm__effort_speed=0.5)
    firm = sim.tables["firms"][0:1]
    firm["effort"], firm["fee"], firm["satisfaction"], firm["monitoring"], firm["honour"] = 0.2, 720.0, 0.5, 0.4, 0.2
    best = (0.45 * 2.0 * 1.0 + 0.35 * 0.4 + 0.25 * 0.2) / 2.0
    sim.firms[0].monthly(1)
    assert firm["effort"][0] == pytest.approx(0.2 + 0.5 * (best - 0.2), rel=1e-12)
    assert firm["satisfaction"][0] == pytest.approx(0.5 + 0.2 * (firm["effort"][0] - 0.5), rel=1e-12)


@pytest.mark.parametrize(("fee", "effort"), [(0.0, 0.05), (5000.0, 1.0)])
def test_effort_stays_between_a_minimum_and_the_whole(fee, effort):
    sim = simulation(firm__effort_noise=0.0, firm__effort_speed=1.0)
    firm = sim.tables["firms"][0:1]
    firm["fee"], firm["satisfaction"], firm["monitoring"], firm["honour"] = fee, 1.0, 0.0, 0.0
    sim.firms[0].monthly(1)
    assert firm["effort"][0] == pytest.approx(effort, rel=1e-12)


def test_noise_is_keyed_by_firm_and_month():
    one, again = simulation(), simulation()
    assert one.noise(0, 1) == again.noise(0, 1)
    assert len({one.noise(0, 1), one.noise(0, 2)}) == 2
