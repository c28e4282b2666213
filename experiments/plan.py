"""The runs of an experiment, numbered and each made once: what resolves to the very same run stands in the plan once.

A factor applies to the scenarios that have what it sets. So a scenario without the policy is the same at all points
that differ in nothing else, and two scenarios that a factor makes alike are one. Such rows of the table ``runs`` bear
the id of one run, which is a hash of all that determines its result.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..scenarios.schema import Scenario
from ..scenarios.settings import place
from .experiment import Experiment
from .manifest import versions
from .points import Design, Settings, scenarios_at
from .tables import json_bytes

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Unit:
    """One run of an experiment: the scenario's and the point's number, the replication, and what is set.

    Attributes:
        scenario: The scenario.
        point: The first point at which it is this run.
        replication: Which of the replications.
        settings: Values of the factors at the point.
        rows: All places of the run among the scenarios and points, the first first; see `Plan`.
    """

    scenario: str
    point: int
    replication: int
    settings: Settings
    rows: tuple[int, ...] = ()


def identity_of(experiment: Mapping[str, Any], bases: Mapping[str, str], made_by: Mapping[str, str],
                points: str) -> str:  # fmt: skip
    """Return the digest by which an experiment is known: of all but its names and how many runs it makes."""
    what = {key: value for key, value in experiment.items() if key not in ("name", "question", "run", "stop")}
    seed = [experiment["run"].get("seed"), experiment["run"].get("seeds")]
    content = {"experiment": what, "seed": seed, "bases": bases, "versions": made_by, "points": points}
    return hashlib.sha256(json_bytes(content)).hexdigest()[:32]


def run_id(scenario: Scenario, seed: int) -> str:
    """Return the id of a run: a hash of all that determines its result, and of nothing else.

    That is the resolved scenario (its city and calendar are in it, its name is not), the seed, and the versions of
    the model, the policies and the libraries that matter.
    """
    content = json.dumps([scenario.digest(), seed, sorted(versions().items())], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


class Plan:
    """All runs of an experiment by number: a replication of all distinct ones after another.

    So a campaign that is broken off has all points in the same depth, and shards get an even part of each. A row is a
    scenario at a point: its place, ``point`` times the number of scenarios plus that of the scenario. Runs are made
    one by one from their number; what is held is at most a few integers a row, and nothing where no two rows are one.

    Args:
        experiment: The experiment.
        design: Its design.

    Raises:
        ScenarioError: If its scenarios at the first point have something wrong.
    """

    def __init__(self, experiment: Experiment, design: Design) -> None:
        self.experiment, self.design = experiment, design
        self._sides = len(experiment.scenarios)
        self._first = _first_rows(experiment, design)

    def __len__(self) -> int:
        return self.distinct * self.experiment.run.replications

    @cached_property
    def _distinct(self) -> Rows | range:
        return range(self._sides * len(self.design)) if self._first is None else np.unique(self._first)

    @property
    def rows(self) -> int:
        """Rows of the table ``runs`` when all is done."""
        return self._sides * len(self.design) * self.experiment.run.replications

    @property
    def distinct(self) -> int:
        """Runs of one replication."""
        return len(self._distinct)

    def unit(self, i: int) -> Unit:
        """Return run number ``i``."""
        replication, place_ = divmod(i, self.distinct)
        row = int(self._distinct[place_])
        point, side = divmod(row, self._sides)
        return Unit(self.experiment.scenarios[side], point, replication, self.design.point(point), self._alike(row))

    def numbers(self, rows: Rows, replications: Rows | int) -> Rows:
        """Return the numbers of the runs that stand in these rows in these replications."""
        firsts = rows if self._first is None else self._first[rows]
        places = firsts if self._first is None else np.searchsorted(np.asarray(self._distinct), firsts)
        return np.asarray(replications * self.distinct + places, dtype=np.int64)

    def number(self, unit: Unit) -> int:
        """Return the number of a run."""
        row = unit.point * self._sides + self.experiment.scenarios.index(unit.scenario)
        return int(self.numbers(np.array([row]), unit.replication)[0])

    def alternatives(self) -> Rows:
        """Return the first row of each distinct run of a replication."""
        return np.asarray(self._distinct, dtype=np.int64)

    def _alike(self, row: int) -> tuple[int, ...]:
        """Return all rows that are one run with a row."""
        if self._first is None:
            return (row,)
        order, sorted_ = self._by_first
        low, high = np.searchsorted(sorted_, [row, row + 1])
        return tuple(order[low:high].tolist())

    @cached_property
    def _by_first(self) -> tuple[Rows, Rows]:
        assert self._first is not None
        order = np.argsort(self._first, kind="stable")
        return order, self._first[order]

    def units(self, first: int = 0, step: int = 1) -> Iterator[Unit]:
        """Yield every run from number ``first`` on in steps of ``step``."""
        for i in range(first, len(self), step):
            yield self.unit(i)


def _first_rows(experiment: Experiment, design: Design) -> Rows | None:
    """Return for each row the first that is the same run, ``None`` where each is one of its own.

    What a scenario is at a point follows from the scenario and the values of the factors that it has a place for. So
    two points are one in a scenario if these values are, and two scenarios are one at all points if they are at the
    first: they have a place for the same factors then, and are alike in all that no factor sets.
    """
    names, points = tuple(experiment.scenarios), np.arange(len(design))
    sides = scenarios_at(experiment, design.point(0), design.folder)
    digests = [sides[name].digest() for name in names]
    same_side = [digests.index(digest) for digest in digests]
    found = {}
    if experiment.run.seeds == "shared":
        columns = design.columns()
        for name in names:
            found[name] = _first_alike([columns[f] for f in _applied(sides[name], tuple(columns))], len(design))
    rows = np.stack([found.get(name, points) * len(names) + same_side[s] for s, name in enumerate(names)], axis=1)
    first = np.asarray(rows.ravel(), dtype=np.int64)
    return None if np.array_equal(first, np.arange(len(first))) else first


def _applied(scenario: Scenario, factors: tuple[str, ...]) -> list[str]:
    """Return the factors that a scenario has a place for."""
    entries = {"policy": {p.id for p in scenario.policies}, "shock": {s.id for s in scenario.shocks}}
    _, missed = place(dict.fromkeys(factors, 0.0), entries)
    return [name for name in factors if name not in missed]


def _first_alike(columns: list[NDArray[np.float64]], length: int) -> Rows:
    """Return for each position the first one at which all columns have the same values."""
    key = np.zeros(length, dtype=np.int64)
    for column in columns:
        values, code = np.unique(column, return_inverse=True)
        _, key = np.unique(key * len(values) + code, return_inverse=True)
    _, first, place_ = np.unique(key, return_index=True, return_inverse=True)
    return np.asarray(first[place_], dtype=np.int64)
