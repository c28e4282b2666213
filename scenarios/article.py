"""What the article names, passage by passage: where it stands in the model, and what is left out and why."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from .declarations import cell, markdown_table
from .loader import load_scenario
from .registry import cards
from .words import w

_HEAD = {
    "en": """# The article in the model

Wang Hua's article 《党建引领 深化特大城市基层治理》 passage by passage, in its order: which policy or bundle stands for
what it names, by which parameters, and what is left out and why. What a policy changes and costs is on its
[card](policies.en.md). {note}
""",
    "zh": """# 文章与模型对照

按王华《党建引领 深化特大城市基层治理》原文次序，逐段说明：所述机制由哪项政策或组合承担、用哪些参数，舍去什么、为什么。
政策改变什么、付出什么，见[政策卡片](policies.zh.md)。{note}
""",
}
_HEADS = {
    "en": ("The article says", "In the model", "By what", "Left out, and why"),
    "zh": ("文章所述", "在模型中", "如何体现", "舍去什么，为什么"),
}


def passages() -> list[dict[str, Any]]:
    """Return the parts of the article, each with its passages, in the article's order."""
    text = (files(__package__) / "catalogues" / "article.toml").read_text(encoding="utf-8")
    parts: list[dict[str, Any]] = tomllib.loads(text)["part"]
    return parts


def article_page(lang: str, note: str) -> str:
    """Return the page in ``"zh"`` or ``"en"``, as Markdown, with a note on how it is written in its head."""
    made = [_HEAD[lang].format(note=note)]
    for part in passages():
        rows = [_row(passage, lang) for passage in part["passage"]]
        made += [f"## {part['name'][lang]}\n", markdown_table(_HEADS[lang], rows), ""]
    return "\n".join(made)


def _row(passage: dict[str, Any], lang: str) -> tuple[str, ...]:
    named = [_name(key, lang) for key in passage.get("in", ())]
    said = (passage.get(key, {}).get(lang, "") for key in ("how", "left"))
    return (cell(passage[lang]), ("、" if lang == "zh" else ", ").join(named) or w("none", lang), *said)


def _name(key: str, lang: str) -> str:
    """Return a policy with a link to its card, or a scenario."""
    card = cards().get(key)
    if card is not None:
        return f"[{getattr(card, lang)}](policies.{lang}.md#{key})"
    name = load_scenario(key).name.of(lang)
    return f"{name}（`{key}`）" if lang == "zh" else f"{name} (`{key}`)"
