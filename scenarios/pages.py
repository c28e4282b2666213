"""Pages of docs that are written from the code, in Chinese and English, so that they cannot drift.

The policies, a card each; the article passage by passage; the ODD protocol; the table of parameters. The last two are
texts in ``documents`` with gaps that ``declarations`` fills. ``python -m cogov.scenarios.pages docs`` writes them all.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from ..model.levers import LEVERS
from . import declarations as d
from .article import article_page
from .declarations import FOLDS, cell
from .policies.base import Card, PolicyParameter
from .registry import cards, declared
from .show import Facts, listing
from .words import LANGUAGES, choice_word, confidence_word, source_word, span_word, unit_word, w

COMMAND = "python -m cogov.scenarios.pages docs"

_HEAD = {
    "en": """# The policies

A policy moves levers: numbers that a rule of the model reads, or people on rosters. It never writes an outcome. Every
policy can be given an intensity, dates, a ramp and a place (`where`), and every parameter another value; see the
[tutorial](tutorial.md). The sentence under each name is the article's, by Wang Hua. This page is written by
`python -m cogov.scenarios.pages docs`.
""",
    "zh": """# 政策

政策改变的是杠杆（模型规则读取的数字）或名册上的人员，从不直接写结果。每项政策都可设强度、起止日期、爬坡天数和范围
（`where`），每个参数都可改值，见[教程](tutorial.zh.md)。名称下的引文出自王华的文章。
本页由 `python -m cogov.scenarios.pages docs` 生成。
""",
}
_NOTE = {"en": f"This page is written by `{COMMAND}`.", "zh": f"本页由 `{COMMAND}` 生成。"}
_FILLED = ("odd", "parameters")
"""Texts in ``documents`` whose gaps the code fills."""


def policies_page(lang: str) -> str:
    """Return the page in ``"zh"`` or ``"en"``, as Markdown."""
    shelf = cards().values()
    used = _used()
    parts = [_HEAD[lang], _contents(list(shelf), lang)]
    parts += [_card(card, used.get(card.id, []), lang) for card in shelf]
    return "\n".join([*parts, f"{w('confidence_key', lang)}\n"])


def _used() -> dict[str, list[Facts]]:
    """Return the shipped scenarios in which each policy takes part, by policy."""
    from .loader import load_scenario

    found: dict[str, list[Facts]] = {}
    for facts in listing()["scenarios"]:
        for entry in load_scenario(facts["id"]).policies:
            found.setdefault(entry.use, []).append(facts)
    return found


def _contents(shelf: list[Card], lang: str) -> str:
    rows = [f"| [{getattr(c, lang)}](#{c.id}) | `{c.id}` | {cell(c.article)} |" for c in shelf]
    return "\n".join([f"| {w('policy', lang)} | {w('id', lang)} | {w('article', lang)} |", "|---|---|---|", *rows, ""])


def _card(card: Card, scenarios: list[Facts], lang: str) -> str:
    other = card.zh if lang == "en" else card.en
    lines = [
        f'<a id="{card.id}"></a>\n',
        f"## {getattr(card, lang)} · {other}\n",
        f"> {card.article}\n",
        f"**{w('changes', lang)}** {getattr(card, f'changes_{lang}')}\n",
        f"**{w('costs', lang)}** {getattr(card, f'costs_{lang}')}\n",
        f"**{w('levers', lang)}** {_levers(card, lang)}\n",
        f"**{w('scenarios', lang)}** " + (_listed([_scenario(s, lang) for s in scenarios], lang) or w("none", lang)),
        "",
    ]
    return "\n".join([*lines, *_parameters(card, lang), ""])


def _levers(card: Card, lang: str) -> str:
    named = []
    for name in card.levers:
        lever = LEVERS[name]
        words = (lever.column.zh, lever.column.en)[LANGUAGES.index(lang)]
        fold = FOLDS[lever.fold][LANGUAGES.index(lang)]
        named.append(f"`{name}`（{words}；{fold}）" if lang == "zh" else f"`{name}` ({words}; {fold})")
    return _listed(named, lang) or w("none", lang)


def _scenario(facts: Facts, lang: str) -> str:
    return f"`{facts['id']}`" + (f"（{facts['name'][lang]}）" if lang == "zh" else f" ({facts['name'][lang]})")


def _parameters(card: Card, lang: str) -> list[str]:
    heads = [w(key, lang) for key in ("meaning", "default", "range", "unit", "source")]
    rows = [f"| `{p.name}` {cell(getattr(p, lang))} | {_value(p.default, lang)} | {_span(p, lang)} | "
            f"{'' if p.choices else cell(unit_word(p.unit, lang))} | {cell(source_word(p.source, lang))} "
            f"[{confidence_word(p.confidence, lang)}] |" for p in card.parameters]  # fmt: skip
    return [f"| {' | '.join(heads)} |", "|---|--:|---|---|---|", *rows]


def _value(value: float | str, lang: str) -> str:
    return choice_word(value, lang) if isinstance(value, str) else f"{value:g}"


def _span(p: PolicyParameter, lang: str) -> str:
    if p.choices:
        return _listed([f"{choice_word(c, lang)} `{c}`" for c in p.choices], lang)
    return span_word(p.low, p.high, lang)


def _listed(items: list[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(items)


def filled_page(name: str, lang: str) -> str:
    """Return a text of ``documents`` with its gaps filled from the code.

    Args:
        name: ``"odd"`` or ``"parameters"``.
        lang: ``"zh"`` or ``"en"``.

    Raises:
        jinja2.UndefinedError: If a gap asks for something that the code does not know.
    """
    text = (files(__package__) / "documents" / f"{name}.{lang}.md").read_text(encoding="utf-8")
    jinja = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, trim_blocks=True)
    shelf = cards().values()
    in_words = (d.all_state_tables, d.numbers_table, d.day_table, d.events_table, d.streams_table, d.stages_table,
                d.levers_table, d.measures_table, d.categories_table, d.confidence_table, d.group_name,
                d.city)  # fmt: skip
    gaps: dict[str, Any] = {make.__name__: partial(make, lang=lang) for make in in_words}
    gaps |= {
        "note": _NOTE[lang], "levels": d.levels_line(lang), "rule": d.rule_source, "groups": d.groups,
        "confidence": w("confidence_key", lang), "policies": len(shelf), "count": len(declared()),
        "policy_count": sum(len(card.parameters) for card in shelf),
    }  # fmt: skip
    return jinja.from_string(text).render(gaps)


def pages() -> dict[str, str]:
    """Return the content of every page by file name."""
    made = {f"policies.{lang}.md": policies_page(lang) for lang in LANGUAGES}
    made |= {f"article.{lang}.md": article_page(lang, _NOTE[lang]) for lang in LANGUAGES}
    return made | {f"{name}.{lang}.md": filled_page(name, lang) for name in _FILLED for lang in LANGUAGES}


def main(folder: Path) -> None:
    """Write all pages in both languages."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
