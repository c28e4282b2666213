"""The day of the engine: midnight, the minutes, and the reckoning at the horizon.

At midnight everything under way is booked under yesterday's rosters, new rosters are drawn, and today's needs are
planned. Then the minutes run, event by event, each kind handled by one small function.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents import careers as career
from ..agents import responders as R
from ..agents.rules import entry, rule
from .arrivals import generate_day, room
from .calendar import DAY
from .callup import on_call_up
from .cases import hand_on, on_accept, on_decide, on_report, on_return
from .counter import on_counter_done
from .deadlines import on_deadline, on_force, on_reopen
from .dispatch import on_wake, serve
from .joining import regroup
from .ledger import fold, reuse_rows
from .midnight import close_yesterday, draw_rosters
from .reporting import on_arise, on_call, on_fester, on_hang_up, on_notice, on_settle
from .shocks import contain, on_activate, on_shock, plan_shocks
from .stages import touch, turn
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
    close_yesterday(w, t)
    regroup(w, t)
    w.sc[DAY_NO] = day
    deal(w, day)
    contain(w)
    draw_rosters(w, t)
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
    close_yesterday(w, t)
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
