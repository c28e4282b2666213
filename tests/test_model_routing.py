"""Whose case it is: the pool for each level, channel and net; the lines asked in joint cases."""

from __future__ import annotations

import pytest
from one_need import CITY, open_day, put, quiet

from cogov.model import authority, routing
from cogov.model.draws import HANDLING, uniform
from cogov.model.occasions import SOCIAL_TAKES
from cogov.model.reporting import APP, COUNTER, DIRECT, PATROL, PHONE

URBAN_GRID, MANAGED_GRID, VILLAGE_GRID = 0, 1, 3


@pytest.fixture(scope="module")
def sim():
    sim = quiet()
    open_day(sim)
    return sim


def pools_of(sim):
    t = sim.tables
    return {
        "net": int(t["nets"][0, 3]), "community": int(t["nets"][0, 5]), "street": int(t["street_pool"][0]),
        "district": int(t["line_pool"][0, 0]), "city": int(t["line_pool"][-1, 0]),
    }  # fmt: skip


@pytest.mark.parametrize(("level", "by_phone", "else_where"), [
    (0, "net", "net"), (1, "community", "community"), (2, "street", "net"), (3, "district", "net"), (4, "city", "net"),
])  # fmt: skip
def test_the_phone_goes_to_the_level_that_can_finish_all_else_to_the_grid(sim, level, by_phone, else_where):
    pools = pools_of(sim)
    assert len(set(pools.values())) == 5
    for channel in (PHONE, DIRECT, COUNTER, APP, PATROL):
        n = put(sim, "sanitation", URBAN_GRID, 600, level=level, channel=channel)
        assert authority.first_pool(sim.w, n) == pools[by_phone if channel == PHONE else else_where], channel


@pytest.mark.parametrize(("category", "net"), [("noise", 1), ("care", 2), ("sanitation", 3), ("petition", 4)])
def test_each_category_goes_to_the_net_that_owns_it(sim, category, net):
    n = put(sim, category, URBAN_GRID, 600)
    assert routing.local_pool(sim.w, n) == sim.tables["nets"][0, net]


def test_the_property_desk_is_the_firm_where_there_is_one_else_the_community(sim):
    def taker(grid):
        return routing.local_pool(sim.w, put(sim, "repair", grid, 600))

    firm = int(sim.tables["property_pool"][0])
    assert firm >= 0
    assert CITY.grids["compound"][[URBAN_GRID, MANAGED_GRID]].tolist() == [-1, 0]
    assert taker(MANAGED_GRID) == firm
    assert taker(URBAN_GRID) == sim.tables["nets"][0, 5]
    assert taker(VILLAGE_GRID) == sim.tables["nets"][1, 5]
    kept = sim.tables["compounds"]["firm"][0]
    sim.tables["compounds"]["firm"][0] = -1
    assert taker(MANAGED_GRID) == sim.tables["nets"][0, 5]
    sim.tables["compounds"]["firm"][0] = kept


def test_social_and_mass_organisations_take_their_shares_of_care_and_disputes_at_the_grid():
    sim = quiet(handling__social_share=0.3, handling__mass_share=0.2)
    open_day(sim)
    mass = int(sim.tables["mass_pool"][0])  # nobody serves in it
    social, net = int(sim.tables["social_pool"][0]), int(sim.tables["nets"][0, 2])
    seen = set()
    for number in range(40):
        n = put(sim, "care", URBAN_GRID, 600, number=number)
        u = uniform(sim.keys[HANDLING], number, SOCIAL_TAKES)
        sim.tables["pools"]["manned"][mass] = 0
        assert routing.local_pool(sim.w, n) == (social if u < 0.3 else net)
        sim.tables["pools"]["manned"][mass] = 1
        expected = social if u < 0.3 else mass if u < 0.5 else net
        assert routing.local_pool(sim.w, n) == expected
        seen.add(expected)
        sim.tables["needs"]["level"][n] = 1
        assert routing.local_pool(sim.w, n) == sim.tables["nets"][0, 5]
        n = put(sim, "sanitation", URBAN_GRID, 600, number=number)
        assert routing.local_pool(sim.w, n) == sim.tables["nets"][0, 3]
    assert seen == {social, mass, net}


def test_where_there_is_no_such_organisation_the_net_keeps_its_needs():
    sim = quiet(handling__social_share=1)
    sim.tables["social_pool"][0] = -1
    assert routing.local_pool(sim.w, put(sim, "care", URBAN_GRID, 600)) == sim.tables["nets"][0, 2]


@pytest.mark.parametrize(("level", "lines"), [(0, [0, 11, 2]), (2, [0, 11, 2]), (3, [11, 2, 0]), (4, [11, 2, 0])])
def test_further_parties_are_district_lines_in_the_order_of_the_catalogue(sim, level, lines):
    row = sim.catalogue.rows[sim.catalogue.ids.index("facility")]
    assert row["lines"].tolist() == [0, 11, 2, -1]
    n = put(sim, "facility", URBAN_GRID, 600, level=level, parties=4)
    asked = [routing.party_pool(sim.w, n, party) for party in (1, 2, 3)]
    assert asked == [int(sim.tables["line_pool"][0, line]) for line in lines]


def test_somebody_is_on_only_within_shift_post_and_date(sim):
    people, pool = sim.tables["responders"], int(sim.tables["nets"][1, 5])
    mine = [r for r in range(len(people)) if people["pool"][r] == pool]
    kept = people[mine].copy()
    people["on"][mine] = 0
    people["on"][mine[1]], people["active"][mine[1]], people["from_minute"][mine[1]] = 0b11 << 20, 1, 615
    assert [routing.anyone_on(sim.w, pool, t) for t in (599, 614, 615, 659, 660)] == [False, False, True, True, False]
    people["active"][mine[1]] = 0
    assert not routing.anyone_on(sim.w, pool, 620)
    people[mine] = kept


@pytest.mark.parametrize(("level", "pool"), [(0, "net"), (1, "community"), (2, "street"), (3, "district"), (4, "city")])
def test_a_joint_case_is_led_by_the_lowest_that_may_finish_it(sim, level, pool):
    n = put(sim, "sanitation", URBAN_GRID, 600, level=level, parties=2)
    assert authority.lead_pool(sim.w, n) == pools_of(sim)[pool]
