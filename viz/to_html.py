"""A report as one HTML file that needs no net; the PDF is printed from the same page."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from ..experiments.borne import OPENING
from .blocks import unfolded
from .seals import parts_of_page, sealed
from .style import font_of
from .words import w

if TYPE_CHECKING:
    from .report import Report

_FONT = "font-goes-here"
"""Holds the place of the font until it is known which signs the page shows."""

_SPELLED = {sign: quote(sign) for sign in '%#"<>\n\r\t'}
"""Signs that end or alter an address; all others stand in one as they are, which takes less room than any code."""

_GENERATED = "•0123456789./ "
"""Signs that stand on paper though not in the page: before items of lists, and in numbers of pages."""

SHORT = 7
"""Most signs of a cell that is never broken into lines: a word of Chinese would stand one sign a line."""
FEW_ROWS = 9
"""Most rows of a table that paper keeps on one page."""
WIDE = 8
"""Least columns of a table whose cells are not broken into lines on paper, where an appendix has the room."""
_OPTION = re.compile(r"--[a-z][a-z-]*(?: [A-Za-z0-9_]+)?")
"""An option of a command with a plain value: paper would break a line after any of its hyphens."""

NAMES = {"zh": "中文", "en": "English"}


def html(report: Report, opens_in: str = "", *, printed: bool = False) -> str:
    """Return the page.

    Args:
        report: What it shows.
        opens_in: Language that a page in two languages opens in; ``""`` for that of the reader's browser.
        printed: Whether it is to be printed: all languages one after the other, everything unfolded, no script.
    """
    facts = {"version": report.version, "style": _text("report.css") + (_text("print.css") if printed else "")}
    pages = [unfolded(page, w("page.appendix", page.lang, title="{title}")) if printed else page
             for page in report.documents]  # fmt: skip
    template = _environment().get_template("report.html")
    page = template.render(pages=pages, names=NAMES, opens_in=opens_in, printed=printed, manifest="", font=_FONT,
                           **facts)  # fmt: skip
    if not printed:
        parts = parts_of_page(page.replace(_FONT, "", 1))
        how = {"form": "html", "langs": [d.lang for d in report.documents], "name": "report", "opens_in": opens_in}
        manifest = sealed(report.manifest, parts, **how).decode().replace("</", "<\\/")
        page = page.replace(f"{OPENING}</script>", f"{OPENING}{manifest}</script>", 1)
    return page.replace(_FONT, font_of(page + (_GENERATED if printed else "")), 1)


def kept(text: str) -> Markup:
    """Return a text whose options of commands are not broken into lines, with all else of it as it is."""
    parts, end = [], 0
    for found in _OPTION.finditer(text):
        parts += [escape(text[end : found.start()]), Markup('<span class="short">{}</span>').format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def data_address(text: str, kind: str = "text/csv") -> str:
    """Return a text as an address that holds it: as it is, but for the signs that an address keeps to itself."""
    return f"data:{kind};charset=utf-8," + "".join(_SPELLED.get(sign, sign) for sign in text)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals |= {"w": w, "address": data_address, "SHORT": SHORT, "FEW_ROWS": FEW_ROWS, "WIDE": WIDE}
    made.filters["kept"] = kept
    return made


def _text(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")
