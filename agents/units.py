"""Enterprises and resident units: whether one lends its people follows what it gives and what it gets.

A unit keeps a ledger of hours given to its community and received from it. Once a month its willingness moves with
the balance, with what its neighbours do, and back towards its own bent; one that feels exploited leaves, and joins
again when its willingness has come back.
"""

from __future__ import annotations

import math

from .parameters import parameter
from .rules import rule

RECIPROCITY = parameter(
    "unit.reciprocity", 0.10, "1/month", 0, 1, "互惠系数",
    "unit: move of willingness for a balance as large as its idle hours", "estimate to be swept",
)  # fmt: skip
CONFORMITY = parameter(
    "unit.conformity", 0.05, "1/month", 0, 1, "从众系数",
    "unit: share of the way to the mean willingness of its community", "estimate to be swept",
)  # fmt: skip
SETTLING = parameter(
    "unit.settling", 0.10, "1/month", 0, 1, "回归系数",
    "unit: share of the way back to its own bent", "estimate to be swept",
)  # fmt: skip
LEAVES = parameter(
    "unit.leaves", 0.10, "1", 0, 1, "退出阈值", "unit: willingness under which it leaves", "estimate to be swept"
)
JOINS = parameter(
    "unit.joins", 0.25, "1", 0, 1, "加入阈值", "unit: willingness at which it joins again", "estimate to be swept"
)


@rule
def moved_willingness(
    willing: float, bent: float, balance: float, neighbours: float, reciprocity: float, conformity: float, back: float
) -> float:
    """Return next month's willingness; ``balance`` is received minus given, over the hours that it could lend."""
    step = reciprocity * math.tanh(balance) + conformity * (neighbours - willing) + back * (bent - willing)
    return min(1.0, max(0.0, willing + step))
