"""How to split a budget of person-hours best over policies and places, as far as an experiment can tell.

Each factor is an arm: an amount of a policy, or of a policy in some place, that costs hours and helps the less the more
there is of it. The response is ``b + sum a_j (1 - exp(-z_j / c_j))`` with ``z_j`` the share of the arm's range, the
hours are ``h + sum p_j z_j``; both are fitted to the points of a design, and the best split follows by one equation.
How much of that is luck is told by resampling the residuals (wild bootstrap, Wu 1986), all of it fitted anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize

from ..model.measures import measure_of
from ..scenarios.sentences import Told, t
from .points import Design
from .values import Values, opened, see_measures, values_of

Floats = NDArray[np.float64]
RESAMPLES, SEED = 400, 12345
ENDS = (0.025, 0.975)
SLOWEST, FASTEST = np.log(0.1), np.log(10.0)
"""Bounds of log c: an arm that is used up after a tenth of its range, and one that is nearly straight."""


class SplitError(Told, ValueError):
    """An experiment from which no split can be told."""


@dataclass(frozen=True)
class Surface:
    """A fitted response and its hours: gains a, scales c and prices p of each arm, shape (arms,)."""

    gain: Floats
    scale: Floats
    price: Floats

    def response(self, z: Floats) -> Floats:
        """Return the response above that without any amount, shape (points,), for shares shape (points, arms)."""
        return (1.0 - np.exp(-z / self.scale)) @ self.gain


def fit(z: Floats, y: Floats, hours: Floats, start: Floats | None = None) -> tuple[Surface, Floats, Floats]:
    """Fit response and hours by least squares; return them with the fitted values of both.

    Args:
        z: Shares of each arm's range, shape (points, arms).
        y: Response, more is better, shape (points,).
        hours: Shape (points,).
        start: log c to start from, shape (arms,); several are tried without it.
    """
    straight = np.column_stack([np.ones(len(z)), z])
    price: Floats = np.linalg.lstsq(straight, hours, rcond=None)[0].astype(np.float64)

    def solved(log_c: Floats) -> tuple[Floats, Floats]:
        bent = np.column_stack([np.ones(len(z)), 1.0 - np.exp(-z / np.exp(log_c))])
        a: Floats = np.linalg.lstsq(bent, y, rcond=None)[0].astype(np.float64)
        return a, np.asarray(bent @ a)

    scale = max(float(np.var(y)) * len(y), 1e-300)
    starts = [np.full(z.shape[1], x) for x in np.log([0.3, 1.0, 3.0])] if start is None else [start]
    ends = [minimize(lambda c: float(((y - solved(c)[1]) ** 2).sum()) / scale, s, method="L-BFGS-B",
                     bounds=[(SLOWEST, FASTEST)] * z.shape[1]) for s in starts]  # fmt: skip
    best = min(ends, key=lambda end: float(end.fun)).x
    a, fitted = solved(best)
    return Surface(a[1:], np.exp(best), price[1:]), fitted, straight @ price


def best_split(surface: Surface, budget: float) -> Floats:
    """Return the shares of the arms' ranges that bring most for a budget of hours, shape (arms,).

    Arms that do not help get nothing; those that help and cost nothing are used whole. Of the others each is used up to
    where its last hour brings what the last hour of the others does (the optimum, since all have diminishing returns).
    """
    a, c, p = surface.gain, surface.scale, surface.price
    free = (a > 0.0) & (p <= 0.0)
    asks = (a > 0.0) & (p > 0.0)
    z = np.where(free, 1.0, 0.0)
    if not asks.any() or budget <= 0.0:
        return z
    if p[asks].sum() <= budget:
        return np.where(asks, 1.0, z)
    a, c, p = a[asks], c[asks], p[asks]

    def used(log_worth: float) -> Floats:
        return np.asarray(np.clip(c * (np.log(a / (c * p)) - log_worth), 0.0, 1.0))

    steepest, flattest = np.log(a / (c * p)).max(), (np.log(a / (c * p)) - 1.0 / c).min()
    z[asks] = used(brentq(lambda x: float(used(x) @ p) - budget, flattest, steepest))
    return z


def even_split(surface: Surface, budget: float) -> Floats:
    """Return the shares where each arm that costs hours gets as many of them as any other, or all that it can use."""
    p = surface.price
    z, left = np.where((p <= 0.0) & (surface.gain > 0.0), 1.0, 0.0), budget
    open_ = p > 0.0
    while open_.any() and left > 0.0:
        each = left / open_.sum()
        full = open_ & (p * (1.0 - z) <= each)
        if not full.any():
            z[open_] += each / p[open_]
            break
        left -= float((p * (1.0 - z))[full].sum())
        z[full], open_ = 1.0, open_ & ~full
    return z


@dataclass(frozen=True)
class Arm:
    """An arm's part of a budget: amount and hours with 95 % intervals, and what its whole range costs and brings."""

    factor: str
    amount: float
    amount_low: float
    amount_high: float
    hours: float
    hours_low: float
    hours_high: float
    whole_hours: float
    whole_effect: float


@dataclass(frozen=True)
class Split:
    """The best split of a budget.

    Attributes:
        scenario: In which scenario.
        measure: What it is best for.
        budget: Hours above those without any amount.
        arms: What each gets.
        gain: Expected change of the measure against no amount at all, in its unit.
        gain_low: Lower end of the 95 % interval.
        gain_high: Upper end.
        over_even: How much better than the same hours for each arm, in its unit, positive is better.
        over_even_low: Lower end of the 95 % interval.
        over_even_high: Upper end.
        foretold: Share of the variance between points that the response foretells for points left out; below 0 it
            foretells nothing.
        verdict: ``split`` (better than an even one), ``any`` (that is not told), ``nothing`` (nor is any effect),
            ``none`` (no amount helps), or ``no_fit`` (the response foretells less than half of what differs between
            points).
    """

    scenario: str
    measure: str
    budget: float
    arms: tuple[Arm, ...]
    gain: float
    gain_low: float
    gain_high: float
    over_even: float
    over_even_low: float
    over_even_high: float
    foretold: float
    verdict: str


def split(v: Values, hours: Values, design: Design, scenario: str, budget: float) -> Split:
    """Return the best split of a budget over the factors of a design.

    Args:
        v: What shall get better; its measure has a direction.
        hours: Person-hours, or another cost.
        design: Its factors are numbers.
        scenario: Which scenario has the policies.
        budget: Hours above those at the lower end of all ranges.

    Raises:
        SplitError: If the design cannot tell: too few points, factors of words, factors with two values only.
    """
    low, high, x = _amounts(design)
    s = v.scenarios.index(scenario)
    known = (np.isfinite(v.values[s]) & np.isfinite(hours.values[s])).any(axis=1)
    z = ((x - low) / (high - low))[known]
    if len(z) < 2 * z.shape[1] + 3:
        raise SplitError(t("{n} points are too few for {arms} amounts; {least} are needed", n=len(z), arms=z.shape[1],
                           least=2 * z.shape[1] + 3))  # fmt: skip
    better = measure_of(v.measure).better
    y = better * np.nanmean(v.values[s][known], axis=1)
    made = resampled(z, y, np.nanmean(hours.values[s][known], axis=1), budget)
    amounts, whole = low + (high - low) * made.z, better * made.surface.response(np.eye(z.shape[1]))
    arms = tuple(
        Arm(f.name, *_three(amounts[:, j]), *_three(made.hours[:, j]), float(made.surface.price[j]), float(whole[j]))
        for j, f in enumerate(design.experiment.factor)
    )
    gain, ends = better * made.gain[0], sorted(better * x for x in made.gain[1:])
    return Split(scenario, v.measure, budget, arms, gain, ends[0], ends[1], *made.over, made.foretold, made.verdict)


def _three(column: Floats) -> tuple[float, float, float]:
    estimate, low, high = (float(x) for x in column)
    return estimate, low, high


@dataclass(frozen=True)
class Resampled:
    """A fitted surface, the best split by it, and what both are worth; estimate and ends of the interval in a row.

    Attributes:
        surface: The surface.
        z: Best shares of the arms' ranges, shape (3, arms).
        hours: What they cost, shape (3, arms).
        gain: Response of the best split, more is better.
        over: How much better it is than an even split.
        foretold: See `Split`.
        verdict: See `Split`.
    """

    surface: Surface
    z: Floats
    hours: Floats
    gain: tuple[float, float, float]
    over: tuple[float, float, float]
    foretold: float
    verdict: str


def resampled(z: Floats, y: Floats, hours: Floats, budget: float) -> Resampled:
    """Return the best split by a fitted surface, and how far it moves where residuals are resampled."""
    surface, fitted, fitted_hours = fit(z, y, hours)
    rng, n = np.random.default_rng(SEED), len(y)
    wider = np.sqrt(n / (n - 2 * z.shape[1] - 1))
    best, even = best_split(surface, budget), even_split(surface, budget)
    splits, paid, gains, overs = [], [], [], []
    for _ in range(RESAMPLES):
        sign = rng.choice([-1.0, 1.0], n)
        again, _, _ = fit(z, fitted + wider * sign * (y - fitted), fitted_hours + sign * (hours - fitted_hours),
                          np.log(surface.scale))  # fmt: skip
        chosen = best_split(again, budget)
        splits.append(chosen)
        paid.append(chosen * np.maximum(again.price, 0.0))
        gains.append(float(again.response(best)))
        overs.append(float(again.response(chosen) - again.response(even_split(again, budget))))
    gain, over = float(surface.response(best)), float(surface.response(best) - surface.response(even))
    low, high = map(float, np.quantile(gains, ENDS))
    # What is chosen for being best looks better than it is; the reflected ("basic") interval takes that off again.
    over_low, over_high = (2.0 * over - float(end) for end in np.quantile(overs, ENDS)[::-1])
    foretold = _foretold(z, y, hours)
    verdict = ("no_fit" if foretold < 0.5 else "none" if not best.any() else "nothing" if low <= 0.0 else
               "any" if over_low <= 0.0 else "split")  # fmt: skip
    cost = best * np.maximum(surface.price, 0.0)
    return Resampled(surface, np.vstack([best, np.quantile(splits, ENDS, axis=0)]),
                     np.vstack([cost, np.quantile(paid, ENDS, axis=0)]), (gain, low, high), (over, over_low, over_high),
                     foretold, verdict)  # fmt: skip


def _foretold(z: Floats, y: Floats, hours: Floats) -> float:
    """Return the share of the variance between points that is foretold for each point by the others."""
    parts = np.arange(len(y)) % min(10, len(y))
    wrong = 0.0
    for part in np.unique(parts):
        out = parts == part
        surface, fitted, _ = fit(z[~out], y[~out], hours[~out])
        base = float((fitted - surface.response(z[~out])).mean())
        wrong += float(((y[out] - base - surface.response(z[out])) ** 2).sum())
    return 1.0 - wrong / max(float(((y - y.mean()) ** 2).sum()), 1e-300)


def _amounts(design: Design) -> tuple[Floats, Floats, Floats]:
    """Return the ends of each factor and the factors of all points, shape (points, factors)."""
    names = [f.name for f in design.experiment.factor]
    rows = [design.point(i) for i in range(len(design))]
    words = sorted({name for row in rows for name in names if isinstance(row.get(name), str)})
    if words or not names:
        raise SplitError(t("factors must be amounts, which are numbers; these are not: {names}",
                           names=", ".join(words) or "-"))  # fmt: skip
    x = np.array([[float(row[name]) for name in names] for row in rows])
    few = [name for name, column in zip(names, x.T, strict=True) if len(np.unique(column)) < 3]
    if few:
        raise SplitError(t("{names}: at least three values are needed to see whether returns diminish",
                           names=", ".join(few)))  # fmt: skip
    return x.min(axis=0), x.max(axis=0), x


def split_folder(out: Path, measure: str, cost: str, budget: float, scenario: str = "") -> Split:
    """Return the best split of a budget by the experiment of a folder.

    Args:
        out: Folder of the store.
        measure: What shall get better.
        cost: Measure that is the cost, such as ``person_hours.total``.
        budget: In the cost's unit, above the cost at the lower end of all ranges.
        scenario: Which scenario has the policies; the last one without it.

    Raises:
        StoreError: If it is no such folder, or a measure was not kept.
        SplitError: If nothing can be told; see `split`.
    """
    store, design = opened(out)
    see_measures(store, (measure, cost))
    if measure_of(measure).better == 0:
        raise SplitError(t("{measure}: neither more nor less of it is better", measure=measure))
    names = design.experiment.scenarios
    if scenario and scenario not in names:
        raise SplitError(t("{scenario} is no scenario of the experiment; it has: {names}", scenario=scenario,
                           names=", ".join(names)))  # fmt: skip
    v, hours = values_of(store, design, measure), values_of(store, design, cost)
    return split(v, hours, design, scenario or names[-1], budget)
