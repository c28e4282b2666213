"""The queue of a pool: a skew heap of cases, first by priority class, then deadline, then key.

A skew heap (Sleator & Tarjan 1986) needs two links a case and one merge. A case that leaves from the middle
(forced closure, escalation) is marked dead and dropped when it comes to the front. Pools whose rosters are joined
share one queue (``w.roster``, see ``joining``); a case remembers to which of them it was sent.
"""

from __future__ import annotations

from typing import Any

from ..agents.rules import rule
from .stages import advance_clock
from .state import CASES_LIVE, DEAD, FREE_CASE, QUEUED


@rule
def _sooner(w: Any, a: int, b: int) -> bool:
    x = w.cases[a]
    y = w.cases[b]
    if x.order != y.order:
        return x.order < y.order
    if x.key != y.key:
        return x.key < y.key
    return x.ordinal * 8 + x.party < y.ordinal * 8 + y.party


@rule
def merge(w: Any, a: int, b: int) -> int:
    """Return the root of two merged heaps."""
    if a < 0:
        return b
    if b < 0:
        return a
    if _sooner(w, b, a):
        a, b = b, a
    root = a
    at = a
    a = w.cases[at].right
    w.cases[at].right = w.cases[at].left
    while a >= 0:
        if _sooner(w, b, a):
            a, b = b, a
        w.cases[at].left = a
        at = a
        a = w.cases[at].right
        w.cases[at].right = w.cases[at].left
    w.cases[at].left = b
    return root


@rule
def enqueue(w: Any, c: int, pool: int, t: int) -> None:
    """Put a case that is sent to a pool into the queue of its roster."""
    case = w.cases[c]
    roster = w.roster[pool]
    q = w.pools[roster]
    advance_clock(w, roster, t)
    case.pool = pool
    case.status = QUEUED
    case.left = -1
    case.right = -1
    q.head = merge(w, q.head, c)
    q.length += 1
    w.pools[pool].waiting += 1


@rule
def dequeue(w: Any, pool: int, t: int) -> int:
    """Take the first living case out of a roster's queue, -1 if there is none; free the dead ones before it."""
    q = w.pools[pool]
    advance_clock(w, pool, t)
    while q.head >= 0:
        c = q.head
        q.head = merge(w, w.cases[c].left, w.cases[c].right)
        if w.cases[c].status == DEAD:
            free_case(w, c)
        else:
            q.length -= 1
            w.pools[w.cases[c].pool].waiting -= 1
            return c
    return -1


@rule
def peek(w: Any, pool: int) -> int:
    """Return the first living case without taking it, -1 if there is none."""
    q = w.pools[pool]
    while q.head >= 0 and w.cases[q.head].status == DEAD:
        c = q.head
        q.head = merge(w, w.cases[c].left, w.cases[c].right)
        free_case(w, c)
    return q.head


@rule
def withdraw(w: Any, c: int, t: int) -> None:
    """Mark a queued case dead; its row is freed when it reaches the front."""
    roster = w.roster[w.cases[c].pool]
    advance_clock(w, roster, t)
    w.cases[c].status = DEAD
    w.cases[c].generation += 1
    w.pools[roster].length -= 1
    w.pools[w.cases[c].pool].waiting -= 1


@rule
def leave_queue(w: Any, c: int, t: int) -> int:
    """Take a queued case, no side-by-side party, out of the middle of its queue; return the new row it lives on in."""
    withdraw(w, c, t)
    k = new_case(w, w.cases[c].need)
    old = w.cases[c]
    case = w.cases[k]
    case.ordinal = old.ordinal
    case.accepted = old.accepted
    case.deadline = old.deadline
    case.counted = old.counted
    case.overdue = old.overdue
    case.rank = old.rank
    case.order = old.order
    case.party = old.party
    case.to_do = old.to_do
    w.needs[old.need].case = k
    return k


@rule
def new_case(w: Any, n: int) -> int:
    """Take a case row for need ``n``."""
    c = w.sc[FREE_CASE]
    if c < 0:
        raise MemoryError("the table of cases is full")
    case = w.cases[c]
    w.sc[FREE_CASE] = case.next_free
    w.sc[CASES_LIVE] += 1
    case.need = n
    case.key = w.needs[n].key
    case.ordinal = 0
    case.accepted = 0
    case.deadline = 0
    case.overdue = 0
    case.rank = 2
    case.pool = -1
    case.target = -1
    case.party = 0
    case.lead = -1
    case.first_party = -1
    case.next_party = -1
    case.missing = 0
    case.agreed = 0
    case.authority = 0
    case.whistled = 0
    case.ready = 0
    case.responder = -1
    case.to_do = -1
    return c


@rule
def free_case(w: Any, c: int) -> None:
    """Give a case row back; its planned events become stale."""
    w.cases[c].generation += 1
    w.cases[c].next_free = w.sc[FREE_CASE]
    w.sc[FREE_CASE] = c
    w.sc[CASES_LIVE] -= 1
