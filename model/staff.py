"""What changes by the month: workers quit and are replaced by novices, novices learn, facilities wear."""

from __future__ import annotations

import math
from typing import Any

from ..agents import responders as R
from ..agents.parameters import parameter
from ..agents.rules import entry, rule
from .calendar import DAY
from .draws import STAFF, normal, uniforms
from .organisations import EXPERIENCE, NOVICE

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

_PAY_GAP_FREE = 0.6


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
        hazard = quit_hazard(w.par[QUIT], load - _PAY_GAP_FREE, w.par[QUIT_OVERLOAD], p.tenure, w.par[QUIT_TENURE])
        u, v = uniforms(w.keys[STAFF], p.key, 1024 + month)
        p.tenure += 1.0
        if u < 1.0 - math.exp(-hazard) and p.state == R.IDLE:
            gone += 1
            p.tenure = 0.0
            p.potential = min(1.4, max(0.6, 1.0 + 0.15 * normal(w.keys[STAFF], p.key, 4096 + month)))
            p.from_minute = t + int(-math.log(v) * w.par[VACANCY]) * DAY
        p.productivity = p.potential * (1.0 - (1.0 - w.par[NOVICE]) * math.exp(-p.tenure / w.par[EXPERIENCE]))
    return gone


@entry
def clear_month(w: Any) -> None:
    """Begin a new month of the load accounts."""
    for r in range(w.responders.shape[0]):
        w.responders[r].month_busy = 0
        w.responders[r].month_field = 0


@entry
def facilities_month(w: Any, start: Any) -> None:
    """Let compounds wear and be kept up; a worse condition than at the start raises the grid's need rates."""
    for k in range(w.compounds.shape[0]):
        compound = w.compounds[k]
        effort = w.firms[compound.firm].effort if compound.firm >= 0 else 0.2
        condition = compound.facility - w.par[WEAR] + w.par[UPKEEP] * effort
        compound.facility = min(1.0, max(0.0, condition))
        factor = 1.0 + w.par[HAZARD_OF_WEAR] * (start[k] - compound.facility)
        for category in range(w.cats.shape[0]):
            if w.cats[category].net == 6:
                w.hazard[compound.grid, category] = min(1.25, max(0.5, factor))
