"""Labels of points in a figure that would lie over each other."""

from __future__ import annotations

from collections.abc import Sequence

NEAR = (22.0, 14.0)
"""Points that are nearer than this, across and up, in pixels, share a label."""


def together(spots: Sequence[tuple[float, float]]) -> list[tuple[list[int], tuple[float, float]]]:
    """Return which points share a label, since theirs would lie over each other, and where it stands."""
    groups: list[tuple[list[int], tuple[float, float]]] = []
    for k, (x, y) in enumerate(spots):
        near = (g for g, (a, b) in groups if abs(x - a) < NEAR[0] + 10 * len(g) and abs(y - b) < NEAR[1])
        if (group := next(near, None)) is not None:
            group.append(k)
        else:
            groups.append(([k], (x, y)))
    return groups
