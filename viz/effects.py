"""What a comparison says about measures: the key ones, and tables of effects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ..experiments.comparison import BY_KIND, SOLUTION, STAGE, Comparison, Effect
from ..experiments.statistics import Paired
from ..model.measures import measure_of
from .blocks import Cell, Sheet, number, sheet
from .certainty import WEAK, interval_text, relative_cell, relative_text, untouched, weakly
from .numbers import (
    MINUTES_IN_HOURS,
    NOTHING,
    Scale,
    common_time_scale,
    fixed,
    is_beyond,
    level_text,
    reads,
    row_scales,
    scale_of,
    scale_of_effect,
    scale_of_moves,
    time_scale,
)
from .words import hint, measure_name, w

PRIMARY = SOLUTION
RESPONSE = "first_response_minutes.mean"
REPORTED = "first_response_from_report_minutes.mean"
"""First response as offices count it: from the report on, for needs that were reported."""
ENDPOINTS = (RESPONSE, PRIMARY)
"""What a comparison is for: when somebody comes, and when it is over."""
COST = "person_hours.total"
MONEY = "money_cny.total"
DELAY = "line_delay_days"
GIVEN = ("person_hours.members", "person_hours.mass_volunteers")
"""Hours that volunteers give: less of them is nobody's saving."""
REPEATS = {"unit_hours": "person_hours.unit_helpers"}
"""Measures that may count the very hours of another one, and have its verdict then."""
COSTS = (COST, MONEY, DELAY)
"""What is paid: hours, money, and what home units leave undone."""
KEY = (
    RESPONSE, REPORTED, PRIMARY, "response_rate", "resolution_rate", "satisfaction_rate", "on_time_rate",
    "ended_in_grid_share", "backlog", "overdue", "equity.gini", *COSTS,
)  # fmt: skip
"""Measures that a planner looks at first; those that a run lacks are left out."""
TIMES = tuple(f"{key.partition('.')[0]}." for key in ENDPOINTS)
"""Families of the times that a comparison is for: means, medians and percentiles, in one unit where they read in it."""
MARKS = {"better": "▲", "worse": "▼", "changed": "●", "unchanged": "=", "not_told_apart": "○"}
"""One sign a verdict, so that none rests on its colour."""
STANDING = {"best": "better", "not_best": "worse", "may_be_best": "not_told_apart"}
"""Verdict whose sign stands before where an alternative stands among all."""


def level_scale(comparison: Comparison, key: str, lang: str) -> Scale:
    """Return the one scale in which a report shows the values of a measure, in its tables and in its sentences."""
    return _scales(comparison, key, lang)[0]


def change_scale(comparison: Comparison, key: str, lang: str) -> Scale:
    """Return the one scale in which a report shows the differences of a measure: in the unit of its values."""
    return _scales(comparison, key, lang)[1]


def _scales(comparison: Comparison, key: str, lang: str) -> tuple[Scale, Scale]:
    found = _present(comparison, key)
    measure = found[0].measure if found else measure_of(key)
    if not comparison.others:
        scale = run_scale(comparison.means[comparison.baseline.id], key, lang)
        return scale, scale
    levels, changes = _row(comparison, _alike(comparison, key))
    if key.startswith(TIMES):
        common = common_time_scale([_row(comparison, [k]) for k in known(comparison, ENDPOINTS)])
        if common and (key in ENDPOINTS or reads(common, levels, changes)):
            return common, scale_of_moves(common, max(map(abs, changes), default=0.0))
    return row_scales(measure, lang, levels, changes)


def run_scale(values: Mapping[str, float], key: str, lang: str) -> Scale:
    """Return the one scale in which a measure of a run is shown, by its values, in the terminal as in reports."""
    measure, value = measure_of(key), values.get(key, math.nan)
    if key.startswith(STAGE):
        whole = [x for k, x in values.items() if k.startswith(STAGE) and math.isfinite(x)]
        return time_scale(min(math.fsum(whole), MINUTES_IN_HOURS))  # hours at most, so that the short ones show
    if key.startswith(TIMES):
        common = common_time_scale([([values[k]], []) for k in ENDPOINTS if math.isfinite(values.get(k, math.nan))])
        if common and reads(common, [value], []):
            return common
    alike = [x for k, x in values.items() if k.startswith(BY_KIND)] if key.startswith(BY_KIND) else [value]
    return scale_of(measure, lang, *alike)


def _row(comparison: Comparison, keys: Sequence[str]) -> tuple[list[float], list[float]]:
    """Return the values and the differences of measures that share a unit."""
    found = [e for k in keys for e in _present(comparison, k)]
    levels = [m[k] for m in comparison.means.values() for k in keys if k in m]
    levels += [x for e in found for x in (e.pair.baseline, e.pair.mean)] if not levels else []
    return levels, [e.pair.difference for e in found]


def _alike(comparison: Comparison, key: str) -> list[str]:
    """Return the measures that share a unit: times to solution by kind of grid, and any other alone."""
    found = [k for m in comparison.means.values() for k in m if k.startswith(BY_KIND)]
    return list(dict.fromkeys(found)) if key.startswith(BY_KIND) else [key]


def _present(comparison: Comparison, key: str) -> list[Effect]:
    return [e for effects in comparison.effects.values() if (e := effects.get(key)) and e.pair.n]


def known(comparison: Comparison, keys: tuple[str, ...]) -> list[str]:
    """Return those of the keys that some run has a value for, in their order."""
    return [k for k in keys if any(k in e and e[k].pair.n for e in comparison.effects.values())]


def of_group(comparison: Comparison, group: str) -> tuple[str, ...]:
    """Return the keys of a group in the order of the runs' summaries."""
    found = {k: None for e in comparison.effects.values() for k, effect in e.items() if effect.measure.group == group}
    return tuple(found)


def repeated(comparison: Comparison, scenario: str, effect: Effect) -> Effect | None:
    """Return the effect that another one says again, figure by figure; ``None`` if it does not."""
    other = comparison.effects[scenario].get(REPEATS.get(effect.measure.key, ""))
    if other is None or not other.pair.n:
        return None
    sides = ((effect.pair.baseline, other.pair.baseline), (effect.pair.mean, other.pair.mean))
    return other if all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) for a, b in sides) else None


def verdict_words(effect: Effect, lang: str) -> str:
    """Return sign and word of a verdict; costs, delays and gaps rise or fall in place of getting worse or better."""
    word, mark = effect.verdict, MARKS[tone_of(effect)]
    if effect.pair.n == 1:
        return f"{mark} {w('verdict.once', lang)}"
    if word in ("better", "worse") and (kind := _kind(effect)):
        word = f"{kind}_{word}"
    text = f"{mark} {w('verdict.' + word, lang)}"
    return text if effect.verdict == "not_told_apart" else weakly(text, effect.pair.n, lang)


def _kind(effect: Effect) -> str:
    """Return which words the verdict on a measure has: those of costs, of gaps, or ``""`` for the common ones."""
    if effect.measure.ideal is not None:
        return "gap"
    if effect.measure.group != "cost":
        return ""
    return "given" if effect.measure.key in GIVEN else "delay" if effect.measure.unit == "days" else "cost"


def tone_of(effect: Effect) -> str:
    """Return the verdict that an effect is coloured by: time that people give is no saving where it is less."""
    return "changed" if effect.measure.key in GIVEN and effect.verdict in ("better", "worse") else effect.verdict


def heads(comparison: Comparison, first: str, lang: str) -> list[str]:
    """Return the heads of a table with a scenario a column: what the rows are, the reference, the others."""
    return [w(f"column.{first}", lang), *(s.name(lang) for s in comparison.scenarios)]


def effects_table(comparison: Comparison, keys: tuple[str, ...], lang: str, *, brief: bool = False) -> Sheet:
    """Return a table with a measure a row and a scenario a column: difference, change, interval, verdict.

    With ``brief``, verdicts are signs without words.
    """
    rows = [effects_row(comparison, key, lang, brief=brief) for key in known(comparison, keys)]
    return sheet(heads(comparison, "measure", lang), rows)


def effects_row(comparison: Comparison, key: str, lang: str, *, brief: bool = False) -> list[Cell]:
    """Return the row of one measure; all differences in it are in one unit."""
    effects = {s.id: comparison.effects[s.id].get(key) for s in comparison.others}
    present = [e for e in effects.values() if e and e.pair.n]
    level, scale = level_scale(comparison, key, lang), change_scale(comparison, key, lang)
    base = level_text(key, present[0].pair.baseline, level, lang, _reference(comparison), comparison.phases)
    cells = [Cell(measure_name(present[0].measure, lang), hint(key, lang)), number(base)]
    return cells + [effect_cell(comparison, s, e, scale, lang, brief) for s, e in effects.items()]


def _reference(comparison: Comparison) -> Mapping[str, float]:
    return comparison.means[comparison.baseline.id]


def beyond_both(comparison: Comparison, scenario: str, effect: Effect) -> bool:
    """Return whether all that is known of both sides is that they lie beyond what a run can see."""
    sides = ((effect.pair.baseline, _reference(comparison)), (effect.pair.mean, comparison.means[scenario]))
    return all(is_beyond(effect.measure.key, value, means, comparison.phases) for value, means in sides)


def effect_cell(
    comparison: Comparison, scenario: str, effect: Effect | None, scale: Scale, lang: str, brief: bool
) -> Cell:
    """Return what a scenario does to a measure, with its interval and verdict: in a scale that its row shares."""
    if effect is None or not effect.pair.n:
        return number(NOTHING)
    if beyond_both(comparison, scenario, effect):
        return Cell(w("verdict.beyond", lang), tone="not_told_apart")
    pair = effect.pair
    if untouched(pair):
        return Cell(w("verdict.untouched", lang), tone="unchanged")
    scale = scale_of_effect(effect, scale)
    share = relative_text(effect.measure, pair, lang)
    change = f" ({share})" if share else ""
    text = scale.with_unit(scale.signed(pair.difference), lang)
    interval = interval_text(effect.measure, pair, scale, lang)
    verdict = f"{MARKS[tone_of(effect)]} " if brief else f"{verdict_words(effect, lang)} · "
    below = verdict + interval if interval != NOTHING else verdict_words(effect, lang)
    return Cell(text + change, below, tone_of(effect))


def pairing_table(comparison: Comparison, lang: str) -> Sheet:
    """Return what pairing bought for the endpoints and the cost: correlation and variance ratio by scenario."""
    names = [w("column.measure", lang), *(s.name(lang) for s in comparison.others)]
    rows = []
    for key in known(comparison, (*ENDPOINTS, COST)):
        effects = [e.get(key) for e in comparison.effects.values()]
        name = next(measure_name(e.measure, lang) for e in effects if e)
        rows.append([Cell(name), *(number(_gain(e.pair, lang) if e else NOTHING) for e in effects)])
    return sheet(names, rows)


def _gain(pair: Paired, lang: str) -> str:
    if untouched(pair):
        return w("verdict.untouched", lang)
    if pair.n < WEAK:
        return NOTHING
    return w("numbers.gain", lang, correlation=fixed(pair.correlation, 2), ratio=_ratio(pair))


def _ratio(pair: Paired) -> str:
    """Return the variance ratio; of two replications it is chance, as their correlation is, and is not told."""
    if pair.n < WEAK:
        return NOTHING
    if 1000 <= pair.variance_ratio < math.inf:
        return "> 1,000"
    return fixed(pair.variance_ratio, 0 if pair.variance_ratio >= 10 else 1)


def all_effects(comparison: Comparison, scenario: str, lang: str) -> Sheet:
    """Return every measure of one scenario with all that pairing tells of it, group by group."""
    name = next(s.name(lang) for s in comparison.others if s.id == scenario)
    names = [w("column.measure", lang), comparison.baseline.name(lang), name]
    names += [w("column." + k, lang) for k in ("difference", "interval", "relative", "correlation", "variance_ratio",
                                               "verdict")]  # fmt: skip
    groups: dict[str, list[Effect]] = {}
    for effect in (e for e in comparison.effects[scenario].values() if e.pair.n):
        groups.setdefault(effect.measure.group, []).append(effect)
    rows: list[list[Cell]] = []
    for group, effects in groups.items():
        rows.append([Cell(w("group." + group, lang))])
        rows += [_full_row(comparison, scenario, effect, lang) for effect in effects]
    return sheet(names, rows)


def _full_row(comparison: Comparison, scenario: str, effect: Effect, lang: str) -> list[Cell]:
    pair, key, level = effect.pair, effect.measure.key, level_scale(comparison, effect.measure.key, lang)
    sides = ((pair.baseline, _reference(comparison)), (pair.mean, comparison.means[scenario]))
    levels = [level_text(key, value, level, lang, means, comparison.phases) for value, means in sides]
    first = Cell(measure_name(effect.measure, lang), hint(key, lang))
    if beyond_both(comparison, scenario, effect):
        return [first, *map(number, (*levels, *[NOTHING] * 5)), Cell(w("verdict.beyond", lang), tone="not_told_apart")]
    scale = scale_of_effect(effect, change_scale(comparison, key, lang))
    between = NOTHING if untouched(pair) else interval_text(effect.measure, pair, scale, lang)
    share = relative_cell(effect.measure, pair, lang)
    moved = scale.with_unit(scale.signed(pair.difference), lang)
    numbers = (*levels, moved, between, share, fixed(pair.correlation, 2), _ratio(pair))
    judged = repeated(comparison, scenario, effect) or effect
    verdict = w("verdict.untouched", lang) if untouched(pair) else verdict_words(judged, lang)
    return [first, *map(number, numbers), Cell(verdict, tone=tone_of(judged))]
