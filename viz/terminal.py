"""Results in the terminal, as things that Rich can print."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from ..experiments.comparison import Comparison
from ..model.measures import RunResult, measure_of, place_of
from .answer import answer
from .blocks import Cell, Note, Sheet
from .certainty import WEAK, is_weak
from .contrast import neutral, title
from .costs import cost_table
from .effects import KEY, MARKS, PRIMARY, RESPONSE, STANDING, effects_table, pairing_table, run_scale
from .numbers import date_text, days_followed, level_text
from .sections import stage_table
from .shock import shock
from .words import city_name, hint, measure_name, w

MAIN = (
    RESPONSE, "first_response_minutes.median", PRIMARY, "solution_minutes.median", "solution_minutes.p90",
    "needs_arisen", "needs_solved", "needs_open", "reports", "calls.answered_share",
    "response_rate", "resolution_rate", "satisfaction_rate", "on_time_rate",
    "ended_in_grid_share", "forced_closure_share", "reopened_share", "reported_share",
    "backlog", "overdue", "utilisation.all", "quits",
    "person_hours.total", "overhead_hours.total", "money_cny.total", "lent_hours", "unit_hours", "residents_hours",
    "line_delay_days",
    "equity.gini", "equity.old_over_commercial", "equity.village_over_city",
    "resilience.peak", "resilience.recovery_days", "resilience.first_help_minutes", "trust",
)  # fmt: skip
"""Measures that a run is summed up by; of the stages those that take a hundredth of the time or more stand beside."""
STYLES = {"better": "green", "worse": "red", "not_told_apart": "dim", "unchanged": "dim", "total": "bold"}
SIGNS = {"−": "-", "\u00a0": " ", "–": "-", "—": "-", "≥": ">=", "∞": "inf", "·": "-", "“": '"', "”": '"', "’": "'",
         "…": "...", "×": "x"}  # fmt: skip
"""What stands for a sign where the terminal's encoding lacks it: a minus that is lost turns a gain into a loss."""

STAGES = "stage_minutes"
"""Family of the stages' times, which are all in one unit."""

Say = Callable[[str], str]


@dataclass(frozen=True)
class Fitted:
    """Something to print that is written in signs which the console's encoding has."""

    build: Callable[[Say], Iterator[RenderableType]]
    lang: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Build the parts once the encoding is known."""
        yield from self.build(lambda text: fit(text, console.encoding, self.lang))


def fit(text: str, encoding: str, lang: str) -> str:
    """Return a text in signs that an encoding has; the marks of verdicts become words."""
    if _has(text, encoding):
        return text
    for verdict, mark in MARKS.items():
        word = w(f"verdict.{verdict}", lang)
        said = [word, *(w(f"analysis.{standing}", lang) for standing, as_ in STANDING.items() if as_ == verdict)]
        if not _has(mark, encoding):
            for own in said:  # words that say already what the sign says
                text = text.replace(f"{mark} {own}", own)
            text = text.replace(mark, word)
    return "".join(c if _has(c, encoding) else SIGNS.get(c, c) for c in text)


def _has(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def summary_table(
    result: RunResult,
    lang: str,
    resolved: Mapping[str, Any] | None = None,
    seed: int | None = None,
    everything: bool = False,
) -> RenderableType:
    """Return the measures of one run: what was run, and the main measures group by group.

    Args:
        result: The run.
        lang: Language of the words.
        resolved: The scenario that was run, for the heading.
        seed: Its seed, for the heading.
        everything: The key measures first, and then all that there are.
    """
    return Fitted(lambda say: _run_parts(result, lang, resolved, seed, everything, say), lang)


def _run_parts(
    result: RunResult, lang: str, resolved: Mapping[str, Any] | None, seed: int | None, everything: bool, say: Say
) -> Iterator[RenderableType]:
    for line in _heading(result, lang, resolved, seed):
        yield Text(say(line), style="bold")
    for key in ("run_rates", "run"):
        yield Text(say(w(f"note.{key}", lang, tau=days_followed(result.phases))), style="dim")
    table = Table(title_justify="left", header_style="bold", show_edge=False)
    table.add_column(say(w("column.measure", lang)))
    table.add_column(say(w("column.value", lang)), justify="right")
    keys = [k for k in sorted(result.summary, key=place_of) if everything or _is_main(k, result.summary)]
    groups = {"key": [k for k in KEY if k in result.summary]} if everything else {}
    for key in keys:
        groups.setdefault(measure_of(key).group, []).append(key)
    for group, members in groups.items():
        table.add_section()
        table.add_row(Text(say(w(f"group.{group}", lang)), style="bold"), "")
        for key in members:
            table.add_row(Text(say(f"  {_name(key, lang)}")), Text(say(_value(result, key, lang))))
    yield table
    if left := len(result.summary) - len(keys):
        yield Text(say(w("note.more", lang, n=left)), style="dim")


def _is_main(key: str, values: Mapping[str, float]) -> bool:
    """Return whether a measure is among those that a run is summed up by."""
    family = key.partition(".")[0]
    if family != STAGES:
        return key in MAIN and math.isfinite(values[key])
    return values[key] >= 0.01 * sum(x for k, x in values.items() if k.partition(".")[0] == family)


def _heading(result: RunResult, lang: str, resolved: Mapping[str, Any] | None, seed: int | None) -> Iterator[str]:
    """Say what was run, where, with which seed, and on which days."""
    if resolved is not None:
        name = resolved["name"][lang]
        yield w("page.run", lang, name=name, id=resolved["id"], city=city_name(str(resolved["city"]), lang), seed=seed)
    days = {key: result.phases[key] for key in ("window_days", "warm_up_days", "follow_up_days")}
    yield w("page.window", lang, start=date_text(result.phases["start"], lang), **days)


def _name(key: str, lang: str) -> str:
    below = hint(key, lang)
    name = measure_name(measure_of(key), lang)
    return w("answer.brackets", lang, text=name, inside=below) if below else name


def _value(result: RunResult, key: str, lang: str) -> str:
    """Return a value with its unit, as reports have it."""
    values = result.summary
    return level_text(key, values[key], run_scale(values, key, lang), lang, values, result.phases)


def comparison_table(comparison: Comparison, lang: str) -> RenderableType:
    """Return a comparison: the question, the answer in sentences, key measures, shock, costs, pairing and stages."""
    return Fitted(lambda say: _comparison_parts(neutral(comparison), lang, say), lang)


def _comparison_parts(comparison: Comparison, lang: str, say: Say) -> Iterator[RenderableType]:
    yield Text(say(title(comparison, lang)), style="bold")
    for sentence in answer(comparison, lang):
        yield Text()
        yield Text(say(sentence))
    yield from _titled("effects", effects_table(comparison, KEY, lang, brief=True), lang, say)
    for block in shock(comparison, lang, brief=True):
        if isinstance(block, Sheet):
            yield from _titled("shock", block, lang, say)
        elif isinstance(block, Note):
            yield Text(say(block.text), style="dim")
    yield from _titled("costs", cost_table(comparison, lang, brief=True), lang, say)
    if comparison.replications >= WEAK:
        yield from _titled("pairing", pairing_table(comparison, lang), lang, say)
    if any(comparison.stages.values()):
        yield from _titled("stages", stage_table(comparison, lang), lang, say)
    marks = [f"{mark} {w(f'verdict.{verdict}', lang)}" for verdict, mark in MARKS.items()]
    yield Text(say(f"{'   '.join(marks)}   {w('note.brief', lang)}"), style="dim")
    if comparison.replications < 2:
        yield Text(say(w("note.single", lang)), style="yellow")
    if is_weak(comparison.replications):
        yield Text(say(w("note.weak", lang, n=comparison.replications)), style="yellow")


def _titled(name: str, sheet: Sheet, lang: str, say: Say) -> Iterator[RenderableType]:
    """Give a table with its title, if it has rows."""
    if not sheet.rows:
        return
    yield Text()
    title_ = say(w(f"section.{name}", lang))
    table = Table(title=title_, title_justify="left", title_style="bold", header_style="bold", show_lines=False)
    for i, head in enumerate(sheet.heads):
        table.add_column(Text(say(head)), justify="left" if i == 0 else "right", overflow="fold")
    for row in sheet.rows:
        table.add_row(*(_cell(cell, say) for cell in row))
    yield table


def _cell(cell: Cell, say: Say) -> Text:
    text = Text(say(cell.text), style=STYLES.get(cell.tone, ""))
    if cell.below:
        text.append(f"\n{say(cell.below)}", style="dim")
    return text
