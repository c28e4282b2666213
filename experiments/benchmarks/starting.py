"""How long the first command takes, when nothing is compiled yet, and every later one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .lines import Line, Settings, measured, seconds

CITY = "street"
"""City of the small run."""
MOST_DAYS = 30
"""Days of the small run: with its day of follow-up it meets a turn of the month, so all rules are compiled."""


def command(*words: str, cache: str | None = None) -> float:
    """Return the seconds of a ``cogov`` command in a process of its own.

    Args:
        words: What follows ``cogov``.
        cache: Folder of compiled code; ``None`` for the usual one.

    Raises:
        subprocess.CalledProcessError: If the command fails.
    """
    env = dict(os.environ) if cache is None else {**os.environ, "NUMBA_CACHE_DIR": cache}
    line = [sys.executable, "-m", "cogov", *words]
    return seconds(lambda: subprocess.run(line, env=env, capture_output=True, check=True))


def measure(settings: Settings) -> list[Line]:
    """Return the seconds of a small run with an empty folder of compiled code, with a full one, and of ``--help``."""
    days = min(MOST_DAYS, settings.days)
    run = ("run", "baseline", "--city", CITY, "--days", str(days), "--warm-up", "0", "--follow-up", "1")
    cold, cached, about = [], [], []
    for _ in range(settings.repeats):
        with tempfile.TemporaryDirectory(prefix="cogov-cache-") as folder:
            cold.append(command(*run, cache=folder))
            cached.append(command(*run, cache=folder))
        about.append(command("--help"))
    what = f"cogov run, {Path(CITY).stem}, {days + 1} days"
    return [
        measured("starting", "cold_s", f"{what}: nothing compiled yet", "s", cold, "< 60", "compilation included"),
        measured("starting", "cached_s", f"{what}: compiled before", "s", cached, "", "process start to end"),
        measured("starting", "help_s", "cogov --help", "s", about, "< 0.5"),
    ]
