"""Who works where: pools (rosters with a queue) and responders, set up from a city's figures.

The grid workers of a community are split into five nets by their line of work, except for nets too small for a team
of their own; community workers are a sixth pool, and property firms, streets, departments and social organisations
stand apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents import responders as R
from ..agents.columns import Rows
from ..agents.places import EXCLUSIVE
from ..agents.rosters import EXPERIENCE, NOVICE, TENURE, VOLUNTEERS
from ..agents.rules import entry
from .apportion import shares as shares
from .city import City
from .draws import STAFF, exponential, normal, stream_keys
from .geography import seat
from .incidents import Catalogue
from .occasions import AT_START
from .staffing import Staffing
from .state import CITY_LINE, COMMUNITY, GRID_NET, LINE, MASS, POOLS, PROPERTY, SOCIAL, STREET
from .vacant import vacant_pools
from .workload import NETS, workload

GENERAL, REPAIR, MEDIATION, CARE, ENFORCEMENT, MEDICAL, SANITATION, PAPER = (1 << k for k in range(8))
_NET_SKILLS = (
    GENERAL | MEDIATION,
    GENERAL | MEDIATION,
    GENERAL | CARE | MEDIATION,
    GENERAL | SANITATION | ENFORCEMENT,
    GENERAL | PAPER | MEDIATION,
)
"""Skills of the five nets: party, political-legal, civil affairs, urban management, petitions."""

LINE_SKILLS: tuple[int, ...] = (
    GENERAL | ENFORCEMENT | SANITATION,
    GENERAL | REPAIR,
    GENERAL | ENFORCEMENT | MEDIATION,
    GENERAL | CARE,
    GENERAL | ENFORCEMENT,
    GENERAL | REPAIR,
    GENERAL | ENFORCEMENT,
    GENERAL | MEDICAL | CARE,
    GENERAL | ENFORCEMENT,
    GENERAL | PAPER,
    GENERAL | MEDIATION | PAPER,
    GENERAL | REPAIR,
)
"""Skills of officers by department line."""
STREET_SKILLS = GENERAL | ENFORCEMENT | PAPER
_ROUND_THE_CLOCK = (0, 2, 5, 7, 8, 11)
"""Lines with officers on duty at night: urban management, public security, water, health, emergency, utilities."""


@dataclass
class Organisations:
    """Pools and responders of a city, and the tables that find a pool from a place."""

    pools: Rows
    responders: Rows
    nets: NDArray[np.int64]
    property_pool: NDArray[np.int64]
    street_pool: NDArray[np.int64]
    line_pool: NDArray[np.int64]
    social_pool: NDArray[np.int64]
    mass_pool: NDArray[np.int64]


class _Builder:
    """Collects pools and responders row by row."""

    def __init__(self) -> None:
        self.pools: list[dict[str, int]] = []
        self.people: list[tuple[int, int, int, int, int, int, int]] = []
        """Kind, pool, entity key, index, home grid, shift, skills."""

    def pool(self, kind: int, level: int, entity: int, **columns: int) -> int:
        self.pools.append(
            {"kind": kind, "level": level, "key": kind << 40 | entity << 4 | columns.get("net", 15), **columns}
        )
        return len(self.pools) - 1

    def staff(
        self,
        kind: int,
        pool: int,
        entity: int,
        n: int,
        grids: NDArray[np.int64],
        shift: int,
        skills: int,
        first: int = 0,
    ) -> None:
        for i in range(first, first + n):
            self.people.append((kind, pool, entity, i, int(grids[i % len(grids)]), shift, skills))


def build_organisations(city: City, catalogue: Catalogue, par: NDArray[np.float64]) -> Organisations:
    """Set up every pool and responder of a city."""
    b = _Builder()
    staffing = Staffing(city, workload(city, catalogue, par), par)
    nets = _community_pools(b, city, staffing)
    property_pool = _property_pools(b, city, staffing)
    street_pool, social_pool, mass_pool = _street_pools(b, city, staffing)
    line_pool = _line_pools(b, city, staffing)
    vacant_pools(b, city, property_pool, social_pool, mass_pool)
    pools = POOLS.rows(len(b.pools))
    for name in ("net", "line", "line_row", "community", "street", "district", "first", "head", "wake", "firm"):
        pools[name] = -1
    for row, columns in zip(pools, b.pools, strict=True):
        for name, value in columns.items():
            row[name] = value
    people = R.RESPONDERS.rows(len(b.people))
    fill_responders(people, np.array(b.people, dtype=np.int64), pools, city, par)
    return Organisations(pools, people, nets, property_pool, street_pool, line_pool, social_pool, mass_pool)


def fill_responders(rows: Rows, people: NDArray[np.int64], pools: Rows, city: City, par: NDArray[np.float64]) -> None:
    """Fill new responder rows from (kind, pool, entity key, index, home grid, shift, skills)."""
    kind, pool, entity, index, grid, shift, skills = people.T
    rows["key"] = kind << 48 | entity << 20 | index
    rows["kind"], rows["pool"], rows["grid"], rows["shift"], rows["skills"] = kind, pool, grid, shift, skills
    rows["community"] = np.where(pools["community"][pool] >= 0, city.grids["community"][grid], -1)
    for name in ("home_line", "home_unit", "case", "parked"):
        rows[name] = -1
    rows["active"] = 1
    _traits(stream_keys(city.seed)[STAFF], rows["key"].copy(), par[TENURE], rows["potential"], rows["tenure"])
    novice = (kind == R.GRID_WORKER) | (kind == R.PART_TIMER) | (kind == R.COMMUNITY_WORKER)
    rows["tenure"] = np.where(novice, rows["tenure"], 120.0)
    rows["productivity"] = rows["potential"] * (1.0 - (1.0 - par[NOVICE]) * np.exp(-rows["tenure"] / par[EXPERIENCE]))


@entry
def _traits(key: Any, keys: Any, tenure: float, potential: Any, months: Any) -> None:
    """Draw each person's experienced productivity and months in post."""
    for i in range(keys.shape[0]):
        potential[i] = min(1.4, max(0.6, 1.0 + 0.15 * normal(key, keys[i], AT_START)))
        months[i] = min(360.0, tenure * exponential(key, keys[i], AT_START + 1))


def _community_pools(b: _Builder, city: City, staffing: Staffing) -> NDArray[np.int64]:
    """The own pool of each community and its nets; a net too small for a team serves in the community's own pool."""
    places, grids = city.communities, city.grids
    residential = grids["kind"] != EXCLUSIVE
    full, part = staffing.grid_workers()
    small = staffing.merged(full, part)
    workers = staffing.community_workers()
    nets = np.full((len(places), NETS + 1), -1, dtype=np.int64)
    for c, place in enumerate(places):
        rows = np.arange(place["first_grid"], place["first_grid"] + place["n_grids"])
        at_home = rows[residential[rows]]
        homes = at_home if len(at_home) else rows
        office = homes[len(homes) // 2 : len(homes) // 2 + 1]
        key = int(place["key"])
        where = {
            "community": c,
            "street": int(place["street"]),
            "district": int(place["district"]),
            "grid": int(office[0]),
        }
        nets[c, NETS] = b.pool(COMMUNITY, 1, key, net=NETS, **where)
        b.staff(R.COMMUNITY_WORKER, nets[c, NETS], key, int(workers[c]), office, R.GRID_SHIFT, GENERAL | PAPER | CARE)
        first_full = first_part = 0
        for net in range(NETS):
            pool = nets[c, net] = nets[c, NETS] if small[c, net] else b.pool(GRID_NET, 0, key, net=net, **where)
            ours, theirs = int(full[c, net]), int(part[c, net])
            b.staff(R.GRID_WORKER, pool, key, ours, homes, R.GRID_SHIFT, _NET_SKILLS[net], first_full)
            b.staff(R.PART_TIMER, pool, key, theirs, homes, R.EVENING, _NET_SKILLS[net], first_part)
            first_full += ours
            first_part += theirs
    return nets


def _property_pools(b: _Builder, city: City, staffing: Staffing) -> NDArray[np.int64]:
    """One pool a community: the property staff of its managed compounds."""
    staff = staffing.property_staff()
    result = np.full(len(city.communities), -1, dtype=np.int64)
    managed = np.flatnonzero(city.compounds["firm"] >= 0)
    by_place: dict[int, list[int]] = {}
    for k in managed:
        by_place.setdefault(int(city.compounds["community"][k]), []).append(int(k))
    for c, rows in sorted(by_place.items()):
        place, compounds = city.communities[c], city.compounds[rows]
        main = compounds[int(np.argmax(compounds["households"]))]
        key = int(place["key"])
        pool = result[c] = b.pool(
            PROPERTY,
            0,
            key,
            community=c,
            street=int(place["street"]),
            district=int(place["district"]),
            grid=int(main["grid"]),
            firm=int(main["firm"]),
        )
        n = int(staff[c])
        guards = n // 5
        b.staff(R.PROPERTY_STAFF, pool, key, n - guards, compounds["grid"], R.PROPERTY_SHIFT, GENERAL | REPAIR)
        b.staff(R.PROPERTY_STAFF, pool, key, guards, compounds["grid"], R.GUARD, GENERAL, n - guards)
    return result


def _stations(city: City, district: int) -> NDArray[np.int64]:
    """Return the grids where a district's officers have their posts, one a street; for the city's own, one a district.

    The first is where the department itself sits.
    """
    grids = city.grids
    if district >= 0:
        streets = np.flatnonzero(city.streets["district"] == district)
        parts = [grids["street"] == s for s in streets[np.argsort(city.streets["key"][streets])]]
        whole = grids["district"] == district
    else:
        parts = [grids["district"] == d for d in np.argsort(city.districts["key"])]
        whole = np.ones(len(grids), dtype=bool)
    return np.array([seat(grids["key"], np.flatnonzero(part)) for part in (whole, *parts)])


def _street_pools(b: _Builder, city: City, staffing: Staffing) -> tuple[NDArray[np.int64], ...]:
    """Return the pools of street offices, social and mass organisations by street, -1 where there is none."""
    streets = city.streets
    officers, social_workers, volunteers = (
        staffing.street_officers(), staffing.social_workers(), staffing.volunteers(),
    )  # fmt: skip
    offices = np.full(len(streets), -1, dtype=np.int64)
    social = np.full(len(streets), -1, dtype=np.int64)
    mass = np.full(len(streets), -1, dtype=np.int64)
    for s, street in enumerate(streets):
        rows = np.flatnonzero(city.grids["street"] == s)
        office = np.array([seat(city.grids["key"], rows)])
        key = int(street["key"])
        where = {"street": s, "district": int(street["district"]), "grid": int(office[0])}
        offices[s] = b.pool(STREET, 2, key, **where)
        b.staff(R.STREET_OFFICER, offices[s], key, int(officers[s]), office, R.OFFICE, STREET_SKILLS)
        b.staff(R.STREET_DUTY, offices[s], key, 2, office, R.NIGHT_DUTY, GENERAL | ENFORCEMENT)
        if social_workers[s] > 0:
            social[s] = b.pool(SOCIAL, 1, key, **where)
            b.staff(
                R.SOCIAL_WORKER, social[s], key, int(social_workers[s]), office, R.GRID_SHIFT,
                GENERAL | MEDIATION | CARE,
            )  # fmt: skip
        if volunteers[s] > 0:
            mass[s] = b.pool(MASS, 1, key, **where)
            homes = rows[np.argsort(city.grids["key"][rows])]
            b.staff(
                R.MASS_VOLUNTEER, mass[s], key, int(volunteers[s]), homes, R.WEEKEND_EVENING,
                GENERAL | MEDIATION | CARE,
            )  # fmt: skip
    return offices, social, mass


def _line_pools(b: _Builder, city: City, staffing: Staffing) -> NDArray[np.int64]:
    """One pool for each department line of a district, and for the city's own."""
    officers = staffing.line_officers()
    result = np.full((len(city.districts) + 1, 12), -1, dtype=np.int64)
    for row, line in enumerate(city.lines):
        d, code = int(line["district"]), int(line["line"])
        office = _stations(city, d)
        pool = result[d if d >= 0 else -1, code] = b.pool(
            LINE if d >= 0 else CITY_LINE,
            3 if d >= 0 else 4,
            int(line["key"]),
            line=code,
            line_row=row,
            district=d,
            grid=int(office[0]),
        )
        key = int(line["key"])
        b.staff(R.LINE_OFFICER, pool, key, int(officers[row]), office, R.OFFICE, LINE_SKILLS[code])
        if code in _ROUND_THE_CLOCK:
            b.staff(R.LINE_DUTY, pool, key, 2, office, R.NIGHT_DUTY, LINE_SKILLS[code])
    return result


def volunteers(city: City, nets: NDArray[np.int64], par: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the call-up list of party member volunteers, in the form that ``fill_responders`` takes."""
    people = []
    for c, place in enumerate(city.communities):
        rows = np.arange(place["first_grid"], place["first_grid"] + place["n_grids"])
        homes = rows[np.argsort(-city.grids["members"][rows], kind="stable")][: max(1, int(par[VOLUNTEERS]))]
        n = min(int(par[VOLUNTEERS]), int(city.grids["members"][rows].sum()))
        for i in range(n):
            people.append(
                (
                    R.MEMBER,
                    int(nets[c, 5]),
                    int(place["key"]),
                    i,
                    int(homes[i % len(homes)]),
                    R.WEEKEND_EVENING,
                    GENERAL | CARE,
                )
            )
    return np.array(people, dtype=np.int64).reshape(-1, 7)
