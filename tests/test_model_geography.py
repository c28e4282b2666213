"""The lattice and its curve: known small cases, where it starts and ends, and that runs of it are compact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogov.model.geography import curve, in_steps, lattice_shape


@pytest.mark.parametrize(("cells", "shape"), [(1, (2, 1)), (2, (2, 1)), (6, (4, 2)), (100, (14, 8)),
                                              (12_400, (138, 90))])  # fmt: skip
def test_lattices_of_known_sizes(cells, shape):
    height, width = lattice_shape(cells)
    assert (height, width) == shape
    assert height * width >= cells


@given(st.integers(1, 20_000))
def test_a_lattice_wastes_at_most_about_two_rows(cells):
    height, width = lattice_shape(cells)
    assert 0 <= height * width - cells < 2 * max(height, width)
    assert max(height, width) % 2 == 0


def test_the_smallest_curves():
    assert [c.tolist() for c in curve(1, 1)] == [[0], [0]]
    assert [c.tolist() for c in curve(1, 4)] == [[0, 1, 2, 3], [0, 0, 0, 0]]
    assert [c.tolist() for c in curve(4, 1)] == [[0, 0, 0, 0], [0, 1, 2, 3]]
    assert [c.tolist() for c in curve(2, 2)] == [[0, 1, 1, 0], [0, 0, 1, 1]]


@pytest.mark.parametrize(("height", "width", "end"), [(8, 8, (0, 7)), (14, 8, (0, 13)), (8, 14, (13, 0))])
def test_the_curve_starts_in_a_corner_and_ends_at_the_other_end_of_the_longer_side(height, width, end):
    x, y = curve(height, width)
    assert (x[0], y[0]) == (0, 0)
    assert (x[-1], y[-1]) == end


@pytest.mark.parametrize(("height", "width", "single"), [
    (4, 3, True), (3, 4, True), (5, 4, False), (5, 3, True), (5, 2, True),
])  # fmt: skip
def test_where_the_steps_are_single(height, width, single):
    assert in_steps(height, width) == single


def test_runs_of_the_curve_are_compact():
    """A run of 64 cells fits in a box of at most four times its size; a snake of rows would need a long one."""
    x, y = curve(48, 32)
    for start in range(0, len(x) - 64, 64):
        run = slice(start, start + 64)
        assert (np.ptp(x[run]) + 1) * (np.ptp(y[run]) + 1) <= 4 * 64


@given(st.integers(1, 45), st.integers(1, 45))
def test_steps_of_the_curve_are_single_just_where_said(height, width):
    x, y = curve(height, width)
    single = bool((np.abs(np.diff(x)) + np.abs(np.diff(y)) == 1).all())
    assert single == in_steps(height, width)


@given(st.integers(1, 700))
def test_the_curve_visits_every_cell_by_single_steps(cells):
    height, width = lattice_shape(cells)
    x, y = curve(height, width)
    assert height * width >= cells
    assert sorted(zip(x, y, strict=True)) == [(a, b) for a in range(width) for b in range(height)]
    assert (np.abs(np.diff(x)) + np.abs(np.diff(y)) == 1).all()
