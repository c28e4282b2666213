"""What becomes of a case that is not finished in time: overdue, handed to the street, closed by force, opened again."""

from __future__ import annotations

from typing import Any

from ..agents import handling as H
from ..agents.rules import rule
from .calendar import add_working_days
from .cases import open_case, to_pool
from .draws import CLOSURE, uniform
from .ledger import LOG_FORCED, LOG_HAND_UP, LOG_OVERDUE, LOG_REOPENED, count, log
from .occasions import FORCED, OVERFLOWS, twice
from .outcome import close, rate
from .queues import free_case, leave_queue, withdraw
from .reminders import remind
from .stages import turn
from .state import C_DUE, C_FORCED, C_HANDUPS, C_OVERDUE_IN, C_REOPENED, CLOSED_UNSOLVED, OUT, QUEUED
from .wheel import FORCE, push


@rule
def on_deadline(w: Any, c: int, generation: int, t: int) -> None:
    """The deadline of an open case passes: it is counted, supervised, and perhaps handed to the street.

    A flagged case is looked at before, and reminded of.
    """
    case = w.cases[c]
    if generation != case.generation:
        return
    if t < case.deadline:
        remind(w, c, t)
        return
    n = case.need
    need = w.needs[n]
    case.overdue = 1
    count(w, n, C_OVERDUE_IN)
    count(w, n, C_DUE)
    log(w, need.key, t, LOG_OVERDUE, case.pool, -1)
    due = add_working_days(w.work_index, w.work_days, t, max(1, int(w.par[H.GRACE])))
    push(w, due, FORCE, need.key, c, case.generation)
    if case.status == QUEUED and w.pools[case.pool].level <= 1 and case.first_party < 0:
        u = uniform(w.keys[CLOSURE], need.key, OVERFLOWS + case.ordinal)
        if u < w.community_levers[need.community].overflow:
            _overflow(w, c, due, t)


@rule
def _overflow(w: Any, c: int, due: int, t: int) -> None:
    """Hand an overdue queued case to the street: it leaves the queue under a new row."""
    n = w.cases[c].need
    need = w.needs[n]
    k = leave_queue(w, c, t)
    need.returns += 1
    count(w, n, C_HANDUPS)
    log(w, need.key, t, LOG_HAND_UP, w.cases[c].pool, -1)
    push(w, due, FORCE, need.key, k, w.cases[k].generation)
    to_pool(w, k, w.street_pool[w.communities[need.community].street], t)


@rule
def on_force(w: Any, c: int, generation: int, t: int) -> None:
    """An overdue case that nobody is working on may be closed without solution."""
    case = w.cases[c]
    if generation != case.generation:
        return
    n = case.need
    need = w.needs[n]
    u = uniform(w.keys[CLOSURE], need.key, FORCED + twice(case.ordinal, need.visits))
    free_hands = case.status != OUT and case.first_party < 0 and case.to_do < 0
    if free_hands and u < w.par[H.FORCE]:
        if case.status == QUEUED:
            turn(w, n, t, CLOSED_UNSOLVED)
            withdraw(w, c, t)
            queued = True
        else:
            turn(w, n, t, CLOSED_UNSOLVED)
            queued = False
        count(w, n, C_FORCED)
        log(w, need.key, t, LOG_FORCED, case.pool, -1)
        close(w, c, t, 0)
        if not queued:
            free_case(w, c)
        rate(w, n, t, 0, case.overdue)
        return
    again = add_working_days(w.work_index, w.work_days, t, int(w.par[H.CLOSURE_CHECK]))
    push(w, again, FORCE, need.key, c, case.generation)


@rule
def on_reopen(w: Any, n: int, generation: int, t: int) -> None:
    """A case closed without solution is opened again."""
    need = w.needs[n]
    if generation != need.generation or need.phase != CLOSED_UNSOLVED:
        return
    count(w, n, C_REOPENED)
    log(w, need.key, t, LOG_REOPENED, -1, -1)
    open_case(w, n, t)
