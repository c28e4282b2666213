"""What places are called in reports, and the communities that changed most."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.model.city import build_city
from cogov.scenarios.city_files import load_spec
from cogov.scenarios.schema import GRID_KINDS
from cogov.viz import maps, places
from cogov.viz.sections import findings


def grids_of(city):
    """Return the places of a city as a run's table of grids has them."""
    table = {name: city.grids[name].copy() for name in ("community", "street", "district")}
    return table | {"kind": np.array(list(GRID_KINDS))[city.grids["kind"]]}


@pytest.fixture(scope="module")
def lishui():
    return build_city(load_spec("lishui"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_places_are_called_as_the_city_and_a_filter_of_places_call_them(lishui, lang):
    found = places.Places.of(grids_of(lishui))
    districts = [getattr(d, lang) for d in lishui.spec.districts]
    assert found.named(districts, lang) == [
        lishui.name_of("communities", k, lang) for k in range(len(lishui.communities))
    ]
    streets = [lishui.name_of("streets", int(s), lang) for s in lishui.communities["street"]]
    assert found.streets_named(districts, lang) == streets
    assert any(found.rural)
    assert not all(found.rural)


def test_several_districts_have_streets_that_are_counted_within_each():
    grids = {
        "community": np.array([0, 1, 2, 3]),
        "street": np.array([0, 0, 1, 2]),
        "district": np.array([0, 0, 0, 1]),
        "kind": np.array(["old", "commercial", "village", "old"]),
    }
    found = places.Places.of(grids)
    assert found.named(["甲区", "乙区"], "zh") == [
        "甲区01街道01社区",
        "甲区01街道02社区",
        "甲区02街道01村",
        "乙区01街道01社区",
    ]
    assert found.named([], "en") == [f"Community with id {k}" for k in range(4)]


def test_communities_differ_in_their_values_and_not_in_where_their_needs_arise():
    place = np.array([4, 4, 9])
    base = {"community": place, "minutes": np.array([100.0, 500.0, 70.0]), "needs": np.array([3.0, 1.0, 2.0])}
    moved = {**base, "needs": np.array([1.0, 3.0, 2.0])}
    assert places.by_community(base, "minutes", base).tolist() == [200.0, 200.0, 70.0]
    assert places.by_community(moved, "minutes", base).tolist() == [200.0, 200.0, 70.0]


@pytest.fixture(scope="module")
def comparison():
    """Return a comparison in which five communities of sixty needs each are known to change.

    In all of them needs arise elsewhere than in the reference, where grids take longer anyway: that is no change.
    """
    made = compare([FakeScenario("baseline"), FakeScenario("cadre_sinking")], replications=3, workers=1, engine=engine)
    base = dict(made.grids["baseline"])
    n = len(base["grid"])
    base["community"], base["street"], base["district"] = np.arange(n) // 10, np.arange(n) // 50, np.zeros(n, np.int64)
    odd = np.arange(n) % 2 == 1
    base["solution_minutes"], base["needs"] = np.where(odd, 1500.0, 500.0), np.full(n, 6.0)
    after = dict(base, solution_minutes=base["solution_minutes"].copy(), needs=np.where(odd, 9.0, 3.0))
    for community, change in ((2, 300.0), (3, -500.0), (4, 20.0), (5, 6.0), (7, 900.0)):
        after["solution_minutes"][base["community"] == community] += change
    base["needs"][base["community"] == 7] = 1.0  # ten needs: too few to be named
    return replace(made, grids={"baseline": base, "cadre_sinking": after})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_those_that_changed_most_are_named_slower_ones_first_and_few_needs_are_left_out(comparison, lang):
    table = places.most_changed(comparison, "cadre_sinking", lang)
    heads, rows = [row[0].text for row in table.rows if len(row) == 1], [row for row in table.rows if len(row) > 1]
    assert heads == [places.w("place.slower", lang), places.w("place.faster", lang)]
    assert [row[0].below for row in rows] == [places.w("place.id", lang, id=k) for k in (2, 4, 3)]
    assert [row[4].below for row in rows] == ["+30.0%", "+2.0%", "−50.0%"]
    assert rows[0][1].text == "60"
    assert len({len(row) for row in rows} | {len(table.heads)}) == 1
    assert places.looked_at(comparison) == (10, 11)


def test_without_enough_needs_anywhere_none_is_named(comparison):
    few = {s: {**grids, "needs": np.full(len(grids["grid"]), 0.1)} for s, grids in comparison.grids.items()}
    assert places.most_changed(replace(comparison, grids=few), "cadre_sinking", "en") is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_stands_below_its_map_and_says_what_it_is_worth(comparison, lang):
    blocks = findings(comparison, lang)["maps"]
    assert [block.kind for block in blocks] == ["note", "note", "figure", "figure", "note", "sheet"]
    assert ("3 次重复" if lang == "zh" else "over 3 replications") in blocks[1].text
    alone = findings(replace(comparison, seeds=(1,)), lang)["maps"]
    assert ("只有一次重复" if lang == "zh" else "one replication only") in alone[1].text


def test_the_data_of_maps_name_communities_and_streets_in_both_languages(comparison):
    plain = {**comparison.baseline.resolved, "city": "street", "city_digest": load_spec("street").digest()}
    known = replace(comparison, scenarios=(replace(comparison.baseline, resolved=plain), *comparison.others))
    _, figure = maps.maps(known, "en")
    rows = list(csv.DictReader(io.StringIO(figure.data)))
    district = load_spec("street").districts[0]
    assert rows[0]["community_zh"].startswith(f"{district.zh}01街道01")
    assert rows[0]["community_en"].startswith(f"{district.en} Street 01, ")
    assert [row["community"] for row in rows if row["level"] == "community"] == [str(k) for k in range(11)]
    unknown = list(csv.DictReader(io.StringIO(maps.maps(comparison, "en")[1].data)))
    assert "community_zh" not in unknown[0]
    assert unknown[0]["needs"] == "60"
    assert unknown[0]["solution_minutes.baseline"] == unknown[0]["solution_minutes.cadre_sinking"]
