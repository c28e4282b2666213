"""What a folder holds of a comparison already: finished runs are used again, half-written ones are named and redone.

A run is used again when its ``run.json`` says the same scenario, seed and versions, and its files are what that says.
Where the folder has runs that are no part of the comparison, nothing is touched: they may be somebody's results, and
beside the new ones they would be taken for a part of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ..scenarios.errors import listed
from ..scenarios.sentences import Sentence, Told, t
from .manifest import versions
from .manifest_keys import MANIFEST as EXPERIMENT
from .outcome import Outcome, condense
from .reading import read_run
from .run import TABLES
from .tables import file_hashes

MANIFEST = "run.json"
FILES = ("summary.json", *(f"{name}.parquet" for name in TABLES))


class OtherRunsError(Told, ValueError):
    """A folder holds runs that are no part of the comparison that is to be written there."""


class Planned(Protocol):
    """A run of a comparison, as far as it can be recognised."""

    @property
    def written(self) -> Mapping[str, Any]:
        """The resolved scenario as the file of the run tells of it."""

    @property
    def seed(self) -> int:
        """The seed of the run."""

    @property
    def folder(self) -> str | None:
        """Where its files belong."""


@dataclass
class Found:
    """What a folder has of a comparison: outcomes by the place of their run, and what there is to say about it."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    said: list[Sentence] = field(default_factory=list)


def look(out: Path, tasks: Sequence[Planned]) -> Found:
    """Return the finished runs of a comparison in a folder, and what is to be said about them.

    Raises:
        OtherRunsError: If there are runs of something else, or the results of an experiment.
    """
    found = Found()
    if (out / EXPERIMENT).exists():
        raise OtherRunsError(t("{out} holds the results of an experiment; give another folder with --out", out=out))
    places = {Path(task.folder): i for i, task in enumerate(tasks) if task.folder}
    others = [folder for folder in _folders(out) if folder not in places and _is_run(folder)]
    older = 0
    for folder, i in places.items():
        if not folder.is_dir() or not any(folder.iterdir()):
            continue
        try:
            facts = json.loads((folder / MANIFEST).read_bytes())
            same = facts["scenario"] == tasks[i].written and facts["seed"] == tasks[i].seed
            files, its_versions = dict(facts["files"]), facts["versions"]
        except FileNotFoundError:
            _clear(folder)
            found.said.append(t("{run} was not finished and is run again", run=folder))
            continue
        except (ValueError, KeyError, TypeError):
            found.said.append(t("{run}: its {file} is damaged; it is run again", run=folder, file=MANIFEST))
            continue
        if not same:
            others.append(folder)
        elif its_versions != versions():
            older += 1
        elif damaged := _damaged(folder, files):
            found.said.append(t("{run}: its {file} is damaged; it is run again", run=folder, file=damaged))
        else:
            found.outcomes[i] = condense(read_run(folder))
    if others:
        names = listed((str(folder.relative_to(out)) for folder in sorted(others)), 4)
        raise OtherRunsError(t("{out} holds runs of another comparison ({runs}); give another folder with --out, or "
                               "remove them if they are not needed: rm -r {folder}",
                               out=out, runs=names, folder=out / "runs"))  # fmt: skip
    if older:
        found.said.append(t("{n} runs in {out} were made by another version and are run again", n=older, out=out))
    if found.outcomes:
        found.said.append(t("{n} of {all} runs are finished in {out} already and are used again",
                            n=len(found.outcomes), all=len(tasks), out=out))  # fmt: skip
    return found


def _folders(out: Path) -> Iterator[Path]:
    yield from (path for path in sorted((out / "runs").glob("*/*")) if path.is_dir())


def _is_run(folder: Path) -> bool:
    return any((folder / name).exists() for name in (MANIFEST, *FILES))


def _clear(folder: Path) -> None:
    """Remove half-written files that a killed process left."""
    for part in (part for name in (MANIFEST, *FILES) for part in folder.glob(f".{name}.*.tmp")):
        part.unlink(missing_ok=True)


def _damaged(folder: Path, files: Mapping[str, str]) -> str | None:
    """Return the first file of a run that is missing or is not what its manifest says, or ``None``."""
    for name in (*FILES, *files):
        try:
            if file_hashes(folder, [name])[name] != files.get(name):
                return name
        except OSError:
            return name
    return None
