"""The arrays of a run before its first minute: tables from the city, base levers, shocks on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..agents import handling as H
from ..agents import responders as R
from ..agents.columns import Rows
from ..agents.offices import SPREAD
from ..agents.places import GRID_KINDS
from . import shocks as S
from .calendar import DAY, Calendar
from .city import City
from .draws import OFFICE, SHOCK, fill_uniforms, stream_keys
from .incidents import SHOCKS, Catalogue
from .levers import base_rows
from .occasions import PRACTISES, STRUCK
from .roster import shift_table
from .routing import CARE_SKILL, MEDIATION_SKILL
from .state import (
    CALLS,
    CASES,
    CAT_SIZE,
    COUNTS,
    FREE_BLOCK,
    FREE_CALL,
    FREE_CASE,
    FREE_NEED,
    G_SIZE,
    K_SIZE,
    L_SIZE,
    LEVELS,
    LINE_WORK,
    LOG,
    MISC_CALLS,
    MISC_SIZE,
    MISC_STORM,
    NEEDS,
    RESTING_NEED,
    SCALARS,
    STAGES,
)
from .wheel import BLOCK, EVENT_KINDS, NODES

if TYPE_CHECKING:
    from .plan import ShockPlan

_CALL_SHAPE = np.array(
    [
        0.5,
        0.3,
        0.2,
        0.2,
        0.2,
        0.3,
        0.8,
        2.5,
        7.0,
        9.5,
        9.5,
        8.5,
        6.0,
        6.5,
        8.5,
        8.5,
        8.0,
        6.5,
        5.0,
        4.5,
        3.5,
        2.0,
        1.0,
        0.5,
    ]
)
_CALL_FACTOR = (1.15, 0.67, 0.55)
"""Hotline calls by hour and kind of day, shape of the dispatched requests; mean one over an ordinary year."""
_DAYTIME = range(8, 20)
MOST_SHOCKS = 16
"""Most shocks of a run: their numbers are part of the keys of their tasks (``arrivals``)."""


def empty_tables(
    city: City,
    catalogue: Catalogue,
    calendar: Calendar,
    tau_days: int,
    par: NDArray[np.float64],
    pools: Rows,
    responders: Rows,
) -> dict[str, Any]:
    """Return the arrays of the engine, with nothing under way."""
    n_days = calendar.days
    need_rows = 2048 + len(city.communities) * 128
    sc = np.zeros(SCALARS, dtype=np.int64)
    for place in (FREE_NEED, RESTING_NEED, FREE_CASE, FREE_CALL, FREE_BLOCK):
        sc[place] = -1
    misc = np.zeros(MISC_SIZE)
    misc[MISC_STORM], misc[MISC_CALLS] = par[S.STORM_SLOWING], 1.0
    shape = _CALL_SHAPE / _CALL_SHAPE.sum()
    residents = city.residents
    return {
        "par": par,
        "sc": sc,
        "kind_share": np.array([1.0 if k == R.FULL else par[k] for k in R.SHARE_OF_KIND]),
        "cats": catalogue.rows,
        "grids": city.grids,
        "communities": city.communities,
        "streets": city.streets,
        "districts": city.districts,
        "compounds": city.compounds.copy(),
        "firms": city.firms.copy(),
        "units": city.units.copy(),
        "served": np.zeros(len(city.grids)),
        "lines": city.lines,
        "needs": NEEDS.rows(need_rows + 8192),
        "cases": CASES.rows(need_rows + 8192),
        "calls": CALLS.rows(16384),
        "trust": residents["trust"].copy(),
        "participation": residents["participation"].copy(),
        "line_work": line_accounts(city, pools, responders),
        "whistles": np.zeros(len(city.streets), dtype=np.int64),
        "unit_minutes": np.zeros(max(1, len(city.units)), dtype=np.int64),
        "hazard": np.ones((len(city.grids), len(catalogue.rows))),
        "day_kind": calendar.kind,
        "weekday": calendar.weekday,
        "work_index": calendar.work_index,
        "work_days": calendar.work_days,
        "shifts": shift_table(),
        "seats": _seats(city, par),
        "extra_seats": np.array([max(0, round(city.spec.staff.hotline_seats_day * float(par[H.EXTRA_SEATS]) / 75.0))]),
        "absence": np.zeros(len(city.communities)),
        "counter_use": np.zeros(len(city.communities), dtype=np.int64),
        "resident_minutes": np.zeros(len(city.communities), dtype=np.int64),
        "call_hours": np.array([shape * f for f in _CALL_FACTOR]),
        "misc": misc,
        "city_busy": np.ones(len(catalogue.rows)),
        **_empty_queue(n_days, need_rows),
        **_empty_books(city, catalogue, n_days, tau_days * DAY),
    }


def _empty_queue(n_days: int, need_rows: int) -> dict[str, Any]:
    """Return the tables of the event queue and of the event log."""
    return {
        "wheel": np.full(DAY, -1, dtype=np.int64),
        "nodes": NODES.rows(4 * need_rows + 65536),
        "later": NODES.rows((n_days + need_rows // 16) * BLOCK),
        "block_next": np.full(n_days + need_rows // 16, -1, dtype=np.int64),
        "day_block": np.full(n_days, -1, dtype=np.int64),
        "day_events": np.zeros(n_days, dtype=np.int64),
        "bucket": np.zeros(DAY * len(EVENT_KINDS), dtype=np.int64),
        "run_start": np.zeros(DAY + 1, dtype=np.int64),
        "now": np.zeros(262144, dtype=np.int64),
        "log": LOG.rows(1),
    }


def _empty_books(city: City, catalogue: Catalogue, n_days: int, tau: int) -> dict[str, Any]:
    """Return the tables into which flows are counted and ended needs are folded; ``tau`` in minutes."""
    return {
        "counts": np.zeros((n_days, len(city.streets), len(COUNTS)), dtype=np.int64),
        "hist_response": np.zeros(tau + 1, dtype=np.int64),
        "hist_solution": np.zeros(tau + 1, dtype=np.int64),
        "hist_contact": np.zeros(tau + 1, dtype=np.int64),
        "hist_from_report": np.zeros(tau + 1, dtype=np.int64),
        "hist_on_site": np.zeros(tau + 1, dtype=np.int64),
        "by_category": np.zeros((len(catalogue.rows), CAT_SIZE), dtype=np.int64),
        "by_level": np.zeros((len(LEVELS), L_SIZE), dtype=np.int64),
        "by_kind": np.zeros((len(GRID_KINDS), K_SIZE), dtype=np.int64),
        "by_grid": np.zeros((len(city.grids), G_SIZE), dtype=np.int64),
        "stage_table": np.zeros((len(catalogue.rows), 4, len(STAGES) + 1), dtype=np.int64),
    }


def _seats(city: City, par: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return hotline seats by hour: the declared number by day, the city's night number else."""
    staff = city.spec.staff
    night, day = int(staff.hotline_seats_night), int(staff.hotline_seats_day)
    day = max(1, round(day * float(par[H.SEATS]) / 75.0))
    return np.array([day if hour in _DAYTIME else min(night, day) for hour in range(24)], dtype=np.int64)


def line_accounts(city: City, pools: Rows, responders: Rows) -> Rows:
    """Return the line-work accounts: hours for line work are those of staff who do not answer streets."""
    rows = LINE_WORK.rows(len(city.lines))
    pool = np.flatnonzero(pools["line_row"] >= 0)
    officers = np.zeros(len(city.lines))
    size = np.bincount(responders["pool"][responders["kind"] == R.LINE_OFFICER], minlength=len(pools))
    np.add.at(officers, pools["line_row"][pool], size[pool])
    rows["capacity"] = np.maximum(1.0, city.lines["headcount"] - officers) * 7.5
    rows["inflow"] = rows["capacity"] * city.lines["utilisation"]
    return rows


def base_levers(city: City, catalogue: Catalogue, pools: Rows, par: NDArray[np.float64]) -> dict[str, Rows]:
    """Return the baseline values of all levers, by entity.

    Communities differ in how well they match; only care and disputes go to social and mass organisations.
    """
    places = len(city.communities)
    sizes = {
        "community": places, "topic": places * len(catalogue.rows), "pool": len(pools), "line": len(city.lines),
        "unit": len(city.units), "firm": len(city.firms), "compound": len(city.compounds),
        "hour": 24,
    }  # fmt: skip
    base = base_rows(sizes, par)
    luck = np.empty(places)
    fill_uniforms(stream_keys(city.seed)[OFFICE], city.communities["key"], PRACTISES, luck)
    practice = par[H.MATCHING] * (1.0 + par[SPREAD] * (2.0 * luck - 1.0))
    base["community"]["matching"] = np.clip(practice, 0.0, 1.0)
    others = np.tile(~np.isin(catalogue.rows["skill"], (MEDIATION_SKILL, CARE_SKILL)), places)
    base["topic"]["social_share"][others] = base["topic"]["mass_share"][others] = 0.0
    return base


def risk_of_grids(city: City, catalogue: Catalogue) -> NDArray[np.float64]:
    """Return each grid's rate of needs that a patrol can see, over the mean of its community, shape (grids,)."""
    g = city.grids
    rate = np.zeros(4)
    for cat in catalogue.rows:
        if cat["shock"] < 0:
            rate += cat["rate"] * cat["visible"]
    own = g["residents"] * rate[g["kind"]]
    total = np.bincount(g["community"], own, minlength=len(city.communities))
    mean = total / np.maximum(1, city.communities["n_grids"])
    return np.asarray(np.where(mean[g["community"]] > 0, own / np.maximum(mean[g["community"]], 1e-9), 1.0))


def place_shocks(
    city: City, plans: Sequence[ShockPlan], par: NDArray[np.float64], keys: NDArray[np.uint64]
) -> Mapping[str, Any]:
    """Return the table of shocks and how hard each hits each community, shape (shocks, communities)."""
    if len(plans) > MOST_SHOCKS:
        raise ValueError(f"{len(plans)} shocks: a run has at most {MOST_SHOCKS}")
    plans = sorted(plans, key=lambda p: p.id)
    rows = S.SHOCK_TABLE.rows(len(plans))
    hit = np.zeros((len(plans), len(city.communities)))
    for k, plan in enumerate(plans):
        kind = SHOCKS.index(plan.kind)
        rows[k] = (k, kind, plan.start, plan.end, plan.severity, 0)
        reach = np.ones(len(city.communities), dtype=bool) if plan.communities is None else plan.communities
        hit[k] = plan.severity * _field(city, kind, k, reach, keys)
    return {"shocks": rows, "shock_hit": hit, "shock_field": np.zeros(len(city.communities))}


def _field(
    city: City, kind: int, number: int, reach: NDArray[np.bool_], keys: NDArray[np.uint64]
) -> NDArray[np.float64]:
    """Return the relative strength of a shock over communities: even, around a keyed centre, or at one place."""
    places = np.flatnonzero(reach)
    field = np.zeros(len(city.communities))
    if len(places) == 0 or kind == S.HOTLINE_SURGE:
        return field
    if kind == S.OUTBREAK:
        field[places] = 1.0
        return field
    luck = np.empty(len(places))
    fill_uniforms(keys[SHOCK], city.communities["key"][places], STRUCK + number, luck)
    centre = places[int(np.argmin(luck))]
    if kind == S.FIRE:
        field[centre] = 1.0
        return field
    x, y = city.communities["x"], city.communities["y"]
    squared = (x[places] - x[centre]) ** 2 + (y[places] - y[centre]) ** 2
    spread = max(2.0, 0.35 * float(np.hypot(np.ptp(x[places]), np.ptp(y[places]))))
    field[places] = 0.15 + 1.6 * np.exp(-squared / (2.0 * spread * spread))
    return field
