"""Who works where: rosters have their declared sizes, everybody has a pool, a home and the skills of his desk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tiny_city import tiny_spec

from cogov.agents import responders as R
from cogov.agents.parameters import vector
from cogov.agents.places import EXCLUSIVE
from cogov.model import organisations as O
from cogov.model import state as S
from cogov.model.city import build_city
from cogov.model.incidents import load_catalogue
from cogov.scenarios.city_files import load_spec

SPEC = tiny_spec(
    ({"residents": 4000, "urban_communities": 3, "villages": 2, "grids": 24, "streets": 2}, {"residents": 1500}),
    commercial_compounds=6,
)
STAFF = SPEC.staff.model_copy(
    update={"full_time_grid_workers": 41, "part_time_grid_workers": 60, "community_workers": 55, "street_staff": 50,
            "social_workers": 3, "mass_volunteers": 2, "district_officials": 900, "city_officials": 400}
)  # fmt: skip
CITY = build_city(SPEC.model_copy(update={"staff": STAFF}), 2)
CATALOGUE = load_catalogue()


def built(city=CITY, **parameters):
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    return O.build_organisations(city, CATALOGUE, vector(named))


@pytest.fixture(scope="module")
def made():
    return built()


def head_count(made, kind):
    """Return the people of a kind by pool."""
    people = made.responders[made.responders["kind"] == kind]
    return np.bincount(people["pool"], minlength=len(made.pools))


@pytest.mark.parametrize(
    ("kind", "total", "pool_kinds"),
    [
        (R.GRID_WORKER, 41, {S.GRID_NET, S.COMMUNITY}),
        (R.PART_TIMER, 60, {S.GRID_NET, S.COMMUNITY}),
        (R.COMMUNITY_WORKER, 55, {S.COMMUNITY}),
        (R.SOCIAL_WORKER, 3 * 3, {S.SOCIAL}),
        (R.MASS_VOLUNTEER, 2 * 3, {S.MASS}),
        (R.STREET_DUTY, 2 * 3, {S.STREET}),
    ],
)
def test_people_are_as_many_as_the_city_file_says_and_serve_in_their_own_pools(made, kind, total, pool_kinds):
    count = head_count(made, kind)
    assert count.sum() == total
    assert set(made.pools["kind"][count > 0].tolist()) == pool_kinds


def test_everybody_has_a_key_of_his_own_and_a_home_in_his_area(made):
    people, pools, grids = made.responders, made.pools, CITY.grids
    assert len(set(people["key"].tolist())) == len(people)
    assert len(set(pools["key"].tolist())) == len(pools)
    for place in ("community", "street", "district"):
        bound = pools[place][people["pool"]]
        at = bound >= 0
        assert (grids[place][people["grid"][at]] == bound[at]).all()


def test_grid_workers_live_where_people_do(made):
    people = made.responders
    ours = people["kind"] <= R.PART_TIMER
    assert (CITY.grids["kind"][people["grid"][ours]] != EXCLUSIVE).all()


def test_a_net_too_small_for_a_team_serves_in_the_community_with_its_people():
    made = built(roster__smallest_team=4)
    office = made.nets[:, 5]
    assert (made.pools["kind"][office] == S.COMMUNITY).all()
    served = made.nets[:, :5] == office[:, None]
    assert served.any()
    assert not served.all()
    grid = head_count(made, R.GRID_WORKER) + head_count(made, R.PART_TIMER)
    nets = np.flatnonzero(made.pools["kind"] == S.GRID_NET)
    assert (grid[nets] >= 4).all()
    assert len(nets) == (~served).sum()
    assert (grid[office] > 0).any()
    assert (made.pools["community"][made.nets] == np.arange(len(CITY.communities))[:, None]).all()


def test_every_net_has_a_team_where_none_is_too_small():
    made = built(roster__smallest_team=0)
    assert (made.pools["kind"][made.nets[:, :5]] == S.GRID_NET).all()


@pytest.mark.parametrize("households", [40, 200])
def test_property_staff_serve_where_homes_are_managed_and_a_fifth_of_them_guard(households):
    made = built(roster__households_per_staff=households)
    managed = CITY.compounds[CITY.compounds["firm"] >= 0]
    by_place = np.bincount(managed["community"], managed["households"], minlength=len(CITY.communities))
    for c, homes in enumerate(by_place):
        pool = made.property_pool[c]
        assert (pool >= 0) == (c in CITY.compounds["community"])
        staff = made.responders[made.responders["pool"] == pool]
        assert (len(staff) > 0) == (homes > 0)
        if homes > 0:
            assert (staff["shift"] == R.GUARD).sum() == len(staff) // 5
            assert set(staff["grid"].tolist()) <= set(managed["grid"][managed["community"] == c].tolist())


def test_lines_are_found_by_district_and_code(made):
    for d, pools in enumerate(made.line_pool):
        assert made.pools["line"][pools].tolist() == list(range(12))
        last = d == len(made.line_pool) - 1
        assert set(made.pools["district"][pools].tolist()) == {-1 if last else d}
        assert set(made.pools["kind"][pools].tolist()) == {S.CITY_LINE if last else S.LINE}


def test_the_lines_that_never_sleep_have_two_on_night_duty(made):
    count = head_count(made, R.LINE_DUTY)
    for code in range(12):
        duty = count[made.line_pool[:, code]]
        assert set(duty.tolist()) == ({2} if code in (0, 2, 5, 7, 8, 11) else {0})


def test_each_net_has_skills_of_its_own_and_all_know_the_general_ones():
    made = built(roster__smallest_team=0)
    people, nets = made.responders, made.pools["net"][made.responders["pool"]]
    ours = people["kind"] <= R.PART_TIMER
    by_net = [set(people["skills"][ours & (nets == k)].tolist()) for k in range(5)]
    assert all(len(skills) == 1 for skills in by_net)
    assert len(set.union(*by_net)) >= 4
    merged = built(roster__smallest_team=4)
    people, nets = merged.responders, merged.pools["net"][merged.responders["pool"]]
    shared = set(people["skills"][(people["kind"] <= R.PART_TIMER) & (nets == 5)].tolist())
    assert shared, "some serve in the community's own pool"
    assert shared <= set.union(*by_net), "and keep the skills of their net"
    assert (people["skills"] & O.GENERAL > 0).all()


def test_people_begin_with_keyed_traits_and_novices_work_slower(made):
    people = made.responders
    assert people["potential"].min() >= 0.6
    assert people["potential"].max() <= 1.4
    learning = people["kind"] <= R.COMMUNITY_WORKER
    assert (people["tenure"][~learning] == 120.0).all()
    assert 10 < people["tenure"][learning].mean() < 80  # declared mean 36
    expected = people["potential"] * (1 - 0.4 * np.exp(-people["tenure"] / 6))
    assert people["productivity"] == pytest.approx(expected, rel=1e-12)
    again = built(replace(CITY, seed=CITY.seed)).responders
    other = built(replace(CITY, seed=CITY.seed + 1)).responders
    assert np.array_equal(again["potential"], people["potential"])
    assert not np.array_equal(other["potential"], people["potential"])


def test_a_larger_roster_leaves_the_traits_of_those_who_were_there():
    """Draws are keyed by person, so common random numbers outlive a change of staff."""
    more = STAFF.model_copy(update={"community_workers": 80})
    larger = built(build_city(SPEC.model_copy(update={"staff": more}), 2)).responders
    traits = dict(zip(larger["key"].tolist(), larger["potential"].tolist(), strict=True))
    people = built().responders
    ours = people[people["kind"] == R.COMMUNITY_WORKER]
    assert all(
        traits[key] == value for key, value in zip(ours["key"].tolist(), ours["potential"].tolist(), strict=True)
    )


@pytest.mark.parametrize("wanted", [0, 3, 50])
def test_volunteers_are_members_who_live_in_the_community(made, wanted):
    called = O.volunteers(CITY, made.nets, vector({"roster.volunteers": wanted}))
    kind, pool, _, index, grid, _, _ = called.T
    places = CITY.grids["community"][grid]
    members = np.bincount(CITY.grids["community"], CITY.grids["members"], minlength=len(CITY.communities))
    assert np.bincount(places, minlength=len(members)).tolist() == np.minimum(wanted, members).tolist()
    assert set(kind.tolist()) <= {R.MEMBER}
    assert (pool == made.nets[places, 5]).all()
    if wanted == 3:
        for c in range(len(CITY.communities)):
            ours = np.flatnonzero(CITY.grids["community"] == c)
            most = CITY.grids["members"][ours].max()
            assert CITY.grids["members"][grid[(places == c) & (index == 0)]].tolist() == [most]


def test_nanjing_has_its_published_rosters():
    made = built(build_city(load_spec("nanjing"), 1))
    staff = load_spec("nanjing").staff
    for kind, total in (
        (R.GRID_WORKER, staff.full_time_grid_workers), (R.PART_TIMER, staff.part_time_grid_workers),
        (R.COMMUNITY_WORKER, staff.community_workers),
    ):  # fmt: skip
        assert head_count(made, kind).sum() == total
