"""City files: what a TOML file says about a city, checked, with one clear line for each thing that is wrong."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .geography import in_steps

SHIPPED = Path(__file__).resolve().parent.parent / "scenarios" / "cities"
"""Folder of the cities that the package ships."""

TOTALS = ("residents", "streets", "urban_communities", "villages", "communities", "grids")
"""Columns of districts whose sum a city file may state."""

SMALLEST = 8
"""Fewest residents of a community or village."""

COMMUNITY_KEYS, ENTITY_KEYS = 1 << 17, 1 << 23
"""Keys of communities and of all other entities stay below these: the engine packs them into larger keys."""

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
Positive = Annotated[int, Field(ge=1, le=100_000_000)]


class CityFileError(ValueError):
    """A city file that cannot be used; each line says file, key, value and what is allowed."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Name(_Part):
    """A name in both languages."""

    zh: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=60)


class Staff(_Part):
    """How many people work for the city's organisations."""

    full_time_grid_workers: Positive
    part_time_grid_workers: Count
    community_workers: Positive
    street_staff: Annotated[int, Field(ge=3, le=100_000)]
    district_officials: Annotated[int, Field(ge=12, le=10_000_000)]
    city_officials: Annotated[int, Field(ge=12, le=10_000_000)]
    social_workers: Annotated[int, Field(ge=0, le=10_000)]
    mass_volunteers: Annotated[int, Field(ge=0, le=10_000)] = 0
    hotline_seats_day: Annotated[int, Field(ge=1, le=100_000)]
    hotline_seats_night: Annotated[int, Field(ge=1, le=100_000)]
    line_utilisation: Annotated[float, Field(ge=0, le=1)] = 0.85


class Stock(_Part):
    """Housing, property firms, units and people of the city as a whole.

    Units are made in exactly the number given, compounds too if any grid is of their kind (else none). Firms are as
    many as given but never more than the compounds that have one; a district whose part of the firms rounds to none
    has none, and neither have its compounds.
    """

    old_compounds: Count
    commercial_compounds: Count
    firms: Count
    units: Count
    exclusive_share: Share = 0.25
    old_grid_share: Share = 0.18
    managed_commercial: Share = 0.95
    managed_old: Share = 0.35
    committees_commercial: Share = 0.40
    committees_old: Share = 0.15
    household_size: Annotated[float, Field(ge=1, le=10)] = 2.98
    party_share: Annotated[float, Field(ge=0, le=0.5)] = 0.08
    in_service_share: Share = 0.47
    reported_share: Share = 0.60
    employed_share: Share = 0.55


class District(_Part):
    """One district; streets and communities are named by number."""

    name: Name
    residents: Positive
    area_km2: Annotated[float, Field(gt=0, le=100_000)]
    streets: Positive
    urban_communities: Count
    villages: Count
    grids: Positive
    rural_share: Share = 0.0

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

    format: Annotated[int, Field(ge=1, le=1)]
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    name: Name
    seed: Annotated[int, Field(ge=0, le=2**31)] = 1
    lattice: Annotated[list[Positive], Field(min_length=2, max_length=2)] | None = None
    totals: dict[str, int] = {}
    staff: Staff
    stock: Stock
    district: Annotated[list[District], Field(min_length=1, max_length=1000)]
    sources: dict[str, str] = {}

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


def list_cities() -> list[str]:
    """Return the names of the shipped cities."""
    return sorted(p.stem for p in SHIPPED.glob("*.toml"))


def load_city_file(name_or_path: str | Path) -> CitySpec:
    """Read a city by shipped name or by path.

    Raises:
        CityFileError: With one line for each thing that is wrong.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = SHIPPED / f"{name_or_path}.toml"
        if not path.is_file():
            near = difflib.get_close_matches(str(name_or_path), list_cities(), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise CityFileError(
                f"no city is called {str(name_or_path)!r}; there are {', '.join(list_cities())}, "
                f"or give the path of a .toml file{hint}"
            )
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CityFileError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CityFileError(f"{path}: is not valid TOML: {error}") from error
    try:
        spec = CitySpec.model_validate(data)
    except ValidationError as error:
        raise CityFileError("\n".join(_line(path, e) for e in error.errors())) from None
    problems = [f"{path}: {text}" for text in _cross_checks(spec)]
    if problems:
        raise CityFileError("\n".join(problems))
    return spec


def _line(path: Path, error: Any) -> str:
    """Return one finding of the schema as a line: file, key, value, what is allowed, near miss."""
    loc = list(error["loc"])
    key = ".".join(str(step) for step in loc)
    if error["type"] == "missing":
        return f"{path}: {key}: is missing"
    if error["type"] == "extra_forbidden":
        keys = _keys_of(loc[:-1])
        near = difflib.get_close_matches(str(loc[-1]), keys, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"{path}: {key}: no such key; allowed: {', '.join(keys)}{hint}"
    value = error["input"]
    shown = repr(value) if isinstance(value, (str, int, float, bool)) else type(value).__name__
    return f"{path}: {key} ({shown}): {error['msg'][0].lower()}{error['msg'][1:]}"


def _keys_of(loc: list[Any]) -> list[str]:
    part: type[BaseModel] = CitySpec
    inner: dict[str, type[BaseModel]] = {"name": Name, "staff": Staff, "stock": Stock, "district": District}
    for step in loc:
        part = inner.get(str(step), part)
    return list(part.model_fields)


def _cross_checks(spec: CitySpec) -> list[str]:
    """Return what does not fit together in a city file."""
    wrong = []
    names = [d.en for d in spec.district] + [d.zh for d in spec.district]
    for name in sorted({n for n in names if names.count(n) > 1 and n}):
        wrong.append(f"district.name ({name!r}): two districts have this name")
    for k, d in enumerate(spec.district):
        where = f"district.{k} ({d.en})"
        if d.communities < d.streets:
            wrong.append(f"{where}: {d.communities} communities for {d.streets} streets; each street needs one")
        if d.grids < 2 * d.communities:
            wrong.append(f"{where}: grids ({d.grids}) must be at least twice its {d.communities} communities")
        if d.residents < 4 * d.grids:
            wrong.append(f"{where}: residents ({d.residents}) must be at least four times its {d.grids} grids")
        if (d.rural_share > 0) != (d.villages > 0):
            wrong.append(
                f"{where}: rural_share ({d.rural_share:g}) and villages ({d.villages}) must both be zero or both not"
            )
        if d.rural_share == 1 and d.urban_communities > 0:
            wrong.append(f"{where}: rural_share is 1 but it has {d.urban_communities} urban communities")
        wrong += [f"{where}: {text}" for text in _split_checks(d)]
    for what, total in spec.totals.items():
        if what not in TOTALS:
            near = difflib.get_close_matches(what, TOTALS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            wrong.append(f"totals.{what}: no such total; allowed: {', '.join(TOTALS)}{hint}")
        elif spec.total(what) != total:
            wrong.append(f"totals.{what} ({total}): the districts add up to {spec.total(what)}")
    if spec.lattice is not None:
        wrong += [f"lattice ({spec.lattice}): {text}" for text in _lattice_checks(spec.lattice, spec.total("grids"))]
    for what, count, limit in (
        ("communities", spec.total("communities"), COMMUNITY_KEYS),
        ("grids", spec.total("grids"), ENTITY_KEYS),
        ("stock.units", spec.stock.units, ENTITY_KEYS),
        ("stock compounds", spec.stock.old_compounds + spec.stock.commercial_compounds, ENTITY_KEYS),
        ("stock.firms", spec.stock.firms, ENTITY_KEYS),
    ):
        if count >= limit:
            wrong.append(f"{what} ({count}): must be fewer than {limit}")
    return wrong


def _lattice_checks(lattice: list[int], grids: int) -> list[str]:
    """Return what is wrong with a lattice for so many grids."""
    height, width = lattice
    if height * width < grids:
        return [f"has fewer cells than the {grids} grids"]
    if height * width >= ENTITY_KEYS:
        return [f"has {height * width} cells; must have fewer than {ENTITY_KEYS}"]
    if not in_steps(height, width):
        return [f"places could fall in two; beside an even shorter side the longer one ({max(height, width)}) "
                f"must be even, such as {max(height, width) + 1}"]  # fmt: skip
    return []


def _split_checks(d: District) -> list[str]:
    """Return what is wrong with a district's split of residents over villages and urban communities."""
    if d.urban_communities == 0 and 0 < d.rural_share < 1:
        return [f"rural_share ({d.rural_share:g}) must be 1 as it has no urban communities"]
    rural = d.rural_residents
    return [
        f"rural_share ({d.rural_share:g}) leaves {people} residents for {n} {what}; each needs at least {SMALLEST}"
        for what, people, n in (
            ("villages", rural, d.villages),
            ("urban communities", d.residents - rural, d.urban_communities),
        )
        if n and people < SMALLEST * n and d.residents >= 4 * d.grids
    ]
