"""Scales of colours: round ends that hold while a run goes, so that a colour keeps its meaning."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..numbers import fixed, percent, time_change_scale, time_scale
from .frames import Floats, Singles

_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """Ends of a scale in the unit of the values."""

    low: float
    high: float

    def covers(self, other: Scale) -> bool:
        """Return whether another scale lies within this one."""
        return self.low <= other.low and other.high <= self.high


def level_scale(values: Sequence[Singles], before: Scale | None = None, factor: float = 1.0) -> Scale:
    """Return a scale for values, from 0 or near the least to a round number over nearly all of them.

    Args:
        values: Values of one or more maps that share the scale.
        before: The scale in use, which may grow but does not shrink.
        factor: What values are multiplied by when they are shown, so that the ends are round there.
    """
    low, high = _reach(values, (0.02, 0.98))
    start = 0.0 if low < 0.4 * high or high <= 0.0 else _round_down(low * factor) / factor
    made = Scale(start, max(_round_up(high * factor) / factor, start + 1e-9))
    if before is None:
        return made
    return before if before.covers(made) else Scale(min(before.low, made.low), max(before.high, made.high))


def change_scale(values: Sequence[Floats], before: Scale | None = None, factor: float = 1.0) -> Scale:
    """Return a scale for differences, as far below zero as above; see ``level_scale``."""
    low, high = _reach(values, (0.01, 0.99))
    end = _round_up(max(abs(low), abs(high)) * factor) / factor
    return Scale(-end, end) if before is None or before.high < end else before


def _reach(values: Sequence[Singles] | Sequence[Floats], quantiles: tuple[float, float]) -> tuple[float, float]:
    known = np.concatenate([v[np.isfinite(v)] for v in values]) if len(values) else np.empty(0)
    if not len(known):
        return 0.0, 0.0
    low, high = np.quantile(known, quantiles)
    return float(low), float(high)


def _round_up(x: float) -> float:
    """Return a round number of at least ``x``; 1 for nothing."""
    if not x > 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(x))
    return next(step * power for step in (*_ROUND, 20.0) if step * power >= x * (1 - 1e-9))


def _round_down(x: float) -> float:
    power = 10.0 ** math.floor(math.log10(x))
    return math.floor(2 * x / power) / 2 * power


def unit_of(unit: str, size: float, change: bool = False) -> tuple[float, str]:
    """Return what to multiply values by to show them, and the key of the word for their unit.

    Args:
        unit: Unit of a layer or a curve.
        size: About how large the values are.
        change: Whether they are differences.
    """
    if unit == "min":
        scale = time_change_scale(size) if change else time_scale(size)
        return scale.factor, scale.unit
    if unit == "share":
        return 100.0, "unit.points" if change else "unit.percent"
    return 1.0, f"view.unit.{unit}"


def shown(x: float, unit: str, *, sign: bool = False) -> str:
    """Return a single value of a unit other than minutes as text, without the unit."""
    if unit == "share":
        return percent(x, sign=sign)
    digits = 0 if abs(x) >= 100 or float(x).is_integer() else 1 if abs(x) >= 10 else 2
    return fixed(x, digits, sign=sign)
