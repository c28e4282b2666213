"""Residents: as many as the city has, sorted by grid, with ages, marks and employers in the shares declared."""

import numpy as np
import pytest

from cogov.agents import places as P
from cogov.model import people
from cogov.model.city import build_city
from cogov.scenarios.city_files import load_spec

ALARM = 4.5
"""Standard errors beyond which a share is refused: under one in a hundred thousand for right draws."""


@pytest.fixture(scope="module")
def city():
    return build_city(load_spec("street"), 1)


def share(mask):
    return float(np.asarray(mask).mean())


def near(mask, expected):
    """Return whether a share lies where independent draws of that chance would leave it."""
    n = len(mask)
    return abs(share(mask) - expected) <= ALARM * np.sqrt(expected * (1 - expected) / n) + 1e-12


def test_there_are_as_many_residents_as_the_city_has_sorted_by_grid(city):
    grid = city.residents["grid"]
    assert len(grid) == city.spec.total("residents")
    assert (np.diff(grid) >= 0).all()
    assert np.array_equal(np.bincount(grid, minlength=len(city.grids)), city.grids["residents"])


def test_age_bands_sum_to_the_residents_and_have_their_shares_by_kind_of_grid(city):
    age, kind = city.residents["age"], city.grids["kind"][city.residents["grid"]]
    assert np.bincount(age, minlength=5).sum() == city.spec.total("residents")
    assert age.max() <= 4
    assert people._AGES.sum(axis=1) == pytest.approx(1.0)
    for k in np.unique(kind):
        for band in range(5):
            assert near(age[kind == k] == band, people._AGES[k, band]), (k, band)


def test_the_vulnerable_have_their_share_in_each_age_band(city):
    age, vulnerable = city.residents["age"], (city.residents["flags"] & P.VULNERABLE) > 0
    for band in range(5):
        assert near(vulnerable[age == band], people._VULNERABLE[band]), band


def test_members_have_the_share_of_the_file_and_the_marks_nest(city):
    flags, age = city.residents["flags"], city.residents["age"]
    member, in_service, reported = ((flags & mark) > 0 for mark in (P.MEMBER, P.IN_SERVICE, P.REPORTED))
    assert near(member, city.spec.stock.party_share)
    assert not member[age == 0].any()
    assert not (in_service & ~member).any()
    assert not (reported & ~in_service).any()
    assert near(reported[in_service], city.spec.stock.reported_share)


def test_only_those_of_working_age_have_an_employer_in_their_own_district(city):
    employer, age, flags = (city.residents[name] for name in ("employer", "age", "flags"))
    works = employer >= 0
    assert np.array_equal(works, (flags & P.EMPLOYED) > 0)
    assert np.isin(age[works], (1, 2)).all()
    others = np.isin(age, (1, 2)) & ((flags & P.IN_SERVICE) == 0)
    assert near(works[others], 1.2 * city.spec.stock.employed_share)
    home = city.grids["district"][city.residents["grid"]]
    assert np.array_equal(city.units["district"][employer[works]], home[works])
    assert city.units["staff"].sum() >= works.sum()


def test_trust_and_participation_are_shares(city):
    for name in ("trust", "participation"):
        values = city.residents[name]
        assert values.min() >= 0
        assert values.max() <= 1
    kind = city.grids["kind"][city.residents["grid"]]
    for k in np.unique(kind):
        assert city.residents["trust"][kind == k].mean() == pytest.approx(people._TRUST_BY_KIND[k], abs=0.01)
