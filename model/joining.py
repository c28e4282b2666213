"""Joined rosters: the people of several pools serve one queue, for as long as a policy asks for it.

``w.roster[pool]`` is the pool whose queue, members and clocks a pool shares; by itself each is its own. People keep
the pool that employs them and cases the pool they were sent to, so that both go back when the rosters part. Rosters
change at midnight, after everything under way is booked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents.rules import entry, rule
from .queues import enqueue, free_case, merge
from .stages import turn
from .state import DEAD, HELD, QUEUED, WAITING


def rosters(pools: NDArray[Any], pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the roster of each pool when these pairs are joined, whoever asks for them in whatever order.

    Args:
        pools: Table of pools; those joined, directly or through others, serve in the one with the smallest key.
        pairs: Pools to join, shape (pairs, 2).

    Raises:
        ValueError: If the queues of two pools are different stages of a need, as a grid's and a street's are.
    """
    root = np.arange(len(pools), dtype=np.int64)
    if len(pairs) == 0:
        return root
    stage = np.clip(pools["level"], 1, 3)[pairs]
    apart = np.flatnonzero(stage[:, 0] != stage[:, 1])
    if len(apart):
        one, other = pairs[apart[0]].tolist()
        raise ValueError(f"pools {one} and {other} queue in different stages: their rosters cannot be joined")
    _join(root, pools["key"].copy(), pairs)
    return root


@entry
def _join(root: Any, keys: Any, pairs: Any) -> None:
    """Let ``root`` name for each pool the one with the smallest key of those that pairs connect it to."""
    for i in range(pairs.shape[0]):
        a = _root(root, pairs[i, 0])
        b = _root(root, pairs[i, 1])
        if keys[a] > keys[b]:
            a, b = b, a
        root[b] = a
    for p in range(root.shape[0]):
        root[p] = _root(root, p)


@rule
def _root(root: Any, p: int) -> int:
    """Return the last pool of a chain, halving the way to it for those who ask next."""
    while root[p] != p:
        root[p] = root[root[p]]
        p = root[p]
    return p


@rule
def regroup(w: Any, t: int) -> None:
    """Let rosters be as asked from midnight ``t`` on: people and queued cases move to where they now belong."""
    changed = False
    for pool in range(w.roster.shape[0]):
        if w.roster[pool] != w.roster_asked[pool]:
            changed = True
    if not changed:
        return
    for n in range(w.needs.shape[0]):
        if w.needs[n].live == 1 and w.needs[n].phase == WAITING:
            turn(w, n, t, WAITING)
    cases = _empty_queues(w)
    for pool in range(w.roster.shape[0]):
        w.roster[pool] = w.roster_asked[pool]
        w.pools[pool].promised = 0
    while cases >= 0:
        following = w.cases[cases].next_free
        enqueue(w, cases, w.cases[cases].pool, t)
        cases = following
    for n in range(w.needs.shape[0]):
        if w.needs[n].live == 1 and w.needs[n].case >= 0:
            _settle(w, n)


@rule
def _empty_queues(w: Any) -> int:
    """Take every queued case out; return the first of a list that runs through ``next_free``."""
    taken: Any = -1
    for pool in range(w.pools.shape[0]):
        q = w.pools[pool]
        while q.head >= 0:
            c = q.head
            q.head = merge(w, w.cases[c].left, w.cases[c].right)
            if w.cases[c].status == DEAD:
                free_case(w, c)
            else:
                w.cases[c].next_free = taken
                taken = c
        q.length = 0
        q.waiting = 0
    return taken


@rule
def _settle(w: Any, n: int) -> None:
    """Let a need that waits read the clock of its roster, and count the appointments that its parties agreed to."""
    need = w.needs[n]
    lead = need.case
    if need.phase == WAITING:
        roster = w.roster[w.cases[lead].pool]
        need.wait_pool = roster
        need.snap_off = w.pools[roster].clock_off
        need.snap_paper = w.pools[roster].clock_paper
    c = lead
    while c >= 0:
        case = w.cases[c]
        if case.agreed == 1 and (case.status == HELD or case.status == QUEUED):
            w.pools[w.roster[case.pool]].promised += 1
        c = case.first_party if c == lead else case.next_party
