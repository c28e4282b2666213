"""What midnight does to people and lines: yesterday is booked under its own rosters, then those of today are drawn."""

from __future__ import annotations

from typing import Any

from ..agents import handling as H
from ..agents import responders as R
from ..agents.rules import rule
from .calendar import DAY, WORKDAY
from .crews import draw_crews
from .dispatch import in_window, parties_out, plan, progress, take_up
from .draws import LINE_WORK, lognormal_mean_one, normal
from .queues import enqueue
from .roster import day_masks, half_hours
from .shocks import muster
from .stages import advance_clock, touch, turn, wait_at
from .state import DAY_NO
from .world import prefetch


@rule
def close_yesterday(w: Any, t: int) -> None:
    """Book all that is under way up to midnight, under the rosters it was done in."""
    for r in range(w.responders.shape[0]):
        _fetch_ahead(w, r)
        p = w.responders[r]
        if p.state == R.ENGAGED:
            n = w.cases[p.case].need
            turn(w, n, t, w.needs[n].phase)
            progress(w, r, t)
    for pool in range(w.pools.shape[0]):
        advance_clock(w, pool, t)
    for r in range(w.responders.shape[0]):
        p = w.responders[r]
        if p.state == R.ENGAGED and p.doing == R.PRESENT:
            lead = w.cases[p.case].lead
            if w.cases[lead if lead >= 0 else p.case].missing > 0:
                _go_home(w, r, t)
    for line in range(w.line_work.shape[0]):
        _book_line(w, line)


@rule
def _fetch_ahead(w: Any, r: int) -> None:
    """Ask for the case of the responder 16 rows on and for the need of the one 8 rows on."""
    last = w.responders.shape[0] - 1
    prefetch(w.cases, max(0, w.responders[min(last, r + 16)].case), 0)
    case = w.responders[min(last, r + 8)].case
    if case >= 0:
        for line in range(3):
            prefetch(w.needs, w.cases[case].need, line)


@rule
def _go_home(w: Any, r: int, t: int) -> None:
    """A party that waited in vain for another goes home at midnight; its part is queued again."""
    p = w.responders[r]
    c = p.case
    case = w.cases[c]
    lead = case.lead if case.lead >= 0 else c
    w.cases[lead].missing += 1
    w.pools[w.roster[case.pool]].promised += case.agreed
    case.responder = -1
    p.state = R.IDLE
    touch(w, w.roster[p.pool])
    p.doing = R.NOTHING
    p.case = -1
    p.generation += 1
    if not parties_out(w, lead):
        wait_at(w, case.need, t, w.cases[lead].pool)
    enqueue(w, c, case.pool, t)
    if p.parked >= 0:
        take_up(w, r, t)


@rule
def _book_line(w: Any, line: int) -> None:
    """Book a working day of a department's line work: keyed inflow, capacity less what was lent or taken."""
    day = w.sc[DAY_NO]
    work = w.line_work[line]
    working = day >= 0 and w.day_kind[day] == WORKDAY
    if working:
        z = normal(w.keys[LINE_WORK], w.lines[line].key, day)
        inflow = work.inflow * lognormal_mean_one(z, w.par[H.LINE_VOLATILITY]) + work.returned
        capacity = max(0.0, work.capacity - work.taken - work.lent / 60.0)
        work.backlog = max(0.0, work.backlog + inflow - capacity)
    if day >= 0 and in_window(w, day * DAY):
        work.lent_minutes += work.lent
        if working:
            work.taken_hours += work.taken
            work.delay_sum += work.backlog / max(work.capacity, 1e-9)
            work.delay_days += 1
    work.lent = 0


@rule
def draw_rosters(w: Any, t: int) -> None:
    """Draw today's shift and field time of everybody, and plan on what is under way."""
    measured = in_window(w, t)
    for line in range(w.line_work.shape[0]):
        w.line_work[line].taken = w.line_levers[line].lent_hours
        w.line_work[line].returned = w.line_levers[line].own_hours
    for pool in range(w.pools.shape[0]):
        w.pools[pool].present = 0
        w.pools[pool].manned = 0
    for r in range(w.responders.shape[0]):
        p = w.responders[r]
        if p.kind == R.RESERVE:
            muster(w, r, t)
        if p.active == 1:
            w.pools[p.pool].manned = 1
        day_masks(w, r, _field_share(w, r), _leave(w, r))
        if t < p.from_minute:
            p.on = 0
            p.field = 0
        if p.on != 0 and _attends(p.kind):
            w.pools[w.roster[p.pool]].present += 1
    draw_crews(w)
    for pool in range(w.pools.shape[0]):
        asked = w.pools[pool].overhead + w.pool_levers[pool].overhead_minutes
        w.pools[pool].overhead = 0.0
        w.pools[w.roster[pool]].overhead += asked
    for pool in range(w.pools.shape[0]):
        _call_meetings(w, pool)
    for r in range(w.responders.shape[0]):
        _account_day(w, r, measured)
        if w.responders[r].state == R.ENGAGED:
            plan(w, r)


@rule
def _leave(w: Any, r: int) -> float:
    """Return the share of shifts that this responder's place loses to leave and, in an outbreak, to illness."""
    community = w.responders[r].community
    return min(0.95, w.par[R.LEAVE] + (w.absence[community] if community >= 0 else 0.0))


@rule
def _attends(kind: int) -> bool:
    """Return whether staff of this kind sit in meetings and keep registers: those on ordinary duty."""
    return kind <= R.LINE_OFFICER and kind != R.STREET_DUTY


@rule
def _call_meetings(w: Any, pool: int) -> None:
    """Share what meetings, registers and supervision ask of a roster among those on duty; else it waits."""
    q = w.pools[pool]
    if q.present == 0 or q.overhead == 0.0:
        return
    minutes = q.overhead / q.present
    q.overhead = 0.0
    for at in range(q.crew, q.crew_end):
        p = w.responders[w.crew[at]]
        if p.on != 0 and _attends(p.kind):
            p.owed_minutes += minutes
            if in_window(w, w.sc[DAY_NO] * DAY):
                p.overhead_minutes += minutes


@rule
def _field_share(w: Any, r: int) -> float:
    """Return the share of a responder's shift that is field time today."""
    p = w.responders[r]
    share = w.kind_share[p.kind]
    if p.kind == R.PROPERTY_STAFF and w.pools[p.pool].firm >= 0:
        share *= w.firms[w.pools[p.pool].firm].effort
    elif p.kind <= R.LINE_DUTY and share < 1.0:
        share += w.pool_levers[p.pool].field_share
    return min(1.0, max(0.0, share))


@rule
def _account_day(w: Any, r: int, measured: bool) -> None:
    """Book a responder's rostered minutes; what he owes to meetings and paperwork takes half-hours of field time."""
    p = w.responders[r]
    if p.on == 0:
        return
    while p.owed_minutes >= 30.0 and p.field != 0:
        p.field &= p.field - 1
        p.owed_minutes -= 30.0
    on = 30 * half_hours(p.on)
    field = 30 * half_hours(p.field)
    p.month_field += field
    if p.home_line >= 0:
        w.line_work[p.home_line].lent += on
    if p.home_unit >= 0:
        w.units[p.home_unit].given += on / 60.0
    if not measured:
        return
    p.on_minutes += on
    p.field_minutes += field
    if p.home_unit >= 0:
        w.unit_minutes[p.home_unit] += on
