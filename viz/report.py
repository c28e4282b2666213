"""The report on a comparison: one HTML file that needs no net, in Chinese and English."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from ..experiments.comparison import Comparison
from ..experiments.tables import write_bytes
from .answer import answer
from .contrast import neutral, title
from .sections import sections
from .style import web_font
from .words import LANGUAGES, w

NAMES = {"zh": "中文", "en": "English"}


def write_report(comparison: Comparison, out_path: Path, lang: str | None = None) -> str:
    """Write the report whole or not at all, and return the SHA-256 of its contents."""
    return write_bytes(out_path, report_html(comparison, lang).encode())


def report_html(comparison: Comparison, lang: str | None = None) -> str:
    """Return the report as one HTML page: both languages are in it, fonts and figures too.

    Equal comparisons give equal bytes; nothing in it tells when or where it was made.

    Args:
        comparison: What to report.
        lang: Language that it opens in, ``"zh"`` or ``"en"``; without it, that of the reader's browser. An address
            that ends in ``?lang=zh`` or ``#lang-zh`` has the last word.
    """
    comparison = neutral(comparison)
    pages = [_page(comparison, each) for each in LANGUAGES]
    facts = {"version": f"cogov {comparison.versions['cogov']}", "font": web_font(), "style": _text("report.css")}
    return _environment().get_template("report.html").render(pages=pages, names=NAMES, opens_in=lang or "", **facts)


def _page(comparison: Comparison, lang: str) -> dict[str, Any]:
    return {
        "lang": lang,
        "title": title(comparison, lang),
        "contents": w("page.contents", lang),
        "answer_title": w("section.answer", lang),
        "answer": [sentence.rpartition(w("answer.dash", lang)) for sentence in answer(comparison, lang)],
        "sections": sections(comparison, lang),
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _text(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")
