"""When it is enough: rules that look at a measure after whole rounds of replications and say who needs more of them.

A rule is a function of the values alone, taken in the order of the replications. So the same values give the same
decisions however many workers made them, and a campaign that was broken off decides again what it had decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .statistics import LEVEL, t_half_width

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Left:
    """An alternative that needs no more replications.

    Attributes:
        alternative: Its row.
        after: Replications after which it left.
        why: ``beaten``, ``same`` (the values of another, each time), or ``narrow`` (its interval is).
        by: Row of what beat it or is the same, -1 for none.
    """

    alternative: int
    after: int
    why: str
    by: int = -1


@dataclass(frozen=True)
class Decision:
    """What a rule says of the values so far.

    Attributes:
        open: Rows that are still in question.
        up_to: Replications of the rows ``wanted`` that the next look needs; those of the last look if there is none.
        wanted: Rows that need more replications; empty if nothing more is asked for.
        left: Those that left, in order.
        best: Row that was chosen, ``None`` if none is yet.
    """

    open: tuple[int, ...]
    up_to: int
    wanted: tuple[int, ...]
    left: tuple[Left, ...]
    best: int | None = None

    def called(self, rows: Sequence[int]) -> Decision:
        """Return the same with other names: ``rows[i]`` for row ``i``."""
        left = tuple(Left(rows[x.alternative], x.after, x.why, rows[x.by] if x.by >= 0 else -1) for x in self.left)
        return Decision(tuple(rows[i] for i in self.open), self.up_to, tuple(rows[i] for i in self.wanted), left,
                        None if self.best is None else rows[self.best])  # fmt: skip

    @property
    def reached(self) -> bool:
        """Whether the rule has what it was to find."""
        return self.best is not None or not self.open


def looks(first: int, step: int, most: int) -> Iterator[int]:
    """Yield the numbers of replications after which a rule looks, the most that are made at last."""
    yield from range(first, most, step)
    yield most


def zone(k: int, first: int, level: float = LEVEL) -> float:
    """Return h² of Kim and Nelson's procedure for ``k`` alternatives, their variances known from ``first`` values."""
    eta: float = 0.5 * ((2.0 * (1.0 - level) / (k - 1)) ** (-2.0 / (first - 1)) - 1.0)
    return 2.0 * eta * (first - 1)


def choose(values: Floats, indifference: float, first: int, step: int, most: int) -> Decision:
    """Select the best of several alternatives, and drop the others as soon as they are known not to be.

    The procedure is KN of Kim and Nelson (2001, ACM TOMACS 11:251-273): the best is chosen with probability 0.95 at
    least whenever it is better than every other by the indifference zone, for normal values that are independent from
    replication to replication, and correlated from alternative to alternative in any way, as with common random
    numbers. Looks may be any rising series. Where several lie within the zone of the best, one of them is chosen.

    Args:
        values: More is better; shape (alternatives, replications), ``nan`` where there is no value (yet).
        indifference: Smallest difference that matters, in the values' unit.
        first: Replications before the first look; variances are those of these.
        step: Replications from look to look.
        most: Most replications.
    """
    alive, left, h2 = np.arange(len(values)), list[Left](), zone(len(values), first)
    spread = np.zeros((0, 0))
    for r in looks(first, step, most):
        if r > values.shape[1] or not np.isfinite(values[alive, :r]).all():
            rows = tuple(int(i) for i in alive)
            return Decision(rows, r, rows, tuple(left))
        if r == first:
            spread = np.array([(row[:r] - values[:, :r]).var(axis=1, ddof=1) for row in values])
        gone = _beaten(values[alive, :r].mean(axis=1), alive, spread, h2, indifference, r)
        left += gone
        alive = np.setdiff1d(alive, [gone_.alternative for gone_ in gone])
        if len(alive) == 1:
            return Decision((int(alive[0]),), r, (), tuple(left), int(alive[0]))
    return Decision(tuple(int(i) for i in alive), most, (), tuple(left))


def _beaten(mean: Floats, alive: NDArray[np.int64], spread: Floats, h2: float, zone_: float, r: int) -> list[Left]:
    """Return who leaves at a look: below another by more than is luck, or no other than one before it."""
    slack = np.maximum(0.0, zone_ / (2.0 * r) * (h2 * spread[np.ix_(alive, alive)] / zone_**2 - r))
    lead = mean[None, :] - mean[:, None] - slack  # of the column over the row
    order = np.arange(len(alive))
    twin = (mean[None, :] == mean[:, None]) & (slack == 0.0) & (order[None, :] < order[:, None])
    gone = []
    for i, row in enumerate(alive):
        best = int(lead[i].argmax())
        if lead[i, best] > 0.0:
            gone.append(Left(int(row), r, "beaten", int(alive[best])))
        elif twin[i].any():
            gone.append(Left(int(row), r, "same", int(alive[int(twin[i].argmax())])))
    return gone


def narrow(values: Floats, half_width: float, first: int, step: int, most: int) -> Decision:
    """Ask for replications until each interval is as narrow as wished: of the difference from the first alternative.

    Student's 95 % interval, each by itself; of the mean where there is one alternative only. To stop as soon as it is
    narrow makes an interval cover a little less often than it says, the less the later the first look.

    Args:
        values: Shape (groups, alternatives, replications); within a group all are set against the first, whose
            number is 0. Rows of the decision count all alternatives, group by group.
        half_width: What is wished, in the values' unit.
        first: Replications before the first look.
        step: Replications from look to look.
        most: Most replications.
    """
    groups, sides, n = values.shape
    asked = [(g, s) for g in range(groups) for s in (range(1, sides) if sides > 1 else (0,))]
    left: list[Left] = []
    for r in looks(first, step, most):
        rows = sorted({g * sides + side for g, s in asked for side in (0, s)})
        if asked and (r > n or not np.isfinite(values.reshape(-1, n)[rows, :r]).all()):
            return Decision(tuple(g * sides + s for g, s in asked), r, tuple(rows), tuple(left))
        for g, s in list(asked):
            delta = values[g, s, :r] - (values[g, 0, :r] if sides > 1 else 0.0)
            if t_half_width(delta) <= half_width:
                left.append(Left(g * sides + s, r, "narrow"))
                asked.remove((g, s))
        if not asked:
            return Decision((), r, (), tuple(left))
    return Decision(tuple(g * sides + s for g, s in asked), most, (), tuple(left))
