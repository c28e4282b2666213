"""What is written down: the event log, flows by day and street, and the fold of a need that ends."""

from __future__ import annotations

from typing import Any

from ..agents.rules import rule
from .state import (
    CAT_NEEDS,
    CAT_REPORTED,
    CAT_RESPONSE,
    CAT_SOLUTION,
    CAT_SOLVED,
    COHORT_AT_ONCE,
    COHORT_CASES,
    COHORT_LAPSED,
    COHORT_OPEN,
    COHORT_REPORTS,
    COHORT_SOLVED,
    DAY_NO,
    ENDED,
    FREE_NEED,
    G_NEEDS,
    G_REPORTED,
    G_RESPONSE,
    G_SOLUTION,
    G_SOLVED,
    K_NEEDS,
    K_RESPONSE,
    K_SOLUTION,
    L_NEEDS,
    L_RESPONSE,
    L_SOLUTION,
    LOG_N,
    LOGGING,
    NEEDS_LIVE,
    NEEDS_RESTING,
    PENDING,
    RESTING_NEED,
    TAU,
)

LOG_KINDS: tuple[tuple[str, str, str], ...] = (
    ("arise", "发生", "Arises"),
    ("notice", "发现", "Noticed"),
    ("report", "上报", "Reported"),
    ("duplicate", "重复上报", "Duplicate report"),
    ("call_lost", "未接通", "Call attempt lost"),
    ("accept", "签收", "Accepted"),
    ("misroute", "错派", "Sent to the wrong organisation"),
    ("return", "退回", "Returned to the right organisation"),
    ("queue", "排队", "Queued"),
    ("assign", "派出", "Responder sets out"),
    ("preempt", "暂停", "Put aside for an emergency"),
    ("arrive", "到场", "On site"),
    ("finish", "完成", "Visit done"),
    ("hand_up", "上交", "Handed up"),
    ("joint", "协同", "Parties called"),
    ("overdue", "逾期", "Deadline passed"),
    ("force", "强制结案", "Closing forced by the limit"),
    ("close", "结案", "Closed, solved"),
    ("close_unsolved", "未解决结案", "Closed without solution"),
    ("reopen", "重开", "Reopened"),
    ("solve", "解决", "Solved"),
    ("lapse", "自行消失", "Lapsed"),
    ("remind", "督办提醒", "Reminded of before the deadline"),
)
"""Kinds of log entries: identifier, Chinese, English."""

(
    LOG_ARISE,
    LOG_NOTICE,
    LOG_REPORT,
    LOG_DUPLICATE,
    LOG_CALL_LOST,
    LOG_ACCEPT,
    LOG_MISROUTE,
    LOG_RETURN,
    LOG_QUEUE,
    LOG_ASSIGNED,
    LOG_PREEMPTED,
    LOG_ARRIVED,
    LOG_FINISHED,
    LOG_HAND_UP,
    LOG_JOINT,
    LOG_OVERDUE,
    LOG_FORCED,
    LOG_CLOSED,
    LOG_CLOSED_UNSOLVED,
    LOG_REOPENED,
    LOG_SOLVED,
    LOG_LAPSED,
    LOG_REMINDED,
) = range(len(LOG_KINDS))


@rule
def log(w: Any, incident: int, t: int, kind: int, pool: int, responder: int) -> None:
    """Append one line to the event log, if it is kept."""
    if w.sc[LOGGING] == 0:
        return
    i = w.sc[LOG_N]
    if i >= w.log.shape[0]:
        raise MemoryError("the event log is full")
    row = w.log[i]
    row.incident = incident
    row.minute = t
    row.kind = kind
    row.organisation = pool
    row.responder = w.responders[responder].key if responder >= 0 else -1
    w.sc[LOG_N] = i + 1


@rule
def count(w: Any, n: int, measure: int) -> None:
    """Add one to a flow of today in the street of need ``n``."""
    w.counts[w.sc[DAY_NO], w.communities[w.needs[n].community].street, measure] += 1


@rule
def add(w: Any, n: int, measure: int, amount: int) -> None:
    """Add ``amount`` to a flow of today in the street of need ``n``."""
    w.counts[w.sc[DAY_NO], w.communities[w.needs[n].community].street, measure] += amount


@rule
def fold(w: Any, n: int, solved_at: int) -> None:
    """Fold a need into the window's tables: stages, histograms and grid sums; ``solved_at`` is -1 if it was not."""
    need = w.needs[n]
    if need.counted == 0:
        return
    kind = w.grids[need.grid].kind
    for stage in range(w.stage_table.shape[2] - 1):
        w.stage_table[need.category, kind, stage] += need.minutes[stage]
    w.stage_table[need.category, kind, w.stage_table.shape[2] - 1] += 1
    w.sc[COHORT_REPORTS] += need.reports
    w.sc[COHORT_CASES] += need.closings + (1 if need.case >= 0 else 0)
    if solved_at >= 0:
        w.sc[COHORT_SOLVED] += 1
        if need.visits == 1 and need.returns == 0 and need.closings == 1:
            w.sc[COHORT_AT_ONCE] += 1
    elif need.phase == ENDED:
        w.sc[COHORT_LAPSED] += 1
    else:
        w.sc[COHORT_OPEN] += 1
    if need.primary == 0:
        return
    tau = w.sc[TAU]
    response = _until(need.contacted, need.arose, solved_at, tau)
    solution = tau if solved_at < 0 else min(tau, solved_at - need.arose)
    w.hist_response[response] += 1
    w.hist_solution[solution] += 1
    if need.reported >= 0:
        wait = max(0, _until(need.contacted, need.reported, solved_at, tau))
        w.hist_contact[wait] += 1
        w.hist_from_report[tau if solved_at < 0 else min(tau, solved_at - need.reported)] += 1
    w.hist_on_site[_until(need.on_site, need.arose, solved_at, tau)] += 1
    row = w.by_grid[need.grid]
    row[G_NEEDS] += 1
    row[G_RESPONSE] += response
    row[G_SOLUTION] += solution
    row[G_SOLVED] += 1 if solved_at >= 0 else 0
    row[G_REPORTED] += 1 if need.reported >= 0 else 0
    level = w.by_level[need.level]
    level[L_NEEDS] += 1
    level[L_RESPONSE] += response
    level[L_SOLUTION] += solution
    of_kind = w.by_kind[kind]
    of_kind[K_NEEDS] += 1
    of_kind[K_RESPONSE] += response
    of_kind[K_SOLUTION] += solution
    by = w.by_category[need.category]
    by[CAT_NEEDS] += 1
    by[CAT_RESPONSE] += response
    by[CAT_SOLUTION] += solution
    by[CAT_SOLVED] += 1 if solved_at >= 0 else 0
    by[CAT_REPORTED] += 1 if need.reported >= 0 else 0


@rule
def _until(event: int, since: int, solved_at: int, tau: int) -> int:
    """Return minutes from ``since`` to an event, to the solution if that came without it, ``tau`` if neither did."""
    at = event if event >= 0 else solved_at
    return tau if at < 0 else min(tau, at - since)


@rule
def new_need(w: Any) -> int:
    """Take a row for a need."""
    n = w.sc[FREE_NEED]
    if n < 0:
        raise MemoryError("the table of needs is full")
    need = w.needs[n]
    w.sc[FREE_NEED] = need.next_free
    w.sc[NEEDS_LIVE] += 1
    need.phase = PENDING
    for stage in range(need.minutes.shape[0]):
        need.minutes[stage] = 0
    need.wait_pool = -1
    need.noticed = -1
    need.reported = -1
    need.contacted = -1
    need.on_site = -1
    need.reports = 0
    need.noticers = 0
    need.occasions = 0
    need.returns = 0
    need.closings = 0
    need.visits = 0
    need.case = -1
    need.reporter = -1
    need.channel = -1
    need.primary = 1
    need.counted = 0
    need.live = 1
    need.ordinal = 0
    need.tried = 0
    return n


@rule
def free_need(w: Any, n: int) -> None:
    """Give the row of an ended need back, to be read until midnight; its planned events become stale."""
    w.needs[n].generation += 1
    w.needs[n].live = 0
    w.needs[n].next_free = w.sc[RESTING_NEED]
    w.sc[RESTING_NEED] = n
    w.sc[NEEDS_LIVE] -= 1
    w.sc[NEEDS_RESTING] += 1


@rule
def reuse_rows(w: Any) -> None:
    """Let new needs have the rows of those that ended yesterday."""
    while w.sc[RESTING_NEED] >= 0:
        n = w.sc[RESTING_NEED]
        w.sc[RESTING_NEED] = w.needs[n].next_free
        w.needs[n].next_free = w.sc[FREE_NEED]
        w.sc[FREE_NEED] = n
    w.sc[NEEDS_RESTING] = 0
