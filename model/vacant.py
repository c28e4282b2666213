"""Pools that have nobody at the start, in which policies may post people: an organisation that is yet to be founded."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .city import City
from .geography import seat
from .state import MASS, PROPERTY, SOCIAL


class Builder(Protocol):
    """Whatever adds pools."""

    def pool(self, kind: int, level: int, entity: int, **columns: int) -> int:
        """Add a pool and return its row."""
        ...


def vacant_pools(
    b: Builder, city: City, property_pool: NDArray[np.int64], social: NDArray[np.int64], mass: NDArray[np.int64]
) -> None:
    """Add what is missing: a property pool where there are compounds, social and mass organisations of each street.

    The tables are filled in place. These pools come last, so that they move no other's row.
    """
    for c in np.unique(city.compounds["community"]):
        if property_pool[c] < 0:
            compounds = np.flatnonzero(city.compounds["community"] == c)
            main = compounds[int(np.argmax(city.compounds["households"][compounds]))]
            property_pool[c] = b.pool(
                PROPERTY, 0, int(city.communities["key"][c]), community=int(c),
                grid=int(city.compounds["grid"][main]), **_place(city, int(city.communities["street"][c])),
            )  # fmt: skip
    for kind, pools in ((SOCIAL, social), (MASS, mass)):
        for s in np.flatnonzero(pools < 0):
            office = seat(city.grids["key"], np.flatnonzero(city.grids["street"] == s))
            pools[s] = b.pool(kind, 1, int(city.streets["key"][s]), grid=office, **_place(city, int(s)))


def _place(city: City, street: int) -> dict[str, int]:
    return {"street": street, "district": int(city.streets["district"][street])}
