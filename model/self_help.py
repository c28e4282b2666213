"""Residents who try to settle a need themselves before anybody reports it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents import residents as P
from ..agents.rules import rule
from .calendar import DAY
from .dispatch import in_window
from .draws import NEIGHBOURS, uniform, uniforms
from .occasions import SETTLES, TAKES_PART
from .outcome import solve
from .state import UNREPORTED
from .wheel import SETTLE, push

_UNTRIED, _TRYING, _TRIED = range(3)


@rule
def offered_to_residents(w: Any, n: int, share: float, t: int) -> bool:
    """Return whether a need that would be reported now lies with the residents first, who have some days for it."""
    need = w.needs[n]
    if need.tried != _UNTRIED:
        return need.tried == _TRYING
    if need.phase != UNREPORTED or uniform(w.keys[NEIGHBOURS], need.key, SETTLES) >= share:
        return False
    need.tried = _TRYING
    push(w, t + int(w.par[P.SETTLE_DAYS] * DAY), SETTLE, need.key, n, need.generation)
    return True


@rule
def settled(w: Any, n: int, t: int) -> bool:
    """End the residents' try: return whether they have settled the need, which is solved then without any case."""
    need = w.needs[n]
    if need.tried != _TRYING:
        return False
    need.tried = _TRIED
    if in_window(w, t):
        w.resident_minutes[need.community] += int(w.par[P.SETTLE_MINUTES])
    if need.phase != UNREPORTED:
        return False
    _, luck = uniforms(w.keys[NEIGHBOURS], need.key, SETTLES)
    chance = P.settle_probability(
        w.par[P.SETTLE_INTERCEPT],
        w.par[P.SETTLE_PARTICIPATION] * (_participation(w, n) - 0.35),
        w.par[P.SETTLE_SEVERITY] * (need.severity - 0.4),
    )
    if luck >= chance:
        return False
    solve(w, n, t, 0)
    return True


@rule
def _participation(w: Any, n: int) -> float:
    """Return the mean participation of those who take part: the resident who would report, and some of his grid."""
    need = w.needs[n]
    grid = w.grids[need.grid]
    helpers = int(w.par[P.SETTLE_NEIGHBOURS])
    total = np.float64(w.participation[need.reporter])
    for k in range(helpers):
        u = uniform(w.keys[NEIGHBOURS], need.key, TAKES_PART + k)
        total += np.float64(w.participation[grid.first_resident + min(int(u * grid.residents), grid.residents - 1)])
    return total / (1 + helpers)
