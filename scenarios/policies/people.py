"""From which department lines people and hours of a policy come, and how hours a month become hours a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ...model.city import City
    from ...model.interventions import Setting

DUTY_SHARE = 5.0 / 7.0
"""Share of a roster on duty on a day: five days of seven."""
WORKDAYS_A_MONTH = 250 / 12
"""Statutory working days of a year (250) by month, by which hours a month become hours a working day."""
MINUTES_A_DAY = 60.0 * 12 / 365
"""Minutes a day, weekends included, of one hour a month: overhead of a pool is asked of every day."""


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
    city = setting.city
    result = np.empty(len(host), dtype=np.int64)
    district = city.communities["district"][host]
    u = setting.uniforms(instance, city.communities["key"][host] << 12 | person, occasion)
    for d in np.unique(district):
        at = np.flatnonzero(district == d)
        own, heads = heads_of_lines(city, d)
        seat = np.cumsum(heads)
        result[at] = own[np.searchsorted(seat / seat[-1], u[at], side="right").clip(0, len(own) - 1)]
    return result


def heads_of_lines(city: City, district: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows of the lines that serve a district and their heads, of the city's lines its equal part."""
    lines = city.lines
    own = np.flatnonzero((lines["district"] == district) | (lines["district"] == -1))
    part = np.where(lines["district"][own] == district, 1.0, 1.0 / max(1, len(city.districts)))
    return own, lines["headcount"][own] * part


def staffed(setting: Setting, reached: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the pools that serve these communities: those of their nets and their own."""
    return np.unique(setting.nets[reached])


def over_lines(city: City, hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spread hours that communities hand over, shape (communities,), on the lines that serve them, by heads."""
    result = np.zeros(len(city.lines))
    by_district = np.bincount(city.communities["district"], hours, minlength=len(city.districts))
    for d in np.flatnonzero(by_district > 0.0):
        own, heads = heads_of_lines(city, int(d))
        result[own] += by_district[d] * heads / heads.sum()
    return result


def star(pools: NDArray[np.int64], some: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the pairs that join the pools of each row, those in ``some``, to the first of them, shape (pairs, 2).

    Args:
        pools: Pools, one group a row, shape (groups, n).
        some: Which of them are joined, the same shape.
    """
    group, at = np.nonzero(some)
    first = pools[np.arange(len(pools)), np.argmax(some, axis=1)] if len(pools) else np.empty(0, dtype=np.int64)
    pairs = np.column_stack([first[group], pools[group, at]])
    return np.asarray(pairs[pairs[:, 0] != pairs[:, 1]])
