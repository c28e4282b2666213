"""The counter: a simple case that is reported there may be dealt with at once, by a worker who is on duty."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents import handling as H
from ..agents.responders import COMMUNITY_WORKER
from ..agents.rules import rule
from .calendar import DAY
from .dispatch import in_window
from .draws import HANDLING, WORK, uniform
from .ledger import LOG_ACCEPT, count, log
from .occasions import AT_COUNTER, FIXED
from .outcome import close, solve
from .queues import free_case
from .reporting import contact
from .routing import topic
from .stages import turn
from .state import ACCEPTANCE, C_RESPONDED, WINDOW_RESPONDED, WORKING
from .wheel import ACCEPT, COUNTER_DONE, push

_SIMPLE = 1
"""Highest level of a case that a counter may finish: the community's own."""


@rule
def counter_takes(w: Any, c: int, t: int) -> bool:
    """Return whether the counter deals with a case that has just been opened there; it needs somebody on duty."""
    case = w.cases[c]
    n = case.need
    need = w.needs[n]
    if case.ordinal > 0:
        return False
    w.counter_use[need.community] += 1
    share = w.topic_levers[topic(w, n)].counter
    if share <= 0.0 or need.level > _SIMPLE or need.parties > 1 or case.rank == 0:
        return False
    if uniform(w.keys[HANDLING], need.key, AT_COUNTER) >= share:
        return False
    clerk = _clerk(w, np.int64(w.nets[need.community, 5]), t)
    if clerk < 0:
        return False
    minutes = int(w.par[H.COUNTER_MINUTES])
    w.responders[clerk].owed_minutes += minutes
    if in_window(w, t):
        w.responders[clerk].overhead_minutes += minutes
    contact(w, n, t)
    turn(w, n, t, WORKING)
    push(w, t + minutes, COUNTER_DONE, need.key, c, case.generation)
    return True


@rule
def _clerk(w: Any, office: Any, t: int) -> int:
    """Return the community worker of an office on duty who owes the least paperwork, -1 if none is there."""
    half = t % DAY // 30
    best = -1
    q = w.pools[w.roster[office]]
    for at in range(q.crew, q.crew_end):
        r = w.crew[at]
        p = w.responders[r]
        worker = p.pool == office and p.kind == COMMUNITY_WORKER
        here = worker and p.active == 1 and t >= p.from_minute and (p.on >> half) & 1
        if here and (best < 0 or p.owed_minutes < w.responders[best].owed_minutes):
            best = r
    return best


@rule
def on_counter_done(w: Any, c: int, generation: int, t: int) -> None:
    """The counter is done with a case: solved with the luck of a first visit, else it goes the ordinary way."""
    case = w.cases[c]
    if generation != case.generation:
        return
    n = case.need
    need = w.needs[n]
    need.visits += 1
    if uniform(w.keys[WORK], need.key, FIXED + need.visits) >= w.par[H.FIX]:
        turn(w, n, t, ACCEPTANCE)
        push(w, t + 1, ACCEPT, need.key, c, case.generation)
        return
    log(w, need.key, t, LOG_ACCEPT, -1, -1)
    count(w, n, C_RESPONDED)
    w.sc[WINDOW_RESPONDED] += case.counted
    case.pool = np.int64(w.nets[need.community, 5])
    overdue = case.overdue
    close(w, c, t, 1)
    solve(w, n, t, overdue)
    free_case(w, c)
