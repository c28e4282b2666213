"""Checkpoints: a run at a midnight as a folder of files, from which runs go on, to the bit as if they had begun there.

The folder holds ``checkpoint.json`` (what was run, until when, by which versions, with a hash of every file),
``state.json`` and ``state.npz`` (what the run has become, see ``model.snapshot``), and ``events.npz`` where the run
keeps an event log (the log so far). All are plain JSON and NumPy arrays. It appears whole or not at all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..scenarios.errors import listed, show_value
from ..scenarios.history import differences, first_day, last_day
from ..scenarios.sentences import Told, t
from .manifest import command_line, options, versions
from .tables import json_bytes, named

if TYPE_CHECKING:
    from ..model.simulation import EventSink
    from ..scenarios.city_model import CityModel

FORMAT = 1
"""Version of the form of a checkpoint."""
FACTS, TREE, ARRAYS, EVENTS = "checkpoint.json", "state.json", "state.npz", "events.npz"
_SAMPLE, _WORTHWHILE = 1 << 16, 0.8
"""An array is compressed if its first bytes shrink to less than this share; residents' traits hardly do."""


class CheckpointError(Told, ValueError):
    """A checkpoint that cannot be used, or not for this run."""


def save(model: CityModel, folder: Path, tape: Path | None = None) -> None:
    """Write a checkpoint of a run as it stands between two days; one that lies there already is replaced.

    Args:
        model: The run.
        folder: Where to.
        tape: The event log so far, as a `Tape` keeps it.

    Raises:
        OSError: If it cannot be written; nothing is left of it then.
    """
    from ..model.snapshot import take

    snapshot, scenario = take(model), model.what_if.resolved()
    part = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        with named(folder / TREE):
            (part / TREE).write_bytes(json.dumps(snapshot.tree, allow_nan=False).encode())
        with named(folder / ARRAYS):
            for name, values in snapshot.arrays.items():
                _append(part / ARRAYS, name, values)
        if tape is not None and tape.exists():
            with named(folder / EVENTS):
                shutil.copyfile(tape, part / EVENTS)
        default = ["cogov", "run", str(scenario["id"]), *options(scenario), "--seed", str(model.run_seed)]
        facts = {
            "format": FORMAT,
            "command": command_line([*default, "--checkpoint-at", _date(model).isoformat()]),
            "date": _date(model).isoformat(),
            "day": model.day,
            "events": model.events is not None,
            "files": {path.name: _sha256(path) for path in sorted(part.iterdir())},
            "scenario": scenario,
            "scenario_digest": model.what_if.digest(),
            "seed": model.run_seed,
            "versions": versions(),
        }
        with named(folder / FACTS):
            (part / FACTS).write_bytes(json_bytes({**facts, "hash": _hash(facts)}))
        _move(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _date(model: CityModel) -> dt.date:
    return model.calendar.date(model.day)


def _hash(facts: Mapping[str, Any]) -> str:
    """Return the hash of a checkpoint: of all that its facts say, the hashes of its files among it."""
    return hashlib.sha256(json_bytes(facts)).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _append(path: Path, name: str, values: NDArray[Any]) -> None:
    """Add an array to an ``.npz`` file, compressed where that is worth its time."""
    sample = np.ascontiguousarray(values.reshape(-1)[: _SAMPLE // values.itemsize + 1]).tobytes()
    shrinks = len(zlib.compress(sample, 1)) < _WORTHWHILE * len(sample)
    how = zipfile.ZIP_DEFLATED if shrinks else zipfile.ZIP_STORED
    with (
        zipfile.ZipFile(path, "a", how, compresslevel=1) as archive,
        archive.open(f"{name}.npy", "w", force_zip64=True) as file,
    ):
        np.lib.format.write_array(file, values, allow_pickle=False)


def _move(part: Path, folder: Path) -> None:
    """Put a whole folder in its place; another checkpoint that is there makes room."""
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        os.replace(folder, old)
    os.replace(part, folder)
    shutil.rmtree(old, ignore_errors=True)


class Tape:
    """Keeps a copy of the event log in pieces as they came, so that a checkpoint can hold the log so far."""

    def __init__(self, path: Path, sink: EventSink) -> None:
        self.path, self._sink, self._pieces = path, sink, 0
        path.unlink(missing_ok=True)

    def __call__(self, rows: NDArray[Any]) -> None:
        """Keep a piece, and hand it on.

        Raises:
            OSError: If it cannot be written.
        """
        with named(self.path):
            _append(self.path, f"{self._pieces:06}", rows)
        self._pieces += 1
        self._sink(rows)


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that has been found whole, and made by these very versions.

    Attributes:
        folder: Where it lies.
        facts: What its ``checkpoint.json`` says.
    """

    folder: Path
    facts: Mapping[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Checkpoint:
        """Return the checkpoint of a folder.

        Raises:
            CheckpointError: If it is none, is damaged, or was made by another version.
        """
        try:
            facts = json.loads((folder / FACTS).read_bytes())
            form = facts["format"]
        except (FileNotFoundError, NotADirectoryError):
            raise CheckpointError(t("{path} is no checkpoint: it has no {file}", path=folder, file=FACTS)) from None
        except (ValueError, KeyError, TypeError):
            raise _damaged(folder, FACTS) from None
        if form != FORMAT:
            raise CheckpointError(t("{path} is a checkpoint of form {form}, and this version reads form {known}; make "
                                    "it again", path=folder, form=form, known=FORMAT))  # fmt: skip
        if facts.get("hash") != _hash({key: value for key, value in facts.items() if key != "hash"}):
            raise _damaged(folder, FACTS)
        found, ours = facts["versions"], versions()
        others = [f"{key}: {found.get(key)} ≠ {ours.get(key)}" for key in sorted(found.keys() | ours.keys())
                  if found.get(key) != ours.get(key)]  # fmt: skip
        if others:
            raise CheckpointError(
                t("{path} was made by another version ({others}), and would not go on to the same results; make it "
                  "again: {command}", path=folder, others=listed(others, 4), command=facts["command"])
            )  # fmt: skip
        for name, digest in facts["files"].items():
            if not (folder / name).is_file() or _sha256(folder / name) != digest:
                raise _damaged(folder, name)
        return cls(folder, facts)

    @property
    def date(self) -> dt.date:
        """The first day that is still to be run."""
        return dt.date.fromisoformat(self.facts["date"])

    @property
    def scenario(self) -> dict[str, Any]:
        """The resolved scenario of the run that it was taken from."""
        return dict(self.facts["scenario"])

    @property
    def seed(self) -> int:
        """The seed of that run, and of all that go on from it."""
        return int(self.facts["seed"])

    def check(self, resolved: Mapping[str, Any], seed: int, events: bool) -> None:
        """See that a run can go on from here.

        Raises:
            CheckpointError: If it says something else of the days before, has another seed, or asks for an event log
                that the run so far did not keep.
        """
        others = [f"{key}: {'—' if there is None else show_value(there)} ≠ {'—' if here is None else show_value(here)}"
                  for key, there, here in differences(self.scenario, resolved, self.date)]  # fmt: skip
        if others:
            raise CheckpointError(
                t("{path}: {scenario} says something else of the days before {date} than the checkpoint does "
                  "({others}); only policies and shocks that begin on that day or later may differ; else make a "
                  "checkpoint of a run that has the same history", path=self.folder, scenario=resolved["id"],
                  date=self.date, others=listed(others, 4))
            )  # fmt: skip
        if seed != self.seed:
            raise CheckpointError(t("{path} was made with seed {there}, and the run has {here}; leave --seed out, or "
                                    "make a checkpoint with that seed", path=self.folder, there=self.seed,
                                    here=seed))  # fmt: skip
        if events and not self.facts["events"]:
            raise CheckpointError(t("--events: the run of {path} kept no event log, so it would lack the days before "
                                    "{date}; make the checkpoint again with --events", path=self.folder,
                                    date=self.date))  # fmt: skip

    def model(self, resolved: Mapping[str, Any], seed: int, events: EventSink | None = None) -> CityModel:
        """Return a run that stands where this checkpoint was taken, with the event log so far handed to ``events``.

        Raises:
            CheckpointError: See `check`.
        """
        from ..model.fork import go_on_from
        from ..model.snapshot import Snapshot
        from ..scenarios.city_model import CityModel

        self.check(resolved, seed, events is not None)
        model = CityModel(resolved, seed, events)
        tree = json.loads((self.folder / TREE).read_bytes())
        with np.load(self.folder / ARRAYS, allow_pickle=False) as arrays:
            go_on_from(model, Snapshot(tree, arrays))
        if events is not None and (self.folder / EVENTS).exists():
            with np.load(self.folder / EVENTS, allow_pickle=False) as pieces:
                for name in sorted(pieces.files):
                    events(pieces[name])
        return model


def check_dates(dates: tuple[dt.date, ...], resolved: Mapping[str, Any], start: Checkpoint | None = None) -> None:
    """See that a run has its checkpoints on days that it runs.

    Raises:
        CheckpointError: For the first date that is not one of them.
    """
    first, last = start.date if start else first_day(resolved), last_day(resolved)
    for date in dates:
        if not first < date <= last:
            raise CheckpointError(
                t("--checkpoint-at {date}: must be after the day on which the run begins, {first}, and no later than "
                  "its last, {last}", date=date, first=first, last=last)
            )  # fmt: skip


def _damaged(folder: Path, file: str) -> CheckpointError:
    return CheckpointError(t("{path}: its {file} is damaged or not whole; make the checkpoint again", path=folder,
                             file=file))  # fmt: skip
