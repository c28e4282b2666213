"""Work spread over an executor, by default processes that share nothing: what a lost worker had is run again, alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection
from typing import TypeVar

from ..scenarios.sentences import Told, t

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Progress = Callable[[int, int], None]
"""Called with what is done and the total: runs in a comparison, days in a run."""

ATTEMPTS = 2
"""How often a task is started, unless told otherwise, before a killed worker is taken for the task's own fault."""


class Wait:
    """Stands among tasks where the next one depends on those before: it is asked for when they all have ended."""


WAIT = Wait()


@dataclass(frozen=True, slots=True)
class Lost:
    """Stands for the outcome of a task whose worker was killed each time, at last while it had nothing else in hand."""

    times: int


class WorkerLostError(Told, RuntimeError):
    """Worker processes were killed again and again, most often for want of memory."""

    exit_code = 1


def default_workers(tasks: int) -> int:
    """Return how many processes to use: one for each core this process may use, and no more than ``tasks``."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(tasks, cores))


def run_tasks(
    work: Callable[[Task], Outcome],
    tasks: Sequence[Task],
    *,
    workers: int,
    name: Callable[[Task], str] = str,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Return ``work(task)`` for every task, in the order of the tasks, whatever order they finish in.

    With one worker all happens in this process. Otherwise workers are spawned, so they inherit no state;
    ``work`` has to be importable and tasks and outcomes picklable. An exception of ``work`` ends it all and is
    raised here; an interrupt (Ctrl-C) stops the workers and is raised.

    Raises:
        WorkerLostError: If a worker is killed and, tried once more, killed again.
        ValueError: If ``workers`` is below one.
    """
    if workers < 1:
        raise ValueError(f"workers: {workers} is too few, at least 1 is needed")
    report = progress or (lambda done, total: None)
    report(0, len(tasks))
    done: dict[int, Outcome] = {}
    make = process_pool(max(1, min(workers, len(tasks))))
    for (i, task), said in stream(make, partial(_numbered, work), enumerate(tasks), window=workers):
        if isinstance(said, Lost):
            raise worker_lost(said, name(task), workers)
        done[i] = said
        report(len(done), len(tasks))
    return [done[i] for i in range(len(tasks))]


def worker_lost(lost: Lost, runs: str, workers: int) -> WorkerLostError:
    """Return the error about a task whose workers were killed."""
    return WorkerLostError(
        t("a worker process was killed {n} times while running {runs}; most often the machine has run out of "
          "memory: use fewer than {workers} workers or a smaller city", n=lost.times, runs=runs, workers=workers)
    )  # fmt: skip


def _numbered(work: Callable[[Task], Outcome], numbered: tuple[int, Task]) -> Outcome:
    return work(numbered[1])


def process_pool(workers: int) -> Callable[[], Executor]:
    """Return what makes a pool of spawned processes, which inherit no state; for one worker, this process does."""
    if workers == 1:
        return InProcess
    return lambda: ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), quiet_worker)


class InProcess(Executor):
    """Runs what is submitted at once, in this process."""

    def submit(self, fn: Callable[..., Outcome], /, *args: object, **kwargs: object) -> Future[Outcome]:
        """Return a future that is done."""
        done: Future[Outcome] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


def stream(
    make: Callable[[], Executor],
    work: Callable[[Task], Outcome],
    tasks: Iterable[Task | Wait],
    *,
    window: int,
    split: Callable[[Task], Sequence[Task]] = lambda task: [task],
    lost: tuple[type[BaseException], ...] = (BrokenExecutor,),
    attempts: int = ATTEMPTS,
) -> Iterator[tuple[Task, Outcome | Lost]]:
    """Yield each task with its outcome as it comes; tasks are taken one by one, so there may be any number of them.

    When a worker is killed, the executor is made anew and what it had in hand is run again, each task alone, so that
    the guilty one is found. An exception of ``work`` ends it all and is raised here, as is an interrupt; workers stop.

    Args:
        make: Makes the executor.
        work: Importable function of a task.
        tasks: What is to be done; picklable, as are outcomes. `WAIT` among them holds the next until all have ended.
        window: Most tasks under way at a time.
        split: Parts of a lost task that are run alone in its place.
        lost: Exceptions by which the executor says that a worker is gone.
        attempts: Starts of a task, the last of them alone, after which it is given up as `Lost`.
    """
    source, suspects = iter(tasks), deque[tuple[Task, int]]()
    running: dict[Future[Outcome], tuple[Task, int]] = {}
    before, held = set(multiprocessing.active_children()), False
    pool = make()
    try:
        while True:
            if suspects and not running:
                task, starts = suspects.popleft()
                running[pool.submit(work, task)] = task, starts + 1
            while not suspects and len(running) < window and not (held and running):
                if (taken := next(source, None)) is None:
                    break
                held = isinstance(taken, Wait)
                if not isinstance(taken, Wait):
                    running[pool.submit(work, taken)] = taken, 1
            if not running:
                break
            alone, broken = len(running) == 1, False
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in [future for future in running if future in finished]:
                try:
                    outcome = future.result()
                except lost:
                    broken = True
                else:
                    task, _ = running.pop(future)
                    yield task, outcome
            if not broken:
                continue
            gone = list(running.values())
            _abandon(pool, running)
            running.clear()
            pool = make()
            for task, starts in gone:
                if alone and starts >= attempts:
                    yield task, Lost(starts)
                else:
                    suspects += [(part, starts) for part in split(task)]
        pool.shutdown()
    except BaseException:
        _abandon(pool, running)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise


def _abandon(pool: Executor, running: Iterable[Future[Outcome]]) -> None:
    """Leave an executor and what it has in hand; not every executor can cancel by itself."""
    for future in running:
        future.cancel()
    pool.shutdown(wait=False)


def quiet_worker() -> None:
    """Leave Ctrl-C to the parent, which stops its workers without their tracebacks, and end if the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(parent: int) -> None:
    """Wait for the parent's end, whatever ended it, and end this worker at once."""
    connection.wait([parent])
    os._exit(1)
