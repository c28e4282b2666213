"""The course of a run: from the start or from a checkpoint, with checkpoints on the way."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .checkpoint import Checkpoint, Tape, save

if TYPE_CHECKING:
    from ..model.measures import RunResult
    from ..model.simulation import EventSink
    from .parallel import Progress

FOLDER = "checkpoints"
"""Folder of a run's checkpoints beside its results, each called by its date."""


@dataclass(frozen=True)
class Course:
    """Runs a scenario from a checkpoint or from the start, and leaves checkpoints; an engine as `run.simulate` is.

    Attributes:
        start: Where it goes on from.
        dates: Days at whose midnight a checkpoint is made.
        folder: Folder of these.
    """

    start: Checkpoint | None = None
    dates: tuple[dt.date, ...] = ()
    folder: Path | None = None

    def __call__(
        self, resolved: Mapping[str, Any], seed: int, events: EventSink | None = None, progress: Progress | None = None
    ) -> RunResult:
        """Run it to its end.

        Raises:
            CheckpointError: If it cannot go on from the checkpoint.
            OSError: If a checkpoint cannot be written.
        """
        from ..scenarios.city_model import CityModel

        tape = None
        if events is not None and self.dates and self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            events = tape = Tape(self.folder / f".events.{os.getpid()}.tmp", events)
        try:
            if self.start is not None:
                model = self.start.model(resolved, seed, events)
            else:
                model = CityModel(resolved, seed, events)
            for date in sorted(set(self.dates)):
                run_until(model, date, progress)
                if self.folder is not None:
                    save(model, self.folder / date.isoformat(), tape.path if tape is not None else None)
            model.run_to_end(progress)
        finally:
            if tape is not None:
                tape.path.unlink(missing_ok=True)
        return model.result()


def run_until(model: Any, date: dt.date, progress: Progress | None = None) -> None:
    """Run a model up to the midnight at which a date begins."""
    while model.calendar.date(model.day) < date:
        model.step()
        if progress is not None:
            progress(model.day, model.days_total)
