"""From a need to a report: it arises, is noticed, is reported or left, worsens or lapses; calls to the hotline."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..agents import handling as H
from ..agents import residents as P
from ..agents.rules import rule
from .calendar import DAY, OFFICE_CLOSES, OFFICE_OPENS, add_in_hours
from .draws import CALL as CALL_STREAM
from .draws import NOTICE as NOTICE_STREAM
from .draws import REPORT as REPORT_STREAM
from .draws import exponential, uniform, uniforms
from .ledger import LOG_ARISE, LOG_CALL_LOST, LOG_LAPSED, LOG_NOTICE, count, fold, free_need, log
from .occasions import CALLED, LOOKED_AT, SEEN, WITNESS
from .routing import topic
from .self_help import offered_to_residents, settled
from .stages import turn
from .state import (
    ABANDONED,
    ANSWERED,
    ARISEN,
    ATTEMPTS,
    C_ARISEN,
    C_LAPSED,
    C_RESPONSE_MINUTES,
    C_RESPONSES,
    CALLS_LIVE,
    CLOSED_UNSOLVED,
    CONSULTATIONS,
    DAY_NO,
    ENDED,
    FREE_CALL,
    LAPSED,
    PENDING,
    RETRIES,
    RETRY,
    RETRYING,
    SEATS_BUSY,
    UNNOTICED,
    UNREPORTED,
    WINDOW_FROM,
    WINDOW_TO,
)
from .wheel import CALL, FESTER, HANG_UP, NOTICE, REPORT, push

PHONE, DIRECT, COUNTER, APP, PATROL = 0, 1, 2, 3, 4
"""Channels of a report."""

SLOTS = 1 << 20
"""A grid has fewer residents than this, so an occasion and a resident's place in his grid make a key."""
_PASSER_BY, _ON_PATROL, _LOOKS_TWICE, _SENSOR, _ON_WATCH = range(5)
"""Who notices: a resident who passes by an open need, a patrol, a resident who minds one that is in hand, a sensor, a
member who keeps an eye on his grid."""
_NOTICERS = 8
"""The code of a noticing is so many times the need's generation, and who notices."""
_PATROL_HOURS, _WATCH_HOURS = (480, 1080), (360, 1320)
"""Minutes of the day between which patrols go round, and members are about."""
_SEEN_AT_MOST = 6
FESTERS_BY = 0.08
"""Rise in severity each time an open need festers."""
_OWN = 256
"""Occasion on which the resident concerned decides; thought over again it keeps his disposition, so that only a
worse need or another mood of trust changes his mind."""


@rule
def on_arise(w: Any, n: int, t: int) -> None:
    """A need arises: somebody will notice it, and it will fester if nobody does anything."""
    need = w.needs[n]
    need.phase = UNNOTICED
    need.mark = t
    need.arose = t
    need.counted = 1 if w.sc[WINDOW_FROM] <= t < w.sc[WINDOW_TO] else 0
    w.sc[ARISEN] += 1
    count(w, n, C_ARISEN)
    log(w, need.key, t, LOG_ARISE, -1, -1)
    cat = w.cats[need.category]
    if cat.eyes > 0.0:
        _next_eyes(w, n, t)
    else:
        delay = 1 + int(60.0 * exponential(w.keys[NOTICE_STREAM], need.key, SEEN))
        push(w, t + delay, NOTICE, need.key, n, need.generation * _NOTICERS + _PASSER_BY)
    _plan_look(w, n, t, _patrol_rate(w, n), _ON_PATROL, _PATROL_HOURS[0], _PATROL_HOURS[1])
    levers = w.community_levers[need.community]
    if levers.sensing > 0.0:
        _plan_look(w, n, t, levers.sensing * cat.visible, _SENSOR, 0, DAY)
    if levers.watch > 0.0:
        _plan_look(w, n, t, levers.watch * cat.visible, _ON_WATCH, _WATCH_HOURS[0], _WATCH_HOURS[1])
    push(w, t + int(cat.fester_minutes), FESTER, need.key, n, need.generation)


@rule
def _plan_look(w: Any, n: int, t: int, rate: float, who: int, opens: int, closes: int) -> None:
    """Plan when somebody who looks round ``rate`` times a day, between two minutes of it, first sees a need."""
    if rate <= 0.0:
        return
    need = w.needs[n]
    wait = exponential(w.keys[NOTICE_STREAM], need.key, LOOKED_AT + who) / rate
    if wait < 60.0:
        at = add_in_hours(t, 1 + int(wait * (closes - opens)), opens, closes)
        push(w, at, NOTICE, need.key, n, need.generation * _NOTICERS + who)


@rule
def _patrol_rate(w: Any, n: int) -> float:
    """Return looks a day that patrols and property rounds take at a need, times its visibility."""
    need = w.needs[n]
    cat = w.cats[need.category]
    levers = w.community_levers[need.community]
    rate = levers.patrol * (1.0 - levers.patrol_aim + levers.patrol_aim * w.risk[need.grid])
    compound = w.grids[need.grid].compound
    if compound >= 0:
        firm = w.compounds[compound].firm
        if firm >= 0:
            rate += w.par[H.PROPERTY_ROUNDS] * w.firms[firm].effort
        rate += w.compound_levers[compound].rounds
    return rate * cat.visible


@rule
def _next_eyes(w: Any, n: int, t: int) -> None:
    """Plan the next resident who notices a public need; once it is known to be in hand, few look twice.

    While it is open, those who would not report it whatever they trust are passed over: nothing would come of it.
    """
    need = w.needs[n]
    eyes = w.cats[need.category].eyes
    who = _PASSER_BY
    if _in_hand(w, n):
        eyes *= w.par[P.LOOK_TWICE]
        who = _LOOKS_TWICE
    at = t
    while eyes > 0.0 and need.noticers < _SEEN_AT_MOST:
        gap = exponential(w.keys[NOTICE_STREAM], need.key, SEEN + need.noticers) * 1440.0 / eyes
        if gap >= 200_000.0:
            return
        at += 1 + int(gap)
        if who == _LOOKS_TWICE or need.phase == UNNOTICED or _might_report(w, n, need.noticers, at - t):
            push(w, at, NOTICE, need.key, n, need.generation * _NOTICERS + who)
            return
        need.noticers += 1


@rule
def _might_report(w: Any, n: int, occasion: int, later: int) -> bool:
    """Return whether a witness could report a need ``later`` minutes from now, whatever he will trust by then."""
    need = w.needs[n]
    resident = _witness(w, n, occasion)
    first = w.grids[need.grid].first_resident
    u, _ = uniforms(w.keys[REPORT_STREAM], need.key, _occasion(w, n, resident, occasion) * SLOTS + resident - first)
    worse = min(1.0, need.severity + FESTERS_BY * (1 + later // int(w.cats[need.category].fester_minutes)))
    return u < _report_chance(w, n, resident, worse, 1.0, 1.0) + 1e-9


@rule
def _occasion(w: Any, n: int, resident: int, occasion: int) -> int:
    """Return the occasion of a decision: the resident concerned keeps his disposition, a witness has one a time."""
    return _OWN if resident == w.needs[n].owner else occasion


@rule
def on_notice(w: Any, n: int, code: int, t: int) -> None:
    """Somebody notices a need; ``code`` tells its generation and who it is."""
    need = w.needs[n]
    who = code % _NOTICERS
    if code // _NOTICERS != need.generation or need.phase == PENDING or need.phase == ENDED:
        return
    if need.phase == UNNOTICED:
        turn(w, n, t, UNREPORTED)
        need.noticed = t
        log(w, need.key, t, LOG_NOTICE, -1, -1)
    if who == _ON_PATROL or who >= _SENSOR:
        if need.phase == UNREPORTED or need.phase == RETRY:
            need.channel = PATROL if who == _ON_PATROL else (APP if who == _SENSOR else DIRECT)
            push(w, t + 1, REPORT, need.key, n, need.generation)
        return
    occasion = need.noticers
    need.noticers += 1
    resident = _witness(w, n, occasion)
    if w.cats[need.category].eyes > 0.0:
        _next_eyes(w, n, t)
        if who == _PASSER_BY and _in_hand(w, n) and not _looks_twice(w, n, occasion):
            return
    consider(w, n, resident, _occasion(w, n, resident, occasion), t)


@rule
def _looks_twice(w: Any, n: int, occasion: int) -> bool:
    """Return whether one who would have noticed an open need still minds it, now that it is in hand."""
    _, v = uniforms(w.keys[NOTICE_STREAM], w.needs[n].key, WITNESS + occasion)
    return v < w.par[P.LOOK_TWICE]


@rule
def _witness(w: Any, n: int, occasion: int) -> int:
    """Return the resident who notices: the one concerned for a private need, else a keyed one of the grid."""
    need = w.needs[n]
    if w.cats[need.category].eyes == 0.0:
        return need.owner
    grid = w.grids[need.grid]
    if grid.residents == 0:
        return need.owner
    u = uniform(w.keys[NOTICE_STREAM], need.key, WITNESS + occasion)
    return grid.first_resident + min(int(u * grid.residents), grid.residents - 1)


@rule
def consider(w: Any, n: int, resident: int, occasion: int, t: int) -> None:
    """Let a resident decide whether and how to report what he noticed; a mere witness is more reluctant."""
    need = w.needs[n]
    u, v = uniforms(w.keys[REPORT_STREAM], need.key, occasion * SLOTS + resident - w.grids[need.grid].first_resident)
    # Most say no whatever they trust: ask the two long columns of residents only if the answer may depend on them.
    if u >= _report_chance(w, n, resident, need.severity, 1.0, 1.0) + 1e-9:
        return
    trust, participation = np.float64(w.trust[resident]), np.float64(w.participation[resident])
    if u >= _report_chance(w, n, resident, need.severity, trust, participation):
        return
    if need.reporter < 0:
        need.reporter = resident
    share = w.topic_levers[topic(w, n)].self_help
    if share > 0.0 and offered_to_residents(w, n, share, t):
        return
    _report_by(w, n, resident, v, t)


@rule
def _report_by(w: Any, n: int, resident: int, v: float, t: int) -> None:
    """Let a resident report by the channel that the uniform ``v`` picks."""
    need = w.needs[n]
    phone = w.cats[need.category].phone
    if v < phone:
        place_call(w, n, resident, t + 2)
        return
    rest = (v - phone) / (1.0 - phone)
    channel = DIRECT
    if rest < w.par[H.COUNTER]:
        channel = COUNTER
    elif rest < w.par[H.COUNTER] + w.par[H.APP]:
        channel = APP
    if need.phase == UNREPORTED:
        need.channel = channel
    at = t + 5
    if channel == COUNTER:
        evening = int(60.0 * w.community_levers[need.community].counter_hours)
        at = add_in_hours(t, 60, OFFICE_OPENS, OFFICE_CLOSES + evening)
    push(w, at, REPORT, need.key, n, need.generation)


@rule
def on_settle(w: Any, n: int, generation: int, t: int) -> None:
    """Residents have tried to settle a need: if in vain, it is reported as it would have been."""
    need = w.needs[n]
    if generation != need.generation or settled(w, n, t) or need.phase != UNREPORTED:
        return
    who = need.reporter
    _, v = uniforms(w.keys[REPORT_STREAM], need.key, _OWN * SLOTS + who - w.grids[need.grid].first_resident)
    _report_by(w, n, who, v, t)


@rule
def _report_chance(w: Any, n: int, resident: int, severity: float, trust: float, participation: float) -> float:
    """Return the chance that a resident reports need ``n``; it rises with severity, trust and participation."""
    need = w.needs[n]
    return P.report_probability(
        w.par[P.REPORT_INTERCEPT],
        w.par[P.REPORT_SEVERITY] * (severity - 0.4),
        w.par[P.REPORT_TRUST] * (trust - 0.6),
        w.par[P.REPORT_PARTICIPATION] * (participation - 0.35),
        w.par[P.REPORT_FRICTION]
        + w.community_levers[need.community].friction
        - 0.5
        + (0.0 if resident == need.owner else w.par[P.REPORT_WITNESS] * (1.0 - severity)),
    )


@rule
def _in_hand(w: Any, n: int) -> bool:
    """Return whether an organisation has the need in hand, for all to see."""
    phase = w.needs[n].phase
    return phase != UNNOTICED and phase != UNREPORTED and phase != RETRY and phase != CLOSED_UNSOLVED


@rule
def on_fester(w: Any, n: int, generation: int, t: int) -> None:
    """An open need worsens; one that nobody handles is thought of again, or lapses with age."""
    need = w.needs[n]
    if generation != need.generation or need.phase == ENDED:
        return
    cat = w.cats[need.category]
    need.severity = min(1.0, need.severity + FESTERS_BY)
    idle = need.phase == UNNOTICED or need.phase == UNREPORTED or need.phase == CLOSED_UNSOLVED
    if idle and t - need.arose >= cat.lapse_minutes:
        turn(w, n, t, ENDED)
        w.sc[LAPSED] += 1
        count(w, n, C_LAPSED)
        log(w, need.key, t, LOG_LAPSED, -1, -1)
        fold(w, n, -1)
        free_need(w, n)
        return
    push(w, t + int(cat.fester_minutes), FESTER, need.key, n, need.generation)
    if need.phase == UNREPORTED or need.phase == CLOSED_UNSOLVED:
        need.occasions += 1
        who = need.reporter if need.reporter >= 0 else need.owner
        consider(w, n, who, _OWN if need.phase == UNREPORTED else _OWN + need.occasions, t)


@rule
def contact(w: Any, n: int, t: int) -> None:
    """Note the first qualified contact of a need."""
    need = w.needs[n]
    if need.contacted < 0:
        need.contacted = t
        day = w.sc[DAY_NO]
        street = w.communities[need.community].street
        w.counts[day, street, C_RESPONSES] += 1
        w.counts[day, street, C_RESPONSE_MINUTES] += t - need.arose


@rule
def place_call(w: Any, n: int, resident: int, t: int) -> None:
    """Plan a call attempt about need ``n``."""
    need = w.needs[n]
    c = w.sc[FREE_CALL]
    if c < 0:
        raise MemoryError("the table of calls is full")
    call = w.calls[c]
    w.sc[FREE_CALL] = call.next_free
    w.sc[CALLS_LIVE] += 1
    call.key = need.key
    call.need = n
    call.need_generation = need.generation
    call.resident = resident - w.grids[need.grid].first_resident
    call.attempt = (need.noticers + need.occasions * 16) * 16
    push(w, t, CALL, call.key, c, call.generation)


@rule
def free_call(w: Any, c: int) -> None:
    """Give a call's row back."""
    w.calls[c].generation += 1
    w.calls[c].next_free = w.sc[FREE_CALL]
    w.sc[FREE_CALL] = c
    w.sc[CALLS_LIVE] -= 1


@rule
def on_call(w: Any, c: int, generation: int, t: int) -> None:
    """A call attempt: a free seat answers it, else it is lost and perhaps tried again."""
    call = w.calls[c]
    if generation != call.generation:
        return
    again = call.attempt & 15
    if again > 0:
        w.sc[RETRYING] -= 1
    w.sc[ATTEMPTS] += 1
    u, v = uniforms(w.keys[CALL_STREAM], call.key, CALLED + call.attempt * SLOTS + call.resident)
    n = call.need
    valid = n >= 0 and w.needs[n].generation == call.need_generation
    hour = t % DAY // 60
    if w.sc[SEATS_BUSY] < w.seats[hour] + int(w.hour_levers[hour].extra_seats):
        w.sc[SEATS_BUSY] += 1
        w.sc[ANSWERED] += 1
        talk = 1 + int(-math.log(u) * (w.par[H.TALK] - 0.5))
        push(w, t + talk, HANG_UP, call.key, 0, 0)
        if n < 0:
            w.sc[CONSULTATIONS] += 1
        elif valid:
            need = w.needs[n]
            if need.phase == RETRY:
                turn(w, n, t, UNREPORTED)
            contact(w, n, t)
            if need.phase == UNREPORTED or need.phase == CLOSED_UNSOLVED:
                need.channel = PHONE
            push(w, t + talk, REPORT, call.key, n, need.generation)
        free_call(w, c)
        return
    if valid:
        log(w, call.key, t, LOG_CALL_LOST, -1, -1)
    if again < 15 and v < w.par[H.RETRY]:
        w.sc[RETRIES] += 1
        w.sc[RETRYING] += 1
        if valid and w.needs[n].phase == UNREPORTED:
            turn(w, n, t, RETRY)
        call.attempt += 1
        push(w, t + 1 + int(-math.log(u) * w.par[H.RETRY_MINUTES]), CALL, call.key, c, call.generation)
        return
    w.sc[ABANDONED] += 1
    if valid and w.needs[n].phase == RETRY:
        turn(w, n, t, UNREPORTED)
    free_call(w, c)


@rule
def on_hang_up(w: Any) -> None:
    """A seat falls free."""
    w.sc[SEATS_BUSY] -= 1
