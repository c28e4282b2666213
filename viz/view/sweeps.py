"""Rows of the table of needs, found in one compiled pass each.

A row is three cache lines long and the table larger than the cache, so a pass for each condition, as with NumPy, takes
several times as long; and both passes are made for every day that a page shows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents.columns import Rows
from ...agents.rules import entry
from ...model.state import ENDED, PENDING

Indices = NDArray[np.int64]


def open_needs(needs: Rows) -> Indices:
    """Return the rows of needs that have arisen and not ended."""
    found = np.empty(len(needs), dtype=np.int64)
    return found[: _open(needs, found)]


def ended_since(needs: Rows, minute: int) -> Indices:
    """Return the rows of needs that ended at ``minute`` or later, whose rows nobody else has yet."""
    found = np.empty(len(needs), dtype=np.int64)
    return found[: _ended(needs, minute, found)]


@entry
def _open(needs: Any, found: Any) -> int:
    n = 0
    for i in range(len(needs)):
        row = needs[i]
        if row.live == 1 and row.phase != PENDING and row.phase != ENDED:
            found[n] = i
            n += 1
    return n


@entry
def _ended(needs: Any, minute: int, found: Any) -> int:
    n = 0
    for i in range(len(needs)):
        row = needs[i]
        if row.phase == ENDED and row.mark >= minute and row.live == 0:
            found[n] = i
            n += 1
    return n
