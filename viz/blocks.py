"""What a report is made of, free of any markup: sections of notes, tables, figures and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: a text, a second line below it, and how it is meant.

    ``tone`` is ``""``, ``number``, ``code``, ``long``, ``total`` or a verdict (``better``, ``worse``, ``changed``,
    ``not_told_apart``).
    """

    text: str
    below: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph, or a heading inside a chapter."""

    kind: ClassVar[str] = "note"
    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Something to be typed or copied."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of sentences."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as inline SVG, which bears its own text for those who cannot see it."""

    kind: ClassVar[str] = "figure"
    svg: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; the first cell of each row heads the row. A row of one cell is a heading across the table."""

    kind: ClassVar[str] = "sheet"
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that are closed until the reader opens them."""

    kind: ClassVar[str] = "fold"
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter with its place in the address line."""

    id: str
    title: str
    blocks: tuple[Block, ...]


Block = Note | Code | Items | Figure | Sheet | Fold


def number(text: str) -> Cell:
    """Return a cell that is set to the right."""
    return Cell(text, tone="number")


def row(*texts: str) -> tuple[Cell, ...]:
    """Return a row of plain cells."""
    return tuple(Cell(text) for text in texts)


def sheet(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Sheet:
    """Return a table."""
    return Sheet(tuple(heads), tuple(tuple(r) for r in rows))
