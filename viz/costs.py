"""The account of costs: totals with the parts that make up their change, so that each table adds up."""

from __future__ import annotations

import math
from dataclasses import replace

from ..experiments.comparison import Comparison
from .blocks import Cell, Sheet, number, sheet
from .effects import change_scale, effect_cell, effects_row, heads, known, level_scale, of_group, repeated
from .numbers import Scale, row_scales
from .words import w

FAMILIES = ("person_hours", "money_cny", "overhead_hours")
"""Accounts whose members add up to a total; hours of work and travel are a part of hours on duty and left out."""
MONEY = "money_cny"
FEW_DIGITS = 100.0
"""Sum in 万元 or millions from which one digit behind the point is enough."""
Scales = tuple[Scale, Scale]
BARELY = 0.001
"""Share of a member's own size below which its change goes into the row of the others."""


def cost_table(comparison: Comparison, lang: str, *, brief: bool = False) -> Sheet:
    """Return the accounts: each total, the members that change, the others in one row; then what is counted singly.

    A figure stands once: what is counted singly is left out where it only says an account again.
    """
    keys = known(comparison, of_group(comparison, "cost"))
    rows: list[list[Cell]] = []
    for family in FAMILIES:
        total, members = f"{family}.total", [k for k in keys if k.startswith(f"{family}.") and k != f"{family}.total"]
        if total not in keys or not any(_differs(comparison, k, 0.0) for k in (total, *members)):
            continue
        scales = _money_scales(comparison, total, lang) if family == MONEY else None
        first, *cells = _row(comparison, total, scales, lang, brief=brief)
        rows.append([Cell(first.text, first.below, "total"), *cells])
        changed = [k for k in members if _differs(comparison, k, BARELY)]
        rows += [_row(comparison, k, scales, lang, brief=brief) for k in changed]
        rows += _others(comparison, [k for k in members if k not in changed], scales, lang)
    single = [k for k in keys if k.partition(".")[0] not in (*FAMILIES, "busy_hours") and _differs(comparison, k, 0.0)
              and not _said(comparison, k)]  # fmt: skip
    rows += [effects_row(comparison, k, lang, brief=brief) for k in single]
    return sheet(heads(comparison, "measure", lang), rows)


def _money_scales(comparison: Comparison, total: str, lang: str) -> Scales:
    """Return the scales of all rows of the account of money, of values and differences: in the unit of its total."""
    level, change = level_scale(comparison, total, lang), change_scale(comparison, total, lang)
    if level.factor == 1.0:
        return level, change
    pairs = [e.pair for found in comparison.effects.values() if (e := found.get(total)) and e.pair.n]
    return _with_digits(level, max(p.baseline for p in pairs)), _with_digits(change, *(p.difference for p in pairs))


def _with_digits(scale: Scale, *sums: float) -> Scale:
    return replace(scale, digits=2 if max(map(abs, sums)) * scale.factor < FEW_DIGITS else 1)


def _row(comparison: Comparison, key: str, scales: Scales | None, lang: str, *, brief: bool) -> list[Cell]:
    """Return the row of a measure, in scales that it shares with others where they are given."""
    first, base, *cells = effects_row(comparison, key, lang, brief=brief)
    if scales is None:
        return [first, base, *cells]
    level, scale = scales
    effects = {s.id: comparison.effects[s.id].get(key) for s in comparison.others}
    value = next(e.pair.baseline for e in effects.values() if e and e.pair.n)
    cells = [effect_cell(comparison, s, e, scale, lang, brief) for s, e in effects.items()]
    return [first, number(level.with_unit(level.value(value), lang)), *cells]


def _said(comparison: Comparison, key: str) -> bool:
    """Return whether a cost stands in the accounts above already, as the hours of another measure."""
    return all(repeated(comparison, scenario, effects[key]) for scenario, effects in comparison.effects.items())


def _differs(comparison: Comparison, key: str, share: float) -> bool:
    """Return whether some scenario changes a cost by more than a share of it."""
    pairs = [effects[key].pair for effects in comparison.effects.values() if key in effects]
    return any(abs(p.difference) > share * abs(p.baseline) for p in pairs if math.isfinite(p.difference))


def _others(comparison: Comparison, keys: list[str], scales: Scales | None, lang: str) -> list[list[Cell]]:
    """Return one row for the members that hardly change, or none if they cost nothing at all."""
    first = comparison.others[0].id
    effects = [comparison.effects[first][k] for k in keys]
    base = sum(e.pair.baseline for e in effects)
    if not base:
        return []
    changes = [sum(comparison.effects[info.id][k].pair.difference for k in keys) for info in comparison.others]
    level, scale = scales or row_scales(effects[0].measure, lang, [base], changes)
    cells = [Cell(w("column.others", lang, n=len([e for e in effects if e.pair.baseline]))),
             number(level.with_unit(level.value(base), lang))]  # fmt: skip
    for change in changes:
        text = scale.with_unit(scale.signed(change), lang)
        cells.append(number(text) if change else Cell(w("verdict.untouched", lang), tone="unchanged"))
    return [cells]
