"""The shape of a shock in a daily curve: how high, how much, how long."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BEFORE = 14
"""Days before a shock whose mean is the level that it is measured against: two whole weeks."""
STAY = 3
"""Days in a row that a curve has to be back before it counts as recovered."""
TOLERANCE = 0.05
"""Share of the reference by which a recovered curve may still lie above it."""


@dataclass(frozen=True, slots=True)
class ShockShape:
    """How a shock shows in a daily curve, against the days before it.

    Attributes:
        reference: Mean of the days before the shock.
        peak: Highest level above the reference from the shock's first day on.
        peak_day: Days from the shock's start to the peak.
        area: Sum over days of the level above the reference (unit of the curve times days).
        recovery_days: Days from the shock's start until the level is back at the reference and stays there;
            if it does not come back before the run ends, the days until then (a restricted time, as for needs).
        unmet: Level above the reference on the last day of the run, 0 if it is not above.
        recovered: 1 if it came back, else 0.
    """

    reference: float
    peak: float
    peak_day: float
    area: float
    recovery_days: float
    unmet: float
    recovered: float


def shock_shape(curve: NDArray[np.float64], start: int, days: int) -> ShockShape:
    """Measure peak, area and recovery of a shock in a daily curve.

    Args:
        curve: One value a day of the run, shape (days,).
        start: Index of the shock's first day.
        days: Length of the shock; recovery is looked for behind it and behind the peak.

    Returns:
        The shape; all ``nan`` if the run holds no day before the shock or none of the shock.
    """
    if not 0 < start < len(curve):
        return ShockShape(*[math.nan] * 7)
    reference = float(np.mean(curve[max(0, start - BEFORE) : start]))
    excess = curve[start:] - reference
    above = np.maximum(excess, 0.0)
    peak_day = int(np.argmax(above))
    back = excess <= TOLERANCE * max(abs(reference), 1.0)
    first = max(days, peak_day) if above.any() else 0
    calm = [day for day in range(first, len(excess) - STAY + 1) if back[day : day + STAY].all()]
    recovery = calm[0] if calm else len(excess)
    return ShockShape(
        reference=reference,
        peak=float(above[peak_day]),
        peak_day=float(peak_day),
        area=float(above.sum()),
        recovery_days=float(recovery),
        unmet=float(above[-1]),
        recovered=float(bool(calm)),
    )
