"""The process of one run: it builds the model, steps it as asked, and answers with frames and stories.

A question is a tuple of a word and its arguments; an answer is a value, or the `Failure` that stands for an error. The
process ends when its pipe is closed or its parent is gone.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from ...experiments.parallel import quiet_worker
from ...scenarios.sentences import Told
from .frames import Atlas, Frame, atlas_of, frame_of

if TYPE_CHECKING:
    from .memory import Watched
    from .office import OfficeStory
    from .story import Story


@dataclass(frozen=True)
class Failure:
    """An error of a run: what is said about it in each language, or the words of a mistake of ours."""

    zh: str
    en: str

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Return what is said about an error."""
        if isinstance(error, Told):
            return cls(error.told("zh"), error.told("en"))
        words = f"{type(error).__name__}: {error}"
        return cls(words, words)


class Desk:
    """What the process does, one method a word; usable without a process as well."""

    def __init__(self) -> None:
        self._model: Watched | None = None

    def start(self, resolved: Mapping[str, Any], seed: int, layer: str) -> tuple[Atlas, Frame]:
        """Build the model of a scenario, in place of an earlier one."""
        from .memory import Watched

        if self._model is not None:
            self._model.forget()
            self._model = None
            gc.collect()  # the parts of a model know one another
        self._model = Watched(resolved, seed)
        return atlas_of(self._model), frame_of(self._model, layer)

    def advance(self, day: int, layer: str) -> Frame:
        """Run to the end of ``day`` days, or of the run, and show a layer."""
        model = self._running()
        while model.day < min(day, model.days_total):
            model.step()
        return frame_of(model, layer)

    def story(self, what: str, row: int) -> Story | OfficeStory:
        """Tell of a ``"grid"`` or of an ``"office"``."""
        from .office import tell_office
        from .story import tell

        return tell(self._running(), row) if what == "grid" else tell_office(self._running(), row)

    def _running(self) -> Watched:
        if self._model is None:
            raise RuntimeError("no run has been started")
        return self._model


def serve(pipe: Connection) -> None:
    """Answer questions until the pipe is closed."""
    quiet_worker()
    desk = Desk()
    while True:
        try:
            word, *arguments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            said = getattr(desk, word)(*arguments)
        except Exception as error:
            said = Failure.of(error)
        try:
            pipe.send(said)
        except (BrokenPipeError, OSError):
            return
