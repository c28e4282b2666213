"""Postings: the people for whom policies ask, one row each and day, and what leading them takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..agents.columns import Column, Rows, Table
from .levers import Contribution

if TYPE_CHECKING:
    from .interventions import Setting

FROM_LINE, FROM_UNIT, FROM_RESIDENTS, FROM_POOL, HIRED = range(5)
"""Where the people of a posting come from: a department line, a unit, in-service members of the community, another pool
whose roster one of its staff leaves for it, or they are hired for it (paid as their kind of responder is, in any
number)."""

POSTINGS = Table(
    "postings",
    "派驻",
    "Postings",
    (
        Column(
            "person", "i4", "id", "人员", "number of the person within the policy and host community", 0, (1 << 12) - 1
        ),
        Column("kind", "i1", "code", "类别", "kind of responder", 0, 13),
        Column("community", "i4", "id", "派驻社区", "host community"),
        Column("source", "i1", "code", "来源", "line, unit, residents, pool, or hired", 0, 4),
        Column("home", "i4", "id", "派出", "row of the line, unit or pool, or the community itself"),
        Column("pool", "i4", "id", "队伍", "pool in which they serve, -1 that of the host community", -1),
        Column("grid", "i4", "id", "驻点网格", "home grid, -1 one of the host community's in turn", -1),
        Column("shift", "i1", "code", "班次", "shift class", 0, 8),
        Column("skills", "i2", "code", "技能", "skill bit mask", 0, 255),
        Column("productivity", "f8", "1", "工效", "work done an hour", 0.05, 3),
        Column("delay", "i4", "min", "启动时长", "minutes from a shock to duty, of a paired reserve", -1),
        Column("fix", "f8", "1", "解决率增减", "change in the chance that a visit of theirs solves the need", -1, 1),
        Column("led", "f8", "min/day", "带领时间", "minutes today that those who lead them spend on it", 0, 1440),
        Column("led_by", "i4", "id", "带领队伍", "pool whose staff lead them, -1 the host community's own", -1),
        Column("instance", "i2", "id", "政策实例", "place of the policy in the canonical order"),
    ),
)
"""One row a person asked for today; ``posting_rows`` makes them."""


def posting_rows(n: int) -> Rows:
    """Return ``n`` postings to the host community's own pool, on duty by their shift, with nothing else filled in."""
    rows = POSTINGS.rows(n)
    for name in ("pool", "grid", "delay", "led_by"):
        rows[name] = -1
    return rows


def join_postings(parts: Sequence[Rows]) -> Rows:
    """Return the postings of all parts, one behind the other."""
    rows, end = POSTINGS.rows(sum(map(len, parts))), 0
    for part in parts:
        rows[end : end + len(part)] = part
        end += len(part)
    return rows


def leading(postings: Rows, setting: Setting) -> list[Contribution]:
    """Return what leading these people, who were granted, asks of the pools whose staff lead them."""
    led = postings[postings["led"] > 0.0]
    if len(led) == 0:
        return []
    by = np.where(led["led_by"] >= 0, led["led_by"], setting.community_pool[led["community"]])
    minutes = np.bincount(by, led["led"], minlength=len(setting.pools)).astype(np.float64)
    pools = np.flatnonzero(minutes)
    return [Contribution("pool.overhead_minutes", pools, minutes[pools].astype(np.float64))]
