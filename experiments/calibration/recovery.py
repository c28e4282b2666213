"""How well a fit finds parameters that are known: ``python -m cogov.experiments.calibration.recovery FIT.toml``.

The model is run at points drawn from the ranges of the parameters, as if each run were a city's data, and fitted to it.
The share of true values inside the 90 % intervals is the fit's error rate, and the median distance between true value
and posterior median its accuracy; beside it stands the distance that guessing the middle of the range would have.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.stats import binomtest, qmc

from ...scenarios.errors import ScenarioError
from ...scenarios.forms import problems_of
from ..parallel import default_workers, run_tasks
from .fit_file import FitFile, load_fit
from .fitting import Lessons, Runner, learn, narrow, needs_libraries, weighted_quantiles

Floats = NDArray[np.float64]
SHARE = 0.9
SIZES = ("pilot", "particles", "generations")
"""What may be made smaller, for a look that costs less."""


@dataclass(frozen=True)
class Recovery:
    """True places in the ranges and what was found: medians and 90 % intervals, all of shape (truths, parameters)."""

    fit: FitFile
    truths: Floats
    medians: Floats
    low: Floats
    high: Floats
    told: Floats

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Whether each true value lies inside its interval."""
        return (self.low <= self.truths) & (self.truths <= self.high)


def recover(asked: FitFile, folder: Path, truths: int, *, workers: int | None = None) -> Recovery:
    """Fit runs whose parameters are known.

    Args:
        asked: The fit, whose targets are simulated; targets are those of the categories that have tickets enough.
        folder: Folder of its file.
        truths: How many points are drawn.
        workers: Processes; one for each core by default.
    """
    needs_libraries()
    search, n = asked.search, len(asked.parameter)
    workers = workers or default_workers(search.pilot)
    runner = Runner(asked, folder, _keys(asked), 0.05)
    points = qmc.LatinHypercube(n, rng=search.seed).random(search.pilot)
    pilot = np.array(run_tasks(runner, [tuple(p) for p in points.tolist()], workers=workers))
    lessons = learn(points, pilot)
    true = 0.05 + 0.9 * qmc.LatinHypercube(n, rng=search.seed + 1).random(truths)
    tasks = [(runner, lessons, tuple(point), i) for i, point in enumerate(true.tolist())]
    found = np.array(run_tasks(_recovered, tasks, workers=min(workers, truths)))
    return Recovery(asked, true, found[:, 0], found[:, 1], found[:, 2], lessons.told)


def _keys(asked: FitFile) -> tuple[tuple[str, str], ...]:
    from ...model.incidents import load_catalogue

    catalogue = load_catalogue()
    ids = [name for name, shock in zip(catalogue.ids, catalogue.rows["shock"], strict=True) if shock < 0]
    return tuple((category, name) for category in ids for name in asked.use)


def _recovered(task: tuple[Runner, Lessons, tuple[float, ...], int]) -> Floats:
    """Return medians and both ends of the intervals of one fit, shape (3, parameters)."""
    runner, lessons, point, number = task
    search = runner.fit.search
    other = search.model_copy(update={"seed": search.seed + 1000 + number})
    apart = replace(runner, fit=runner.fit.model_copy(update={"search": other}))
    data = apart(point)
    units, weights, _ = narrow(runner, lessons, data, workers=1)
    ends = [0.5, (1 - SHARE) / 2, (1 + SHARE) / 2]
    return np.array([weighted_quantiles(units[:, k], weights, ends) for k in range(units.shape[1])]).T


def said(found: Recovery) -> str:
    """Return what was found as Markdown: a row for each parameter."""
    search = found.fit.search
    lines = [
        f"{len(found.truths)} truths, {search.pilot} pilot runs, {search.particles} particles, at most "
        f"{search.generations} generations.",
        "",
        "| parameter | inside the 90 % interval | 95 % interval of that share | median error, share of the range | "
        "guessing the middle | told by the targets |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for k, parameter in enumerate(found.fit.parameter):
        inside = int(found.inside[:, k].sum())
        share = binomtest(inside, len(found.truths)).proportion_ci(method="wilson")
        error = np.median(np.abs(found.medians[:, k] - found.truths[:, k]))
        guess = np.median(np.abs(0.5 - found.truths[:, k]))
        lines.append(f"| `{parameter.name}` | {inside} of {len(found.truths)} | {share.low:.0%} to {share.high:.0%} | "
                     f"{error:.2f} | {guess:.2f} | {max(0.0, found.told[k]):.0%} |")  # fmt: skip
    return "\n".join(lines) + "\n"


def _sized(asked: FitFile, sizes: Mapping[str, int]) -> FitFile:
    """Return a fit whose search has other sizes.

    Raises:
        ScenarioError: For a size that a file could not have either.
    """
    try:
        search = type(asked.search).model_validate({**asked.search.model_dump(), **sizes})
    except ValidationError as error:
        raise ScenarioError(list(problems_of(error, type(asked.search), asked.id, ""))) from None
    return asked.model_copy(update={"search": search})


def _count(text: str) -> int:
    """Return a whole number of one or more, as the command line gives it."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number, 1 or more")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Print how well a fit recovers; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cogov.experiments.calibration.recovery", description=__doc__)
    parser.add_argument("fit", type=Path, help="file of a fit")
    parser.add_argument("--truths", type=_count, default=20, help="how many known points are fitted")
    parser.add_argument("--workers", type=_count, default=None, help="processes")
    for name in SIZES:
        parser.add_argument(f"--{name}", type=_count, default=None, help="instead of the file's")
    given = parser.parse_args(argv)
    try:
        sizes = {name: getattr(given, name) for name in SIZES if getattr(given, name) is not None}
        found = recover(_sized(load_fit(given.fit), sizes), given.fit.parent, given.truths, workers=given.workers)
    except ScenarioError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(said(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
