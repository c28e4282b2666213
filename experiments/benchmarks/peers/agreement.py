"""Whether the engine and its peers agree: two-sample tests of waits, with the error rate that was declared.

Waits of one run hang together, so of each queue and district one case is taken every few days, far apart against the
queue's memory. Tests of these are Kolmogorov and Smirnov's; with waits in whole minutes they alarm less often than
they say, never more often. They see a difference of shape, and little of one of ten or twenty percent; so the means
of all cases are compared as well, by Welch's test over districts, which are independent. The declared rate is shared
evenly among all tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp, ttest_ind

from ..lines import Line, Settings, measured, ratio, seconds
from . import ciw_side, engine_side, simpy_side
from .declaration import DAY, Declaration, Stays, load

Side = Callable[[Declaration, int], Stays]
SIDES: dict[str, Side] = {"engine": engine_side.run, "ciw": ciw_side.run, "simpy": simpy_side.run}
PEERS = ("ciw", "simpy")


@dataclass(frozen=True)
class Test:
    """A comparison of the engine with a peer.

    Attributes:
        peer: ``ciw`` or ``simpy``.
        what: Which queue, or ``joint`` for all waiting of a joint case.
        of: ``waits``, their whole distribution, or ``means``.
        n: Cases, or districts, of both sides.
        means: Mean waits of both sides, the engine's first.
        p: How likely so large a difference is if both are the same.
    """

    peer: str
    what: str
    of: str
    n: tuple[int, int]
    means: tuple[float, float]
    p: float


def samples(model: Declaration, stays: Stays) -> dict[str, NDArray[np.int64]]:
    """Return waits of cases far apart, by queue, and the whole waiting of such joint cases."""
    found = {}
    inside = stays.within(model)
    for queue in range(model.offices + 1):
        name = _name(model, queue)
        mine = inside.queue == queue
        chosen = _far_apart(inside.district[mine], inside.joined[mine], model.every_days)
        found[name] = inside.waited[mine][chosen]
    found["joint"] = _whole(model, stays, inside)
    return found


def _far_apart(district: NDArray[np.int64], joined: NDArray[np.int64], days: int) -> NDArray[np.int64]:
    """Return rows of the first case of each district to join in each span of so many days."""
    order = np.lexsort((joined, district))
    cell = district[order] * (1 << 32) + joined[order] // (days * DAY)
    _, first = np.unique(cell, return_index=True)
    return order[first]


def _whole(model: Declaration, stays: Stays, inside: Stays) -> NDArray[np.int64]:
    """Return the waiting at office and line together of joint cases that are far apart at the line."""
    mine = np.flatnonzero(inside.queue == model.offices)
    chosen = mine[_far_apart(inside.district[mine], inside.joined[mine], model.every_days)]
    at_office = stays.queue < model.offices
    waited = {(d, c): x for d, c, x in zip(stays.district[at_office].tolist(), stays.case[at_office].tolist(),
                                           stays.waited[at_office].tolist(), strict=True)}  # fmt: skip
    pairs = zip(inside.district[chosen].tolist(), inside.case[chosen].tolist(), strict=True)
    return np.array([waited[pair] for pair in pairs], dtype=np.int64) + inside.waited[chosen]


def means(model: Declaration, stays: Stays) -> dict[str, NDArray[np.float64]]:
    """Return the mean wait of all cases by queue, an entry a district."""
    inside, found = stays.within(model), {}
    for queue in range(model.offices + 1):
        mine = inside.queue == queue
        n = np.bincount(inside.district[mine], minlength=model.districts)
        found[_name(model, queue)] = np.bincount(inside.district[mine], inside.waited[mine], model.districts) / n
    return found


def _name(model: Declaration, queue: int) -> str:
    return f"office {queue + 1}" if queue < model.offices else "line"


def agreement(model: Declaration, sides: Mapping[str, Stays]) -> list[Test]:
    """Return the tests of the engine against each peer."""
    found = []
    looks = (("waits", samples, ks_2samp), ("means", means, partial(ttest_ind, equal_var=False)))
    for of, look, compared in looks:
        engine = look(model, sides["engine"])
        for peer in PEERS:
            theirs = look(model, sides[peer])
            for what, ours in engine.items():
                both = (float(ours.mean()), float(theirs[what].mean()))
                p = float(compared(ours, theirs[what]).pvalue)
                found.append(Test(peer, what, of, (len(ours), len(theirs[what])), both, p))
    return found


def told_apart(model: Declaration, tests: Sequence[Test]) -> list[Test]:
    """Return the tests in which a peer and the engine are told apart at the declared rate."""
    return [test for test in tests if test.p < model.alarm / len(tests)]


def measure(settings: Settings, model: Declaration | None = None) -> list[Line]:
    """Return how far the sides agree, the time of a case on each, and the ratios, runs in turn."""
    model = model or load()
    times: dict[str, list[float]] = {side: [] for side in SIDES}
    sides: dict[str, Stays] = {}
    SIDES["engine"](replace(model, districts=1, warm_up_days=1, days=2), 1)  # so that nothing is compiled while timed
    for seed in range(1, settings.repeats + 1):
        for side, run in SIDES.items():
            taken = seconds(partial(_keep, sides, side, run, model, seed))
            times[side].append(taken / _cases(sides[side]) * 1e6)
    tests = agreement(model, sides)
    apart = told_apart(model, tests)
    note = f"{len(tests)} two-sample tests, error rate {model.alarm:g} in all; smallest p {min(t.p for t in tests):.3f}"
    lines = [
        measured(
            "peers", "told_apart", "comparisons of waits in which a peer differs", "tests", [len(apart)], "< 1", note
        )
    ]
    for side in SIDES:
        lines.append(
            measured("peers", f"{side}_us", f"a case: {side}", "us", times[side], "", f"{_cases(sides[side]):,} cases")
        )
    lines += [
        ratio("peers", f"{peer}_ratio", f"{peer} over engine, by case", times[peer], times["engine"]) for peer in PEERS
    ]
    return lines


def _keep(sides: dict[str, Stays], side: str, run: Side, model: Declaration, seed: int) -> None:
    sides[side] = run(model, seed)


def _cases(stays: Stays) -> int:
    return int(np.unique(np.stack([stays.district, stays.case]), axis=1).shape[1])
