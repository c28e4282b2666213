"""How a case ends: closing, rating, trust and word of mouth, recurrence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..agents import handling as H
from ..agents import residents as P
from ..agents.rules import rule
from .draws import CLOSURE, NEIGHBOURS, RATING, RECURRENCE, child_key, exponential, uniform, uniforms
from .ledger import LOG_CLOSED, LOG_CLOSED_UNSOLVED, LOG_SOLVED, count, fold, free_need, log, new_need
from .occasions import CALLED_BACK, HEARS, RATED, REOPENED, REOPENS_IN
from .stages import turn
from .state import (
    C_CLOSED,
    C_DUE,
    C_GRID_CLOSED,
    C_ON_TIME,
    C_OVERDUE_OUT,
    C_RATED,
    C_RATED_SOLVED,
    C_RECURRED,
    C_SATISFIED,
    C_SELECTIVE_RATED,
    C_SELECTIVE_SATISFIED,
    C_SOLVED,
    CASES_CLOSED,
    CAT_CLOSED,
    CAT_LOCAL,
    ENDED,
    G_RATED,
    G_SATISFIED,
    L_CLOSED,
    SOLVED,
    WINDOW_CLOSED,
    WORKING,
)
from .wheel import ARISE, REOPEN, push
from .world import prefetch


@rule
def close(w: Any, c: int, t: int, solved: int) -> None:
    """Close a case in the books; one that leaves its need unsolved may be reopened later."""
    case = w.cases[c]
    n = case.need
    need = w.needs[n]
    need.closings += 1
    need.case = -1
    w.sc[CASES_CLOSED] += 1
    w.sc[WINDOW_CLOSED] += case.counted
    log(w, need.key, t, LOG_CLOSED if solved == 1 else LOG_CLOSED_UNSOLVED, case.pool, -1)
    count(w, n, C_CLOSED)
    if case.overdue == 1:
        count(w, n, C_OVERDUE_OUT)
    else:
        count(w, n, C_ON_TIME)
        count(w, n, C_DUE)
    if case.pool >= 0 and w.pools[case.pool].level <= 1:
        count(w, n, C_GRID_CLOSED)
    if need.counted == 1:
        by = w.by_category[need.category]
        by[CAT_CLOSED] += 1
        if case.pool >= 0:
            w.by_level[w.pools[case.pool].level, L_CLOSED] += 1
        if case.pool >= 0 and w.pools[case.pool].level <= 1:
            by[CAT_LOCAL] += 1
    if solved == 0:
        u = uniform(w.keys[CLOSURE], need.key, REOPENED + need.closings)
        if u < w.par[H.REOPEN]:
            wait = exponential(w.keys[CLOSURE], need.key, REOPENS_IN + need.closings)
            push(w, t + 60 + int(wait * w.par[H.REOPEN_DELAY]), REOPEN, need.key, n, need.generation)


@rule
def solve(w: Any, n: int, t: int, overdue: int, cured: int = 0) -> None:
    """A need is solved: it is rated, folded, may come back unless its cause was dealt with, and its row is free."""
    need = w.needs[n]
    turn(w, n, t, ENDED)
    w.sc[SOLVED] += 1
    count(w, n, C_SOLVED)
    log(w, need.key, t, LOG_SOLVED, -1, -1)
    rate(w, n, t, 1, overdue)
    w.served[need.grid] += need.minutes[WORKING] / 60.0
    fold(w, n, t)
    if cured == 0:
        _recur(w, n, t)
    free_need(w, n)


@rule
def rate(w: Any, n: int, t: int, solved: int, overdue: int) -> None:
    """The resident who reported rates the outcome; the news moves his trust and that of a few neighbours."""
    need = w.needs[n]
    if need.reported < 0:
        return
    who = need.reporter if need.reporter >= 0 else need.owner
    for k in range(int(w.par[P.NEIGHBOURS])):
        hearer = _neighbour(w, n, k)
        prefetch(w.trust, hearer, 0)
        prefetch(w.participation, hearer, 0)
    hours = max(1.0, (t - need.reported) / 60.0)
    contacted = 1.0 if 0 <= need.contacted - need.reported <= w.par[H.RESPONSE_LIMIT] else 0.0
    chance = P.satisfied_probability(
        w.par[P.RATE_INTERCEPT],
        w.par[P.RATE_SOLVED] * (solved - 0.5),
        w.par[P.RATE_TIME] * math.log(hours / _expected_hours(w, need.category)),
        w.par[P.RATE_RETURNS] * need.returns,
        w.par[P.RATE_CONTACTED] * contacted,
    )
    u, v = uniforms(w.keys[RATING], need.key, RATED + need.closings)
    satisfied = u < chance
    if v < w.par[P.RATE_SHARE]:
        count(w, n, C_RATED)
        row = w.by_grid[need.grid]
        if need.counted == 1:
            row[G_RATED] += 1
        if solved == 1:
            count(w, n, C_RATED_SOLVED)
        if satisfied:
            count(w, n, C_SATISFIED)
            if need.counted == 1:
                row[G_SATISFIED] += 1
    x, _ = uniforms(w.keys[RATING], need.key, CALLED_BACK + need.closings)
    if solved == 1 and overdue == 0 and x < w.par[H.SELECTIVE]:
        count(w, n, C_SELECTIVE_RATED)
        if satisfied:
            count(w, n, C_SELECTIVE_SATISFIED)
    outcome = 0.9 if satisfied else (0.35 if solved == 1 else 0.05)
    if who >= 0:
        _feel(w, who, outcome, 1.0)
    if w.grids[need.grid].residents > 1:
        for k in range(int(w.par[P.NEIGHBOURS])):
            _feel(w, _neighbour(w, n, k), outcome, w.par[P.HEARSAY])


@rule
def _expected_hours(w: Any, category: int) -> float:
    """Return the hours that residents think usual for a category: a share of its limit of 2 h, 1, 7 or 21 days."""
    kind = w.cats[category].deadline
    limit = 2.0 if kind == 0 else (24.0 if kind == 1 else (168.0 if kind == 2 else 504.0))
    return w.par[P.EXPECTED_SHARE] * limit


@rule
def _neighbour(w: Any, n: int, k: int) -> int:
    """Return the keyed resident of the grid who hears of the outcome as the ``k``-th."""
    need = w.needs[n]
    grid = w.grids[need.grid]
    u = uniform(w.keys[NEIGHBOURS], need.key, HEARS + need.closings * 64 + k)
    return grid.first_resident + min(int(u * grid.residents), grid.residents - 1)


@rule
def _feel(w: Any, resident: int, outcome: float, weight: float) -> None:
    """Move one resident's trust, and his participation towards it."""
    trust = np.float64(w.trust[resident])
    new = P.moved_trust(trust, outcome, w.par[P.TRUST_GAIN], w.par[P.TRUST_LOSS], weight)
    w.trust[resident] = new
    part = np.float64(w.participation[resident])
    w.participation[resident] = part + w.par[P.PARTICIPATION_STEP] * weight * (new - trust)


@rule
def _recur(w: Any, n: int, t: int) -> None:
    """A solved need may come back: a child need of the same cause."""
    need = w.needs[n]
    cat = w.cats[need.category]
    u, v = uniforms(w.keys[RECURRENCE], need.key, 0)
    if u >= cat.recur:
        return
    key = child_key(w.keys[RECURRENCE], need.key, 1, need.ordinal + 1)
    k = new_need(w)
    child = w.needs[k]
    child.key = key
    child.category = need.category
    child.grid = need.grid
    child.community = need.community
    child.owner = need.owner
    child.severity = need.severity
    child.level = need.level
    child.parties = need.parties
    child.primary = 0
    child.ordinal = need.ordinal + 1
    count(w, n, C_RECURRED)
    push(w, t + 60 + int(-math.log(v) * cat.recur_minutes), ARISE, key, k, child.generation)
