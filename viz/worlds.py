"""In what share of worlds one scenario beats another, in words: one table a measure, and what holds for a pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.measures import measure_of
from .numbers import NOTHING, percent
from .plain import Plain
from .words import measure_name, w

Names = Mapping[str, str]
"""What scenarios are called, by id."""
HEADS = ("pair", "ahead", "doubt", "better", "worse", "unchanged", "not_told_apart", "size", "conclusion")
CONCLUSIONS = ("better", "mostly_better", "turns", "mostly_worse", "worse", "unchanged", "few_worlds")
"""In the order in which they are told."""


def worlds_table(key: str, found: Sequence[Mapping[str, Any]], lang: str, names: Names | None = None) -> Plain:
    """Return the shares of worlds of every pair of scenarios on one measure.

    Args:
        key: Key of the measure.
        found: What ``worlds.shares_of_worlds`` returned, as plain values.
        lang: Language of the words.
        names: What scenarios are called; their ids without it.
    """
    rows = [
        [pair_name(one, lang, names), ahead(one, lang),
         *(percent(one[word], sign=False) for word in ("doubt", "better", "worse", "unchanged", "not_told_apart")),
         _size(one, lang), w(f"worlds.{one['conclusion']}", lang)]
        for one in found
    ]  # fmt: skip
    title = w("worlds.title", lang, measure=measure_name(measure_of(key), lang))
    note = w("worlds.note", lang, n=max(one["worlds"] for one in found))
    return Plain(title, [w(f"worlds.head_{head}", lang) for head in HEADS], rows, note)


def pair_name(one: Mapping[str, Any], lang: str, names: Names | None = None) -> str:
    """Return which scenario is set against which."""
    known = names or {}
    return w("worlds.pair", lang, scenario=known.get(one["scenario"], one["scenario"]),
             against=known.get(one["against"], one["against"]))  # fmt: skip


def ahead(one: Mapping[str, Any], lang: str) -> str:
    """Return the share of worlds in which one is better, and in which both are the same where there are such."""
    said = share(one["ahead"], lang)
    same = 1.0 - one["ahead"]["value"] - one["behind"]["value"]
    return said if not same > 1e-9 else w("worlds.same", lang, share=said, same=percent(same, sign=False))


def share(found: Mapping[str, float], lang: str) -> str:
    """Return a share with its interval, in whole per cent."""
    if found["value"] != found["value"]:
        return NOTHING
    return w("worlds.share", lang, **{name: f"{100 * found[name]:.0f}" for name in ("value", "low", "high")})


def _size(one: Mapping[str, Any], lang: str) -> str:
    if one["middle"] != one["middle"]:
        return NOTHING
    return w("worlds.size", lang, **{name: percent(one[name]) for name in ("middle", "least", "most")})
