"""From which department line the people of a policy come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ...model.interventions import Setting


def home_lines(
    setting: Setting,
    instance: str,
    host: NDArray[np.int64],
    person: NDArray[np.int64],
    occasion: int,
    near: bool = False,
) -> NDArray[np.int64]:
    """Return the line row that lends each person, in proportion to head-count.

    Args:
        setting: What the policy sees.
        instance: Policy instance that draws.
        host: Host community of each person, shape (people,).
        person: Number of each person within his host community.
        occasion: Keyed occasion of the draw.
        near: Only lines of the host's own district; else also the city's, each district having its part of them.
    """
    lines, city = setting.city.lines, setting.city
    result = np.empty(len(host), dtype=np.int64)
    district = city.communities["district"][host]
    u = setting.uniforms(instance, city.communities["key"][host] << 12 | person, occasion)
    for d in np.unique(district):
        at = np.flatnonzero(district == d)
        own = np.flatnonzero((lines["district"] == d) | ((lines["district"] == -1) & (not near)))
        mass = np.where(lines["district"][own] == d, 1.0, 1.0 / max(1, len(city.districts)))
        seat = np.cumsum(lines["headcount"][own] * mass)
        result[at] = own[np.searchsorted(seat / seat[-1], u[at], side="right").clip(0, len(own) - 1)]
    return result
