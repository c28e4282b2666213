"""What a city file says about a city, and what has to fit together in it.

This is the form and its rules; `scenarios.city_files` reads the files and says what is wrong, line by line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from .geography import in_steps

TOTALS = ("residents", "streets", "urban_communities", "villages", "communities", "grids")
"""Columns of districts whose sum a city file may state."""

SMALLEST = 8
"""Fewest residents of a community or village."""

LARGEST_GRID = 100_000
"""Most residents a grid may have on average; a governance grid has some hundreds."""

COMMUNITY_KEYS, ENTITY_KEYS = 1 << 17, 1 << 23
"""Keys of communities and of all other entities stay below these: the engine packs them into larger keys."""

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
Positive = Annotated[int, Field(ge=1, le=100_000_000)]

Misfit = tuple[tuple[str | int, ...], str, dict[str, Any]]
"""What does not fit: path of the key, English template of the reason, what fills its gaps."""


class CityFileError(ValueError):
    """A city that cannot be built although its file has the right form."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Name(_Part):
    """A name in both languages."""

    zh: str = Field(min_length=1, max_length=60, description="Chinese name")
    en: str = Field(min_length=1, max_length=60, description="English name")


class Staff(_Part):
    """How many people work for the city's organisations."""

    full_time_grid_workers: Positive = Field(description="full-time grid workers in the whole city")
    part_time_grid_workers: Count = Field(description="part-time grid workers in the whole city")
    community_workers: Positive = Field(description="community workers in the whole city")
    street_staff: int = Field(ge=3, le=100_000, description="staff of one street")
    district_officials: int = Field(
        ge=12, le=10_000_000, description="officials of all districts together, split by residents"
    )
    city_officials: int = Field(ge=12, le=10_000_000, description="officials of the city's own departments")
    social_workers: int = Field(ge=0, le=10_000, description="field staff of social organisations in one street")
    mass_volunteers: int = Field(
        default=0, ge=0, le=10_000, description="volunteers of women's federation, youth league and union in one street"
    )
    hotline_seats_day: int = Field(ge=1, le=100_000, description="seats of the hotline by day")
    hotline_seats_night: int = Field(ge=1, le=100_000, description="seats of the hotline by night")
    line_utilisation: float = Field(
        default=0.85, ge=0, le=1, description="share of the officials' time that their own line work takes"
    )


class Stock(_Part):
    """Housing, property firms, units and people of the city as a whole.

    Units are made in exactly the number given, compounds too if any grid is of their kind (else none). Firms are as
    many as given but never more than the compounds that have one; a district whose part of the firms rounds to none
    has none, and neither have its compounds.
    """

    old_compounds: Count = Field(description="old compounds")
    commercial_compounds: Count = Field(description="commercial-housing compounds")
    firms: Count = Field(description="property firms")
    units: Count = Field(description="units (employers and institutions)")
    exclusive_share: Share = Field(default=0.25, description="share of grids that are exclusive, of a unit or a market")
    old_grid_share: Share = Field(default=0.18, description="share of the other urban grids that are of old compounds")
    managed_commercial: Share = Field(default=0.95, description="share of commercial compounds with a property firm")
    managed_old: Share = Field(default=0.35, description="share of old compounds with a property firm")
    committees_commercial: Share = Field(default=0.40, description="share of commercial compounds with a committee")
    committees_old: Share = Field(default=0.15, description="share of old compounds with a committee")
    household_size: float = Field(default=2.98, ge=1, le=10, description="persons in a household")
    party_share: float = Field(default=0.08, ge=0, le=0.5, description="share of residents who are party members")
    in_service_share: Share = Field(default=0.47, description="share of party members who are in service, about")
    reported_share: Share = Field(default=0.60, description="share of in-service members who reported at home")
    employed_share: Share = Field(
        default=0.55, description="how common work is: 1.2 times this share of those aged 15 to 59"
    )


class District(_Part):
    """One district; streets and communities are named by number."""

    name: Name = Field(description="name of the district in both languages")
    residents: Positive = Field(description="residents of the district")
    area_km2: float = Field(gt=0, le=100_000, description="area of the district, square kilometres")
    streets: Positive = Field(description="streets and towns of the district")
    urban_communities: Count = Field(description="urban communities of the district")
    villages: Count = Field(description="villages of the district")
    grids: Positive = Field(description="governance grids of the district")
    rural_share: Share = Field(default=0.0, description="share of the district's residents who live in villages")

    @property
    def zh(self) -> str:
        """Chinese name."""
        return self.name.zh

    @property
    def en(self) -> str:
        """English name."""
        return self.name.en

    @property
    def communities(self) -> int:
        """Urban communities and villages together."""
        return self.urban_communities + self.villages

    @property
    def rural_residents(self) -> int:
        """Residents of its villages."""
        return round(self.residents * self.rural_share) if self.villages else 0


class CitySpec(_Part):
    """A city as its file describes it; districts stand in the order in which they lie along the city."""

    format: int = Field(ge=1, le=1, description="version of the form of city files")
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="name of the city for the program")
    name: Name = Field(description="name of the city in both languages")
    seed: int = Field(default=1, ge=0, le=2**31, description="seed of the draws that build the city")
    lattice: Annotated[list[Positive], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="height and width of the lattice, in cells; chosen by the program if left out"
    )
    totals: dict[str, int] = Field(default={}, description="sums that the districts must add up to")
    staff: Staff = Field(description="how many people work for the city's organisations")
    stock: Stock = Field(description="housing, firms, units and people of the city as a whole")
    district: Annotated[list[District], Field(min_length=1, max_length=1000)] = Field(
        description="the districts, in the order in which they lie along the city"
    )
    sources: dict[str, str] = Field(default={}, description="where the figures come from, for readers")

    @property
    def zh(self) -> str:
        """Chinese name."""
        return self.name.zh

    @property
    def en(self) -> str:
        """English name."""
        return self.name.en

    @property
    def districts(self) -> list[District]:
        """The districts, in order."""
        return self.district

    def total(self, what: str) -> int:
        """Return the sum of a whole-number column over districts."""
        return sum(int(getattr(d, what)) for d in self.district)

    def digest(self) -> str:
        """Return a content hash of everything in the file that shapes the city."""
        text = self.model_dump_json(exclude={"sources", "totals"})
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def misfits(self) -> list[Misfit]:
        """Return what does not fit together, which the types and ranges of single keys cannot tell."""
        found = list(_same_names(self.district))
        for k, district in enumerate(self.district):
            found += [(("district", k, key), reason, gaps) for key, reason, gaps in _of_district(district)]
        return [*found, *_of_totals(self), *_of_lattice(self), *_too_many(self)]


def _same_names(districts: list[District]) -> Iterator[Misfit]:
    met: set[str] = set()
    for k, district in enumerate(districts):
        for lang, name in (("zh", district.zh), ("en", district.en)):
            if name in met:
                yield ("district", k, "name", lang), "two districts have this name", {}
        met |= {district.zh, district.en}


def _of_district(d: District) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield key, reason and gaps of what does not fit in a district."""
    if d.communities < d.streets:
        yield (
            "streets", "has only {communities} communities and villages; each street needs one",
            {"communities": d.communities},
        )  # fmt: skip
    if d.grids < 2 * d.communities:
        yield (
            "grids", "must be at least {least}, twice the {communities} communities and villages",
            {"least": 2 * d.communities, "communities": d.communities},
        )  # fmt: skip
    if not 4 * d.grids <= d.residents <= LARGEST_GRID * d.grids:
        yield (
            "residents", "must be {least} to {most}, 4 to {each} for each of the {grids} grids",
            {"least": 4 * d.grids, "most": LARGEST_GRID * d.grids, "each": LARGEST_GRID, "grids": d.grids},
        )  # fmt: skip
        return
    if (d.rural_share > 0) != (d.villages > 0):
        yield (
            "rural_share", "must be above zero just where there are villages; there are {villages}",
            {"villages": d.villages},
        )  # fmt: skip
    elif d.rural_share == 1 and d.urban_communities > 0:
        yield "rural_share", "must be below 1, for there are {urban} urban communities", {"urban": d.urban_communities}
    elif d.rural_share < 1 and d.urban_communities == 0:
        yield "rural_share", "must be 1, for there are no urban communities", {}
    else:
        yield from _split(d)


def _split(d: District) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what is wrong with the split of a district's residents over villages and urban communities."""
    rural = d.rural_residents
    if d.villages and rural < SMALLEST * d.villages:
        yield (
            "rural_share", "leaves {people} residents for {n} villages; each needs at least {least}",
            {"people": rural, "n": d.villages, "least": SMALLEST},
        )  # fmt: skip
    if d.urban_communities and d.residents - rural < SMALLEST * d.urban_communities:
        yield (
            "rural_share", "leaves {people} residents for {n} urban communities; each needs at least {least}",
            {"people": d.residents - rural, "n": d.urban_communities, "least": SMALLEST},
        )  # fmt: skip


def _of_totals(spec: CitySpec) -> Iterator[Misfit]:
    for what, total in spec.totals.items():
        if what not in TOTALS:
            yield ("totals", what), "no such total; allowed: {known}", {"known": ", ".join(TOTALS)}
        elif spec.total(what) != total:
            yield ("totals", what), "must be the sum of the districts, {total}", {"total": spec.total(what)}


def _of_lattice(spec: CitySpec) -> Iterator[Misfit]:
    """Yield what is wrong with the lattice for the grids."""
    if spec.lattice is None:
        return
    (height, width), grids = spec.lattice, spec.total("grids")
    if height * width < grids:
        yield ("lattice",), "has {cells} cells, fewer than the {grids} grids", {"cells": height * width, "grids": grids}
    elif height * width >= ENTITY_KEYS:
        yield ("lattice",), "has {cells} cells; must have fewer than {limit}", {
            "cells": height * width, "limit": ENTITY_KEYS,
        }  # fmt: skip
    elif not in_steps(height, width):
        longer = max(height, width)
        yield (
            ("lattice",), "places could fall in two; beside an even shorter side the longer one ({longer}) must be "
            "even, such as {even}", {"longer": longer, "even": longer + 1},
        )  # fmt: skip


def _too_many(spec: CitySpec) -> Iterator[Misfit]:
    for loc, count, limit in (
        (("district",), spec.total("communities"), COMMUNITY_KEYS),
        (("district",), spec.total("grids"), ENTITY_KEYS),
        (("stock", "units"), spec.stock.units, ENTITY_KEYS),
        (("stock", "old_compounds"), spec.stock.old_compounds + spec.stock.commercial_compounds, ENTITY_KEYS),
        (("stock", "firms"), spec.stock.firms, ENTITY_KEYS),
    ):
        if count >= limit:
            yield loc, "too many of its kind in the city: {count}, must be fewer than {limit}", {
                "count": count, "limit": limit,
            }  # fmt: skip
