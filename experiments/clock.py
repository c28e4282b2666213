"""How long a run takes: the time in which the model is compiled, once on a machine, is no part of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from numba.core.event import TimingListener, install_listener

COMPILES = "numba:compile"
"""The event that tells of compilation; code that is read from disk sets off none."""


@contextmanager
def running() -> Iterator[Callable[[], float]]:
    """Yield what tells the seconds since the block began, without those in which something was compiled."""
    began, compiled = time.perf_counter(), TimingListener()
    with install_listener(COMPILES, compiled):
        yield lambda: time.perf_counter() - began - (compiled.duration if compiled.done else 0.0)
