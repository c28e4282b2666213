"""The chapters of a report on a comparison, in one language: what to say, in which order, with which tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..experiments.comparison import Comparison
from ..experiments.statistics import LEVEL, MATTERS, MATTERS_POINTS, Paired
from ..scenarios.schema import GRID_KINDS
from . import figures, maps
from .assumptions import assumptions, compared
from .blocks import Block, Cell, Figure, Fold, Items, Note, Section, Sheet, number, sheet
from .contrast import has_policy_of_its_own
from .costs import cost_table
from .effects import KEY, all_effects, effects_table, heads, known, of_group, pairing_table, untouched
from .numbers import Scale, fixed, stage_scale, time_change_scale, time_scale
from .reproduce import reproduce
from .shock import shock
from .words import stage_order, term, w


def sections(comparison: Comparison, lang: str) -> list[Section]:
    """Return all chapters behind the answer; those that have nothing to say are left out."""
    name = comparison.baseline.name(lang)
    chapters: dict[str, list[Block]] = {
        "compared": compared(comparison, lang),
        "effects": _effects(comparison, lang),
        "intervals": _figure(
            figures.intervals(comparison, known(comparison, KEY), lang), w("note.intervals", lang, baseline=name)
        ),
        "curves": _curves(comparison, lang),
        "shock": shock(comparison, lang),
        "stages": _stages(comparison, lang),
        "maps": _figure(maps.maps(comparison, lang), w("note.maps", lang, baseline=name)),
        "costs": [Note(w("note.costs", lang)), cost_table(comparison, lang)],
        "equity": _equity(comparison, lang),
        "assumptions": assumptions(comparison, lang),
        "limits": [Items(tuple(limits(comparison, lang)))],
        "reproduce": reproduce(comparison, lang),
    }
    return [Section(key, w(f"section.{key}", lang), tuple(blocks)) for key, blocks in chapters.items() if blocks]


def _figure(svg: str, note: str) -> list[Block]:
    return [Note(note), Figure(svg)] if svg else []


def _curves(comparison: Comparison, lang: str) -> list[Block]:
    """Return the daily curves, and why needs that arise differ where a policy is said to touch no outcome."""
    blocks = _figure(figures.curves(comparison, lang), w("note.curves", lang, baseline=comparison.baseline.name(lang)))
    return [*blocks, Note(w("note.arisen", lang))] if blocks and figures.shown(comparison, "arisen") else blocks


def _effects(comparison: Comparison, lang: str) -> list[Block]:
    tau = comparison.phases["tau_minutes"] / 1440
    ratios = [e[k].pair.variance_ratio for e in comparison.effects.values() for k in known(comparison, KEY) if k in e]
    finite = [r for r in ratios if math.isfinite(r)]
    name = comparison.baseline.name(lang)
    least = {"share": f"{MATTERS:.0%}", "points": fixed(100 * MATTERS_POINTS, 1)}
    notes: list[Block] = [
        Note(w("note.effects", lang, baseline=name, level=f"{LEVEL:.0%}")),
        Note(w("note.smallest", lang, baseline=name, **least)),
        Note(w("note.restricted", lang, tau=fixed(tau, 0))),
    ]
    if not all(has_policy_of_its_own(comparison, s) for s in comparison.others):
        notes.append(Note(w("note.neutral", lang)))
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


def _stages(comparison: Comparison, lang: str) -> list[Block]:
    if not any(comparison.stages.values()):
        return []
    return [
        Note(w("note.stages", lang, tau=fixed(comparison.phases["tau_minutes"] / 1440, 0))),
        Figure(figures.stages(comparison, lang)),
        stage_table(comparison, lang),
        Fold(w("fold.categories", lang), (category_table(comparison, lang),)),
    ]


def stage_table(comparison: Comparison, lang: str) -> Sheet:
    """Return the minutes a need spends in each stage in the reference, and what each scenario adds or removes."""
    stages = comparison.stages
    first = next(iter(stages.values()))
    rows = []
    for stage in stage_order(set(first)):
        scale = stage_scale(first[stage].baseline)
        base = number(scale.with_unit(scale.value(first[stage].baseline), lang))
        rows.append([Cell(term(stage, lang)), base, *(_change(pairs[stage], scale, lang) for pairs in stages.values())])
    whole = list(comparison.stage_totals.values())
    scale = stage_scale(whole[0].baseline)
    base = number(scale.with_unit(scale.value(whole[0].baseline), lang))
    rows.append([Cell(w("column.total", lang), tone="total"), base, *(_change(p, scale, lang) for p in whole)])
    return sheet(heads(comparison, "stage", lang), rows)


def _change(pair: Paired, scale: Scale, lang: str) -> Cell:
    if untouched(pair):
        return number(w("verdict.untouched", lang))
    if max(abs(pair.low), abs(pair.high)) * scale.factor < 0.1:  # an hour is too long a measure for it
        scale = time_change_scale(abs(pair.difference))
    scale = scale.finer(pair.low, pair.high)
    text = scale.with_unit(scale.signed(pair.difference), lang)
    return Cell(text, scale.interval(pair.low, pair.high, lang), "number")


def category_table(comparison: Comparison, lang: str) -> Sheet:
    """Return the whole time a need takes by category, and the stage that each scenario changes most."""
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
            fine = time_change_scale(max(abs(sum(change.values())), abs(change[largest])))
            text = fine.with_unit(fine.signed(sum(change.values())), lang)
            most = fine.with_unit(fine.signed(change[largest]), lang)
            below = w("column.largest_below", lang, stage=term(largest, lang), change=most)
            cells.append(Cell(text, below, "number"))
        rows.append(cells)
    return sheet(heads(comparison, "category", lang), rows)


def _equity(comparison: Comparison, lang: str) -> list[Block]:
    blocks: list[Block] = [effects_table(comparison, of_group(comparison, "equity"), lang)]
    kinds = tuple(f"solution_of.{kind}" for kind in GRID_KINDS)
    if not known(comparison, kinds):
        return blocks
    return [*blocks, Note(w("note.grid_kinds", lang)), effects_table(comparison, kinds, lang)]


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
