"""A paired comparison that builds up in the background, replication by replication, and can be given up at any time.

It runs in a process of its own, which has the workers: so that ending it ends them, and nothing of another reader.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from ...experiments.compare import RunTask, check_comparable, command_for, run_task
from ...experiments.comparison import Comparison, ScenarioInfo, assemble
from ...experiments.outcome import Outcome
from ...experiments.parallel import Lost, default_workers, process_pool, quiet_worker, stream, worker_lost
from ...experiments.run import simulate
from ...experiments.seeds import replication_seed
from ...scenarios.sentences import Told, t
from .worker import Failure

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario


@dataclass(frozen=True)
class Progress:
    """How far a comparison is.

    Attributes:
        version: Grows with every change.
        done: Runs that are finished, of ``total``.
        running: Whether it goes on.
        comparison: What the whole replications so far say, ``None`` before the first.
        failure: Why it stopped, if something went wrong.
        of: What is compared; see `subject`.
    """

    version: int = 0
    done: int = 0
    total: int = 0
    running: bool = False
    comparison: Comparison | None = None
    failure: Failure | None = None
    of: tuple[object, ...] = ()


def subject(scenarios: Sequence[Scenario], seed: int) -> tuple[object, ...]:
    """Return what tells one comparison from another: the seed, and the contents of its scenarios."""
    return seed, *(s.digest() for s in scenarios)


class Replicas:
    """The comparison of one page of one reader."""

    def __init__(self) -> None:
        self.view = Progress()
        self.closed = False
        self._news = threading.Condition()
        self._process: multiprocessing.process.BaseProcess | None = None

    def start(self, scenarios: Sequence[Scenario], replications: int, seed: int = 1) -> None:
        """Begin anew; what an earlier one found is forgotten.

        Raises:
            ComparisonError: If the scenarios cannot be compared.
        """
        check_comparable([s.resolved() for s in scenarios], replications)
        self.stop()
        self._set(done=0, total=len(scenarios) * replications, running=True, comparison=None, failure=None,
                  of=subject(scenarios, seed))  # fmt: skip
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_work, args=(theirs, list(scenarios), replications, seed), name="cogov-comparison"
        )
        process.start()
        theirs.close()
        self._process = process
        threading.Thread(target=self._listen, args=(ours, process), daemon=True, name="cogov-listen").start()

    def stop(self) -> None:
        """Give up what is left to run; what was found stays."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.join(5.0)
            self._set(running=False)

    def pause(self) -> None:
        """Go on all the same: a comparison is for when its reader is back."""

    def close(self) -> None:
        """Give up everything."""
        with self._news:
            self.closed = True
            self._news.notify_all()
        self.stop()

    def newer(self, version: int, timeout: float) -> Progress | None:
        """Wait for something newer than ``version``; ``None`` if there is none in time."""
        with self._news:
            self._news.wait_for(lambda: self.view.version > version or self.closed, timeout)
            return self.view if self.view.version > version else None

    def _set(self, **changes: object) -> None:
        with self._news:
            self.view = replace(self.view, version=self.view.version + 1, **changes)  # type: ignore[arg-type]
            self._news.notify_all()

    def _listen(self, pipe: Connection, process: multiprocessing.process.BaseProcess) -> None:
        """Note what the process says, as long as it is the one that is wanted."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                said = pipe.recv()
                if self._process is not process:
                    break
                if isinstance(said, Failure):
                    self._set(failure=said)
                elif isinstance(said, Comparison):
                    self._set(comparison=said, running=self.view.done < self.view.total)
                else:
                    self._set(done=said)
        pipe.close()
        process.join()
        if self._process is process:
            self._process = None
            if self.view.done < self.view.total and self.view.failure is None:
                words = t("the process of the comparison was ended from outside; start it again")
                self._set(failure=Failure(words.of("zh"), words.of("en")))
            if self.view.running:
                self._set(running=False)


def _work(pipe: Connection, scenarios: Sequence[Scenario], replications: int, seed: int) -> None:
    """Run the comparison in this process and its workers, and say what comes out."""
    quiet_worker()
    try:
        for done, comparison in build_up(scenarios, replications, seed):
            pipe.send(done)
            if comparison is not None:
                pipe.send(comparison)
    except Told as error:
        pipe.send(Failure.of(error))
    except Exception as error:
        pipe.send(Failure.of(error))
        raise
    finally:
        pipe.close()


def build_up(
    scenarios: Sequence[Scenario], replications: int, seed: int, workers: int | None = None
) -> Iterator[tuple[int, Comparison | None]]:
    """Yield after each run how many are done, and the comparison of the replications that are whole now, if it grew.

    The last one is what ``compare`` returns for the same scenarios, replications and seed.
    """
    resolved, digests = [s.resolved() for s in scenarios], [s.digest() for s in scenarios]
    seeds = [replication_seed(seed, r) for r in range(replications)]
    infos = [ScenarioInfo.of(plain, digest) for plain, digest in zip(resolved, digests, strict=True)]
    tasks = [RunTask(plain, digest, r, seeds[r], None, "", simulate)
             for r in range(replications) for plain, digest in zip(resolved, digests, strict=True)]  # fmt: skip
    workers = workers or default_workers(len(tasks))
    found: dict[tuple[str, int], Outcome] = {}
    whole = 0
    for task, said in stream(process_pool(workers), run_task, tasks, window=workers):
        if isinstance(said, Lost):
            raise worker_lost(said, str(task), workers)
        found[str(task.resolved["id"]), task.replication] = said
        before = whole
        while whole < replications and all((info.id, whole) in found for info in infos):
            whole += 1
        sides = [[found[info.id, r] for r in range(whole)] for info in infos]
        command = command_for(resolved, whole, seed)
        yield (
            len(found),
            assemble(infos, sides, seed=seed, seeds=seeds[:whole], command=command) if whole > before else None,
        )
