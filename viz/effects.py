"""What a comparison says about measures: the key ones, tables of effects, and the answer in three sentences."""

from __future__ import annotations

import math

from ..experiments.comparison import Comparison, Effect, ScenarioInfo
from .blocks import Cell, Sheet, number, sheet
from .numbers import NOTHING, Scale, fixed, percent, scale_of, scale_of_effect
from .words import listed, measure_name, w

PRIMARY = "solution_minutes.mean"
"""The endpoint that the answer starts with."""
COST = "person_hours.total"
DELAY = "line_delay_days"
KEY = (
    PRIMARY, "first_response_minutes.mean", "response_rate", "resolution_rate", "satisfaction_rate", "on_time_rate",
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
    keys = [k for k in of_group(comparison, "cost") if not k.startswith("busy_hours.")]
    effects = comparison.effects.values()
    return tuple(k for k in keys if k == COST or any(k in e and e[k].pair.difference for e in effects))


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
    scale = scale_of(measure, *(x for e in present for x in (e.pair.baseline, e.pair.mean, e.pair.difference)))
    base = next((e.pair.baseline for e in present if e.pair.n), math.nan)
    cells = [Cell(measure_name(measure, lang)), number(scale.with_unit(scale.value(base), lang))]
    return cells + [_effect_cell(e, scale, lang, brief) for e in effects]


def _effect_cell(effect: Effect | None, scale: Scale, lang: str, brief: bool) -> Cell:
    if effect is None or not effect.pair.n:
        return number(NOTHING)
    pair = effect.pair
    change = f" ({percent(pair.relative)})" if math.isfinite(pair.relative) else ""
    text = scale.with_unit(scale.signed(pair.difference), lang, difference=True)
    interval = scale.interval(pair.low, pair.high, lang)
    verdict = f"{MARKS[effect.verdict]} " if brief else f"{verdict_words(effect, lang)} · "
    below = verdict + interval if interval != NOTHING else verdict_words(effect, lang)
    return Cell(text + change, below, effect.verdict)


def all_effects(comparison: Comparison, scenario: str, lang: str) -> Sheet:
    """Return every measure of one scenario with all that pairing tells of it, group by group."""
    heads = [w("column." + k, lang) for k in ("measure", "baseline", "mean", "difference", "interval", "relative",
                                             "correlation", "variance_ratio", "verdict")]  # fmt: skip
    groups: dict[str, list[Effect]] = {}
    for effect in comparison.effects[scenario].values():
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
               fixed(pair.variance_ratio, 0 if pair.variance_ratio >= 100 else 1))  # fmt: skip
    return [Cell(measure_name(effect.measure, lang)), *map(number, numbers),
            Cell(verdict_words(effect, lang), tone=effect.verdict)]  # fmt: skip


def answer(comparison: Comparison, lang: str) -> list[str]:
    """Return three sentences: what changed most and how sure that is, what else, and at what cost."""
    ranked = _ranked(comparison)
    if not ranked:
        return [_cost(comparison, lang)]
    best = ranked[0]
    return [_primary(comparison, ranked, lang), _rest(comparison, best, lang), _cost(comparison, lang)]


def _ranked(comparison: Comparison) -> list[ScenarioInfo]:
    """Return the scenarios with a value of the primary endpoint, the best first."""
    gains = {
        s.id: e[PRIMARY].pair.difference * e[PRIMARY].measure.better
        for s, e in zip(comparison.others, comparison.effects.values(), strict=True)
        if PRIMARY in e and e[PRIMARY].pair.n
    }
    return sorted((s for s in comparison.others if s.id in gains), key=lambda s: -gains[s.id])


def _primary(comparison: Comparison, ranked: list[ScenarioInfo], lang: str) -> str:
    best = ranked[0]
    effect = comparison.effects[best.id][PRIMARY]
    pair, scale = effect.pair, scale_of_effect(effect)
    kind = {"better": "better", "worse": "worse"}.get(effect.verdict, "untold")
    if kind == "untold" and any(_verdict(comparison, s, PRIMARY) == "better" for s in ranked):
        kind = "better"
    others = [w("answer.other", lang, name=s.name(lang), difference=_change(comparison, s, PRIMARY, lang))
              for s in ranked[1:]]  # fmt: skip
    return w(
        "answer." + kind, lang, name=best.name(lang), measure=measure_name(effect.measure, lang),
        baseline=scale.with_unit(scale.value(pair.baseline), lang), mean=scale.with_unit(scale.value(pair.mean), lang),
        difference=scale.with_unit(scale.signed(pair.difference), lang, difference=True),
        relative=percent(pair.relative), interval=scale.interval(pair.low, pair.high, lang), n=pair.n,
        others=w("answer.others", lang, items=listed(others, lang)) if others else "",
    )  # fmt: skip


def _verdict(comparison: Comparison, scenario: ScenarioInfo, key: str) -> str:
    return comparison.effects[scenario.id][key].verdict


def _change(comparison: Comparison, scenario: ScenarioInfo, key: str, lang: str) -> str:
    effect = comparison.effects[scenario.id][key]
    scale = scale_of_effect(effect)
    text = scale.with_unit(scale.signed(effect.pair.difference), lang, difference=True)
    if effect.verdict == "not_told_apart":
        return w("answer.unsure", lang, text=text)
    return text


def _rest(comparison: Comparison, best: ScenarioInfo, lang: str) -> str:
    """Say which other key measures the best scenario makes better and worse; costs have their own sentence."""
    effects = comparison.effects[best.id]
    others = [effects[k] for k in known(comparison, KEY) if k in effects and effects[k].measure.group != "cost"]
    others = [e for e in others if e.measure.key != PRIMARY and e.measure.better != 0]
    sides = {side: [e for e in others if e.verdict == side] for side in ("better", "worse")}
    counts = {side: len(found) for side, found in sides.items()}
    lists = {
        f"{side}_list": _list([measure_name(e.measure, lang) for e in found], lang) for side, found in sides.items()
    }
    return w("answer.rest", lang, name=best.name(lang), total=len(others),
             untold=len(others) - sum(counts.values()), **counts, **lists)  # fmt: skip


def _list(items: list[str], lang: str) -> str:
    return w("answer.list", lang, items=listed(items, lang)) if items else ""


def _cost(comparison: Comparison, lang: str) -> str:
    items = []
    for scenario in comparison.others:
        effects = comparison.effects[scenario.id]
        effect = effects.get(COST)
        if effect is None or not effect.pair.n:
            continue
        item = w("answer.cost_item", lang, name=scenario.name(lang), relative=percent(effect.pair.relative),
                 difference=_change(comparison, scenario, COST, lang))  # fmt: skip
        if DELAY in effects and effects[DELAY].verdict in ("better", "worse"):
            item += w("answer.cost_delay", lang, difference=_change(comparison, scenario, DELAY, lang))
        items.append(item)
    return w("answer.cost", lang, items=listed(items, lang)) if items else w("answer.no_cost", lang)
