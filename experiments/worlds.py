"""In what share of plausible worlds does one scenario beat another?

A world is a point that a design has drawn from the ranges of uncertain inputs, so a share of the points estimates the
share of all worlds within these ranges (scenario discovery, Bryant and Lempert 2010). A world is judged from its own
replications: its *sign* is that of the mean paired difference, whatever the noise; its *verdict* is that of
`statistics.verdict`, clear only where Student's 95 % interval leaves out zero and the difference is large enough to
matter. What is concluded over all worlds rests on the 95 % interval (Wilson) of the share of signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from ..model.measures import Measure, measure_of
from .discovery import LEAST_POINTS, groups
from .points import Design
from .statistics import LEVEL, paired, share_of, smallest, t_p, verdict
from .values import Values

SAMPLES = ("latin_hypercube", "sobol")
"""Designs whose points are drawn from the ranges of the factors, as worlds must be."""
NEARLY_ALL = 0.9
"""Share of worlds that a conclusion must hold in, by the lower end of its interval, to be called robust."""


@dataclass(frozen=True)
class Share:
    """A share of worlds with its 95 % interval (Wilson)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class WorldShares:
    """One scenario against another on one measure, over all worlds.

    Attributes:
        scenario: Which.
        against: Which other.
        worlds: Worlds with a paired difference.
        ahead: Share in which its mean paired difference is an advantage.
        behind: Share in which it is a disadvantage; what is left are ties.
        doubt: Share of signs that are wrong, as far as the noise tells: the mean over worlds of Student's one-sided p.
        better, worse: Shares of worlds in which it is clearly so, by more than what matters.
        unchanged: Share in which the difference is clearly smaller than that, or there is none at all.
        not_told_apart: The rest: the replications do not tell.
        middle, least, most: Median, 10th and 90th percentile over worlds of the difference, relative to the other's
            mean; over those in which that is a base to speak of (see `statistics.share_of`).
        conclusion: ``better`` or ``worse`` (nearly everywhere), ``mostly_better`` or ``mostly_worse``, ``unchanged``
            (in most worlds), ``turns`` (neither) or ``few_worlds``.
    """

    scenario: str
    against: str
    worlds: int
    ahead: Share
    behind: Share
    doubt: float
    better: float
    worse: float
    unchanged: float
    not_told_apart: float
    middle: float
    least: float
    most: float
    conclusion: str


def worlds_of(design: Design) -> NDArray[np.int64]:
    """Return the points of a design that are draws from the ranges, none for designs that are no sample.

    Of each group of Sobol' points these are the first and the last, rows of Saltelli's two base samples; those between
    are mixtures of both.
    """
    kind = design.experiment.design.kind
    if kind not in SAMPLES:
        return np.zeros(0, dtype=np.int64)
    together = groups(design)
    ends = np.flatnonzero(np.diff(together)) + 1
    return np.unique(np.concatenate([[0], ends, ends - 1, [len(together) - 1]])).astype(np.int64)


def shares_of_worlds(v: Values, design: Design) -> list[WorldShares]:
    """Return each scenario against each that stands before it in the experiment; nothing if the design is no sample.

    Raises:
        ValueError: If the measure has no direction.
    """
    measure, points = measure_of(v.measure), worlds_of(design)
    if measure.better == 0:
        raise ValueError("the measure has no direction: neither more nor less of it is better")
    if not len(points):
        return []
    return [_shares(measure, v.scenarios[s], v.scenarios[f], v.values[s, points], v.values[f, points])
            for f, s in combinations(range(len(v.scenarios)), 2)]  # fmt: skip


def _shares(
    measure: Measure, scenario: str, against: str, ours: NDArray[np.float64], theirs: NDArray[np.float64]
) -> WorldShares:
    """Return the shares of one pair from values of shape (worlds, replications)."""
    leads, doubts, told, relative = [], [], [], []
    for mine, other in zip(ours, theirs, strict=True):
        pair = paired(other, mine)
        if pair.n == 0:
            continue
        delta = (mine - other)[np.isfinite(mine - other)]
        lead = measure.better * pair.difference
        leads.append(np.sign(lead))
        doubts.append(t_p(delta) / 2.0 if lead else 0.0)
        margin = smallest(pair.baseline, measure.unit, measure.group)
        told.append(verdict(pair, measure.better, margin) if lead else "unchanged")
        relative.append(share_of(measure, pair.baseline, pair.difference))
    n, signs = len(leads), np.array(leads)
    ahead, behind = _share(int((signs > 0).sum()), n), _share(int((signs < 0).sum()), n)
    of = {word: told.count(word) / n if n else float("nan") for word in ("better", "worse", "unchanged")}
    known = np.array([x for x in relative if np.isfinite(x)])
    least, middle, most = np.quantile(known, [0.1, 0.5, 0.9]) if len(known) else (float("nan"),) * 3
    return WorldShares(scenario, against, n, ahead, behind, float(np.mean(doubts)) if n else float("nan"),
                       **of, not_told_apart=1.0 - sum(of.values()), middle=float(middle), least=float(least),
                       most=float(most), conclusion=_conclusion(n, ahead, behind, told))  # fmt: skip


def _share(count: int, n: int) -> Share:
    if n == 0:
        return Share(float("nan"), float("nan"), float("nan"))
    ends = binomtest(count, n).proportion_ci(confidence_level=LEVEL, method="wilson")
    return Share(count / n, float(ends.low), float(ends.high))


def _conclusion(n: int, ahead: Share, behind: Share, told: Sequence[str]) -> str:
    if n < LEAST_POINTS:
        return "few_worlds"
    if _share(told.count("unchanged"), n).low > 0.5:
        return "unchanged"
    for share, word in ((ahead, "better"), (behind, "worse")):
        if share.low >= NEARLY_ALL:
            return word
        if share.low > 0.5:
            return f"mostly_{word}"
    return "turns"
