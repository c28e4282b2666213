"""A table as text, before it is known whether a terminal or a report shows it."""

from __future__ import annotations

from typing import NamedTuple


class Plain(NamedTuple):
    """A table: title, heads, rows of text, a sentence below it. One without heads is title and sentence alone.

    ``tones`` says of rows, where it is given, whether they are ``"better"`` or ``"worse"`` beyond doubt, else ``""``.
    """

    title: str
    heads: list[str]
    rows: list[list[str]]
    note: str = ""
    tones: tuple[str, ...] = ()
