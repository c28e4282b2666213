"""What a measurement gives: settings that all pieces share, and the line that each figure becomes."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Settings:
    """What is measured, and how often.

    Attributes:
        city: Shipped city of the year, of the queue and of the year's warm-up.
        days: Timed days of a year, after its warm-up.
        repeats: Times that each measurement is made; medians are given.
        warm_up_days: Days that are simulated before those that are timed.
    """

    city: str = "nanjing"
    days: int = 365
    repeats: int = 3
    warm_up_days: int = 60


@dataclass(frozen=True)
class Line:
    """One figure.

    Attributes:
        piece: Piece of the benchmarks that gave it.
        key: Its name in the JSON, unique together with the piece.
        what: Its name for people.
        unit: Unit of the value; ``1`` for a ratio.
        value: The figure, a median wherever it was measured more than once.
        low: Smallest of the repeats, or lower end of the interval that ``note`` names.
        high: Largest of them, or upper end.
        n: How often it was measured.
        target: Largest value allowed as ``< 10``, smallest as ``> 50``, or nothing.
        note: What else the reader needs.
    """

    piece: str
    key: str
    what: str
    unit: str
    value: float
    low: float
    high: float
    n: int = 1
    target: str = ""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; ``None`` where there is none."""
        if not self.target:
            return None
        sign, limit = self.target.split()
        return self.value < float(limit) if sign == "<" else self.value > float(limit)

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain data."""
        return dataclasses.asdict(self) | {"met": self.met}


def measured(
    piece: str, key: str, what: str, unit: str, samples: Sequence[float], target: str = "", note: str = ""
) -> Line:
    """Return the line of a figure that was measured several times: its median, least and greatest value."""
    low, high = min(samples), max(samples)
    return Line(piece, key, what, unit, statistics.median(samples), low, high, len(samples), target, note)


def ratio(
    piece: str, key: str, what: str, top: Sequence[float], bottom: Sequence[float], target: str = "", note: str = ""
) -> Line:
    """Return the line of a ratio of two medians; its range is that of the ratios repeat by repeat."""
    each = [a / b for a, b in zip(top, bottom, strict=True)]
    value = statistics.median(top) / statistics.median(bottom)
    return Line(piece, key, what, "1", value, min(each), max(each), len(each), target, note)


def seconds(work: Callable[[], object]) -> float:
    """Return the wall seconds that ``work`` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
