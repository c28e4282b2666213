"""Which points share a label."""

from __future__ import annotations

from cogov.viz.labels import together


def test_labels_of_points_that_lie_together_are_one():
    groups = together([(100.0, 50.0), (101.0, 52.0), (400.0, 51.0), (110.0, 49.0)])
    assert [group for group, _ in groups] == [[0, 1, 3], [2]]
