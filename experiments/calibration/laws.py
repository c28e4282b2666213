"""Handling times with tickets that are still open: families fitted by maximum likelihood, chosen by AIC.

SciPy does the fitting (`scipy.stats.CensoredData`) and the Kaplan-Meier curve (`scipy.stats.ecdf`): what an open
ticket tells is that it takes longer than it has so far.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Floats = NDArray[np.float64]


class _LogLogistic(type(stats.fisk)):  # type: ignore[misc]
    """SciPy's, with a log-survival that keeps its accuracy far out, where open tickets lie."""

    def _logsf(self, x: Any, c: Any) -> Any:
        return -np.logaddexp(0.0, c * np.log(x))


FAMILIES: dict[str, Any] = {
    "log_normal": stats.lognorm,
    "weibull": stats.weibull_min,
    "gamma": stats.gamma,
    "log_logistic": _LogLogistic(a=0.0, name="log_logistic"),
    "exponential": stats.expon,
}
"""Families of handling times, all of them from 0 on."""

LEVEL = 0.95
LEAST_CLOSED = 20
"""Closed tickets below which no family is fitted."""


@dataclass(frozen=True)
class Fit:
    """A family with its parameters as SciPy takes them, and its AIC."""

    family: str
    shape: tuple[float, ...]
    aic: float

    def survival(self, hours: Floats) -> Floats:
        """Return the share that takes longer than each of some times."""
        return np.asarray(FAMILIES[self.family].sf(hours, *self.shape))

    def quantile(self, shares: Sequence[float] | Floats) -> Floats:
        """Return the times within which some shares are closed, hours."""
        return np.asarray(FAMILIES[self.family].ppf(shares, *self.shape))


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve with pointwise intervals (log-log form): the share not closed after each time."""

    hours: Floats
    open: Floats
    low: Floats
    high: Floats

    def closed_within(self, hours: float) -> tuple[float, float, float]:
        """Return the share closed within a time, with its interval."""
        k = int(np.searchsorted(self.hours, hours, side="right")) - 1
        if k < 0:
            return 0.0, 0.0, 0.0
        return 1.0 - float(self.open[k]), 1.0 - float(self.high[k]), 1.0 - float(self.low[k])

    def quantile(self, share: float) -> tuple[float, float, float]:
        """Return the time within which a share is closed, with its interval; ``nan`` where that is not reached."""
        return tuple(_first(self.hours, curve <= 1.0 - share) for curve in (self.open, self.low, self.high))  # type: ignore[return-value]


def _first(hours: Floats, reached: NDArray[np.bool_]) -> float:
    return float(hours[int(np.argmax(reached))]) if reached.any() else math.nan


def kaplan_meier(hours: Floats, is_open: NDArray[np.bool_]) -> Curve:
    """Return the Kaplan-Meier curve of some tickets.

    Args:
        hours: From opening to closing, or to the moment as of which the export stands, shape (tickets,).
        is_open: Which of them are open still, shape (tickets,).
    """
    found = stats.ecdf(stats.CensoredData.right_censored(hours, is_open)).sf
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # at the ends, where the interval is set below
        interval = found.confidence_interval(confidence_level=LEVEL, method="log-log")
    low, high = (
        np.nan_to_num(side.probabilities, nan=edge) for side, edge in ((interval.low, 0.0), (interval.high, 1.0))
    )
    return Curve(found.quantiles, found.probabilities, np.minimum(low, found.probabilities),
                 np.maximum(high, found.probabilities))  # fmt: skip


def fit(hours: Floats, is_open: NDArray[np.bool_]) -> list[Fit]:
    """Return all families fitted to some tickets, the one with the least AIC first; none where too few are closed.

    Args:
        hours: Above 0, shape (tickets,).
        is_open: Which of them are open still, shape (tickets,).
    """
    closed = hours[~is_open]
    if len(closed) < LEAST_CLOSED or np.ptp(closed) == 0.0:
        return []
    data = stats.CensoredData.right_censored(hours, is_open)
    found = [_fitted(family, data, closed, hours[is_open]) for family in FAMILIES]
    return sorted(found, key=lambda each: each.aic)


def _fitted(family: str, data: stats.CensoredData, closed: Floats, still_open: Floats) -> Fit:
    """Fit one family, from where the moments of all times on the log scale say that it lies."""
    law = FAMILIES[family]
    logs = np.log(np.concatenate([closed, still_open]))
    middle, spread = float(logs.mean()), max(0.05, float(logs.std()))
    if family == "exponential":
        scale = float((closed.sum() + still_open.sum()) / len(closed))  # the maximum in closed form
        shape: tuple[float, ...] = (0.0, scale)
    else:
        start = {"log_normal": spread, "weibull": 1.2 / spread, "gamma": min(10.0, 1.0 / spread),
                 "log_logistic": 1.8 / spread}[family]  # fmt: skip
        scale = math.exp(middle) / start if family == "gamma" else math.exp(middle)
        shape = tuple(map(float, law.fit(data, start, floc=0, scale=scale, optimizer=_search)))
    free = len(shape) - 1
    with np.errstate(divide="ignore"):
        likelihood = float(law.logpdf(closed, *shape).sum() + law.logsf(still_open, *shape).sum())
    return Fit(family, shape, 2.0 * free - 2.0 * likelihood)


def _search(loss: Any, start: Any, args: tuple[Any, ...] = (), disp: object = None) -> Floats:
    """Minimise for SciPy's ``fit`` on the log scale, where shape and scale stay positive and steps are alike in size.

    The loss is taken relative to where it starts, so that the search ends alike for few tickets and for many.
    """
    unit = max(1.0, abs(float(loss(start, *args))))
    found = optimize.minimize(
        lambda x: loss(np.exp(x), *args) / unit, np.log(start), method="BFGS", options={"gtol": 1e-7}
    )
    return np.asarray(np.exp(found.x))


def misfit(curve: Curve, best: Fit) -> float:
    """Return the largest distance between the Kaplan-Meier curve and a fit, at the times of the curve's steps."""
    model = best.survival(curve.hours)
    before = np.concatenate([[1.0], curve.open[:-1]])
    return float(np.max(np.maximum(np.abs(curve.open - model), np.abs(before - model))))
