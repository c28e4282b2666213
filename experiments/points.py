"""The points of an experiment, made one by one from their number: a million of them cost no memory.

Designs that are drawn (Latin hypercube, Sobol', Morris) are one array of fractions, a row a point and a column a
factor, drawn by SciPy, SALib or pyDOE and the same every time; factorial designs are counted out.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..scenarios.errors import Problem, ScenarioError
from ..scenarios.sentences import t
from ..scenarios.sources import is_path, shown
from .experiment import Experiment, Factor
from .seeds import replication_seed

if TYPE_CHECKING:
    from ..scenarios.schema import Scenario

Settings = dict[str, float | str]


@dataclass(frozen=True)
class Listed:
    """Points read from a file: what messages call it, the line of its names, and each point with its line."""

    name: str
    head: int
    lines: tuple[int, ...]
    points: tuple[Settings, ...]


@dataclass(frozen=True)
class Design:
    """All combinations of factors of an experiment.

    Args:
        experiment: What its file says.
        folder: Folder that a list's file is relative to.
    """

    experiment: Experiment
    folder: Path = Path()

    def __len__(self) -> int:
        return self._size

    def point(self, i: int) -> Settings:
        """Return the values of point ``i``, by name of factor.

        Raises:
            IndexError: If there is no such point.
        """
        if not 0 <= i < self._size:
            raise IndexError(f"point {i} of {self._size}")
        factors, kind = self.experiment.factor, self.experiment.design.kind
        if kind == "list":
            return dict(self.listed.points[i])
        if kind == "full_factorial":
            return {f.name: level(f, place) for f, place in zip(factors, self._places(i), strict=True)}
        if kind == "one_at_a_time":
            return self._one_at_a_time(i)
        row = self._fractions[i] if factors else ()
        return {f.name: at(f, float(u)) for f, u in zip(factors, row, strict=True)}

    @cached_property
    def _size(self) -> int:
        kind, factors = self.experiment.design.kind, self.experiment.factor
        if kind == "single":
            return 1
        if kind == "list":
            return len(self.listed.points)
        if kind == "full_factorial":
            return math.prod(count(f) for f in factors)
        if kind == "one_at_a_time":
            return 1 + sum(count(f) - 1 for f in factors)
        return len(self._fractions)

    def _places(self, i: int) -> list[int]:
        """Return the level of each factor at point ``i``; the last factor runs fastest."""
        places = []
        for f in reversed(self.experiment.factor):
            i, place = divmod(i, count(f))
            places.append(place)
        return places[::-1]

    def _one_at_a_time(self, i: int) -> Settings:
        """Return the first levels of all factors, with at most one factor at another level."""
        made = {f.name: level(f, 0) for f in self.experiment.factor}
        i -= 1
        for f in self.experiment.factor:
            if 0 <= i < count(f) - 1:
                made[f.name] = level(f, i + 1)
            i -= count(f) - 1
        return made

    @cached_property
    def _fractions(self) -> NDArray[np.float64]:
        """Return the drawn design, each factor in [0, 1], shape (points, factors)."""
        design, k = self.experiment.design, len(self.experiment.factor)
        if design.kind == "fractional_factorial":
            return np.asarray((_fraction(k, design.resolution) + 1.0) / 2.0)
        if design.kind == "latin_hypercube":
            from scipy.stats import qmc

            return np.asarray(qmc.LatinHypercube(k, rng=design.seed).random(design.points))
        if design.kind == "sobol":
            from SALib.sample import sobol

            problem = self.problem()
            return np.asarray(sobol.sample(problem, design.points, calc_second_order=design.second_order,
                                           seed=design.seed))  # fmt: skip
        if design.kind == "morris":
            from SALib.sample import morris

            return np.asarray(morris.sample(self.problem(), design.trajectories, num_levels=design.grid_levels,
                                            seed=design.seed))  # fmt: skip
        return np.zeros((1, k))

    def problem(self) -> dict[str, Any]:
        """Return the factors as SALib names them, each as the fraction of its range."""
        names = [f.name for f in self.experiment.factor]
        return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}

    def fractions(self) -> NDArray[np.float64]:
        """Return a drawn design as SALib's analyses want it, shape (points, factors)."""
        return self._fractions

    def columns(self) -> dict[str, NDArray[np.float64]]:
        """Return a number for the value of each factor at each point, shape (points,): equal where the values are."""
        kind, factors, n = self.experiment.design.kind, self.experiment.factor, self._size
        if kind == "full_factorial":
            places = np.unravel_index(np.arange(n), [count(f) for f in factors])
            return {f.name: _coded(f)[place] for f, place in zip(factors, places, strict=True)}
        if kind in ("single", "list", "one_at_a_time"):
            codes: dict[str, dict[float | str, float]] = {name: {} for name in self.point(0)}
            rows = [[codes[k].setdefault(v, len(codes[k])) for k, v in self.point(i).items()] for i in range(n)]
            return dict(zip(codes, np.array(rows, dtype=np.float64).reshape(n, -1).T, strict=True))
        found = {}
        for f, column in zip(factors, self._fractions.T, strict=True):
            last = len(f.levels) - 1
            found[f.name] = _coded(f)[np.minimum((column * (last + 1)).astype(int), last)] if f.levels else column
        return found

    @cached_property
    def listed(self) -> Listed:
        """The points of a list, read from its file: a column a factor, a row a point.

        Raises:
            ScenarioError: With one problem for each thing that is wrong with the file.
        """
        path = self.folder / self.experiment.design.file
        name = shown(path)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file)
                rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
        except OSError as error:
            raise ScenarioError(Problem(name, "", t("cannot be read ({reason})", reason=error.strerror))) from None
        except (UnicodeDecodeError, csv.Error):
            raise ScenarioError(Problem(name, "", t("is no CSV file in UTF-8"))) from None
        if len(rows) < 2:
            raise ScenarioError(Problem(name, "", t("needs a line of names and at least one point")))
        (head, first), *rest = rows
        heads = [cell.strip() for cell in first]
        problems = [
            Problem(name, "", t("has {n} values where there are {names} names", n=len(row), names=len(heads)),
                    line=line)
            for line, row in rest if len(row) != len(heads)
        ]  # fmt: skip
        problems += [Problem(name, h, t("comes twice"), line=head) for h in dict.fromkeys(heads) if heads.count(h) > 1]
        if problems:
            raise ScenarioError(problems)
        points = tuple(dict(zip(heads, map(_value, row), strict=True)) for _, row in rest)
        return Listed(name, head, tuple(line for line, _ in rest), points)


def _fraction(k: int, resolution: int) -> NDArray[np.float64]:
    """Return a two-level fraction of this resolution, or all corners where no smaller design has it."""
    from pyDOE3 import fracfact_by_res

    try:
        return np.asarray(fracfact_by_res(k, resolution), dtype=np.float64)
    except ValueError:
        return np.array([[1.0 if (i >> j) & 1 else -1.0 for j in range(k)] for i in range(1 << k)])


def count(factor: Factor) -> int:
    """Return how many levels a factor has in factorial designs."""
    return len(factor.levels) or factor.steps


def level(factor: Factor, place: int) -> float | str:
    """Return a level of a factor by its place."""
    return factor.levels[place] if factor.levels else at(factor, place / (factor.steps - 1))


def _coded(factor: Factor) -> NDArray[np.float64]:
    """Return a number for each level of a factor in factorial designs, that of the first where one comes again."""
    levels = [level(factor, place) for place in range(count(factor))]
    return np.array([levels.index(value) for value in levels], dtype=np.float64)


def at(factor: Factor, fraction: float) -> float | str:
    """Return the value of a factor at a fraction of its range; of levels, each has an even part of it."""
    if factor.levels:
        return factor.levels[min(int(fraction * len(factor.levels)), len(factor.levels) - 1)]
    assert factor.low is not None
    assert factor.high is not None
    if factor.scale == "log":
        return float(factor.low * (factor.high / factor.low) ** fraction)
    return float(factor.low + fraction * (factor.high - factor.low))


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def seed_of(experiment: Experiment, point: int, replication: int) -> int:
    """Return the seed of a run: the same for all scenarios, and for all points unless each has its own."""
    root = experiment.run.seed
    if experiment.run.seeds == "by_point":
        root = replication_seed(root, point)
    return replication_seed(root, replication)


def undecided(experiment: Experiment) -> list[str]:
    """Return the factors that nobody decides (numbers of the model, demand, its work): no point is best by them."""
    from ..scenarios.registry import declared
    from ..scenarios.settings import DEMAND

    return [f.name for f in experiment.factor if f.name in DEMAND or f.name in declared()]


def scenario_of(experiment: Experiment, scenario: str, settings: Settings, folder: Path) -> Scenario:
    """Return the scenario of a run, resolved and checked; see `scenarios_at`."""
    return scenarios_at(experiment, settings, folder)[scenario]


def scenarios_at(experiment: Experiment, settings: Settings, folder: Path) -> dict[str, Scenario]:
    """Return all scenarios of an experiment at a point, resolved and checked.

    A value that belongs to a policy which a scenario does not have is left out there; see ``checked``.

    Raises:
        ScenarioError: For a value that a scenario refuses.
    """
    from ..scenarios.loader import load_scenarios

    made = load_scenarios(
        [beside(folder, name) for name in experiment.scenarios],
        layers=[beside(folder, layer) for layer in experiment.layers],
        settings={**experiment.settings, **settings}, city=beside(folder, experiment.city) or None,
        start=experiment.start, days=experiment.days, warm_up_days=experiment.warm_up_days,
        follow_up_days=experiment.follow_up_days,
    )  # fmt: skip
    return dict(zip(experiment.scenarios, made, strict=True))


def beside(folder: Path, name: str) -> str:
    """Return the name of something shipped, or the path of a file taken from the experiment's folder."""
    return str(folder / Path(name).expanduser()) if is_path(name) else name
