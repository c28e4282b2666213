"""The day of the engine: midnight, the minutes, and the reckoning at the horizon.

At midnight everything under way is booked under yesterday's rosters, new rosters are drawn, and today's needs are
planned. Then the minutes run, event by event, each kind handled by one small function.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents import careers as career
from ..agents import handling as H
from ..agents import responders as R
from ..agents.rules import entry, rule
from .arrivals import generate_day, room
from .calendar import DAY, WORKDAY
from .callup import on_call_up
from .cases import hand_on, on_accept, on_decide, on_report, on_return
from .counter import on_counter_done
from .crews import draw_crews
from .deadlines import on_deadline, on_force, on_reopen
from .dispatch import in_window, on_wake, parties_out, plan, progress, serve, take_up
from .draws import LINE_WORK, lognormal_mean_one, normal
from .joining import regroup
from .ledger import fold, reuse_rows
from .queues import enqueue
from .reporting import on_arise, on_call, on_fester, on_hang_up, on_notice, on_settle
from .roster import day_masks, half_hours
from .shocks import contain, muster, on_activate, on_shock, plan_shocks
from .stages import advance_clock, touch, turn, wait_at
from .state import DAY_NO, FREE_BLOCK, FREE_CALL, FREE_CASE, FREE_NEED, HORIZON, MINUTE, PENDING
from .talks import on_talk
from .visits import on_arrive, on_finish
from .wheel import (
    ACCEPT,
    ACTIVATE,
    ARISE,
    ARRIVE,
    CALL,
    CALL_UP,
    COUNTER_DONE,
    DEADLINE,
    DECIDE,
    FESTER,
    FINISH,
    FORCE,
    HANG_UP,
    NOTICE,
    REOPEN,
    REPORT,
    RETURN,
    SETTLE,
    SHOCK,
    TALK,
    WAKE,
    deal,
    open_minute,
    pop,
)
from .world import prefetch


@entry
def chain(w: Any, needs_from: int, cases_from: int, calls_from: int, blocks_from: int) -> None:
    """Put new empty rows of the four growing tables into their free lists, lowest row first."""
    for i in range(w.needs.shape[0] - 1, needs_from - 1, -1):
        w.needs[i].next_free = w.sc[FREE_NEED]
        w.sc[FREE_NEED] = i
    for i in range(w.cases.shape[0] - 1, cases_from - 1, -1):
        w.cases[i].next_free = w.sc[FREE_CASE]
        w.sc[FREE_CASE] = i
    for i in range(w.calls.shape[0] - 1, calls_from - 1, -1):
        w.calls[i].next_free = w.sc[FREE_CALL]
        w.sc[FREE_CALL] = i
    for i in range(w.block_next.shape[0] - 1, blocks_from - 1, -1):
        w.block_next[i] = w.sc[FREE_BLOCK]
        w.sc[FREE_BLOCK] = i


@entry
def begin(w: Any) -> None:
    """Plan what is known before the first day: the shocks."""
    w.sc[MINUTE] = -1
    w.sc[DAY_NO] = -1
    plan_shocks(w)


@entry
def open_day(w: Any, day: int) -> None:
    """Run midnight before ``day``: book yesterday, draw today's rosters, let waiting pools look at their queues."""
    t = day * DAY
    w.sc[MINUTE] = t - 1
    reuse_rows(w)
    _close_yesterday(w, t)
    regroup(w, t)
    w.sc[DAY_NO] = day
    deal(w, day)
    contain(w)
    _draw_rosters(w, t)
    for street in range(w.whistles.shape[0]):
        w.whistles[street] = 0
    for pool in range(w.pools.shape[0]):
        q = w.pools[pool]
        q.wake = -1
        touch(w, pool)
        if q.length > 0:
            if q.manned == 0 and q.net < 0 and q.level <= 1:
                hand_on(w, pool, t)
            serve(w, pool, t)


@rule
def _close_yesterday(w: Any, t: int) -> None:
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
def _draw_rosters(w: Any, t: int) -> None:
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


@entry
def plan_needs(w: Any, epoch: int, scale: float, item: int, margin: int) -> int:
    """Plan today's needs and consultations from ``item`` on; see ``arrivals.generate_day``."""
    return generate_day(w, epoch, scale, item, margin)


@entry
def run_minutes(w: Any, start: int, end: int, margin: int) -> int:
    """Run the minutes [start, end); return the minute reached, before ``end`` if a table must grow first."""
    for minute in range(start, end):
        if room(w) < margin:
            return minute
        if not open_minute(w, minute):
            continue
        while True:
            node = pop(w)
            if node < 0:
                break
            e = w.nodes[node]
            kind = e.kind
            row = e.row
            generation = e.generation
            if kind <= FESTER:
                _need_event(w, kind, row, generation, minute)
            elif kind <= REPORT:
                _call_event(w, kind, row, generation, minute)
            elif kind <= DECIDE:
                _office_event(w, kind, row, generation, minute)
            else:
                _field_event(w, kind, row, generation, minute)
    return end


@rule
def _need_event(w: Any, kind: int, row: int, generation: int, t: int) -> None:
    if kind == NOTICE:
        on_notice(w, row, generation, t)
    elif kind == FESTER:
        on_fester(w, row, generation, t)
    elif kind == ARISE:
        on_arise(w, row, t)
    elif kind == ACTIVATE:
        on_activate(w, row, t)
    elif kind == SHOCK:
        on_shock(w, row, t)


@rule
def _call_event(w: Any, kind: int, row: int, generation: int, t: int) -> None:
    if kind == CALL:
        on_call(w, row, generation, t)
    elif kind == HANG_UP:
        on_hang_up(w)
    else:
        on_report(w, row, generation, t)


@rule
def _office_event(w: Any, kind: int, row: int, generation: int, t: int) -> None:
    if kind == ACCEPT:
        on_accept(w, row, generation, t)
    elif kind == RETURN:
        on_return(w, row, generation, t)
    else:
        on_decide(w, row, generation, t)


@rule
def _field_event(w: Any, kind: int, row: int, generation: int, t: int) -> None:
    if kind == WAKE:
        on_wake(w, row, generation, t)
    elif kind == ARRIVE:
        on_arrive(w, row, generation, t)
    elif kind == FINISH:
        on_finish(w, row, generation, t)
    elif kind == DEADLINE:
        on_deadline(w, row, generation, t)
    elif kind == FORCE:
        on_force(w, row, generation, t)
    elif kind == REOPEN:
        on_reopen(w, row, generation, t)
    else:
        _local_event(w, kind, row, generation, t)


@rule
def _local_event(w: Any, kind: int, row: int, generation: int, t: int) -> None:
    if kind == COUNTER_DONE:
        on_counter_done(w, row, generation, t)
    elif kind == TALK:
        on_talk(w, row, generation, t)
    elif kind == SETTLE:
        on_settle(w, row, generation, t)
    elif kind == CALL_UP:
        on_call_up(w, row, t)


@entry
def reckon(w: Any) -> None:
    """At the horizon: book what is under way, and fold every living need as it stands (censored)."""
    t = w.sc[HORIZON]
    w.sc[MINUTE] = t - 1
    _close_yesterday(w, t)
    for n in range(w.needs.shape[0]):
        need = w.needs[n]
        if need.live == 1 and need.phase != PENDING:
            turn(w, n, t, need.phase)
            fold(w, n, -1)


@entry
def count_cases(w: Any, known: Any, overdue: Any) -> None:
    """Count open cases and those of them that are overdue into tables of communities by categories."""
    for n in range(w.needs.shape[0]):
        need = w.needs[n]
        if need.case >= 0 and need.live == 1:
            known[need.community, need.category] += np.int64(1)
            if w.cases[need.case].overdue == 1:
                overdue[need.community, need.category] += np.int64(1)


@entry
def count_grades(w: Any, staff: int, known: Any) -> None:
    """Count the community and grid workers among the first ``staff`` responders by pool and grade of pay."""
    for r in range(staff):
        p = w.responders[r]
        if p.kind <= R.COMMUNITY_WORKER:
            grade = min(known.shape[1] - 1, int(p.tenure / 12.0 / w.par[career.GRADE_YEARS]))
            known[p.pool, grade] += np.int64(1)


@entry
def living(w: Any, phases: Any) -> int:
    """Count the living needs by phase into ``phases`` (length 24); return the number of pending ones."""
    pending = 0
    for n in range(w.needs.shape[0]):
        need = w.needs[n]
        if need.live == 1:
            if need.phase == PENDING:
                pending += 1
            else:
                phases[need.phase] += np.int64(1)
    return pending
