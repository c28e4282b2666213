"""The worker's side of an experiment: a chunk of runs made in whatever process, its parts written, its time kept.

A run looks at its time at the end of each simulated day and gives up by itself. One that hangs within a day, in Python
or in compiled code, is ended with its process by a watchdog of the interpreter that needs no lock; what that writes
down says where it hung, and counts as a try when the run comes again. So a limit needs a process beside the parent's.
"""

from __future__ import annotations

import errno
import faulthandler
import gc
import json
import multiprocessing
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from ..model.compiled import is_warm
from ..model.measures import RunResult
from ..scenarios.schema import Scenario
from .clock import running
from .experiment import Experiment
from .journal import Failure
from .plan import Unit, run_id
from .points import Design, scenarios_at, seed_of
from .rows import rows_of
from .run import Simulate
from .store import JOURNAL, Store, Writer, worker_name

PART_SECONDS = 10.0
"""Time after which a worker writes what it has."""
GRACE_SECONDS = 2.0
"""Time beyond its limit after which a run that has not given up by itself is ended with its process."""
COMPILING_SECONDS = 600.0
"""Time that a run may take beside its limit where the model has to be compiled first."""
OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO, errno.EACCES}
"""Errors that end an experiment, for the next run would meet them too; any other is the run's own."""
HUNG = ".hung"
"""Ending of the files beside the journals that tell of runs which hung."""

_WATCH = threading.Lock()
_due: dict[int, tuple[float, BinaryIO]] = {}
"""When the runs of this process' threads are to be ended, and where it is written down."""

Tables = dict[str, dict[str, NDArray[Any]]]


class TimedOutError(Exception):
    """A run took longer than it may."""


@dataclass(frozen=True)
class Chunk:
    """Some runs for one worker, as plain data."""

    experiment: dict[str, Any]
    folder: str
    out: str
    tag: str
    units: tuple[Unit, ...]
    engine: Simulate


@dataclass(frozen=True)
class Done:
    """What a worker says about a chunk: runs that ended well and not, and the seconds that all took."""

    finished: int
    failed: int
    seconds: float


@dataclass(frozen=True)
class Runs:
    """What makes the runs of an experiment from their units.

    Attributes:
        experiment: The experiment.
        design: Its design.
        scenarios: Makes the scenarios at a point, which is run again in the next replication and scenario.
    """

    experiment: Experiment
    design: Design
    scenarios: Callable[[tuple[tuple[str, float | str], ...]], dict[str, Scenario]]

    def scenario(self, unit: Unit) -> Scenario:
        """Return the scenario of a run."""
        return self.scenarios(tuple(unit.settings.items()))[unit.scenario]

    def seed(self, unit: Unit) -> int:
        """Return the seed of a run."""
        return seed_of(self.experiment, unit.point, unit.replication)

    def id(self, unit: Unit) -> str:
        """Return the id of a run."""
        return run_id(self.scenario(unit), self.seed(unit))


@lru_cache(maxsize=2)
def runs_of(text: str, folder: str) -> Runs:
    """Return what makes the runs of an experiment, given as JSON, whose files lie in a folder."""
    experiment = Experiment.model_validate_json(text)
    place = Path(folder)

    @lru_cache(maxsize=64)
    def scenarios(settings: tuple[tuple[str, float | str], ...]) -> dict[str, Scenario]:
        return scenarios_at(experiment, dict(settings), place)

    return Runs(experiment, Design(experiment, place), scenarios)


def work(chunk: Chunk) -> Done:
    """Run a chunk in whatever process, and write its parts."""
    runs = runs_of(json.dumps(chunk.experiment), chunk.folder)
    store = Store(Path(chunk.out), chunk.tag)
    writer = Writer(store, worker_name())
    finished = failed = 0
    begun = written = time.perf_counter()
    done = store.look().finished()  # a task that was lost on its way back comes a second time
    for unit in chunk.units:
        run = runs.id(unit)
        if run in done:
            finished += 1
            continue
        gc.collect(1)
        with running() as seconds:
            made = _tried(runs, unit, run, chunk.engine, store)
            took = seconds()
        if isinstance(made, Failure):
            writer.fail(made)
            failed += 1
        else:
            writer.add(run, made, took)
            finished += 1
        if time.perf_counter() - written > PART_SECONDS:
            writer.flush()
            written = time.perf_counter()
    writer.flush()
    return Done(finished, failed, time.perf_counter() - begun)


def _tried(runs: Runs, unit: Unit, run: str, engine: Simulate, store: Store) -> Tables | Failure:
    """Return the tables of a run, tried as often as told, or why it failed."""
    failure, tries = failure_of(runs, unit, "failed", ""), runs.experiment.run.retries + 1
    before = hung(store, run)
    if before is not None:
        failure = timed_out(runs, unit, before[1])
        tries -= before[0]
    for _ in range(tries):
        try:
            return rows_of(runs.experiment, runs.design, unit, run, simulated(runs, unit, engine, _watch(store, run)))
        except TimedOutError:
            failure = timed_out(runs, unit)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in OF_THE_DISK:
                raise
            failure = failure_of(runs, unit, "failed", f"{type(error).__name__}: {error}")
    return failure


def simulated(runs: Runs, unit: Unit, engine: Simulate, watch: Path | None = None) -> RunResult:
    """Return the result of a run, unless it takes too long.

    Args:
        runs: The experiment.
        unit: The run.
        engine: What runs a scenario.
        watch: File in which the watchdog writes where the run hung; without it there is none.

    Raises:
        TimedOutError: If it takes longer than ``run.timeout_minutes``.
    """
    resolved, seed = runs.scenario(unit).resolved(), runs.seed(unit)
    if not (limit := runs.experiment.run.timeout_minutes * 60.0):
        return engine(resolved, seed, progress=_silent)
    limit += 0.0 if is_warm() else COMPILING_SECONDS
    end = time.monotonic() + limit

    def look(done: int, total: int) -> None:
        if time.monotonic() > end:
            raise TimedOutError

    with _watched(limit + GRACE_SECONDS, watch):
        return engine(resolved, seed, progress=look)


def _silent(done: int, total: int) -> None:
    """Say nothing."""


def _watch(store: Store, run: str) -> Path | None:
    """Return the file for the watchdog, ``None`` in the process of the parent, which must not be ended."""
    if not can_be_ended():
        return None
    return store.folder / JOURNAL / f"{store.tag}-{run}{HUNG}"


@contextmanager
def _watched(seconds: float, path: Path | None) -> Iterator[None]:
    """End this process after so many seconds, unless what is inside has ended before; threads may do so side by side.

    What the watchdog writes comes after a line with the thread's number, by which it is found among all threads.
    """
    if path is None:
        yield
        return
    thread = threading.get_ident()
    with path.open("ab") as file:
        before = file.seek(0, os.SEEK_END)
        file.write(f"{_number(thread)}\n".encode())
        file.flush()
        _watch_for(thread, (time.monotonic() + seconds, file))
        try:
            yield
        finally:
            _watch_for(thread, None)
        file.truncate(before)
    if not before:
        path.unlink(missing_ok=True)


def _watch_for(thread: int, due: tuple[float, BinaryIO] | None) -> None:
    """Set or take back the time of a thread; the interpreter has one watchdog, which is set for the first to come."""
    with _WATCH:
        _due.pop(thread, None)
        if due is not None:
            _due[thread] = due
        faulthandler.cancel_dump_traceback_later()
        if _due:
            end, file = min(_due.values(), key=lambda each: each[0])
            faulthandler.dump_traceback_later(max(0.001, end - time.monotonic()), exit=True, file=file)


def _number(thread: int) -> str:
    """Return the number of a thread as the watchdog writes it."""
    return f"0x{thread:016x}"


def can_be_ended() -> bool:
    """Return whether the process that runs this may be ended: it has a parent, which puts another in its place."""
    return multiprocessing.parent_process() is not None


def hung(store: Store, run: str) -> tuple[int, str] | None:
    """Return how often a run has hung in this writer's hands, and where it last did; ``None`` if never."""
    path = store.folder / JOURNAL / f"{store.tag}-{run}{HUNG}"
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    times = text.count("Timeout (")
    before, _, dump = text.rpartition("Timeout (")
    thread, blocks = "".join(before.splitlines()[-1:]), dump.split("Thread ")
    block = next((block for block in blocks if thread and block.startswith(thread)), blocks[-1])
    found = re.search(r'File "(?:.*[\\/])?([^"]+)", line (\d+) in (\S+)', block)
    return (times, f"{found[3]} ({found[1]}:{found[2]})" if found else "") if times else None


def forget_hung(store: Store) -> None:
    """Remove what tells of runs that hung in this writer's hands: they are tried again."""
    for path in (store.folder / JOURNAL).glob(f"{store.tag}-*{HUNG}"):
        path.unlink(missing_ok=True)


def failure_of(runs: Runs, unit: Unit, status: str, reason: str) -> Failure:
    """Return the failure of a run."""
    return Failure(runs.id(unit), status, reason, unit.scenario, unit.point, unit.replication)


def timed_out(runs: Runs, unit: Unit, place: str = "") -> Failure:
    """Return the failure of a run that took too long, and where it hung if it did."""
    where = f"; it hung in {place}" if place else ""
    limit = runs.experiment.run.timeout_minutes
    return failure_of(runs, unit, "timed_out", f"took more than {limit:g} minutes{where}")
