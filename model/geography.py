"""Where places lie: the grids of a city along one space-filling curve, every place a run of it.

Consecutive cells of the curve touch (see ``in_steps``), so a district, a street and a community, being runs, are
each in one piece and compact. The curve is the generalised Hilbert curve for rectangles (J. Cerveny, 2018), described
anew here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def lattice_shape(cells: int, ratio: float = 1.5) -> tuple[int, int]:
    """Return (height, width) of a lattice with at least ``cells`` cells; the longer side is even."""
    width = max(1, math.isqrt(max(1, int(cells / ratio))))
    height = -(-cells // width)
    if max(height, width) % 2:
        if height >= width:
            height += 1
        else:
            width += 1
    return height, width


def in_steps(height: int, width: int) -> bool:
    """Return whether all steps of the curve are single; else one is a diagonal, where a place could fall in two."""
    long, short = max(height, width), min(height, width)
    return long % 2 == 0 or short % 2 == 1 or short == 2


def curve(height: int, width: int) -> tuple[Ints, Ints]:
    """Return columns and rows of all cells of a lattice in the order of the curve, each of shape (cells,)."""
    xs: list[int] = []
    ys: list[int] = []
    tall = height >= width
    _walk(0, 0, (0, height) if tall else (width, 0), (width, 0) if tall else (0, height), xs, ys)
    return np.array(xs, dtype=np.int64), np.array(ys, dtype=np.int64)


Step = tuple[int, int]


def _half(v: Step) -> Step:
    return int(v[0] / 2), int(v[1] / 2)


def _unit(v: Step) -> Step:
    return (v[0] > 0) - (v[0] < 0), (v[1] > 0) - (v[1] < 0)


def _length(v: Step) -> int:
    return abs(v[0] + v[1])


def _even(half: Step, whole: Step) -> Step:
    """Lengthen an odd half by one, where the whole is longer than two."""
    if _length(half) % 2 and _length(whole) > 2:
        u = _unit(whole)
        return half[0] + u[0], half[1] + u[1]
    return half


def _walk(x: int, y: int, along: Step, across: Step, xs: list[int], ys: list[int]) -> None:
    """Fill the rectangle spanned by ``along`` and ``across`` from its corner (x, y), ending beside ``along``'s end."""
    a, b = _unit(along), _unit(across)
    length, breadth = _length(along), _length(across)
    if breadth == 1 or length == 1:
        step, n = (a, length) if breadth == 1 else (b, breadth)
        for k in range(n):
            xs.append(x + k * step[0])
            ys.append(y + k * step[1])
        return
    if 2 * length > 3 * breadth:
        first = _even(_half(along), along)
        _walk(x, y, first, across, xs, ys)
        _walk(x + first[0], y + first[1], (along[0] - first[0], along[1] - first[1]), across, xs, ys)
        return
    half, side = _half(along), _even(_half(across), across)
    _walk(x, y, side, half, xs, ys)
    _walk(x + side[0], y + side[1], along, (across[0] - side[0], across[1] - side[1]), xs, ys)
    _walk(
        x + along[0] - a[0] + side[0] - b[0], y + along[1] - a[1] + side[1] - b[1],
        (-side[0], -side[1]), (half[0] - along[0], half[1] - along[1]), xs, ys,
    )  # fmt: skip


def seat(keys: Ints, rows: Ints) -> int:
    """Return the grid where an office of these grids sits: the middle one, in the order of their keys."""
    return int(rows[np.argsort(keys[rows])][len(rows) // 2])
