"""One history for many runs of an experiment: run once up to ``run.fork_at``, kept in the store, gone on from there.

A history is a checkpoint, called after all that decides it: what the scenario says of the days before, seed, versions.
The first run that needs one makes it; others wait for it, so that it is made once whatever the number of workers. It
is whole or not there at all, so whoever is killed loses no more than what he was making.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scenarios.errors import Problem, ScenarioError
from ..scenarios.history import before, digest_before, first_day, last_day, until
from ..scenarios.sentences import t
from .checkpoint import Checkpoint, CheckpointError, save
from .course import Course, run_until
from .experiment import Experiment
from .manifest import versions
from .plan import Plan
from .points import Design, at, scenario_of

if TYPE_CHECKING:
    from ..model.measures import RunResult
    from ..model.simulation import EventSink
    from .parallel import Progress
    from .run import Simulate

FOLDER = "histories"
"""Folder of the histories in the store of an experiment; it goes when all runs are finished."""
_LOOK_SECONDS = 0.2
_SIDE_BY_SIDE = 8
"""Replications whose histories are begun before the runs that follow from them."""


def forking(date: dt.date, store: Path) -> Simulate:
    """Return an engine that runs the days before a date once for all runs which have them in common."""
    return partial(_forked, date=date, folder=store / FOLDER)


def _forked(
    resolved: Mapping[str, Any], seed: int, events: EventSink | None = None, progress: Progress | None = None, *,
    date: dt.date, folder: Path,
) -> RunResult:  # fmt: skip
    if events is not None:
        raise ValueError("the histories of an experiment keep no event log")
    return Course(_history(resolved, seed, date, folder, progress or (lambda done, total: None)))(
        resolved, seed, None, progress
    )


def _history(resolved: Mapping[str, Any], seed: int, date: dt.date, folder: Path, progress: Progress) -> Checkpoint:
    """Return the history of a run, made if there is none yet, or none that is whole."""
    content = json.dumps([digest_before(resolved, date), seed, sorted(versions().items())])
    name = hashlib.sha256(content.encode()).hexdigest()[:32]
    if found := _whole(folder / name):
        return found
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / f"{name}.lock", progress):
        if found := _whole(folder / name):
            return found
        for left in folder.glob(f".{name}.*"):  # of one who was killed
            shutil.rmtree(left, ignore_errors=True)
        from ..scenarios.city_model import CityModel

        model = CityModel(until(resolved, date), seed)
        run_until(model, date, progress)
        save(model, folder / name)
        model.forget()
    return Checkpoint.open(folder / name)


def _whole(folder: Path) -> Checkpoint | None:
    try:
        return Checkpoint.open(folder)
    except CheckpointError:
        return None


@contextmanager
def _alone(path: Path, progress: Progress) -> Iterator[None]:
    """Wait until nobody else makes this history; ``progress`` may end the waiting by raising."""
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                progress(0, 1)
                time.sleep(_LOOK_SECONDS)
        yield


def count(experiment: Experiment, design: Design) -> int:
    """Return how many histories an experiment has for each replication.

    Raises:
        ScenarioError: If its runs begin or end on the wrong side of the date, if a factor changes what happens before
            it, or if no two runs have a history in common.
    """
    date, key = experiment.run.fork_at, "run.fork_at"
    if date is None:
        return 0
    name, middle, found = f"{experiment.id}.toml", design.point(0), set()
    for scenario in experiment.scenarios:
        made = scenario_of(experiment, scenario, middle, design.folder).resolved()
        first, last = first_day(made), last_day(made)
        if not first < date <= last:
            reason = t("must be after the day on which the run begins, {first}, and no later than its last, {last}",
                       first=first, last=last)  # fmt: skip
            raise ScenarioError(Problem(name, key, reason, date))
        found.add(digest_before(made, date))
        for f in experiment.factor:
            for value in f.levels or (at(f, 0.0), at(f, 1.0)):
                other = scenario_of(experiment, scenario, {**middle, f.name: value}, design.folder).resolved()
                if before(other, date) != before(made, date):
                    reason = t("factor {factor} changes what happens in {scenario} before this date, so there is no "
                               "common history", factor=f.name, scenario=scenario)  # fmt: skip
                    raise ScenarioError(Problem(name, key, reason, date))
    of_each_seed = len(design) if experiment.run.seeds == "by_point" else 1
    if len(found) * of_each_seed == Plan(experiment, design).distinct:
        reason = t("no two runs have the days before this date in common, so nothing would be saved; leave it out")
        raise ScenarioError(Problem(name, key, reason, date))
    return len(found) * of_each_seed


def in_turn(plan: Plan, first: int, step: int) -> Iterator[int]:
    """Yield the numbers of runs from ``first`` on in steps of ``step``, some replications side by side.

    So workers begin with different histories, instead of all waiting for the same one.
    """
    width, replications = plan.distinct, plan.experiment.run.replications
    for block in range(0, replications, _SIDE_BY_SIDE):
        for place in range(width):
            for r in range(block, min(block + _SIDE_BY_SIDE, replications)):
                if (r * width + place) % step == first:
                    yield r * width + place


def clear(store: Path) -> None:
    """Remove the histories of an experiment that needs them no more."""
    shutil.rmtree(store / FOLDER, ignore_errors=True)
