"""Where does one scenario beat another? Boxes of factors in which it does, by a small decision tree, and how sure.

The tree is scikit-learn's. Whether there is one is decided by a permutation test of its cross-validated error (Ojala
and Garriga 2010), so that mere luck yields boxes in one case of twenty; how deep it is, by the rule of one standard
error (Breiman et al. 1984): the smallest tree that foretells points left out nearly as well as the best does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.measures import measure_of
from .points import Design
from .statistics import t_half_width
from .values import Values

Floats = NDArray[np.float64]
LEAST_POINTS, LEAST_OF_EACH = 20, 5
"""Points below which no tree is grown, and points that each answer must have."""
DEEPEST, FOLDS, SEED = 4, 10, 1
TEST_DEPTH, TEST_FOLDS, SHUFFLES, MOST_P = 3, 5, 99, 0.05
"""The tree of the test whether there is any rule, and how often answers are shuffled for it."""


@dataclass(frozen=True)
class Bound:
    """What a box says of a factor: above ``low``, at most ``high`` (``nan`` for no limit), or one of ``levels``."""

    factor: str
    low: float = math.nan
    high: float = math.nan
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Box:
    """A part of the design.

    Attributes:
        bounds: What holds in it, empty for all of the design.
        points: Points in it.
        density: Share of them at which the scenario beats the other.
        coverage: Share of all points at which it does that lie in here.
    """

    bounds: tuple[Bound, ...]
    points: int
    density: float
    coverage: float


@dataclass(frozen=True)
class Discovery:
    """Where a scenario beats another.

    Attributes:
        scenario: Which.
        against: Which other.
        points: Points with a paired difference.
        wins: Share of them at which it is better.
        clear: Share of them at which Student's 95 % interval of the difference leaves out zero.
        verdict: ``boxes``, ``everywhere``, ``nowhere`` (one answer has too few points to look for a rule),
            ``few_points``, or ``no_rule``: a tree foretells the answers no better than shuffled ones.
        p: How often a tree foretells shuffled answers as well.
        error: Share of points whose answer the tree, grown without them, gets wrong.
        error_without: The same for the commoner answer.
        boxes: Parts of the design, those first in which it wins most of its points.
    """

    scenario: str
    against: str
    points: int
    wins: float
    clear: float
    verdict: str
    p: float = math.nan
    error: float = math.nan
    error_without: float = math.nan
    boxes: tuple[Box, ...] = ()


def discoveries(v: Values, design: Design) -> list[Discovery]:
    """Return where each scenario beats each that stands before it, for a measure that has a direction.

    Raises:
        ValueError: If the measure has none.
    """
    better = measure_of(v.measure).better
    if better == 0:
        raise ValueError("the measure has no direction: neither more nor less of it is better")
    points = [design.point(i) for i in range(len(design))]
    return [discover(better * (v.values[s] - v.values[f]), points, groups(design), v.scenarios[s], v.scenarios[f])
            for f, s in combinations(range(len(v.scenarios)), 2)]  # fmt: skip


def groups(design: Design) -> NDArray[np.int64]:
    """Return which points were drawn together, and so must be left out together."""
    table, k, i = design.experiment.design, len(design.experiment.factor), np.arange(len(design))
    return i // {"sobol": 2 * k + 2 if table.second_order else k + 2, "morris": k + 1}.get(table.kind, 1)


def discover(
    lead: Floats, points: Sequence[dict[str, float | str]], groups: NDArray[np.int64], scenario: str, against: str
) -> Discovery:  # fmt: skip
    """Return where a lead is positive.

    Args:
        lead: Paired differences, positive where the scenario is better; shape (points, replications).
        points: Values of the factors at each point.
        groups: Points of one number are left out together in cross-validation, shape (points,).
        scenario: Name of the scenario.
        against: Name of the other.
    """
    known = np.atleast_1d(np.isfinite(lead).any(axis=1))
    lead, groups = lead[known], groups[known]
    rows = [p for p, there in zip(points, known, strict=True) if there]
    wins = np.array([np.nanmean(x) > 0.0 for x in lead])
    clear = np.array([abs(np.nanmean(x)) > t_half_width(x[np.isfinite(x)]) for x in lead])
    n, won = len(lead), int(wins.sum())
    share, sure = (won / n, float(clear.mean())) if n else (math.nan, math.nan)
    found = Discovery(scenario, against, n, share, sure, "few_points")
    if n < LEAST_POINTS or not any(rows):
        return found
    if min(won, n - won) < LEAST_OF_EACH:
        return Discovery(scenario, against, n, share, sure, "everywhere" if won > n / 2 else "nowhere")
    names, table = _columns(rows)
    p, error = _test(table, wins, groups)
    without = min(won, n - won) / n
    if p > MOST_P:
        return Discovery(scenario, against, n, share, sure, "no_rule", p, error, without)
    depth, error = _depth(table, wins, groups)
    boxes = _boxes(_tree(depth, n).fit(table, wins), names, table, wins)
    return Discovery(scenario, against, n, share, sure, "boxes", p, error, without, boxes)


def _columns(rows: Sequence[dict[str, float | str]]) -> tuple[list[tuple[str, str]], Floats]:
    """Return a column a number, and a column of 0 and 1 a level of words; with factor and level of each."""
    names: list[tuple[str, str]] = []
    for factor in rows[0]:
        words = sorted({str(row[factor]) for row in rows if isinstance(row[factor], str)})
        names += [(factor, word) for word in words] if words else [(factor, "")]
    table = [[float(row[f] == level) if level else float(row[f]) for f, level in names] for row in rows]
    return names, np.array(table)


def _tree(depth: int, n: int) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_depth=depth, min_samples_leaf=max(3, n // 20), random_state=SEED)


def _parts(folds: int, wins: NDArray[np.bool_], groups: NDArray[np.int64]) -> list[Any]:
    """Return which points are left out together: each answer in even parts, no group divided."""
    from sklearn.model_selection import StratifiedGroupKFold

    folds = min(folds, int(min(wins.sum(), (~wins).sum())), len(np.unique(groups)))
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED)
    return list(splitter.split(np.zeros(len(wins)), wins, groups))


def _test(table: Floats, wins: NDArray[np.bool_], groups: NDArray[np.int64]) -> tuple[float, float]:
    """Return p of the permutation test that there is no rule, and the error of its tree."""
    from sklearn.model_selection import permutation_test_score

    right, _, p = permutation_test_score(_tree(TEST_DEPTH, len(wins)), table, wins, random_state=SEED,
                                         cv=_parts(TEST_FOLDS, wins, groups), n_permutations=SHUFFLES)  # fmt: skip
    return float(p), 1.0 - float(right)


def _depth(table: Floats, wins: NDArray[np.bool_], groups: NDArray[np.int64]) -> tuple[int, float]:
    """Return the depth by the rule of one standard error, and the error of a tree so deep in cross-validation."""
    from sklearn.model_selection import cross_val_score

    parts = _parts(FOLDS, wins, groups)
    depths = range(1, DEEPEST + 1)
    wrong = np.array([1.0 - cross_val_score(_tree(depth, len(wins)), table, wins, cv=parts) for depth in depths])
    errors, slack = wrong.mean(axis=1), wrong.std(axis=1, ddof=1) / math.sqrt(len(parts))
    least = int(errors.argmin())
    chosen = int(np.flatnonzero(errors <= errors[least] + slack[least])[0])
    return depths[chosen], float(errors[chosen])


def _boxes(
    tree: Any, names: Sequence[tuple[str, str]], table: Floats, wins: NDArray[np.bool_]
) -> tuple[Box, ...]:  # fmt: skip
    """Return the leaves of a tree; neighbours that give the same answer stay apart, each with its own density."""
    all_levels = {f: tuple(level for g, level in names if g == f and level) for f, _ in names}
    inner, found = tree.tree_, []
    leaf = tree.apply(table)

    def walk(node: int, bounds: dict[str, Bound]) -> None:
        if inner.children_left[node] == -1:
            here = leaf == node
            density, coverage = float(wins[here].mean()), float(wins[here].sum() / wins.sum())
            found.append(Box(tuple(bounds.values()), int(here.sum()), density, coverage))
            return
        factor, level = names[inner.feature[node]]
        cut, old = float(inner.threshold[node]), bounds.get(factor, Bound(factor, levels=all_levels[factor]))
        if level:
            others = tuple(x for x in old.levels if x != level)
            low, high = Bound(factor, levels=others), Bound(factor, levels=(level,))
        else:
            low, high = Bound(factor, old.low, cut), Bound(factor, cut, old.high)
        walk(inner.children_left[node], {**bounds, factor: low})
        walk(inner.children_right[node], {**bounds, factor: high})

    walk(0, {})
    return tuple(sorted(found, key=lambda box: (box.density < 0.5, -box.coverage, -box.points)))
