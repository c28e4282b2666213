"""Exact formulas of queueing theory, to hold the engine against; nothing in here knows the engine.

Times are in any one unit; rates are its inverse. ``load`` is the offered load a server (rho), always below one.

Sources: A. K. Erlang (1917) for M/M/c; F. Pollaczek (1930) and A. Y. Khinchine (1932) for M/G/1; A. Cobham (1954,
"Priority assignment in waiting line problems") for non-preemptive priorities; A. O. Allen (1978) after J. H.
Cunneen for M/G/c; J. D. C. Little (1961). All are in Kleinrock, *Queueing Systems* (1975, 1976).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats


def erlang_c(servers: int, load: float) -> float:
    """Return the chance that an arrival of M/M/c has to wait.

    The Erlang B recursion is stable for any number of servers; C follows from B.
    """
    offered = servers * load
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1.0 - load * (1.0 - blocked))


def mmc_wait(servers: int, load: float, service: float = 1.0) -> float:
    """Return the mean wait in the queue of M/M/c for a mean ``service`` time."""
    return erlang_c(servers, load) * service / (servers * (1.0 - load))


def mmc_wait_beyond(t: float, servers: int, load: float, service: float = 1.0) -> float:
    """Return P(W > t) of M/M/c, first come first served: an atom at nought, then an exponential tail."""
    return erlang_c(servers, load) * math.exp(-servers * (1.0 - load) * t / service)


def allen_cunneen(servers: int, load: float, service: float, scv: float) -> float:
    """Return the Allen-Cunneen mean wait of M/G/c for a squared coefficient of variation; exact for one server."""
    return mmc_wait(servers, load, service) * (1.0 + scv) / 2.0


def pollaczek_khinchine(rate: float, first: float, second: float) -> float:
    """Return the mean wait of M/G/1 from the arrival rate and the first two moments of the service time."""
    return rate * second / (2.0 * (1.0 - rate * first))


def cobham(rates: Sequence[float], firsts: Sequence[float], seconds: Sequence[float]) -> list[float]:
    """Return the mean waits of M/G/1 with non-preemptive priorities, the most urgent class first."""
    residual = sum(r * s for r, s in zip(rates, seconds, strict=True)) / 2.0
    waits, above = [], 0.0
    for rate, first in zip(rates, firsts, strict=True):
        upto = above + rate * first
        waits.append(residual / ((1.0 - above) * (1.0 - upto)))
        above = upto
    return waits


@dataclass(frozen=True)
class WholeMinutes:
    """A law of hands-on minutes as a simulator with a whole-minute clock can have it.

    The real-valued minutes are cut at ``cap``, rounded to the nearest minute, and are at least one. The moments are
    those of that whole-numbered variable, so they may be put into a formula without any allowance for rounding:

    With a Poisson number of arrivals a minute, the work U left for one server at a minute follows
    U' = max(0, U + B - 1), where B came in during it. The mean of the squares gives
    E[U] = rate E[S^2] / (2 (1 - rho)) - rho / 2, and those of the same minute who are served first add rho / 2 to an
    arrival's wait. So Pollaczek-Khinchine holds exactly in whole minutes too.
    """

    mass: NDArray[np.float64]
    """Chance of 0, 1, 2, ... minutes."""

    @classmethod
    def of(cls, law: stats.rv_continuous, cap: int = 2400) -> WholeMinutes:
        """Return a frozen SciPy distribution in whole minutes."""
        edges = law.cdf(np.arange(cap) + 0.5)
        mass = np.diff(np.concatenate([[0.0], edges, [1.0]]))
        mass[1] += mass[0]
        mass[0] = 0.0
        return cls(mass)

    @property
    def first(self) -> float:
        """Mean."""
        return float(self.mass @ np.arange(len(self.mass)))

    @property
    def second(self) -> float:
        """Mean of the square."""
        return float(self.mass @ np.arange(len(self.mass)) ** 2.0)

    @property
    def scv(self) -> float:
        """Squared coefficient of variation."""
        return self.second / self.first**2 - 1.0


def exponential_minutes(mean: float) -> WholeMinutes:
    """Return exponential hands-on minutes."""
    return WholeMinutes.of(stats.expon(scale=mean))


def log_normal_minutes(mean: float, sigma: float) -> WholeMinutes:
    """Return log-normal hands-on minutes, given their mean and the spread of their logarithm."""
    return WholeMinutes.of(stats.lognorm(sigma, scale=mean * math.exp(-sigma * sigma / 2.0)))


@dataclass(frozen=True)
class Interval:
    """A two-sided confidence interval for a mean, from independent replications."""

    mean: float
    half: float

    def holds(self, value: float) -> bool:
        """Return whether ``value`` lies within."""
        return abs(value - self.mean) <= self.half

    def __str__(self) -> str:
        return f"{self.mean:.4g} +/- {self.half:.2g}"


def interval(replications: NDArray[np.float64], alarm: float) -> Interval:
    """Return Student's interval that misses the true mean with probability ``alarm``."""
    n = len(replications)
    spread = float(np.std(replications, ddof=1)) / math.sqrt(n)
    return Interval(float(np.mean(replications)), float(stats.t.isf(alarm / 2.0, n - 1)) * spread)


def ratio_interval(sums: NDArray[np.float64], counts: NDArray[np.float64], alarm: float) -> Interval:
    """Return an interval for the mean a customer from sums and numbers of customers by replication.

    The ratio of totals is nearly free of the bias that a mean of ratios has, since longer waits come with more
    customers; its spread is that of the residuals (delta method).
    """
    ratio = float(sums.sum() / counts.sum())
    residual = interval((sums - ratio * counts) / counts.mean(), alarm)
    return Interval(ratio, residual.half)
