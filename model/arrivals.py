"""The needs of a day, by thinning, so that the same candidates stand before every policy.

For each community, category and day a keyed number of candidates comes, at a ceiling rate over fixed slots; each
picks a slot and is kept if the slot is occupied and its fixed uniform lies under rate over ceiling. A policy
that lowers a hazard removes some of them and moves none.
"""

from __future__ import annotations

import math
from typing import Any

from ..agents import handling as H
from ..agents.rules import rule
from .calendar import DAY
from .draws import (
    ARRIVALS,
    CALL,
    CANDIDATE,
    DISPERSION,
    SHOCK,
    TRAITS,
    lognormal_mean_one,
    normal,
    poisson,
    uniform,
    uniforms,
)
from .ledger import new_need
from .occasions import BROUGHT, CONSULTS_AT
from .state import (
    BLOCKS_LIVE,
    CALLS_LIVE,
    CASES_LIVE,
    DAY_NO,
    FREE_CALL,
    LOG_N,
    LOGGING,
    MISC_CALLS,
    NEEDS_LIVE,
    NEEDS_RESTING,
    NODES_LIVE,
)
from .wheel import ARISE, BLOCK, push
from .wheel import CALL as CALL_EVENT

CITY_SHARE = 0.5
"""Share of the day's busy factor (in standard deviations) that the whole city has in common."""
AUTOREGRESSION = 0.25
"""Weight of yesterday's city factor, giving a lag-one autocorrelation of about 0.23 (facts: Boston 2015)."""

_WHOLE_CITY = 262143
"""Stands for the city where a key asks for a community."""
_PARTS = 1024
"""Most parts into which an hour's calls are split, so that one part is a few hundred calls."""


@rule
def need_key(day: int, community: int, category: int, number: int) -> int:
    """Return the semantic key of a primary need: day 14 bits, community 18, category 6, number 20."""
    return ((day * 262144 + community) * 64 + category) * 1048576 + number


@rule
def city_factor(w: Any, epoch: int, category: int) -> float:
    """Return the over-dispersion factor (mean one) that the whole city shares on a day in a category."""
    key = w.keys[DISPERSION]
    z0 = normal(key, need_key(epoch, _WHOLE_CITY, category, 0), 0)
    z1 = normal(key, need_key(epoch - 1, _WHOLE_CITY, category, 0), 0)
    city = (z0 + AUTOREGRESSION * z1) / math.sqrt(1.0 + AUTOREGRESSION * AUTOREGRESSION)
    return lognormal_mean_one(city, w.cats[category].dispersion * CITY_SHARE)


@rule
def own_factor(w: Any, epoch: int, community: int, category: int) -> float:
    """Return the over-dispersion factor (mean one) of a community, category and day beside the city's."""
    z = normal(w.keys[DISPERSION], need_key(epoch, community, category, 0), 0)
    return lognormal_mean_one(z, w.cats[category].dispersion)


@rule
def generate_day(w: Any, epoch: int, scale: float, item: int, margin: int) -> int:
    """Plan the needs and consultations of today; ``epoch`` is the day's number since 2000-01-01.

    The work is a list of small items, taken from ``item`` on. When the tables are about to run out of rows it
    stops and returns the item at which to go on; when all is done it returns -1.
    """
    n_cats = w.cats.shape[0]
    if item == 0:
        for category in range(n_cats):
            w.city_busy[category] = city_factor(w, epoch, category)
    n_places = w.communities.shape[0]
    ordinary = n_cats * n_places
    shocks = w.shocks.shape[0] * ordinary
    total = ordinary + shocks + 24 * _PARTS
    while item < total:
        if room(w) < margin:
            return item
        if item < ordinary:
            if w.cats[item // n_places].shock < 0:
                _ordinary(w, epoch, item % n_places, item // n_places, scale)
        elif item < ordinary + shocks:
            k = item - ordinary
            _shock_tasks(w, epoch, k // ordinary, k % ordinary // n_places, k % n_places)
        else:
            k = item - ordinary - shocks
            if not _consultations(w, epoch, k // _PARTS, k % _PARTS):
                item += _PARTS - 1 - k % _PARTS
        item += 1
    return -1


@rule
def room(w: Any) -> int:
    """Return how many rows the fullest of the tables of needs, cases, calls and events still has."""
    needs = w.needs.shape[0] - w.sc[NEEDS_LIVE] - w.sc[NEEDS_RESTING]
    cases = w.cases.shape[0] - w.sc[CASES_LIVE]
    calls = w.calls.shape[0] - w.sc[CALLS_LIVE]
    nodes = w.nodes.shape[0] - w.sc[NODES_LIVE]
    later = (w.block_next.shape[0] - w.sc[BLOCKS_LIVE] - w.day_block.shape[0]) * BLOCK
    least = min(min(needs, cases), min(calls, min(nodes, later) // 4))
    if w.sc[LOGGING] == 1:
        least = min(least, (w.log.shape[0] - w.sc[LOG_N]) // 4)
    return least


@rule
def _ordinary(w: Any, epoch: int, community: int, category: int, scale: float) -> None:
    place = w.communities[community]
    cat = w.cats[category]
    total = 0.0
    for g in range(place.first_grid, place.first_grid + place.n_grids):
        total += w.grids[g].slots * cat.ceiling[w.grids[g].kind]
    mean = total * (w.city_busy[category] * own_factor(w, epoch, place.key, category)) * scale
    n = poisson(mean, uniform(w.keys[ARRIVALS], need_key(epoch, place.key, category, 0), 0))
    weekday = cat.weekdays[w.weekday[w.sc[DAY_NO]]]
    for number in range(n):
        key = need_key(epoch, place.key, category, number)
        u, v = uniforms(w.keys[CANDIDATE], key, 0)
        pick = u * total
        g = place.first_grid
        last = place.first_grid + place.n_grids - 1
        weight = w.grids[g].slots * cat.ceiling[w.grids[g].kind]
        while pick >= weight and g < last:
            pick -= weight
            g += 1
            weight = w.grids[g].slots * cat.ceiling[w.grids[g].kind]
        grid = w.grids[g]
        slot = int(pick / cat.ceiling[grid.kind]) if weight > 0.0 else 0
        hazard = cat.rate[grid.kind] / 365000.0 * weekday * w.hazard[g, category]
        if slot < grid.residents and v * cat.ceiling[grid.kind] < hazard:
            minute = _minute_of_day(w, key, category)
            _plan_need(w, key, g, category, grid.first_resident + slot, minute)


@rule
def _minute_of_day(w: Any, key: int, category: int) -> int:
    u, v = uniforms(w.keys[CANDIDATE], key, 1)
    hours = w.cats[category].hours
    hour = 0
    while hour < 23 and u > hours[hour]:
        hour += 1
    return hour * 60 + int(v * 60.0)


@rule
def _plan_need(w: Any, key: int, grid: int, category: int, owner: int, minute: int) -> None:
    """Take a row for a need of today, draw its traits, and plan its arising."""
    n = new_need(w)
    need = w.needs[n]
    cat = w.cats[category]
    need.key = key
    need.category = category
    need.grid = grid
    need.community = w.grids[grid].community
    need.owner = owner
    z = normal(w.keys[TRAITS], key, 0)
    need.severity = min(1.0, max(0.02, cat.severity[0] + cat.severity[1] * z))
    u, v = uniforms(w.keys[TRAITS], key, 1)
    level = 0
    share = cat.levels[0]
    while u > share and level < 4:
        level += 1
        share += cat.levels[level]
    need.level = level
    parties = 1
    share = cat.parties[0]
    while v > share and parties < 4:
        share += cat.parties[parties]
        parties += 1
    need.parties = parties
    push(w, w.sc[DAY_NO] * DAY + minute, ARISE, key, n, need.generation)


@rule
def _shock_tasks(w: Any, epoch: int, s: int, category: int, community: int) -> None:
    """Plan the tasks of one category that a running shock brings to one community today."""
    shock = w.shocks[s]
    cat = w.cats[category]
    hit = w.shock_hit[s, community]
    midnight = w.sc[DAY_NO] * DAY
    start = max(midnight, shock.start)
    end = min(midnight + DAY, shock.end)
    if start >= end or cat.shock != shock.kind or hit <= 0.0:
        return
    place = w.communities[community]
    if cat.surge > 0.0:
        mean = cat.surge * place.residents / 1000.0 * hit * (end - start) / DAY
        n = poisson(mean, uniform(w.keys[SHOCK], need_key(epoch, place.key, category, 0), BROUGHT + shock.key))
    else:
        n = max(1, int(hit + 0.5)) if start == shock.start else 0
    for number in range(n):
        key = need_key(epoch, place.key, category, shock.key * 65536 + number)
        _plan_task(w, key, community, category, start - midnight, end - midnight)


@rule
def _plan_task(w: Any, key: int, community: int, category: int, start: int, end: int) -> None:
    """Plan one task of a shock at a keyed resident of the community, between two minutes of today."""
    place = w.communities[community]
    u, v = uniforms(w.keys[CANDIDATE], key, 0)
    pick = int(u * place.residents)
    g = place.first_grid
    last = place.first_grid + place.n_grids - 1
    while pick >= w.grids[g].residents and g < last:
        pick -= w.grids[g].residents
        g += 1
    minute = _minute_of_day(w, key, category)
    if minute < start or minute >= end:
        minute = start + int(v * (end - start))
    owner = w.grids[g].first_resident + min(pick, max(0, w.grids[g].residents - 1))
    _plan_need(w, key, g, category, owner, minute)


@rule
def _consultations(w: Any, epoch: int, hour: int, part: int) -> bool:
    """Plan one part of the hotline's consultations in an hour of today; return whether there are more parts."""
    residents = 0
    for d in range(w.districts.shape[0]):
        residents += w.districts[d].residents
    day_mean = residents / 1000.0 * w.par[H.CONSULTATION_RATE] / 365.0
    mean = day_mean * w.call_hours[w.day_kind[w.sc[DAY_NO]], hour] * w.misc[MISC_CALLS]
    parts = min(_PARTS, 1 + int(mean / 400.0))
    n = poisson(mean / parts, uniform(w.keys[ARRIVALS], need_key(epoch, 262142, hour, part), 1))
    for number in range(n):
        _plan_consultation(w, need_key(epoch, 262141 - part, hour, number), hour)
    return part + 1 < parts


@rule
def _plan_consultation(w: Any, key: int, hour: int) -> None:
    c = w.sc[FREE_CALL]
    if c < 0:
        raise MemoryError("the table of calls is full")
    call = w.calls[c]
    w.sc[FREE_CALL] = call.next_free
    w.sc[CALLS_LIVE] += 1
    call.key = key
    call.need = -1
    call.resident = 0
    call.attempt = 0
    minute = hour * 60 + int(uniform(w.keys[CALL], key, CONSULTS_AT) * 60.0)
    push(w, w.sc[DAY_NO] * DAY + minute, CALL_EVENT, key, c, call.generation)
