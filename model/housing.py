"""Compounds, property firms and units of a city."""

from __future__ import annotations

import numpy as np

from ..agents import places as P
from ..agents.columns import Rows
from .apportion import Ints, apportion, at_least_one, normal_column, size_column, starts, uniform_column
from .city_file import CitySpec

_MANAGED, _COMMITTEE, _FACILITY, _FIRM_SIZE, _EFFORT, _FEE = range(16, 22)
_HONOUR, _UNIT_KIND, _UNIT_SIZE, _WILLING, _SKILL = range(22, 27)
_KIND_SHARES = np.array([0.85, 0.04, 0.03, 0.08])
"""Enterprises, schools and hospitals, government offices, other public units: an estimate."""
_EXCLUSIVE_UNITS = 12
"""Units of an exclusive grid against an ordinary one of mean size."""
_RELUCTANT = 0.10
"""Willingness under which a unit has not joined at the start."""


def build_compounds(spec: CitySpec, grids: Rows, key: np.uint64) -> Rows:
    """Return old and commercial compounds; grids get their (first) compound and compounds their households."""
    grids["compound"] = -1
    parts = []
    for kind, total in ((P.COMMERCIAL, spec.stock.commercial_compounds), (P.OLD, spec.stock.old_compounds)):
        at = np.flatnonzero(grids["kind"] == kind)
        if len(at) and total:
            parts.append(_of_kind(at, total, kind, grids))
    rows = np.concatenate(parts) if parts else P.COMPOUNDS.rows(0)
    rows = rows[np.argsort(rows["grid"], kind="stable")]
    rows["key"] = np.arange(len(rows)) + 1
    for name in ("community", "street", "district"):
        rows[name] = grids[name][rows["grid"]]
    _link_grids(rows, grids)
    keys = rows["key"].copy()
    old = rows["old"] == 1
    chance = np.where(old, spec.stock.committees_old, spec.stock.committees_commercial)
    rows["committee"] = uniform_column(key, keys, _COMMITTEE) < chance
    mean, spread = np.where(old, 0.55, 0.85), np.where(old, 0.10, 0.07)
    rows["facility"] = np.clip(mean + spread * normal_column(key, keys, _FACILITY), 0.05, 1.0)
    managed = uniform_column(key, keys, _MANAGED) < np.where(old, spec.stock.managed_old, spec.stock.managed_commercial)
    rows["firm"] = np.where(managed, 0, -1)
    return rows


def _of_kind(at: Ints, total: int, kind: int, grids: Rows) -> Rows:
    """Return ``total`` compounds over the grids ``at``: several in a grid, or one over several neighbouring grids."""
    rows = P.COMPOUNDS.rows(total)
    rows["old"] = kind == P.OLD
    if total >= len(at):
        per_grid = at_least_one(total, grids["households"][at].copy())
        rows["grid"] = np.repeat(at, per_grid)
        rows["households"] = np.concatenate(
            [
                apportion(int(h), np.ones(n, dtype=np.int64))
                for h, n in zip(grids["households"][at], per_grid, strict=True)
            ]
        )
        return rows
    first = starts(apportion(len(at), np.ones(total, dtype=np.int64)))
    rows["grid"] = at[first]
    rows["households"] = np.add.reduceat(grids["households"][at], first)
    return rows


def _link_grids(rows: Rows, grids: Rows) -> None:
    """Give each commercial or old grid its compound: the first in it, else the one that began before it."""
    for kind in (P.COMMERCIAL, P.OLD):
        mine = np.flatnonzero(rows["old"] == (kind == P.OLD))
        at = np.flatnonzero(grids["kind"] == kind)
        if len(mine) and len(at):
            main = rows["grid"][mine]
            place = np.searchsorted(main, at, side="right") - 1
            exact = np.searchsorted(main, at, side="left")
            same = (exact < len(main)) & (main[np.minimum(exact, len(main) - 1)] == at)
            grids["compound"][at] = mine[np.where(same, exact, np.maximum(0, place))]


def build_firms(spec: CitySpec, compounds: Rows, n_districts: int, key: np.uint64) -> Rows:
    """Return the property firms; each manages a run of compounds of one district."""
    managed = np.flatnonzero(compounds["firm"] >= 0)
    in_district = np.bincount(compounds["district"][managed], minlength=n_districts)
    total = min(spec.stock.firms, len(managed))
    if total == 0:
        compounds["firm"] = -1
        return P.FIRMS.rows(0)
    here = np.minimum(apportion(total, in_district), in_district)
    rows = P.FIRMS.rows(int(here.sum()))
    rows["key"] = np.arange(len(rows)) + 1
    rows["district"] = np.repeat(np.arange(n_districts), here)
    size = size_column(key, rows["key"].copy(), _FIRM_SIZE, 0.8)
    first = 0
    for d in range(n_districts):
        if here[d]:
            mine = managed[compounds["district"][managed] == d]
            counts = at_least_one(len(mine), size[first : first + here[d]])
            compounds["firm"][mine] = np.repeat(np.arange(first, first + here[d]), counts)
            first += int(here[d])
        else:
            compounds["firm"][managed[compounds["district"][managed] == d]] = -1
    ours = compounds["firm"] >= 0
    rows["compounds"] = np.bincount(compounds["firm"][ours], minlength=len(rows))
    watched = np.bincount(compounds["firm"][ours], compounds["committee"][ours], minlength=len(rows))
    watched = watched / rows["compounds"]
    keys = rows["key"].copy()
    rows["effort"] = np.clip(0.5 + 0.12 * normal_column(key, keys, _EFFORT), 0.1, 1.0)
    rows["fee"] = np.round(180.0 * np.exp(0.3 * normal_column(key, keys, _FEE)), 2)
    rows["honour"] = uniform_column(key, keys, _HONOUR) ** 2
    rows["monitoring"] = 0.2 + 0.6 * watched
    rows["satisfaction"] = rows["effort"]
    return rows


def build_units(spec: CitySpec, grids: Rows, key: np.uint64) -> Rows:
    """Return enterprises and resident units, in order of grid; exclusive grids have most."""
    mean = max(1, int(grids["residents"].sum()) // len(grids))
    weight = np.where(grids["kind"] == P.EXCLUSIVE, _EXCLUSIVE_UNITS * mean, grids["residents"])
    per_grid = apportion(spec.stock.units, weight)
    rows = P.UNITS.rows(spec.stock.units)
    rows["key"] = np.arange(len(rows)) + 1
    rows["grid"] = np.repeat(np.arange(len(grids)), per_grid)
    for name in ("community", "street", "district"):
        rows[name] = grids[name][rows["grid"]]
    keys = rows["key"].copy()
    rows["kind"] = np.searchsorted(np.cumsum(_KIND_SHARES), uniform_column(key, keys, _UNIT_KIND)).clip(0, 3)
    rows["staff"] = 1
    skill = (uniform_column(key, keys, _SKILL) * 8).astype(np.int64)
    of_kind = np.array([0, 1 << 5 | 1 << 3, 1 << 7, 1 << 3])[rows["kind"]]
    rows["skills"] = 1 | (1 << skill) | of_kind
    rows["willing"] = np.clip(0.35 + 0.2 * normal_column(key, keys, _WILLING), 0.0, 1.0)
    rows["bent"] = rows["willing"]
    rows["joined"] = rows["willing"] >= _RELUCTANT
    return rows


def unit_sizes(units: Rows, key: np.uint64) -> Ints:
    """Return relative sizes of units, from which residents draw their employer, shape (units,)."""
    return size_column(key, units["key"].copy(), _UNIT_SIZE, 1.2)
