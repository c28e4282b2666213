"""The figures of a calibration as inline SVG: fits over data, quantiles against quantiles, profiles, days."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator
from numpy.typing import NDArray
from scipy import stats

from ..experiments.calibration.arrivals import Profile
from ..experiments.calibration.calibrate import Calibration, Handling
from ..experiments.calibration.laws import Fit
from ..model.incidents import load_catalogue
from . import style
from .blocks import Figure as Drawn
from .data import csv_text
from .words import term, w

Floats = NDArray[np.float64]

MOST = 12
"""Most sets of tickets that are drawn."""
COLUMNS = 4
_POINTS = 240
_TICKS = {1 / 60: "tick.min", 1.0: "tick.hour", 24.0: "tick.day", 168.0: "tick.week", 720.0: "tick.month",
          8760.0: "tick.year"}  # fmt: skip


def drawn(made: Calibration) -> list[Handling]:
    """Return the sets of tickets that are drawn: categories of the model, or of the file where it has no others."""
    found = made.level("model") or made.level("category")
    return [each for each in found if each.fits][:MOST]


def name_of(handling: Handling, lang: str) -> str:
    """Return what a set of tickets is called."""
    return term(handling.key, lang) if handling.level == "model" or handling.key in _categories() else handling.key


@cache
def _categories() -> frozenset[str]:
    return frozenset(load_catalogue().ids)


def survival(made: Calibration, lang: str) -> Drawn | None:
    """Draw the share that is still open after each time: Kaplan-Meier, the best fit and the log-normal."""

    def draw(axes: Axes, each: Handling) -> None:
        curve = _thinned(len(each.curve.hours))
        hours = each.curve.hours[curve]
        axes.fill_between(hours, each.curve.low[curve], each.curve.high[curve], step="post", color=style.FAINT)
        axes.step(hours, each.curve.open[curve], where="post", color=style.BASE, linewidth=1.4)
        grid = np.geomspace(max(hours[0], 1e-3), hours[-1], _POINTS)
        _fits(axes, each, lambda fit: (grid, fit.survival(grid)))
        axes.set_ylim(0, 1.02)
        _time_axis(axes, hours[0], hours[-1], lang)

    def rows(each: Handling) -> Iterator[tuple[Any, ...]]:
        curve = _thinned(len(each.curve.hours))
        hours, normal = each.curve.hours[curve], each.of("log_normal")
        seen = (each.curve.open[curve], each.curve.low[curve], each.curve.high[curve])
        fitted = (fit.survival(hours) if fit else np.full(len(hours), np.nan) for fit in (each.fits[0], normal))
        return zip(hours, *seen, *fitted, strict=True)

    heads = ("hours", "open", "low", "high", "best_fit", "log_normal")
    return _panels(made, lang, "survival", draw, (heads, rows))


def quantiles(made: Calibration, lang: str) -> Drawn | None:
    """Draw the quantiles of each fit against those of the tickets, as far as the tickets show them."""

    def points(each: Handling) -> tuple[Floats, Floats]:
        reached = 1.0 - float(each.curve.open.min())
        shares = np.linspace(0.01, min(0.99, 0.999 * reached), 60)
        return shares, np.array([each.curve.quantile(share)[0] for share in shares])

    def draw(axes: Axes, each: Handling) -> None:
        shares, seen = points(each)
        _fits(axes, each, lambda fit: (seen, fit.quantile(shares)), dots=True)
        ends = [seen[0], seen[-1]]
        axes.plot(ends, ends, color=style.BASE, linewidth=0.9)
        axes.set_yscale("log")
        _time_axis(axes, seen[0], seen[-1], lang)
        _ticks(axes.yaxis, *axes.get_ylim(), lang)

    def rows(each: Handling) -> Iterator[tuple[Any, ...]]:
        (shares, seen), normal = points(each), each.of("log_normal")
        fitted = (fit.quantile(shares) if fit else np.full(len(shares), np.nan) for fit in (each.fits[0], normal))
        return zip(shares, seen, *fitted, strict=True)

    heads = ("share", "hours", "best_fit", "log_normal")
    return _panels(made, lang, "quantiles", draw, (heads, rows))


Table = tuple[Sequence[str], Callable[[Handling], Iterator[tuple[Any, ...]]]]
"""Heads of the numbers behind a panel, and their rows."""


def _panels(
    made: Calibration, lang: str, kind: str, draw: Callable[[Axes, Handling], None], table: Table
) -> Drawn | None:
    """Draw a panel for each set of tickets."""
    sets = drawn(made)
    if not sets:
        return None
    heads, lines = table
    name, alt = f"{kind}-{lang}", w(f"alt.calibration_{kind}", lang)
    data = csv_text(("tickets", "n", *heads), [(each.key, each.n, *row) for each in sets for row in lines(each)])
    rows = math.ceil(len(sets) / COLUMNS)
    with style.styled(name):
        figure = Figure(figsize=(10.4, 0.6 + 2.3 * rows), layout="constrained")
        panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
        for axes, each in zip(panels, sets, strict=False):
            draw(axes, each)
            axes.set_title(f"{_short(name_of(each, lang))}  n = {each.n:,}", fontsize=9)
            axes.tick_params(labelsize=7.5)
        for axes in panels[len(sets) :]:
            axes.set_axis_off()
        legend = [
            (style.BASE, "-", w(f"calibration.{kind}_data", lang)),
            (style.colour(0), "-", w("calibration.best", lang)),
            (style.colour(1), "--", w("family.log_normal", lang)),
        ]
        for tint, dash, label in legend:
            panels[0].plot([], [], color=tint, linestyle=dash, label=label)
        figure.legend(loc="outside upper left", ncols=3)
        return Drawn(style.svg(figure, name, alt), kind, data, alt)


def _fits(axes: Axes, each: Handling, points: Callable[[Fit], tuple[Floats, Floats]], dots: bool = False) -> None:
    """Draw the best fit, and the log-normal where that is another one."""
    normal = each.of("log_normal")
    shown: list[tuple[Fit, int, str]] = [(each.fits[0], 0, "-")]
    if normal is not None and normal is not each.fits[0]:
        shown.append((normal, 1, "--"))
    for fit, tint, line in shown:
        x, y = points(fit)
        mark = "." if dots and tint == 0 else ""
        axes.plot(x, y, linestyle="none" if mark else line, marker=mark, markersize=3.5, color=style.colour(tint),
                  linewidth=1.3)  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= 26 else text[:25] + "…"


def _thinned(n: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, n - 1, min(n, _POINTS)).astype(np.int64))


def _time_axis(axes: Axes, low: float, high: float, lang: str) -> None:
    axes.set_xscale("log")
    axes.set_xlim(max(low, 1e-3) * 0.8, high * 1.25)
    _ticks(axes.xaxis, *axes.get_xlim(), lang)


def _ticks(axis: Any, low: float, high: float, lang: str) -> None:
    """Put ticks at times that people know."""
    known = [x for x in _TICKS if low <= x <= high]
    axis.set_minor_locator(NullLocator())
    axis.set_ticks(known)
    labels = {x: w(key, lang) for x, key in _TICKS.items()}
    axis.set_major_formatter(FuncFormatter(lambda x, _: labels.get(x, "")))


def profiles(made: Calibration, lang: str) -> Drawn | None:
    """Draw the arrivals of each category of the model by hour, weekday and month beside the model's own."""
    sets = [each for each in made.of_model if each.arrivals is not None]
    if not sets:
        return None
    name, own, alt = f"profiles-{lang}", load_catalogue(), w("alt.calibration_profiles", lang)
    data = list[tuple[Any, ...]]()
    with style.styled(name):
        figure = Figure(figsize=(10.4, 0.7 + 1.45 * len(sets)), layout="constrained")
        grid = figure.subplots(len(sets), 3, squeeze=False, width_ratios=(24, 10, 14))
        for row, each in zip(grid, sets, strict=True):
            cat, found = own.rows[own.ids.index(each.category)], each.arrivals
            assert found is not None
            hours = np.diff(cat["hours"], prepend=0.0)
            for kind, factors, usual in (("hour", 24 * found.hours, 24 * hours),
                                         ("weekday", found.weekdays, cat["weekdays"])):  # fmt: skip
                data += [(each.category, kind, i, *pair) for i, pair in enumerate(zip(factors, usual, strict=True))]
            if found.months is not None:
                data += [(each.category, "month", i, factor, 1.0) for i, factor in enumerate(found.months, start=1)]
            _steps(row[0], 24 * found.hours, 24 * hours, [str(h) if h % 4 == 0 else "" for h in range(24)])
            _steps(row[1], found.weekdays, cat["weekdays"], w("calibration.weekdays", lang).split())
            if found.months is None:
                row[2].set_axis_off()
            else:
                _steps(row[2], found.months, np.ones(12), [str(m) for m in range(1, 13)])
            row[0].set_title(f"{term(each.category, lang)}  n = {found.n:,}", fontsize=9)
        for axes, key in zip(grid[-1], ("hour", "weekday", "month"), strict=True):
            axes.set_xlabel(w(f"calibration.{key}", lang), fontsize=8.5)
        grid[0, 0].plot([], [], color=style.colour(0), label=w("calibration.tickets", lang))
        grid[0, 0].plot([], [], color=style.SOFT, linestyle="--", label=w("calibration.own", lang))
        figure.legend(loc="outside upper left", ncols=2)
        heads = ("category", "kind", "at", "tickets", "model")
        return Drawn(style.svg(figure, name, alt), "profiles", csv_text(heads, data), alt)


def _steps(axes: Axes, found: NDArray[np.float64], own: NDArray[np.float64], labels: Sequence[str]) -> None:
    x = np.arange(len(found))
    axes.bar(x, found, width=0.8, color=style.colour(0), alpha=0.55)
    axes.step(np.append(x, x[-1] + 1) - 0.5, np.append(own, own[-1]), where="post", color=style.SOFT, linestyle="--")
    axes.set_xticks(x, labels)
    axes.tick_params(labelsize=7.5)
    axes.set_xlim(-0.7, len(found) - 0.3)


def days(made: Calibration, lang: str) -> Drawn:
    """Draw the tickets of each day over what weekday and month let expect, with the band of the negative binomial."""
    found, name, alt = made.all_arrivals, f"days-{lang}", w("alt.calibration_days", lang)
    with style.styled(name):
        figure = Figure(figsize=(10.4, 2.9), layout="constrained")
        axes = figure.subplots()
        dates = pd.date_range(made.first, made.last, freq="D").to_numpy()
        low, high = band(found)
        axes.fill_between(dates, low, high, color=style.FAINT, label=w("calibration.band", lang))
        axes.plot(dates, found.expected, color=style.colour(1), linewidth=1.0, label=w("calibration.expected", lang))
        axes.plot(dates, found.by_day, ".", color=style.colour(0), markersize=4, label=w("calibration.day", lang))
        axes.set_ylim(bottom=0)
        figure.legend(loc="outside upper left", ncols=3)
        rows = zip((str(d)[:10] for d in dates), found.by_day, found.expected, low, high, strict=True)
        data = csv_text(("date", "tickets", "expected", "low", "high"), rows)
        return Drawn(style.svg(figure, name, alt), "days", data, alt)


def band(found: Profile) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the range in which 95 of 100 days should lie, Poisson where days differ no more than by chance."""
    mean = np.maximum(found.expected, 1e-9)
    law = stats.nbinom(found.k, found.k / (found.k + mean)) if math.isfinite(found.k) else stats.poisson(mean)
    return np.asarray(law.ppf(0.025)), np.asarray(law.ppf(0.975))
