"""The figures of a comparison as inline SVG, each in one language."""

from __future__ import annotations

import math
from typing import Any, Literal

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from ..experiments.comparison import STAGE, Comparison, Effect, band
from . import style
from .blocks import Figure as Drawn
from .certainty import ends, relative, steady
from .data import curves_data, effects_data, levels_data, stages_data
from .numbers import MINUTES_IN_HOURS, Scale, day_text, fixed, time_scale
from .words import bands, joined, measure_name, stage_order, term, w

CURVES = ("backlog", "open_needs", "arisen", "solved")
"""Daily measures worth a figure; those that the runs lack are left out."""


FACES: dict[str, Literal["none", "left"]] = {"not_told_apart": "none", "unchanged": "left"}
"""How the mark of an effect is filled that is no news; all others are full."""


def names_of(comparison: Comparison, lang: str) -> list[str]:
    """Return the names of all scenarios but the reference."""
    return [s.name(lang) for s in comparison.others]


def _alt(figure: str, comparison: Comparison, lang: str) -> str:
    names = joined(names_of(comparison, lang), lang)
    return w(f"alt.{figure}", lang, names=names, baseline=comparison.baseline.name(lang))


def intervals(comparison: Comparison, keys: list[str], lang: str) -> Drawn:
    """Draw effects and, on a scale of their own, costs, each in per cent of the reference with its interval."""
    with style.styled(f"intervals-{lang}"):
        figure = interval_figure(comparison, keys, lang)
        data = effects_data(comparison, keys)
        return style.drawn(figure, "intervals", lang, _alt("intervals", comparison, lang), data)


def interval_figure(comparison: Comparison, keys: list[str], lang: str) -> Figure:
    """Return the interval plot; call it inside `style.styled`."""
    effects = comparison.effects
    rows = [k for k in keys if any(_improvement(e[k]) for e in effects.values() if k in e)]
    measure = {k: next(e[k].measure for e in effects.values() if k in e) for k in rows}
    costs = [k for k in rows if measure[k].group == "cost"]
    panels = [p for p in ([k for k in rows if k not in costs], costs) if p]
    high = [0.9 + 0.26 * len(p) * max(2, len(effects)) / 1.4 for p in panels] or [1.0]
    figure = Figure(figsize=(8.2, sum(high) + 0.3), layout="constrained")
    subplots = figure.subplots(len(high), 1, squeeze=False, height_ratios=high)[:, 0]
    for axes, panel in zip(subplots, panels, strict=False):
        _interval_panel(axes, comparison, panel, cost=panel == costs)
        axes.set_yticks(range(len(panel)), [measure_name(measure[k], lang) for k in panel])
        axis = "fig.cost_axis" if panel == costs else "fig.better_axis"
        axes.set_xlabel(w(axis, lang, baseline=comparison.baseline.name(lang)))
        axes.set_title(w("fig.costs_title" if panel == costs else "fig.effects_title", lang))
    for i, info in enumerate(comparison.others):
        subplots[0].plot([], [], style.mark(i), color=style.colour(i), label=info.name(lang))
    figure.legend(loc="outside upper left", ncols=3, borderaxespad=0.2)
    return figure


def _interval_panel(axes: Axes, comparison: Comparison, keys: list[str], *, cost: bool) -> None:
    step = 0.8 / max(1, len(comparison.effects))
    for i, measured in enumerate(comparison.effects.values()):
        for row, key in enumerate(keys):
            point = _improvement(measured[key]) if key in measured else None
            if point:
                middle, low, high = (-x for x in point) if cost else point
                face = FACES.get(measured[key].verdict, "full")
                _whisker(axes, (middle, low, high), row - 0.4 + step * (i + 0.5), i, face)
    axes.axvline(0, color=style.INK, linewidth=0.9)
    axes.set_ylim(len(keys) - 0.45, -0.55)
    for row in range(1, len(keys)):
        axes.axhline(row - 0.5, color=style.FAINT, linewidth=0.6)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def _improvement(effect: Effect) -> tuple[float, float, float] | None:
    """Return improvement and interval in per cent of the baseline; none for neutral measures or unknown values.

    Without spread there is no interval, and with a reference of next to nothing no per cent of it.
    """
    pair, better = effect.pair, effect.measure.better
    if better == 0 or not math.isfinite(relative(effect.measure, pair)):
        return None
    factor = 100 * better / abs(pair.baseline)
    if steady(pair):
        return pair.difference * factor, math.nan, math.nan
    most = ends(effect.measure, pair)
    low, high = sorted((most.low * factor, most.high * factor))
    return pair.difference * factor, low, high


def _whisker(axes: Axes, point: tuple[float, float, float], y: float, i: int, face: str) -> None:
    middle, low, high = point
    tint = style.colour(i)
    if math.isfinite(low + high):
        axes.plot([low, high], [y, y], color=tint, linewidth=1.6, solid_capstyle="butt")
    axes.plot([middle], [y], style.mark(i), color=tint, markersize=5.5, markerfacecoloralt="white", fillstyle=face)


def curves(comparison: Comparison, lang: str) -> Drawn | None:
    """Draw daily curves of the city: level on the left, paired difference on the right if anything is compared."""
    base, name = comparison.curves[comparison.baseline.id], comparison.baseline.name(lang)
    keys = [key for key in CURVES if key in base]
    if not keys:
        return None
    first = first_day(comparison)
    wide = 2 if comparison.others else 1
    with style.styled(f"curves-{lang}"):
        figure = Figure(figsize=(9.6, 0.5 + 1.65 * len(keys)), layout="constrained")
        grid = figure.subplots(len(keys), wide, squeeze=False, sharex=True)
        for key, row in zip(keys, grid, strict=True):
            for axes in row:
                _phases(axes, comparison)
            _level(row[0], comparison, key, first)
            row[0].set_title(f"{w('fig.' + key, lang)} · {w('fig.level', lang)}")
            if comparison.others:
                _change(row[1], comparison, key, first)
                row[1].set_title(f"{w('fig.' + key, lang)} · {w('fig.minus_baseline', lang, baseline=name)}")
        for axes in grid[-1]:
            by_day(axes, comparison.dates[first:], lang)
        _curve_legend(figure, comparison, lang)
        measures = joined([w("fig." + key, lang) for key in keys], lang)
        alt = w("alt.curves" if comparison.others else "alt.curves_run", lang, measures=measures, baseline=name,
                bands=bands("alt", comparison, lang))  # fmt: skip
        return style.drawn(figure, "curves", lang, alt, curves_data(comparison, keys, first))


def first_day(comparison: Comparison) -> int:
    """Return the first day that curves show: two weeks before the window."""
    return max(0, int(comparison.phases["warm_up_days"]) - 14)


def by_day(axes: Axes, dates: NDArray[Any], lang: str) -> None:
    """Let the axis below run over days."""
    locator = mdates.AutoDateLocator(maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda x, _: day_text(mdates.num2date(x), lang))  # type: ignore[no-untyped-call]
    )
    axes.set_xlim(dates[0], dates[-1])


def shown(comparison: Comparison, key: str) -> bool:
    """Return whether a daily measure has a curve."""
    return key in CURVES and key in comparison.curves[comparison.baseline.id]


def with_thousands(axis: Axis, *, sign: bool = False) -> None:
    """Part the thousands on an axis of whole numbers and give negative numbers a true minus."""
    axis.set_major_locator(MaxNLocator(5, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda x, _: fixed(x, 0, sign=sign)))


def _line(axes: Axes, dates: NDArray[Any], values: NDArray[np.float64], tint: str, dash: Any) -> None:
    mean, low, high = band(values)
    axes.fill_between(dates, low, high, color=tint, alpha=0.16, linewidth=0)
    axes.plot(dates, mean, color=tint, linestyle=dash, linewidth=1.5)


def _level(axes: Axes, comparison: Comparison, key: str, first: int) -> None:
    for i, scenario in enumerate(comparison.scenarios):
        values = comparison.curves[scenario.id].get(key)
        if values is not None:
            tint, dash = (style.BASE, "-") if i == 0 else (style.colour(i - 1), style.dash(i - 1))
            _line(axes, comparison.dates[first:], values[:, first:], tint, dash)
    with_thousands(axes.yaxis)


def _change(axes: Axes, comparison: Comparison, key: str, first: int) -> None:
    base = comparison.curves[comparison.baseline.id][key]
    axes.axhline(0, color=style.BASE, linewidth=1.2)
    for i, scenario in enumerate(comparison.others):
        values = comparison.curves[scenario.id].get(key)
        if values is not None:
            _line(axes, comparison.dates[first:], (values - base)[:, first:], style.colour(i), style.dash(i))
    with_thousands(axes.yaxis, sign=True)


def _phases(axes: Axes, comparison: Comparison) -> None:
    """Shade the window and hatch the shocks."""
    phases = comparison.phases
    window = _window(comparison)
    days = int(phases["window_days"]) * np.timedelta64(1, "D")
    axes.axvspan(window, window + days, color="#f1f4f7", zorder=0, linewidth=0)
    mark_shocks(axes, comparison)


def _window(comparison: Comparison) -> Any:
    return comparison.dates[0] + int(comparison.phases["warm_up_days"]) * np.timedelta64(1, "D")


def mark_shocks(axes: Axes, comparison: Comparison) -> None:
    """Hatch the days of the shocks."""
    day = np.timedelta64(1, "D")
    look: dict[str, Any] = {"facecolor": "none", "edgecolor": "#9aa5b1", "hatch": "////", "linewidth": 0}
    for shock in comparison.phases["shocks"]:
        start = _window(comparison) + int(shock["start_day"]) * day
        axes.axvspan(start, start + math.ceil(shock["days"]) * day, zorder=0.5, **look)


def _curve_legend(figure: Figure, comparison: Comparison, lang: str) -> None:
    handles: list[Any] = [Line2D([], [], color=style.BASE, linewidth=1.5, label=comparison.baseline.name(lang))]
    handles += [
        Line2D([], [], color=style.colour(i), linestyle=style.dash(i), linewidth=1.5, label=n)
        for i, n in enumerate(names_of(comparison, lang))
    ]
    handles.append(Patch(facecolor="#e4e9ee", label=w("fig.window", lang)))
    if comparison.phases["shocks"]:
        handles.append(
            Patch(facecolor="none", edgecolor="#9aa5b1", hatch="////", linewidth=0, label=w("fig.shock_span", lang))
        )
    figure.legend(handles=handles, loc="outside upper left", ncols=4)


def stages(comparison: Comparison, lang: str) -> Drawn | None:
    """Draw the minutes a need spends in each stage under the baseline, and what each scenario adds or removes."""
    reference = stage_levels(comparison)
    if not reference:
        return None
    order = stage_order(set(reference))
    known = [x for x in reference.values() if math.isfinite(x)]
    scale = time_scale(min(sum(known), MINUTES_IN_HOURS))  # hours at most, so that the short ones show
    with style.styled(f"stages-{lang}"):
        panels = 1 + len(comparison.stages)
        wide = min(4, panels)
        high = math.ceil(panels / wide)
        figure = Figure(figsize=(max(8.2, 2.6 + 2.3 * wide), high * (1.0 + 0.3 * len(order))), layout="constrained")
        columns = figure.subplots(high, wide, sharey=True, squeeze=False).ravel()
        for axes in columns[panels:]:
            axes.set_visible(False)
        _stage_panels(columns[:panels], comparison, [reference[s] for s in order], order, scale, lang)
        alt, keys = "stages" if comparison.others else "stages_run", [f"{STAGE}{s}" for s in order]
        data = stages_data(comparison) if comparison.others else levels_data(comparison, keys)
        return style.drawn(figure, "stages", lang, _alt(alt, comparison, lang), data)


def stage_levels(comparison: Comparison) -> dict[str, float]:
    """Return the minutes a need of the reference spends in each stage."""
    means = comparison.means[comparison.baseline.id]
    return {key.removeprefix(STAGE): value for key, value in means.items() if key.startswith(STAGE)}


def _stage_panels(
    columns: Any, comparison: Comparison, levels: list[float], order: list[str], scale: Scale, lang: str
) -> None:
    y, unit = np.arange(len(order)), scale.word(lang)
    base = [x * scale.factor for x in levels]
    columns[0].barh(y, base, color="#7b8794", height=0.62)
    columns[0].bar_label(columns[0].containers[0], fmt=f"%.{1 if max(base) >= 10 else 2}f", padding=3, fontsize=8.5)
    columns[0].margins(x=0.22)
    columns[0].set_title(comparison.baseline.name(lang))
    columns[0].set_xlabel(f"{w('fig.per_need', lang)} ({unit})")
    reach = 0.0
    for i, (info, pairs) in enumerate(zip(comparison.others, comparison.stages.values(), strict=True)):
        reach = max(reach, _stage_changes(columns[1 + i], [pairs[s] for s in order], scale.factor, i))
        columns[1 + i].set_title(info.name(lang))
        columns[1 + i].set_xlabel(f"{w('fig.change', lang)} ({unit})")
    for axes in columns[1:]:
        axes.set_xlim(-reach * 1.25, reach * 1.25)
    for axes in columns:
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(4))
    columns[0].set_yticks(y, [term(s, lang) for s in order])
    columns[0].set_ylim(len(order) - 0.4, -0.6)


def _stage_changes(axes: Axes, pairs: list[Any], factor: float, i: int) -> float:
    """Draw one column of differences; return how far it reaches from zero."""
    reach = 0.0
    for row, pair in enumerate(pairs):
        middle = pair.difference * factor
        half = (pair.high - pair.low) / 2 * factor
        half = half if math.isfinite(half) else 0.0
        axes.barh(
            row,
            middle,
            color=style.colour(i),
            height=0.62,
            alpha=0.9,
            hatch="///" if middle > 0 else None,
            edgecolor="white",
            linewidth=0,
        )
        axes.plot([middle - half, middle + half], [row, row], color=style.INK, linewidth=1.1)
        reach = max(reach, abs(middle) + half)
    axes.axvline(0, color=style.INK, linewidth=0.9)
    return reach or 1.0
