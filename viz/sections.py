"""The chapters of a report on a comparison, in one language: what to say, in which order, with which tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..experiments.comparison import Comparison
from ..experiments.statistics import Paired
from ..model.resilience import BEFORE, STAY, TOLERANCE
from . import figures, maps
from .assumptions import assumptions, compared
from .blocks import Block, Cell, Figure, Fold, Items, Note, Section, Sheet, number, sheet
from .effects import KEY, all_effects, cost_keys, effects_table, known, of_group, pairing_table, untouched
from .numbers import Scale, fixed, percent, stage_scale, time_scale
from .reproduce import reproduce
from .words import joined, stage_order, term, w


def title(comparison: Comparison, lang: str) -> str:
    """Return the question that the comparison answers."""
    if len(comparison.others) == 1:
        asked = comparison.others[0]
        question = asked.question_zh if lang == "zh" else asked.question_en
        if question:
            return question
    names = joined([s.name(lang) for s in comparison.others], lang)
    return w("title.many", lang, names=names, baseline=comparison.baseline.name(lang))


def sections(comparison: Comparison, lang: str) -> list[Section]:
    """Return all chapters behind the answer; those that have nothing to say are left out."""
    chapters: dict[str, list[Block]] = {
        "compared": compared(comparison, lang),
        "effects": _effects(comparison, lang),
        "intervals": _figure(figures.intervals(comparison, known(comparison, KEY), lang), w("note.intervals", lang)),
        "curves": _figure(figures.curves(comparison, lang), w("note.curves", lang)),
        "shock": _shock(comparison, lang),
        "stages": _stages(comparison, lang),
        "maps": _figure(maps.maps(comparison, lang), w("note.maps", lang)),
        "costs": [Note(w("note.costs", lang)), effects_table(comparison, cost_keys(comparison), lang)],
        "equity": _equity(comparison, lang),
        "assumptions": assumptions(comparison, lang),
        "limits": [Items(tuple(limits(comparison, lang)))],
        "reproduce": reproduce(comparison, lang),
    }
    return [Section(key, w(f"section.{key}", lang), tuple(blocks)) for key, blocks in chapters.items() if blocks]


def _figure(svg: str, note: str) -> list[Block]:
    return [Note(note), Figure(svg)] if svg else []


def _effects(comparison: Comparison, lang: str) -> list[Block]:
    tau = comparison.phases["tau_minutes"] / 1440
    ratios = [e[k].pair.variance_ratio for e in comparison.effects.values() for k in known(comparison, KEY) if k in e]
    finite = [r for r in ratios if math.isfinite(r)]
    notes: list[Block] = [Note(w("note.effects", lang)), Note(w("note.restricted", lang, tau=fixed(tau, 0)))]
    if comparison.replications < 2:
        notes.insert(0, Note(w("note.single", lang)))
    elif finite:
        notes.append(Note(w("note.pairing", lang, ratio=fixed(float(np.median(finite)), 1))))
        notes.append(pairing_table(comparison, lang))
    folds = [
        Fold(w("fold.all_measures", lang, name=s.name(lang)), (all_effects(comparison, s.id, lang),))
        for s in comparison.others
    ]
    return [effects_table(comparison, KEY, lang), *notes, *folds]


def _shock(comparison: Comparison, lang: str) -> list[Block]:
    keys = of_group(comparison, "resilience")
    if not known(comparison, keys):
        return []
    note = w("note.shock", lang, curve=w("fig.backlog", lang), before=BEFORE, stay=STAY, share=f"{TOLERANCE:.0%}")
    shares = [comparison.means[s.id].get("resilience.recovered", math.nan) for s in comparison.scenarios]
    if not any(shares):
        days = comparison.means[comparison.baseline.id]["resilience.recovery_days"]
        keys = tuple(k for k in keys if k not in ("resilience.recovery_days", "resilience.recovered"))
        return [Note(note), effects_table(comparison, keys, lang),
                Note(w("note.none_recovered", lang, days=fixed(days, 0)))]  # fmt: skip
    n = comparison.replications
    items = [w("note.recovered_item", lang, name=s.name(lang), count=round(share * n), n=n)
             for s, share in zip(comparison.scenarios, shares, strict=True) if math.isfinite(share)]  # fmt: skip
    recovered = Note(w("note.recovered", lang, items=joined(items, lang)))
    return [Note(note), effects_table(comparison, keys, lang), recovered]


def _stages(comparison: Comparison, lang: str) -> list[Block]:
    if not any(comparison.stages.values()):
        return []
    return [
        Note(w("note.stages", lang)),
        Figure(figures.stages(comparison, lang)),
        stage_table(comparison, lang),
        Fold(w("fold.categories", lang), (category_table(comparison, lang),)),
    ]


def stage_table(comparison: Comparison, lang: str) -> Sheet:
    """Return the minutes a need spends in each stage under the baseline, and what each scenario adds or removes."""
    stages = comparison.stages
    first = next(iter(stages.values()))
    heads = [w("column.stage", lang), w("column.baseline", lang), *(s.name(lang) for s in comparison.others)]
    rows = []
    for stage in stage_order(set(first)):
        scale = stage_scale(first[stage].baseline)
        base = number(scale.with_unit(scale.value(first[stage].baseline), lang))
        rows.append([Cell(term(stage, lang)), base, *(_change(pairs[stage], scale, lang) for pairs in stages.values())])
    whole = sum(p.baseline for p in first.values())
    scale = stage_scale(whole)
    sums = [sum(p.difference for p in pairs.values()) for pairs in stages.values()]
    rows.append(
        [Cell(w("column.total", lang), tone="total"), number(scale.with_unit(scale.value(whole), lang))]
        + [number(scale.with_unit(scale.signed(x), lang, difference=True)) for x in sums]
    )
    return sheet(heads, rows)


def _change(pair: Paired, scale: Scale, lang: str) -> Cell:
    if untouched(pair):
        return number(w("verdict.untouched", lang))
    text = scale.with_unit(scale.signed(pair.difference), lang, difference=True)
    return Cell(text, scale.interval(pair.low, pair.high, lang), "number")


def category_table(comparison: Comparison, lang: str) -> Sheet:
    """Return the whole time a need takes by category, and the stage that each scenario changes most."""
    heads = [w("column.category", lang), w("column.baseline", lang), *(s.name(lang) for s in comparison.others)]
    rows = []
    for category, stages in comparison.categories[comparison.baseline.id].items():
        total = sum(stages.values())
        if not total:
            continue
        scale = time_scale(total)
        cells = [Cell(term(category, lang)), number(scale.with_unit(scale.value(total), lang))]
        for info in comparison.others:
            other = comparison.categories[info.id].get(category, {})
            change = {s: other.get(s, 0.0) - minutes for s, minutes in stages.items()}
            largest = max(change, key=lambda s: abs(change[s]))
            text = scale.with_unit(scale.signed(sum(change.values())), lang, difference=True)
            below = w("column.largest_below", lang, stage=term(largest, lang), change=scale.signed(change[largest]))
            cells.append(Cell(text, below, "number"))
        rows.append(cells)
    return sheet(heads, rows)


def _equity(comparison: Comparison, lang: str) -> list[Block]:
    blocks: list[Block] = [effects_table(comparison, of_group(comparison, "equity"), lang)]
    table = _by_grid_kind(comparison, lang)
    return [*blocks, Note(w("note.grid_kinds", lang)), table] if table else blocks


def _by_grid_kind(comparison: Comparison, lang: str) -> Sheet | None:
    """Return the mean time to solution by kind of grid, weighted by the baseline's needs."""
    base = comparison.grids[comparison.baseline.id]
    if not {"kind", "needs", "solution_minutes"} <= base.keys():
        return None
    kinds = list(dict.fromkeys(str(k) for k in sorted(base["kind"])))
    heads = [w("column.grid_kind", lang), w("column.baseline", lang), *(s.name(lang) for s in comparison.others)]
    rows = []
    for kind in kinds:
        level = _weighted(base, base, kind)
        scale = time_scale(level)
        cells = [Cell(term(kind, lang)), number(scale.with_unit(scale.value(level), lang))]
        for info in comparison.others:
            change = _weighted(comparison.grids[info.id], base, kind) - level
            relative = f" ({percent(change / level)})" if level else ""
            cells.append(number(scale.with_unit(scale.signed(change), lang, difference=True) + relative))
        rows.append(cells)
    return sheet(heads, rows)


def _weighted(grids: Mapping[str, NDArray[Any]], base: Mapping[str, NDArray[Any]], kind: str) -> float:
    values, weights = grids["solution_minutes"], base["needs"]
    mine = (base["kind"] == kind) & np.isfinite(values) & np.isfinite(base["solution_minutes"]) & (weights > 0)
    return float(np.average(values[mine], weights=weights[mine])) if mine.any() else math.nan


def limits(comparison: Comparison, lang: str) -> Sequence[str]:
    """Return what a reader has to bear in mind."""
    count = sum(math.isfinite(e.pair.low) for effects in comparison.effects.values() for e in effects.values())
    return [
        w("limit.model", lang),
        w("limit.evidence", lang),
        *([w("limit.many", lang, count=count, chance=fixed(0.05 * count, 0))] if count else []),
        w("limit.interval", lang, n=comparison.replications),
        w("limit.horizon", lang, follow=comparison.phases["follow_up_days"]),
        w("limit.ratings", lang),
        w("limit.units", lang),
    ]
