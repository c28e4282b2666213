"""What a fit found: a page with the posterior, a check of it by fresh runs, and what was held out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from rich.console import Group, RenderableType
from rich.table import Table

from ..agents.parameters import parameters
from ..experiments.calibration.fit_written import met
from ..experiments.calibration.fitting import Check, Fitted
from ..scenarios.words import span_word
from . import style
from .blocks import Block, Cell, Document, Figure, Items, Note, Section, number, sheet
from .data import csv_text
from .numbers import NOTHING, percent
from .report import page_html, page_of
from .words import LANGUAGES, catalogue, pick, term, w

PAGE = "fit.html"
MOST = 0.8
"""Share of targets in use below which the answer says that the fit is no estimate; of a true model nearly all are met.
"""
BINS = 16


def fit_html(made: Fitted, lang: str | None = None) -> str:
    """Return the page of a fit as one HTML file in both languages."""
    return page_html([_page(made, each) for each in LANGUAGES], lang)


def _page(made: Fitted, lang: str) -> Document:
    chapters: dict[str, list[Block]] = {
        "posterior": [Note(w("fit.note_posterior", lang)), _table(made, lang), posterior(made, lang)],
        "checks": [Note(w("fit.note_checks", lang)), checks(made, lang)],
        "held_out": [Note(w("fit.note_held_out", lang)), held_out(made, lang)] if met(made, True)[1] else [],
        "search": [Note(w("fit.note_search", lang)), _generations(made, lang)],
        "limits": [Items(tuple(w(f"fit.limit_{key}", lang) for key in ("model", "told", "city")))],
    }
    sections = [Section(key, w(f"fit.{key}", lang), tuple(blocks)) for key, blocks in chapters.items() if blocks]
    return page_of(lang, w("fit.title", lang, name=getattr(made.fit.name, lang)), answer(made, lang), sections)


def answer(made: Fitted, lang: str) -> list[str]:
    """Return what came out in plain sentences."""
    source = made.targets.source
    said = [w("fit.to", lang, source=getattr(source.name, lang), runs=_runs(made), n=len(made.fit.parameter))]
    said += [w("fit.found", lang, name=name_of(p.name, lang), median=_plain(made.median(k)),
               low=_plain(made.interval(k, 0.9)[0]), high=_plain(made.interval(k, 0.9)[1]))
             for k, p in enumerate(made.fit.parameter)]  # fmt: skip
    (ok, all_), (held, of) = met(made, False), met(made, True)
    said.append(w("fit.met", lang, ok=ok, all=all_))
    if ok < MOST * all_:
        said.append(w("fit.poor", lang))
    if of:
        said.append(w("fit.met_held_out", lang, ok=held, all=of))
    return said


def _runs(made: Fitted) -> str:
    return f"{made.pilot_runs + sum(runs for _, runs in made.generations):,}"


def name_of(name: str, lang: str) -> str:
    """Return what a parameter is called: by its declaration, or by the words for demand and categories."""
    known = {p.name: (p.zh, p.en) for p in parameters()}
    if name in known:
        words = pick(known[name], lang)
        return words[:1].upper() + words[1:]
    head, _, tail = name.partition(".")
    if head == "category":
        category, _, key = tail.partition(".")
        return f"{term(category, lang)} · {w(f'fit.category_{key}', lang)}"
    return w(f"fit.{name}", lang) if f"fit.{name}" in catalogue() else name


def _plain(x: float) -> str:
    text = f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}"
    return text.replace("-", "−")


def _table(made: Fitted, lang: str) -> Block:
    heads = [w(f"fit.{key}", lang) for key in ("parameter", "range", "median", "interval", "told")]
    rows = [[Cell(a, b), number(c), number(d), number(e), number(f)] for a, b, c, d, e, f in _lines(made, lang)]
    return sheet(heads, rows)


def _lines(made: Fitted, lang: str) -> list[tuple[str, str, str, str, str, str]]:
    lines = []
    for k, p in enumerate(made.fit.parameter):
        low, high = made.interval(k, 0.9)
        lines.append((name_of(p.name, lang), p.name, span_word(_plain(p.low), _plain(p.high), lang),
                      _plain(made.median(k)), span_word(_plain(low), _plain(high), lang),
                      percent(max(0.0, float(made.lessons.told[k])), sign=False)))  # fmt: skip
    return lines


def _generations(made: Fitted, lang: str) -> Block:
    heads = [w(f"fit.{key}", lang) for key in ("generation", "distance", "runs")]
    return sheet(heads, [[Cell(str(i + 1)), number(f"{distance:.2f}"), number(f"{runs:,}")]
                         for i, (distance, runs) in enumerate(made.generations)])  # fmt: skip


def posterior(made: Fitted, lang: str) -> Figure:
    """Draw the posterior: each parameter over its range below the diagonal, pairs of them beside."""
    name, n = f"posterior-{lang}", len(made.fit.parameter)
    units = np.array([[p.unit(x) for p, x in zip(made.fit.parameter, row, strict=True)] for row in made.samples])
    size = 2.3 * n + 0.4
    with style.styled(name):
        figure = Picture(figsize=(max(4.0, size), max(2.6, size * 0.82)), layout="constrained")
        grid = figure.subplots(n, n, squeeze=False)
        for i in range(n):
            for j in range(n):
                axes = grid[i, j]
                if j > i:
                    axes.set_axis_off()
                    continue
                _margin(axes, made, units, i) if i == j else _pair(axes, made, units, i, j)
                axes.set_xlim(0, 1)
                _range_ticks(axes.xaxis, made, j)
                axes.tick_params(labelsize=7.5)
                if i == n - 1:
                    axes.set_xlabel(name_of(made.fit.parameter[j].name, lang), fontsize=8.5)
        alt = w("alt.fit_posterior", lang)
        heads = ("weight", *(p.name for p in made.fit.parameter))
        data = csv_text(heads, [(weight, *row) for weight, row in zip(made.weights, made.samples, strict=True)])
        return Figure(style.svg(figure, name, alt), "posterior", data, alt)


def _margin(axes: Axes, made: Fitted, units: np.ndarray[Any, Any], k: int) -> None:
    axes.hist(units[:, k], bins=BINS, range=(0, 1), weights=made.weights * BINS, color=style.colour(0), alpha=0.6)
    axes.axhline(1.0, color=style.SOFT, linestyle="--", linewidth=1.0)
    axes.axvline(made.fit.parameter[k].unit(made.median(k)), color=style.colour(1), linewidth=1.2)
    axes.set_yticks([])


def _pair(axes: Axes, made: Fitted, units: np.ndarray[Any, Any], i: int, j: int) -> None:
    size = 14.0 * made.weights / made.weights.mean()
    axes.scatter(units[:, j], units[:, i], s=size, color=style.colour(0), alpha=0.5, linewidths=0)
    axes.set_ylim(0, 1)
    _range_ticks(axes.yaxis, made, i)


def _range_ticks(axis: Any, made: Fitted, k: int) -> None:
    places = [0.0, 0.5, 1.0]
    axis.set_ticks(places, [_plain(made.fit.parameter[k].value(u)) for u in places])


def checks(made: Fitted, lang: str) -> Figure:
    """Draw the targets that were used with their intervals over the ranges of runs, a panel for each kind."""
    found = [check for check in made.checks if not check.held_out]
    kinds = list(dict.fromkeys(check.key[1] for check in found))
    categories = list(dict.fromkeys(check.key[0] for check in found))
    columns = min(3, len(kinds))
    rows = math.ceil(len(kinds) / columns)
    name = f"checks-{lang}"
    with style.styled(name):
        figure = Picture(figsize=(10.4, 0.6 + rows * (0.7 + 0.24 * len(categories))), layout="constrained")
        panels = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
        for axes in panels[len(kinds) :]:
            axes.set_axis_off()
        for axes, kind in zip(panels, kinds, strict=False):
            for check in [c for c in found if c.key[1] == kind]:
                _check(axes, check, categories.index(check.key[0]))
            axes.set_title(w(f"target.{kind}", lang), fontsize=9.5)
            _rows(axes, [term(c, lang) for c in categories])
        _legend(figure, panels[0], lang)
        return _drawn(figure, name, found, lang)


def held_out(made: Fitted, lang: str) -> Figure:
    """Draw the targets that were held out in the same way, a row each."""
    found = [check for check in made.checks if check.held_out]
    name = f"held-out-{lang}"
    with style.styled(name):
        figure = Picture(figsize=(8.4, 0.9 + 0.26 * len(found)), layout="constrained")
        axes = figure.subplots()
        for y, check in enumerate(found):
            _check(axes, check, y)
        _rows(axes, [f"{term(c.key[0], lang)} · {w(f'target.{c.key[1]}', lang)}" for c in found])
        _legend(figure, axes, lang)
        return _drawn(figure, name, found, lang)


def _drawn(figure: Picture, name: str, found: Sequence[Check], lang: str) -> Figure:
    alt, heads = w("alt.fit_checks", lang), ("category", "target", "value", "low", "high", "runs_low", "runs_high")
    lines = [(*c.key, c.target.value, c.target.low, c.target.high, c.low, c.high) for c in found]
    return Figure(style.svg(figure, name, alt), name.removesuffix(f"-{lang}"), csv_text(heads, lines), alt)


def _rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:g}%")
    axes.tick_params(labelsize=7.5)


def _legend(figure: Picture, axes: Axes, lang: str) -> None:
    axes.plot([], [], color=style.colour(0), linewidth=6, alpha=0.35, label=w("fit.runs_range", lang))
    axes.plot([], [], "o", color=style.BASE, markersize=4, label=w("fit.target", lang))
    axes.plot([], [], "o", color=style.colour(1), markersize=4, label=w("fit.missed", lang))
    figure.legend(loc="outside upper left", ncols=3)


def _check(axes: Axes, check: Check, y: int) -> None:
    if math.isfinite(check.low):
        axes.plot(
            [check.low, check.high], [y, y], color=style.colour(0), linewidth=6, alpha=0.35, solid_capstyle="butt"
        )
    tint = style.BASE if check.met else style.colour(1)
    axes.plot([check.target.low, check.target.high], [y, y], color=tint, linewidth=1.2)
    axes.plot([check.target.value], [y], "o", color=tint, markersize=4)


def fit_table(made: Fitted, lang: str) -> RenderableType:
    """Return what came out for the terminal."""
    table = Table(title=w("fit.posterior", lang), title_justify="left", title_style="bold", header_style="bold")
    for i, key in enumerate(("parameter", "range", "median", "interval", "told")):
        table.add_column(w(f"fit.{key}", lang), justify="left" if i == 0 else "right")
    for name, key, *cells in _lines(made, lang):
        table.add_row(f"{name}\n{key}", *[cell or NOTHING for cell in cells])
    return Group(*answer(made, lang), table)
