"""What a reader needs in order to make a run again: versions, command, hashes, time and memory."""

from __future__ import annotations

import hashlib
import os
import platform
import resource
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from .. import __version__
from ..agents.rules import source_digest
from ..scenarios import policies
from .inputs import Inputs

LIBRARIES = ("mesa", "numba", "numpy", "pyarrow", "scipy")
"""Libraries whose version may change a number or a byte."""


@cache
def versions() -> dict[str, str]:
    """Return versions of cogov, of the sources of model and policies (digests), of Python and libraries that matter."""
    found = {"cogov": __version__, "model": source_digest(), "policies": policies_digest()}
    return found | {"python": platform.python_version()} | {name: metadata.version(name) for name in LIBRARIES}


def policies_digest() -> str:
    """Return a digest of the sources of policies and of how scenarios become runs, which `source_digest` leaves out."""
    folder = Path(policies.__file__ or "").parents[1]
    sources = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.py")}
    return digest(sources)[:16]


def options(resolved: Mapping[str, Any]) -> list[str]:
    """Return the options of the command line that give a scenario its layers, city and calendar, seed left out."""
    words = [word for layer in resolved.get("layers", ()) for word in ("--with", str(layer))]
    calendar = resolved["calendar"]
    words += ["--city", str(resolved["city"]), "--start", str(calendar["start"]), "--days", str(calendar["days"])]
    return [*words, "--warm-up", str(calendar["warm_up_days"]), "--follow-up", str(calendar["follow_up_days"])]


def command_line(default: Sequence[str], argv: Sequence[str] | None = None, inputs: Inputs | None = None) -> str:
    """Return the shell command that started this process, or ``default`` if that was not the command line.

    Args:
        default: Words to say when the run was called from Python.
        argv: Arguments with the program first; default those of this process.
        inputs: Files of the user's own that go into the folder of the results; the command calls them by their names
            there. Any other absolute path is told by its last name, for it holds on one machine only.
    """
    told = (inputs or Inputs()).told
    words = list(sys.argv if argv is None else argv)
    program = Path(words[0]) if words else Path()
    if program.stem == "cogov":
        return shlex.join(["cogov", *told(words[1:])])
    if program.name == "__main__.py" and program.parent == Path(__file__).parents[1]:
        return shlex.join(["python", "-m", "cogov", *told(words[1:])])
    return shlex.join(told(default))


def peak_memory_mb() -> float:
    """Return the most memory this process has held so far, in MB (10^6 bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1.0 if sys.platform == "darwin" else 1024.0) / 1e6


def machine() -> str:
    """Return what kind of machine this is; its name is nobody's business."""
    return f"{platform.system()} {platform.machine()}"


def digest(parts: Mapping[str, bytes]) -> str:
    """Return one SHA-256 over named contents, independent of their order."""
    total = hashlib.sha256()
    for name in sorted(parts):
        total.update(f"{name} {hashlib.sha256(parts[name]).hexdigest()}\n".encode())
    return total.hexdigest()


def run_manifest(
    *,
    scenario: Mapping[str, Any],
    scenario_digest: str,
    seed: int,
    command: str,
    files: Mapping[str, str],
    content_hash: str,
    measures: Sequence[str],
    wall_seconds: float,
    start: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the contents of ``run.json``.

    Args:
        scenario: The resolved scenario, JSON-able.
        scenario_digest: Digest of it.
        seed: Seed of the run.
        command: How it was started.
        files: SHA-256 of every file of results by its name.
        content_hash: One hash over these files; equal for equal results.
        measures: Keys of the summary in the order of the run, which sorted JSON does not keep.
        wall_seconds: Seconds from the start of the model's construction to the last result, compilation left out.
        start: What the checkpoint says from which the run went on.
    """
    went_on = {"from": {"date": start["date"], "hash": start["hash"]}} if start is not None else {}
    return {
        "format": 1,
        "command": command,
        "content_hash": content_hash,
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": dict(sorted(files.items())),
        "measures": list(measures),
        "peak_memory_mb": round(peak_memory_mb(), 1),
        "platform": machine(),
        "processors": os.cpu_count(),
        "scenario": dict(scenario),
        "scenario_digest": scenario_digest,
        "seed": seed,
        "versions": versions(),
        "wall_seconds": round(wall_seconds, 3),
        **went_on,
    }
