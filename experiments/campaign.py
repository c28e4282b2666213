"""Running an experiment: chunks of runs spread over an executor, each worker writing its own parts, resumed at will.

The parent only counts: it makes the runs one by one from their numbers, leaves out what the store holds, and hands out
chunks. A worker runs its chunk and writes a part every few seconds. A run that raises is tried again as told and then
noted with its reason; one that kills its worker is found by running the lost chunks alone, run by run.
"""

from __future__ import annotations

import errno
import gc
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ..model.measures import RunResult
from ..scenarios.schema import Scenario
from ..scenarios.sentences import Sentence
from . import histories
from .crate import describe_experiment
from .enclosed import EXPERIMENT, POINTS, enclosed
from .experiment import Experiment, load_experiment
from .inputs import Inputs
from .integrity import identity_of
from .journal import Failure, State
from .manifest import command_line, machine, versions
from .parallel import WAIT, Lost, Wait, default_workers, process_pool, stream
from .points import Design, Unit, check, scenarios_at, seed_of, size, unit_at, units
from .rounds import Rounds, check_rule
from .rows import rows_of
from .run import Simulate, simulate
from .store import MANY_PARTS, Store, Writer, worker_name
from .tables import sha256

CHUNK_SECONDS = 20.0
"""Time for which a worker is given runs at once."""
PART_SECONDS = 10.0
"""Time after which a worker writes what it has."""
MOST_IN_CHUNK = 500
OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO, errno.EACCES}
"""Errors that end an experiment, for the next run would meet them too; any other is the run's own."""


AtPoint = Callable[[tuple[tuple[str, float | str], ...]], dict[str, Scenario]]
"""Makes the scenarios at a point."""


class TimedOutError(Exception):
    """A run took longer than it may."""


@dataclass(frozen=True)
class Chunk:
    """Some runs for one worker, as plain data."""

    experiment: dict[str, Any]
    folder: str
    out: str
    tag: str
    runs: tuple[tuple[str, Unit], ...]
    engine: Simulate


@dataclass(frozen=True)
class Done:
    """What a worker says about a chunk: runs that ended well and not, and the seconds that all took."""

    finished: int
    failed: int
    seconds: float


@dataclass(frozen=True)
class Progress:
    """How far a campaign is."""

    done: int
    failed: int
    total: int
    seconds_a_run: float
    """Worker time, 0 before the first run has ended."""


def run_id(experiment: Experiment, base: str, unit: Unit) -> str:
    """Return the id of a run: a hash of all that determines its result.

    Args:
        experiment: The experiment, for the root of the seeds.
        base: Digest of the scenario before the point is set (its city and calendar are in it).
        unit: The run.
    """
    seed = seed_of(experiment, unit.point, unit.replication)
    content = json.dumps([base, sorted(unit.settings.items()), seed, sorted(versions().items())], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def bases(experiment: Experiment, design: Design) -> dict[str, str]:
    """Return the digest of each scenario of an experiment before any factor is set."""
    return {name: made.digest() for name, made in scenarios_at(experiment, {}, design.folder).items()}


def identity(experiment: Experiment, base: dict[str, str], runs: int, points: str) -> dict[str, Any]:
    """Return what the manifest of a store says; ``points`` is the hash of a list's file."""
    resolved = experiment.model_dump(mode="json", exclude_none=True)
    digest = identity_of(resolved, base, versions(), points)
    return {"format": 1, "digest": digest, "runs": runs, "experiment": resolved, "bases": base, "versions": versions()}


def run_experiment(
    path: Path,
    out: Path,
    *,
    shard: tuple[int, int] = (1, 1),
    make: Callable[[], Executor] | None = None,
    lost: tuple[type[BaseException], ...] = (BrokenExecutor,),
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    tell: Callable[[Sentence], None] | None = None,
    engine: Simulate = simulate,
) -> State:
    """Run what is left of an experiment, or of a shard of it, and return what the store holds then.

    Args:
        path: The experiment's file.
        out: Folder of the store; one that holds part of the experiment already is gone on with.
        shard: Which part of how many, counted from 1.
        make: Makes the executor, again if it breaks; default processes.
        lost: Exceptions by which the executor says that a worker is gone.
        workers: How many chunks are handed out at a time; default as the file says, or one a core.
        progress: Called after each chunk.
        tell: Called with what is to be said about what the folder held.
        engine: What runs a scenario; an importable function. Only the default one forks where the file says so.

    Raises:
        ScenarioError: If something is wrong with the experiment.
        StoreError: If the folder holds something else, or another process writes to it.
        OSError: If the folder cannot be written to; what was finished before is whole.
    """
    experiment = load_experiment(path)
    design = Design(experiment, path.parent)
    check(experiment, design)
    check_rule(experiment, design)
    if histories.count(experiment, design) and experiment.run.fork_at is not None and engine is simulate:
        engine = histories.forking(experiment.run.fork_at, out)
    number, of = shard
    store = Store(out, "all" if of == 1 else f"{number}of{of}")
    sides = scenarios_at(experiment, {}, design.folder).values()
    experiment, files = enclosed(experiment, path.parent)
    kept = Inputs(names={path.resolve(): EXPERIMENT})
    named = dict(zip(experiment.scenarios, sides, strict=True))
    base = {name: side.digest() for name, side in named.items()}
    made: dict[str, Any] = {
        "command": command_line(["cogov", "experiment", "run", EXPERIMENT, "--out", out.name], inputs=kept),
        "platform": machine(),
        "scenarios": {name: {**side.resolved(), "city": experiment.city} for name, side in named.items()},
    }
    known = identity(experiment, base, size(experiment, design), sha256(files.get(POINTS, b"")))
    store.begin({**known, **made}, files)
    design = Design(experiment, out)  # what runs is what the folder holds
    say = tell or (lambda said: None)
    try:
        state = store.recover()
        for sentence in state.said:
            say(sentence)
        workers = workers or experiment.run.workers or default_workers(size(experiment, design))
        campaign = _Campaign(experiment, design, base, store, state.finished(), engine, shard)
        campaign.run(make or process_pool(workers), lost, workers, state, progress or (lambda p: None))
        for sentence in store.set_aside_unfinished():
            say(sentence)
        store.merge()
        state = store.look()
        if of == 1 or len(state.finished()) >= size(experiment, design):
            histories.clear(out)
        describe_experiment(out, made["command"], sorted({*files} - {EXPERIMENT}))
        return state
    finally:
        store.end()


class _Campaign:
    """The parent's side of a campaign."""

    def __init__(
        self, experiment: Experiment, design: Design, base: dict[str, str], store: Store, done: set[str],
        engine: Simulate, shard: tuple[int, int],
    ) -> None:  # fmt: skip
        self.experiment, self.design, self.base, self.store = experiment, design, base, store
        self.done, self.engine, self.shard = done, engine, shard
        self.plain = experiment.model_dump(mode="json")
        self.notes = Writer(store, f"parent-{worker_name()}")
        self.finished, self.failed, self.seconds = len(done), 0, 0.0
        self.estimate, self.chunks = 0.0, 0

    def run(
        self, make: Callable[[], Executor], lost: tuple[type[BaseException], ...], workers: int, state: State,
        progress: Callable[[Progress], None],
    ) -> None:  # fmt: skip
        number, of = self.shard
        total = len(range(number - 1, size(self.experiment, self.design), of))
        known = len(self.done)
        self.estimate = state.seconds() / known if known else 0.0
        self.finished = sum(1 for run, _ in self._wanted(everything=True) if run in self.done)
        progress(Progress(self.finished, 0, total, self.estimate))
        batches = self._all(total) if self.experiment.stop.rule == "never" else self._rounds()
        chunks = self._chunks(batches, workers)
        attempts = self.experiment.run.retries + 1
        for chunk, said in stream(make, work, chunks, window=workers, split=self._split, lost=lost, attempts=attempts):
            if isinstance(said, Lost):
                self._note_lost(chunk, said)
            else:
                self._note(said)
            progress(Progress(self.finished, self.failed, total, self.estimate))
            self.chunks += 1
            if self.chunks % MANY_PARTS == 0:
                self.store.merge()

    def _wanted(self, everything: bool = False) -> Iterator[tuple[str, Unit]]:
        number, of = self.shard
        for unit in self._units(number - 1, of):
            run = run_id(self.experiment, self.base[unit.scenario], unit)
            if everything or run not in self.done:
                yield run, unit

    def _units(self, first: int, step: int) -> Iterator[Unit]:
        """Return the runs of this shard in the order in which they are to be made."""
        if self.experiment.run.fork_at is None:
            return units(self.experiment, self.design, first, step)
        numbers = histories.in_turn(self.experiment, self.design, first, step)
        return (unit_at(self.experiment, self.design, i) for i in numbers)

    def _all(self, total: int) -> Iterator[tuple[int, Iterable[tuple[str, Unit]]]]:
        """Yield one batch: all runs that are not there."""
        yield total - self.finished, self._wanted()

    def _rounds(self) -> Iterator[tuple[int, Iterable[tuple[str, Unit]]]]:
        """Yield batch after batch, each what the rule asks for once those before have ended, until it asks no more.

        It also ends when runs of a batch failed, and when only other shards have runs left before the next look.
        """
        rounds, before = Rounds(self.experiment, self.design, self.store), list[str]()
        while True:
            number, of = self.shard
            wanted = [u for i, u in rounds.missing(rounds.decide()) if i % of == number - 1]
            if self.experiment.run.fork_at is not None:  # so that workers begin with different histories
                wanted.sort(key=lambda unit: (unit.point, unit.scenario, unit.replication))
            named = [(run_id(self.experiment, self.base[u.scenario], u), u) for u in wanted]
            if not named or [run for run, _ in named] == before:
                return
            before = [run for run, _ in named]
            yield len(named), named

    def _chunks(
        self, batches: Iterable[tuple[int, Iterable[tuple[str, Unit]]]], workers: int
    ) -> Iterator[Chunk | Wait]:
        """Yield chunks, each as long as is known to be right when it is made; the first ones hold one run.

        Towards the end of a batch they become short, so that all workers end at about the same time.
        """
        for left, units_ in batches:
            runs: list[tuple[str, Unit]] = []
            for wanted in units_:
                runs.append(wanted)
                length = min(MOST_IN_CHUNK, int(CHUNK_SECONDS / self.estimate)) if self.estimate else 1
                if len(runs) >= max(1, min(length, left // (2 * workers))):
                    yield self._chunk(runs)
                    left, runs = left - len(runs), []
            if runs:
                yield self._chunk(runs)
            yield WAIT

    def _chunk(self, runs: Sequence[tuple[str, Unit]]) -> Chunk:
        folder = str(self.design.folder.resolve())
        return Chunk(self.plain, folder, str(self.store.folder), self.store.tag, tuple(runs), self.engine)

    def _split(self, chunk: Chunk) -> list[Chunk]:
        """Return a lost chunk's runs one by one, but for those that its worker had written."""
        done = self.store.look().finished()
        self.finished += sum(run in done for run, _ in chunk.runs)
        return [self._chunk([(run, unit)]) for run, unit in chunk.runs if run not in done]

    def _note(self, said: Done) -> None:
        self.finished += said.finished
        self.failed += said.failed
        self.seconds += said.seconds
        if said.finished:
            self.estimate = max(1e-4, said.seconds / (said.finished + said.failed))

    def _note_lost(self, chunk: Chunk, lost: Lost) -> None:
        self.failed += len(chunk.runs)
        for run, _ in chunk.runs:
            self.notes.fail(Failure(run, "killed", f"its worker was killed {lost.times} times"))


@lru_cache(maxsize=2)
def _experiment(text: str) -> Experiment:
    return Experiment.model_validate_json(text)


@lru_cache(maxsize=64)
def _scenarios(text: str, folder: str, settings: tuple[tuple[str, float | str], ...]) -> dict[str, Scenario]:
    """Return the scenarios at a point, which is run again in the next replication and for the next scenario."""
    return scenarios_at(_experiment(text), dict(settings), Path(folder))


def work(chunk: Chunk) -> Done:
    """Run a chunk in whatever process, and write its parts."""
    text = json.dumps(chunk.experiment)
    experiment = _experiment(text)
    store = Store(Path(chunk.out), chunk.tag)
    writer = Writer(store, worker_name())
    finished = failed = 0
    begun = written = time.perf_counter()
    done = store.look().finished()  # a task that was lost on its way back comes a second time
    for run, unit in chunk.runs:
        if run in done:
            finished += 1
            continue
        gc.collect(1)
        start = time.perf_counter()
        tables = _tried(experiment, unit, run, partial(_scenarios, text, chunk.folder), chunk.engine)
        if isinstance(tables, Failure):
            writer.fail(tables)
            failed += 1
        else:
            writer.add(run, tables, time.perf_counter() - start)
            finished += 1
        if time.perf_counter() - written > PART_SECONDS:
            writer.flush()
            written = time.perf_counter()
    writer.flush()
    return Done(finished, failed, time.perf_counter() - begun)


def _tried(
    experiment: Experiment, unit: Unit, run: str, made: AtPoint, engine: Simulate
) -> dict[str, dict[str, NDArray[Any]]] | Failure:
    """Return the tables of a run, tried as often as told, or why it failed."""
    failure = Failure(run, "failed", "")
    for _ in range(experiment.run.retries + 1):
        try:
            return rows_of(experiment, unit, run, _simulated(experiment, unit, made, engine))
        except TimedOutError:
            failure = Failure(run, "timed_out", f"took more than {experiment.run.timeout_minutes:g} minutes")
        except Exception as error:
            if isinstance(error, OSError) and error.errno in OF_THE_DISK:
                raise
            failure = Failure(run, "failed", f"{type(error).__name__}: {error}")
    return failure


def _simulated(experiment: Experiment, unit: Unit, made: AtPoint, engine: Simulate) -> RunResult:
    scenario = made(tuple(unit.settings.items()))[unit.scenario]
    limit = experiment.run.timeout_minutes * 60.0
    end = time.monotonic() + limit if limit else float("inf")

    def watch(done: int, total: int) -> None:
        if time.monotonic() > end:
            raise TimedOutError

    return engine(scenario.resolved(), seed_of(experiment, unit.point, unit.replication), progress=watch)
