"""What an experiment says: paired effects, and what the factors do, each with an interval.

All of it starts from one table: a measure by scenario, point and replication. Replications share their random numbers
over all scenarios (and points, unless each has its own), so every contrast is taken replication by replication, and its
interval is Student's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap
from scipy.stats import t as student

from ..model.measures import measure_of
from .discovery import discoveries
from .points import Design, count, undecided
from .selection import pareto_front, shapley, standings
from .statistics import LEVEL, Paired, holm, judged, t_half_width, t_p
from .store import Store
from .values import Values, opened, see_measures, see_own, values_of
from .worlds import shares_of_worlds

Floats = NDArray[np.float64]
HEADLINES = ("first_response_minutes.mean", "solution_minutes.mean", "on_time_rate", "satisfaction_rate")
"""Measures that are analysed if none is named."""
COST = "money_cny.total"
"""What a front sets effects against."""
RESAMPLES = 2000
BOOTSTRAP_SEED = 12345


@dataclass(frozen=True)
class PairedEffect:
    """A scenario against the first one at the same point.

    Attributes:
        scenario: Which scenario.
        point: Number of the point.
        pair: Means, difference, Student's interval, correlation and variance ratio.
        verdict: What the pair says by itself (see `statistics.verdict`), not adjusted for the number of effects.
        boot_low: Lower end of the bootstrap interval (BCa) of the mean difference, which assumes no law.
        boot_high: Upper end.
        p: Two-sided p of no difference; ``nan`` where both are the very same run, so that there is none.
        adjusted: The same by Holm's procedure over all effects of the measure; the same pair of runs counts once.
        needed: Replications by which the interval would be as wide as wished, ``nan`` if that cannot be told: for fewer
            than `LEAST`, or where all differ alike.
        again: Whether it is the very same pair of runs as an effect before it, as at points that differ in nothing
            that the two scenarios have.
    """

    scenario: str
    point: int
    pair: Paired
    verdict: str
    boot_low: float
    boot_high: float
    p: float
    adjusted: float
    needed: float
    again: bool = False


@dataclass(frozen=True)
class FactorEffect:
    """What a factor, or two together, do to a measure in a two-level design: high minus low, and its interval."""

    scenario: str
    factors: tuple[str, ...]
    effect: float
    low: float
    high: float
    p: float
    adjusted: float


@dataclass(frozen=True)
class Index:
    """A sensitivity index of a factor: ``S1`` and ``ST`` of Sobol', ``mu_star`` and ``sigma`` of Morris."""

    scenario: str
    factor: str
    name: str
    value: float
    half_width: float


HALF_WIDTH = 0.01
"""Half-width of an interval that runs are counted up to, as a share of the reference."""


def effects(v: Values, half_width: float = HALF_WIDTH) -> list[PairedEffect]:
    """Return every scenario against the first, point by point.

    Args:
        v: The measure.
        half_width: Wished half-width of the interval, as a share of the first scenario's mean.
    """
    found, measure = [], measure_of(v.measure)
    for s, scenario in enumerate(v.scenarios[1:], 1):
        for point in range(v.values.shape[1]):
            base, other = v.values[0, point], v.values[s, point]
            pair, verdict = judged(measure, base, other)
            known = np.isfinite(base) & np.isfinite(other)
            delta = other[known] - base[known]
            low, high = boot_interval(delta)
            found.append(PairedEffect(scenario, point, pair, verdict, low, high, t_p(delta), math.nan,
                                      needed(delta, half_width * abs(pair.baseline))))  # fmt: skip
    pairs = [(int(v.same[0, e.point]), int(v.same[v.scenarios.index(e.scenario), e.point])) for e in found]
    once = {pair: e.p for pair, e in zip(pairs, found, strict=True) if pair[0] != pair[1]}
    adjusted = dict(zip(once, holm(list(once.values())), strict=True))
    return [replace(e, p=e.p if pair in once else math.nan, adjusted=adjusted.get(pair, math.nan),
                    again=pair in pairs[:i]) for i, (pair, e) in enumerate(zip(pairs, found, strict=True))]  # fmt: skip


def boot_interval(delta: Floats, level: float = LEVEL) -> tuple[float, float]:
    """Return the BCa bootstrap interval of a mean (Efron 1987); ``nan`` below five values."""
    if len(delta) < 5:
        return math.nan, math.nan
    if np.ptp(delta) == 0.0:
        return (float(delta.mean()),) * 2
    made = bootstrap((delta,), np.mean, confidence_level=level, n_resamples=RESAMPLES, method="BCa",
                     rng=np.random.default_rng(BOOTSTRAP_SEED))  # fmt: skip
    return float(made.confidence_interval.low), float(made.confidence_interval.high)


LEAST = 3
"""Replications below which their spread is not known well enough to tell how many are needed."""


def needed(delta: Floats, half_width: float, most: int = 100_000) -> float:
    """Return the fewest replications whose interval has at most this half-width, if they vary as these do."""
    n = len(delta)
    if n < LEAST or not half_width > 0.0:
        return math.nan
    spread = float(np.std(delta, ddof=1))
    if spread <= 1e-9 * float(np.abs(delta).max(initial=0.0)):
        return math.nan  # equal differences tell nothing of how those of more runs would vary
    for m in (*range(2, 200), *(int(200 * 1.05**k) for k in range(130))):
        if m > most:
            break
        if float(student.ppf(0.5 + LEVEL / 2, m - 1)) * spread / math.sqrt(m) <= half_width:
            return float(m)
    return math.inf


def factor_effects(v: Values, design: Design) -> list[FactorEffect]:
    """Return main effects and two-factor interactions of a two-level design, within each scenario.

    In a fraction of resolution III or IV main effects or interactions share their columns with others; effects whose
    column is that of a main effect are left out, as are those of factors that a scenario has no place for: they are
    zero whatever the luck, and no hypotheses.

    Raises:
        ValueError: If the design does not have two levels of each factor.
    """
    kind, factors = design.experiment.design.kind, design.experiment.factor
    if kind not in ("full_factorial", "fractional_factorial") or any(count(f) != 2 for f in factors):
        raise ValueError("the design does not have two levels of each factor")
    signs = _signs(design)
    columns: dict[tuple[str, ...], Floats] = {(f.name,): signs[:, k] for k, f in enumerate(factors)}
    for a, b in combinations(range(len(factors)), 2):
        column = signs[:, a] * signs[:, b]
        if all(abs(column @ other) < len(column) for other in columns.values()):
            columns[factors[a].name, factors[b].name] = column
    found = []
    for s, scenario in enumerate(v.scenarios):
        whole = v.values[s][:, np.isfinite(v.values[s]).all(axis=0)]
        _, code = np.unique(v.same[s], return_inverse=True)
        for names, column in columns.items():
            if not np.bincount(code, weights=column).any():
                continue
            contrast = 2.0 * (column @ whole) / len(column)
            mean, half = (float(contrast.mean()), t_half_width(contrast)) if len(contrast) else (math.nan, math.nan)
            found.append(FactorEffect(scenario, names, mean, mean - half, mean + half, t_p(contrast), math.nan))
    adjusted = holm([e.p for e in found])
    return [replace(e, adjusted=p) for e, p in zip(found, adjusted, strict=True)]


def _signs(design: Design) -> Floats:
    """Return -1 for the first level and 1 for the second, shape (points, factors)."""
    from .points import level

    factors = design.experiment.factor
    return np.array(
        [[1.0 if design.point(i)[f.name] == level(f, 1) else -1.0 for f in factors] for i in range(len(design))]
    )


def indices(v: Values, design: Design) -> list[Index]:
    """Return Sobol' or Morris indices of the mean over replications, within each scenario.

    Raises:
        ValueError: If the design is neither, or a point has no finished run.
    """
    kind, problem, found = design.experiment.design.kind, design.problem(), []
    if kind not in ("sobol", "morris"):
        raise ValueError("the design is neither sobol nor morris")
    if not np.isfinite(v.values).any(axis=2).all():
        raise ValueError("not every point has a finished run")
    for s, scenario in enumerate(v.scenarios):
        if len(np.unique(v.same[s])) == 1:  # it has no place for any factor
            continue
        y = np.nanmean(v.values[s], axis=1)
        for name, value, width in _sobol(problem, y, design) if kind == "sobol" else _morris(problem, y, design):
            found += [Index(scenario, factor, name, float(value[k]), float(width[k]))
                      for k, factor in enumerate(problem["names"])]  # fmt: skip
    return found


def _sobol(problem: dict[str, Any], y: Floats, design: Design) -> list[tuple[str, Floats, Floats]]:
    from SALib.analyze import sobol

    table = design.experiment.design
    made = sobol.analyze(problem, y, calc_second_order=table.second_order, seed=table.seed, conf_level=LEVEL)
    return [("S1", made["S1"], made["S1_conf"]), ("ST", made["ST"], made["ST_conf"])]


def _morris(problem: dict[str, Any], y: Floats, design: Design) -> list[tuple[str, Floats, Floats]]:
    from SALib.analyze import morris

    table = design.experiment.design
    made = morris.analyze(problem, design.fractions(), y, num_levels=table.grid_levels, seed=table.seed,
                          conf_level=LEVEL)  # fmt: skip
    unknown = np.full(len(problem["names"]), math.nan)
    return [("mu_star", made["mu_star"], made["mu_star_conf"]), ("sigma", made["sigma"], unknown)]


def alternatives(v: Values) -> dict[str, Floats]:
    """Return the values of each scenario at each point by name, such as ``cadre_sinking#2``; twins count once."""
    places = _places(v)
    return {name: v.values[places[name]] for name in twins(v)}


def twins(v: Values) -> dict[str, list[str]]:
    """Return by the name of each alternative those that came out exactly as it did, and so do not stand for themselves.

    They are the same runs, as points that differ only in what a scenario has no place for, or their values are equal.
    """
    found: dict[str, list[str]] = {}
    places = _places(v)
    for name, place in places.items():
        ours = v.values[place]
        same = (other for other in found if v.same[places[other]] == v.same[place]
                or np.array_equal(ours, v.values[places[other]], equal_nan=True))  # fmt: skip
        if (first := next(same, None)) is not None:
            found[first].append(name)
        else:
            found[name] = []
    return found


def _places(v: Values) -> dict[str, tuple[int, int]]:
    """Return scenario and point of every alternative by its name."""
    many = v.values.shape[1] > 1
    return {f"{scenario}#{point}" if many else scenario: (s, point)
            for s, scenario in enumerate(v.scenarios) for point in range(v.values.shape[1])}  # fmt: skip


def ranking(v: Values, costs: Values | None) -> dict[str, Any]:
    """Return every alternative against the best of the others, and those that no other beats on effect and cost.

    Empty for a measure without a direction, and without enough replications to compare.
    """
    better, ours = measure_of(v.measure).better, alternatives(v)
    known = np.isfinite(np.array(list(ours.values()))).all(axis=0).sum()
    if better == 0 or len(ours) < 2 or known < 2:
        return {}
    found: dict[str, Any] = {"standings": [asdict(s) for s in standings(ours, better)],
                             "equal": {name: others for name, others in twins(v).items() if others}}  # fmt: skip
    if costs is not None:
        price = {name: float(np.nanmean(costs.values[place])) for name, place in _places(v).items() if name in ours}
        gain = {name: better * float(np.nanmean(ours[name])) for name in price}
        found["prices"] = [{"name": name, "cost": price[name], "mean": better * gain[name]} for name in price]
        at = {row["name"]: row for row in found["prices"]}
        found["front"] = [at[name] for name in pareto_front(price, gain)]
    return found


def shares(v: Values, design: Design) -> list[dict[str, Any]]:
    """Return how the effect of all factors at their second level is shared among them, within each scenario."""
    factors = [f.name for f in design.experiment.factor]
    signs = _signs(design)
    sets = [frozenset(name for name, sign in zip(factors, row, strict=True) if sign > 0) for row in signs]
    found = []
    for s, scenario in enumerate(v.scenarios):
        by_set = {chosen: v.values[s, point] for point, chosen in enumerate(sets)}
        found += [{"scenario": scenario, **asdict(share)} for share in shapley(factors, by_set)]
    return found


def analyse(store: Store, design: Design, measures: Sequence[str], half_width: float = HALF_WIDTH) -> dict[str, Any]:
    """Return all that the design allows to say about some measures, as plain values."""
    see_own(store, design)
    found: dict[str, Any] = {}
    kind, factors = design.experiment.design.kind, design.experiment.factor
    kept = store.measures()
    two_levels = kind in ("full_factorial", "fractional_factorial") and all(count(f) == 2 for f in factors)
    for measure in measures:
        v = values_of(store, design, measure)
        part: dict[str, Any] = {"effects": [asdict(e) for e in effects(v, half_width)]}
        if not undecided(design.experiment):
            part |= ranking(v, None if measure == COST or COST not in kept else values_of(store, design, COST))
        if two_levels:
            part["factors"] = [asdict(e) for e in factor_effects(v, design)]
        if two_levels and kind == "full_factorial":
            part["shares"] = shares(v, design)
        if kind in ("sobol", "morris"):
            part["indices"] = [asdict(i) for i in indices(v, design)]
        if factors and len(v.scenarios) > 1 and measure_of(measure).better:
            part["worlds"] = [asdict(found) for found in shares_of_worlds(v, design)]
            part["where"] = [asdict(found) for found in discoveries(v, design)]
        found[measure] = part
    return found


def analyse_folder(
    out: Path, measures: Sequence[str] | None = None, half_width: float = 0.01
) -> tuple[dict[str, Any], Design]:
    """Return the analysis of a folder's experiment, and its design.

    Args:
        out: Folder of the store.
        measures: Keys of measures; default those of ``HEADLINES`` that were kept.
        half_width: See ``effects``.

    Raises:
        StoreError: If it is no such folder, it holds runs of another experiment, or nothing was kept of a measure.
    """
    store, design = opened(out)
    kept = store.measures()
    wanted = measures or [key for key in HEADLINES if key in kept] or kept[:4]
    see_measures(store, wanted)
    return analyse(store, design, wanted, half_width), design
