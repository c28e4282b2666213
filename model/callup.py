"""Volunteers who are called up by the queue itself, between two weekly looks of their office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents.columns import Column, Rows, Table
from ..agents.offices import ANSWER, BY_QUEUE, CALL_QUEUE, FATIGUE, NOT_CALLED
from ..agents.residents import logistic
from ..agents.rules import rule
from .calendar import DAY, WEEK
from .crews import join_crew
from .dispatch import in_window, serve
from .draws import PLEDGE, uniform
from .roster import bits_between, day_masks
from .stages import advance_clock, touch
from .wheel import CALL_UP, push

CALL_UPS = Table(
    "call_ups",
    "召集名册",
    "Call-up lists",
    (
        Column("first", "i8", "id", "首位志愿者", "first volunteer among the responders; the others follow", 0),
        Column("volunteers", "i8", "person", "志愿者", "volunteers on the list", 0),
        Column("workers", "i8", "person", "网格员", "workers of the community's nets", 0),
        Column("recent", "i8", "1", "近期召集", "calls in the four weeks before the office's last look", 0),
        Column("called", "i8", "code", "本周召集", "whether they have been called since then, and by what", 0, 2),
    ),
)
"""One row a community."""


def call_ups(grid_workers: NDArray[np.int64], volunteers: Mapping[int, Sequence[int]]) -> Rows:
    """Return the call-up lists: grid workers by community, and the volunteers of each, who stand in a row."""
    rows = CALL_UPS.rows(len(grid_workers))
    rows["workers"] = grid_workers
    for community, people in volunteers.items():
        rows["first"][community], rows["volunteers"][community] = people[0], len(people)
    return rows


@rule
def consider_call(w: Any, community: int, t: int) -> None:
    """Plan a call if the queue a worker has passed the threshold and there has been none since the office's look."""
    book = w.call_ups[community]
    if book.called != NOT_CALLED or book.volunteers == 0:
        return
    if _queued(w, community) <= w.par[CALL_QUEUE] * max(1, book.workers):
        return
    book.called = BY_QUEUE
    wait = min(WEEK, 1 + int(w.community_levers[community].call_up_minutes))
    push(w, t + wait, CALL_UP, w.communities[community].key, community, 0)


@rule
def _queued(w: Any, community: int) -> int:
    """Return the queued cases sent to the community's own pools; its office is the pool of nets that have no team."""
    office = np.int64(w.nets[community, 5])
    cases = w.pools[office].waiting
    for net in range(5):
        pool = np.int64(w.nets[community, net])
        if pool != office:
            cases += w.pools[pool].waiting
    desk = np.int64(w.property_pool[community])
    return cases + (w.pools[desk].waiting if desk >= 0 else 0)


@rule
def on_call_up(w: Any, community: int, t: int) -> None:
    """The volunteers of a community are called: those who answer serve in their free hours until the office's look."""
    book = w.call_ups[community]
    chance = logistic(w.par[ANSWER] - w.par[FATIGUE] * book.recent)
    for r in range(book.first, book.first + book.volunteers):
        p = w.responders[r]
        if p.active == 0 and uniform(w.keys[PLEDGE], p.key, t // WEEK) < chance:
            _come(w, r, t)
    if book.volunteers > 0:
        serve(w, w.roster[w.responders[book.first].pool], t)


@rule
def _come(w: Any, r: int, t: int) -> None:
    """Put a volunteer on duty for what is left of his free hours today."""
    p = w.responders[r]
    advance_clock(w, w.roster[p.pool], t)
    p.active = 1
    p.from_minute = t
    day_masks(w, r, w.kind_share[p.kind], 0.0)
    past = (1 << (t % DAY // 30)) - 1
    p.on &= ~past
    p.field &= ~past
    join_crew(w, r)
    touch(w, w.roster[p.pool])
    field = bits_between(p.field, t % DAY, DAY)
    p.month_field += field
    if in_window(w, t):
        p.on_minutes += bits_between(p.on, t % DAY, DAY)
        p.field_minutes += field
