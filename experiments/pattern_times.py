"""Figures of patterns about the times from report to closing: skew, families of laws, spread, what stays open."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from ..model.calendar import DAY
from .seen import Floats, Seen


def _skews(seen: Seen) -> Floats:
    return np.array([np.quantile(x, 0.9) / np.median(x) for x in seen.times().values()])


def median_skew(seen: Seen) -> float:
    """Return the median over categories of P90 over median."""
    return float(np.median(_skews(seen)))


def skewed_share(seen: Seen) -> float:
    """Return the share of categories with P90 over median in 3 to 12."""
    skews = _skews(seen)
    return float(((skews >= 3) & (skews <= 12)).mean())


def best_family(times: Floats) -> str:
    """Return the family of positive times with the smallest AIC: log-normal, weibull, gamma or exponential."""
    logs = np.log(times)
    spread = max(float(logs.std()), 1e-9)
    shape, _, scale = stats.weibull_min.fit(times, floc=0)
    a, _, b = stats.gamma.fit(times, floc=0)
    likelihood = {
        "log-normal": stats.lognorm.logpdf(times, spread, scale=math.exp(float(logs.mean()))).sum() - 2,
        "weibull": stats.weibull_min.logpdf(times, shape, scale=scale).sum() - 2,
        "gamma": stats.gamma.logpdf(times, a, scale=b).sum() - 2,
        "exponential": stats.expon.logpdf(times, scale=times.mean()).sum() - 1,
    }
    return max(likelihood, key=lambda family: likelihood[family])


def _share_of(seen: Seen, family: str) -> float:
    return float(np.mean([best_family(x) == family for x in seen.times().values()]))


def log_normal_best(seen: Seen) -> float:
    """Return the share of categories that a log-normal fits best."""
    return _share_of(seen, "log-normal")


def exponential_best(seen: Seen) -> float:
    """Return the share of categories that an exponential fits best."""
    return _share_of(seen, "exponential")


def median_sigma(seen: Seen) -> float:
    """Return the median over categories of sigma of ln."""
    return float(np.median([np.log(x).std() for x in seen.times().values()]))


def mixture_ks(seen: Seen) -> float:
    """Return the Kolmogorov-Smirnov distance of all times from the log-normal fitted to them."""
    logs = np.log(np.concatenate(list(seen.times().values())))
    return float(stats.kstest(logs, stats.norm(logs.mean(), logs.std()).cdf).statistic)


def instant_share(seen: Seen) -> float:
    """Return the share of tickets closed within 3 minutes of their report."""
    w = seen.window
    return float(((w.closed >= 0) & (w.closed - w.reported <= 3)).mean())


def span_of_medians(seen: Seen) -> float:
    """Return the largest over the smallest median of a category."""
    medians = [np.median(x) for x in seen.times().values()]
    return float(max(medians) / min(medians))


def open_after_90_days(seen: Seen) -> float:
    """Return the share of the window's tickets not closed within 90 days."""
    w = seen.window
    return float(((w.closed < 0) | (w.closed - w.reported > 90 * DAY)).mean())
