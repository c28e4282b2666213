"""The shapes that a map is drawn of: communities as outlines of their cells in the city's lattice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

Grids = Mapping[str, NDArray[Any]]
Corner = tuple[int, int]


def cells(grids: Grids) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return column and row of each grid in the lattice, from 0."""
    places = []
    for axis in ("x", "y"):
        values = np.asarray(grids[axis], dtype=np.float64)
        steps = np.diff(np.unique(values))
        places.append(np.rint((values - values.min()) / (steps.min() if len(steps) else 1.0)).astype(np.int64))
    return places[0], places[1]


def outlines(grids: Grids, place: str = "community") -> tuple[NDArray[Any], list[Path]]:
    """Return the places of a level, sorted, and the outline of each around the centres of its cells."""
    x, y = cells(grids)
    names, row = np.unique(grids[place], return_inverse=True)
    members: list[set[Corner]] = [set() for _ in names]
    for i, cell in zip(row.tolist(), zip(x.tolist(), y.tolist(), strict=True), strict=True):
        members[i].add(cell)
    return names, [_outline(of) for of in members]


def joined_path(paths: Sequence[Path]) -> Path:
    """Return several outlines as one path."""
    return Path(np.concatenate([p.vertices for p in paths]), np.concatenate([np.asarray(p.codes) for p in paths]))


def _outline(members: set[Corner]) -> Path:
    """Return the loops around some cells, corners only; a hole runs the other way round."""
    follow: dict[Corner, list[Corner]] = {}
    for x, y in sorted(members):
        sides = (((x, y - 1), (x, y), (x + 1, y)), ((x + 1, y), (x + 1, y), (x + 1, y + 1)),
                 ((x, y + 1), (x + 1, y + 1), (x, y + 1)), ((x - 1, y), (x, y + 1), (x, y)))  # fmt: skip
        for neighbour, start, end in sides:
            if neighbour not in members:
                follow.setdefault(start, []).append(end)
    points: list[tuple[float, float]] = []
    codes: list[Any] = []
    while follow:
        start = min(follow)
        loop, at = [start], start
        while True:
            ends = follow[at]
            following = ends.pop()
            if not ends:
                del follow[at]
            at = following
            if at == start:
                break
            loop.append(at)
        turns = [b for a, b, c in zip([loop[-1], *loop], loop, [*loop[1:], loop[0]], strict=False)
                 if (b[0] - a[0]) * (c[1] - b[1]) != (b[1] - a[1]) * (c[0] - b[0])]  # fmt: skip
        points += [(px - 0.5, py - 0.5) for px, py in (*turns, turns[0])]
        codes += [Path.MOVETO, *[Path.LINETO] * (len(turns) - 1), Path.CLOSEPOLY]
    return Path(points, codes)
