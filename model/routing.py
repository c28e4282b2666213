"""The pool that takes a need in grid and community and at each level above, and the parties of a joint case."""

from __future__ import annotations

from typing import Any

from ..agents.rules import rule
from .draws import HANDLING, uniform
from .occasions import FIRMLESS_TAKES, PROPERTY_TAKES, SOCIAL_TAKES

PROPERTY_DESK = 6
"""Net code of needs that go to the property firm first."""
MEDIATION_SKILL, CARE_SKILL = 2, 3
"""Skills of the needs of which social and mass organisations take a part of themselves."""


@rule
def topic(w: Any, n: int) -> int:
    """Return the topic of a need: its category in its community, a row of the levers of topics."""
    return w.needs[n].community * w.cats.shape[0] + w.needs[n].category


@rule
def local_pool(w: Any, n: int) -> int:
    """Return the pool in grid or community that takes a need: the property firm's, its net's, or the community's."""
    need = w.needs[n]
    net = w.cats[need.category].net
    if net == PROPERTY_DESK or _property_comes_first(w, n):
        pool = _property_staff(w, n)
        if pool >= 0:
            return pool
    if net == PROPERTY_DESK:
        net = 5
    shares = w.topic_levers[topic(w, n)]
    if need.level == 0 and shares.social_share + shares.mass_share > 0.0:
        street = w.communities[need.community].street
        u = uniform(w.keys[HANDLING], need.key, SOCIAL_TAKES)
        if u < shares.social_share:
            if _manned(w, w.social_pool[street]):
                return w.social_pool[street]
        elif u < shares.social_share + shares.mass_share and _manned(w, w.mass_pool[street]):
            return w.mass_pool[street]
    if net == 5 or need.level == 1:
        return w.nets[need.community, 5]
    return w.nets[need.community, net]


@rule
def _property_comes_first(w: Any, n: int) -> bool:
    """Return whether property staff take a need in the grid that would go to a net, where there are any."""
    share = w.topic_levers[topic(w, n)].property_first
    if share <= 0.0 or w.needs[n].level > 0:
        return False
    return uniform(w.keys[HANDLING], w.needs[n].key, PROPERTY_TAKES) < share


@rule
def _property_staff(w: Any, n: int) -> int:
    """Return the pool of the property staff who see to a need's compound, -1 if nobody does.

    A compound without a firm is seen to as far as policies have its needs answered.
    """
    pool = w.property_pool[w.needs[n].community]
    compound = w.grids[w.needs[n].grid].compound
    if compound < 0 or not _manned(w, pool):
        return -1
    if w.compounds[compound].firm >= 0:
        return pool
    share = w.compound_levers[compound].answered
    if share > 0.0 and uniform(w.keys[HANDLING], w.needs[n].key, FIRMLESS_TAKES) < share:
        return pool
    return -1


@rule
def _manned(w: Any, pool: int) -> bool:
    """Return whether a pool is there and has anybody on its roster today."""
    return pool >= 0 and w.pools[pool].manned == 1


@rule
def pool_at(w: Any, n: int, level: int, party: int) -> int:
    """Return the pool of street, district line or city line for a need; ``party`` picks the line."""
    need = w.needs[n]
    place = w.communities[need.community]
    if level == 2:
        return w.street_pool[place.street]
    line = w.cats[need.category].lines[party]
    if line < 0:
        line = w.cats[need.category].lines[0]
    row = place.district if level == 3 else w.line_pool.shape[0] - 1
    return w.line_pool[row, line]


@rule
def party_pool(w: Any, n: int, party: int) -> int:
    """Return the district line asked as the ``party``-th of a joint case; the lead is its own first party."""
    need = w.needs[n]
    return pool_at(w, n, 3, min(3, party if need.level >= 3 else party - 1))


@rule
def anyone_on(w: Any, pool: int, t: int) -> bool:
    """Return whether any member of a pool's roster is on shift at ``t``."""
    half = t % 1440 // 30
    q = w.pools[w.roster[pool]]
    for at in range(q.crew, q.crew_end):
        p = w.responders[w.crew[at]]
        if p.active == 1 and t >= p.from_minute and (p.on >> half) & 1:
            return True
    return False
