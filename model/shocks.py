"""Shocks at work: a shock begins and ends, travel slows, staff fall ill, calls multiply, paired reserves are called.

A shock's place and size are fixed before the run; what it brings arises with the needs of the day.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents import responders as R
from ..agents.columns import Column, Table
from ..agents.parameters import parameter
from ..agents.rules import rule
from .calendar import DAY
from .crews import join_crew
from .dispatch import in_window, serve
from .stages import advance_clock, touch
from .state import MISC_CALLS
from .wheel import ACTIVATE, SHOCK, push

OUTBREAK, RAINSTORM, FIRE, HOTLINE_SURGE = 0, 1, 2, 3

SHOCK_TABLE = Table(
    "shocks",
    "冲击",
    "Shocks",
    (
        Column("key", "i8", "id", "编号", "semantic key"),
        Column("kind", "i8", "code", "种类", "kind", 0, 3),
        Column("start", "i8", "min", "开始", "first minute", 0),
        Column("end", "i8", "min", "结束", "minute after the last", 0),
        Column("severity", "f8", "1", "强度", "severity", 0, 5),
        Column("running", "i8", "1", "进行中", "1 while it runs", 0, 1),
    ),
)

STORM_SLOWING = parameter(
    "shock.storm_slowing",
    0.8,
    "1",
    0,
    10,
    "暴雨行路减速",
    "extra travel time at storm severity 1",
    "estimate to be swept",
)
ABSENCE = parameter(
    "shock.absence", 0.10, "1", 0, 0.9, "疫情缺勤", "staff absent where severity is 1", "estimate to be swept"
)
SURGE_CALLS = parameter(
    "shock.surge_calls",
    20.0,
    "1",
    1,
    200,
    "热线来电倍数",
    "factor on calls at surge severity 1",
    "Nanjing July 2021: up to 144 times the ordinary daily peak",
    "S",
)

CONTAINMENT = parameter(
    "shock.containment",
    0.3,
    "1",
    0,
    1,
    "筛查遏制系数",
    "share by which an outbreak recedes in a place whose residents are all screened on a day",
    "estimate to be swept: those found early are isolated before they pass it on",
)


@rule
def on_shock(w: Any, s: int, t: int) -> None:
    """A shock begins or ends at ``t``: set what it changes at once, and call the paired reserves when it begins."""
    shock = w.shocks[s]
    shock.running = 1 if t < shock.end else 0
    sign = 1.0 if shock.running == 1 else -1.0
    if shock.kind == OUTBREAK:
        for c in range(w.absence.shape[0]):
            w.absence[c] = max(0.0, w.absence[c] + sign * w.par[ABSENCE] * w.shock_hit[s, c])
    elif shock.kind == HOTLINE_SURGE:
        w.misc[MISC_CALLS] = max(1.0, w.misc[MISC_CALLS] + sign * (w.par[SURGE_CALLS] - 1.0) * shock.severity)
        extra = w.extra_seats[0]
        for hour in range(w.seats.shape[0]):
            w.seats[hour] += extra if shock.running == 1 else -extra
    elif shock.kind == RAINSTORM:
        for c in range(w.shock_field.shape[0]):
            w.shock_field[c] = max(0.0, w.shock_field[c] + sign * w.shock_hit[s, c])
    if shock.running == 0 or shock.kind == HOTLINE_SURGE:
        return
    for r in range(w.responders.shape[0]):
        p = w.responders[r]
        if p.kind == R.RESERVE and p.active == 0 and p.delay >= 0 and w.shock_hit[s, p.community] > 0.0:
            push(w, t + p.delay, ACTIVATE, p.key, r, 0)


@rule
def on_activate(w: Any, r: int, t: int) -> None:
    """A paired reserve comes on duty at its community, at exactly this minute, until the evening."""
    p = w.responders[r]
    if p.active == 1 or not anything_running(w, p.community):
        return
    roster = w.roster[p.pool]
    advance_clock(w, roster, t)
    touch(w, roster)
    p.active = 1
    p.from_minute = t
    join_crew(w, r)
    half = t % DAY // 30
    last = min(48, max(half + 16, 40))
    p.on = ((1 << last) - 1) & ~((1 << half) - 1)
    p.field = p.on
    minutes = 30 * (last - half) - t % 30
    p.month_field += minutes
    if p.home_line >= 0:
        w.line_work[p.home_line].lent += minutes
    if in_window(w, t):
        p.on_minutes += minutes
        p.field_minutes += minutes
        if p.home_unit >= 0:
            w.unit_minutes[p.home_unit] += minutes
    serve(w, roster, t)


@rule
def contain(w: Any) -> None:
    """At midnight: an outbreak recedes where residents were screened, and with it the absence of staff."""
    for s in range(w.shocks.shape[0]):
        if w.shocks[s].running == 1 and w.shocks[s].kind == OUTBREAK:
            for c in range(w.absence.shape[0]):
                gone = np.float64(w.shock_hit[s, c]) * w.par[CONTAINMENT] * w.community_levers[c].screening
                if gone > 0.0:
                    w.shock_hit[s, c] -= gone
                    w.absence[c] = max(0.0, w.absence[c] - w.par[ABSENCE] * gone)


@rule
def muster(w: Any, r: int, t: int) -> None:
    """At midnight: a paired reserve whom no shock keeps goes home; one who was paired during a shock is called."""
    p = w.responders[r]
    wanted = p.delay >= 0 and anything_running(w, p.community)
    if p.active == 1 and p.state == R.IDLE and not wanted:
        p.active = 0
    elif p.active == 0 and wanted:
        push(w, t + p.delay, ACTIVATE, p.key, r, 0)


@rule
def anything_running(w: Any, community: int) -> bool:
    """Return whether a shock with tasks runs in a community."""
    for s in range(w.shocks.shape[0]):  # noqa: SIM110 (compiled rules know no generators)
        if w.shocks[s].running == 1 and w.shock_hit[s, community] > 0.0:
            return True
    return False


@rule
def plan_shocks(w: Any) -> None:
    """Plan the beginning and the end of every shock."""
    for s in range(w.shocks.shape[0]):
        shock = w.shocks[s]
        push(w, shock.start, SHOCK, shock.key, s, 0)
        push(w, shock.end, SHOCK, shock.key, s, 1)
