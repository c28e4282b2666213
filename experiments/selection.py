"""Which alternative is best, what may be, and at what price: comparisons with the best, Pareto fronts, Shapley shares.

An alternative is a scenario at a point. All share their random numbers, so differences are taken replication by
replication and nothing is assumed about how alternatives are correlated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from .statistics import LEVEL, t_half_width

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Standing:
    """An alternative against the best of all others.

    Attributes:
        name: The alternative.
        mean: Mean of the measure.
        low: Lower end of the interval of its lead over the best of the others, in the measure's unit, positive where it
            is better; 0 at most.
        high: Upper end, 0 at least.
        verdict: ``best``, ``not_best`` or ``may_be_best``.
    """

    name: str
    mean: float
    low: float
    high: float
    verdict: str


def standings(values: Mapping[str, Floats], better: int) -> list[Standing]:
    """Compare every alternative with the best of the others, all intervals holding together at 95 %.

    The intervals are Hsu's (1984), constrained at zero, from all paired differences at Bonferroni's level: valid
    however the alternatives are correlated, a little wide where there are many.

    Args:
        values: One value a replication, shape (replications,), by alternative.
        better: 1 if more is better, -1 if less is.

    Raises:
        ValueError: If the measure has no direction, or there are fewer than two alternatives or replications.
    """
    if better == 0:
        raise ValueError("the measure has no direction: neither more nor less of it is better")
    names = list(values)
    table = better * np.array([values[name] for name in names])
    table = table[:, np.isfinite(table).all(axis=0)]
    k, n = table.shape
    if k < 2 or n < 2:
        raise ValueError(f"{k} alternatives with {n} common replications cannot be compared; two of each are needed")
    factor = float(stdtrit(n - 1, 1.0 - (1.0 - LEVEL) / (k * (k - 1)))) / math.sqrt(n)
    found = []
    for i, name in enumerate(names):
        lead = table[i] - np.delete(table, i, axis=0)
        mean, half = lead.mean(axis=1), factor * lead.std(axis=1, ddof=1)
        low, high = min(0.0, float((mean - half).min())), max(0.0, float((mean + half).min()))
        verdict = "best" if low == 0.0 and high > 0.0 else "not_best" if high == 0.0 else "may_be_best"
        found.append(Standing(name, float(better * table[i].mean()), low, high, verdict))
    return found


def pareto_front(costs: Mapping[str, float], gains: Mapping[str, float]) -> list[str]:
    """Return the alternatives of which none other costs no more and gains no less, by rising cost.

    Args:
        costs: What each costs, less is better.
        gains: What each gains, more is better.
    """
    front = []
    for name in costs:
        beaten = any(
            costs[other] <= costs[name] and gains[other] >= gains[name]
            and (costs[other] < costs[name] or gains[other] > gains[name])
            for other in costs
        )  # fmt: skip
        if not beaten:
            front.append(name)
    return sorted(front, key=lambda name: (costs[name], -gains[name]))


@dataclass(frozen=True)
class Share:
    """A part's share of what a whole does: its Shapley value and interval."""

    part: str
    value: float
    low: float
    high: float


def shapley(parts: Sequence[str], values: Mapping[frozenset[str], Floats]) -> list[Share]:
    """Return the Shapley value of each part: its mean contribution over all orders in which parts may be added.

    The values of all parts add up to what the whole does against none of them (Shapley 1953).

    Args:
        parts: Names of the parts.
        values: One value a replication, shape (replications,), by the set of parts that are in force.

    Raises:
        KeyError: If a set is missing.
    """
    found = []
    for part in parts:
        others = [p for p in parts if p != part]
        total = np.zeros_like(values[frozenset()])
        for size in range(len(parts)):
            weight = 1.0 / (len(parts) * math.comb(len(others), size))
            for chosen in combinations(others, size):
                without = frozenset(chosen)
                total = total + weight * (values[without | {part}] - values[without])
        known = total[np.isfinite(total)]
        mean = float(known.mean()) if len(known) else math.nan
        half = t_half_width(known)
        found.append(Share(part, mean, mean - half, mean + half))
    return found
