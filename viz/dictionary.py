"""What every measure and every column means: the chapter that lets a reviewer read the files without asking."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files

from .. import experiments
from ..agents.places import GRID_KINDS
from ..experiments.run import TABLES
from ..model.incidents import load_catalogue
from ..model.ledger import LOG_KINDS
from ..model.measures import Measure, measure_of, place_of
from ..model.state import COUNTS, POOL_KINDS, STAGES
from ..scenarios.words import unit_word
from .alternatives import factor_name
from .blocks import Block, Cell, Fold, Sheet, sheet
from .words import hint, measure_name, w

Columns = Mapping[str, tuple[str, str, str]]
"""Unit, Chinese and English of the columns of a table."""

RUN = (*TABLES, "events")
"""Tables that a run may have."""
STOCKS = ("backlog", "overdue", "open_needs", "trust")
"""Stocks that `daily` has beside the flows of the model."""
OF_COMPARISON = ("curves.parquet", "grids.parquet")
"""Tables of a comparison itself: over its replications."""
BETTER = {1: "up", -1: "down", 0: "neither"}


@cache
def columns() -> dict[str, dict[str, tuple[str, str, str]]]:
    """Return unit, Chinese and English of every column by table."""
    text = (files(experiments) / "columns.toml").read_text(encoding="utf-8")
    return {table: {name: (unit, zh, en) for name, (unit, zh, en) in rows.items()}
            for table, rows in tomllib.loads(text).items()}  # fmt: skip


def of_run(names: Collection[str], folder: str = "") -> dict[str, Columns]:
    """Return the tables of a run that are among the names, by the files they stand in."""
    return {f"{folder}{name}.parquet": columns()[name] for name in RUN if name in names}


def of_comparison(names: Collection[str]) -> dict[str, Columns]:
    """Return the tables of a comparison, and those of its runs that are among the names, by file."""
    known = columns()
    grids = {"scenario": known["curves"]["scenario"], **known["grids"]}
    own = dict(zip(OF_COMPARISON, (known["curves"], grids), strict=True))
    return {**own, **of_run(names, "runs/*/*/")}


def of_experiment(names: Collection[str], factors: Iterable[str]) -> dict[str, Columns]:
    """Return the tables of an experiment that are among the names, by file; `runs` has a column a factor."""
    known = columns()
    run = {"run": known["measures"]["run"]}
    varied = {name: ("", _factor(name, "zh"), _factor(name, "en")) for name in factors}
    every: dict[str, Columns] = {
        "runs/*": {**known["runs"], **varied},
        "measures/*": known["measures"],
        "daily/*": {**run, **{name: known["daily"][name] for name in ("measure", "date", "value")}},
        "grids/*": {**run, **known["grids"]},
        "failures": known["failures"],
    }
    return {f"{place}.parquet": rows for place, rows in every.items() if place.removesuffix("/*") in names}


def _factor(name: str, lang: str) -> str:
    return w("answer.brackets", lang, text=factor_name(name, lang), inside=w("page.varied", lang))


def dictionary(keys: Iterable[str], lang: str, tables: Mapping[str, Columns]) -> list[Block]:
    """Return the chapter: the measures of these keys, then the tables.

    Args:
        keys: Keys of the measures that are there.
        lang: Language of the words.
        tables: Columns of the tables that are there, by file.
    """
    measures = [measure_of(key) for key in sorted(keys, key=place_of)]
    found: list[Block] = [Fold(w("fold.measures", lang, count=len(measures)), (_measures(measures, lang),))]
    for file, rows in tables.items():
        heads = [w(f"column.{key}", lang) for key in ("name", "unit", "meaning")]
        cells = [[Cell(name, tone="code"), Cell(unit_word(unit, lang)), Cell(zh if lang == "zh" else en)]
                 for name, (unit, zh, en) in rows.items()]  # fmt: skip
        blocks = (sheet(heads, cells), *_codes(file, rows, lang))
        title = "fold.means" if file in OF_COMPARISON and "scenario" in rows else "fold.table"
        found.append(Fold(w(title, lang, name=file), blocks))
    return found


def _codes(file: str, rows: Columns, lang: str) -> list[Block]:
    """Return what the codes in a table mean, column by column; nothing where it has none."""
    known, cells = codes(), []
    for column in rows:
        for table, names in known.get(column, {}).items():
            if table in file:
                cells += [[Cell(column, tone="code"), Cell(code, tone="code"), Cell(zh if lang == "zh" else en)]
                          for code, zh, en in names]  # fmt: skip
    heads = [w(f"column.{key}", lang) for key in ("column", "code", "meaning")]
    return [sheet(heads, cells)] if cells else []


@cache
def codes() -> dict[str, dict[str, tuple[tuple[str, str, str], ...]]]:
    """Return the codes of columns with their names, by column and by what the name of a table's file holds."""
    stages = tuple((key, f"{zh}：{w(f'stage.{key}', 'zh')}", f"{en}: {w(f'stage.{key}', 'en')}")
                   for key, zh, en in STAGES)  # fmt: skip
    needs = load_catalogue()
    stocks = tuple((key, w(f"stock.{key}", "zh"), w(f"stock.{key}", "en")) for key in STOCKS)
    days, kinds = (*COUNTS, *stocks), tuple(GRID_KINDS)
    return {
        "measure": {"daily": days, "curves": days},
        "category": {"stages": tuple(zip(needs.ids, needs.zh, needs.en, strict=True))},
        "grid_kind": {"stages": kinds},
        "stage": {"stages": stages},
        "kind": {"grids": kinds, "organisations": tuple(POOL_KINDS), "events": tuple(LOG_KINDS)},
    }


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
