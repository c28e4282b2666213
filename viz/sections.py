"""The chapters of a report on a run or a comparison, in one language: what to say, with which tables and figures."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from ..experiments.comparison import STAGE, Comparison
from ..experiments.results import Runs
from ..experiments.run import TABLES
from ..experiments.statistics import LEVEL, MATTERS, MATTERS_POINTS, Paired
from ..model.calendar import holidays
from ..model.measures import measure_of, place_of
from . import figures, maps, places, weighing
from .answer import by_luck, moved
from .assumptions import assumptions
from .blocks import Block, Cell, Figure, Fold, Items, Note, Sheet, number, sheet
from .certainty import WEAK, ends, interval_text, is_weak, relative_text, steady, untouched
from .contrast import has_policy_of_its_own
from .costs import cost_table
from .dictionary import Columns, dictionary, of_comparison, of_run
from .effects import (
    KEY,
    PRIMARY,
    all_effects,
    change_scale,
    effects_table,
    heads,
    known,
    level_scale,
    of_group,
    pairing_table,
)
from .limits import limits
from .mix import mix
from .numbers import (
    MINUTES_IN_HOURS,
    NOTHING,
    Scale,
    day_text,
    days_followed,
    fixed,
    level_text,
    scale_of_effect,
    time_scale,
)
from .provenance import provenance
from .registered import registered
from .reproduce import reproduce
from .shock import shock, shock_of_run
from .words import bands, hint, joined, measure_name, stage_order, term, w


def chapters(results: Runs, comparison: Comparison, lang: str) -> dict[str, list[Block]]:
    """Return the chapters behind the answer by name; those that have nothing to say are empty.

    Args:
        results: What the report is on.
        comparison: Its values as they are to be shown (see `contrast.neutral`).
        lang: Language of the words.
    """
    keys = dict.fromkeys(key for means in comparison.means.values() for key in means)
    return {
        **findings(comparison, lang),
        "registered": registered(comparison, lang) if comparison.others else [],
        "assumptions": assumptions(comparison, lang),
        "limits": [Items(tuple(limits(comparison, lang)))],
        "dictionary": dictionary(keys, lang, _tables(results)),
        "provenance": provenance(results.records, lang),
        "reproduce": reproduce(comparison, lang),
    }


def _tables(results: Runs) -> dict[str, Columns]:
    """Return the tables that are there; what never was in a folder is told of as if it had been, without events."""
    files = {name for record in results.records for name in record.files}
    names = {name.removesuffix(".parquet") for name in files} or TABLES
    return of_run(names) if results.kind == "run" else of_comparison(names)


def findings(comparison: Comparison, lang: str) -> dict[str, list[Block]]:
    """Return what came out by chapter: of a comparison differences, of a run levels."""
    return _of_comparison(comparison, lang) if comparison.others else _of_run(comparison, lang)


def _of_comparison(comparison: Comparison, lang: str) -> dict[str, list[Block]]:
    name = comparison.baseline.name(lang)
    return {
        "effects": _effects(comparison, lang),
        "intervals": _figure(
            figures.intervals(comparison, known(comparison, KEY), lang), w("note.intervals", lang, baseline=name)
        ),
        "worse": got_worse(comparison, lang),
        "tradeoff": _figure(weighing.tradeoff(comparison, lang), w("note.tradeoff", lang, baseline=name)),
        "curves": _curves(comparison, lang),
        "shock": shock(comparison, lang),
        "stages": _stages(comparison, lang),
        "maps": _maps(comparison, "note.maps", lang),
        "costs": [Note(w("note.costs", lang, **_days(comparison))), cost_table(comparison, lang)],
        "equity": _equity(comparison, lang),
    }


def _of_run(comparison: Comparison, lang: str) -> dict[str, list[Block]]:
    """Return the chapters of a run: levels in place of differences."""
    means = comparison.means[comparison.baseline.id]
    groups: dict[str, list[str]] = {}
    for key in sorted(means, key=place_of):
        groups.setdefault(measure_of(key).group, []).append(key)
    all_ = Fold(w("fold.all", lang), tuple(levels_table(comparison, tuple(k), lang, g) for g, k in groups.items()))
    equity_ = weighing.equity(comparison, lang)
    note = w("note.curves_run", lang, bands=bands("note", comparison, lang))
    curves = _figure(figures.curves(comparison, lang), note)
    return {
        "measures": [levels_table(comparison, KEY, lang, "key"), *_run_notes(comparison, lang), all_],
        "curves": [*curves, *_days_off(comparison, lang)] if curves else [],
        "shock": shock_of_run(comparison, lang),
        "stages": _stages_of_run(comparison, lang),
        "maps": _maps(comparison, "note.maps_run", lang),
        "costs": [Note(w("note.costs_run", lang, **_days(comparison))),
                  levels_table(comparison, tuple(k for k in groups.get("cost", ()) if means[k]), lang, "cost")],
        "equity": [*_figure(equity_, w("note.equity", lang)),
                   levels_table(comparison, tuple(groups.get("equity", ())), lang, "equity")],
    }  # fmt: skip


def _run_notes(comparison: Comparison, lang: str) -> list[Block]:
    """Return what the main measures are: how long a need is followed, and what a sign of "at least" means."""
    tau = days_followed(comparison.phases)
    return [Note(w(f"note.{key}", lang, tau=tau)) for key in ("run_rates", "run")]


def levels_table(comparison: Comparison, keys: tuple[str, ...], lang: str, group: str) -> Sheet:
    """Return values of a run, or means over its replications: a measure a row."""
    means = comparison.means[comparison.baseline.id]
    rows = []
    for key in (k for k in keys if k in means):
        measure = measure_of(key)
        text = level_text(key, means[key], level_scale(comparison, key, lang), lang, means, comparison.phases)
        tone = "total" if key.endswith(".total") else ""
        rows.append([Cell(measure_name(measure, lang), hint(key, lang), tone), number(text)])
    return sheet([w(f"group.{group}", lang), w("column.value", lang)], rows)


def _figure(drawn: Figure | None, note: str) -> list[Block]:
    return [Note(note), drawn] if drawn else []


def _maps(comparison: Comparison, note: str, lang: str) -> list[Block]:
    drawn = maps.maps(comparison, lang)
    borders = w("note.borders", lang) if maps.district_names(comparison, lang) else ""
    if not drawn:
        return []
    tables = {info.id: places.most_changed(comparison, info.id, lang) for info in comparison.others}
    each = w("note.each_grid" if maps.by_grid(comparison) else "note.each_community", lang)
    note = w(note, lang, baseline=comparison.baseline.name(lang), borders=borders, each=each)
    found: list[Block] = [Note(note)]
    if any(tables.values()):
        found.append(Note(_changed_note(comparison, lang)))
    for info, figure in zip(comparison.scenarios, drawn, strict=True):
        found.append(figure)
        if table := tables.get(info.id):
            found += [Note(w("note.changed_title", lang, name=info.name(lang)), heading=True), table]
    return found


def _changed_note(comparison: Comparison, lang: str) -> str:
    """Return how the communities below the maps were chosen, and what their differences are worth."""
    counted, every = places.looked_at(comparison)
    n = comparison.replications
    return w("note.changed", lang, counted=counted, all=every, baseline=comparison.baseline.name(lang),
             least=places.LEAST_NEEDS, most=places.MOST, matters=f"{MATTERS:.0%}",
             runs=w("note.changed_one" if n == 1 else "note.changed_mean", lang, n=n))  # fmt: skip


def _curves(comparison: Comparison, lang: str) -> list[Block]:
    """Return the daily curves, and why needs that arise differ where a policy is said to touch no outcome."""
    blocks = _figure(figures.curves(comparison, lang), w("note.curves", lang, baseline=comparison.baseline.name(lang),
                                                        bands=bands("note", comparison, lang)))  # fmt: skip
    arisen = [Note(w("note.arisen", lang))] if figures.shown(comparison, "arisen") else []
    return [*blocks, *_days_off(comparison, lang), *arisen] if blocks else []


def _days_off(comparison: Comparison, lang: str) -> list[Block]:
    """Name the statutory holidays among the days that curves show, on which flows fall and backlogs rise."""
    days: list[dt.date] = comparison.dates[figures.first_day(comparison) :].astype("datetime64[D]").tolist()
    off = sorted({day for year in {day.year for day in days} for day in holidays(year)} & {*days})
    named = joined([day_text(day, lang) for day in off], lang)
    return [Note(w("note.holidays", lang, days=named))] if off else []


def _days(comparison: Comparison) -> dict[str, str]:
    """Return the days that costs are of, and those over which needs are followed, which are others."""
    phases = comparison.phases
    return {"days": f"{phases['window_days']}", "tau": days_followed(phases), "follow": f"{phases['follow_up_days']}"}


def got_worse(comparison: Comparison, lang: str) -> list[Block]:
    """Return what each scenario makes worse, or that nothing is shown to be; and what the same search finds better."""
    worse, better = (_moved(comparison, outcome, lang) for outcome in ("worse", "better"))
    found: list[Block] = [worse if worse.rows else Note(w("note.nothing_worse", lang))]
    slow = [
        w(
            "note.slower",
            lang,
            name=s.name(lang),
            count=count,
            all=every,
            much=f"{maps.MUCH:.0%}",
            baseline=comparison.baseline.name(lang),
        )
        for s in comparison.others
        if (counted := maps.slower(comparison, s))
        for count, every in [counted]
    ]
    looked = sum(len(by_luck(comparison, s)) for s in comparison.others)
    luck = {"count": looked, "chance": fixed(looked * (1.0 - LEVEL) / 2.0, 0), "worse": len(worse.rows),
            "better": len(better.rows)}  # fmt: skip
    return [*found, *([Items(tuple(slow))] if slow else []), Note(w("note.worse", lang)),
            *([Note(w("note.luck", lang, **luck))] if looked else []),
            *([Fold(w("fold.better", lang, count=len(better.rows)), (better,))] if better.rows else [])]  # fmt: skip


def _moved(comparison: Comparison, outcome: str, lang: str) -> Sheet:
    """Return what scenarios clearly make better or worse, a row each."""
    heads = [w(f"column.{key}", lang) for key in ("scenario", "measure", "reference", "difference", "interval")]
    rows = []
    for info in comparison.others:
        for effect in moved(comparison, info, outcome):
            key, pair = effect.measure.key, effect.pair
            level = level_scale(comparison, key, lang)
            scale = scale_of_effect(effect, change_scale(comparison, key, lang))
            base, share = level.value(pair.baseline), relative_text(effect.measure, pair, lang)
            change = f" ({share})" if share else ""
            name = Cell(measure_name(effect.measure, lang), hint(effect.measure.key, lang))
            rows.append([Cell(info.name(lang)), name, number(level.with_unit(base, lang)),
                         Cell(scale.with_unit(scale.signed(pair.difference), lang) + change, tone=outcome),
                         number(interval_text(effect.measure, pair, scale, lang, unit=True))])  # fmt: skip
    return sheet(heads, rows)


def _effects(comparison: Comparison, lang: str) -> list[Block]:
    pairs = [e[k].pair for e in comparison.effects.values() for k in known(comparison, KEY) if k in e]
    finite = [p.variance_ratio for p in pairs if p.n >= WEAK and math.isfinite(p.variance_ratio)]
    name = comparison.baseline.name(lang)
    least = {"share": f"{MATTERS:.0%}", "points": fixed(100 * MATTERS_POINTS, 1)}
    notes: list[Block] = [
        *_how_to_read(comparison, lang),
        Note(w("note.effects", lang, baseline=name, level=f"{LEVEL:.0%}")),
        Note(w("note.smallest", lang, baseline=name, **least)),
        Note(w("note.restricted", lang, tau=days_followed(comparison.phases))),
    ]
    notes += [Note(text) for s in comparison.others if (text := mix(comparison, s, lang))]
    if not all(has_policy_of_its_own(comparison, s) for s in comparison.others):
        notes.append(Note(w("note.neutral", lang)))
    if comparison.replications < 2:
        notes.insert(0, Note(w("note.single", lang)))
    if is_weak(comparison.replications):
        notes.insert(0, Note(w("note.weak", lang, n=comparison.replications)))
    if _any_cut(comparison):
        notes.append(Note(w("note.cut", lang)))
    if comparison.replications >= WEAK and finite:
        notes.append(Note(w("note.pairing", lang, ratio=fixed(float(np.median(finite)), 1))))
        notes.append(pairing_table(comparison, lang))
    folds = [
        Fold(
            w("fold.all_measures", lang, name=s.name(lang)),
            (Note(w("note.dashes", lang)), all_effects(comparison, s.id, lang)),
        )
        for s in comparison.others
    ]
    table = effects_table(comparison, KEY, lang)
    if any(cell.text == NOTHING for row in table.rows for cell in row):
        notes.insert(0, Note(w("note.no_value", lang)))
    return [table, *notes, *folds]


def _any_cut(comparison: Comparison) -> bool:
    """Return whether some interval of the key measures ends where what is possible ends."""
    found = [ends(e.measure, e.pair) for effects in comparison.effects.values() for k in KEY if (e := effects.get(k))]
    return any(each.cut_low or each.cut_high for each in found)


def _how_to_read(comparison: Comparison, lang: str) -> list[Block]:
    """Say in words what one cell of the table means, for readers who know no statistics."""
    for info in comparison.others:
        effect = comparison.effects[info.id].get(PRIMARY)
        if effect and effect.pair.n > 1 and effect.verdict in ("better", "worse", "not_told_apart"):
            pair = effect.pair
            if steady(pair):
                return []
            scale = scale_of_effect(effect, change_scale(comparison, PRIMARY, lang))  # as the table has it
            most = ends(effect.measure, pair)
            ends_ = abs(most.low), abs(most.high)  # how much shorter, how much longer, where the sign is open
            low, high = ends_ if effect.verdict == "not_told_apart" else sorted(ends_)
            facts = {"name": info.name(lang), "measure": measure_name(effect.measure, lang),
                     "baseline": comparison.baseline.name(lang), "n": pair.n,
                     "interval": interval_text(effect.measure, pair, scale, lang),
                     "change": scale.with_unit(scale.signed(pair.difference), lang),
                     "low": scale.with_unit(scale.value(low), lang),
                     "high": scale.with_unit(scale.value(high), lang)}  # fmt: skip
            return [Note(w(f"note.read_{effect.verdict}", lang, **facts))]
    return []


def _stages(comparison: Comparison, lang: str) -> list[Block]:
    drawn = figures.stages(comparison, lang)
    if drawn is None:
        return []
    by_category, few = category_table(comparison, lang), Note(w("note.categories", lang))
    return [
        Note(w("note.stages", lang, tau=days_followed(comparison.phases))),
        drawn,
        stage_table(comparison, lang),
        *([Fold(w("fold.categories", lang), (few, by_category))] if by_category.rows else []),
        _meanings(next(iter(comparison.stages.values())), lang),
    ]


def _stages_of_run(comparison: Comparison, lang: str) -> list[Block]:
    blocks = _figure(figures.stages(comparison, lang), w("note.stages_run", lang))
    met = [key.removeprefix(STAGE) for key in comparison.means[comparison.baseline.id] if key.startswith(STAGE)]
    return [*blocks, _meanings(met, lang)] if blocks else []


def _meanings(stages: Iterable[str], lang: str) -> Fold:
    """Return what the stages are: exactly one of them holds at every minute of a need."""
    heads = [w("column.stage", lang), w("column.meaning", lang)]
    rows = [[Cell(term(each, lang)), Cell(w(f"stage.{each}", lang), tone="long")] for each in stage_order(set(stages))]
    return Fold(w("fold.stages", lang), (sheet(heads, rows),))


def stage_table(comparison: Comparison, lang: str) -> Sheet:
    """Return the time a need spends in each stage in the reference, and what each scenario adds or removes.

    All of it is in one unit with the same digits, so that a reader can add the rows.
    """
    stages, whole = comparison.stages, list(comparison.stage_totals.values())
    scale = time_scale(min(whole[0].baseline, MINUTES_IN_HOURS))  # hours at most, so that the short ones show
    scale = replace(scale, digits=2 if scale.factor < 1.0 else 1)
    rows = []
    for stage in stage_order(set(next(iter(stages.values())))):
        rows.append([Cell(term(stage, lang)), *_changes([pairs[stage] for pairs in stages.values()], scale, lang)])
    rows.append([Cell(w("column.total", lang), tone="total"), *_changes(whole, scale, lang)])
    return sheet(heads(comparison, "stage", lang), rows)


def _changes(pairs: Sequence[Paired], scale: Scale, lang: str) -> list[Cell]:
    """Return the time a need of the reference takes, and what each scenario adds or removes."""
    return [number(scale.with_unit(scale.value(pairs[0].baseline), lang)), *(_change(p, scale, lang) for p in pairs)]


def _change(pair: Paired, scale: Scale, lang: str) -> Cell:
    if untouched(pair):
        return number(w("verdict.untouched", lang))
    measure = measure_of(f"{STAGE}*")
    text = scale.with_unit(scale.signed(pair.difference), lang)
    return Cell(text, interval_text(measure, pair, scale, lang), "number")


def category_table(comparison: Comparison, lang: str) -> Sheet:
    """Return the whole time a need takes by category, and the stage that each scenario changes most: in one unit."""
    base = {c: stages for c, stages in comparison.categories[comparison.baseline.id].items() if sum(stages.values())}
    scale = time_scale(max((sum(stages.values()) for stages in base.values()), default=0.0))
    fine = replace(scale, digits=2 if scale.unit == "unit.days" else 1)
    rows = []
    for category, stages in base.items():
        total = sum(stages.values())
        cells = [
            Cell(term(category, lang)),
            number(scale.finer(total).with_unit(scale.finer(total).value(total), lang)),
        ]
        for info in comparison.others:
            other = comparison.categories[info.id].get(category, {})
            change = {s: other.get(s, 0.0) - minutes for s, minutes in stages.items()}
            largest = max(change, key=lambda s: abs(change[s]))
            shown = fine.signed(change[largest])
            below = w("column.largest_below", lang, stage=term(largest, lang), change=fine.with_unit(shown, lang))
            cells.append(Cell(fine.with_unit(fine.signed(sum(change.values())), lang),
                              below if any(c in "123456789" for c in shown) else "", "number"))  # fmt: skip
        rows.append(cells)
    return sheet(heads(comparison, "category", lang), rows)


def _equity(comparison: Comparison, lang: str) -> list[Block]:
    blocks: list[Block] = [effects_table(comparison, of_group(comparison, "equity"), lang)]
    if not known(comparison, weighing.KINDS):
        return blocks
    drawn = _figure(weighing.equity(comparison, lang), w("note.equity", lang))
    return [*blocks, *drawn, Note(w("note.grid_kinds", lang)), effects_table(comparison, weighing.KINDS, lang)]
