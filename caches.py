"""Compiled code on disk: each revision of the model has a folder of its own, and those long out of use are removed."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

UNUSED_DAYS = 14
"""After so many days without use a folder of another revision is removed."""

_NAME = re.compile(r"numba-[\w.+]+-[0-9a-f]{16}")
"""How the folders are called (see agents/rules.py); nothing else is ever touched."""


def mark_used(folder: Path) -> None:
    """Note that the compiled code of a folder is in use."""
    if folder.is_dir():
        os.utime(folder)


def remove_unused(folder: Path) -> list[Path]:
    """Remove the folders beside one that have not been used for `UNUSED_DAYS`, and return them.

    What cannot be removed, as where another account owns it, stays.
    """
    oldest = time.time() - UNUSED_DAYS * 86400
    removed = []
    for other in sorted(folder.parent.glob("numba-*")):
        if other == folder or other.is_symlink() or not other.is_dir() or not _NAME.fullmatch(other.name):
            continue
        if max(path.stat().st_mtime for path in (other, *other.rglob("*"))) < oldest:
            shutil.rmtree(other, ignore_errors=True)
            if not other.exists():
                removed.append(other)
    return removed
