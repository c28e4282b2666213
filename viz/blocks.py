"""What a report is made of, free of any markup: sections of notes, tables, figures and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

NARROW = 5
"""Most columns of a table that is set in half a page."""


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
    """A list of sentences, with numbers where a figure refers to them."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as inline SVG, which bears its own text for those who cannot see it, and the numbers it was drawn from.

    Attributes:
        svg: The picture.
        name: What its files are called.
        data: Its numbers as CSV.
        alt: What it shows in words; the SVG says the same.
        half: Whether it takes half the width of a page, and other figures the whole.
    """

    kind: ClassVar[str] = "figure"
    svg: str
    name: str
    data: str
    alt: str
    half: bool = False


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
    """A chapter with its place in the address line; ``behind`` marks an appendix on paper."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    behind: bool = False

    @property
    def columns(self) -> int:
        """How many columns of it fit on a page: three of code, two of tables of few columns, one of all else."""
        if all(isinstance(b, Code) for b in self.blocks):
            return 3
        few = all(isinstance(b, Code | Note) or (isinstance(b, Sheet) and len(b.heads) <= NARROW) for b in self.blocks)
        return 2 if few else 1


@dataclass(frozen=True, slots=True)
class Pointer:
    """A line that leads to another place of the document."""

    kind: ClassVar[str] = "pointer"
    title: str
    target: str


Block = Note | Code | Items | Figure | Sheet | Fold | Pointer


@dataclass(frozen=True, slots=True)
class Document:
    """A report in one language, free of any markup: every format is made of it.

    Attributes:
        lang: Its language.
        title: What was asked, in a sentence.
        answer_title: What the answer is headed with.
        answer: The answer, each sentence with its lead.
        sections: The chapters behind it.
        contents: What the list of chapters is headed with.
        cite: How to cite software and results.
        warning: What has to be known before anything is believed; ``""`` for nothing.
    """

    lang: str
    title: str
    answer_title: str
    answer: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    contents: str
    cite: str
    warning: str = ""


def unfolded(document: Document, appendix: str) -> Document:
    """Return a document for paper, where nothing can be opened: what is folded comes after all chapters.

    Args:
        document: The document.
        appendix: What an appendix is called, with a gap ``{title}``.
    """
    sections, behind = [], list[Section]()
    for section in document.sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Fold):
                key, title = f"appendix{len(behind)}", appendix.format(title=block.title)
                behind.append(Section(key, title, block.blocks, behind=True))
                blocks.append(Pointer(title, key))
            else:
                blocks.append(block)
        sections.append(Section(section.id, section.title, tuple(blocks)))
    return replace(document, sections=(*sections, *behind))


def figures_of(document: Document) -> list[Figure]:
    """Return all figures of a document in their order, those in folds too."""

    def within(blocks: Sequence[Block]) -> list[Figure]:
        found: list[Figure] = []
        for block in blocks:
            found += [block] if isinstance(block, Figure) else within(block.blocks) if isinstance(block, Fold) else []
        return found

    return within([block for section in document.sections for block in section.blocks])


def number(text: str) -> Cell:
    """Return a cell that is set to the right."""
    return Cell(text, tone="number")


def row(*texts: str) -> tuple[Cell, ...]:
    """Return a row of plain cells."""
    return tuple(Cell(text) for text in texts)


def sheet(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Sheet:
    """Return a table."""
    return Sheet(tuple(heads), tuple(tuple(r) for r in rows))
