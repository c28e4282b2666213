"""Tables of the model, declared once.

A *table* is a structured NumPy array with one row per thing (a grid, a responder, a need). Its columns are
declared here with type, unit, bounds, names and meaning; allocation, checks, labels, the data dictionary and
the checkpoint all read that one declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]
"""A structured array of one table's rows."""


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

    @property
    def dtype(self) -> np.dtype[Any]:
        """The structured type of one row."""
        return np.dtype([(c.name, c.kind) if c.shape == 1 else (c.name, c.kind, (c.shape,)) for c in self.columns])

    def rows(self, n: int) -> Rows:
        """Return ``n`` zeroed rows."""
        return np.zeros(n, dtype=self.dtype)

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
