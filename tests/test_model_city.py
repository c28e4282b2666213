"""Generated cities: exact totals, offsets, one piece each, and the same city in every process."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from tiny_city import districts, tiny_spec

from cogov.agents import places as P
from cogov.model.apportion import starts
from cogov.model.city import build_city
from cogov.model.city_file import COMMUNITY_KEYS, ENTITY_KEYS, CityFileError
from cogov.scenarios.city_files import load_spec

TABLES = [table.name for table in P.PLACE_TABLES if table is not P.RESIDENTS]


def content(city):
    """Return a hash of every array of a city; what pads a row to a cache line is no content."""
    digest = hashlib.sha256()
    for name in TABLES:
        rows = getattr(city, name)
        for column in rows.dtype.names:
            digest.update(rows[column].tobytes())
    for name in sorted(city.residents):
        digest.update(city.residents[name].tobytes())
    return digest.hexdigest()


@pytest.fixture(scope="module", params=["street", "gulou", "nanjing"])
def city(request):
    return build_city(load_spec(request.param), 1)


def check_whole(city):
    """Assert what holds for every city: exact totals, offsets, sorted rows, keys."""
    spec, c, g = city.spec, city.communities, city.grids
    people, count = city.residents, len(city.residents["grid"])
    assert len(city.districts) == len(spec.district)
    assert [len(city.streets), len(g)] == [spec.total("streets"), spec.total("grids")]
    assert int((c["rural"] == 1).sum()) == spec.total("villages")
    assert len(c) == spec.total("villages") + spec.total("urban_communities")
    assert count == spec.total("residents")
    for rows, owner, first, n in (
        (city.districts, city.streets["district"], "first_street", "n_streets"),
        (city.streets, c["street"], "first_community", "n_communities"),
        (c, g["community"], "first_grid", "n_grids"),
        (g, people["grid"], "first_resident", "residents"),
    ):
        assert np.array_equal(np.bincount(owner, minlength=len(rows)), rows[n])
        assert np.array_equal(starts(rows[n].copy()), rows[first])
        assert (np.diff(owner) >= 0).all()
    for rows, owner in ((city.districts, "district"), (city.streets, "street"), (c, "community")):
        assert np.array_equal(np.bincount(g[owner], g["residents"], minlength=len(rows)), rows["residents"])
    assert [d.residents for d in spec.district] == city.districts["residents"].tolist()
    assert np.array_equal(c["district"], city.streets["district"][c["street"]])
    for rows in (g, city.compounds, city.units):
        assert (np.diff(rows["community"]) >= 0).all()
    for rows in (city.compounds, city.units):
        for name in ("community", "street", "district"):
            assert np.array_equal(rows[name], g[name][rows["grid"]])
    for name in TABLES:
        keys = getattr(city, name)["key"]
        assert len(np.unique(keys)) == len(keys)
        assert keys.max(initial=0) < (COMMUNITY_KEYS if name == "communities" else ENTITY_KEYS)
    assert (g["slots"] >= g["residents"]).all()
    assert len(city.units) == spec.stock.units
    at_work = people["employer"] >= 0
    assert np.array_equal(at_work, (people["flags"] & P.EMPLOYED) > 0)
    home = g["district"][people["grid"][at_work]]
    assert np.array_equal(home, city.units["district"][people["employer"][at_work]])


def check_firms(city):
    """Assert that firms and compounds agree and stay in their district."""
    served = city.compounds[city.compounds["firm"] >= 0]
    assert np.array_equal(np.bincount(served["firm"], minlength=len(city.firms)), city.firms["compounds"])
    assert np.array_equal(city.firms["district"][served["firm"]], served["district"])


def check_pieces(city):
    """Assert that no cell is used twice and every district, street and community is one piece."""
    height, width = city.shape
    g = city.grids
    assert g["x"].max() < width
    assert g["y"].max() < height
    assert len(np.unique(g["y"] * width + g["x"])) == len(g)
    for owner in ("district", "street", "community"):
        cells = np.full(city.shape, -1)
        cells[g["y"], g["x"]] = g[owner]
        for row, box in enumerate(ndimage.find_objects(cells + 1)):
            assert ndimage.label(cells[box] == row)[1] == 1, (owner, row)


def test_totals_offsets_and_keys(city):
    check_whole(city)
    check_firms(city)


def test_districts_streets_and_communities_are_in_one_piece(city):
    check_pieces(city)


def test_every_column_is_within_its_declared_bounds(city):
    for table in P.PLACE_TABLES[:-1]:
        table.check(getattr(city, table.name))
    for column in P.RESIDENTS.columns:
        values = city.residents[column.name]
        assert values.dtype == np.dtype(column.kind)
        assert values.min() >= column.low
        assert column.high is None or values.max() <= column.high


def test_people_match_the_shares_of_the_file(city):
    stock, flags, n = city.spec.stock, city.residents["flags"], len(city.residents["grid"])
    of = {bit: (flags & bit) > 0 for bit in (P.MEMBER, P.IN_SERVICE, P.REPORTED)}
    assert of[P.MEMBER].mean() == pytest.approx(stock.party_share, abs=4 / n**0.5)
    assert of[P.IN_SERVICE].sum() / of[P.MEMBER].sum() == pytest.approx(stock.in_service_share, abs=0.03)
    assert of[P.REPORTED].sum() / of[P.IN_SERVICE].sum() == pytest.approx(stock.reported_share, abs=0.03)
    assert not (of[P.REPORTED] & ~of[P.IN_SERVICE]).any()
    assert not (of[P.IN_SERVICE] & ~of[P.MEMBER]).any()
    assert city.residents["trust"].mean() == pytest.approx(0.6, abs=0.03)
    assert city.residents["participation"].mean() == pytest.approx(0.35, abs=0.03)
    assert (city.grids["kind"] == P.EXCLUSIVE).mean() == pytest.approx(stock.exclusive_share, abs=0.01)


def test_nanjing_has_its_published_totals():
    spec = load_spec("nanjing")
    sums = [spec.total(n) for n in ("residents", "streets", "urban_communities", "villages", "grids")]
    assert len(spec.districts) == 11
    assert sums == [9_314_685, 101, 589, 664, 12_400]
    rural = sum(d.rural_residents for d in spec.districts) / 9_314_685
    assert rural == pytest.approx(0.13, abs=0.01)


def test_shipped_cities_have_the_stock_of_their_files(city):
    stock, old = city.spec.stock, city.compounds["old"]
    assert [int((old == 1).sum()), int((old == 0).sum())] == [stock.old_compounds, stock.commercial_compounds]
    assert [len(city.firms), len(city.units)] == [stock.firms, stock.units]


def test_names_are_unique_in_both_languages():
    city = build_city(load_spec("gulou"), 1)
    for lang in ("zh", "en"):
        for table in ("districts", "streets", "communities", "grids"):
            names = [city.name_of(table, row, lang) for row in range(len(getattr(city, table)))]
            assert len(set(names)) == len(names)
    assert city.name_of("streets", 2) == "鼓楼区03街道"
    with pytest.raises(KeyError, match="firms"):
        city.name_of("firms", 0)


def test_seed_and_file_decide_the_city():
    first, again, other = (build_city(tiny_spec(), seed) for seed in (1, 1, 2))
    assert content(first) == content(again) != content(other)
    assert first.digest() == again.digest() != other.digest()
    assert build_city(tiny_spec(({"area_km2": 2.0},)), 1).digest() != first.digest()
    assert build_city(tiny_spec()).seed == tiny_spec().seed


SCRIPT = """
import importlib.util, pathlib, sys

sys.path.append(str(pathlib.Path(sys.argv[1]).parent))
spec = importlib.util.spec_from_file_location("cases", sys.argv[1])
cases = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cases)
print(cases.content(cases.build_city(cases.tiny_spec(({}, {"villages": 0, "rural_share": 0.0})), 7)))
"""


@pytest.mark.parametrize("change", [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"}, {"NUMBA_DISABLE_JIT": "1"}])
def test_another_process_builds_the_same_city(change):
    here = content(build_city(tiny_spec(({}, {"villages": 0, "rural_share": 0.0})), 7))
    command = [sys.executable, "-c", SCRIPT, __file__]
    ran = subprocess.run(command, env={**os.environ, **change}, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == here


@pytest.mark.parametrize(
    "spec",
    [
        tiny_spec(({"urban_communities": 0, "villages": 2, "rural_share": 1.0},)),
        tiny_spec(units=0),
        tiny_spec(old_compounds=0, commercial_compounds=0, firms=0),
        tiny_spec(exclusive_share=1.0),
        tiny_spec(({"villages": 0, "rural_share": 0.0, "grids": 2, "residents": 8},)),
    ],
    ids=["only villages", "no units", "no compounds", "as exclusive as can be", "smallest"],
)
def test_bare_cities_are_built(spec):
    city = build_city(spec, 1)
    check_whole(city)
    check_pieces(city)


def test_a_grid_with_too_many_residents_for_its_keys_is_refused():
    with pytest.raises(CityFileError, match="give its district more grids"):
        build_city(tiny_spec(({"residents": 3_000_000, "villages": 0, "rural_share": 0.0, "grids": 2},)), 1)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(districts(), min_size=1, max_size=4), st.integers(0, 2**31), st.integers(0, 40), st.integers(0, 40),
    st.integers(0, 30), st.integers(0, 60),
)  # fmt: skip
def test_random_small_cities_have_exact_totals(rows, seed, old, commercial, firms, units):
    spec = tiny_spec(rows, old_compounds=old, commercial_compounds=commercial, firms=firms, units=units)
    city = build_city(spec, seed)
    check_whole(city)
    check_firms(city)
    check_pieces(city)
