"""How a rule is written: a small scalar function, compiled by Numba and called from the event loop.

``rule`` marks a function that other compiled code calls; ``entry`` marks one that Python calls (its machine
code is kept on disk). With ``NUMBA_DISABLE_JIT=1`` both leave the function as it is, and the same source
runs as plain Python with the same ledger, to the bit. Three habits make that true:

* read a lone narrow array (not a table: the World widens a table's columns) through ``np.int64`` or ``np.float64``;
* use ``math``, never array functions of NumPy, for logarithms, exponentials and roots;
* keep 32-bit words of the generator in ``np.uint64`` and mask them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numba

F = TypeVar("F", bound=Callable[..., object])

COMPILED = not numba.config.DISABLE_JIT
"""False when the rules run as plain Python."""


def source_digest() -> str:
    """Return a digest of every source file of ``agents`` and ``model``, tables of numbers included.

    The cache of compiled code does not notice a change in another file, so its folder is named after this
    digest; it also identifies the revision of the model in a run's manifest.
    """
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for folder in ("agents", "model"):
        for path in sorted(p for p in (root / folder).iterdir() if p.suffix in (".py", ".toml")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _use_cache_folder() -> Path:
    """Point Numba's disk cache to a folder that belongs to exactly these sources."""
    base = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(base) if base else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cogov"
    folder = root / f"numba-{numba.__version__}-{source_digest()}"
    numba.config.CACHE_DIR = str(folder)
    return folder


CACHE_FOLDER = _use_cache_folder()


def rule(function: F) -> F:
    """Compile a function that is called from other compiled functions."""
    return numba.njit(_nrt=False)(function)  # type: ignore[no-any-return]


def entry(function: F) -> F:
    """Compile a function that Python calls, and keep its machine code on disk; compiled functions may call it too."""
    return numba.njit(cache=True, _nrt=False)(function)  # type: ignore[no-any-return]
