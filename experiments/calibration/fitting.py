"""Parameters that bring the targets about: approximate Bayesian computation by sequential Monte Carlo, with pyABC.

The model has no likelihood that could be written down, but it runs in a moment. Runs spread over the ranges of the
parameters teach a ridge regression (scikit-learn) what the targets tell about each parameter. Its predictions are the
summary statistics (semi-automatic: Fearnhead and Prangle 2012), and pyABC narrows the parameters down to those whose
runs look like the data in them (Toni et al. 2009). Fresh runs from the posterior are then set beside all targets, also
those that were held out.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import math
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from ...model.incidents import load_catalogue
from ...model.simulation import Simulation
from ...scenarios.city_model import CityModel
from ...scenarios.errors import Problem, ScenarioError
from ...scenarios.sentences import t
from ..parallel import InProcess, Progress, WorkerLostError, default_workers, process_pool, run_tasks
from .fit_file import FitFile
from .simulated import phase_of, tickets_of
from .target_file import TargetFile
from .targets import Target, values

Floats = NDArray[np.float64]
Key = tuple[str, str]
"""Category and name of a target."""

FOLDS = 10
LEAST_ACCEPTED = 0.04
"""Share of accepted runs below which the search ends."""
_PENALTIES = np.logspace(-2, 4, 25)


@dataclass(frozen=True)
class Runner:
    """Runs the model at a point and says what its tickets tell; plain data, so that worker processes can have it."""

    fit: FitFile
    folder: Path
    keys: tuple[Key, ...]
    instant_hours: float

    def __call__(self, point: tuple[float, ...]) -> Floats:
        """Return the targets of one run at a point of the unit cube; its seed follows from the point."""
        scenario = self.fit.scenario_at(self.fit.settings(np.array(point)), self.folder)
        log: list[Any] = []
        model = CityModel(scenario, _seed(self.fit.search.seed, point), log.append)
        while model.day < model.days_total:
            Simulation.step(model)  # without the daily collection of measures, which nobody looks at here
        rows = tickets_of(np.concatenate(log), phase_of(scenario.resolved()))
        found: dict[str, dict[str, float]] = {}
        for category in dict.fromkeys(category for category, _ in self.keys):
            names = [name for of, name in self.keys if of == category]
            found[category] = values(rows[rows["category"] == category], names, self.instant_hours)
        return np.array([found[category][name] for category, name in self.keys])


@dataclass(frozen=True)
class Lessons:
    """What pilot runs taught: where targets lie and how they vary, and a regression of the parameters on them.

    Attributes:
        centre: Mean of each target over the pilot runs, shape (targets,); stands for what a run does not tell.
        scale: Its standard deviation, shape (targets,); 0 for one that never varied.
        weights: Coefficients, shape (targets, parameters).
        offset: Intercepts, shape (parameters,).
        told: Share of each parameter's variance that the targets tell, by cross-validation; below 0 is nothing.
        spread: Standard deviation of what they do not tell, shape (parameters,).
    """

    centre: Floats
    scale: Floats
    weights: Floats
    offset: Floats
    told: Floats
    spread: Floats

    def __call__(self, targets: Floats) -> Floats:
        """Return what targets let expect of the parameters, places in their ranges, shape (parameters,)."""
        seen = np.where(np.isnan(targets) | (self.scale == 0.0), self.centre, targets)
        return np.asarray(
            (seen - self.centre) / np.where(self.scale > 0.0, self.scale, 1.0) @ self.weights + self.offset
        )


@dataclass(frozen=True)
class Check:
    """A target beside what runs from the posterior make of it: median and the range of 95 of 100 of them."""

    key: Key
    held_out: bool
    target: Target
    median: float
    low: float
    high: float

    @property
    def met(self) -> bool:
        """Whether the target's interval and the range of the runs have something in common."""
        return self.low <= self.target.high and self.target.low <= self.high


@dataclass(frozen=True)
class Fitted:
    """A posterior with all that is needed to judge it."""

    fit: FitFile
    targets: TargetFile
    samples: Floats
    weights: Floats
    lessons: Lessons
    generations: list[tuple[float, int]]
    pilot_runs: int
    checks: list[Check]

    def interval(self, parameter: int, share: float) -> tuple[float, float]:
        """Return the range of a parameter's values that holds a share of the posterior, as much beside each end."""
        ends = weighted_quantiles(self.samples[:, parameter], self.weights, [(1 - share) / 2, (1 + share) / 2])
        return float(ends[0]), float(ends[1])

    def median(self, parameter: int) -> float:
        """Return a parameter's median."""
        return float(weighted_quantiles(self.samples[:, parameter], self.weights, [0.5])[0])


def _seed(root: int, point: tuple[float, ...]) -> int:
    """Return the seed of a run: a function of the point, so that nothing depends on which process runs it."""
    text = f"{root} " + " ".join(f"{u:.12g}" for u in point)
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def fit(
    asked: FitFile, folder: Path, targets: TargetFile, *, workers: int | None = None, progress: Progress | None = None
) -> Fitted:
    """Return the posterior of the parameters.

    Args:
        asked: The fit.
        folder: Folder of its file.
        targets: What is to be met.
        workers: Processes; one for each core by default. With one, the same seed gives the same posterior.
        progress: Told steps done and steps in all: pilot runs, generations, checking runs.

    Raises:
        ScenarioError: If no target is left to be met, or pyABC and scikit-learn are not installed.
    """
    needs_libraries()
    used, held_out = split(asked, targets)
    keys = (*used, *held_out)
    runner = Runner(asked, folder, keys, targets.instant_minutes / 60.0)
    search = asked.search
    workers = workers or default_workers(search.pilot)
    total = search.pilot + search.particles * search.generations + search.predictive
    told = progress or (lambda done, of: None)
    points = qmc.LatinHypercube(len(asked.parameter), rng=search.seed).random(search.pilot)
    pilot = np.array(run_tasks(runner, [tuple(p) for p in points.tolist()], workers=workers,
                               progress=lambda done, _: told(done, total)))  # fmt: skip
    known = targets.targets()
    lessons = learn(points, pilot[:, : len(used)])
    data = np.array([known[key].value for key in used])
    units, weights, generations = narrow(replace(runner, keys=used), lessons, data, workers=workers)
    told(total - search.predictive, total)
    chosen = units[np.random.default_rng(search.seed).choice(len(units), search.predictive, p=weights)]
    before = total - search.predictive
    checked = np.array(run_tasks(runner, [tuple(p) for p in _apart(chosen)], workers=workers,
                                 progress=lambda done, _: told(before + done, total)))  # fmt: skip
    samples = np.array([[p.value(float(u)) for p, u in zip(asked.parameter, row, strict=True)] for row in units])
    checks = [_check(key, key in held_out, known[key], checked[:, i]) for i, key in enumerate(keys)]
    return Fitted(asked, targets, samples, weights, lessons, generations, search.pilot, checks)


def needs_libraries() -> None:
    """Refuse to begin where the libraries of the extra ``calibration`` are not installed."""
    lacking = [name for name in ("pyabc", "sklearn") if importlib.util.find_spec(name) is None]
    if lacking:
        reason = t("a fit needs pyABC and scikit-learn; install them with: pip install 'cogov[calibration]'")
        raise ScenarioError(Problem("cogov fit", "", reason))


def split(asked: FitFile, targets: TargetFile) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """Return the targets that are met and those that are held out, as far as the file of targets has them."""
    ids = load_catalogue().ids
    there = sorted(targets.targets(), key=lambda key: (ids.index(key[0]), key[1]))
    apart = set(asked.hold_out_categories)
    used = tuple(key for key in there if key[1] in asked.use and key[0] not in apart)
    held_out = tuple(key for key in there if key not in used and key[1] in (*asked.use, *asked.hold_out))
    if not used:
        reason = t("none of the targets that the fit uses stands in the file of targets")
        raise ScenarioError(Problem(asked.id, "use", reason, list(asked.use)))
    return used, held_out


def learn(points: Floats, pilot: Floats) -> Lessons:
    """Learn from pilot runs what targets tell about parameters.

    Args:
        points: Places in the ranges, shape (runs, parameters).
        pilot: Targets of the runs, shape (runs, targets).
    """
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import cross_val_predict

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a target that no run tells of: it teaches nothing
        centre, scale = np.nan_to_num(np.nanmean(pilot, axis=0)), np.nan_to_num(np.nanstd(pilot, axis=0))
    seen = np.where(np.isnan(pilot), centre, pilot)
    x = (seen - centre) / np.where(scale > 0.0, scale, 1.0)
    model = RidgeCV(alphas=_PENALTIES).fit(x, points)
    left = points - cross_val_predict(RidgeCV(alphas=_PENALTIES), x, points, cv=FOLDS).reshape(points.shape)
    weights = np.asarray(model.coef_).reshape(points.shape[1], -1).T
    return Lessons(centre, scale, weights, np.asarray(model.intercept_).ravel(),
                   1.0 - left.var(axis=0) / points.var(axis=0), left.std(axis=0))  # fmt: skip


def _summary(runner: Runner, lessons: Lessons, point: Mapping[str, float]) -> dict[str, float]:
    """Run at a point that pyABC proposes and return what the run's targets let expect of the parameters."""
    units = tuple(float(point[f"p{i}"]) for i in range(len(runner.fit.parameter)))
    return {f"s{i}": float(x) for i, x in enumerate(lessons(runner(units)))}


def narrow(
    runner: Runner, lessons: Lessons, data: Floats, *, workers: int
) -> tuple[Floats, Floats, list[tuple[float, int]]]:
    """Return the posterior of pyABC given data.

    Args:
        runner: Runs the model and says the targets that are met.
        lessons: What these tell about the parameters.
        data: The same targets as they were found, shape (targets,).
        workers: Processes; with one, the same seed gives the same posterior.

    Returns:
        Points of the unit cube, shape (particles, parameters); their weights, which sum to 1; and of each generation
        the largest distance that was accepted and the runs it took.
    """
    import pyabc

    asked, observed = runner.fit, lessons(data)
    logging.getLogger("ABC").setLevel(logging.WARNING)
    np.random.seed(asked.search.seed)  # noqa: NPY002 - pyABC draws from NumPy's global state
    names = [f"p{i}" for i in range(len(asked.parameter))]
    weights = {f"s{i}": 1.0 / max(1e-6, float(x)) for i, x in enumerate(lessons.spread)}
    executor = process_pool(workers)()
    in_process = isinstance(executor, InProcess)
    sampler = (
        pyabc.SingleCoreSampler() if in_process else pyabc.ConcurrentFutureSampler(executor, workers, batch_size=4)
    )
    prior = pyabc.Distribution(**{name: pyabc.RV("uniform", 0.0, 1.0) for name in names})
    search = pyabc.ABCSMC(
        partial(_summary, runner, lessons), prior,
        pyabc.PNormDistance(p=2, fixed_weights=weights), population_size=asked.search.particles, sampler=sampler,
    )  # fmt: skip
    try:
        search.new("sqlite://", {f"s{i}": float(x) for i, x in enumerate(observed)})
        history = search.run(max_nr_populations=asked.search.generations, min_acceptance_rate=LEAST_ACCEPTED)
    except BrokenExecutor:
        raise WorkerLostError(
            t("a worker process was killed {n} times while running {runs}; most often the machine has run out of "
              "memory: use fewer than {workers} workers or a smaller city", n=1, runs=asked.id, workers=workers)
        ) from None  # fmt: skip
    finally:
        executor.shutdown(cancel_futures=True)
    frame, share = history.get_distribution(m=0, t=history.max_t)
    told = history.get_all_populations()
    generations = [(float(row.epsilon), int(row.samples)) for row in told.itertuples() if row.t >= 0]
    return frame[names].to_numpy(), np.asarray(share), generations


def _apart(points: Floats) -> list[list[float]]:
    """Return points that all differ a little, so that one that was drawn twice is not the same run twice."""
    return [[min(1.0, max(0.0, u + 1e-9 * (i + 1))) for u in row] for i, row in enumerate(points.tolist())]


def _check(key: Key, held_out: bool, target: Target, runs: Floats) -> Check:
    known = runs[~np.isnan(runs)]
    median, low, high = np.quantile(known, [0.5, 0.025, 0.975]) if len(known) else (math.nan,) * 3
    return Check(key, held_out, target, float(median), float(low), float(high))


def weighted_quantiles(x: Floats, weights: Floats, shares: Sequence[float]) -> Floats:
    """Return quantiles of weighted points, by the inverse of their step function in the middle of each step."""
    order = np.argsort(x)
    total = np.cumsum(weights[order]) - weights[order] / 2.0
    return np.interp(shares, total / weights.sum(), x[order])
