"""Rounds of talks: a dispute is talked over until the parties agree, or goes the ordinary way after the last round."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents import bargaining as B
from ..agents.rules import rule
from .calendar import add_working_days
from .dispatch import in_window
from .draws import HANDLING, uniform, uniforms
from .occasions import TALKED_OVER
from .outcome import close, solve
from .queues import free_case
from .routing import topic
from .stages import turn
from .state import DECISION
from .wheel import DECIDE, TALK, push

_MOST = 64
"""The code of a round is so many times the case's generation, and the round's number."""


@rule
def begin_talks(w: Any, c: int, target: int, t: int) -> bool:
    """Return whether a case just accepted goes to talks before ``target`` gets it, and plan the first round."""
    case = w.cases[c]
    n = case.need
    if case.rank == 0 or case.ordinal > 0:
        return False
    if uniform(w.keys[HANDLING], w.needs[n].key, TALKED_OVER) >= w.topic_levers[topic(w, n)].talks:
        return False
    case.target = target
    turn(w, n, t, DECISION)
    _next_round(w, c, t, 1)
    return True


@rule
def _next_round(w: Any, c: int, t: int, number: int) -> None:
    case = w.cases[c]
    need = w.needs[case.need]
    days = int(w.community_levers[need.community].talk_days)
    push(w, add_working_days(w.work_index, w.work_days, t, days), TALK, need.key, c, case.generation * _MOST + number)


@rule
def on_talk(w: Any, c: int, code: int, t: int) -> None:
    """Hold a round of talks: they agree and the cause is dealt with, or meet again, or the case goes on without."""
    case = w.cases[c]
    if code // _MOST != case.generation:
        return
    n = case.need
    need = w.needs[n]
    number = code % _MOST
    office = np.int64(w.nets[need.community, 5])
    w.pools[office].overhead += w.par[B.WORKER_MINUTES]
    if in_window(w, t):
        w.resident_minutes[need.community] += int(w.par[B.RESIDENT_MINUTES])
    _, luck = uniforms(w.keys[HANDLING], need.key, TALKED_OVER)
    gap = B.apart(need.severity, luck, number, w.par[B.CONCESSION])
    if B.agreed(gap, number, w.par[B.SURPLUS], w.par[B.SHRINKAGE]):
        case.pool = office
        overdue = case.overdue
        close(w, c, t, 1)
        solve(w, n, t, overdue, 1)
        free_case(w, c)
    elif number >= int(w.par[B.ROUNDS]):
        push(w, t, DECIDE, need.key, c, case.generation)
    else:
        _next_round(w, c, t, number + 1)
