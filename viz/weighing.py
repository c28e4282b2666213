"""Figures for weighing: effect against cost, who waits how long, and how a shock is got over."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..experiments.comparison import Comparison, Effect, band
from ..model.resilience import BEFORE
from ..scenarios.schema import GRID_KINDS
from . import style
from .blocks import Figure as Drawn
from .certainty import steady
from .data import csv_text, effects_data, levels_data
from .effects import COST, MONEY, PRIMARY, change_scale
from .figures import by_day, mark_shocks, names_of, with_thousands
from .numbers import scale_of_changes, time_scale
from .words import bands, joined, measure_name, term, w

KINDS = tuple(f"solution_of.{kind}" for kind in GRID_KINDS)
"""Time to solution by kind of grid: commercial and old compounds, villages, and grids of one organisation."""


def tradeoff(comparison: Comparison, lang: str) -> Drawn | None:
    """Draw what each scenario gains in the time to solution against what it costs, both with their intervals."""
    price = next((key for key in (MONEY, COST) if all(key in e for e in comparison.effects.values())), "")
    effects = comparison.effects
    if not effects or not price or not all(PRIMARY in e and e[PRIMARY].pair.n for e in effects.values()):
        return None
    cost = scale_of_changes(next(iter(effects.values()))[price].measure, lang,
                            *(e[price].pair.difference for e in effects.values()))  # fmt: skip
    time = change_scale(comparison, PRIMARY, lang)
    base = comparison.baseline.name(lang)
    with style.styled(f"tradeoff-{lang}"):
        figure = Figure(figsize=(8.2, 4.4), layout="constrained")
        axes = figure.subplots()
        for i, info in enumerate(comparison.others):
            x, y = effects[info.id][price], effects[info.id][PRIMARY]
            axes.errorbar(x.pair.difference * cost.factor, -y.pair.difference * time.factor,
                          xerr=_half(x, cost.factor), yerr=_half(y, time.factor), fmt=style.mark(i), markersize=7,
                          color=style.colour(i), elinewidth=1.4)  # fmt: skip
            axes.plot([], [], style.mark(i), markersize=7, color=style.colour(i), label=info.name(lang))
        with_thousands(axes.xaxis)
        axes.plot(0, 0, "x", color=style.INK, markersize=7, label=base)
        axes.axhline(0, color=style.INK, linewidth=0.8)
        axes.axvline(0, color=style.INK, linewidth=0.8)
        axes.margins(0.12)
        axes.set_xlabel(w("fig.price_axis", lang, measure=measure_name(effects[comparison.others[0].id][price].measure,
                                                                       lang), unit=cost.word(lang)))  # fmt: skip
        axes.set_ylabel(w("fig.gain_axis", lang, unit=time.word(lang)))
        figure.legend(loc="outside upper left", ncols=3)
        alt = w("alt.tradeoff", lang, names=joined(names_of(comparison, lang), lang), baseline=base)
        return style.drawn(figure, "tradeoff", lang, alt, effects_data(comparison, (PRIMARY, price)))


def _half(effect: Effect, factor: float) -> float:
    if steady(effect.pair):
        return 0.0
    half = (effect.pair.high - effect.pair.low) / 2 * factor
    return half if math.isfinite(half) else 0.0


def equity(comparison: Comparison, lang: str) -> Drawn | None:
    """Draw how long a need waits in each kind of grid, under each scenario."""
    means = comparison.means
    kinds = [key for key in KINDS if any(math.isfinite(means[s.id].get(key, math.nan)) for s in comparison.scenarios)]
    if len(kinds) < 2:
        return None
    values = {s.id: [means[s.id].get(key, math.nan) for key in kinds] for s in comparison.scenarios}
    scale = time_scale(float(np.nanmedian(list(values.values()))))
    with style.styled(f"equity-{lang}"):
        figure = Figure(figsize=(8.2, 0.9 + 0.62 * len(kinds)), layout="constrained")
        axes = figure.subplots()
        step = 0.7 / len(comparison.scenarios)
        for i, info in enumerate(comparison.scenarios):
            y = np.arange(len(kinds)) - 0.35 + step * (i + 0.5)
            x = np.array(values[info.id]) * scale.factor
            tint, sign = (style.BASE, "x") if i == 0 else (style.colour(i - 1), style.mark(i - 1))
            axes.plot(x, y, sign, color=tint, markersize=6, label=info.name(lang))
            axes.hlines(y, 0, x, color=tint, linewidth=0.8, alpha=0.5)
        axes.set_yticks(range(len(kinds)), [term(key.partition(".")[2], lang) for key in kinds])
        axes.set_ylim(len(kinds) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(w("fig.wait_axis", lang, unit=scale.word(lang)))
        figure.legend(loc="outside upper left", ncols=3)
        alt = w("alt.equity", lang, kinds=joined([term(k.partition(".")[2], lang) for k in kinds], lang))
        return style.drawn(figure, "equity", lang, alt, levels_data(comparison, kinds))


def days_before(first: int) -> int:
    """Return over how many days before a shock the level is taken to set it against: two weeks, or all there are."""
    return min(BEFORE, first)


def resilience(comparison: Comparison, lang: str, first: int) -> Drawn | None:
    """Draw the backlog in per cent of its mean before the shock, from those days to the end of the run.

    Nothing is drawn where no day lies before the shock, or the backlog was nought on all of them.

    Args:
        comparison: What to draw.
        lang: Language of the words.
        first: Day of the run on which the shock begins.
    """
    begin = first - days_before(first)
    if begin == first or any("backlog" not in comparison.curves[s.id] for s in comparison.scenarios):
        return None
    dates = comparison.dates[begin:]
    rows: list[tuple[Any, ...]] = []
    with style.styled(f"resilience-{lang}"):
        figure = Figure(figsize=(9.0, 3.6), layout="constrained")
        axes = figure.subplots()
        mark_shocks(axes, comparison)
        for i, info in enumerate(comparison.scenarios):
            values = comparison.curves[info.id]["backlog"]
            level = values[:, begin:first].mean(axis=1, keepdims=True)
            if not (level > 0).all():
                return None
            lines = band(100 * values[:, begin:] / level)
            _line(axes, dates, lines, i, info.name(lang))
            rows += [(info.id, str(day), *map(float, row)) for day, *row in zip(dates, *lines, strict=True)]
        axes.axhline(100, color=style.INK, linewidth=0.9)
        by_day(axes, dates, lang)
        axes.set_ylabel(w("fig.resilience_axis", lang))
        figure.legend(loc="outside upper left", ncols=3)
        alt = w("alt.resilience", lang, names=joined([s.name(lang) for s in comparison.scenarios], lang),
                bands=bands("alt", comparison, lang))  # fmt: skip
        heads = ("scenario", "date", "per_cent_of_before", "low", "high")
        return style.drawn(figure, "resilience", lang, alt, csv_text(heads, rows))


def _line(axes: Axes, dates: Any, lines: Any, i: int, name: str) -> None:
    mean, low, high = lines
    tint, dash = (style.BASE, "-") if i == 0 else (style.colour(i - 1), style.dash(i - 1))
    axes.fill_between(dates, low, high, color=tint, alpha=0.16, linewidth=0)
    axes.plot(dates, mean, color=tint, linestyle=dash, linewidth=1.6, label=name)
