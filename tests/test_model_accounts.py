"""What a run cost, against accounts set by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from one_need import quiet
from tiny_city import tiny_spec

from cogov.agents import responders as R
from cogov.agents.pay import PAY
from cogov.model import state as S
from cogov.model.accounts import load_and_cost, utilisation_spread
from cogov.model.city import build_city

NETS = build_city(tiny_spec(({}, {"residents": 3000, "grids": 20}), commercial_compounds=4), 1)
"""A city with more nets than one community has."""


@pytest.fixture
def sim():
    """Return a run in which one grid worker, one officer on night duty and one cadre have hours."""
    sim = quiet()
    people = sim.tables["responders"]
    people["kind"][people["kind"] == R.MEMBER] = R.CADRE
    for kind, on, field, work, travel in (
        (R.GRID_WORKER, 600, 240, 90, 30), (R.STREET_DUTY, 1200, 1200, 60, 0), (R.CADRE, 300, 120, 30, 0),
    ):  # fmt: skip
        r = int((people["kind"] == kind).argmax())
        people["on_minutes"][r], people["field_minutes"][r] = on, field
        people["work_minutes"][r], people["travel_minutes"][r] = work, travel
        people["overhead_minutes"][r], people["overtime_minutes"][r], people["owed_minutes"][r] = 45, 30, 15
    return sim


def test_hours_money_and_utilisation_by_kind(sim):
    got, pay = load_and_cost(sim), sim.par[list(PAY)]
    for name, kind, on, busy, field in (
        ("grid_workers", R.GRID_WORKER, 10, 2, 4), ("street_duty", R.STREET_DUTY, 20, 1, 20),
        ("cadres", R.CADRE, 5, 0.5, 2),
    ):  # fmt: skip
        assert got[f"person_hours.{name}"] == on
        assert got[f"busy_hours.{name}"] == busy
        assert got[f"utilisation.{name}"] == busy / field
        assert got[f"overhead_hours.{name}"] == 0.75
        assert got[f"money_cny.{name}"] == pytest.approx(on * pay[kind], rel=1e-12)
    assert not any(key.endswith("community_workers") for key in got)  # who had no hours has no line
    assert got["person_hours.total"] == 35
    assert got["busy_hours.total"] == 3.5
    assert got["utilisation.all"] == 0.5  # neither night duty nor the helpers of policies
    assert (got["overtime_hours"], got["paperwork_hours"], got["paperwork_owed_hours"]) == (1.5, 9.0, 0.75)
    assert math.isnan(got["person_hours_per_solved"])


def test_utilisation_is_spread_over_organisations_each_counting_once():
    sim = quiet(city=NETS, roster__smallest_team=0)
    people, pools = sim.tables["responders"], sim.tables["pools"]
    nets = np.flatnonzero(pools["kind"] == S.GRID_NET)
    staffed = nets[np.isin(nets, people["pool"])]
    assert len(staffed) >= 4
    loads = [0.9, 0.1, 0.5, 0.3]
    for k, (pool, load) in enumerate(zip(staffed, loads, strict=False)):
        r = int((people["pool"] == pool).argmax())
        people["field_minutes"][r] = 1000 * (k + 1)  # no weights: hours do not matter
        people["work_minutes"][r], people["travel_minutes"][r] = 800 * (k + 1) * load, 200 * (k + 1) * load
    guard = int((people["kind"] == R.STREET_DUTY).argmax())
    people["field_minutes"][guard] = people["work_minutes"][guard] = 600  # night duty stands by
    got = utilisation_spread(sim)
    for kind in ("grid_net", "all"):
        low, middle, high = (got[f"utilisation_spread.{kind}.{point}"] for point in ("p10", "p50", "p90"))
        assert (low, middle, high) == pytest.approx((0.16, 0.4, 0.78), rel=1e-12)
    assert got["utilisation_spread.grid_net.left_out"] == len(nets) - 4
    vacant = np.isin(pools["kind"], (S.PROPERTY, S.SOCIAL)) & (pools["first"] < 0)
    founded = (pools["kind"] != S.MASS) & ~vacant
    assert got["utilisation_spread.all.left_out"] == founded.sum() - 4
    assert math.isnan(got["utilisation_spread.street.p50"])
    assert got["utilisation_spread.street.left_out"] == (pools["kind"] == S.STREET).sum()


def test_an_organisation_shares_out_the_work_of_all_its_people():
    sim = quiet()
    people = sim.tables["responders"]
    mine = np.flatnonzero(people["kind"] == R.STREET_OFFICER)[:2]
    assert len(set(people["pool"][mine])) == 1
    people["field_minutes"][mine], people["work_minutes"][mine] = (100, 300), (100, 0)
    assert utilisation_spread(sim)["utilisation_spread.street.p50"] == 0.25


def test_costs_of_a_solved_need(sim):
    sim.tables["sc"][S.COHORT_SOLVED] = 7
    got = load_and_cost(sim)
    assert got["person_hours_per_solved"] == 5
    assert got["money_cny_per_solved"] == pytest.approx(got["money_cny.total"] / 7, rel=1e-12)


def test_what_home_units_paid(sim):
    work = sim.tables["line_work"]
    work["lent_minutes"][:2], work["taken_hours"][3] = (90, 30), 5.0
    work["delay_sum"][:3], work["delay_days"][:3] = (2.0, 1.0, 0.0), (4, 4, 4)
    sim.tables["unit_minutes"][:2] = (60, 45)
    got = load_and_cost(sim)
    assert (got["lent_hours"], got["unit_hours"], got["line_delay_days"]) == (7.0, 1.75, 0.25)


def test_every_kind_has_its_own_pay():
    assert len(PAY) == len(R.KINDS) == len(set(PAY))
    assert (np.diff(PAY) != 0).all()
