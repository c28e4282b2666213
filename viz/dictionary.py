"""What every measure and every column means: the chapter that lets a reviewer read the files without asking."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files

from .. import experiments
from ..model.measures import Measure, measure_of, place_of
from ..scenarios.words import unit_word
from .blocks import Block, Cell, Fold, Sheet, sheet
from .words import hint, measure_name, w

BETTER = {1: "up", -1: "down", 0: "neither"}


@cache
def columns() -> dict[str, dict[str, tuple[str, str, str]]]:
    """Return unit, Chinese and English of every column by table."""
    text = (files(experiments) / "columns.toml").read_text(encoding="utf-8")
    return {table: {name: (unit, zh, en) for name, (unit, zh, en) in rows.items()}
            for table, rows in tomllib.loads(text).items()}  # fmt: skip


def dictionary(keys: Iterable[str], lang: str, tables: Collection[str]) -> list[Block]:
    """Return the chapter: the measures of these keys, then the tables.

    Args:
        keys: Keys of the measures that are there.
        lang: Language of the words.
        tables: Tables that are there; those of others are left out.
    """
    measures = [measure_of(key) for key in sorted(keys, key=place_of)]
    found: list[Block] = [Fold(w("fold.measures", lang, count=len(measures)), (_measures(measures, lang),))]
    for table, rows in columns().items():
        if table not in tables:
            continue
        heads = [w(f"column.{key}", lang) for key in ("name", "unit", "meaning")]
        cells = [[Cell(name, tone="code"), Cell(unit_word(unit, lang)), Cell(zh if lang == "zh" else en)]
                 for name, (unit, zh, en) in rows.items()]  # fmt: skip
        found.append(Fold(w("fold.table", lang, name=f"{table}.parquet"), (sheet(heads, cells),)))
    return found


def _measures(measures: Iterable[Measure], lang: str) -> Sheet:
    heads = [w(f"column.{key}", lang) for key in ("measure", "name", "unit", "good", "group")]
    rows = [[Cell(measure_name(m, lang), hint(m.key, lang)), Cell(m.key, tone="code"), Cell(unit_word(m.unit, lang)),
             Cell(_good(m, lang)), Cell(w(f"group.{m.group}", lang))]
            for m in measures]  # fmt: skip
    return sheet(heads, rows)


def _good(measure: Measure, lang: str) -> str:
    """Return which values of a measure are good ones."""
    if measure.ideal is not None:
        return w("good.near", lang, ideal=f"{measure.ideal:g}")
    return w(f"good.{BETTER[measure.better]}", lang)
