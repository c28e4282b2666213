"""Reminders of cases that are about to fall due: a flagged case is looked at some days before its deadline.

Who reminds spends time on it, and a reminded case stands in its queue before all others of its priority. Nothing else
changes: neither who takes the case nor its deadline.
"""

from __future__ import annotations

from typing import Any

from ..agents.rules import rule
from .calendar import DAY
from .draws import CLOSURE, uniform
from .ledger import LOG_REMINDED, log
from .occasions import FLAGGED
from .queues import enqueue, leave_queue
from .state import QUEUED
from .wheel import DEADLINE, push

_BEFORE_ALL = 1 << 30
"""Lead of a reminded case in the order of queues: more than any deadline, less than what sets whistles apart."""


@rule
def first_look(w: Any, c: int, t: int) -> int:
    """Return when a case opened at ``t`` is first looked at: at its deadline, or for a reminder before that."""
    case = w.cases[c]
    need = w.needs[case.need]
    levers = w.community_levers[need.community]
    if levers.reminder_share == 0.0 or levers.reminder_days == 0.0 or case.rank == 0:
        return case.deadline
    if uniform(w.keys[CLOSURE], need.key, FLAGGED + case.ordinal) >= levers.reminder_share:
        return case.deadline
    return case.deadline - min(int(levers.reminder_days * DAY), (case.deadline - t) // 2)


@rule
def remind(w: Any, c: int, t: int) -> None:
    """Remind of a flagged case: the street spends its minutes, and the case goes before all others of its priority.

    Who stands before those already keeps his place: an emergency, and a side-by-side case, which waits for its
    appointment or has agreed to one.
    """
    case = w.cases[c]
    need = w.needs[case.need]
    street = w.street_pool[w.communities[need.community].street]
    w.pools[street].overhead += w.community_levers[need.community].reminder_minutes
    log(w, need.key, t, LOG_REMINDED, case.pool, -1)
    k = c
    if case.rank > 0 and case.first_party < 0 and case.agreed == 0:
        order = min(case.order, (case.rank << 32) - _BEFORE_ALL + case.deadline)
        if case.status == QUEUED:
            pool = case.pool
            k = leave_queue(w, c, t)
            w.cases[k].order = order
            enqueue(w, k, pool, t)
        else:
            case.order = order
    push(w, w.cases[k].deadline, DEADLINE, need.key, k, w.cases[k].generation)
