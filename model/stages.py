"""One clock a need: ``turn`` books the minutes since the mark to exactly one stage each, and moves the mark.

Stages therefore add up to a need's whole age by construction. The precedence is: work, travel, coordination,
decision, misrouting, acceptance, off shift, paperwork, queue, hotline retry, unreported, unnoticed.
"""

from __future__ import annotations

from typing import Any

from ..agents import responders as R
from ..agents.rules import rule
from .calendar import DAY
from .roster import ALL_DAY, bits_between
from .state import (
    COORDINATION,
    IN_HAND,
    OFF_SHIFT,
    PAPERWORK,
    QUEUE_GRID,
    QUEUE_LINE,
    QUEUE_STREET,
    TRAVELLING,
    WAITING,
    WORKING,
)


@rule
def effective_mask(w: Any, r: int) -> int:
    """Return the half-hours in which an engaged responder makes progress: field time, or all the shift if pressing."""
    p = w.responders[r]
    return p.on if pressing(w, p.case) else p.field


@rule
def pressing(w: Any, c: int) -> bool:
    """Return whether a case takes desk time too: in an emergency, or when a whistle must be answered."""
    case = w.cases[c]
    return case.rank == 0 or case.whistled == 2


@rule
def advance_clock(w: Any, pool: int, t: int) -> None:
    """Run the waiting clock of a pool up to ``t`` (same day) under the present state of its members."""
    q = w.pools[pool]
    since = q.clock
    q.clock = t
    if q.length == 0 or since >= t:
        return
    start = since % DAY
    end = start + (t - since)
    if q.fresh == 0:
        _look_round(w, pool)
    q.clock_off += bits_between(ALL_DAY & ~q.on, start, end)
    q.clock_paper += bits_between(q.idle_on & ~q.idle_field, start, end)


@rule
def _look_round(w: Any, pool: int) -> None:
    """Join the masks of a pool's members, who are on ordinary duty."""
    q = w.pools[pool]
    on: Any = 0
    idle_on: Any = 0
    idle_field: Any = 0
    for at in range(q.crew, q.crew_end):
        p = w.responders[w.crew[at]]
        if p.active == 1 and p.kind != R.STREET_DUTY and p.kind != R.LINE_DUTY:
            on |= p.on
            if p.state == R.IDLE:
                idle_on |= p.on
                idle_field |= p.field
    q.on = on
    q.idle_on = idle_on
    q.idle_field = idle_field
    q.fresh = 1


@rule
def touch(w: Any, pool: int) -> None:
    """Forget what was known of a pool's members: one of them changed his state or his hours."""
    q = w.pools[pool]
    q.fresh = 0
    q.busy_until = 0


@rule
def _queue_stage(level: int) -> int:
    if level <= 1:
        return QUEUE_GRID
    return QUEUE_STREET if level == 2 else QUEUE_LINE


@rule
def _book_waiting(w: Any, n: int, t: int) -> None:
    need = w.needs[n]
    pool = need.wait_pool
    advance_clock(w, pool, t)
    q = w.pools[pool]
    off = q.clock_off - need.snap_off
    paper = q.clock_paper - need.snap_paper
    need.minutes[OFF_SHIFT] += off
    need.minutes[PAPERWORK] += paper
    need.minutes[_queue_stage(q.level)] += t - need.mark - off - paper


@rule
def _book_in_hand(w: Any, n: int, t: int) -> None:
    """Book [mark, t) of a need whose parties are travelling, present or at work (same day)."""
    need = w.needs[n]
    lead = need.case
    start = need.mark % DAY
    end = start + (t - need.mark)
    total = end - start
    moving: Any = 0
    on: Any = 0
    working: Any = 0
    at_work = False
    present = False
    c = lead
    while c >= 0:
        r = w.cases[c].responder
        if r >= 0:
            p = w.responders[r]
            on |= p.on
            if p.doing == R.TRAVEL:
                moving |= effective_mask(w, r)
            elif p.doing == R.PRESENT:
                present = True
            elif c == lead:
                at_work = True
                working = effective_mask(w, r)
        c = w.cases[c].first_party if c == lead else w.cases[c].next_party
    if at_work:
        done = bits_between(working, start, end)
        need.minutes[WORKING] += done
        paper = bits_between(on & ~working, start, end)
        need.minutes[PAPERWORK] += paper
        need.minutes[OFF_SHIFT] += total - done - paper
        return
    travel = bits_between(moving, start, end)
    need.minutes[TRAVELLING] += travel
    if present:
        need.minutes[COORDINATION] += total - travel
    else:
        paper = bits_between(on & ~moving, start, end)
        need.minutes[PAPERWORK] += paper
        need.minutes[OFF_SHIFT] += total - travel - paper


@rule
def turn(w: Any, n: int, t: int, phase: int) -> None:
    """Book the minutes since the mark under the present phase, then enter ``phase`` at ``t``."""
    need = w.needs[n]
    if t > need.mark:
        if need.phase < WAITING:
            need.minutes[need.phase] += t - need.mark
        elif need.phase == WAITING:
            _book_waiting(w, n, t)
        elif need.phase == IN_HAND:
            _book_in_hand(w, n, t)
        need.mark = t
    need.phase = phase


@rule
def wait_at(w: Any, n: int, t: int, pool: int) -> None:
    """Enter the waiting phase at a pool: remember the clock of its roster."""
    turn(w, n, t, WAITING)
    roster = w.roster[pool]
    advance_clock(w, roster, t)
    need = w.needs[n]
    need.wait_pool = roster
    need.snap_off = w.pools[roster].clock_off
    need.snap_paper = w.pools[roster].clock_paper
