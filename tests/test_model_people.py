"""Residents: shares by age and kind of grid, draws keyed by grid and number, jobs in the own district."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_city import tiny_spec

from cogov.agents import places as P
from cogov.model.city import build_city
from cogov.model.draws import stream_keys
from cogov.model.people import build_residents

LARGE = {"residents": 60_000, "grids": 60, "urban_communities": 5, "villages": 3}
SPEC = tiny_spec((LARGE, {"residents": 5000, "grids": 8}), units=200, firms=2)


@pytest.fixture(scope="module")
def city():
    return build_city(SPEC, 5)


def flag(city, bit):
    return (city.residents["flags"] & np.uint8(bit)) > 0


def test_the_old_are_many_in_old_compounds_and_few_in_exclusive_grids(city):
    kind = city.grids["kind"][city.residents["grid"]]
    old = city.residents["age"] >= 3
    share = [old[kind == k].mean() for k in (P.COMMERCIAL, P.OLD, P.VILLAGE)]
    assert share == pytest.approx([0.16, 0.29, 0.30], abs=0.02)


def test_the_vulnerable_are_mostly_the_very_old(city):
    age, vulnerable = city.residents["age"], flag(city, P.VULNERABLE)
    share = [vulnerable[age == band].mean() for band in range(5)]
    assert share == pytest.approx([0.02, 0.01, 0.03, 0.12, 0.35], abs=0.025)


def test_children_are_no_party_members_and_only_members_report(city):
    member, serving, reported = (flag(city, bit) for bit in (P.MEMBER, P.IN_SERVICE, P.REPORTED))
    assert not member[city.residents["age"] == 0].any()
    assert member.mean() == pytest.approx(SPEC.stock.party_share, abs=0.005)
    assert not (serving & ~member).any()
    assert not (reported & ~serving).any()
    assert set(city.residents["age"][serving].tolist()) == {1, 2}


def test_people_work_in_their_own_district_and_units_know_their_staff(city):
    employer, units = city.residents["employer"], city.units
    employed = employer >= 0
    assert (employed == flag(city, P.EMPLOYED)).all()
    assert (units["district"][employer[employed]] == city.grids["district"][city.residents["grid"][employed]]).all()
    staff = np.bincount(employer[employed], minlength=len(units))
    assert units["staff"].tolist() == np.maximum(1, staff).tolist()
    assert units["idle_hours"] == pytest.approx(np.minimum(400.0, units["staff"] * 0.5))


def test_members_take_part_more_and_trust_differs_by_kind_of_grid(city):
    taking_part, trust = city.residents["participation"], city.residents["trust"]
    member, kind = flag(city, P.MEMBER), city.grids["kind"][city.residents["grid"]]
    assert taking_part[member].mean() - taking_part[~member].mean() == pytest.approx(0.15, abs=0.02)
    means = [trust[kind == k].mean() for k in (P.COMMERCIAL, P.OLD, P.VILLAGE)]
    assert means == pytest.approx([0.60, 0.56, 0.66], abs=0.01)
    assert trust.min() >= 0
    assert trust.max() <= 1


def test_who_moves_in_changes_nobody_who_is_there(city):
    """Draws are keyed by grid and number in it, so another grid may grow without a trace here."""
    grids, units = city.grids.copy(), city.units.copy()
    grids["residents"][3] += 25
    grown = build_residents(city.spec, grids, units, stream_keys(city.seed))
    assert len(grown["grid"]) == len(city.residents["grid"]) + 25
    for column in ("age", "flags", "trust", "participation", "employer"):
        for g in (0, 3, 40):
            before = city.residents[column][city.residents["grid"] == g]
            assert np.array_equal(grown[column][grown["grid"] == g][: len(before)], before), (column, g)
