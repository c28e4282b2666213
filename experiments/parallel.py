"""Work spread over processes that share nothing: a lost worker's tasks are run once more, order never matters."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from typing import TypeVar

from ..scenarios.sentences import Told, t

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Progress = Callable[[int, int], None]
"""Called with what is done and the total: runs in a comparison, days in a run."""

ATTEMPTS = 2
"""How often a task is started before a killed worker is taken for the task's own fault."""


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
    if workers == 1 or len(tasks) < 2:
        outcomes = []
        for done, task in enumerate(tasks, 1):
            outcomes.append(work(task))
            report(done, len(tasks))
        return outcomes
    return _spread(work, tasks, workers, name, report)


def _spread(
    work: Callable[[Task], Outcome], tasks: Sequence[Task], workers: int, name: Callable[[Task], str], report: Progress
) -> list[Outcome]:
    done: dict[int, Outcome] = {}
    starts = [0] * len(tasks)
    while len(done) < len(tasks):
        left = [i for i in range(len(tasks)) if i not in done]
        lost = _pool_round(work, tasks, left, workers, done, starts, report)
        guilty = [name(tasks[i]) for i in lost if starts[i] >= ATTEMPTS]
        if guilty:
            raise WorkerLostError(
                t("a worker process was killed {n} times while running {runs}; most often the machine has run out of "
                  "memory: use fewer than {workers} workers or a smaller city",
                  n=ATTEMPTS, runs=", ".join(guilty), workers=workers)
            )  # fmt: skip
    return [done[i] for i in range(len(tasks))]


def _pool_round(
    work: Callable[[Task], Outcome],
    tasks: Sequence[Task],
    left: list[int],
    workers: int,
    done: dict[int, Outcome],
    starts: list[int],
    report: Progress,
) -> list[int]:
    """Run what is left until all is done or the pool breaks; return the tasks that were lost with it."""
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(min(workers, len(left)), multiprocessing.get_context("spawn"), _begin)
    waiting = list(reversed(left))
    running: dict[Future[Outcome], int] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:  # never more than there are workers: lost means was running
                i = waiting.pop()
                starts[i] += 1
                running[pool.submit(work, tasks[i])] = i
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                done[running[future]] = future.result()
                del running[future]
                report(len(done), len(tasks))
        pool.shutdown()
    except BrokenProcessPool:
        lost = sorted(running.values())
        pool.shutdown(wait=False, cancel_futures=True)
        return lost
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    return []


def _begin() -> None:
    """Leave Ctrl-C to the parent, which stops its workers without their tracebacks, and end if the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(parent: int) -> None:
    """Wait for the parent's end, whatever ended it, and end this worker at once."""
    connection.wait([parent])
    os._exit(1)
