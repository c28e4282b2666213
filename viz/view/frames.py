"""What a run shows of itself: an immutable frame a moment, and once the atlas of its city.

Frames and atlas are all that leaves the process of a run; whatever draws them never touches the model.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.calendar import DAY
from ...model.directory import organisations
from ...model.state import (
    C_ARISEN,
    C_CLOSED,
    C_LAPSED,
    C_OPENED,
    C_OVERDUE_IN,
    C_OVERDUE_OUT,
    C_RESPONSE_MINUTES,
    C_RESPONSES,
    C_SOLVED,
    CITY_LINE,
    COMMUNITY,
    G_NEEDS,
    G_RESPONSE,
    LINE,
    STREET,
)
from . import sweeps

if TYPE_CHECKING:
    from ...model.simulation import Simulation

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
HELPERS = (R.CADRE, R.UNIT_HELPER, R.RESERVE, R.MEMBER, R.MASS_VOLUNTEER)
"""Kinds of responders who help out where they live or are sent."""


@dataclass(frozen=True)
class Atlas:
    """Where the grids of a city lie and to what they belong.

    Attributes:
        shape: Height and width of the lattice.
        x: Column of each grid, shape (grids,), to the east.
        y: Row of each grid, to the north.
        district: District of each grid; so ``street`` and ``community``.
        names: Names of districts, of streets and of ``offices`` (all organisations), by table and language.
        residents: Residents of each grid.
        office: Organisations: grid of the seat, kind (a row of ``POOL_KINDS``), community, street and district (-1
            where it serves more than one), by name of the column.
    """

    MARKED: ClassVar[tuple[int, ...]] = (COMMUNITY, STREET, LINE, CITY_LINE)
    """Kinds of organisations that the map marks."""

    shape: tuple[int, int]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    district: NDArray[np.int64]
    street: NDArray[np.int64]
    community: NDArray[np.int64]
    names: dict[str, dict[str, tuple[str, ...]]]
    residents: NDArray[np.int64]
    office: dict[str, NDArray[np.int64]]

    def count(self, what: str) -> int:
        """Return how many there are of ``"grid"`` or ``"office"``."""
        return len(self.x) if what == "grid" else len(self.office["grid"])

    def grid_at(self, x: int, y: int) -> int:
        """Return the grid of a cell, -1 if the cell has none."""
        found = np.flatnonzero((self.x == x) & (self.y == y))
        return int(found[0]) if len(found) else -1


@dataclass(frozen=True)
class Shock:
    """A shock as the curves mark it: its kind, and its first and last day, counted from 0."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True)
class Frame:
    """How a run stands at midnight.

    Attributes:
        day: Days done.
        days: Days in all; the window is from ``window[0]`` up to ``window[1]``.
        first: Date of the first day.
        window: First day of the window, and the day after its last.
        layer: Which layer ``values`` holds.
        values: Its value in each grid, ``nan`` where it is not known.
        curves: City-wide values by day, each of shape (day,).
        shocks: The shocks of the run.
    """

    day: int
    days: int
    first: dt.date
    window: tuple[int, int]
    layer: str
    values: Singles
    curves: dict[str, Floats]
    shocks: tuple[Shock, ...]

    @property
    def date(self) -> dt.date:
        """Date of the last day done; before the first, that of the first."""
        return self.first + dt.timedelta(days=max(0, self.day - 1))


def atlas_of(sim: Simulation) -> Atlas:
    """Return the atlas of the city of a run."""
    city, pools, who = sim.plan.city, sim.tables["pools"], organisations(sim)
    grids = city.grids
    names = {
        table: {lang: tuple(city.name_of(table, k, lang) for k in range(len(getattr(city, table))))
                for lang in ("zh", "en")}
        for table in ("districts", "streets")
    }  # fmt: skip
    columns = (grids[name].astype(np.int64) for name in ("x", "y", "district", "street", "community", "residents"))
    x, y, district, street, community, residents = columns
    names["offices"] = {lang: tuple(who[lang].tolist()) for lang in ("zh", "en")}
    office = {name: pools[name].astype(np.int64) for name in ("grid", "kind", "community", "street", "district")}
    return Atlas(city.shape, x, y, district, street, community, names, residents, office)


def frame_of(sim: Simulation, layer: str) -> Frame:
    """Return how a run stands, with one layer for the map."""
    plan = sim.plan
    shocks = tuple(Shock(s.kind, s.start // DAY, max(s.start, s.end - 1) // DAY) for s in plan.shocks)
    window = plan.warm_up_days, plan.warm_up_days + plan.window_days
    values = LAYERS[layer].values(sim).astype(np.float32)
    return Frame(sim.day, plan.days, plan.first_day, window, layer, values, curves_of(sim), shocks)


def curves_of(sim: Simulation) -> dict[str, Floats]:
    """Return the curves of the city up to now."""
    flows = sim.tables["counts"][: sim.day].sum(axis=1).astype(np.float64)
    contacts = flows[:, C_RESPONSES]
    response = np.divide(flows[:, C_RESPONSE_MINUTES], contacts, out=np.full(sim.day, np.nan), where=contacts > 0)
    return {
        "open_needs": np.cumsum(flows[:, C_ARISEN] - flows[:, C_SOLVED] - flows[:, C_LAPSED]),
        "backlog": np.cumsum(flows[:, C_OPENED] - flows[:, C_CLOSED]),
        "overdue": np.cumsum(flows[:, C_OVERDUE_IN] - flows[:, C_OVERDUE_OUT]),
        "response": response,
        "arisen": flows[:, C_ARISEN],
        "solved": flows[:, C_SOLVED],
    }


CURVES: dict[str, str] = {
    "open_needs": "needs", "backlog": "cases", "overdue": "cases", "response": "min", "arisen": "needs/day",
    "solved": "needs/day",
}  # fmt: skip
"""Curves with their units, in the order in which they are shown."""


# What the map can show ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layer:
    """Something that the map can show: its unit, and its values by grid in a running simulation."""

    unit: str
    values: Callable[[Simulation], Floats]


def _by_grid(sim: Simulation, grids: NDArray[np.int64], weights: Floats | None = None) -> Floats:
    return np.bincount(grids, weights, minlength=len(sim.plan.city.grids)).astype(np.float64)


def _ratio(over: Floats, under: Floats) -> Floats:
    return np.asarray(np.divide(over, under, out=np.full(len(under), np.nan), where=under > 0))


def open_needs(sim: Simulation) -> Floats:
    """Return open needs."""
    needs = sim.tables["needs"]
    return _by_grid(sim, needs["grid"][sweeps.open_needs(needs)])


def overdue(sim: Simulation) -> Floats:
    """Return open cases past their deadline."""
    needs = sim.tables["needs"]
    rows = sweeps.open_needs(needs)
    rows = rows[needs["case"][rows] >= 0]
    late = sim.tables["cases"]["overdue"][needs["case"][rows]] == 1
    return _by_grid(sim, needs["grid"][rows[late]])


def waiting(sim: Simulation) -> Floats:
    """Return how long open needs took to their first response, or have waited for it so far: mean minutes."""
    needs = sim.tables["needs"]
    rows = sweeps.open_needs(needs)
    grid, contacted = needs["grid"][rows], needs["contacted"][rows]
    until = np.where(contacted >= 0, contacted, sim.day * DAY)
    minutes = (until - needs["arose"][rows]).astype(np.float64)
    return _ratio(_by_grid(sim, grid, minutes), _by_grid(sim, grid))


def response(sim: Simulation) -> Floats:
    """Return mean minutes to first response of the window's needs that have ended."""
    by = sim.tables["by_grid"].astype(np.float64)
    return _ratio(by[:, G_RESPONSE], by[:, G_NEEDS])


def workload(sim: Simulation) -> Floats:
    """Return the share of this month's field time that the staff of each community spent working or on the way."""
    people, pools = sim.tables["responders"], sim.tables["pools"]
    home = pools["community"][np.maximum(0, people["pool"])]
    ours = (people["pool"] >= 0) & (home >= 0)
    n = len(sim.plan.city.communities)
    busy, field = (np.bincount(home[ours], people[name][ours], minlength=n).astype(np.float64)
                   for name in ("month_busy", "month_field"))  # fmt: skip
    return np.asarray(_ratio(busy, field)[sim.plan.city.grids["community"]])


def trust(sim: Simulation) -> Floats:
    """Return the mean trust of residents."""
    return _ratio(sim.trust_sums(), sim.plan.city.grids["residents"].astype(np.float64))


def helpers(sim: Simulation) -> Floats:
    """Return helpers on the roster of each community for every 1,000 of its residents."""
    people, pools, city = sim.tables["responders"], sim.tables["pools"], sim.plan.city
    on = (people["active"] == 1) & np.isin(people["kind"], HELPERS) & (people["from_minute"] <= sim.day * DAY)
    pool = people["pool"][on]
    home = np.where(pool >= 0, pools["community"][np.maximum(0, pool)], -1)
    home = np.where(home >= 0, home, people["community"][on])
    n = np.bincount(home[home >= 0], minlength=len(city.communities)).astype(np.float64)
    rate = _ratio(1000.0 * n, city.communities["residents"].astype(np.float64))
    return np.asarray(rate[city.grids["community"]])


LAYERS: dict[str, Layer] = {
    "open_needs": Layer("needs", open_needs),
    "overdue": Layer("cases", overdue),
    "waiting": Layer("min", waiting),
    "response": Layer("min", response),
    "workload": Layer("share", workload),
    "trust": Layer("1", trust),
    "helpers": Layer("per_1000", helpers),
}
"""What the map can show, in the order in which it is offered."""
