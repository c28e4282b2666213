"""A report as Markdown, with its figures and their data in a folder beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..experiments.borne import ATTACHMENT as MANIFEST
from .blocks import Block, Cell, Code, Document, Figure, Fold, Items, Note, Pointer, Sheet, figures_of
from .seals import parts_of_markdown, sealed
from .words import w

if TYPE_CHECKING:
    from .report import Report


def markdown(report: Report, name: str) -> dict[str, bytes]:
    """Return the files: the text, then in ``<name>_files`` each figure as SVG, its data as CSV, and the manifest."""
    folder = f"{name}_files"
    text = "\n\n---\n\n".join(_document(document, folder) for document in report.documents)
    files = {f"{name}.md": f"{text.rstrip()}\n".encode()}
    for document in report.documents:
        for figure in figures_of(document):
            files[f"{folder}/{figure.name}.{document.lang}.svg"] = f"{_standing_alone(figure.svg)}\n".encode()
            files[f"{folder}/{figure.name}.csv"] = figure.data.encode()
    how = {"form": "md", "langs": [d.lang for d in report.documents], "name": name, "opens_in": ""}
    return {**files, f"{folder}/{MANIFEST}": sealed(report.manifest, parts_of_markdown(files, name), **how)}


def _standing_alone(svg: str) -> str:
    """Return an inline SVG as a file of its own."""
    named = svg if "xmlns=" in svg else svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{named}'


def _document(document: Document, folder: str) -> str:
    lang = document.lang
    warned = [f"> **{_plain(document.warning)}**"] if document.warning else []
    parts = [f"# {_plain(document.title)}", *warned, f"## {document.answer_title}"]
    parts += [f"**{_plain(lead)}** {_plain(text)}" if lead else _plain(text) for lead, text in document.answer]
    for section in document.sections:
        parts += [f"## {_plain(section.title)}", *(_block(block, folder, lang) for block in section.blocks)]
    return "\n\n".join([*parts, f"*{_plain(document.cite)}*"])


def _block(block: Block, folder: str, lang: str) -> str:
    match block:
        case Note(text=text, heading=True):
            return f"### {_plain(text)}"
        case Note(text=text):
            return _plain(text)
        case Code(text=text):
            return f"```\n{text}\n```"
        case Items(items=items, numbered=numbered):
            return "\n".join(f"{f'{i}.' if numbered else '-'} {_plain(item)}" for i, item in enumerate(items, 1))
        case Figure(name=name, alt=alt):
            picture = f"![{_plain(alt)}]({quote(f'{folder}/{name}.{lang}.svg')})"
            return f"{picture}\n\n[{w('page.data', lang)}]({quote(f'{folder}/{name}.csv')})"
        case Sheet():
            return _sheet(block)
        case Pointer(title=title):
            return _plain(title)
        case Fold(title=title, blocks=blocks):
            inner = "\n\n".join(_block(each, folder, lang) for each in blocks)
            return f"<details><summary>{_plain(title)}</summary>\n\n{inner}\n\n</details>"


def _sheet(sheet: Sheet) -> str:
    lines = [_row([_plain(head) for head in sheet.heads]), _row(["---"] * len(sheet.heads))]
    for row in sheet.rows:
        across = len(row) == 1
        cells = [_bold(_cell(cell)) if across or row[0].tone == "total" else _cell(cell) for cell in row]
        lines.append(_row([*cells, *[""] * (len(sheet.heads) - 1)] if across else cells))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(cell: Cell) -> str:
    return _plain(f"{cell.text} · {cell.below}" if cell.below else cell.text)


def _bold(text: str) -> str:
    return f"**{text}**" if text else ""


def _plain(text: str) -> str:
    """Return a text with what Markdown would read as markup made harmless."""
    return re.sub(r"([\\`*_<>\[\]|#])", r"\\\1", " ".join(text.split()))
