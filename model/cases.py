"""The life of a case: report, acceptance, routing, hand-up, deadline, forced closure and reopening."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..agents import handling as H
from ..agents.rules import rule
from .authority import first_pool, may_finish, next_pool, officer_sits
from .calendar import OFFICE_CLOSES, OFFICE_OPENS, WEEK, add_in_hours, add_working_days
from .callup import consider_call
from .counter import counter_takes
from .decisions import next_meeting, steps_left
from .dispatch import in_window, requeue
from .draws import HANDLING, normal, uniform
from .ledger import (
    LOG_ACCEPT,
    LOG_DUPLICATE,
    LOG_HAND_UP,
    LOG_JOINT,
    LOG_MISROUTE,
    LOG_QUEUE,
    LOG_REPORT,
    LOG_RETURN,
    count,
    log,
)
from .occasions import ACCEPTED, CONVENED, DECIDED, MERGED, MISROUTED, RETURNED, twice
from .queues import dequeue, new_case, peek
from .reminders import first_look
from .reporting import APP, COUNTER, PATROL, PHONE, contact
from .routing import PROPERTY_DESK, anyone_on, party_pool, topic
from .stages import turn
from .state import (
    ACCEPTANCE,
    C_DUPLICATES,
    C_HANDUPS,
    C_JOINT,
    C_OPENED,
    C_REOPENED,
    C_REPORTS,
    C_RESPONDED,
    C_RETURNS,
    CASES_OPENED,
    CLOSED_UNSOLVED,
    COORDINATION,
    DECISION,
    DUPLICATES,
    FIRST_REPORTS,
    HELD,
    MISROUTING,
    PENDING,
    REPORTS,
    RETRY,
    SOCIAL,
    UNNOTICED,
    UNREPORTED,
    WINDOW_OPENED,
    WINDOW_RESPONDED,
)
from .talks import begin_talks
from .wheel import ACCEPT, DEADLINE, DECIDE, RETURN, push
from .whistles import CALL_MINUTES, blow, insist, must_come, whistled_for

APPOINTMENT = 1 << 32
"""Order in queues of a joint visit to which all parties have agreed: before ordinary and most urgent cases."""
_DESK_OPENS, _DESK_CLOSES = 480, 1200


@rule
def on_report(w: Any, n: int, generation: int, t: int) -> None:
    """A report reaches an organisation: the first opens a case, a later one is a duplicate."""
    need = w.needs[n]
    if generation != need.generation or need.phase == PENDING:
        return
    w.sc[REPORTS] += 1
    need.reports += 1
    count(w, n, C_REPORTS)
    fresh = need.phase == UNNOTICED or need.phase == UNREPORTED or need.phase == RETRY
    if not fresh and need.phase != CLOSED_UNSOLVED:
        w.sc[DUPLICATES] += 1
        count(w, n, C_DUPLICATES)
        log(w, need.key, t, LOG_DUPLICATE, -1, -1)
        _take_duplicate(w, n)
        return
    if need.reports == 1:
        w.sc[FIRST_REPORTS] += 1
    else:
        w.sc[DUPLICATES] += 1
        count(w, n, C_DUPLICATES)
    if need.reported < 0:
        need.reported = t
    if need.phase == CLOSED_UNSOLVED:
        count(w, n, C_REOPENED)
    log(w, need.key, t, LOG_REPORT, -1, -1)
    open_case(w, n, t)


@rule
def _take_duplicate(w: Any, n: int) -> None:
    """An unrecognised duplicate costs paperwork of the staff where its case lies, or of the community for helpers."""
    need = w.needs[n]
    u = uniform(w.keys[HANDLING], need.key, MERGED + need.reports)
    if u >= w.community_levers[need.community].merging and need.case >= 0:
        pool = w.cases[need.case].pool
        if pool >= 0 and w.pools[pool].kind >= SOCIAL:
            pool = np.int64(w.nets[need.community, 5])
        if pool >= 0:
            w.pools[pool].overhead += w.par[H.DUPLICATE_MINUTES]


@rule
def open_case(w: Any, n: int, t: int) -> None:
    """Open a case: set its deadline and wait for a person to accept it."""
    need = w.needs[n]
    c = new_case(w, n)
    case = w.cases[c]
    need.case = c
    case.ordinal = need.closings
    case.status = HELD
    case.accepted = t
    case.counted = 1 if in_window(w, t) else 0
    w.sc[WINDOW_OPENED] += case.counted
    kind = w.cats[need.category].deadline
    case.rank = min(kind, 2)
    if kind == 0:
        case.deadline = t + 120
    elif kind == 1:
        case.deadline = t + 1440
    else:
        case.deadline = add_working_days(w.work_index, w.work_days, t, 5 if kind == 2 else 15)
    ahead = int(w.topic_levers[topic(w, n)].head_start)
    case.order = (case.rank << 32) + max(0, case.deadline - ahead)
    w.sc[CASES_OPENED] += 1
    count(w, n, C_OPENED)
    turn(w, n, t, ACCEPTANCE)
    push(w, first_look(w, c, t), DEADLINE, need.key, c, case.generation)
    if need.channel == PATROL:
        contact(w, n, t)
        push(w, t + 1, ACCEPT, need.key, c, case.generation)
        return
    if need.channel == COUNTER and counter_takes(w, c, t):
        return
    z = normal(w.keys[HANDLING], need.key, ACCEPTED + case.ordinal)
    levers = w.community_levers[need.community]
    at = t + (int(levers.dispatch_minutes) if need.channel == PHONE else 2)
    if case.rank == 0:
        wait = w.par[H.ACCEPT_URGENT] * math.exp(0.7 * z)
        push(w, at + 1 + int(wait), ACCEPT, need.key, c, case.generation)
    else:
        wait = w.par[H.ACCEPT_MEDIAN] * math.exp(w.par[H.ACCEPT_SIGMA] * z) * levers.acceptance
        push(
            w,
            add_in_hours(at, 1 + int(min(wait, 7200.0)), _DESK_OPENS, _DESK_CLOSES),
            ACCEPT,
            need.key,
            c,
            case.generation,
        )


@rule
def on_accept(w: Any, c: int, generation: int, t: int) -> None:
    """A person accepts a case and sends it on: to the right organisation, or to a wrong one."""
    case = w.cases[c]
    if generation != case.generation:
        return
    n = case.need
    need = w.needs[n]
    contact(w, n, t)
    log(w, need.key, t, LOG_ACCEPT, -1, -1)
    if t - case.accepted <= w.par[H.RESPONSE_LIMIT]:
        count(w, n, C_RESPONDED)
        w.sc[WINDOW_RESPONDED] += case.counted
    target = first_pool(w, n)
    if w.topic_levers[topic(w, n)].talks > 0.0 and begin_talks(w, c, target, t):
        return
    u = uniform(w.keys[HANDLING], need.key, MISROUTED + case.ordinal)
    wrong = w.community_levers[need.community].misroute
    if need.channel != PHONE and need.channel != APP:
        wrong *= w.par[H.MISROUTE_DIRECT]
    wrong *= w.topic_levers[topic(w, n)].misroute
    if u < wrong and case.rank > 0 and need.channel != PATROL and not officer_sits(w, n):
        count(w, n, C_RETURNS)
        need.returns += 1
        turn(w, n, t, MISROUTING)
        case.target = target
        log(w, need.key, t, LOG_MISROUTE, -1, -1)
        z = normal(w.keys[HANDLING], need.key, RETURNED + case.ordinal)
        wait = w.par[H.RETURN_MEDIAN] * math.exp(w.par[H.RETURN_SIGMA] * z)
        push(
            w,
            add_in_hours(t, 1 + int(min(wait, 9600.0)), OFFICE_OPENS, OFFICE_CLOSES),
            RETURN,
            need.key,
            c,
            case.generation,
        )
        return
    route(w, c, target, t)


@rule
def on_return(w: Any, c: int, generation: int, t: int) -> None:
    """A misrouted case comes back and goes to the right organisation."""
    case = w.cases[c]
    if generation != case.generation:
        return
    log(w, w.needs[case.need].key, t, LOG_RETURN, case.target, -1)
    route(w, c, case.target, t)


@rule
def route(w: Any, c: int, pool: int, t: int) -> None:
    """Send a case to a pool; a joint case that has a convener is set up first, its parties called side by side."""
    case = w.cases[c]
    n = case.need
    need = w.needs[n]
    if need.parties > 1 and case.party == 0 and may_finish(w, n, pool):
        case.whistled = 1 if whistled_for(w, n, c) else 0
        if case.whistled == 1 or side_by_side(w, n, c):
            case.target = pool
            call_parties(w, c, t)
            return
    to_pool(w, c, pool, t)


@rule
def to_pool(w: Any, c: int, pool: int, t: int) -> None:
    """Queue a case; an emergency that nobody on duty at this level can take goes to the street at once."""
    case = w.cases[c]
    target = pool
    if case.rank == 0 and w.pools[pool].level < 2 and not anyone_on(w, pool, t):
        target = w.street_pool[w.communities[w.needs[case.need].community].street]
    log(w, w.needs[case.need].key, t, LOG_QUEUE, target, -1)
    community = w.needs[case.need].community
    requeue(w, c, target, t)
    if w.community_levers[community].call_up_minutes < WEEK:
        consider_call(w, community, t)


@rule
def hand_on(w: Any, pool: int, t: int) -> None:
    """An organisation beside the community's own that has nobody left hands its queue on to the community office."""
    while peek(w, pool) >= 0:
        c = dequeue(w, pool, t)
        office = w.nets[w.needs[w.cases[c].need].community, 5]
        w.pools[w.roster[pool]].promised -= w.cases[c].agreed
        w.pools[w.roster[office]].promised += w.cases[c].agreed
        to_pool(w, c, office, t)


@rule
def hand_up(w: Any, c: int, t: int) -> None:
    """A level without authority hands a case up; the decision takes office hours, or none by officers on the spot."""
    case = w.cases[c]
    n = case.need
    need = w.needs[n]
    need.returns += 1
    case.status = HELD
    case.target = next_pool(w, n)
    count(w, n, C_HANDUPS)
    log(w, need.key, t, LOG_HAND_UP, case.pool, -1)
    turn(w, n, t, DECISION)
    _decide_later(w, c, t)


@rule
def _decide_later(w: Any, c: int, t: int) -> None:
    case = w.cases[c]
    need = w.needs[case.need]
    levers = w.community_levers[need.community]
    if w.pools[case.target].level < 2:
        push(w, t + 1, DECIDE, need.key, c, case.generation)
        return
    z = normal(w.keys[HANDLING], need.key, DECIDED + twice(case.ordinal, need.visits))
    wait = w.par[H.DECIDE_MEDIAN] * math.exp(w.par[H.DECIDE_SIGMA] * z) * levers.decision
    if w.cats[need.category].net == PROPERTY_DESK:
        compound = w.grids[need.grid].compound
        if compound >= 0 and w.compounds[compound].committee == 0:
            wait *= w.par[H.NO_COMMITTEE]
    wait *= steps_left(w, c)
    if case.rank == 0:
        push(w, t + 1 + int(min(wait, 9600.0) * 0.05), DECIDE, need.key, c, case.generation)
        return
    at = add_in_hours(t, 1 + int(min(wait, 9600.0)), OFFICE_OPENS, OFFICE_CLOSES)
    if levers.meetings > 0.0:
        at = min(at, next_meeting(w, levers.meetings, t))
    push(w, at, DECIDE, need.key, c, case.generation)


@rule
def call_parties(w: Any, c: int, t: int) -> None:
    """Set up a joint case: its parties are called side by side by a convener, or the next one in turn."""
    case = w.cases[c]
    n = case.need
    need = w.needs[n]
    case.status = HELD
    turn(w, n, t, COORDINATION)
    levers = w.community_levers[need.community]
    wait = int(levers.setup_minutes * w.topic_levers[topic(w, n)].setup)
    if case.whistled == 1:
        wait = int(w.par[CALL_MINUTES])
    if case.rank == 0:
        push(w, t + 1 + wait // 10, DECIDE, need.key, c, case.generation)
    else:
        push(w, add_in_hours(t, 1 + wait, OFFICE_OPENS, OFFICE_CLOSES), DECIDE, need.key, c, case.generation)


@rule
def side_by_side(w: Any, n: int, case: int) -> bool:
    """Return whether a convener calls the parties of this joint case side by side."""
    need = w.needs[n]
    u = uniform(w.keys[HANDLING], need.key, CONVENED + w.cases[case].ordinal)
    return u < w.community_levers[need.community].convener


@rule
def on_decide(w: Any, c: int, generation: int, t: int) -> None:
    """A hand-up is decided or a joint case set up: the case goes where it was to go."""
    case = w.cases[c]
    if generation != case.generation:
        return
    n = case.need
    need = w.needs[n]
    if need.phase == DECISION:
        route(w, c, case.target, t)
        return
    if case.first_party >= 0 or case.lead >= 0:
        if case.whistled == 2:
            insist(w, c, t)
        elif case.agreed == 0:
            requeue(w, c, case.pool, t)
        else:
            _appoint(w, c, t)
        return
    if case.party == 0:
        _call_together(w, c, t)
        if case.agreed == 1:
            return
    to_pool(w, c, case.target, t)


@rule
def _appoint(w: Any, lead: int, t: int) -> None:
    """All parties have agreed: each pool sends somebody before it turns to ordinary cases again."""
    c = lead
    while c >= 0:
        following = w.cases[c].first_party if c == lead else w.cases[c].next_party
        w.cases[c].order = APPOINTMENT + t
        if w.cases[c].whistled == 1:
            must_come(w, c, t)
        requeue(w, c, w.cases[c].pool, t)
        c = following


@rule
def _call_together(w: Any, c: int, t: int) -> None:
    """Open a party case in each department line; the lead's is queued by the caller unless it is whistled for."""
    lead = w.cases[c]
    n = lead.need
    need = w.needs[n]
    lead.missing = need.parties
    count(w, n, C_JOINT)
    log(w, need.key, t, LOG_JOINT, lead.target, -1)
    last = -1
    for k in range(1, need.parties):
        p = new_case(w, n)
        party = w.cases[p]
        party.lead = c
        party.party = k
        party.ordinal = lead.ordinal
        party.rank = lead.rank
        party.deadline = lead.deadline
        party.order = lead.order
        if last < 0:
            lead.first_party = p
        else:
            w.cases[last].next_party = p
        last = p
    if lead.whistled == 1:
        blow(w, c, t)
    p = lead.first_party
    while p >= 0:
        following = w.cases[p].next_party
        if w.cases[p].agreed == 0:
            requeue(w, p, party_pool(w, n, w.cases[p].party), t)
        p = following
