"""Who may finish a need, and so where its case starts, where it is handed and who leads it.

A need asks for a level. The street may finish one that asks for the district where powers were handed down to it, and
the community may while officers of the need's line sit there.
"""

from __future__ import annotations

from typing import Any

from ..agents.responders import LINE_OFFICER
from ..agents.rules import rule
from .calendar import DAY
from .draws import HANDLING, uniform
from .occasions import EMPOWERED
from .reporting import PHONE
from .routing import local_pool, pool_at, topic
from .state import MINUTE

_STREET, _DISTRICT = 2, 3


@rule
def finishing_level(w: Any, n: int) -> int:
    """Return the lowest level that may finish a need on any day: the one it asks for, or the street with its powers."""
    level = w.needs[n].level
    if level == _DISTRICT:
        powers = w.topic_levers[topic(w, n)].powers
        if powers > 0.0 and uniform(w.keys[HANDLING], w.needs[n].key, EMPOWERED) < powers:
            return _STREET
    return level


@rule
def officer_here(w: Any, n: int) -> bool:
    """Return whether an officer who may finish this need, which asks for the district, sits in its community now."""
    return w.needs[n].level == _DISTRICT and officer_sits(w, n)


@rule
def officer_sits(w: Any, n: int) -> bool:
    """Return whether an officer of the line that a need asks first sits in its community now, to say whose it is."""
    need = w.needs[n]
    if w.topic_levers[topic(w, n)].officers == 0.0:
        return False
    half = w.sc[MINUTE] % DAY // 30
    line = w.cats[need.category].lines[0]
    host = w.nets[need.community, 5]
    q = w.pools[w.roster[host]]
    for at in range(q.crew, q.crew_end):
        p = w.responders[w.crew[at]]
        here = p.pool == host and p.kind == LINE_OFFICER and p.home_line >= 0
        if here and (p.on >> half) & 1 and w.lines[p.home_line].line == line:
            return True
    return False


@rule
def may_finish(w: Any, n: int, pool: int) -> bool:
    """Return whether a visit from this pool may finish a need."""
    level = w.pools[pool].level
    if level >= w.needs[n].level:
        return True
    if officer_here(w, n) and pool == w.nets[w.needs[n].community, 5]:
        return True
    return level >= finishing_level(w, n)


@rule
def first_pool(w: Any, n: int) -> int:
    """Return the pool a case starts in: officers on the spot, by phone the level that can finish it, else the grid."""
    need = w.needs[n]
    if officer_here(w, n):
        return w.nets[need.community, 5]
    if need.channel == PHONE and need.level >= _STREET:
        return pool_at(w, n, finishing_level(w, n), 0)
    return local_pool(w, n)


@rule
def next_pool(w: Any, n: int) -> int:
    """Return the pool to which grid and community hand up a need: officers on the spot, else the street or above."""
    if officer_here(w, n):
        return w.nets[w.needs[n].community, 5]
    return pool_at(w, n, max(_STREET, finishing_level(w, n)), 0)


@rule
def lead_pool(w: Any, n: int) -> int:
    """Return the pool that leads a need whose parties came one after another: the lowest that may finish it."""
    level = finishing_level(w, n)
    return pool_at(w, n, level, 0) if level >= _STREET else local_pool(w, n)
