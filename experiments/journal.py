"""The journals of a store: a line for each part that is whole and for each run that failed, and what they say."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..scenarios.sentences import Sentence


@dataclass
class Part:
    """What a journal says of a part: its name, its runs, the hashes of its files and the seconds its runs took."""

    name: str
    runs: tuple[str, ...]
    files: Mapping[str, str]
    seconds: float = 0.0


@dataclass
class Failure:
    """A run that did not end well, as often as it was tried: why, and which it is."""

    run: str
    status: str
    reason: str
    scenario: str = ""
    point: int = 0
    replication: int = 0


@dataclass
class State:
    """What a store holds: whole parts by name, failures by run, and what there is to say about what was found."""

    parts: dict[str, Part] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    said: list[Sentence] = field(default_factory=list)

    def finished(self) -> set[str]:
        """Return the ids of all runs that ended well."""
        return {run for part in self.parts.values() for run in part.runs}

    def seconds(self) -> float:
        """Return the time that all finished runs took together, seconds."""
        return sum(part.seconds for part in self.parts.values())


def append(path: Path, line: Mapping[str, Any]) -> None:
    """Append a line to a journal in one write; one that was cut off before it stays a line of its own.

    Raises:
        OSError: If it cannot be written; it names the file.
    """
    text = json.dumps(line, sort_keys=True).encode() + b"\n"
    try:
        with path.open("ab+") as file:
            if file.seek(0, os.SEEK_END) and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
                text = b"\n" + text
            file.write(text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a journal; a last one that was cut off tells of nothing that counts."""
    for text in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict):
            yield line


def state_of(journals: Iterable[Path]) -> State:
    """Return what journals say, in whatever order they and their lines are read."""
    state, merged = State(), set()
    for line in (line for path in journals for line in lines(path)):
        if "part" in line:
            part = Part(line["part"], tuple(line["runs"]), dict(line["files"]), float(line["seconds"]))
            state.parts[part.name] = part
            merged |= set(line.get("merged", ()))
        elif "failed" in line:
            known = {key: line[key] for key in ("status", "reason", "scenario", "point", "replication") if key in line}
            state.failures[line["failed"]] = Failure(line["failed"], **known)
    for name in merged:
        state.parts.pop(name, None)
    done = state.finished()
    state.failures = {run: failure for run, failure in state.failures.items() if run not in done}
    return state
