"""The chapter on a shock: its shape in the backlog, what became of needs after it, and why the backlog stays up."""

from __future__ import annotations

import math
from dataclasses import replace

from ..experiments.comparison import Comparison, Effect
from ..experiments.statistics import judged
from ..model.measures import Measure
from ..model.resilience import STAY, TOLERANCE
from .blocks import Block, Cell, Note, Sheet, number, sheet
from .effects import effects_table, known, of_group
from .mix import brought
from .numbers import fixed
from .weighing import days_before, resilience
from .words import bands, catalogue, joined, w

RECOVERY = ("resilience.recovery_days", "resilience.recovered")
"""What cannot be compared where no run recovers."""
LATE = 14
"""Last days of a run whose daily flows are set against those before the shock."""
_FLOWS = (("arisen", "needs", 0), ("solved", "needs", 1), ("lapsed", "needs", 0), ("forced", "cases", -1))
_STOCKS = (("open_needs", "needs", -1), ("backlog", "cases", -1))
_CASES = ("opened", "closed", "forced", "backlog")


def shock_keys(comparison: Comparison) -> tuple[str, ...]:
    """Return the measures of the shock that can be compared."""
    keys = of_group(comparison, "resilience")
    return keys if any(_recovered(comparison)) else tuple(k for k in keys if k not in RECOVERY)


def _recovered(comparison: Comparison) -> list[float]:
    return [comparison.means[s.id].get("resilience.recovered", math.nan) for s in comparison.scenarios]


def shock(comparison: Comparison, lang: str, *, brief: bool = False) -> list[Block]:
    """Return the chapter, or nothing without a shock; ``brief`` is its table and what recovered, for terminals."""
    keys = shock_keys(comparison)
    if not known(comparison, keys):
        return []
    table = effects_table(comparison, keys, lang, brief=brief)
    if brief:
        return [table, Note(_who_recovered(comparison, lang))]
    days = days_before(_first_day(comparison) or 0)
    note = w("note.shock", lang, curve=w("fig.backlog", lang), before=days, stay=STAY, share=f"{TOLERANCE:.0%}")
    return [Note(note), *_curve(comparison, lang), table, Note(_who_recovered(comparison, lang)),
            *_aftermath(comparison, lang)]  # fmt: skip


def shock_of_run(comparison: Comparison, lang: str) -> list[Block]:
    """Return the chapter of a run: its resilience curve and the flows before and after; nothing without a shock."""
    first = _first_day(comparison)
    flows = flow_table(comparison, first, lang) if first is not None else None
    return [*_curve(comparison, lang), *([flows] if flows else [])]


def _curve(comparison: Comparison, lang: str) -> list[Block]:
    first = _first_day(comparison)
    drawn = resilience(comparison, lang, first) if first is not None else None
    kinds = brought(comparison, lang)
    blocks: list[Block] = [Note(kinds)] if kinds else []
    if first is None:
        return blocks
    text = w("note.resilience", lang, before=days_before(first), bands=bands("shock", comparison, lang))
    return [*blocks, Note(text), drawn] if drawn else [*blocks, Note(w("note.no_resilience", lang))]


def _who_recovered(comparison: Comparison, lang: str) -> str:
    """Say how many runs recovered before their end."""
    shares = _recovered(comparison)
    if not any(shares):
        days = comparison.means[comparison.baseline.id]["resilience.recovery_days"]
        return w("note.none_recovered", lang, days=fixed(days, 0))
    n = comparison.replications
    items = [w("note.recovered_item", lang, name=s.name(lang), count=round(share * n), n=n)
             for s, share in zip(comparison.scenarios, shares, strict=True) if math.isfinite(share)]  # fmt: skip
    return w("note.recovered", lang, items=joined(items, lang))


def _first_day(comparison: Comparison) -> int | None:
    """Return the day of the run on which the reference's first shock begins."""
    days = [int(s["start_day"]) for s in comparison.phases["shocks"]]
    return int(comparison.phases["warm_up_days"]) + min(days) if days else None


def _aftermath(comparison: Comparison, lang: str) -> list[Block]:
    """Return what became of needs and cases after the shock, and the flows that keep the backlog up."""
    first, blocks = _first_day(comparison), list[Block]()
    if first is None:
        return []
    after = _after(comparison, first)
    keys = tuple(dict.fromkeys(k for effects in after.effects.values() for k in effects))
    if keys:
        blocks += [Note(w("note.after", lang), heading=True), effects_table(after, keys, lang),
                   Note(w("note.after_forced", lang))]  # fmt: skip
    if flows := flow_table(comparison, first, lang):
        blocks += [Note(w("note.flows_heading", lang), heading=True), flows,
                   Note(w("note.flows", lang, before=days_before(first), late=LATE))]  # fmt: skip
    return blocks


def _after(comparison: Comparison, first: int) -> Comparison:
    """Return the comparison with what happened from the shock to the end of the run as its effects."""
    base = comparison.curves[comparison.baseline.id]
    effects: dict[str, dict[str, Effect]] = {}
    for info in comparison.others:
        curves, found = comparison.curves[info.id], {}
        for (key, unit, better), is_flow in [(f, True) for f in _FLOWS] + [(s, False) for s in _STOCKS]:
            if key not in base or key not in curves:
                continue
            a, b = (c[key][:, first:].sum(axis=1) if is_flow else c[key][:, -1] for c in (base, curves))
            zh, en = catalogue()[f"after.{key}"]
            measure = Measure(f"after.{key}", unit, better, zh, en, "resilience")
            found[measure.key] = Effect(measure, *judged(measure, a, b))
        effects[info.id] = found
    return replace(comparison, effects=effects)


def flow_table(comparison: Comparison, first: int, lang: str) -> Sheet | None:
    """Return cases opened and closed a day, before the shock and at the end of the run, one scenario a row."""
    names = [w(f"column.{key}", lang)
             for key in ("scenario", "opened_before", "closed_before", "opened_late", "closed_late", "forced_late",
                         "rise_before", "rise_late", "above")]  # fmt: skip
    rows = []
    for info in comparison.scenarios:
        curves = comparison.curves[info.id]
        if any(key not in curves for key in _CASES) or not days_before(first):
            return None
        opened, closed, forced, backlog = (curves[key].mean(axis=0) for key in _CASES)
        before, late = slice(first - days_before(first), first), slice(-LATE, None)
        above = backlog[-1] - backlog[before].mean()
        spans = ((opened, before), (closed, before), (opened, late), (closed, late), (forced, late))
        texts = [fixed(float(x[span].mean()), 1) for x, span in spans]
        texts += [fixed(float((opened - closed)[span].mean()), 1, sign=True) for span in (before, late)]
        rows.append([Cell(info.name(lang)), *map(number, (*texts, fixed(float(above), 0, sign=True)))])
    return sheet(names, rows)
