"""Which needs a policy is about: groups of categories by the department line that is asked first, and those lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ...model.interventions import Setting

GROUPS: dict[str, tuple[int, ...]] = {
    "all": tuple(range(12)),
    "order": (0, 2, 4, 6),
    "works": (1, 5, 11),
    "livelihood": (3, 7, 9, 10),
    "safety": (8,),
}
"""Codes of the lines of each group. Order: urban management, traffic, environment, market. Works: housing, water,
utilities. Livelihood: civil affairs, health, labour, justice and petitions. Safety: emergency management."""


def categories(setting: Setting, group: str) -> NDArray[np.int64]:
    """Return the rows of the categories whose first line belongs to a group."""
    return np.flatnonzero(np.isin(setting.catalogue.rows["lines"][:, 0], GROUPS[group]))


def topics(setting: Setting, reached: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of the levers of topics: these categories in each of these communities."""
    return (reached[:, np.newaxis] * len(setting.catalogue.rows) + rows).ravel()


def lines_of(setting: Setting, reached: NDArray[np.int64], group: str) -> NDArray[np.int64]:
    """Return the rows of a group's department lines in the districts of these communities."""
    lines = setting.city.lines
    here = np.isin(lines["district"], setting.city.communities["district"][reached])
    return np.flatnonzero(here & np.isin(lines["line"], GROUPS[group]))


def streets_of(setting: Setting, reached: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows of the streets of these communities, and the share of each street's communities among them."""
    streets = setting.city.streets
    n = np.bincount(setting.city.communities["street"][reached], minlength=len(streets))
    rows = np.flatnonzero(n)
    return rows, n[rows] / streets["n_communities"][rows]
