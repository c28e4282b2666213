"""When tickets come: shapes by hour, weekday and month, and how far days differ from what the calendar explains."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats

from ...model.arrivals import CITY_SHARE

Floats = NDArray[np.float64]

LEAST_DAYS = 28
"""Days below which nothing is said about over-dispersion."""
_ROUNDS = 200
_MOST_DISPERSION = 2.0  # the model's own limit
_MOST_K = 1e5  # a search that ends here has found no end: the counts are as good as Poisson


@dataclass(frozen=True)
class Profile:
    """Arrivals of one category.

    Attributes:
        n: Tickets.
        days: Days from the first to the last ticket of the file, as far as they are whole.
        hours: Share of tickets by hour of the day, shape (24,).
        weekdays: Mean daily tickets Monday to Sunday over their mean, the months evened out, shape (7,).
        months: Mean daily tickets January to December over their mean, the weekdays evened out, shape (12,);
            ``None`` where the file does not cover all months.
        k: Size of the negative binomial about the daily means, and its interval; infinite where days differ no more
            than by chance.
        low: Lower end of the 95 % interval of ``k``.
        high: Upper end.
        variance_ratio: Variance over mean of daily counts before and after weekday and month.
        by_day: Tickets of each day, shape (days,).
        expected: What weekday and month let expect, shape (days,).
    """

    n: int
    days: int
    hours: Floats
    weekdays: Floats
    months: Floats | None
    k: float
    low: float
    high: float
    variance_ratio: tuple[float, float]
    by_day: NDArray[np.int64]
    expected: Floats

    def dispersion(self, places: float = math.inf) -> float:
        """Return the sigma of the model's daily busy factor that varies the whole city's days as ``k`` says.

        The model has a log-normal factor that the city shares (sigma times `CITY_SHARE`) and one of each community;
        the variance of their product in the sum over ``places`` communities of one size is set to 1/k. The result is
        cut at the model's limit, 2.
        """
        if not math.isfinite(self.k):
            return 0.0

        def excess(sigma: float) -> float:
            own = math.expm1(sigma**2) / places if math.isfinite(places) else 0.0
            return math.exp((CITY_SHARE * sigma) ** 2) * (1.0 + own) - 1.0 - 1.0 / self.k

        if excess(_MOST_DISPERSION) <= 0.0:
            return _MOST_DISPERSION
        return float(optimize.brentq(excess, 0.0, _MOST_DISPERSION))


def profile(local: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> Profile:
    """Return the profile of tickets.

    Args:
        local: Local times of opening.
        first: First whole day of the file, a midnight.
        last: Last whole day of the file, a midnight.
    """
    calendar = pd.date_range(first, last, freq="D")
    by_day = local.dt.normalize().value_counts().reindex(calendar, fill_value=0).to_numpy(np.int64)
    weekday, month = calendar.day_of_week.to_numpy(), calendar.month.to_numpy() - 1
    w, m = _factors(by_day, weekday, month)
    expected = w[weekday] * m[month]
    k, low, high = _negative_binomial(by_day, expected, _parameters(weekday, month))
    return Profile(
        n=len(local), days=len(calendar), hours=np.bincount(local.dt.hour, minlength=24) / max(1, len(local)),
        weekdays=w / w.mean() if w.any() else np.ones(7),
        months=m / m.mean() if len(set(month)) == 12 and m.any() else None, k=k, low=low, high=high,
        variance_ratio=(_ratio(by_day, np.full(len(by_day), by_day.mean()), 1),
                        _ratio(by_day, expected, _parameters(weekday, month))),
        by_day=by_day, expected=expected,
    )  # fmt: skip


def _factors(counts: NDArray[np.int64], weekday: NDArray[np.int64], month: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return factors whose product is the daily mean: the Poisson likelihood's maximum, by proportional fitting."""
    w, m = np.ones(7), np.ones(12)
    for _ in range(_ROUNDS):
        before = w.copy()
        w = _over(np.bincount(weekday, counts, 7), np.bincount(weekday, m[month], 7))
        m = _over(np.bincount(month, counts, 12), np.bincount(month, w[weekday], 12))
        if np.allclose(w, before, rtol=1e-10):
            break
    return w, m


def _over(a: NDArray[Any], b: NDArray[Any]) -> Floats:
    return np.asarray(np.divide(a, b, out=np.zeros(len(a)), where=b > 0))


def _parameters(weekday: NDArray[np.int64], month: NDArray[np.int64]) -> int:
    return len(set(weekday)) + len(set(month)) - 1


def _ratio(counts: NDArray[np.int64], expected: Floats, parameters: int) -> float:
    """Return Pearson's statistic over its degrees of freedom; 1 where counts are Poisson."""
    used = expected > 0
    free = int(used.sum()) - parameters
    return float((((counts - expected) ** 2)[used] / expected[used]).sum() / free) if free > 0 else math.nan


def _negative_binomial(counts: NDArray[np.int64], expected: Floats, parameters: int) -> tuple[float, float, float]:
    """Return size k of a negative binomial about given means, with its profile-likelihood interval.

    The means were fitted to the same days and took up a part of the scatter, so k comes out a little high: by about
    the parameters' share of the days, 5 % in a year.
    """
    used = expected > 0
    counts, expected = counts[used], expected[used]
    if len(counts) < LEAST_DAYS or not _ratio(counts, expected, parameters) > 1.0:
        return math.inf, math.nan, math.inf

    def likelihood(log_k: float) -> float:
        k = math.exp(log_k)
        return float(stats.nbinom.logpmf(counts, k, k / (k + expected)).sum())

    span = (math.log(1e-2), math.log(_MOST_K))
    best = optimize.minimize_scalar(lambda x: -likelihood(x), bounds=span, method="bounded")
    cut = likelihood(best.x) - stats.chi2.ppf(0.95, 1) / 2.0
    ends = [_crossing(likelihood, cut, end, float(best.x)) for end in span]
    high = math.inf if ends[1] == span[1] else math.exp(ends[1])
    return math.inf if best.x > span[1] - 1e-2 else math.exp(best.x), math.exp(ends[0]), high


def _crossing(f: Callable[[float], float], cut: float, end: float, best: float) -> float:
    """Return where a function that peaks at ``best`` falls to ``cut`` on the side of ``end``."""
    return end if f(end) >= cut else float(optimize.brentq(lambda x: f(x) - cut, min(end, best), max(end, best)))
