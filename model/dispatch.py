"""Who goes: pools serve their queues, responders travel, wait for each other, work, and are released.

Progress is booked from the shift masks, so a visit that spans paperwork, lunch or a night needs no extra events;
whatever is unfinished at midnight is planned again under the next day's masks.
"""

from __future__ import annotations

from typing import Any

from ..agents import responders as R
from ..agents.rules import rule
from .calendar import DAY, OFFICE_CLOSES, OFFICE_MINUTES, OFFICE_OPENS, add_in_hours
from .draws import WORK, exponential, lognormal_mean_one, normal, uniform
from .incidents import EXPONENTIAL
from .ledger import LOG_ASSIGNED, LOG_PREEMPTED, log
from .occasions import HANDS_ON, MATCHED
from .queues import dequeue, enqueue, peek
from .roster import bits_between, next_start, reach
from .stages import advance_clock, effective_mask, pressing, touch, turn, wait_at
from .state import COORDINATION, HELD, IN_HAND, MISC_STORM, OUT, WINDOW_FROM, WINDOW_TO
from .wheel import ARRIVE, DECIDE, FINISH, WAKE, push


@rule
def in_window(w: Any, t: int) -> bool:
    """Return whether minute ``t`` lies in the measured window."""
    return w.sc[WINDOW_FROM] <= t < w.sc[WINDOW_TO]


@rule
def progress(w: Any, r: int, t: int) -> None:
    """Book an engaged responder's effective minutes up to ``t`` (same day); waiting on site counts as work."""
    p = w.responders[r]
    start = p.since % DAY
    minutes = bits_between(effective_mask(w, r), start, start + (t - p.since))
    if pressing(w, p.case):
        _leave_desk(w, r, min(minutes, bits_between(p.on & ~p.field, start, start + (t - p.since))))
    if p.doing != R.PRESENT:
        minutes = min(p.left, minutes)
        p.left -= minutes
    p.month_busy += minutes
    if in_window(w, p.since):
        if p.doing == R.TRAVEL:
            p.travel_minutes += minutes
        else:
            p.work_minutes += minutes
    p.since = t


@rule
def _leave_desk(w: Any, r: int, minutes: int) -> None:
    """Book desk time lost: he owes it, but what a department's officer loses to a whistle his line's own work loses."""
    p = w.responders[r]
    line = w.pools[p.pool].line_row
    if w.cases[p.case].whistled == 2 and line >= 0:
        w.line_work[line].lent += minutes
    else:
        p.owed_minutes += minutes


@rule
def plan(w: Any, r: int) -> None:
    """Plan the end of a responder's present phase if it falls today; urgent work is given overtime first."""
    p = w.responders[r]
    if p.doing == R.PRESENT:
        return
    start = p.since % DAY
    end = reach(effective_mask(w, r), start, p.left)
    if end < 0 and w.cases[p.case].rank == 0:
        _overtime(w, r, start)
        end = reach(effective_mask(w, r), start, p.left)
    p.generation += 1
    if end >= 0:
        kind = ARRIVE if p.doing == R.TRAVEL else FINISH
        push(w, p.since - start + end, kind, p.key, r, p.generation)


@rule
def _overtime(w: Any, r: int, start: int) -> None:
    """Put the rest of the day on the roster of one who is on an emergency, before it is used."""
    p = w.responders[r]
    half = start // 30
    added = 0
    need = p.left - bits_between(p.on, start, DAY)
    while half < 48 and need > 0:
        if not (p.on >> half) & 1:
            p.on |= 1 << half
            p.field |= 1 << half
            added += 30
            need -= 30
        half += 1
    touch(w, w.roster[p.pool])
    if in_window(w, p.since):
        p.on_minutes += added
        p.overtime_minutes += added
        p.field_minutes += added


@rule
def find_responder(w: Any, pool: int, c: int, t: int) -> int:
    """Return the responder a roster sends to case ``c`` now, -1 if none can go.

    Ordinary cases take idle members in field time; emergencies and whistles also those in paperwork, and emergencies,
    failing that, one who is on ordinary work. Among them the skilled come first if the match is found, then the
    nearest.
    """
    case = w.cases[c]
    need = w.needs[case.need]
    urgent = case.rank == 0
    press = pressing(w, c)
    half = (t % DAY) // 30
    skill = 0
    if uniform(w.keys[WORK], need.key, MATCHED + need.visits) < w.community_levers[need.community].matching:
        skill = 1 << w.cats[need.category].skill
    x = w.grids[need.grid].x
    y = w.grids[need.grid].y
    best = -1
    best_score = 1 << 60
    q = w.pools[pool]
    for at in range(q.crew, q.crew_end):
        r = w.crew[at]
        p = w.responders[r]
        rank = -1
        if press or (p.state == R.IDLE and (p.field >> half) & 1):
            rank = _readiness(w, r, t, half, press)
            if press and not urgent and (rank == 32 or p.kind == R.STREET_DUTY or p.kind == R.LINE_DUTY):
                rank = -1
        if rank >= 0:
            home = w.grids[p.grid]
            score = (rank << 35) + (abs(home.x - x) + abs(home.y - y)) * 1000 + p.key % 1000
            if skill != 0 and not p.skills & skill:
                score += 1 << 30
            if score < best_score or (score == best_score and p.key < w.responders[best].key):
                best = r
                best_score = score
    return best


@rule
def _readiness(w: Any, r: int, t: int, half: int, urgent: bool) -> int:
    """Return 0 for one who is idle in field time, -1 for one who cannot go.

    To an emergency also go those in paperwork (1) and, failing them, one who puts ordinary work aside (32).
    """
    p = w.responders[r]
    if not urgent:
        ready = p.state == R.IDLE and (p.field >> half) & 1 and p.active == 1 and t >= p.from_minute
        return 0 if ready and p.kind != R.STREET_DUTY and p.kind != R.LINE_DUTY else -1
    if p.active == 0 or t < p.from_minute or not (p.on >> half) & 1:
        return -1
    if p.state == R.IDLE:
        return 0 if (p.field >> half) & 1 else 1
    return 32 if p.parked < 0 and _may_park(w, r) else -1


@rule
def _may_park(w: Any, r: int) -> bool:
    """Return whether a responder's case can be put aside: ordinary, and not a side-by-side visit."""
    case = w.cases[w.responders[r].case]
    return w.responders[r].doing != R.NOTHING and case.rank > 0 and case.lead < 0 and case.first_party < 0


@rule
def serve(w: Any, pool: int, t: int) -> None:
    """Send responders to the cases at the front of a roster's queue while some can go; else plan a wake-up."""
    while True:
        c = peek(w, pool)
        if c < 0:
            return
        if t < w.pools[pool].busy_until and not pressing(w, c):
            return
        r = find_responder(w, pool, c, t)
        if r < 0:
            _plan_wake(w, pool, t)
            return
        advance_clock(w, pool, t)
        taken = dequeue(w, pool, t)
        if _has_to_agree(w, taken):
            _agree(w, taken, t)
        else:
            _send(w, taken, r, t)


@rule
def _has_to_agree(w: Any, c: int) -> bool:
    """Return whether a side-by-side party first agrees to an appointment; in an emergency it sets out at once."""
    case = w.cases[c]
    return case.rank > 0 and case.agreed == 0 and (case.lead >= 0 or case.first_party >= 0)


@rule
def _agree(w: Any, c: int, t: int) -> None:
    """A pool whose turn has come agrees to an appointment; when all parties have, they are called for it at once.

    It promises no more visits than it has people: else it is asked again after a working day.
    """
    case = w.cases[c]
    lead = case.lead if case.lead >= 0 else c
    case.status = HELD
    if lead == c:
        turn(w, case.need, t, COORDINATION)
    roster = w.roster[case.pool]
    if w.pools[roster].promised >= w.pools[roster].people:
        again = add_in_hours(t, OFFICE_MINUTES, OFFICE_OPENS, OFFICE_CLOSES)
        push(w, again, DECIDE, w.needs[case.need].key, c, case.generation)
        return
    case.agreed = 1
    w.pools[roster].promised += 1
    w.cases[lead].ready += 1
    if w.cases[lead].ready == w.needs[case.need].parties:
        push(w, t, DECIDE, w.needs[case.need].key, lead, w.cases[lead].generation)


@rule
def _plan_wake(w: Any, pool: int, t: int) -> None:
    """Plan the moment at which the next idle member could take the front case, if it is today."""
    urgent = w.cases[w.pools[pool].head].rank == 0
    press = pressing(w, w.pools[pool].head)
    minute = t % DAY
    best = -1
    q = w.pools[pool]
    for at in range(q.crew, q.crew_end):
        p = w.responders[w.crew[at]]
        duty = p.kind == R.STREET_DUTY or p.kind == R.LINE_DUTY
        from_today = max(minute, p.from_minute - (t - minute))
        if p.active == 1 and p.state == R.IDLE and (urgent or not duty) and from_today < DAY:
            start = next_start(p.on if press else p.field, from_today)
            if start > minute and (best < 0 or start < best):
                best = start
    if not urgent:
        q.busy_until = t - minute + (best if best >= 0 else DAY)
    if best >= 0 and q.wake != t - minute + best:
        q.generation += 1
        q.wake = t - minute + best
        push(w, q.wake, WAKE, q.key, pool, q.generation)


@rule
def on_wake(w: Any, pool: int, generation: int, t: int) -> None:
    """A member of a waiting pool enters field time."""
    q = w.pools[pool]
    if generation == q.generation:
        q.wake = -1
        serve(w, pool, t)


@rule
def _send(w: Any, c: int, r: int, t: int) -> None:
    """Let responder ``r`` set out for case ``c``, putting ordinary work aside if it must."""
    p = w.responders[r]
    case = w.cases[c]
    n = case.need
    need = w.needs[n]
    if p.state == R.ENGAGED:
        _park(w, r, t)
    turn(w, n, t, IN_HAND)
    w.pools[w.roster[case.pool]].promised -= case.agreed
    case.status = OUT
    case.responder = r
    p.state = R.ENGAGED
    touch(w, w.roster[p.pool])
    p.case = c
    p.doing = R.TRAVEL
    p.since = t
    grid = w.grids[need.grid]
    slow = 1.0 + w.misc[MISC_STORM] * w.shock_field[need.community]
    p.left = R.travel_minutes(
        grid.x - w.grids[p.grid].x,
        grid.y - w.grids[p.grid].y,
        w.districts[grid.district].cell_km,
        w.par[R.SET_OUT],
        w.par[R.MINUTES_PER_KM_CAR if p.kind == R.LINE_OFFICER or p.kind == R.LINE_DUTY else R.MINUTES_PER_KM],
        slow,
    )
    log(w, need.key, t, LOG_ASSIGNED, case.pool, r)
    plan(w, r)


@rule
def _park(w: Any, r: int, t: int) -> None:
    """Put a responder's ordinary case aside for an emergency; he resumes it afterwards."""
    p = w.responders[r]
    c = p.case
    n = w.cases[c].need
    progress(w, r, t)
    wait_at(w, n, t, w.cases[c].pool)
    w.cases[c].to_do = p.left if p.doing == R.WORK else -1
    w.cases[c].responder = -1
    p.parked = c
    log(w, w.needs[n].key, t, LOG_PREEMPTED, w.cases[c].pool, r)


@rule
def release(w: Any, r: int, t: int) -> None:
    """Free a responder: on to an emergency that waits, back to the case put aside, or to the queue."""
    p = w.responders[r]
    pool = w.roster[p.pool]
    advance_clock(w, pool, t)
    p.state = R.IDLE
    touch(w, pool)
    p.doing = R.NOTHING
    p.case = -1
    p.generation += 1
    if p.parked >= 0:
        front = peek(w, pool)
        if front >= 0 and w.cases[front].rank == 0 and _readiness(w, r, t, t % DAY // 30, True) >= 0:
            _send(w, dequeue(w, pool, t), r, t)
            return
        take_up(w, r, t)
        plan(w, r)
        return
    serve(w, pool, t)


@rule
def take_up(w: Any, r: int, t: int) -> None:
    """Let an idle responder go on with the case that he had put aside."""
    p = w.responders[r]
    c = p.parked
    case = w.cases[c]
    p.parked = -1
    turn(w, case.need, t, IN_HAND)
    case.responder = r
    p.state = R.ENGAGED
    touch(w, w.roster[p.pool])
    p.case = c
    p.since = t
    if case.to_do >= 0:
        p.doing = R.WORK
        p.left = case.to_do
        case.to_do = -1
    else:
        p.doing = R.TRAVEL
        p.left = int(w.par[R.SET_OUT])


@rule
def visit_minutes(w: Any, c: int, r: int, share: float) -> int:
    """Return the hands-on minutes of a visit: the category's mean times a keyed factor of its law, by this person."""
    need = w.needs[w.cases[c].need]
    cat = w.cats[need.category]
    occasion = HANDS_ON + need.visits * 8 + w.cases[c].party
    if cat.law == EXPONENTIAL:
        factor = exponential(w.keys[WORK], need.key, occasion)
    else:
        factor = lognormal_mean_one(normal(w.keys[WORK], need.key, occasion), cat.sigma)
    base = min(cat.work * share * factor, 2400.0)
    p = w.responders[r]
    skilled = 1 if p.skills & (1 << cat.skill) else 0
    if p.pool != w.cases[c].pool:
        base *= 1.0 + w.pool_levers[p.pool].unfamiliar
    return R.work_minutes(base, p.productivity, skilled, w.par[R.UNSKILLED])


@rule
def parties_out(w: Any, lead: int) -> bool:
    """Return whether any party of a case is travelling, present or at work."""
    c = lead
    while c >= 0:
        if w.cases[c].responder >= 0:
            return True
        c = w.cases[c].first_party if c == lead else w.cases[c].next_party
    return False


@rule
def requeue(w: Any, c: int, pool: int, t: int) -> None:
    """Queue a case at a pool and serve it; its need waits there unless parties are already in hand."""
    n = w.cases[c].need
    if w.cases[c].lead < 0 and not parties_out(w, c):
        wait_at(w, n, t, pool)
    enqueue(w, c, pool, t)
    serve(w, w.roster[pool], t)
