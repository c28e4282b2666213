"""On site: what happens when a responder arrives, and when the hands-on work of a visit ends."""

from __future__ import annotations

from typing import Any

from ..agents import handling as H
from ..agents import responders as R
from ..agents.rules import rule
from .authority import lead_pool, may_finish
from .cases import call_parties, hand_up
from .dispatch import plan, progress, release, requeue, visit_minutes
from .draws import WORK, uniforms
from .ledger import LOG_ARRIVED, LOG_FINISHED, count, log
from .occasions import FIXED
from .outcome import close, rate, solve
from .queues import free_case
from .reporting import contact
from .routing import party_pool
from .stages import turn
from .state import C_FORCED, C_JOINT, CLOSED_UNSOLVED, HELD, IN_HAND


@rule
def on_arrive(w: Any, r: int, generation: int, t: int) -> None:
    """A responder arrives: work starts, or waits until all parties called side by side are present."""
    p = w.responders[r]
    if generation != p.generation:
        return
    c = p.case
    case = w.cases[c]
    n = case.need
    need = w.needs[n]
    turn(w, n, t, IN_HAND)
    progress(w, r, t)
    contact(w, n, t)
    if need.on_site < 0:
        need.on_site = t
    log(w, need.key, t, LOG_ARRIVED, case.pool, r)
    if case.party == 0:
        case.authority = 1 if may_finish(w, n, case.pool) else 0
    lead = case.lead if case.lead >= 0 else c
    if w.cases[lead].missing > 0:
        p.doing = R.PRESENT
        w.cases[lead].missing -= 1
        if w.cases[lead].missing == 0:
            _start_together(w, lead, t)
        return
    need.visits += 1
    p.doing = R.WORK
    p.left = case.to_do if case.to_do >= 0 else visit_minutes(w, c, r, _share(w, c))
    case.to_do = -1
    plan(w, r)


@rule
def _share(w: Any, c: int) -> float:
    """Return the share of a need's work done on this visit: a diagnosis without authority, else a party's part."""
    case = w.cases[c]
    need = w.needs[case.need]
    if case.party == 0 and case.authority == 0:
        return w.par[H.DIAGNOSIS]
    return 1.0 / need.parties


@rule
def _start_together(w: Any, lead: int, t: int) -> None:
    """All parties are present: they work together, as long as the lead's part takes."""
    need = w.needs[w.cases[lead].need]
    need.visits += 1
    minutes = visit_minutes(w, lead, w.cases[lead].responder, 1.0 / need.parties)
    c = lead
    while c >= 0:
        r = w.cases[c].responder
        p = w.responders[r]
        progress(w, r, t)
        if c == lead:
            p.doing = R.WORK
            p.left = minutes
            plan(w, r)
        c = w.cases[c].first_party if c == lead else w.cases[c].next_party


@rule
def on_finish(w: Any, r: int, generation: int, t: int) -> None:
    """Hands-on work ends: hand up, call the next party, close, or come again."""
    p = w.responders[r]
    if generation != p.generation:
        return
    c = p.case
    case = w.cases[c]
    n = case.need
    need = w.needs[n]
    turn(w, n, t, IN_HAND)
    progress(w, r, t)
    log(w, need.key, t, LOG_FINISHED, case.pool, r)
    together = case.first_party >= 0
    case.responder = -1
    p.doing = R.NOTHING
    if case.party == 0 and not together and case.authority == 0:
        hand_up(w, c, t)
    elif not together and case.party + 1 < need.parties:
        _next_party(w, c, t)
    else:
        _conclude(w, c, r, t)
        if together:
            _dismiss(w, c, t)
            free_case(w, c)
    release(w, r, t)


@rule
def _next_party(w: Any, c: int, t: int) -> None:
    """The next party of a joint case without a convener is called, when the one before it is done."""
    case = w.cases[c]
    n = case.need
    if case.party == 0:
        count(w, n, C_JOINT)
    case.party += 1
    case.target = party_pool(w, n, case.party)
    call_parties(w, c, t)


@rule
def _dismiss(w: Any, c: int, t: int) -> None:
    """Free the parties of a side-by-side visit and their cases."""
    k = w.cases[c].first_party
    w.cases[c].first_party = -1
    while k >= 0:
        following = w.cases[k].next_party
        r = w.cases[k].responder
        progress(w, r, t)
        free_case(w, k)
        release(w, r, t)
        k = following


@rule
def _conclude(w: Any, c: int, r: int, t: int) -> None:
    """The last party is done: the need is solved, or the case is closed all the same, or visited again."""
    case = w.cases[c]
    n = case.need
    need = w.needs[n]
    together = case.first_party >= 0
    u, v = uniforms(w.keys[WORK], need.key, FIXED + need.visits)
    if u < w.par[H.FIX] + w.responders[r].fix:
        overdue = case.overdue
        close(w, c, t, 1)
        solve(w, n, t, overdue)
        if not together:
            free_case(w, c)
        return
    if v < w.par[H.FALSE_CLOSE] or together:
        turn(w, n, t, CLOSED_UNSOLVED)
        close(w, c, t, 0)
        count(w, n, C_FORCED)
        rate(w, n, t, 0, case.overdue)
        if not together:
            free_case(w, c)
        return
    pool = case.pool if case.party == 0 else lead_pool(w, n)
    case.status = HELD
    case.party = 0
    requeue(w, c, pool, t)
