"""The arrays of a run before its first minute: accounts of lines, levers, seats, risk, and shocks on the map."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from one_need import CITY as SMALL
from one_need import quiet
from tiny_city import tiny_spec

from cogov.agents.parameters import vector
from cogov.model import setup
from cogov.model import shocks as K
from cogov.model.city import build_city
from cogov.model.draws import stream_keys
from cogov.model.incidents import load_catalogue
from cogov.model.plan import ShockPlan
from cogov.model.routing import CARE_SKILL, MEDIATION_SKILL

CITY = build_city(tiny_spec(({}, {"residents": 4000, "urban_communities": 6, "villages": 3, "streets": 3,
                                  "grids": 40})), 5)  # fmt: skip
KEYS = stream_keys(9)
CATALOGUE = load_catalogue()


def placed(*plans, keys=KEYS):
    return setup.place_shocks(CITY, plans, vector(), keys)


def shock(kind, name="s", severity=1.0, reach=None):
    return ShockPlan(name, kind, 1000, 2000, severity, reach)


# Shocks -----------------------------------------------------------------------------------------------------------


def test_shocks_stand_in_the_order_of_their_ids_whatever_the_order_of_the_file():
    one, two = shock("fire", "b"), shock("outbreak", "a", 2.0)
    first, second = placed(one, two), placed(two, one)
    assert (first["shocks"] == second["shocks"]).all()
    assert np.array_equal(first["shock_hit"], second["shock_hit"])
    assert first["shocks"]["kind"].tolist() == [K.OUTBREAK, K.FIRE]


def test_an_outbreak_is_even_a_fire_at_one_place_and_a_surge_at_none():
    hit = placed(shock("fire", "a", 3.0), shock("hotline_surge", "b"), shock("outbreak", "c", 0.5))["shock_hit"]
    assert sorted(hit[0].tolist()) == [0.0] * (len(CITY.communities) - 1) + [3.0]
    assert not hit[1].any()
    assert (hit[2] == 0.5).all()


def test_a_storm_is_worst_at_its_centre_and_falls_off_with_distance():
    hit = placed(shock("rainstorm", severity=2.0))["shock_hit"][0]
    x, y = CITY.communities["x"], CITY.communities["y"]
    centre = int(hit.argmax())
    far = np.hypot(x - x[centre], y - y[centre])
    assert hit[centre] == pytest.approx(2.0 * 1.75)
    assert (np.diff(hit[np.argsort(far)]) <= 1e-12).all()
    assert hit.min() > 2.0 * 0.15


@pytest.mark.parametrize("kind", ["outbreak", "rainstorm", "fire"])
def test_a_shock_reaches_only_the_places_named(kind):
    reach = np.zeros(len(CITY.communities), dtype=bool)
    reach[[1, 4]] = True
    hit = placed(shock(kind, reach=reach))["shock_hit"][0]
    assert hit[reach].any()
    assert not hit[~reach].any()
    assert not placed(shock(kind, reach=reach & False))["shock_hit"].any()


def test_where_a_fire_breaks_out_is_keyed_by_the_seed():
    at = {int(placed(shock("fire"), keys=stream_keys(seed))["shock_hit"][0].argmax()) for seed in range(40)}
    assert len(at) > 5
    assert placed(shock("fire"))["shock_hit"][0].argmax() == placed(shock("fire"))["shock_hit"][0].argmax()


def test_sixteen_shocks_are_the_most():
    plans = [shock("fire", f"s{k:02d}") for k in range(17)]
    assert len(placed(*plans[:16])["shocks"]) == 16
    with pytest.raises(ValueError, match="17 shocks: a run has at most 16"):
        placed(*plans)


# Accounts, levers, risk -------------------------------------------------------------------------------------------


def test_hours_for_line_work_are_those_of_officials_who_do_not_answer_streets():
    sim = quiet()
    lines, pools, people = SMALL.lines, sim.tables["pools"], sim.tables["responders"]
    rows = setup.line_accounts(SMALL, pools, people)
    out = np.zeros(len(lines))
    for p in people[people["kind"] == setup.R.LINE_OFFICER]:
        out[pools["line_row"][p["pool"]]] += 1
    assert out.any()
    assert rows["capacity"].tolist() == (np.maximum(1, lines["headcount"] - out) * 7.5).tolist()
    assert rows["inflow"] == pytest.approx(rows["capacity"] * lines["utilisation"])
    assert (rows["backlog"] == 0).all()


def test_only_care_and_disputes_go_to_social_and_mass_organisations():
    base, skills = quiet().base, CATALOGUE.rows["skill"]
    theirs = np.isin(skills, (MEDIATION_SKILL, CARE_SKILL))
    sim = quiet(handling__social_share=0.3, handling__mass_share=0.2)
    for lever, share in (("social_share", 0.3), ("mass_share", 0.2)):
        rows = sim.base["topic"][lever].reshape(len(SMALL.communities), len(skills))
        assert (rows == np.where(theirs, share, 0.0)).all()
    assert len(base["topic"]) == len(SMALL.communities) * len(skills)


def test_communities_differ_in_how_well_they_match_around_the_declared_share():
    plain = {"handling.matching": 0.5, "office.spread": 0.4}
    base = setup.base_levers(CITY, CATALOGUE, np.zeros(0), vector(plain))["community"]["matching"]
    assert len(np.unique(base)) == len(base)
    assert (np.abs(base - 0.5) <= 0.2).all()
    assert np.ptp(base) > 0.1
    sure = setup.base_levers(CITY, CATALOGUE, np.zeros(0), vector(plain | {"handling.matching": 1.0}))
    assert sure["community"]["matching"].max() == 1.0


def test_the_risk_of_a_grid_is_what_a_patrol_could_see_there_against_its_community():
    risk = setup.risk_of_grids(CITY, CATALOGUE)
    by_place = np.bincount(CITY.grids["community"], risk) / CITY.communities["n_grids"]
    assert by_place == pytest.approx(np.ones(len(CITY.communities)))
    same = np.flatnonzero((CITY.grids["kind"] == CITY.grids["kind"][0]) & (CITY.grids["community"] == 0))
    residents = CITY.grids["residents"][same]
    assert risk[same] / risk[same[0]] == pytest.approx(residents / residents[0])
    unseen = SimpleNamespace(rows=CATALOGUE.rows.copy())
    unseen.rows["visible"] = 0.0
    assert (setup.risk_of_grids(CITY, unseen) == 1.0).all()


def test_seats_are_those_declared_by_day_and_by_night_never_more_than_by_day():
    assert quiet().tables["seats"].tolist() == [1] * 8 + [2] * 12 + [1] * 4
    assert quiet(hotline__seats=300).tables["seats"].tolist() == [1] * 8 + [8] * 12 + [1] * 4
    many = dataclasses.replace(SMALL, spec=SMALL.spec.model_copy(update={"staff": SMALL.spec.staff.model_copy(
        update={"hotline_seats_night": 50})}))  # fmt: skip
    assert setup._seats(many, vector()).tolist() == [2] * 24


def test_calls_of_an_ordinary_week_follow_the_shape_of_the_day():
    hours = quiet().tables["call_hours"]
    assert hours.shape == (3, 24)
    assert hours.sum(axis=1).tolist() == pytest.approx([1.15, 0.67, 0.55])
    assert (hours.argmax(axis=1) == 9).all()


def test_what_a_run_changes_is_a_copy_of_the_city():
    sim = quiet()
    for name in ("compounds", "firms", "units"):
        assert not np.shares_memory(sim.tables[name], getattr(SMALL, name))
    for name in ("trust", "participation"):
        assert not np.shares_memory(sim.tables[name], SMALL.residents[name])
