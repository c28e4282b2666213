"""Pools without anybody: only where one is missing, at the place where its office would be."""

from __future__ import annotations

import numpy as np
from tiny_city import tiny_spec

from cogov.model.city import build_city
from cogov.model.geography import seat
from cogov.model.state import MASS, PROPERTY, SOCIAL
from cogov.model.vacant import vacant_pools

CITY = build_city(tiny_spec(({}, {"residents": 3000, "urban_communities": 3, "streets": 2, "grids": 16}),
                            commercial_compounds=6), 4)  # fmt: skip
"""Three streets; some communities have compounds, villages have none."""


class Listing:
    """A builder that keeps a list of what it is asked for, after ten pools that are there."""

    def __init__(self):
        self.asked = []

    def pool(self, kind, level, entity, **columns):
        self.asked.append({"kind": kind, "level": level, "entity": entity, **columns})
        return 9 + len(self.asked)


def made(property_pool, social, mass):
    listing = Listing()
    vacant_pools(listing, CITY, property_pool, social, mass)
    return listing.asked


def nobody():
    return np.full(len(CITY.communities), -1), np.full(len(CITY.streets), -1), np.full(len(CITY.streets), -1)


def test_what_is_there_already_is_left_alone():
    tables = [np.arange(len(table)) for table in nobody()]
    assert made(*tables) == []
    assert [table.tolist() for table in tables] == [list(range(len(table))) for table in tables]


def test_a_property_pool_stands_at_the_largest_compound_of_each_community_that_has_any():
    place, social, mass = nobody()
    asked = [pool for pool in made(place, social, mass) if pool["kind"] == PROPERTY]
    with_any = np.unique(CITY.compounds["community"])
    assert 0 < len(with_any) < len(CITY.communities)
    assert [pool["community"] for pool in asked] == with_any.tolist()
    for number, pool in enumerate(asked):
        own = CITY.compounds[CITY.compounds["community"] == pool["community"]]
        assert own["households"][own["grid"] == pool["grid"]].max() == own["households"].max()
        assert (pool["level"], pool["entity"]) == (0, CITY.communities["key"][pool["community"]])
        assert pool["street"] == CITY.communities["street"][pool["community"]]
        assert pool["district"] == CITY.communities["district"][pool["community"]]
        assert place[pool["community"]] == 10 + number
    assert (place[np.setdiff1d(np.arange(len(place)), with_any)] == -1).all()


def test_every_street_without_one_gets_social_and_mass_organisations_at_its_middle_grid():
    place, social, mass = np.zeros(len(CITY.communities), dtype=int), *nobody()[1:]
    social[1] = 7
    asked = made(place, social, mass)
    assert [(pool["kind"], pool["street"]) for pool in asked] == [
        (SOCIAL, 0),
        (SOCIAL, 2),
        (MASS, 0),
        (MASS, 1),
        (MASS, 2),
    ]
    assert (social.tolist(), mass.tolist()) == ([10, 7, 11], [12, 13, 14])
    for pool in asked:
        rows = np.flatnonzero(CITY.grids["street"] == pool["street"])
        assert pool["grid"] == seat(CITY.grids["key"], rows)
        assert (pool["level"], pool["entity"]) == (1, CITY.streets["key"][pool["street"]])
        assert pool["district"] == CITY.streets["district"][pool["street"]]
