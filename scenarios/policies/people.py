"""From which department line the people of a policy come, and how many working days a month has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ...model.interventions import Setting

WORKDAYS_A_MONTH = 250 / 12
"""Statutory working days of a year (250) by month, by which hours a month become hours a working day."""


def home_lines(
    setting: Setting, instance: str, host: NDArray[np.int64], person: NDArray[np.int64], occasion: int
) -> NDArray[np.int64]:
    """Return the line row that lends each person, drawn in proportion to head-count.

    Lines of the host's own district lend, and those of the city, of whose people each district has an equal part.

    Args:
        setting: What the policy sees.
        instance: Policy instance that draws.
        host: Host community of each person, shape (people,).
        person: Number of each person within his host community.
        occasion: Keyed occasion of the draw.
    """
    lines, city = setting.city.lines, setting.city
    result = np.empty(len(host), dtype=np.int64)
    district = city.communities["district"][host]
    u = setting.uniforms(instance, city.communities["key"][host] << 12 | person, occasion)
    for d in np.unique(district):
        at = np.flatnonzero(district == d)
        own = np.flatnonzero((lines["district"] == d) | (lines["district"] == -1))
        part = np.where(lines["district"][own] == d, 1.0, 1.0 / max(1, len(city.districts)))
        seat = np.cumsum(lines["headcount"][own] * part)
        result[at] = own[np.searchsorted(seat / seat[-1], u[at], side="right").clip(0, len(own) - 1)]
    return result
