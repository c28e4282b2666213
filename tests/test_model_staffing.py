"""Rosters follow expected work by so much as declared, and their totals are those of the city file."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_city import tiny_spec

from cogov.agents.parameters import vector
from cogov.agents.places import EXCLUSIVE
from cogov.model.city import build_city
from cogov.model.incidents import load_catalogue
from cogov.model.staffing import PART_TIME, Staffing, at_least
from cogov.model.workload import Workload, workload

SPEC = tiny_spec(
    ({"residents": 4000, "urban_communities": 3, "villages": 2, "grids": 24, "streets": 2}, {"residents": 1500}),
    commercial_compounds=6,
)
STAFF = SPEC.staff.model_copy(
    update={"full_time_grid_workers": 4100, "part_time_grid_workers": 6000, "community_workers": 5500,
            "street_staff": 5000, "social_workers": 300, "mass_volunteers": 200, "district_officials": 90_000,
            "city_officials": 40_000}
)  # fmt: skip
"""So many that whole people hide nothing."""
CITY = build_city(SPEC.model_copy(update={"staff": STAFF}), 2)
LOAD = workload(CITY, load_catalogue(), vector())


def staffing(load=LOAD, city=CITY, **parameters):
    return Staffing(city, load, vector({name.replace("__", "."): value for name, value in parameters.items()}))


def share(x):
    return x / x.sum()


@pytest.mark.parametrize("by_work", [0.0, 0.5, 0.95])
def test_communities_get_grid_workers_by_work_and_by_grids(by_work):
    full, part = staffing(roster__by_work=by_work).grid_workers()
    assert (full.sum(), part.sum()) == (4100, 6000)
    by_grids = np.zeros(len(CITY.communities))
    np.add.at(by_grids, CITY.grids["community"], (CITY.grids["kind"] != EXCLUSIVE) + 0.15)
    work = LOAD.nets[:, :5].sum(axis=1)
    expected = by_work * share(work) + (1 - by_work) * share(by_grids)
    assert share(full.sum(axis=1)) == pytest.approx(expected, abs=1 / 4100)
    assert share(part.sum(axis=1)) == pytest.approx(expected, abs=1 / 6000)


def test_within_a_community_work_alone_decides():
    full, part = staffing(roster__by_work=0.0).grid_workers()
    for c in range(len(CITY.communities)):
        capacity = full[c] + PART_TIME * part[c]
        assert share(capacity) == pytest.approx(share(LOAD.nets[c, :5]), abs=3 / capacity.sum())


def test_nets_with_too_few_people_have_no_team():
    made = staffing(roster__smallest_team=3)
    full, part = np.array([[0, 1, 2, 3, 0]]), np.array([[0, 1, 1, 0, 2]])
    assert made.merged(full, part).tolist() == [[True, True, False, False, True]]


@pytest.mark.parametrize("by_work", [0.0, 0.6])
def test_community_workers_follow_work_and_else_villages_and_residents(by_work):
    staff = STAFF.model_copy(update={"community_workers": 55})
    city = build_city(SPEC.model_copy(update={"staff": staff}), 2)
    count = staffing(city=city, roster__by_work=by_work).community_workers()
    assert count.sum() == 55
    rural, residents = city.communities["rural"] == 1, city.communities["residents"]
    usual = np.where(rural, 5.0, (55 - 5 * rural.sum()) * residents / residents[~rural].sum())
    assert (np.abs(count - by_work * 55 * share(LOAD.nets[:, 5]) - (1 - by_work) * usual) < 1).all()


def test_with_too_few_community_workers_villages_get_half():
    staff = STAFF.model_copy(update={"community_workers": 9})
    city = build_city(SPEC.model_copy(update={"staff": staff}), 2)
    count = staffing(city=city, roster__by_work=0.0).community_workers()
    assert count[city.communities["rural"] == 1].sum() == pytest.approx(4, abs=1), "rounding moves one"
    assert count.sum() == 9


@pytest.mark.parametrize("by_work", [0.0, 0.8])
def test_property_staff_are_as_many_as_homes_ask_for_and_follow_work(by_work):
    count = staffing(roster__by_work=by_work, roster__households_per_staff=20).property_staff()
    managed = CITY.compounds[CITY.compounds["firm"] >= 0]
    homes = np.bincount(managed["community"], managed["households"], minlength=len(CITY.communities))
    assert count.sum() == pytest.approx(homes.sum() / 20, abs=len(homes) / 2)
    expected = by_work * share(LOAD.property) + (1 - by_work) * share(homes)
    assert (np.abs(count - expected * count.sum()) < 1).all()
    assert (count[homes == 0] == 0).all()


def test_every_managed_community_has_property_staff():
    count = staffing(roster__households_per_staff=5000).property_staff()
    managed = CITY.compounds["community"][CITY.compounds["firm"] >= 0]
    assert (count[managed] == 1).all()


@pytest.mark.parametrize("by_work", [0.0, 0.8])
def test_streets_and_social_organisations_follow_work_and_residents(by_work):
    made = staffing(roster__by_work=by_work, roster__street_field=0.2)
    residents = CITY.streets["residents"]
    expected = by_work * share(LOAD.street) + (1 - by_work) * share(residents + residents.mean())
    assert made.street_officers() == pytest.approx(3000 * expected, abs=1)
    expected = by_work * share(LOAD.social) + (1 - by_work) * share(residents)
    assert made.social_workers() == pytest.approx(900 * expected, abs=1)
    assert made.volunteers() == pytest.approx(600 * share(residents), abs=1)


def test_officers_go_where_a_line_has_work_and_nowhere_else():
    count = staffing(roster__line_field=0.01, roster__city_field=0.01).line_officers()
    lines = CITY.lines
    for d in np.unique(lines["district"]):
        rows = lines["district"] == d
        work = LOAD.lines[d if d >= 0 else -1][lines["line"][rows]]
        total = round(0.01 * lines["headcount"][rows].sum())
        idle = work == 0
        assert idle.any() == (d < 0)
        assert (count[rows][idle] == 0).all()
        assert (count[rows][~idle] >= 2).all()
        assert count[rows].sum() == total
        free = count[rows] > 2
        assert free.sum() > 2
        part = count[rows][free]
        assert part == pytest.approx(part.sum() * share(work[free]), abs=1)


def test_a_line_sends_out_no_more_than_it_has():
    count = staffing(roster__line_field=1.0).line_officers()
    assert (count <= CITY.lines["headcount"]).all()


def test_without_any_work_people_go_by_the_other_measure():
    none = Workload(*(np.zeros_like(part) for part in (LOAD.nets, LOAD.property, LOAD.street, LOAD.social, LOAD.lines)))
    made, other = staffing(none), staffing(roster__by_work=0.0)
    assert made.community_workers().tolist() == other.community_workers().tolist()
    assert made.social_workers().tolist() == other.social_workers().tolist()
    assert made.line_officers().sum() == 0
    full, _ = made.grid_workers()
    assert np.ptp(full, axis=1).max() <= 1


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12).filter(any), st.integers(0, 4), st.integers(0, 200))
def test_everybody_with_weight_has_the_least_and_the_total_holds_where_it_can(weight, least, total):
    w = np.array(weight)
    parts = at_least(least, w, total)
    n = (w > 0).sum()
    assert (parts[w > 0] >= least).all()
    assert (parts[w == 0] == 0).all()
    assert parts.sum() == max(total, least * n)
