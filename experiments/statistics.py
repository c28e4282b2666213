"""Paired statistics of runs that share their random numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from ..model.measures import Measure

LEVEL = 0.95
"""Coverage of every interval."""
MATTERS = 0.01
"""Smallest difference that matters, as a share of the reference; below it a clear difference is still no news."""
MATTERS_POINTS = 0.001
"""The same for measures that are shares themselves (0 to 1): a tenth of a percentage point."""
TIMES = 10.0
"""How many times the reference a difference may be for a relative change to mean something."""
NOTHING_BELOW = {"share": 0.001} | dict.fromkeys(
    ("min", "cases", "needs", "persons", "calls", "reports", "person-hours", "case-days"), 1.0
)
"""Below what a reference is next to nothing, by its unit."""


@dataclass(frozen=True, slots=True)
class Paired:
    """What pairing the replications of two scenarios tells of one measure.

    Attributes:
        n: Replications in which both values are known.
        baseline: Mean of the baseline over these replications.
        mean: Mean of the other scenario.
        difference: Mean of the paired differences (other minus baseline).
        low: Lower end of the 95 % interval of the mean difference; ``nan`` with fewer than two replications.
        high: Upper end.
        relative: Difference divided by the size of the baseline mean; ``nan`` if that is zero.
        correlation: Pearson correlation of the two over replications; ``nan`` with fewer than three, or if one of
            them does not vary.
        variance_ratio: Variance of the difference had the runs been independent, over its variance as paired:
            how many times more replications an unpaired comparison would need. ``inf`` if the paired
            differences do not vary but the values do.
    """

    n: int
    baseline: float
    mean: float
    difference: float
    low: float
    high: float
    relative: float
    correlation: float
    variance_ratio: float


def t_half_width(values: NDArray[np.float64], level: float = LEVEL) -> float:
    """Return half the width of Student's t interval for the mean of ``values``, shape (n,).

    ``nan`` with fewer than two values, since one run says nothing about spread.
    """
    n = len(values)
    if n < 2:
        return math.nan
    return float(stdtrit(n - 1, 0.5 + level / 2) * np.std(values, ddof=1) / math.sqrt(n))


def t_p(values: NDArray[np.float64]) -> float:
    """Return Student's two-sided p of a mean of zero; 1 for fewer than two values, or where all are zero.

    Equal values other than zero, as of what a policy costs by its rules, leave no doubt: 0, to which Student's p falls
    as their spread does. That they are few is said where they are shown.
    """
    n = len(values)
    if n < 2:
        return 1.0
    error = float(np.std(values, ddof=1)) / math.sqrt(n)
    if error == 0.0:
        return 1.0 if values.mean() == 0.0 else 0.0
    return float(2.0 * stdtr(n - 1, -abs(values.mean()) / error))


def holm(p: Sequence[float]) -> list[float]:
    """Return p values adjusted by Holm's step-down procedure (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    largest = 0.0
    for place, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p) - place) * p[i]))
        adjusted[i] = largest
    return [float(x) for x in adjusted]


def told_apart(values: Mapping[str, NDArray[np.float64]]) -> set[frozenset[str]]:
    """Return which two of several things, measured in the same replications, clearly differ in their means.

    Every two are paired, and their p adjusted for all that are compared (Holm).

    Args:
        values: One value a replication by name, each of shape (replications,); ``nan`` where there is none.
    """
    pairs = list(combinations(values, 2))
    delta = [values[a] - values[b] for a, b in pairs]
    adjusted = holm([t_p(x[np.isfinite(x)]) for x in delta])
    return {frozenset(pair) for pair, p in zip(pairs, adjusted, strict=True) if p < 1.0 - LEVEL}


def paired(baseline: NDArray[np.float64], other: NDArray[np.float64]) -> Paired:
    """Compare two scenarios replication by replication.

    Args:
        baseline: One value a replication, shape (replications,); ``nan`` where a run has none.
        other: The same replications of the other scenario.

    Raises:
        ValueError: If the two do not have the same length.
    """
    if baseline.shape != other.shape:
        raise ValueError(f"{baseline.shape} baseline values cannot be paired with {other.shape} others")
    known = np.isfinite(baseline) & np.isfinite(other)
    a, b = baseline[known], other[known]
    n = len(a)
    if n == 0:
        return Paired(0, *[math.nan] * 8)
    delta = b - a
    mean_a, difference = float(a.mean()), float(delta.mean())
    half = t_half_width(delta)
    relative = difference / abs(mean_a) if mean_a else math.nan
    correlation, ratio = _gain(a, b, delta)
    return Paired(
        n, mean_a, float(b.mean()), difference, difference - half, difference + half, relative, correlation, ratio
    )


def _gain(a: NDArray[np.float64], b: NDArray[np.float64], delta: NDArray[np.float64]) -> tuple[float, float]:
    """Return correlation and variance ratio of two paired samples (see `Paired`)."""
    if len(a) < 2:
        return math.nan, math.nan
    var_a, var_b, var_delta = (float(np.var(x, ddof=1)) for x in (a, b, delta))
    unpaired = var_a + var_b
    tiny = 1e-24 * max(1.0, float(np.max(np.abs(a))) ** 2)
    correlation = math.nan
    if len(a) > 2 and var_a > tiny and var_b > tiny:
        correlation = float(np.clip((unpaired - var_delta) / 2 / math.sqrt(var_a * var_b), -1.0, 1.0))
    if var_delta > tiny:
        return correlation, unpaired / var_delta
    return correlation, math.inf if unpaired > tiny else math.nan


def from_nothing(measure: Measure, reference: float) -> bool:
    """Return whether a reference is next to nothing, so that a share of it says nothing."""
    return abs(reference) < NOTHING_BELOW.get(measure.unit, 0.0)


def share_of(measure: Measure, reference: float, difference: float) -> float:
    """Return a difference as a share of its reference.

    It is ``nan`` where there is no reference to speak of, or where the difference is many times the reference.
    """
    if not reference or from_nothing(measure, reference) or abs(difference) > TIMES * abs(reference):
        return math.nan
    return difference / abs(reference)


def smallest(reference: float, unit: str, group: str) -> float:
    """Return the smallest difference from a mean that matters, in the measure's own unit.

    Costs have none: every hour and every yuan is somebody's, however large the city that it is set against.
    """
    if group == "cost":
        return 0.0
    return MATTERS_POINTS if unit == "share" else MATTERS * abs(reference)


def verdict(pair: Paired, better: int, margin: float = 0.0) -> str:
    """Return ``better``, ``worse``, ``changed`` (a neutral measure), ``unchanged`` or ``not_told_apart``.

    Unchanged, for practical purposes, means that the whole interval lies within ``margin`` (the smallest difference
    that matters) of zero, or that the difference is clear of zero but smaller than that. Not told apart means that
    the interval holds zero and more than the margin, that there are too few replications for one, or that the
    difference is one of rounding.
    """
    clear = pair.low > 0 or pair.high < 0
    if max(abs(pair.low), abs(pair.high)) < margin or (clear and abs(pair.difference) < margin):
        return "unchanged"
    rounding = abs(pair.difference) <= 1e-9 * max(abs(pair.baseline), abs(pair.mean))
    if rounding or not clear:
        return "not_told_apart"
    if better == 0:
        return "changed"
    return "better" if (pair.difference > 0) == (better > 0) else "worse"


def judged(
    measure: Measure, baseline: NDArray[np.float64], other: NDArray[np.float64]
) -> tuple[Paired, str]:  # fmt: skip
    """Compare two scenarios in one measure, replication by replication, and judge the difference (see `verdict`).

    A measure with an ideal that clearly changes is ``better`` where it clearly comes nearer to it, ``worse`` where it
    clearly goes away from it, by the smallest ratio that matters or more, and else ``changed``. How far a value is
    away is the size of the logarithm of its ratio to the ideal, so that twice and half are equally far.
    """
    pair = paired(baseline, other)
    word = verdict(pair, measure.better, smallest(pair.baseline, measure.unit, measure.group))
    if measure.ideal is None or word != "changed":
        return pair, word
    with np.errstate(divide="ignore"):
        before, after = (np.abs(np.log(values / measure.ideal)) for values in (baseline, other))
    moved = verdict(paired(before, after), -1, math.log1p(MATTERS))
    return pair, moved if moved in ("better", "worse") else word
