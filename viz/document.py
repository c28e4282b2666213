"""The report on a run or a comparison, in one language: which chapters, in which order."""

from __future__ import annotations

from ..experiments.results import Runs
from .answer import answer
from .assumptions import compared
from .blocks import Block, Document, Items, Note, Section
from .brief import brief
from .contrast import neutral, title
from .provenance import cite
from .sections import chapters
from .words import city_name, w


def document(results: Runs, lang: str) -> Document:
    """Return the report on a run or a comparison.

    Args:
        results: What to report on.
        lang: ``"zh"`` or ``"en"``.
    """
    comparison = neutral(results.comparison)
    base = comparison.baseline
    if comparison.others:
        asked = title(comparison, lang)
        detail: list[Block] = [Note(w("note.in_figures", lang)), Items(tuple(answer(comparison, lang)))]
    else:
        plain = base.resolved
        asked = w("title.run", lang, name=base.name(lang), city=city_name(str(plain["city"]), lang),
                  days=comparison.phases["window_days"])  # fmt: skip
        detail = []
    subject = "compared" if comparison.others else "subject"
    found = {subject: compared(comparison, lang), "figures": detail, **chapters(results, comparison, lang)}
    sections = tuple(Section(key, w(f"section.{key}", lang), tuple(blocks)) for key, blocks in found.items() if blocks)
    digests = [info.digest for info in comparison.scenarios]
    return Document(lang, asked, w("section.answer", lang), brief(comparison, lang), sections, w("page.contents", lang),
                    cite(comparison.versions["cogov"], digests, lang))  # fmt: skip
