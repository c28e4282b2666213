"""Outlines of places: just their cells, holes taken off."""

import numpy as np

from cogov.viz.map_cells import cells, joined_path, outlines


def area(path):
    """Return the area that the loops of an outline enclose, holes taken off."""
    total, loop = 0.0, []
    for point, code in zip(path.vertices.tolist(), path.codes.tolist(), strict=True):
        loop = [point] if code == 1 else [*loop, point]
        if code == 79:
            pairs = zip(loop, [*loop[1:], loop[0]], strict=True)
            total += sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2
    return total


def test_outlines_enclose_just_their_cells():
    lattice = np.random.default_rng(3).integers(0, 4, (9, 9))
    lattice[3:6, 3:6] = 7
    lattice[4, 4] = 5  # in a ring
    y, x = np.indices(lattice.shape)
    names, paths = outlines({"x": x.ravel(), "y": y.ravel(), "community": lattice.ravel()})
    assert names.tolist() == sorted(np.unique(lattice).tolist())
    assert [area(path) for path in paths] == [float((lattice == name).sum()) for name in names]


def test_cells_count_from_zero_in_steps_of_the_lattice():
    x, y = cells({"x": np.array([2.5, 3.5, 5.5]), "y": np.array([10, 20, 10])})
    assert (x.tolist(), y.tolist()) == ([0, 1, 3], [0, 1, 0])
    one = cells({"x": np.array([7]), "y": np.array([9])})
    assert [axis.tolist() for axis in one] == [[0], [0]]


def test_an_outline_has_corners_only_and_runs_around_the_centres_of_its_cells():
    _, (path,) = outlines({"x": np.array([0, 1, 2]), "y": np.zeros(3), "community": np.zeros(3, dtype=int)})
    assert sorted(set(map(tuple, path.vertices.tolist()))) == [(-0.5, -0.5), (-0.5, 0.5), (2.5, -0.5), (2.5, 0.5)]
    assert len(path.vertices) == 5


def test_several_outlines_are_one_path_of_as_many_loops():
    grids = {"x": np.array([0, 3]), "y": np.zeros(2), "community": np.array([0, 1])}
    _, paths = outlines(grids)
    whole = joined_path(paths)
    assert (whole.codes == 1).sum() == 2
    assert area(whole) == sum(map(area, paths))


def test_streets_can_be_outlined_instead():
    grids = {
        "x": np.array([0, 1, 5]),
        "y": np.zeros(3),
        "community": np.array([0, 1, 2]),
        "street": np.array([4, 4, 9]),
    }
    names, paths = outlines(grids, "street")
    assert names.tolist() == [4, 9]
    assert [area(path) for path in paths] == [2.0, 1.0]
