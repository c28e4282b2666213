"""Crews: who of each roster may work today, side by side in one list, so that nobody else is passed over in search.

A roster keeps everybody whom a policy ever posted to it, and those on leave, off shift or not called; its crew is
drawn at midnight with the shifts. Whoever is called during the day joins it. The list ``w.crew`` has room for all
members of each roster; those of a crew fill the end of their room, smallest row first.
"""

from __future__ import annotations

from typing import Any

from ..agents import responders as R
from ..agents.rules import rule


@rule
def draw_crews(w: Any) -> None:
    """Draw the crew of every roster: those with a shift today and those who are still engaged."""
    for pool in range(w.pools.shape[0]):
        q = w.pools[pool]
        q.first = -1
        q.people = 0
        q.crew = 0
    for k in range(w.responders.shape[0]):
        r = w.responders.shape[0] - 1 - k
        q = w.pools[w.roster[w.responders[r].pool]]
        q.first = r
        q.people += w.responders[r].active
        q.crew += 1
    end: Any = 0
    for pool in range(w.pools.shape[0]):
        q = w.pools[pool]
        end += q.crew
        q.crew = end
        q.crew_end = end
    for k in range(w.responders.shape[0]):
        r = w.responders.shape[0] - 1 - k
        p = w.responders[r]
        if (p.active == 1 and p.on != 0) or p.state == R.ENGAGED:
            q = w.pools[w.roster[p.pool]]
            q.crew -= 1
            w.crew[q.crew] = r


@rule
def join_crew(w: Any, r: int) -> None:
    """Let somebody who has been called join today's crew of his roster."""
    q = w.pools[w.roster[w.responders[r].pool]]
    q.people += 1
    q.crew -= 1
    at = q.crew
    while at + 1 < q.crew_end and w.crew[at + 1] < r:
        w.crew[at] = w.crew[at + 1]
        at += 1
    w.crew[at] = r
