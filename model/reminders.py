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
from .queues import enqueue, leave_queue
from .state import HELD, OUT, QUEUED
from .wheel import DEADLINE, push

_FLAG = 3
"""Occasion of the draw that flags a case, in the stream of closures: ``ordinal * 8`` plus this."""
_BEFORE_ALL = 1 << 31
"""Lead of a reminded case in the order of queues: more than any deadline, less than a priority class."""


@rule
def first_look(w: Any, c: int, t: int) -> int:
    """Return when a case opened at ``t`` is first looked at: at its deadline, or for a reminder before that."""
    case = w.cases[c]
    need = w.needs[case.need]
    levers = w.community_levers[need.community]
    if levers.reminder_share == 0.0 or levers.reminder_days == 0.0 or case.rank == 0:
        return case.deadline
    if uniform(w.keys[CLOSURE], need.key, case.ordinal * 8 + _FLAG) >= levers.reminder_share:
        return case.deadline
    return case.deadline - min(int(levers.reminder_days * DAY), (case.deadline - t) // 2)


@rule
def remind(w: Any, c: int, t: int) -> None:
    """Remind of a flagged case: the street spends its minutes, and the case goes before all others of its priority.

    A side-by-side party keeps its place: it has an appointment to agree to.
    """
    case = w.cases[c]
    need = w.needs[case.need]
    street = w.street_pool[w.communities[need.community].street]
    w.pools[street].overhead += w.community_levers[need.community].reminder_minutes
    log(w, need.key, t, LOG_REMINDED, case.pool, -1)
    order = (case.rank << 32) - _BEFORE_ALL + case.deadline
    k = c
    if case.status == HELD or case.status == OUT:
        case.order = order
    elif case.status == QUEUED and case.first_party < 0:
        pool = case.pool
        k = leave_queue(w, c, t)
        w.cases[k].order = order
        enqueue(w, k, pool, t)
    push(w, w.cases[k].deadline, DEADLINE, need.key, k, w.cases[k].generation)
