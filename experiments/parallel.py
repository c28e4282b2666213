"""Work spread over an executor, by default processes that share nothing, not even their fate.

What a killed worker had in hand is run again. Where one death takes a whole executor down, as that of a pool of the
standard library, all that was under way is run again alone, one task at a time, so that the guilty one is found.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures import wait as futures_wait
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection
from typing import Any, Generic, TypeVar

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
    """Return what makes an executor of spawned processes; for one worker, this process does."""
    return InProcess if workers == 1 else partial(Processes, workers)


class WorkerDiedError(BrokenExecutor):
    """The process that ran a task was killed; all others go on."""


class Processes(Executor):
    """Spawned processes, which inherit no state; when one is killed its task fails, and another takes its place.

    Args:
        workers: How many.
    """

    def __init__(self, workers: int) -> None:
        self._lock = threading.Lock()
        self._pools = [_one_process() for _ in range(workers)]
        self._idle = list(reversed(self._pools))
        self._waiting = deque[tuple[Future[Any], Callable[[], Any]]]()
        self._closed = False

    def submit(self, fn: Callable[..., Outcome], /, *args: object, **kwargs: object) -> Future[Outcome]:
        """Return the future of a call, which begins as soon as a process is idle.

        Raises:
            RuntimeError: If the executor was shut down.
        """
        future: Future[Outcome] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._waiting.append((future, partial(fn, *args, **kwargs)))
        self._go_on()
        return future

    def _go_on(self) -> None:
        """Give what waits to processes that are idle."""
        while True:
            with self._lock:
                if self._closed or not (self._idle and self._waiting):
                    return
                future, call = self._waiting.popleft()
                if not future.set_running_or_notify_cancel():
                    continue
                pool = self._idle.pop()
            try:
                done: Future[Any] = pool.submit(call)
            except BrokenExecutor as error:  # killed while it was idle
                done = Future()
                done.set_exception(error)
            done.add_done_callback(partial(self._ended, pool, future))

    def _ended(self, pool: Executor, future: Future[Any], done: Future[Any]) -> None:
        error = CancelledError() if done.cancelled() else done.exception()
        with self._lock:
            if isinstance(error, BrokenExecutor) and not self._closed:  # it cleans up by itself
                self._pools[self._pools.index(pool)] = pool = _one_process()
                error = WorkerDiedError("the process that ran the task was killed")
            self._idle.append(pool)
        if error is None:
            future.set_result(done.result())
        else:
            future.set_exception(error)
        self._go_on()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more; what waits for a process is done first if that is waited for, else cancelled."""
        if wait and not cancel_futures:
            futures_wait([future for future, _ in self._waiting])
        with self._lock:
            self._closed = True
            waiting, pools = list(self._waiting), list(self._pools)
            self._waiting.clear()
        for future, _ in waiting:
            future.cancel()
        for pool in pools:
            pool.shutdown(wait=wait, cancel_futures=cancel_futures)


def _one_process() -> Executor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), quiet_worker)


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

    What a killed worker had in hand is run again. An exception of ``work`` ends it all and is raised here, as is an
    interrupt; workers stop.

    Args:
        make: Makes the executor.
        work: Importable function of a task.
        tasks: What is to be done; picklable, as are outcomes. `WAIT` among them holds the next until all have ended.
        window: Most tasks under way at a time.
        split: Parts of a lost task that are run in its place, each by itself.
        lost: Exceptions by which the executor says that a worker is gone. With a `BrokenExecutor` that is no
            `WorkerDiedError` it is gone as a whole: it is made anew, and what it had in hand is run again alone.
        attempts: Starts of a task after which it is given up as `Lost`, once it is known to be the guilty one.
    """
    before = set(multiprocessing.active_children())
    flow = _Flow(make, work, iter(tasks), window, split, attempts)
    try:
        while flow.fill():
            finished, _ = futures_wait(flow.running, return_when=FIRST_COMPLETED)
            alone, broken = len(flow.running) == 1, False
            for future in [future for future in flow.running if future in finished]:
                try:
                    outcome = future.result()
                except lost as error:
                    if isinstance(error, BrokenExecutor) and not isinstance(error, WorkerDiedError):
                        broken = True
                    else:
                        yield from flow.again(*flow.running.pop(future), flow.next, known=True)
                else:
                    task, _ = flow.running.pop(future)
                    yield task, outcome
            if broken:
                for task, starts in flow.renew():
                    yield from flow.again(task, starts, flow.suspects, known=alone)
        flow.pool.shutdown()
    except BaseException:
        _abandon(flow.pool, flow.running)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise


class _Flow(Generic[Task, Outcome]):
    """What is under way in `stream`, and what comes next."""

    def __init__(
        self, make: Callable[[], Executor], work: Callable[[Task], Outcome], source: Iterator[Task | Wait], window: int,
        split: Callable[[Task], Sequence[Task]], attempts: int,
    ) -> None:  # fmt: skip
        self.make, self.work, self.source, self.window = make, work, source, window
        self.split, self.attempts = split, attempts
        self.pool = make()
        self.running: dict[Future[Outcome], tuple[Task, int]] = {}
        self.next, self.suspects = deque[tuple[Task, int]](), deque[tuple[Task, int]]()
        self._held = False

    def fill(self) -> bool:
        """Start what there is room for; return whether anything is under way."""
        if self.suspects and not self.running:
            self._start(*self.suspects.popleft())
        while not self.suspects and len(self.running) < self.window:
            if self.next:
                self._start(*self.next.popleft())
            elif (self._held and self.running) or (taken := next(self.source, None)) is None:
                break
            else:
                self._held = isinstance(taken, Wait)
                if not isinstance(taken, Wait):
                    self._start(taken, 0)
        return bool(self.running)

    def _start(self, task: Task, starts: int) -> None:
        self.running[self.pool.submit(self.work, task)] = task, starts + 1

    def renew(self) -> list[tuple[Task, int]]:
        """Make a new executor in place of one that is gone; return what that had in hand."""
        gone = list(self.running.values())
        _abandon(self.pool, self.running)
        self.running.clear()
        self.pool = self.make()
        return gone

    def again(
        self, task: Task, starts: int, queue: deque[tuple[Task, int]], *, known: bool
    ) -> Iterator[tuple[Task, Lost]]:
        """Have a lost task run again part by part, or give it up if it is ``known`` to be the guilty one."""
        parts = self.split(task)
        if known and starts >= self.attempts and len(parts) == 1:
            yield parts[0], Lost(starts)
        else:
            queue.extend((part, starts) for part in parts)


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
