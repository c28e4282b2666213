"""How many people serve where: totals as the city file has them, spread by the work that is to be expected."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..agents.places import EXCLUSIVE
from ..agents.rosters import BY_WORK, CITY_FIELD, HOUSEHOLDS_PER_STAFF, LINE_FIELD, SMALLEST_TEAM, STREET_FIELD
from .apportion import shares
from .city import City
from .workload import NETS, Workload

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PART_TIME = 0.7
"""Hours a week of a part-timer over those of a full-timer: 24 of 35."""


class Staffing:
    """Field-going people of a city by organisation.

    Args:
        city: The city, whose file gives the totals.
        load: Expected work of its organisations.
        par: Parameters.
    """

    def __init__(self, city: City, load: Workload, par: Floats) -> None:
        self.city, self.load, self.par = city, load, par

    def grid_workers(self) -> tuple[Ints, Ints]:
        """Return full-time and part-time grid workers by community and net, shape (communities, 5) each.

        Communities get theirs partly by work, the rest by grids; within a community work alone decides.
        """
        grids, staff = self.city.grids, self.city.spec.staff
        by_grids = np.zeros(len(self.city.communities))
        np.add.at(by_grids, grids["community"], (grids["kind"] != EXCLUSIVE) + 0.15)
        work = self.load.nets[:, :NETS]
        full = self._spread(work.sum(axis=1), by_grids, staff.full_time_grid_workers)
        part = self._spread(work.sum(axis=1), by_grids, staff.part_time_grid_workers)
        split = [_split(w, int(f), int(p)) for w, f, p in zip(work, full, part, strict=True)]
        return np.array([ours for ours, _ in split]), np.array([theirs for _, theirs in split])

    def merged(self, full: Ints, part: Ints) -> NDArray[np.bool_]:
        """Return which nets have too few people for a team of their own, shape (communities, 5)."""
        return np.asarray(full + part < self.par[SMALLEST_TEAM])

    def community_workers(self) -> Ints:
        """Return community workers by community: partly by work, the rest about five a village and by residents."""
        places, total = self.city.communities, self.city.spec.staff.community_workers
        rural = places["rural"] == 1
        villages = np.where(rural, 5.0, 0.0)
        if rural.all() or villages.sum() > total:
            villages *= (total if rural.all() else total // 2) / villages.sum()
        others = np.where(rural, 0.0, places["residents"])
        rest = total - villages.sum()
        by_residents = villages + (others * rest / others.sum() if others.sum() > 0 else 0.0)
        return self._spread(self.load.nets[:, NETS], by_residents, total)

    def property_staff(self) -> Ints:
        """Return property staff by community: so many for the managed homes of the city, at least one where any are."""
        managed = self.city.compounds[self.city.compounds["firm"] >= 0]
        homes = np.zeros(len(self.city.communities))
        np.add.at(homes, managed["community"], managed["households"])
        total = int(np.where(homes > 0, np.maximum(1, np.rint(homes / self.par[HOUSEHOLDS_PER_STAFF])), 0).sum())
        return self._spread(self.load.property * (homes > 0), homes, total, homes > 0)

    def street_officers(self) -> Ints:
        """Return officers by street who take field cases."""
        streets, staff = self.city.streets, self.city.spec.staff
        total = max(len(streets), round(staff.street_staff * float(self.par[STREET_FIELD]) * len(streets)))
        by_size = streets["residents"] + float(streets["residents"].mean())
        return self._spread(self.load.street, by_size, total, np.ones(len(streets), dtype=bool))

    def social_workers(self) -> Ints:
        """Return field staff of social organisations by street."""
        streets = self.city.streets
        total = self.city.spec.staff.social_workers * len(streets)
        return self._spread(self.load.social, streets["residents"].astype(float), total)

    def volunteers(self) -> Ints:
        """Return volunteers of mass organisations by street, by residents."""
        streets = self.city.streets
        return shares(streets["residents"].astype(float), self.city.spec.staff.mass_volunteers * len(streets))

    def line_officers(self) -> Ints:
        """Return officers who answer streets, by row of the lines: two at least where there is work, else none.

        A line sends out no more than it has.
        """
        lines = self.city.lines
        result = np.zeros(len(lines), dtype=np.int64)
        for d in np.unique(lines["district"]):
            rows = np.flatnonzero(lines["district"] == d)
            total = round(float(lines["headcount"][rows].sum()) * float(self.par[LINE_FIELD if d >= 0 else CITY_FIELD]))
            work = self.load.lines[d if d >= 0 else len(self.load.lines) - 1][lines["line"][rows]]
            most = np.maximum(2, lines["headcount"][rows].astype(np.int64))
            result[rows] = np.minimum(at_least(2, work, total), most)
        return result

    def _spread(self, work: Floats, other: Floats, total: int, some: NDArray[np.bool_] | None = None) -> Ints:
        """Spread people partly by work, the rest by another measure; one at least to those in ``some``."""
        by_work = float(self.par[BY_WORK]) if work.sum() > 0 else 0.0
        if total == 0 or other.sum() <= 0:
            return np.zeros(len(work), dtype=np.int64)
        weight = (1.0 - by_work) * other / other.sum()
        if by_work > 0:
            weight = weight + by_work * work / work.sum()
        return shares(weight, total) if some is None else at_least(1, np.where(some, weight, 0.0), total)


def at_least(least: int, weight: Floats, total: int) -> Ints:
    """Split ``total`` by weight with ``least`` for all who have any weight, even if ``total`` is too small for that."""
    result = np.zeros(len(weight), dtype=np.int64)
    free = weight > 0
    while free.any():
        parts = shares(np.where(free, weight, 0.0), max(0, total - int(result.sum())))
        short = free & (parts < least)
        if not short.any():
            return result + parts
        result[short] = least
        free &= ~short
    return result


def _split(work: Floats, full: int, part: int) -> tuple[Ints, Ints]:
    """Split a community's grid workers over its nets by work: full-timers first, part-timers fill the gaps."""
    share = work / work.sum() if work.sum() > 0 else np.full(NETS, 1.0 / NETS)
    ours = shares(share, full)
    gap = np.maximum(share * (full + PART_TIME * part) - ours, 1e-6)
    return ours, shares(gap, part)
