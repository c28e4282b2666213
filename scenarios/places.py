"""The city of a scenario, and from the names in a ``where`` filter to its communities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .city_files import load_spec
from .errors import Problem, Reason, ScenarioError, listed
from .naming import Names
from .schema import GRID_KINDS
from .sentences import Both, t

if TYPE_CHECKING:
    from ..model.city import City
    from ..model.city_file import CitySpec

TABLES = {"district": "districts", "street": "streets", "community": "communities"}
"""Keys of a filter that name rows of a table of the city."""

Misfit = tuple[str, Reason, str, str | None]
"""What does not fit a city: key of the filter, reason, name, nearest name."""


@lru_cache(maxsize=1)
def load_city(city: str, digest: str) -> City:
    """Return a built city; the runs of a process share it, and none writes to it.

    Args:
        city: Shipped name, or path of a city file.
        digest: ``CitySpec.digest()`` of the file when the scenario was resolved.

    Raises:
        ScenarioError: When the file has changed since, or cannot be used.
    """
    from ..model.city import build_city

    spec = load_spec(city)
    if spec.digest() != digest:
        reason = t("the city file has changed since the scenario was loaded; load it again")
        raise ScenarioError(Problem(city, "", reason))
    return build_city(spec)


def check_districts(names: Sequence[str], spec: CitySpec) -> list[Misfit]:
    """Return what is wrong with names of districts, as can be told before the city is built."""
    return _misfits("district", names, _districts(spec), spec)


def share_a_place(
    one: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]], spec: CitySpec, build: Callable[[], City]
) -> bool:
    """Return whether a community passes both filters, whose names are all good.

    Args:
        one: A filter; see ``reach``.
        other: Another one.
        spec: Description of the city.
        build: Returns the built city, which only what lies below districts needs.
    """
    if not one or not other:
        return True
    if one.keys() | other.keys() <= {"district"}:
        known = _districts(spec)
        return bool({known.meant(name) for name in one["district"]} & {known.meant(name) for name in other["district"]})
    city = build()
    return bool((reach(one, city) & reach(other, city)).any())


def check_where(where: Mapping[str, Sequence[str]], city: City) -> list[Misfit]:
    """Return what is wrong with the names of a filter, in a built city."""
    wrong: list[Misfit] = []
    for level, names in where.items():
        if level in TABLES:
            wrong += _misfits(level, names, _names(level, city), city.spec)
    return wrong


def reach(where: Mapping[str, Sequence[str]], city: City, key: str = "where") -> NDArray[np.bool_]:
    """Return which communities pass a filter, shape (communities,).

    Args:
        where: Names by ``district``, ``street``, ``community`` and ``grid_kind``. A name is Chinese or English, with or
            without its kind (区, District), or the place's number in the city, counted from 1. A community passes when
            every key given holds; ``grid_kind`` holds when it has a grid of one of the kinds.
        city: The built city.
        key: Where the filter stands, for messages.

    Raises:
        ScenarioError: For a name that the city does not have, with the nearest one.
    """
    if wrong := check_where(where, city):
        raise ScenarioError(Problem("scenario", f"{key}.{level}", why, name, near=near)
                            for level, why, name, near in wrong)  # fmt: skip
    passed = np.ones(len(city.communities), dtype=np.bool_)
    owner = {"district": city.communities["district"], "street": city.communities["street"],
             "community": np.arange(len(city.communities))}  # fmt: skip
    for level, names in where.items():
        if level == "grid_kind":
            codes = [list(GRID_KINDS).index(kind) for kind in names]
            hit = np.zeros(len(passed), dtype=np.bool_)
            hit[city.grids["community"][np.isin(city.grids["kind"], codes)]] = True
            passed &= hit
        else:
            known = _names(level, city)
            passed &= np.isin(owner[level], [int(number) - 1 for name in names for number in known.meant(name)])
    return passed


def _districts(spec: CitySpec) -> Names:
    return Names({str(k): (d.zh, d.en) for k, d in enumerate(spec.districts, 1)}, places=True)


def _names(level: str, city: City) -> Names:
    """Return what the places of a table are called, by their numbers."""
    table = TABLES[level]
    return Names({str(row + 1): (city.name_of(table, row, "zh"), city.name_of(table, row, "en"))
                  for row in range(len(getattr(city, table)))}, places=True)  # fmt: skip


def _misfits(level: str, names: Sequence[str], known: Names, spec: CitySpec) -> list[Misfit]:
    found: list[Misfit] = []
    for name in (name for name in names if len(known.meant(name)) != 1):
        shown = [listed((both[k] for both in known.every.values()), most=12) for k in (0, 1)]
        reason = t("{city} has no such {level}; it has: {places}", city=Both(spec.zh, spec.en), level=t(level),
                   places=Both(shown[0].of("zh"), shown[1].of("en")))  # fmt: skip
        found.append((level, known.unknown(name, reason), name, known.nearest(name)))
    return found
