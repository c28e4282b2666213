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
