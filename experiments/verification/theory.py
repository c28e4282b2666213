"""Exact formulas of queueing theory, to hold the engine against; nothing in here knows the engine.

Times are in any one unit; rates are its inverse. ``load`` is the offered load a server (rho), always below one.

Sources: A. K. Erlang (1917) for M/M/c; F. Pollaczek (1930) and A. Y. Khinchine (1932) for M/G/1; A. Cobham (1954,
"Priority assignment in waiting line problems") for non-preemptive priorities, M/M/c too; A. O. Allen (1978) after J.
H. Cunneen for M/G/c; J. Kiefer and J. Wolfowitz (1955) for its recursion; J. D. C. Little (1961); P. J. Burke (1956)
and J. R. Jackson (1957) for tandems and networks. All are in Kleinrock, *Queueing Systems* (1975, 1976). The retrial
queue and the server who comes on some days have no closed form; their equations are solved here by numbers.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats
from scipy.sparse import linalg

BATCHES, CUSTOMERS = 30, 150_000
"""Batches of customers that stand for replications, and customers of one."""


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


def kiefer_wolfowitz(servers: int, rate: float, work: WholeMinutes, alarm: float, seed: int = 1) -> Interval:
    """Return the mean wait of M/G/c by following customers one after another: no formula is exact for several servers.

    Kiefer and Wolfowitz's recursion (1955), which needs no more than the minutes at which servers are free again:
    ``BATCHES`` times ``CUSTOMERS`` customers in whole minutes, a batch before them left out.

    Args:
        servers: Number of servers.
        rate: Arrivals a minute.
        work: Law of the hands-on minutes.
        alarm: Chance that the true mean lies outside the interval that is returned.
        seed: Seed of a generator of its own, which has nothing to do with the engine's draws.
    """
    chance, law = np.random.default_rng(seed), work.mass / work.mass.sum()
    free, start, means = [0] * servers, 0.0, np.zeros(BATCHES + 1)
    for batch in range(BATCHES + 1):
        moments = start + np.cumsum(chance.exponential(1.0 / rate, CUSTOMERS))
        start, waited = float(moments[-1]), 0
        arrivals, minutes = moments.astype(np.int64), chance.choice(len(law), CUSTOMERS, p=law)
        for at, work_of in zip(arrivals.tolist(), minutes.tolist(), strict=True):
            begun = max(at, free[0])
            waited += begun - at
            heapq.heapreplace(free, begun + work_of)
        means[batch] = waited / CUSTOMERS
    return interval(means[1:], alarm)


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


def mmc_length(servers: int, load: float) -> float:
    """Return the mean number in the queue of M/M/c, as at each node of a Jackson network with this load."""
    return erlang_c(servers, load) * load / (1.0 - load)


def mmc_priority_waits(servers: int, loads: Sequence[float], service: float) -> list[float]:
    """Return Cobham's mean waits of M/M/c with non-preemptive priorities and one law of service, the urgent first.

    ``loads`` are the classes' parts of the load of a server.
    """
    start = erlang_c(servers, sum(loads)) * service / servers
    waits, above = [], 0.0
    for load in loads:
        waits.append(start / ((1.0 - above) * (1.0 - above - load)))
        above += load
    return waits


def retrials(servers: int, rate: float, service: float, chance: float, pause: float) -> tuple[float, float]:
    """Return what becomes of calls to ``servers`` seats when one who is refused tries again.

    Callers come at ``rate`` and talk for an exponential ``service`` time; one who finds all seats busy tries again with
    probability ``chance`` after an exponential ``pause``. The Markov chain of busy seats and callers who are going to
    try again is solved up to so many of these that more hardly occur.

    Returns:
        The share of attempts that are refused, and attempts a caller.
    """
    most = 20 + int(6.0 * (rate * pause + servers))
    states = (servers + 1) * (most + 1)
    flow = sparse.lil_matrix((states, states))
    for busy in range(servers + 1):
        for away in range(most + 1):
            here = busy * (most + 1) + away
            if busy:
                flow[here, here - most - 1] += busy / service
            if busy < servers:
                flow[here, here + most + 1] += rate
                if away:
                    flow[here, here + most] += away / pause
            else:
                if away < most:
                    flow[here, here + 1] += rate * chance
                if away:
                    flow[here, here - 1] += away / pause * (1.0 - chance)
    flow = flow.tocsc()
    balance = (flow - sparse.diags(np.asarray(flow.sum(axis=1)).ravel())).T.tolil()
    balance[0, :] = 1.0
    right = np.zeros(states)
    right[0] = 1.0
    p = linalg.spsolve(balance.tocsc(), right).reshape(servers + 1, most + 1)
    refused = float((rate + np.arange(most + 1) / pause) @ p[servers])
    total = float(rate + (p * (np.arange(most + 1) / pause)).sum())
    return refused / total, total / rate


def visiting_server_wait(rate: float, work: WholeMinutes, present: int, away: int) -> float:
    """Return the mean wait of Poisson customers for one server who is there ``present`` minutes, ``away`` the next.

    The work left at each minute of the cycle is followed minute by minute until its distribution comes round. What is
    begun when he leaves he goes on with when he is back.
    """
    cycle, size = present + away, 1 << int(math.ceil(math.log2(8 * rate * (present + away) * work.first + 2000)))
    transform = np.fft.rfft(
        np.pad(work.mass, (0, size - len(work.mass))) if len(work.mass) < size else work.mass[:size]
    )
    came = np.exp(rate * (transform - 1.0))
    before_me = np.pad(work.mass, (0, max(0, size - len(work.mass))))[:size] * (rate / 2.0)
    before_me[0] += 1.0 - rate / 2.0
    mine = np.fft.rfft(before_me)
    left = np.zeros(size)
    left[0] = 1.0
    means: list[float] = []
    for _ in range(40):
        total = 0.0
        for minute in range(cycle):
            spectrum = np.fft.rfft(left)
            found = np.fft.irfft(spectrum * mine, size)
            total += float(found @ _until_served(np.arange(size), minute, present, away))
            left = np.fft.irfft(spectrum * came, size)
            if minute < present:
                left[0] += left[1]
                left[1:-1] = left[2:]
                left[-1] = 0.0
        means.append(total / cycle)
        if len(means) > 1 and abs(means[-1] - means[-2]) < 1e-6 * means[-1]:
            break
    return means[-1]


def _until_served(ahead: NDArray[np.int64], minute: int, present: int, away: int) -> NDArray[np.int64]:
    """Return minutes from one of the cycle until a server who has ``ahead`` minutes to do first is free and there."""
    gone = max(0, minute - present)  # minutes he has been away
    start = minute if minute < present else 0
    wait = 0 if minute < present else away - gone
    through = start + ahead
    return np.asarray(wait + ahead + through // present * away, dtype=np.int64)


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
