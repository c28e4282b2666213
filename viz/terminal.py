"""Results in the terminal, as things that Rich can print."""

from __future__ import annotations

import math

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..experiments.comparison import Comparison
from ..model.measures import Measure, RunResult, measure_of, place_of
from .answer import answer
from .blocks import Cell, Sheet
from .effects import KEY, MARKS, cost_keys, effects_table, known, of_group, pairing_table
from .numbers import NOTHING, scale_of
from .sections import stage_table, title
from .words import measure_name, w

STYLES = {"better": "green", "worse": "red", "not_told_apart": "dim", "total": "bold"}


def summary_table(result: RunResult, lang: str) -> RenderableType:
    """Return the measures of one run, group by group."""
    table = Table(title=_days(result, lang), title_justify="left", header_style="bold", show_edge=False)
    table.add_column(w("column.measure", lang))
    table.add_column(w("column.value", lang), justify="right")
    groups: dict[str, list[tuple[Measure, float]]] = {}
    for key, value in sorted(result.summary.items(), key=lambda item: place_of(item[0])):
        measure = measure_of(key)
        groups.setdefault(measure.group, []).append((measure, value))
    for group, rows in groups.items():
        table.add_section()
        table.add_row(Text(w(f"group.{group}", lang), style="bold"), "")
        for measure, value in rows:
            scale = scale_of(measure, value)
            text = NOTHING if math.isnan(value) else scale.with_unit(scale.value(value), lang)
            table.add_row(Text(f"  {measure_name(measure, lang)}"), Text(text))
    return table


def _days(result: RunResult, lang: str) -> str:
    return w("page.window", lang, start=result.phases["start"], days=result.phases["window_days"])


def comparison_table(comparison: Comparison, lang: str) -> RenderableType:
    """Return a comparison: the question, the answer in three sentences, key measures, stages, shock and costs."""
    parts: list[RenderableType] = [Text(title(comparison, lang), style="bold"), Text()]
    parts += [part for sentence in answer(comparison, lang) for part in (Text(sentence), Text())][:-1]
    chosen = {"effects": KEY, "shock": of_group(comparison, "resilience"), "costs": cost_keys(comparison)}
    sheets = {
        name: effects_table(comparison, keys, lang, brief=True)
        for name, keys in chosen.items()
        if known(comparison, keys)
    }
    if comparison.replications > 1:
        sheets["pairing"] = pairing_table(comparison, lang)
    if any(comparison.stages.values()):
        sheets["stages"] = stage_table(comparison, lang)
    for name, sheet in sheets.items():
        parts += [Text(), _table(sheet, w(f"section.{name}", lang))]
    marks = [f"{mark} {w(f'verdict.{verdict}', lang)}" for verdict, mark in MARKS.items()]
    parts.append(Text(f"{'   '.join(marks)}   {w('note.brief', lang)}", style="dim"))
    if comparison.replications < 2:
        parts.append(Text(w("note.single", lang), style="yellow"))
    return Group(*parts)


def _table(sheet: Sheet, title_: str) -> Table:
    table = Table(title=title_, title_justify="left", title_style="bold", header_style="bold", show_lines=False)
    for i, head in enumerate(sheet.heads):
        table.add_column(Text(head), justify="left" if i == 0 else "right", overflow="fold")
    for row in sheet.rows:
        table.add_row(*(_cell(cell) for cell in row))
    return table


def _cell(cell: Cell) -> Text:
    text = Text(cell.text, style=STYLES.get(cell.tone, ""))
    if cell.below:
        text.append(f"\n{cell.below}", style="dim")
    return text
