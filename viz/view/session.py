"""One clock over one to four runs, each in a process of its own: play, pause, step, speed, jump, start again.

A page gives wishes and reads the last `View`, which nobody changes. Only the clock's thread talks to the processes, so
there is nothing to lock between them; a wish is heeded when the day in hand is done.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from ...scenarios.sentences import t
from .frames import Atlas, Frame
from .worker import Failure, serve

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario
    from .office import OfficeStory
    from .story import Story

MOST_RUNS = 4
FRAMES_A_SECOND = 15.0
"""Most frames a second that a page is shown; where days pass faster, a frame is shown every few of them."""
FASTEST = 0.0
"""The speed that is as fast as the machine goes."""
AHEAD = 10.0
"""From this speed on the runs work on the next day while the page draws the last one."""
Picked = tuple[str, int]
"""What a story is told of: ``("grid", row)`` or ``("office", row)``."""


@dataclass(frozen=True)
class View:
    """All that a page shows of a session.

    Attributes:
        version: Grows with every change.
        scenarios: What is run, one entry a run.
        seed: Seed of the runs.
        atlas: Places of the city, once it is built.
        frames: The last frame of each run, empty before the first.
        layer: Layer that the map shows.
        playing: Whether the clock goes.
        busy: ``"starting"`` while models are built, ``"jumping"`` on the way to a date, else ``""``.
        pace: Days a second lately.
        story: The story of the picked grid or office, one a run.
        failure: Why it stopped, if something went wrong.
    """

    version: int = 0
    scenarios: tuple[Scenario, ...] = ()
    seed: int = 1
    atlas: Atlas | None = None
    frames: tuple[Frame, ...] = ()
    layer: str = "open_needs"
    playing: bool = False
    busy: str = ""
    pace: float = 0.0
    story: tuple[Story | OfficeStory, ...] = ()
    failure: Failure | None = None

    @property
    def day(self) -> int:
        """Days done."""
        return self.frames[0].day if self.frames else 0

    @property
    def over(self) -> bool:
        """Whether the runs are at their end."""
        return bool(self.frames) and self.day >= self.frames[0].days


class LostError(RuntimeError):
    """The process of a run is gone."""


class Run:
    """The process of one run, and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe: Connection
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs,), daemon=True, name="cogov-run")
        self.process.start()
        theirs.close()

    def ask(self, *question: Any) -> None:
        """Send a question; every one has to be followed by `answer`."""
        try:
            self._pipe.send(question)
        except OSError:
            raise LostError from None

    def answer(self) -> Any:
        """Wait for the answer.

        Raises:
            LostError: If the process is gone.
        """
        try:
            return self._pipe.recv()
        except (EOFError, OSError):
            raise LostError from None

    def close(self) -> None:
        """End the process; who waits for its answer learns that it is gone."""
        if self.process.is_alive():
            self.process.terminate()
        self.process.join(5.0)
        self._pipe.close()


class Session:
    """The runs of one page of one reader.

    Args:
        speed: Days a second at most, `FASTEST` for no limit.
    """

    def __init__(self, speed: float = 10.0) -> None:
        self.view = View()
        self._speed = speed
        self._runs: list[Run] = []
        self._wishes: deque[Callable[[], None]] = deque()
        self._news = threading.Condition()
        self._target: int | None = None
        self._play_on = False  # once the target is reached
        self._picked: Picked | None = None
        self._ahead: int | None = None  # the day that the runs were asked for already
        self._next, self._marks = 0.0, deque[tuple[float, int]](maxlen=12)
        self.closed = False
        self._thread: threading.Thread | None = None

    # What a page may wish ---------------------------------------------------------------------------------------

    def start(self, scenarios: Sequence[Scenario], seed: int = 1, day: int = 0, play: bool = False) -> None:
        """Begin anew with these scenarios, go to ``day``, and go on from there if ``play``.

        Raises:
            ValueError: If there are none or too many.
        """
        if not 1 <= len(scenarios) <= MOST_RUNS:
            raise ValueError(f"{len(scenarios)} scenarios: from 1 to {MOST_RUNS} can run side by side")
        chosen = tuple(scenarios)
        self._wish(lambda: self._start(chosen, seed, day, play))

    def play(self) -> None:
        """Let the clock go."""
        self._wish(lambda: self._set(playing=not self.view.over and bool(self.view.frames)))

    def pause(self) -> None:
        """Stop the clock, also on the way to a date."""
        if self.view.playing or self.view.busy == "jumping":
            self._wish(self._pause)

    def step(self) -> None:
        """Go on by one day."""
        self._wish(lambda: self._jump(self.view.day + 1))

    def jump(self, day: int) -> None:
        """Go to the end of ``day`` days; back in time it begins anew and runs up to it."""
        self._wish(lambda: self._jump(day))

    def show(self, layer: str) -> None:
        """Show another layer."""
        self._wish(lambda: self._show(layer))

    def pick(self, picked: Picked | None) -> None:
        """Tell the story of a grid or an office from now on, or no more."""
        self._wish(lambda: self._pick(picked))

    @property
    def speed(self) -> float:
        """Days a second at most."""
        return self._speed

    @speed.setter
    def speed(self, days: float) -> None:
        self._speed = days
        self._wish(self._forget_pace)

    def newer(self, version: int, timeout: float) -> View | None:
        """Wait for a view newer than ``version``; ``None`` if there is none in time."""
        with self._news:
            self._news.wait_for(lambda: self.view.version > version or self.closed, timeout)
            return self.view if self.view.version > version else None

    def close(self) -> None:
        """End the processes and the clock; what was in hand is given up."""
        with self._news:
            self.closed = True
            self._news.notify_all()
        for run in self._runs:
            run.close()

    # The clock --------------------------------------------------------------------------------------------------

    def _wish(self, wish: Callable[[], None]) -> None:
        with self._news:
            if self.closed:
                return
            self._wishes.append(wish)
            if self._thread is None:
                self._thread = threading.Thread(target=self._go, daemon=True, name="cogov-clock")
                self._thread.start()
            self._news.notify_all()

    def _going(self) -> bool:
        return self.view.playing or self._target is not None

    def _go(self) -> None:
        while True:
            with self._news:
                rest = max(0.0, self._next - time.monotonic()) if self._going() else None
                self._news.wait_for(lambda: self._wishes or self.closed, rest)
                if self.closed:
                    return
                wish = self._wishes.popleft() if self._wishes else None
            try:
                if wish:
                    wish()
                elif self._going():
                    self._tick()
            except LostError:
                if not self.closed:
                    self._fail(_lost())
            except Exception as error:  # a mistake of ours: the page says it, and the next start works
                self._fail(Failure.of(error))

    def _set(self, **changes: Any) -> None:
        with self._news:
            self.view = replace(self.view, version=self.view.version + 1, **changes)
            self._news.notify_all()

    def _fail(self, failure: Failure) -> None:
        """Stop, say why, and let the processes go: the next start makes new ones."""
        for run in self._runs:
            run.close()
        self._runs, self._target, self._ahead = [], None, None
        self._set(playing=False, busy="", failure=failure, frames=())

    def _asked(self, *questions: tuple[Any, ...]) -> list[Any] | None:
        """Ask every run its question and return their answers; ``None`` after a failure, which is said."""
        self._settle()
        for run, question in zip(self._runs, questions, strict=True):
            run.ask(*question)
        return self._answers()

    def _answers(self) -> list[Any] | None:
        """Wait for the answers of all runs; ``None`` after a failure, which is said."""
        answers = [run.answer() for run in self._runs]
        failed = next((a for a in answers if isinstance(a, Failure)), None)
        if failed is not None:
            self._fail(failed)
            return None
        return answers

    def _start(self, scenarios: tuple[Scenario, ...], seed: int, day: int, play: bool) -> None:
        self._settle()
        self._target = None
        same = [s.id for s in scenarios] == [s.id for s in self.view.scenarios]
        frames = self.view.frames if same else ()  # the last picture stays until there is a new one
        self._set(scenarios=scenarios, seed=seed, busy="starting", playing=False, failure=None, story=(), frames=frames)
        while len(self._runs) > len(scenarios):
            self._runs.pop().close()
        while len(self._runs) < len(scenarios):
            with self._news:
                if self.closed:
                    return
                self._runs.append(Run())
        answers = self._asked(*(("start", s.resolved(), seed, self.view.layer) for s in scenarios))
        if answers is None:
            return
        self._forget_pace()
        self._set(atlas=answers[0][0], frames=tuple(frame for _, frame in answers), busy="", playing=play and not day)
        if day:
            self._jump(day)
            self._play_on = play
        self._tell()

    def _pause(self) -> None:
        self._settle()
        self._target, self._play_on = None, False
        self._set(playing=False, busy="")
        self._tell()

    def _jump(self, day: int) -> None:
        self._settle()
        if not self.view.frames:
            return
        day = max(0, min(day, self.view.frames[0].days))
        if day < self.view.day:
            self._start(self.view.scenarios, self.view.seed, day, False)
        elif day > self.view.day:
            self._target, self._play_on, self._next = day, False, 0.0
            self._set(playing=False, busy="jumping" if day > self.view.day + 1 else "")

    def _show(self, layer: str) -> None:
        self._settle()
        self._set(layer=layer)
        if self.view.frames:
            self._ask_for(self.view.day)
            self._receive()

    def _pick(self, picked: Picked | None) -> None:
        self._picked = picked
        if picked is None:
            self._set(story=())
        else:
            self._tell()

    def _tell(self) -> None:
        """Fetch the stories of what is picked."""
        atlas, picked = self.view.atlas, self._picked
        if picked is None or atlas is None or not self._runs or not 0 <= picked[1] < atlas.count(picked[0]):
            return
        answers = self._asked(*(("story", *picked) for _ in self._runs))
        if answers is not None:
            self._set(story=tuple(answers))

    def _tick(self) -> None:
        """Go on by as many days as one frame covers."""
        speed = self._speed if self._target is None else FASTEST
        stride = self._stride(speed)
        rest = stride / speed if speed else 0.0
        self._next = max(self._next, time.monotonic() - rest) + rest  # one late day is made up for, not more
        if self._ahead is None:
            goal = self.view.frames[0].days if self._target is None else self._target
            self._ask_for(min(goal, self.view.day + stride))
        if not self._receive(on=stride if speed == FASTEST or speed >= AHEAD else 0):
            return
        if self._target is not None and self.view.day >= self._target:
            self._target = None
            self._set(busy="", playing=self._play_on and not self.view.over)
        if self.view.over and self.view.playing:
            self._set(playing=False)
        if not self._going() or (self.view.story and self.view.day % 7 == 0):
            self._tell()

    def _stride(self, speed: float) -> int:
        """Return how many days a frame covers at a speed."""
        return max(1, round((speed or self.view.pace) / FRAMES_A_SECOND))

    def _ask_for(self, day: int) -> None:
        """Ask the runs for the end of a day, without waiting for it."""
        self._ahead = day
        for run in self._runs:
            run.ask("advance", day, self.view.layer)

    def _receive(self, on: int = 0) -> bool:
        """Take the frames that were asked for, ask for those ``on`` days later, and show what came."""
        answers, self._ahead = self._answers(), None
        if answers is None:
            return False
        day = answers[0].day
        self._marks.append((time.monotonic(), day))
        (before, first), (now, last) = self._marks[0], self._marks[-1]
        pace = (last - first) / (now - before) if now > before else self.view.pace
        goal = answers[0].days if self._target is None else self._target
        if on and day < goal:
            self._ask_for(min(goal, day + on))
        self._set(frames=tuple(answers), pace=pace)
        return True

    def _settle(self) -> None:
        """Take what the runs were asked for ahead of time, so that they can be asked something else."""
        if self._ahead is not None:
            self._receive()

    def _forget_pace(self) -> None:
        self._marks.clear()
        self._next = 0.0


def _lost() -> Failure:
    said = t("the process of a run was ended from outside, most often for want of memory: start it again, with fewer "
             "scenarios side by side or a smaller city")  # fmt: skip
    return Failure(said.of("zh"), said.of("en"))


@contextlib.contextmanager
def opened(scenarios: Sequence[Scenario], seed: int = 1) -> Iterator[Session]:
    """Give a session with these scenarios started, and close it after, as tests and measurements need it."""
    session = Session(FASTEST)
    try:
        session.start(scenarios, seed)
        yield session
    finally:
        session.close()
