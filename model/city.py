"""A generated city: its places, organisations and residents, from a city file and a seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..agents import places as P
from ..agents.columns import Rows
from .apportion import Ints, apportion, at_least_one, size_column, starts
from .city_file import SMALLEST, CityFileError, CitySpec
from .draws import CITY, stream_keys
from .geography import curve, lattice_shape
from .housing import build_compounds, build_firms, build_units
from .people import RESIDENTS_OF_GRID, build_residents

_SIZE_OF_COMMUNITY, _SIZE_OF_GRID, _SIZE_OF_STREET, _ORDER = range(1, 5)
_EXCLUSIVE_WEIGHT = 0.06
"""Residents of an exclusive grid against those of an ordinary one."""

_LINE_WEIGHTS = np.array([14, 7, 24, 6, 5, 6, 8, 8, 6, 6, 5, 5], dtype=np.int64)
"""How officials spread over the twelve lines: an estimate to be swept."""


@dataclass(frozen=True)
class City:
    """Places and people of a city; see ``agents.places`` for the columns.

    Attributes:
        spec: The city file.
        seed: Seed of all draws that made it.
        shape: Height and width of the lattice.
        residents: One array a column, sorted by grid.
    """

    spec: CitySpec
    seed: int
    shape: tuple[int, int]
    districts: Rows
    streets: Rows
    communities: Rows
    grids: Rows
    compounds: Rows
    firms: Rows
    units: Rows
    lines: Rows
    residents: dict[str, NDArray[np.generic]]

    def digest(self) -> str:
        """Return a content hash of what made the city: its file and its seed."""
        return hashlib.sha256(f"{self.spec.digest()}/{self.seed}".encode()).hexdigest()[:16]

    def name_of(self, table: str, row: int, lang: str = "zh") -> str:
        """Return the name of a district, street, community or grid; below districts they are numbered.

        Raises:
            KeyError: For a table without names.
        """
        zh = lang == "zh"
        if table == "districts":
            name = self.spec.district[row].name
            return name.zh if zh else name.en
        if table == "streets":
            d = int(self.streets["district"][row])
            number = row - int(self.districts["first_street"][d]) + 1
            district = self.name_of("districts", d, lang)
            return f"{district}{number:02d}街道" if zh else f"{district} Street {number:02d}"
        if table == "communities":
            s = int(self.communities["street"][row])
            number = row - int(self.streets["first_community"][s]) + 1
            rural = self.communities["rural"][row] == 1
            if zh:
                return f"{self.name_of('streets', s, lang)}{number:02d}{'村' if rural else '社区'}"
            return f"{self.name_of('streets', s, lang)}, {'Village' if rural else 'Community'} {number:02d}"
        if table == "grids":
            c = int(self.grids["community"][row])
            number = row - int(self.communities["first_grid"][c]) + 1
            community = self.name_of("communities", c, lang)
            return f"{community}第{number:02d}网格" if zh else f"{community}, Grid {number:02d}"
        raise KeyError(f"rows of table {table!r} have no names")


def build_city(spec: CitySpec, seed: int | None = None) -> City:
    """Build the city of a file; the same file and seed give the same city everywhere.

    Args:
        spec: The city file.
        seed: Seed of the draws; the file's own if left out.

    Raises:
        CityFileError: If a grid would have more residents than keys can tell apart.
    """
    seed = spec.seed if seed is None else seed
    key = stream_keys(seed)[CITY]
    shape = (spec.lattice[0], spec.lattice[1]) if spec.lattice is not None else lattice_shape(spec.total("grids"))
    districts = P.DISTRICTS.rows(len(spec.district))
    communities = _communities(spec, key)
    streets = _streets(spec, districts, communities, key)
    grids = _grids(spec, communities, key)
    _place(shape, grids, communities, streets)
    _fill_districts(spec, districts, streets, grids)
    compounds = build_compounds(spec, grids, key)
    firms = build_firms(spec, compounds, len(districts), key)
    units = build_units(spec, grids, key)
    residents = build_residents(spec, grids, units, stream_keys(seed))
    _count_people(grids, units, residents)
    lines = _lines(spec, districts)
    city = City(spec, seed, shape, districts, streets, communities, grids, compounds, firms, units, lines, residents)
    for table in P.PLACE_TABLES[:-1]:
        rows = getattr(city, table.name)
        if len(rows):
            table.check(rows)
    return city


def _communities(spec: CitySpec, key: np.uint64) -> Rows:
    """Return the communities, district by district, urban ones first; streets and grids are filled in later."""
    rows = P.COMMUNITIES.rows(spec.total("urban_communities") + spec.total("villages"))
    rows["key"] = np.arange(len(rows)) + 1
    rows["district"] = np.repeat(np.arange(len(spec.district)), [d.communities for d in spec.district])
    rows["rural"] = np.concatenate([np.repeat([0, 1], [d.urban_communities, d.villages]) for d in spec.district])
    size = size_column(key, rows["key"].copy(), _SIZE_OF_COMMUNITY, 0.35)
    for k, d in enumerate(spec.district):
        for is_rural, total in ((1, d.rural_residents), (0, d.residents - d.rural_residents)):
            at = np.flatnonzero((rows["district"] == k) & (rows["rural"] == is_rural))
            if len(at):
                rows["residents"][at] = apportion(total - SMALLEST * len(at), size[at]) + SMALLEST
    return rows


def _streets(spec: CitySpec, districts: Rows, communities: Rows, key: np.uint64) -> Rows:
    """Cut each district's communities into streets, each a run of them."""
    rows = P.STREETS.rows(spec.total("streets"))
    rows["key"] = np.arange(len(rows)) + 1
    rows["district"] = np.repeat(np.arange(len(districts)), [d.streets for d in spec.district])
    size = size_column(key, rows["key"].copy(), _SIZE_OF_STREET, 0.15)
    counts = [at_least_one(d.communities, size[rows["district"] == k]) for k, d in enumerate(spec.district)]
    rows["n_communities"] = np.concatenate(counts)
    rows["first_community"] = starts(rows["n_communities"].copy())
    communities["street"] = np.repeat(np.arange(len(rows)), rows["n_communities"])
    rows["residents"] = np.bincount(communities["street"], communities["residents"], minlength=len(rows))
    return rows


def _grids(spec: CitySpec, communities: Rows, key: np.uint64) -> Rows:
    """Return the grids of all communities, with kind and residents."""
    for k, d in enumerate(spec.district):
        at = np.flatnonzero(communities["district"] == k)
        communities["n_grids"][at] = apportion(d.grids - 2 * len(at), communities["residents"][at].copy()) + 2
    communities["first_grid"] = starts(communities["n_grids"].copy())
    rows = P.GRIDS.rows(spec.total("grids"))
    rows["key"] = np.arange(len(rows)) + 1
    community = np.repeat(np.arange(len(communities)), communities["n_grids"])
    rows["community"] = community
    for name in ("street", "district"):
        rows[name] = communities[name][community]
    rows["kind"] = _kinds(spec, communities, rows, key)
    size = size_column(key, rows["key"].copy(), _SIZE_OF_GRID, 0.35)
    weight = np.where(rows["kind"] == P.EXCLUSIVE, (size * _EXCLUSIVE_WEIGHT).astype(np.int64) + 1, size)
    for c, place in enumerate(communities):
        run = slice(place["first_grid"], place["first_grid"] + place["n_grids"])
        rows["residents"][run] = at_least_one(int(communities["residents"][c]), weight[run])
    crowded = int(rows["residents"].max())
    if crowded >= RESIDENTS_OF_GRID:
        raise CityFileError(
            f"city {spec.id}: a grid would have {crowded} residents, at most {RESIDENTS_OF_GRID - 1} are possible; "
            "give its district more grids"
        )
    rows["slots"] = rows["residents"] + rows["residents"] // 10 + 8
    rows["first_resident"] = starts(rows["residents"].copy())
    rows["households"] = np.maximum(1, np.rint(rows["residents"] / spec.stock.household_size).astype(np.int64))
    communities["slots"] = np.bincount(community, rows["slots"], minlength=len(communities))
    return rows


def _kinds(spec: CitySpec, communities: Rows, grids: Rows, key: np.uint64) -> Ints:
    """Return the kind of each grid: a share is exclusive, a share of the urban rest old; villages are villages."""
    order = size_column(key, grids["key"].copy(), _ORDER, 0.5)
    kinds = np.where(communities["rural"][grids["community"]] == 1, P.VILLAGE, P.COMMERCIAL).astype(np.int64)
    free = np.maximum(0, communities["n_grids"] - 1)
    exclusive = apportion(min(int(free.sum()), round(len(grids) * spec.stock.exclusive_share)), free)
    exclusive = np.minimum(exclusive, free)
    urban = np.where(communities["rural"] == 1, 0, communities["n_grids"] - exclusive)
    old = apportion(round(int(urban.sum()) * spec.stock.old_grid_share), urban) if urban.sum() else np.zeros_like(urban)
    for c, place in enumerate(communities):
        run = np.arange(place["first_grid"], place["first_grid"] + place["n_grids"])
        ranked = run[np.argsort(order[run], kind="stable")]
        kinds[ranked[: exclusive[c]]] = P.EXCLUSIVE
        kinds[ranked[exclusive[c] : exclusive[c] + old[c]]] = P.OLD
    return kinds


def _place(shape: tuple[int, int], grids: Rows, communities: Rows, streets: Rows) -> None:
    """Put the grids on the lattice, in order, along the curve; the middle of a place is the mean of its cells."""
    x, y = curve(*shape)
    grids["x"], grids["y"] = x[: len(grids)], y[: len(grids)]
    for rows, owner in ((communities, "community"), (streets, "street")):
        n = np.bincount(grids[owner], minlength=len(rows))
        for name in ("x", "y"):
            rows[name] = np.bincount(grids[owner], grids[name], minlength=len(rows)) / n


def _fill_districts(spec: CitySpec, districts: Rows, streets: Rows, grids: Rows) -> None:
    districts["key"] = np.arange(len(districts)) + 1
    districts["area_km2"] = [d.area_km2 for d in spec.district]
    districts["residents"] = [d.residents for d in spec.district]
    districts["cell_km"] = np.sqrt(districts["area_km2"] / np.bincount(grids["district"], minlength=len(districts)))
    districts["n_streets"] = [d.streets for d in spec.district]
    districts["first_street"] = starts(districts["n_streets"].copy())


def _count_people(grids: Rows, units: Rows, residents: dict[str, NDArray[np.generic]]) -> None:
    """Fill the columns that count residents or units."""
    flags, grid = residents["flags"], residents["grid"]
    member = (flags & np.uint8(P.MEMBER)) > 0  # type: ignore[operator]
    grids["members"] = np.bincount(grid, member, minlength=len(grids))
    grids["units"] = np.bincount(units["grid"], minlength=len(grids))


def _lines(spec: CitySpec, districts: Rows) -> Rows:
    """Return the twelve lines of each district and the city's own, with their officials."""
    n = len(districts)
    rows = P.DEPARTMENT_LINES.rows(12 * (n + 1))
    rows["key"] = np.arange(len(rows)) + 1
    rows["district"] = np.concatenate([np.repeat(np.arange(n), 12), np.full(12, -1)])
    rows["line"] = np.tile(np.arange(12), n + 1)
    share = apportion(spec.staff.district_officials, districts["residents"].copy())
    heads = [apportion(int(total), _LINE_WEIGHTS) for total in (*share, spec.staff.city_officials)]
    rows["headcount"] = np.maximum(1, np.concatenate(heads))
    rows["utilisation"] = spec.staff.line_utilisation
    return rows
