"""Whether the engine is compiled already, so that nobody waits for the compiler without a word."""

from __future__ import annotations

from pathlib import Path

from ..agents.rules import COMPILED
from .engine import run_minutes


def is_warm() -> bool:
    """Return whether the compiled code of these very files is on disk; a copy of them elsewhere has its own."""
    if not COMPILED:
        return True
    folder = Path(run_minutes.stats.cache_path)  # type: ignore[attr-defined]
    return any(folder.glob("engine.run_minutes-*.nbi"))
