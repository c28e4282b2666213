"""How long a hand-up waits for its decision: paper that passes step by step, or the next meeting of all levels.

A hand-up takes an approval step for each level that it rises; its wait is spread evenly over them. A step falls away
where one person holds both posts between which the paper would pass, or where an approval was given up. What a net of
grids takes starts in the grid, even where the net is so small that it serves in the community's pool. With linkage
meetings a hand-up is decided at the next one if that ends sooner than the paper arrives.
"""

from __future__ import annotations

from typing import Any

from ..agents.rules import rule
from .calendar import DAY
from .draws import OFFICE, uniform
from .occasions import LEADER
from .routing import topic
from .workload import NETS

MEETING_ENDS = 660
"""Minute of the day at which a linkage meeting has decided: 11:00."""


@rule
def steps_left(w: Any, c: int) -> float:
    """Return the share of a hand-up's approval steps that is left: 1 where none is spared."""
    case = w.cases[c]
    need = w.needs[case.need]
    spared = w.topic_levers[topic(w, case.need)].approvals_spared
    net = w.cats[need.category].net
    of_net = net < NETS and case.pool == w.nets[need.community, net]
    if of_net and _one_leader(w, need.community, need.grid):
        spared += 1.0
    if spared == 0.0:
        return 1.0
    below = 0 if of_net else w.pools[case.pool].level
    steps = max(1, w.pools[case.target].level - below)
    return max(0.0, steps - spared) / steps


@rule
def _one_leader(w: Any, community: int, grid: int) -> bool:
    """Return whether the leader of a grid also sits in the community's leadership."""
    share = w.community_levers[community].one_leader
    return share > 0.0 and uniform(w.keys[OFFICE], w.grids[grid].key, LEADER) < share


@rule
def next_meeting(w: Any, meetings: float, t: int) -> int:
    """Return the minute after ``t`` at which the next of so many linkage meetings a day has decided.

    Meetings are planned at even distances from the first day of the run; one that falls on a day off is held on the
    next working day.
    """
    every = int(1.0 / meetings + 0.5)
    planned = t // DAY // every * every
    while True:
        at = meeting_day(w, planned) * DAY + MEETING_ENDS
        if at > t:
            return at
        planned += every


@rule
def meeting_day(w: Any, planned: int) -> int:
    """Return the first working day from a planned day on."""
    last = w.work_days.shape[0] - 1
    if planned >= w.work_index.shape[0]:
        return planned
    return w.work_days[min(last, w.work_index[planned])]
