"""Sums over the residents of places."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tiny_city import tiny_spec

from cogov.model.city import build_city
from cogov.model.residents import sums_of_grids, vulnerable_weight

CITY = build_city(tiny_spec(({}, {"residents": 2000, "grids": 9})), 3)


@pytest.mark.parametrize("name", ["trust", "participation"])
def test_the_sum_of_each_grid_is_that_of_its_own_residents(name):
    values = CITY.residents[name]
    expected = np.bincount(CITY.residents["grid"], values.astype(float), minlength=len(CITY.grids))
    assert sums_of_grids(CITY, values) == pytest.approx(expected, rel=1e-12)


def test_narrow_numbers_are_summed_without_overflow():
    full = np.full(len(CITY.residents["grid"]), 255, dtype=np.uint8)
    assert sums_of_grids(CITY, full).tolist() == (255.0 * CITY.grids["residents"]).tolist()


def test_the_weight_of_a_community_is_its_vulnerable_residents_over_the_mean():
    flags = np.zeros_like(CITY.residents["flags"])
    home = CITY.grids["community"][CITY.residents["grid"]]
    flags[np.flatnonzero(home == 0)[:6]] = 1
    flags[np.flatnonzero(home == 2)[:2]] = 1 | 4
    flags[np.flatnonzero(home == 1)] = 4  # another mark
    city = dataclasses.replace(CITY, residents=CITY.residents | {"flags": flags})
    assert vulnerable_weight(city).tolist() == [3.0, 0.0, 1.0, 0.0]
    none = dataclasses.replace(CITY, residents=CITY.residents | {"flags": flags * 0})
    assert vulnerable_weight(none).tolist() == [0.0] * 4
