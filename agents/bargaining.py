"""Talks about a dispute: alternating concessions over a surplus that shrinks with every round.

The offers of two parties lie apart by a share of what is at stake. In each round both give way by a share of what still
parts them; what a settlement is worth to them shrinks meanwhile. They agree as soon as it covers the gap. So talks that
begin far apart take more rounds, and some never end in an agreement. A model of concessions, not of an equilibrium.
"""

from __future__ import annotations

from .parameters import parameter
from .rules import rule

TALK_DAYS = parameter(
    "talks.days", 5, "working day", 1, 60, "协商间隔",
    "working days between rounds of talks", "about a round a week; estimate to be swept",
)  # fmt: skip
ROUNDS = parameter(
    "talks.rounds", 6, "1", 1, 50, "协商轮数上限",
    "rounds after which talks end without an agreement", "Nanjing, Jiangjiayuan: more than ten for a parking case", "C",
)  # fmt: skip
CONCESSION = parameter(
    "talks.concession", 0.3, "1", 0, 1, "每轮让步",
    "share of what parts them by which the parties give way in a round", "estimate to be swept",
)  # fmt: skip
SURPLUS = parameter(
    "talks.surplus", 0.35, "1", 0, 1, "和解价值",
    "what a settlement is worth to both, as a share of what is at stake", "estimate to be swept",
)  # fmt: skip
SHRINKAGE = parameter(
    "talks.shrinkage", 0.05, "1", 0, 1, "每轮折损",
    "share of that worth which each round costs", "estimate to be swept",
)  # fmt: skip
WORKER_MINUTES = parameter(
    "talks.worker_minutes", 180, "min", 0, 5000, "每轮工作人员时间",
    "minutes of community workers for a round of talks", "two for an hour and a half; estimate to be swept",
)  # fmt: skip
RESIDENT_MINUTES = parameter(
    "talks.resident_minutes", 360, "min", 0, 50000, "每轮居民时间",
    "minutes of residents for a round of talks", "four for an hour and a half; estimate to be swept",
)  # fmt: skip


@rule
def apart(severity: float, luck: float, rounds: int, concession: float) -> float:
    """Return how far offers are apart after some rounds; the worse the dispute, the farther they begin."""
    return (severity + (1.0 - severity) * luck) * (1.0 - concession) ** rounds


@rule
def agreed(gap: float, rounds: int, surplus: float, shrinkage: float) -> bool:
    """Return whether offers cross: a settlement is still worth what parts them."""
    return gap <= surplus * (1.0 - shrinkage) ** rounds
