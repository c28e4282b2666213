"""What the places of a city are called in reports, and the table of the communities that changed most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..experiments.comparison import Comparison
from ..experiments.statistics import MATTERS
from ..model.measures import measure_of
from ..scenarios.city_files import load_spec
from .blocks import Cell, Sheet, number, sheet
from .map_cells import Grids
from .numbers import fixed, percent, row_scales
from .words import w

if TYPE_CHECKING:
    from ..model.city_file import CitySpec

MOST = 5
"""Most communities that are named for each direction."""
LEAST_NEEDS = 30
"""Needs of a run that a community has to have to be named: the mean of a few says little."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Places:
    """The communities of a city in their order, with the street and the district that each lies in.

    Attributes:
        ids: Communities, as tables call them.
        first: Row of the first grid of each.
        streets: Street of each.
        districts: District of each.
        numbers: Number of each within its street, counted from 1.
        street_numbers: Number of its street within its district, counted from 1.
        rural: Whether it is a village.
    """

    ids: NDArray[np.int64]
    first: NDArray[np.int64]
    streets: NDArray[np.int64]
    districts: NDArray[np.int64]
    numbers: NDArray[np.int64]
    street_numbers: NDArray[np.int64]
    rural: NDArray[np.bool_]

    @classmethod
    def of(cls, grids: Grids) -> Places:
        """Read the places off a table of grids."""
        ids, first, row = np.unique(grids["community"], return_index=True, return_inverse=True)
        streets, districts = grids["street"][first], grids["district"][first]
        villages = np.bincount(row, grids["kind"] == "village") > 0 if "kind" in grids else np.zeros(len(ids), bool)
        return cls(ids, first, streets, districts, _within(ids, streets), _within(streets, districts), villages)

    def streets_named(self, districts: Sequence[str], lang: str) -> list[str]:
        """Return the name of each community's street, as the model calls it, or its id where names are not known."""
        if not districts:
            return [w("place.street_id", lang, id=street) for street in self.streets.tolist()]
        return [w("place.street", lang, district=districts[d], number=f"{n:02d}")
                for d, n in zip(self.districts.tolist(), self.street_numbers.tolist(), strict=True)]  # fmt: skip

    def named(self, districts: Sequence[str], lang: str) -> list[str]:
        """Return the name of each community, as the model calls it, or its id where names are not known."""
        if not districts:
            return [w("place.community_id", lang, id=community) for community in self.ids.tolist()]
        kinds = [f"place.{'village' if rural else 'community'}" for rural in self.rural.tolist()]
        return [w(kind, lang, street=street, number=f"{n:02d}")
                for kind, street, n in zip(kinds, self.streets_named(districts, lang), self.numbers.tolist(),
                                           strict=True)]  # fmt: skip


def _within(places: NDArray[np.int64], wholes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of each place within the whole that it lies in: a whole's places follow one another."""
    kinds, row = np.unique(wholes, return_inverse=True)
    least = np.full(len(kinds), np.iinfo(np.int64).max)
    np.minimum.at(least, row, places)
    return np.asarray(places - least[row] + 1, dtype=np.int64)


def city_spec(resolved: Mapping[str, Any]) -> CitySpec | None:
    """Return the city file of a scenario in full; nothing if it is not at hand, or not the one that it was."""
    try:
        spec = load_spec(str(resolved["city"]))
    except (ValueError, OSError):  # a report can be drawn where a city file of the user's own is not at hand
        return None
    return spec if spec.digest() == resolved.get("city_digest") else None


def names_of_districts(comparison: Comparison, lang: str) -> list[str]:
    """Return the names of the city's districts; none if its file is not known."""
    spec = city_spec(comparison.baseline.resolved)
    return [getattr(district, lang) for district in spec.districts] if spec else []


def by_community(grids: Grids, value: str, weights: Grids) -> Floats:
    """Return the mean of a column over the grids of each community, weighted by needs, given back to each grid.

    The weights come from one table for all, so that a difference is one of values and not of weights.
    """
    values = np.asarray(grids[value], dtype=np.float64)
    weight = np.asarray(weights["needs"], dtype=np.float64) if "needs" in weights else np.ones(len(values))
    weight = np.where(np.isfinite(values), weight, 0.0)
    _, place = np.unique(weights["community"], return_inverse=True)
    total = np.bincount(place, weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place, weight * np.nan_to_num(values)) / total
    return np.asarray(mean[place], dtype=np.float64)


def needs_of(grids: Grids) -> Floats:
    """Return the needs of each community in a run, a mean over runs."""
    _, place = np.unique(grids["community"], return_inverse=True)
    return np.asarray(np.bincount(place, np.asarray(grids["needs"], dtype=np.float64)), dtype=np.float64)


def most_changed(comparison: Comparison, scenario: str, lang: str, value: str = "solution_minutes") -> Sheet | None:
    """Return the communities that a scenario makes slower, and faster, by most: the slower ones first.

    Only those with `LEAST_NEEDS` whose change matters are named; nothing if there is none of them, or if the runs have
    no such value.
    """
    base = comparison.grids[comparison.baseline.id]
    if not {value, "needs", "community", "street", "district"} <= base.keys():
        return None
    places, needs = Places.of(base), needs_of(base)
    before, after = (by_community(comparison.grids[s], value, base)[places.first]
                     for s in (comparison.baseline.id, scenario))  # fmt: skip
    change = np.where(needs >= LEAST_NEEDS, after - before, np.nan)
    order = [int(i) for i in np.argsort(-change, kind="stable") if np.isfinite(change[i])]
    slow = [i for i in order if change[i] >= MATTERS * before[i]][:MOST]
    fast = [i for i in reversed(order) if change[i] <= -MATTERS * before[i]][:MOST]
    if not slow and not fast:
        return None
    names = places.named(names_of_districts(comparison, lang), lang)
    chosen = [*slow, *fast]
    level, scale = row_scales(measure_of("solution_minutes.mean"), lang, before[chosen], change[chosen])
    rows: list[list[Cell]] = []
    for heading, some in (("slower", slow), ("faster", fast)):
        rows.append([Cell(w(f"place.{heading}" if some else f"place.none_{heading}", lang))])
        for i in some:
            moved = scale.with_unit(scale.signed(float(change[i])), lang)
            rows.append([Cell(names[i], w("place.id", lang, id=int(places.ids[i]))), number(fixed(float(needs[i]), 0)),
                         *(number(level.with_unit(level.value(float(x[i])), lang)) for x in (before, after)),
                         Cell(moved, percent(float(change[i] / before[i])), "number")])  # fmt: skip
    heads = [w(f"column.{key}", lang) for key in ("community", "needs_of_run", "before", "after", "difference")]
    return sheet(heads, rows)


def looked_at(comparison: Comparison) -> tuple[int, int]:
    """Return how many communities have `LEAST_NEEDS`, and how many there are."""
    needs = needs_of(comparison.grids[comparison.baseline.id])
    return int((needs >= LEAST_NEEDS).sum()), len(needs)
