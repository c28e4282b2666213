"""Maps of a comparison: dark where it takes long, hatched where it got slower."""

import re
from dataclasses import replace

import numpy as np
import pytest
from made_up_comparison import made

from cogov.viz import maps
from cogov.viz.words import LANGUAGES, w


@pytest.mark.parametrize("lang", LANGUAGES)
def test_maps_are_dark_for_long_and_hatched_for_slower(lang):
    comparison = made("baseline", "cadre_sinking", replications=3)
    base = comparison.grids["baseline"]
    slow = {**base, "solution_minutes": np.where(base["x"] < 3, 1.3, 0.9) * base["solution_minutes"]}
    some = replace(comparison, grids={"baseline": base, "cadre_sinking": slow})
    reference, change = maps.maps(some, lang)
    assert [f.name for f in (reference, change)] == ["maps", "maps-1"]
    areas = re.search(r'PathCollection_1">(.*?)</g>', reference.svg, re.DOTALL)[1]
    fills = re.findall(r"fill: (#[0-9a-f]{6})", areas)
    weights = {1: 0.2126, 3: 0.7152, 5: 0.0722}
    light = [sum(share * int(c[i : i + 2], 16) for i, share in weights.items()) for c in fills]
    assert light == sorted(light, reverse=True)
    assert len(light) > 3
    assert "pattern" not in reference.svg
    assert "pattern" in change.svg
    assert w("fig.hatched", lang) in change.svg
    for text in (w("fig.map_level_bar", lang, unit=""), w("fig.map_change_bar", lang, unit="")):
        assert text.strip("，, ") in change.svg
    fast = {**base, "solution_minutes": 0.9 * base["solution_minutes"]}
    assert "pattern" not in maps.maps(replace(comparison, grids={"baseline": base, "cadre_sinking": fast}), lang)[1].svg


@pytest.mark.parametrize("lang", LANGUAGES)
def test_levels_are_each_grids_own_where_grids_can_be_made_out_and_changes_those_of_communities(monkeypatch, lang):
    comparison = made("baseline", "cadre_sinking", replications=3)
    base = comparison.grids["baseline"]
    uneven = {**base, "solution_minutes": np.where(base["grid"] % 2, 1.9, 0.1) * base["solution_minutes"]}
    some = replace(comparison, grids={"baseline": base, "cadre_sinking": uneven})

    def drawn(name):
        """Return the areas of colours of a map, and its data."""
        figure = maps.maps(some, lang)[name]
        return re.search(r'PathCollection_1">(.*?)</g>', figure.svg, re.DOTALL)[1], figure.data, figure.alt

    areas, data, alt = drawn(1)
    assert w("note.each_grid", lang) in alt
    assert data.count("\ngrid,") == len(base["grid"])
    monkeypatch.setattr(maps, "MOST_GRIDS", len(base["grid"]) - 1)
    fewer, data, alt = drawn(1)
    assert "\ngrid," not in data
    assert w("note.each_community", lang) in alt
    assert len(fewer) < len(areas) / 2


def test_a_community_is_much_slower_where_it_takes_a_tenth_longer_than_in_the_reference():
    comparison = made("baseline", "cadre_sinking", replications=2)
    n = len(comparison.grids["baseline"]["grid"])
    community = np.arange(n) // 10
    odd = np.arange(n) % 2 == 1
    uneven = {"solution_minutes": np.where(odd, 1500.0, 500.0), "needs": np.full(n, 6.0)}
    base = {**comparison.grids["baseline"], "community": community, **uneven}
    longer = np.select([community == 1, community == 3, community == 4], [95.0, 105.0, 900.0], 0.0)
    after = {**base, "solution_minutes": base["solution_minutes"] + longer, "needs": np.where(odd, 1.0, 11.0)}
    some = replace(comparison, grids={"baseline": base, "cadre_sinking": after})
    assert maps.slower(some, some.others[0]) == (2, 11)
