"""The story of a grid: who lives there, who serves it, what waits, and where the minutes of its last needs went."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...agents.places import GRID_KINDS
from ...model.calendar import DAY
from ...model.directory import organisations
from ...model.state import ENDED, PENDING, POOL_KINDS, STAGES

if TYPE_CHECKING:
    from ...model.simulation import Simulation

KEPT_DAYS = 7
"""Days for which needs that have ended are remembered."""
SHOWN = 8
"""Most needs of a grid that are told of."""
UNDER_WAY = "under_way"
"""Stands in place of a stage for minutes that are booked only when the stage ends."""
_COLUMNS = ("grid", "category", "arose", "reported", "contacted", "mark", "phase", "visits", "minutes")


@dataclass(frozen=True)
class Incident:
    """A need of the grid.

    Attributes:
        category: Its category.
        arose: Minute it arose, since the first day.
        contacted: Minute of the first response, -1 if there was none yet.
        ended: Minute it ended, -1 while it is open.
        reported: Whether it has been reported.
        minutes: Minutes by stage, only those that are not 0; what an open need has spent since its last change of
            stage is not booked yet and stands under `UNDER_WAY`.
    """

    category: str
    arose: int
    contacted: int
    ended: int
    reported: bool
    minutes: dict[str, int]


@dataclass(frozen=True)
class Office:
    """An organisation of the grid's community or street: names, kind, people on its roster, cases that wait."""

    zh: str
    en: str
    kind: str
    staff: int
    waiting: int


@dataclass(frozen=True)
class Story:
    """What there is to tell of a grid at midnight after ``day`` days."""

    grid: int
    day: int
    zh: str
    en: str
    kind: str
    residents: int
    members: int
    units: int
    trust: float
    open_needs: int
    offices: tuple[Office, ...]
    incidents: tuple[Incident, ...]


class Memory:
    """Needs that ended in the last days, read off their rows before the model gives these to others.

    It does so at the next midnight, but for needs that come back: about one row in seven is taken on the same day, and
    the need that had it is not remembered.
    """

    def __init__(self) -> None:
        self._days: deque[dict[str, NDArray[Any]]] = deque(maxlen=KEPT_DAYS)

    def note(self, sim: Simulation) -> None:
        """Remember what ended on the day that was just simulated."""
        needs = sim.tables["needs"]
        ended = np.flatnonzero((needs["live"] == 0) & (needs["phase"] == ENDED)
                               & (needs["mark"] >= (sim.day - 1) * DAY))  # fmt: skip
        self._days.append({name: needs[name][ended] for name in _COLUMNS})

    def of_grid(self, grid: int) -> list[dict[str, Any]]:
        """Return the remembered needs of a grid as rows, the last day's first."""
        rows = []
        for day in reversed(self._days):
            rows += [{name: day[name][i] for name in _COLUMNS} for i in np.flatnonzero(day["grid"] == grid)]
        return rows


def tell(sim: Simulation, memory: Memory, grid: int) -> Story:
    """Return the story of a grid."""
    city = sim.plan.city
    place = city.grids[grid]
    needs = sim.tables["needs"]
    here = np.flatnonzero((needs["grid"] == grid) & (needs["live"] == 1) & (needs["phase"] != PENDING))
    here = here[needs["phase"][here] != ENDED]
    rows = [{name: needs[name][i] for name in _COLUMNS} for i in here] + memory.of_grid(grid)
    rows.sort(key=lambda row: (row["phase"] == ENDED, -int(row["arose"])))
    # The newest open ones and the last that ended, in halves where there are enough of both.
    live, over = ([r for r in rows if (r["phase"] == ENDED) == ended] for ended in (False, True))
    over.sort(key=lambda row: -int(row["mark"]))
    n = max(SHOWN // 2, SHOWN - len(over))
    chosen = [*live[:n], *over[: SHOWN - min(n, len(live))]]
    first, residents = int(place["first_resident"]), int(place["residents"])
    trust = sim.tables["trust"][first : first + residents]
    return Story(
        grid=grid, day=sim.day, zh=city.name_of("grids", grid, "zh"), en=city.name_of("grids", grid, "en"),
        kind=GRID_KINDS[int(place["kind"])][0], residents=residents, members=int(place["members"]),
        units=int(place["units"]), trust=float(trust.mean()) if residents else float("nan"), open_needs=len(here),
        offices=_offices(sim, int(place["community"]), int(place["street"])),
        incidents=tuple(_incident(sim, row) for row in chosen),
    )  # fmt: skip


def _incident(sim: Simulation, row: dict[str, Any]) -> Incident:
    stages = (name for name, _, _ in STAGES)
    minutes = {name: int(n) for name, n in zip(stages, row["minutes"], strict=True) if n > 0}
    ended = int(row["mark"]) if row["phase"] == ENDED else -1
    if ended < 0 and (rest := sim.day * DAY - int(row["mark"])) > 0:
        minutes[UNDER_WAY] = rest
    category = sim.catalogue.ids[int(row["category"])]
    return Incident(category, int(row["arose"]), int(row["contacted"]), ended, int(row["reported"]) >= 0, minutes)


def _offices(sim: Simulation, community: int, street: int) -> tuple[Office, ...]:
    """Return the organisations of a community, and its street's own."""
    pools, people = sim.tables["pools"], sim.tables["responders"]
    mine = np.flatnonzero((pools["community"] == community) | ((pools["street"] == street) & (pools["community"] < 0)))
    who = organisations(sim)
    at = people["pool"][people["active"] == 1]
    staff = np.bincount(at[at >= 0], minlength=len(pools))
    return tuple(
        Office(str(who["zh"][p]), str(who["en"][p]), POOL_KINDS[int(pools["kind"][p])][0], int(staff[p]),
               int(pools["waiting"][p]))
        for p in mine if staff[p] or pools["waiting"][p]
    )  # fmt: skip
