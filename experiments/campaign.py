"""Running an experiment: chunks of runs spread over an executor, each worker writing its own parts, resumed at will.

The parent only counts: it makes the runs one by one from their numbers, leaves out what the store holds, and hands out
chunks. A worker runs its chunk and writes a part every few seconds. A run that raises is tried again as told and then
noted with its reason; one that kills its worker is found by running the lost chunks alone, run by run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..scenarios.schema import Scenario
from ..scenarios.sentences import Sentence, t
from . import histories
from .checked import load_checked
from .crate import describe_experiment
from .enclosed import EXPERIMENT, POINTS, enclosed
from .experiment import Experiment
from .inputs import Inputs
from .journal import State
from .manifest import command_line, machine, versions
from .parallel import WAIT, Lost, Processes, Wait, default_workers, process_pool, stream
from .plan import Plan, Unit, identity_of
from .points import Design, scenarios_at
from .rounds import Rounds
from .run import Simulate, simulate
from .store import MANY_PARTS, RUNS, Store, StoreError, Writer, worker_name
from .tables import sha256
from .worker import Chunk, Done, can_be_ended, failure_of, forget_hung, hung, runs_of, timed_out, work

CHUNK_SECONDS = 20.0
"""Time for which a worker is given runs at once."""
MOST_IN_CHUNK = 500


@dataclass(frozen=True)
class Progress:
    """How far a campaign is."""

    done: int
    failed: int
    total: int
    seconds_a_run: float
    """Worker time, 0 before the first run has ended."""


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
    begun: Callable[[], None] | None = None,
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
        begun: Called once file and folder are known to be usable, before anything is run.
        progress: Called after each chunk.
        tell: Called with what is to be said about what the folder held, and about limits that do not hold.
        engine: What runs a scenario; an importable function. Only the default one forks where the file says so.

    Raises:
        ScenarioError: If something is wrong with the experiment.
        StoreError: If the folder holds something else, or another process writes to it.
        OSError: If the folder cannot be written to; what was finished before is whole.
    """
    experiment, design = load_checked(path)
    if experiment.run.fork_at is not None and engine is simulate:
        engine = histories.forking(experiment.run.fork_at, out)
    tell, store = tell or _silent, Store(out, "all" if shard[1] == 1 else f"{shard[0]}of{shard[1]}")
    facts, files, experiment = _facts(experiment, design, path, out)
    said = store.begin(facts, files)
    try:
        for sentence in said:
            tell(sentence)
        if begun is not None:
            begun()
        plan = Plan(experiment, Design(experiment, out))  # runs what the folder holds
        workers = workers or experiment.run.workers or default_workers(len(plan))
        if make is None:
            make = partial(Processes, workers) if experiment.run.timeout_minutes else process_pool(workers)
        elif experiment.run.timeout_minutes and not _can_be_ended(make):
            tell(_unguarded(experiment))
        state = _recovered(store, tell)
        _Campaign(plan, store, engine, shard).run(make, lost, workers, state, progress or _silent)
        state = _ended(plan, store, shard, tell)
        describe_experiment(out, facts["command"], sorted({*files} - {EXPERIMENT}))
        return state
    finally:
        store.end()


def _recovered(store: Store, tell: Callable[[Sentence], None]) -> State:
    """Return what a folder holds, once it is put in order after whatever has ended it before."""
    forget_hung(store)
    state = store.recover()
    for sentence in state.said:
        tell(sentence)
    return state


def _ended(plan: Plan, store: Store, shard: tuple[int, int], tell: Callable[[Sentence], None]) -> State:
    """Return what a folder holds, once nothing is under way any more and it is put in order."""
    for sentence in store.set_aside_unfinished():
        tell(sentence)
    store.merge()
    state = store.look()
    store.write_failures(state)
    if shard[1] == 1 or len(state.finished()) >= len(plan):
        histories.clear(store.folder)
    return state


def _can_be_ended(make: Callable[[], Executor]) -> bool:
    """Return whether an executor runs its tasks in processes that may be ended; one of them is asked."""
    with make() as pool:
        return pool.submit(can_be_ended).result()


def _unguarded(experiment: Experiment) -> Sentence:
    return t("run.timeout_minutes ({n:g}): the time is looked at after a simulated day only; a run that hangs within "
             "one is not ended, since this executor has no process that could be (threads, or a Dask worker without a "
             "nanny)", n=experiment.run.timeout_minutes)  # fmt: skip


def _silent(said: Any) -> None:
    """Say nothing."""


def _facts(
    experiment: Experiment, design: Design, path: Path, out: Path
) -> tuple[dict[str, Any], dict[str, bytes], Experiment]:
    """Return what the manifest says, the files that lie beside it, and the experiment as it stands there."""
    sides: Iterable[Scenario] = scenarios_at(experiment, {}, design.folder).values()
    runs = len(Plan(experiment, design))
    experiment, files = enclosed(experiment, path.parent)
    named = dict(zip(experiment.scenarios, sides, strict=True))
    base = {name: side.digest() for name, side in named.items()}
    known = identity(experiment, base, runs, sha256(files.get(POINTS, b"")))
    kept = Inputs(names={path.resolve(): EXPERIMENT})
    command = command_line(["cogov", "experiment", "run", EXPERIMENT, "--out", out.name], inputs=kept)
    made: dict[str, Any] = {
        "command": re.sub(r" --shard[ =]\S+", "", command),  # the whole of it, whichever part this is
        "platform": machine(),
        "scenarios": {name: {**side.resolved(), "city": experiment.city} for name, side in named.items()},
    }
    return {**known, **made}, files, experiment


class _Campaign:
    """The parent's side of a campaign."""

    def __init__(self, plan: Plan, store: Store, engine: Simulate, shard: tuple[int, int]) -> None:
        self.plan, self.experiment, self.design, self.store = plan, plan.experiment, plan.design, store
        self.engine, (number, self.of) = engine, shard
        self.first = number - 1
        self.plain = self.experiment.model_dump(mode="json")
        self.folder = str(self.design.folder.resolve())
        self.runs = runs_of(json.dumps(self.plain), self.folder)
        self.notes = Writer(store, f"parent-{worker_name()}")
        self.done = self._there()
        self.finished, self.failed, self.estimate, self.chunks = 0, 0, 0.0, 0

    def _there(self) -> NDArray[np.int64]:
        """Return the numbers of the runs that the store holds, in order."""
        try:
            rows = self.store.read(RUNS, names=("run", "scenario", "point", "replication"))
        except StoreError:
            return np.zeros(0, dtype=np.int64)
        side = np.searchsorted(sorted(self.experiment.scenarios), rows["scenario"])
        sides = np.argsort(self.experiment.scenarios)[side]
        found = self.plan.numbers(rows["point"] * len(self.experiment.scenarios) + sides, rows["replication"])
        return np.unique(found[found < len(self.plan)])

    def _is_there(self, number: int) -> bool:
        place = int(np.searchsorted(self.done, number))
        return place < len(self.done) and int(self.done[place]) == number

    def run(
        self, make: Callable[[], Executor], lost: tuple[type[BaseException], ...], workers: int, state: State,
        progress: Callable[[Progress], None],
    ) -> None:  # fmt: skip
        total = len(range(self.first, len(self.plan), self.of))
        known = len(state.finished())
        self.estimate = state.seconds() / known if known else 0.0
        self.finished = int((self.done % self.of == self.first).sum())
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

    def _all(self, total: int) -> Iterator[tuple[int, Iterable[Unit]]]:
        """Yield one batch: all runs that are not there, in the order in which they are to be made."""
        forked = self.experiment.run.fork_at is not None
        numbers: Iterable[int] = range(self.first, len(self.plan), self.of)
        if forked:
            numbers = histories.in_turn(self.plan, self.first, self.of)
        yield total - self.finished, (self.plan.unit(i) for i in numbers if not self._is_there(i))

    def _rounds(self) -> Iterator[tuple[int, Iterable[Unit]]]:
        """Yield batch after batch, each what the rule asks for once those before have ended, until it asks no more.

        It also ends when runs of a batch failed, and when only other shards have runs left before the next look.
        """
        rounds, before = Rounds(self.plan, self.store), list[int]()
        while True:
            numbers = [i for i in rounds.missing(rounds.decide()) if i % self.of == self.first]
            if not numbers or numbers == before:
                return
            before = numbers
            wanted = [self.plan.unit(i) for i in numbers]
            if self.experiment.run.fork_at is not None:  # so that workers begin with different histories
                wanted.sort(key=lambda unit: (unit.point, unit.scenario, unit.replication))
            yield len(wanted), wanted

    def _chunks(self, batches: Iterable[tuple[int, Iterable[Unit]]], workers: int) -> Iterator[Chunk | Wait]:
        """Yield chunks, each as long as is known to be right when it is made; the first ones hold one run.

        Towards the end of a batch they become short, so that all workers end at about the same time.
        """
        for left, batch in batches:
            units = list[Unit]()
            for unit in batch:
                units.append(unit)
                length = min(MOST_IN_CHUNK, int(CHUNK_SECONDS / self.estimate)) if self.estimate else 1
                if len(units) >= max(1, min(length, left // (2 * workers))):
                    yield self._chunk(units)
                    left, units = left - len(units), []
            if units:
                yield self._chunk(units)
            yield WAIT

    def _chunk(self, units: Sequence[Unit]) -> Chunk:
        return Chunk(self.plain, self.folder, str(self.store.folder), self.store.tag, tuple(units), self.engine)

    def _split(self, chunk: Chunk) -> list[Chunk]:
        """Return a lost chunk's runs one by one, but for those that its worker had written."""
        done = self.store.look().finished()
        left = [unit for unit in chunk.units if self.runs.id(unit) not in done]
        self.finished += len(chunk.units) - len(left)
        return [self._chunk([unit]) for unit in left]

    def _note(self, said: Done) -> None:
        self.finished += said.finished
        self.failed += said.failed
        if said.finished:
            self.estimate = max(1e-4, said.seconds / (said.finished + said.failed))

    def _note_lost(self, chunk: Chunk, lost: Lost) -> None:
        self.failed += len(chunk.units)
        for unit in chunk.units:
            if (found := hung(self.store, self.runs.id(unit))) is not None:
                self.notes.fail(timed_out(self.runs, unit, found[1]))
            else:
                self.notes.fail(failure_of(self.runs, unit, "killed", f"its worker was killed {lost.times} times"))
