"""Groups of categories and of department lines: they share out all lines, and follow the places reached."""

from __future__ import annotations

import numpy as np
import pytest
from policy_city import ALL, CITY, LINES, PLACES, setting

from cogov.scenarios.policies.topics import GROUPS, categories, lines_of, streets_of, topics

CATS = setting().catalogue


def test_groups_share_out_the_lines_and_their_categories():
    parts = [name for name in GROUPS if name != "all"]
    assert sorted(line for name in parts for line in GROUPS[name]) == list(GROUPS["all"]) == list(range(12))
    rows = [int(k) for name in parts for k in categories(setting(), name)]
    assert sorted(rows) == categories(setting(), "all").tolist() == list(range(len(CATS.rows)))


@pytest.mark.parametrize(("group", "some", "none"), [
    ("order", {"illegal_building", "noise"}, {"emergency"}), ("safety", {"emergency", "hazard"}, {"illegal_building"}),
])  # fmt: skip
def test_a_category_is_in_the_group_of_the_line_that_is_asked_first(group, some, none):
    found = {CATS.ids[k] for k in categories(setting(), group)}
    assert found == {name for name, row in zip(CATS.ids, CATS.rows, strict=True) if row["lines"][0] in GROUPS[group]}
    assert not found & none
    assert found & some


def test_levers_of_topics_are_each_category_in_each_place():
    n = len(CATS.rows)
    found = topics(setting(), np.array([3, 0]), np.array([2, 5]))
    assert found.tolist() == [3 * n + 2, 3 * n + 5, 2, 5]
    assert len(topics(setting(), ALL[:0], np.array([2]))) == 0


def test_lines_are_those_of_the_districts_reached_and_never_the_citys():
    district = int(PLACES["district"][0])
    found = lines_of(setting(), ALL[:1], "works")
    assert set(LINES["district"][found].tolist()) == {district}
    assert sorted(LINES["line"][found].tolist()) == [1, 5, 11]
    assert len(lines_of(setting(), ALL, "works")) == 3 * len(CITY.districts)


def test_a_street_is_reached_by_the_share_of_its_communities():
    rows, share = streets_of(setting(), ALL)
    assert rows.tolist() == list(range(len(CITY.streets)))
    assert (share == 1.0).all()
    first = np.flatnonzero(PLACES["street"] == PLACES["street"][0])
    rows, share = streets_of(setting(), first[:1])
    assert (rows.tolist(), share.tolist()) == ([PLACES["street"][0]], [1 / len(first)])
