"""Rows of the table of needs, found in one compiled pass each.

A row is three cache lines long and the table larger than the cache, so a pass for each condition, as with NumPy, costs
several times as much; and this is done for every day that a page shows.
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
    return found[: _open_needs(needs, found)]


def touched(needs: Rows, before: Rows, since: int) -> tuple[Indices, Indices]:
    """Return which rows a day has touched.

    Args:
        needs: The table as it is.
        before: The table as it was, no longer than it is now.
        since: Minute at which it was so.

    Returns:
        Rows of ``needs`` whose need ended since and still has its row; rows of ``before`` whose row another need has.
    """
    there, gone = np.empty(len(needs), dtype=np.int64), np.empty(len(before), dtype=np.int64)
    n, m = _touched(needs, before, since, there, gone)
    return there[:n], gone[:m]


@entry
def _open_needs(needs: Any, found: Any) -> int:
    n = 0
    for i in range(len(needs)):
        row = needs[i]
        if row.live == 1 and row.phase != PENDING and row.phase != ENDED:
            found[n] = i
            n += 1
    return n


@entry
def _touched(needs: Any, before: Any, since: int, there: Any, gone: Any) -> tuple[int, int]:
    n = m = 0
    for i in range(len(needs)):
        row = needs[i]
        if row.phase == ENDED and row.mark >= since and row.live == 0:
            there[n] = i
            n += 1
        if i < len(before) and before[i].key != row.key and before[i].live == 1:
            gone[m] = i
            m += 1
    return n, m
