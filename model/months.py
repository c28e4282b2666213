"""What changes by the month: workers quit and learn, units weigh what they give, committees form, facilities wear."""

from __future__ import annotations

import math
from typing import Any

from ..agents import careers as career
from ..agents import committees as K
from ..agents import responders as R
from ..agents import units as U
from ..agents.parameters import parameter
from ..agents.rosters import EXPERIENCE, NOVICE
from ..agents.rules import entry, rule
from .calendar import DAY
from .draws import OFFICE, STAFF, normal, uniform, uniforms
from .occasions import COMMITTEE, QUITS, SUCCEEDS

QUIT = parameter(
    "staff.quit",
    0.012,
    "1/month",
    0,
    0.5,
    "月离职率",
    "monthly hazard of quitting of an ordinary worker",
    "about 13 % a year; estimate to be swept",
)
QUIT_OVERLOAD = parameter(
    "staff.quit_overload",
    1.5,
    "1",
    0,
    10,
    "超负荷系数",
    "effect of utilisation above 0.6 on ln(hazard)",
    "estimate to be swept",
)
QUIT_TENURE = parameter(
    "staff.quit_tenure",
    0.01,
    "1/month",
    0,
    0.2,
    "任职系数",
    "fall of ln(hazard) with each month in post",
    "estimate to be swept",
)
VACANCY = parameter(
    "staff.vacancy_days", 45, "day", 0, 720, "空缺时间", "mean days until a post is filled", "estimate to be swept"
)
WEAR = parameter(
    "compound.wear",
    0.006,
    "1/month",
    0,
    0.2,
    "设施老化",
    "monthly loss of a compound's condition without upkeep",
    "estimate to be swept",
)
SELF_UPKEEP = parameter(
    "compound.self_upkeep",
    0.2,
    "1",
    0,
    1,
    "无物业小区自管程度",
    "effort at which owners keep up a compound that has no firm",
    "estimate to be swept",
)
UPKEEP = parameter(
    "compound.upkeep",
    0.012,
    "1/month",
    0,
    0.2,
    "设施养护",
    "monthly gain of condition at full effort of a firm",
    "estimate to be swept",
)
HAZARD_OF_WEAR = parameter(
    "compound.hazard",
    0.5,
    "1",
    0,
    5,
    "老化致险系数",
    "rise of a compound's need rates for a loss of condition of 1",
    "estimate to be swept",
)

_ORDINARY_LOAD = 0.6


@rule
def quit_hazard(base: float, overload: float, load_effect: float, tenure: float, tenure_effect: float) -> float:
    """Return the monthly hazard of quitting, proportional-hazards form."""
    return base * math.exp(load_effect * overload - tenure_effect * tenure)


@entry
def staff_month(w: Any, month: int, t: int) -> int:
    """Let a month pass for every worker: learn, quit, be replaced; return how many quit."""
    gone = 0
    for r in range(w.responders.shape[0]):
        p = w.responders[r]
        if p.kind > R.COMMUNITY_WORKER:
            continue
        load = p.month_busy / p.month_field if p.month_field > 0 else 0.0
        hazard = quit_hazard(w.par[QUIT], load - _ORDINARY_LOAD, w.par[QUIT_OVERLOAD], p.tenure, w.par[QUIT_TENURE])
        levers = w.pool_levers[p.pool]
        at = career.grade(p.tenure, w.par[career.GRADE_YEARS], w.par[career.GRADES])
        hazard *= career.quit_factor(levers.pay, levers.grade_step, at, w.par[career.QUIT_PAY])
        u, v = uniforms(w.keys[STAFF], p.key, QUITS + month)
        p.tenure += 1.0
        p.trained += levers.training
        if u < 1.0 - math.exp(-hazard) and p.state == R.IDLE:
            gone += 1
            p.tenure = 0.0
            p.trained = 0.0
            p.potential = min(1.4, max(0.6, 1.0 + 0.15 * normal(w.keys[STAFF], p.key, SUCCEEDS + month)))
            p.from_minute = t + int(-math.log(v) * w.par[VACANCY]) * DAY
        learned = career.learned(p.trained, w.par[career.TRAINED_HALF])
        p.fix = w.par[career.TRAINED_FIX] * learned
        p.productivity = p.potential * (1.0 - (1.0 - w.par[NOVICE]) * math.exp(-p.tenure / w.par[EXPERIENCE]))
        p.productivity *= 1.0 + w.par[career.TRAINED_GAIN] * learned
    return gone


@entry
def clear_month(w: Any) -> None:
    """Begin a new month of the load accounts."""
    for r in range(w.responders.shape[0]):
        w.responders[r].month_busy = 0
        w.responders[r].month_field = 0


@entry
def facilities_month(w: Any, start: Any) -> None:
    """Let compounds wear and be kept up; a worse condition than at the start raises the need rates of their grids."""
    for k in range(w.compounds.shape[0]):
        compound = w.compounds[k]
        effort = w.firms[compound.firm].effort if compound.firm >= 0 else w.par[SELF_UPKEEP]
        condition = compound.facility - w.par[WEAR] + w.par[UPKEEP] * effort + w.compound_levers[k].upkeep
        compound.facility = min(1.0, max(0.0, condition))
    for g in range(w.grids.shape[0]):
        k = w.grids[g].compound
        if k < 0:
            continue
        factor = 1.0 + w.par[HAZARD_OF_WEAR] * (start[k] - w.compounds[k].facility)
        for category in range(w.cats.shape[0]):
            if w.cats[category].net == 6:
                w.hazard[g, category] = min(1.25, max(0.5, factor))


@entry
def units_month(w: Any) -> None:
    """Let every unit weigh the month: service done on its grid, by its share of heads there, against hours given."""
    first = 0
    while first < w.units.shape[0]:
        community = w.units[first].community
        end = first
        willing = 0.0
        while end < w.units.shape[0] and w.units[end].community == community:
            willing += w.units[end].willing
            end += 1
        _share_service(w, first, end)
        for k in range(first, end):
            _weigh(w, k, willing / (end - first))
        first = end
    for g in range(w.served.shape[0]):
        w.served[g] = 0.0


@rule
def _share_service(w: Any, first: int, end: int) -> None:
    """Credit the units [first, end) of a community with the service done on their grids and with what policies add."""
    start = first
    while start < end:
        grid = w.units[start].grid
        stop = start
        staff = 0
        while stop < end and w.units[stop].grid == grid:
            staff += w.units[stop].staff
            stop += 1
        an_hour = w.served[grid] / (staff + w.grids[grid].residents)
        for k in range(start, stop):
            w.units[k].received = an_hour * w.units[k].staff + w.unit_levers[k].service
        start = stop


@rule
def _weigh(w: Any, k: int, neighbours: float) -> None:
    """Move a unit's willingness, and let it leave or join again."""
    unit = w.units[k]
    balance = unit.received - unit.given
    unit.balance += balance
    unit.willing = U.moved_willingness(
        unit.willing,
        unit.bent,
        balance / max(1.0, unit.idle_hours),
        neighbours,
        w.par[U.RECIPROCITY],
        w.par[U.CONFORMITY],
        w.par[U.SETTLING],
    )
    threshold = w.unit_levers[k].threshold
    if unit.willing < w.par[U.LEAVES] + threshold:
        unit.joined = 0
    elif unit.willing >= w.par[U.JOINS] + threshold:
        unit.joined = 1
    unit.given = 0.0


@entry
def committees_month(w: Any, month: int, participation: Any) -> None:
    """Let owners' committees form and lapse; firms are watched as closely as their compounds have committees.

    Args:
        w: The World.
        month: Number of the month.
        participation: Mean participation of the residents of each grid, shape (grids,).
    """
    for f in range(w.firms.shape[0]):
        w.firms[f].monitoring = w.par[K.WATCH_ALONE]
    for k in range(w.compounds.shape[0]):
        compound = w.compounds[k]
        u = uniform(w.keys[OFFICE], compound.key, COMMITTEE + month)
        if compound.committee == 1:
            compound.committee = 0 if u < w.compound_levers[k].lapsing else 1
        elif u < w.compound_levers[k].forming * participation[compound.grid] / K.USUAL_PARTICIPATION:
            compound.committee = 1
        if compound.firm >= 0 and compound.committee == 1:
            firm = w.firms[compound.firm]
            firm.monitoring += w.par[K.WATCH_GAIN] / firm.compounds
