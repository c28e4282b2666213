"""The story of a grid: who lives there, who serves it, what waits, and where the minutes of its last needs went.

That of an office stands in ``office.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...agents.columns import Rows
from ...agents.places import GRID_KINDS
from ...model.calendar import DAY
from ...model.state import ENDED, PENDING, POOL_KINDS, STAGES
from .memory import Watched

SHOWN = 8
"""Most needs of a grid that are told of."""
UNDER_WAY = "under_way"
"""Stands in place of a stage for minutes that are booked only when the stage ends."""


@dataclass(frozen=True)
class Incident:
    """A need of the grid.

    Attributes:
        category: Its category.
        arose: Minute it arose, since the first day.
        ended: Minute it ended, -1 while it is open.
        reported: Whether it has been reported.
        minutes: Minutes by stage, only those that are not 0; what an open need has spent in a queue or in hand
            since its last change is not booked yet and stands under `UNDER_WAY`. They add up to its age.
    """

    category: str
    arose: int
    ended: int
    reported: bool
    minutes: dict[str, int]


@dataclass(frozen=True)
class Office:
    """An organisation of the grid's community or street: row, names, kind, people on its roster, cases that wait."""

    row: int
    zh: str
    en: str
    kind: str
    staff: int
    waiting: int


@dataclass(frozen=True)
class Story:
    """What there is to tell of a grid at midnight after ``day`` days; ``ended`` counts what `memory` holds."""

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
    ended: int
    offices: tuple[Office, ...]
    incidents: tuple[Incident, ...]


def tell(model: Watched, grid: int) -> Story:
    """Return the story of a grid."""
    city = model.plan.city
    place = city.grids[grid]
    needs = model.tables["needs"]
    here = np.flatnonzero((needs["grid"] == grid) & (needs["live"] == 1) & (needs["phase"] != PENDING))
    here = here[needs["phase"][here] != ENDED]
    live = list(needs[here])
    live.sort(key=lambda row: -int(row["arose"]))
    over = model.memory.of_grid(grid)
    over.sort(key=lambda row: -int(row["mark"]))
    # The newest open ones and the last that ended, in halves where there are enough of both.
    n = max(SHOWN // 2, SHOWN - len(over))
    chosen = [*live[:n], *over[: SHOWN - min(n, len(live))]]
    first, residents = int(place["first_resident"]), int(place["residents"])
    trust = model.tables["trust"][first : first + residents]
    return Story(
        grid=grid, day=model.day, zh=city.name_of("grids", grid, "zh"), en=city.name_of("grids", grid, "en"),
        kind=GRID_KINDS[int(place["kind"])][0], residents=residents, members=int(place["members"]),
        units=int(place["units"]), trust=float(trust.mean()) if residents else float("nan"), open_needs=len(here),
        ended=len(over), offices=_offices(model, int(place["community"]), int(place["street"])),
        incidents=tuple(incident(model, row) for row in chosen),
    )  # fmt: skip


def incident(model: Watched, row: Rows) -> Incident:
    """Return a need as it is told of, from its row of the table of needs."""
    stages = (name for name, _, _ in STAGES)
    minutes = {name: int(n) for name, n in zip(stages, row["minutes"], strict=True) if n > 0}
    over = row["phase"] == ENDED
    until = int(row["mark"]) if over else model.day * DAY
    if (rest := until - int(row["arose"]) - sum(minutes.values())) > 0:
        phase = int(row["phase"])
        stage = STAGES[phase][0] if phase < len(STAGES) else UNDER_WAY
        minutes[stage] = minutes.get(stage, 0) + rest
    category = model.catalogue.ids[int(row["category"])]
    return Incident(category, int(row["arose"]), until if over else -1, int(row["reported"]) >= 0, minutes)


def _offices(model: Watched, community: int, street: int) -> tuple[Office, ...]:
    """Return the organisations of a community, and its street's own."""
    pools, people = model.tables["pools"], model.tables["responders"]
    mine = np.flatnonzero((pools["community"] == community) | ((pools["street"] == street) & (pools["community"] < 0)))
    who = model.organisations
    at = people["pool"][people["active"] == 1]
    staff = np.bincount(at[at >= 0], minlength=len(pools))
    return tuple(
        Office(int(p), str(who["zh"][p]), str(who["en"][p]), POOL_KINDS[int(pools["kind"][p])][0], int(staff[p]),
               int(pools["waiting"][p]))
        for p in mine if staff[p] or pools["waiting"][p]
    )  # fmt: skip
