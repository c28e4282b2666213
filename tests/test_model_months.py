"""A month: workers learn, quit and are replaced; units keep a ledger; committees come and go; facilities wear."""

from __future__ import annotations

import math

import numpy as np
import pytest
from one_need import CITY, quiet

from cogov.agents import committees as K
from cogov.agents import responders as R
from cogov.agents import units as U
from cogov.model import months
from cogov.model.draws import OFFICE, STAFF, normal, uniform, uniforms
from cogov.model.occasions import COMMITTEE, QUITS, SUCCEEDS

MONTH = 43_200


def workers(sim):
    return np.flatnonzero(sim.tables["responders"]["kind"] <= R.COMMUNITY_WORKER)


@pytest.mark.parametrize(("overload", "tenure", "factor"), [
    (0, 0, 1), (0.2, 0, math.exp(0.3)), (0, 12, math.exp(-0.12)), (-0.6, 100, math.exp(-1.9)),
])  # fmt: skip
def test_the_hazard_of_quitting_is_proportional(overload, tenure, factor):
    assert months.quit_hazard(0.012, overload, 1.5, tenure, 0.01) == pytest.approx(0.012 * factor, rel=1e-12)


def test_nobody_quits_without_a_hazard_but_all_learn():
    sim = quiet(staff__quit=0)
    people = sim.tables["responders"]
    people["tenure"], people["potential"] = 5.0, 1.2
    before = people.copy()
    assert months.staff_month(sim.w, 1, MONTH) == 0
    rows = workers(sim)
    assert (people["tenure"][rows] == 6.0).all()
    learnt = 1.2 * (1 - 0.4 * math.exp(-6.0 / 6.0))
    assert people["productivity"][rows] == pytest.approx(learnt, rel=1e-12)
    others = np.setdiff1d(np.arange(len(people)), rows)
    assert len(others)
    assert (people[others] == before[others]).all()


def test_who_quits_is_keyed_and_his_post_is_vacant_then_filled_by_a_novice():
    sim = quiet(staff__quit=0.5, staff__quit_overload=0, staff__quit_tenure=0)
    people, key = sim.tables["responders"], sim.keys[STAFF]
    rows = workers(sim)
    draws = {r: uniforms(key, int(people["key"][r]), QUITS + 3) for r in rows}
    leavers = [r for r in rows if draws[r][0] < 1 - math.exp(-0.5)]
    assert 0 < len(leavers) < len(rows)
    assert months.staff_month(sim.w, 3, 3 * MONTH) == len(leavers)
    assert [r for r in rows if people["tenure"][r] == 0.0] == leavers
    for r in leavers:
        potential = min(1.4, max(0.6, 1 + 0.15 * normal(key, int(people["key"][r]), SUCCEEDS + 3)))
        assert people["potential"][r] == pytest.approx(potential, rel=1e-12)
        assert people["productivity"][r] == pytest.approx(0.6 * potential, rel=1e-12)
        assert people["from_minute"][r] == 3 * MONTH + int(-math.log(draws[r][1]) * 45) * 1440
    stayers = np.setdiff1d(rows, leavers)
    assert (people["from_minute"][stayers] == 0).all()


def test_one_who_is_engaged_does_not_quit():
    sim = quiet(staff__quit=0.5)
    sim.tables["responders"]["state"] = R.ENGAGED
    assert months.staff_month(sim.w, 3, 3 * MONTH) == 0


def test_load_makes_more_quit():
    def quits(busy):
        sim = quiet(staff__quit=0.1, staff__quit_overload=10)
        sim.tables["responders"]["month_field"], sim.tables["responders"]["month_busy"] = 1000, busy
        return months.staff_month(sim.w, 1, MONTH)

    assert quits(0) < quits(1000)


def test_a_month_clears_the_load_accounts():
    sim = quiet()
    people = sim.tables["responders"]
    people["month_busy"] = people["month_field"] = 7
    months.clear_month(sim.w)
    assert people["month_busy"].sum() == people["month_field"].sum() == 0


# Units ----------------------------------------------------------------------------------------------------------


def test_units_stand_in_order_of_their_grids():
    assert (np.diff(CITY.units["grid"]) >= 0).all()


def test_service_is_credited_by_share_of_heads_and_weighed_against_hours_given():
    sim = quiet()
    units, grids = sim.tables["units"], CITY.grids
    units["given"], units["balance"] = np.arange(len(units)), 5.0
    was = units.copy()
    sim.tables["served"][:] = 10.0 * np.arange(1, len(grids) + 1)
    months.units_month(sim.w)
    heads = np.bincount(was["grid"], was["staff"], minlength=len(grids)) + grids["residents"]
    received = 10.0 * (was["grid"] + 1) * was["staff"] / heads[was["grid"]]
    assert units["received"] == pytest.approx(received, rel=1e-12)
    assert units["balance"] == pytest.approx(5.0 + received - was["given"], rel=1e-12)
    assert (units["given"] == 0).all()
    assert (sim.tables["served"] == 0).all()
    mean = np.bincount(was["community"], was["willing"]) / np.bincount(was["community"])
    step = (
        0.10 * np.tanh((received - was["given"]) / np.maximum(1.0, was["idle_hours"]))
        + 0.05 * (mean[was["community"]] - was["willing"])
        + 0.10 * (was["bent"] - was["willing"])
    )
    assert units["willing"] == pytest.approx(np.clip(was["willing"] + step, 0, 1), rel=1e-12)


@pytest.mark.parametrize(("willing", "joined", "after"), [(0.09, 1, 0), (0.2, 1, 1), (0.2, 0, 0), (0.25, 0, 1)])
def test_a_unit_leaves_below_one_threshold_and_joins_at_a_higher_one(willing, joined, after):
    sim = quiet(unit__reciprocity=0, unit__conformity=0, unit__settling=0)
    sim.tables["units"]["willing"], sim.tables["units"]["joined"] = willing, joined
    months.units_month(sim.w)
    assert (sim.tables["units"]["joined"] == after).all()
    assert (sim.tables["units"]["willing"] == willing).all()


def test_willingness_stays_within_bounds_and_settles():
    assert U.moved_willingness(0.95, 0.95, 100.0, 0.95, 0.1, 0.05, 0.1) == 1.0
    assert U.moved_willingness(0.05, 0.05, -100.0, 0.05, 0.1, 0.05, 0.1) == 0.0
    assert U.moved_willingness(0.4, 0.6, 0.0, 0.8, 0.1, 0.05, 0.1) == pytest.approx(0.4 + 0.02 + 0.02, rel=1e-12)


# Committees and facilities --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("forms", "lapses", "before", "after"), [
    (1, 0, 0, 1), (0, 0, 0, 0), (0, 0, 1, 1), (1, 1, 1, 0),
])  # fmt: skip
def test_committees_form_and_lapse_and_firms_are_watched_accordingly(forms, lapses, before, after):
    sim = quiet(committee__forms=forms, committee__lapses=lapses)
    compounds, firms = sim.tables["compounds"], sim.tables["firms"]
    compounds["committee"] = before
    months.committees_month(sim.w, 1, np.ones(len(CITY.grids)))
    assert (compounds["committee"] == after).all()
    share = np.bincount(compounds["firm"], compounds["committee"], len(firms)) / firms["compounds"]
    assert firms["monitoring"] == pytest.approx(0.2 + 0.6 * share, rel=1e-12)


def test_the_draw_of_a_committee_is_keyed_by_compound_and_month():
    sim = quiet(committee__forms=1, committee__lapses=0)
    compounds = sim.tables["compounds"]
    u = [uniform(sim.keys[OFFICE], int(k), COMMITTEE + 7) for k in compounds["key"]]
    compounds["committee"] = 0
    participation = np.zeros(len(CITY.grids))
    participation[compounds["grid"]] = (u[0] * 1.0001, u[1] * 0.9999)
    months.committees_month(sim.w, 7, participation * K.USUAL_PARTICIPATION)
    assert compounds["committee"].tolist() == [1, 0]
    assert sim.tables["firms"]["monitoring"][0] == pytest.approx(0.2 + 0.6 / 2, rel=1e-12)


def test_facilities_wear_are_kept_up_and_raise_the_hazard_of_the_property_desk_only():
    sim = quiet(compound__wear=0.1, compound__upkeep=0.05, compound__self_upkeep=0.3)
    compounds, hazard = sim.tables["compounds"], sim.tables["hazard"]
    compounds["facility"] = 0.8
    compounds["firm"] = [0, -1]
    sim.tables["firms"]["effort"] = 0.5
    months.facilities_month(sim.w, np.full(2, 0.9))
    now = np.array([0.8 - 0.1 + 0.05 * 0.5, 0.8 - 0.1 + 0.05 * 0.3])
    assert compounds["facility"] == pytest.approx(now, rel=1e-12)
    desk = sim.catalogue.rows["net"] == 6
    for k, grid in enumerate(compounds["grid"]):
        assert hazard[grid, desk] == pytest.approx(1 + 0.5 * (0.9 - now[k]), rel=1e-12)
    untouched = np.ones(hazard.shape, dtype=bool)
    untouched[np.ix_(compounds["grid"], desk)] = False
    assert (hazard[untouched] == 1.0).all()


def test_condition_and_hazard_keep_their_bounds():
    sim = quiet(compound__wear=0.2, compound__upkeep=0, compound__hazard=5)
    sim.tables["compounds"]["facility"] = 0.1
    months.facilities_month(sim.w, np.ones(2))
    assert (sim.tables["compounds"]["facility"] == 0.0).all()
    assert sim.tables["hazard"].max() == 1.25


def test_a_run_lets_months_pass_every_thirtieth_day():
    sim = quiet(61, staff__quit=0.5)
    for _ in range(31):
        sim.step()
    assert sorted(sim.quits) == [30]
    rows = workers(sim)
    assert (sim.tables["responders"]["month_field"][rows] <= 1440).all()
    for _ in range(30):
        sim.step()
    assert sorted(sim.quits) == [30, 60]
