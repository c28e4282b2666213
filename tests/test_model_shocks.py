"""Shocks: where they hit, what they change at once, that they leave nothing behind, and who is called."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tiny_city import tiny_spec

from cogov.agents import handling as H
from cogov.agents import responders as R
from cogov.model import shocks as sh
from cogov.model import state as S
from cogov.model.city import build_city
from cogov.model.incidents import SHOCKS
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.policies.emergency_pairing import EmergencyPairing

DAY = 1440
PLACE = {"residents": 2000, "urban_communities": 3, "villages": 2, "grids": 15, "streets": 2}
SPEC = tiny_spec((PLACE, {}))
STAFF = SPEC.staff.model_copy(update={"district_officials": 600, "city_officials": 200})
CITY = build_city(SPEC.model_copy(update={"staff": STAFF}), 4)


def simulation(*shocks, policies=(), days=6, demand=1.0, **parameters):
    changed = {name.replace("__", "."): value for name, value in parameters.items()}
    return Simulation(RunPlan(CITY, dt.date(2024, 6, 3), days - 1, 0, 1, demand, changed, shocks, policies), 1)


def after(sim, days):
    while sim.day < days:
        sim.step()
    return sim.tables


@pytest.mark.parametrize(("kind", "code"), [("outbreak", 0), ("rainstorm", 1), ("fire", 2), ("hotline_surge", 3)])
def test_kinds_have_their_codes(kind, code):
    assert SHOCKS[code] == kind
    with pytest.raises(ValueError, match="unknown kind of shock 'flood'; there are outbreak, rainstorm"):
        ShockPlan("a", "flood", 0, DAY)


def test_each_kind_hits_in_its_own_shape():
    some = np.array([True, False, True, True, False, True, True])
    plans = [ShockPlan("a", "outbreak", 0, DAY, 2.0, some), ShockPlan("b", "rainstorm", 0, DAY, 2.0, some),
             ShockPlan("c", "fire", 0, DAY, 2.0, some), ShockPlan("d", "hotline_surge", 0, DAY, 2.0)]  # fmt: skip
    hit = simulation(*plans).tables["shock_hit"]
    assert hit[0].tolist() == np.where(some, 2.0, 0.0).tolist()
    assert (hit[1][some] >= 0.3).all()
    assert hit[1].max() == pytest.approx(2 * 1.75, rel=1e-12)
    assert (hit[:3, ~some] == 0).all()
    assert sorted(hit[2].tolist()) == [0, 0, 0, 0, 0, 0, 2.0]
    assert not hit[3].any()


def test_a_shock_works_from_its_first_minute_to_its_last_and_leaves_nothing():
    sim = simulation(
        ShockPlan("a", "rainstorm", DAY + 600, 3 * DAY + 60, 1.5),
        ShockPlan("b", "outbreak", DAY, 4 * DAY, 2.0),
        ShockPlan("c", "hotline_surge", DAY, 2 * DAY, 0.5),
    )
    seen = {}
    for day in range(1, 7):
        tables = after(sim, day)
        seen[day] = (tables["shocks"]["running"].tolist(), round(float(tables["absence"].max()), 12),
                     float(tables["misc"][S.MISC_CALLS]), bool(tables["shock_field"].any()))  # fmt: skip
    assert seen == {
        1: ([0, 0, 0], 0.0, 1.0, False), 2: ([1, 1, 1], 0.2, 10.5, True), 3: ([1, 1, 0], 0.2, 1.0, True),
        4: ([0, 1, 0], 0.2, 1.0, False), 5: ([0, 0, 0], 0.0, 1.0, False), 6: ([0, 0, 0], 0.0, 1.0, False)}  # fmt: skip


def test_an_outbreak_makes_staff_ill_only_where_it_is():
    here = np.arange(len(CITY.communities)) == 2
    sim = after(simulation(ShockPlan("a", "outbreak", 0, 3 * DAY, 4.0, here), shock__absence=0.9), 2)
    assert sim["absence"].tolist() == pytest.approx(np.where(here, 3.6, 0.0).tolist())
    people = sim["responders"]
    staff = (people["kind"] <= R.COMMUNITY_WORKER) & (people["active"] == 1)
    on = np.bincount(people["community"][staff], people["on"][staff] != 0, len(here))
    of = np.bincount(people["community"][staff], minlength=len(here))
    assert on[2] <= 0.2 * of[2]
    assert on[~here].sum() >= 0.3 * of[~here].sum()


@pytest.mark.parametrize(("severity", "fires"), [(0.2, 1), (1.0, 1), (3.0, 3)])
def test_a_worse_fire_is_more_places_on_fire(severity, fires):
    sim = simulation(ShockPlan("a", "fire", DAY + 600, DAY + 1200, severity), demand=0.0)
    after(sim, 2)
    assert sim.tables["sc"][S.ARISEN] == fires


def test_a_surge_opens_the_extra_seats_while_it_lasts():
    sim = simulation(ShockPlan("c", "hotline_surge", DAY, 2 * DAY, 1.0))
    usual = sim.tables["seats"].copy()
    extra = round(CITY.spec.staff.hotline_seats_day * sim.par[H.EXTRA_SEATS] / 75.0)
    assert extra > 0
    assert [(after(sim, day)["seats"] - usual).tolist() for day in (1, 2, 3)] == [[0] * 24, [extra] * 24, [0] * 24]


def test_two_storms_add_up_while_both_run():
    one = ShockPlan("a", "rainstorm", 0, 2 * DAY, 1.0)
    both = simulation(one, ShockPlan("b", "rainstorm", DAY, 3 * DAY, 2.0))
    hit = both.tables["shock_hit"].copy()
    assert np.array_equal(after(both, 1)["shock_field"], hit[0])
    assert after(both, 2)["shock_field"] == pytest.approx(hit.sum(axis=0), rel=1e-12)
    assert after(both, 3)["shock_field"] == pytest.approx(hit[1], rel=1e-9, abs=1e-12)


def test_tasks_arise_only_while_the_shock_runs_and_where_it_hits():
    some = np.array([False, True, False, False, False, False, False])
    rows = []
    plan = RunPlan(
        CITY, dt.date(2024, 6, 3), 5, 0, 1, 1.0, {}, [ShockPlan("a", "outbreak", DAY + 300, 2 * DAY + 800, 5.0, some)]
    )
    sim = Simulation(plan, 1, rows.append)
    sim.run_to_end()
    log = np.concatenate(rows)
    log = log[(log["kind"] == 0) & (log["incident"] < 1 << 62)]
    category, place = log["incident"] >> 20 & 63, log["incident"] >> 26 & 262143
    tasks = sim.catalogue.rows["shock"][category] == sh.OUTBREAK
    assert tasks.sum() > 5
    assert log["minute"][tasks].min() >= DAY + 300
    assert log["minute"][tasks].max() < 2 * DAY + 800
    assert set(place[tasks].tolist()) == {int(CITY.communities["key"][1])}


def test_a_fire_is_one_task_at_one_place():
    rows = []
    plan = RunPlan(CITY, dt.date(2024, 6, 3), 3, 0, 1, 1.0, {}, [ShockPlan("a", "fire", 700, 2 * DAY, 1.0)])
    sim = Simulation(plan, 1, rows.append)
    sim.run_to_end()
    log = np.concatenate(rows)
    log = log[(log["kind"] == 0) & (log["incident"] < 1 << 62)]
    fires = log[sim.catalogue.rows["shock"][log["incident"] >> 20 & 63] == sh.FIRE]
    assert len(fires) == 1
    assert 700 <= fires["minute"][0] < DAY


def test_the_reserve_of_a_place_is_called_if_and_only_if_it_is_hit():
    some = np.array([True, False, False, True, False, False, False])
    pairing = EmergencyPairing(Settings("p", 1.0, parameters={"people_per_community": 1, "delay_minutes": 45}))
    sim = simulation(ShockPlan("a", "rainstorm", DAY + 500, 3 * DAY, 1.0, some), policies=(pairing,), days=8)
    people = after(sim, 2)["responders"]
    reserve = people[people["kind"] == R.RESERVE]
    called = reserve[reserve["active"] == 1]
    assert set(called["community"].tolist()) <= {0, 3}
    assert len(called) == (np.isin(reserve["community"], [0, 3]) & (reserve["delay"] >= 0)).sum() >= 1
    assert (called["from_minute"] == DAY + 500 + called["delay"]).all()
    assert (called["delay"] >= 45).all()
    half = called["from_minute"] % DAY // 30
    assert all(
        not on & ((1 << h) - 1) and on >> h & 1 for on, h in zip(called["on"].tolist(), half.tolist(), strict=True)
    )
    people = after(sim, 7)["responders"]  # who was out when it ended finishes first
    assert not people["active"][(people["kind"] == R.RESERVE) & (people["state"] == R.IDLE)].any()


def test_a_surge_of_calls_calls_nobody():
    pairing = EmergencyPairing(Settings("p", 1.0))
    people = after(simulation(ShockPlan("a", "hotline_surge", 500, 3 * DAY, 1.0), policies=(pairing,)), 2)["responders"]
    assert (people["kind"] == R.RESERVE).any()
    assert not people["active"][people["kind"] == R.RESERVE].any()
