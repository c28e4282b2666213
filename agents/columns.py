"""Tables of the model, declared once.

A *table* is a structured NumPy array with one row per thing (a grid, a responder, a need). Its columns are
declared here with type, unit, bounds, names and meaning; allocation, checks, labels, the data dictionary and
the checkpoint all read that one declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]
"""A structured array of one table's rows."""

LINE = 64
"""Bytes of a cache line. Rows are visited at random, so each line that a row touches may be a wait for memory."""


def zeros(n: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return ``n`` zeroed elements whose memory begins a cache line."""
    size = n * dtype.itemsize
    memory = np.zeros(size + LINE, dtype=np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + size].view(dtype)


def append_rows(first: Rows, second: Rows) -> Rows:
    """Return both arrays of rows, one behind the other, aligned as ``zeros`` does and with the rows' own padding."""
    both = zeros(len(first) + len(second), first.dtype)
    both[: len(first)], both[len(first) :] = first, second
    return both


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, in which unit, between which bounds.

    Attributes:
        name: Identifier used in code and in output files.
        kind: NumPy type code, for example ``"i8"`` or ``"f8"``.
        unit: Unit of the value; ``"id"`` for a row number, ``"code"`` for an enumeration, ``"1"`` if pure.
        zh: Chinese name shown to people.
        en: English name shown to people.
        low: Smallest allowed value.
        high: Largest allowed value (``None``: no bound).
        shape: Length of a vector column, 1 for a scalar.
    """

    name: str
    kind: str
    unit: str
    zh: str
    en: str
    low: float = 0.0
    high: float | None = None
    shape: int = 1


@dataclass(frozen=True)
class Table:
    """A declared table: its name and its columns, in order."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    @cached_property
    def dtype(self) -> np.dtype[Any]:
        """The structured type of one row, columns aligned; a row longer than a cache line is padded to whole lines."""
        columns = [(c.name, c.kind) if c.shape == 1 else (c.name, c.kind, (c.shape,)) for c in self.columns]
        row = np.dtype(columns, align=True)
        if row.itemsize <= LINE:
            return row
        fields = dict(row.fields or {})
        return np.dtype(
            {
                "names": list(fields),
                "formats": [field[0] for field in fields.values()],
                "offsets": [field[1] for field in fields.values()],
                "itemsize": -(-row.itemsize // LINE) * LINE,
                "aligned": True,
            }
        )

    def rows(self, n: int) -> Rows:
        """Return ``n`` zeroed rows, the first of which begins a cache line."""
        return zeros(n, self.dtype)

    def check(self, rows: Rows) -> None:
        """Raise ``ValueError`` naming the first value outside its declared bounds."""
        for c in self.columns if len(rows) else ():
            values = rows[c.name]
            high = np.inf if c.high is None else c.high
            bad = np.flatnonzero(~((values >= c.low) & (values <= high)).reshape(len(rows), -1).all(axis=1))
            if bad.size:
                raise ValueError(
                    f"table {self.name}, row {bad[0]}, column {c.name}: {values[bad[0]]!r} is outside "
                    f"{c.low:g} to {high:g} {c.unit} ({bad.size} rows in all)"
                )
