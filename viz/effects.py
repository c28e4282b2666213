"""What a comparison says about measures: the key ones, and tables of effects."""

from __future__ import annotations

import math

from ..experiments.comparison import Comparison, Effect
from ..experiments.statistics import Paired
from .blocks import Cell, Sheet, number, sheet
from .numbers import NOTHING, Scale, fixed, percent, scale_of_effect, scale_of_effects
from .words import measure_name, w

PRIMARY = "solution_minutes.mean"
RESPONSE = "first_response_minutes.mean"
ENDPOINTS = (RESPONSE, PRIMARY)
"""What a comparison is for: when somebody comes, and when it is over."""
COST = "person_hours.total"
DELAY = "line_delay_days"
KEY = (
    RESPONSE, PRIMARY, "response_rate", "resolution_rate", "satisfaction_rate", "on_time_rate",
    "ended_in_grid_share", "backlog", "overdue", "equity.gini", COST, DELAY,
)  # fmt: skip
"""Measures that a planner looks at first; those that a run lacks are left out."""
MARKS = {"better": "▲", "worse": "▼", "changed": "●", "not_told_apart": "○"}
"""One sign a verdict, so that none rests on its colour."""


def known(comparison: Comparison, keys: tuple[str, ...]) -> list[str]:
    """Return those of the keys that some run has a value for, in their order."""
    return [k for k in keys if any(k in e and e[k].pair.n for e in comparison.effects.values())]


def of_group(comparison: Comparison, group: str) -> tuple[str, ...]:
    """Return the keys of a group in the order of the runs' summaries."""
    found = {k: None for e in comparison.effects.values() for k, effect in e.items() if effect.measure.group == group}
    return tuple(found)


def verdict_words(effect: Effect, lang: str) -> str:
    """Return sign and word of a verdict; hours are dearer or cheaper in place of worse or better."""
    word = effect.verdict
    if effect.measure.group == "cost" and word in ("better", "worse"):
        word = f"cost_{word}"
    return f"{MARKS[effect.verdict]} {w('verdict.' + word, lang)}"


def cost_keys(comparison: Comparison) -> tuple[str, ...]:
    """Return the keys of the cost account: the total, and of the others those that some scenario changes."""
    keys = [k for k in of_group(comparison, "cost") if k != COST and not k.startswith("busy_hours.")]
    effects = comparison.effects.values()
    return (COST, *(k for k in keys if any(k in e and e[k].pair.difference for e in effects)))


def untouched(pair: Paired) -> bool:
    """Return whether no replication shows any difference at all."""
    return pair.n > 1 and pair.difference == pair.low == pair.high == 0


def effects_table(comparison: Comparison, keys: tuple[str, ...], lang: str, *, brief: bool = False) -> Sheet:
    """Return a table with a measure a row and a scenario a column: difference, change, interval, verdict.

    With ``brief``, verdicts are signs without words.
    """
    heads = [w("column.measure", lang), w("column.baseline", lang)]
    heads += [s.name(lang) for s in comparison.others]
    effects = comparison.effects.values()
    rows = [_effects_row([e.get(key) for e in effects], lang, brief) for key in known(comparison, keys)]
    return sheet(heads, rows)


def _effects_row(effects: list[Effect | None], lang: str, brief: bool) -> list[Cell]:
    present = [e for e in effects if e]
    measure = present[0].measure
    scale = scale_of_effects(*present)
    base = next((e.pair.baseline for e in present if e.pair.n), math.nan)
    cells = [Cell(measure_name(measure, lang)), number(scale.with_unit(scale.value(base), lang))]
    return cells + [_effect_cell(e, scale, lang, brief) for e in effects]


def _effect_cell(effect: Effect | None, scale: Scale, lang: str, brief: bool) -> Cell:
    if effect is None or not effect.pair.n:
        return number(NOTHING)
    pair = effect.pair
    if untouched(pair):
        return Cell(w("verdict.untouched", lang), tone="not_told_apart")
    scale = scale_of_effect(effect, scale)
    change = f" ({percent(pair.relative)})" if math.isfinite(pair.relative) else ""
    text = scale.with_unit(scale.signed(pair.difference), lang, difference=True)
    interval = scale.interval(pair.low, pair.high, lang)
    verdict = f"{MARKS[effect.verdict]} " if brief else f"{verdict_words(effect, lang)} · "
    below = verdict + interval if interval != NOTHING else verdict_words(effect, lang)
    return Cell(text + change, below, effect.verdict)


def pairing_table(comparison: Comparison, lang: str) -> Sheet:
    """Return what pairing bought for the endpoints and the cost: correlation and variance ratio by scenario."""
    heads = [w("column.measure", lang), *(s.name(lang) for s in comparison.others)]
    rows = []
    for key in known(comparison, (*ENDPOINTS, COST)):
        effects = [e.get(key) for e in comparison.effects.values()]
        name = next(measure_name(e.measure, lang) for e in effects if e)
        rows.append([Cell(name), *(number(_gain(e.pair, lang) if e else NOTHING) for e in effects)])
    return sheet(heads, rows)


def _gain(pair: Paired, lang: str) -> str:
    if untouched(pair):
        return w("verdict.untouched", lang)
    return w("numbers.gain", lang, correlation=fixed(pair.correlation, 2), ratio=_ratio(pair))


def _ratio(pair: Paired) -> str:
    if 1000 <= pair.variance_ratio < math.inf:
        return "> 1,000"
    return fixed(pair.variance_ratio, 0 if pair.variance_ratio >= 10 else 1)


def all_effects(comparison: Comparison, scenario: str, lang: str) -> Sheet:
    """Return every measure of one scenario with all that pairing tells of it, group by group."""
    heads = [w("column." + k, lang) for k in ("measure", "baseline", "mean", "difference", "interval", "relative",
                                             "correlation", "variance_ratio", "verdict")]  # fmt: skip
    groups: dict[str, list[Effect]] = {}
    for effect in (e for e in comparison.effects[scenario].values() if e.pair.n):
        groups.setdefault(effect.measure.group, []).append(effect)
    rows: list[list[Cell]] = []
    for group, effects in groups.items():
        rows.append([Cell(w("group." + group, lang))])
        rows += [_full_row(effect, lang) for effect in effects]
    return sheet(heads, rows)


def _full_row(effect: Effect, lang: str) -> list[Cell]:
    pair, scale = effect.pair, scale_of_effect(effect)
    numbers = (scale.with_unit(scale.value(pair.baseline), lang), scale.with_unit(scale.value(pair.mean), lang),
               scale.with_unit(scale.signed(pair.difference), lang, difference=True),
               scale.interval(pair.low, pair.high, lang), percent(pair.relative), fixed(pair.correlation, 2),
               _ratio(pair))  # fmt: skip
    return [Cell(measure_name(effect.measure, lang)), *map(number, numbers),
            Cell(verdict_words(effect, lang), tone=effect.verdict)]  # fmt: skip
