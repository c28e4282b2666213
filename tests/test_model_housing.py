"""Compounds, firms and units: who lies where, who manages whom, and what cannot be."""

from __future__ import annotations

import numpy as np
import pytest
from one_need import CITY
from tiny_city import tiny_spec

from cogov.agents import places as P
from cogov.model.city import build_city
from cogov.scenarios.city_files import load_spec


@pytest.fixture(scope="module", params=["street", "gulou"])
def city(request):
    return build_city(load_spec(request.param), 1)


def test_compounds_stand_on_grids_of_their_kind_in_order(city):
    c, g = city.compounds, city.grids
    assert (np.diff(c["grid"]) >= 0).all()
    assert (g["kind"][c["grid"]] == np.where(c["old"] == 1, P.OLD, P.COMMERCIAL)).all()


def test_households_of_compounds_are_those_of_their_grids(city):
    c, g = city.compounds, city.grids
    for kind, old in ((P.COMMERCIAL, 0), (P.OLD, 1)):
        assert c["households"][c["old"] == old].sum() == g["households"][g["kind"] == kind].sum()


def test_each_commercial_or_old_grid_has_a_compound_of_its_kind_and_no_other_grid_has(city):
    g = city.grids
    lived = (g["kind"] == P.COMMERCIAL) | (g["kind"] == P.OLD)
    assert (g["compound"][lived] >= 0).all()
    assert (g["compound"][~lived] == -1).all()
    own = city.compounds[g["compound"][lived]]
    assert (own["old"] == (g["kind"][lived] == P.OLD)).all()
    assert (own["grid"] <= np.flatnonzero(lived)).all()  # it stands there, or began on one before


def test_firms_manage_and_are_watched_by_their_compounds(city):
    c, f = city.compounds, city.firms
    ours = c["firm"] >= 0
    watched = np.bincount(c["firm"][ours], c["committee"][ours], len(f)) / f["compounds"]
    assert f["monitoring"] == pytest.approx(0.2 + 0.6 * watched, rel=1e-12)
    assert (f["compounds"] >= 1).all()
    assert (f["satisfaction"] == f["effort"]).all()


def test_shares_managed_and_with_a_committee_are_those_of_the_file(city):
    c, stock = city.compounds, city.spec.stock
    for old, managed, committees in (
        (0, stock.managed_commercial, stock.committees_commercial), (1, stock.managed_old, stock.committees_old),
    ):  # fmt: skip
        mine = c[c["old"] == old]
        for share, column in ((managed, mine["firm"] >= 0), (committees, mine["committee"] == 1)):
            error = 4.5 * max(0.01, share * (1 - share) / len(mine)) ** 0.5
            assert column.mean() == pytest.approx(share, abs=error)


def test_units_stand_in_order_and_employ_who_says_so(city):
    u, employer = city.units, city.residents["employer"]
    assert (np.diff(u["grid"]) >= 0).all()
    staff = np.bincount(employer[employer >= 0], minlength=len(u))
    assert (u["staff"] == np.maximum(1, staff)).all()
    assert u["idle_hours"] == pytest.approx(np.minimum(400, u["staff"] * 0.5))
    assert (u["willing"] == u["bent"]).all()
    assert (u["joined"] == (u["willing"] >= 0.10)).all()
    assert np.bincount(u["grid"], minlength=len(city.grids)).tolist() == city.grids["units"].tolist()


def test_enterprises_are_most_of_the_units_and_skills_follow_the_kind():
    u = build_city(load_spec("gulou"), 1).units
    shares = np.bincount(u["kind"], minlength=4) / len(u)
    spread = 4.5 * np.sqrt(np.array([0.85, 0.04, 0.03, 0.08]) / len(u))
    assert (np.abs(shares - [0.85, 0.04, 0.03, 0.08]) < spread).all()
    assert (u["skills"] & 1 == 1).all()
    for kind, mask in ((P.SCHOOL_OR_HOSPITAL, 1 << 5 | 1 << 3), (P.GOVERNMENT, 1 << 7), (P.PUBLIC, 1 << 3)):
        assert (u["skills"][u["kind"] == kind] & mask == mask).all()


def test_one_compound_may_lie_on_several_grids():
    spec = tiny_spec(({"grids": 12, "villages": 0, "rural_share": 0.0},), old_compounds=1, commercial_compounds=1)
    city = build_city(spec, 1)
    for kind, old in ((P.COMMERCIAL, 0), (P.OLD, 1)):
        grids = np.flatnonzero(city.grids["kind"] == kind)
        compound = int(np.flatnonzero(city.compounds["old"] == old)[0])
        assert len(grids) > 1
        assert (city.grids["compound"][grids] == compound).all()
        assert city.compounds["households"][compound] == city.grids["households"][grids].sum()


def test_without_a_managed_compound_there_is_no_firm():
    spec = tiny_spec(managed_old=0.0, managed_commercial=0.0)
    city = build_city(spec, 1)
    assert len(city.compounds) == len(CITY.compounds)
    assert len(city.firms) == 0
    assert (city.compounds["firm"] == -1).all()
