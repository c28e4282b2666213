"""Maps of grids, averaged by community: the reference's level, and what each scenario changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from ..experiments.comparison import Comparison
from ..scenarios.city_files import load_spec
from . import style
from .figures import names_of
from .numbers import time_change_scale, time_scale
from .words import joined, w

SLOWER = 0.10
"""Share by which a community has to be slower than in the reference to bear a dot."""
WIDE = 2
"""Most maps side by side: a map has to be read, not only seen."""
SIDE = 4.3
"""Width of a map in inches."""

Grids = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float64]


def maps(comparison: Comparison, lang: str, value: str = "solution_minutes") -> str:
    """Draw the reference's map and a map of differences for each scenario; ``""`` if the runs lack the value."""
    base = comparison.grids[comparison.baseline.id]
    if not {value, "x", "y", "community", "street", "district"} <= base.keys():
        return ""
    name = f"maps-{lang}"
    level = by_community(base, value, base)
    changes = [by_community(comparison.grids[s.id], value, base) - level for s in comparison.others]
    known = level[np.isfinite(level)]
    if not len(known):
        return ""
    scale = time_scale(float(np.median(known)))
    every = np.concatenate([np.abs(c[np.isfinite(c)]) for c in changes])
    most = float(np.quantile(every, 0.98)) if len(every) else 0.0
    fine = time_change_scale(most)
    reach = most * fine.factor or 1.0
    wide = min(WIDE, 1 + len(changes))
    high = math.ceil((1 + len(changes)) / wide)
    with style.styled(name):
        figure = Figure(figsize=(SIDE * wide, _height(base) * high), layout="constrained")
        panels = figure.subplots(high, wide, squeeze=False).ravel()
        low, top = (float(q) * scale.factor for q in np.quantile(known, (0.02, 0.98)))
        shade = _paint(panels[0], base, level * scale.factor, "cividis", low, top)
        panels[0].set_title(w("fig.map_level", lang, name=comparison.baseline.name(lang)))
        _bar(figure, panels[0], shade, scale.word(lang))
        for axes, info, change in zip(panels[1:], comparison.others, changes, strict=False):
            shade = _paint(axes, base, change * fine.factor, "PuOr_r", -reach, reach)
            slower = change > SLOWER * level
            _dots(axes, base, slower)
            names = {"name": info.name(lang), "baseline": comparison.baseline.name(lang)}
            below = f"\n{w('fig.slower', lang)}" if slower.any() else ""
            axes.set_title(w("fig.map_change", lang, **names) + below, linespacing=1.6)
            _bar(figure, axes, shade, fine.word(lang))
        for axes in panels[: 1 + len(changes)]:
            _label(axes, base, district_names(comparison, lang))
        for axes in panels[1 + len(changes) :]:
            axes.set_visible(False)
        alt = w(
            "alt.maps", lang, names=joined(names_of(comparison, lang), lang), baseline=comparison.baseline.name(lang)
        )
        return style.svg(figure, name, alt)


def _height(grids: Grids) -> float:
    """Return inches for a panel with title and colour bar, by the shape of the city but no flatter than half."""
    x, y = _cells(grids)
    return SIDE * min(1.4, max(0.5, float(y.max() + 1) / float(x.max() + 1))) + 0.9


def _bar(figure: Figure, axes: Axes, shade: Any, label: str) -> None:
    figure.colorbar(shade, ax=axes, shrink=0.7, label=label, location="bottom", aspect=30, pad=0.02)


def district_names(comparison: Comparison, lang: str) -> list[str]:
    """Return the names of the city's districts; none if it has one only, or if its file is not the one it was."""
    plain = comparison.baseline.resolved
    try:
        spec = load_spec(str(plain["city"]))
    except (ValueError, OSError):  # a report can be drawn where a city file of the user's own is not at hand
        return []
    if spec.digest() != plain.get("city_digest") or len(spec.districts) < 2:
        return []
    return [getattr(district, lang) for district in spec.districts]


def _label(axes: Axes, grids: Grids, names: list[str]) -> None:
    """Write the names of districts into their middle."""
    x, y = _cells(grids)
    for row, name in enumerate(names):
        mine = grids["district"] == row
        if mine.any():
            halo = [withStroke(linewidth=2.2, foreground="white", alpha=0.75)]
            middle = float(np.median(x[mine])), float(np.median(y[mine]))
            axes.text(*middle, name, ha="center", va="center", fontsize=8.5, color=style.INK, path_effects=halo)


def by_community(grids: Grids, value: str, weights: Grids) -> Floats:
    """Return the mean of a column over the grids of each community, weighted by needs, given back to each grid.

    The weights come from one table for all, so that a difference is one of values and not of weights.
    """
    values = np.asarray(grids[value], dtype=np.float64)
    weight = np.asarray(weights["needs"], dtype=np.float64) if "needs" in weights else np.ones(len(values))
    weight = np.where(np.isfinite(values), weight, 0.0)
    _, place = np.unique(weights["community"], return_inverse=True)
    total = np.bincount(place, weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place, weight * np.nan_to_num(values)) / total
    return np.asarray(mean[place], dtype=np.float64)


def _cells(grids: Grids) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return column and row of each grid in the lattice, from 0."""
    places = []
    for axis in ("x", "y"):
        values = np.asarray(grids[axis], dtype=np.float64)
        steps = np.diff(np.unique(values))
        places.append(np.rint((values - values.min()) / (steps.min() if len(steps) else 1.0)).astype(np.int64))
    return places[0], places[1]


def _raster(grids: Grids, values: Floats) -> Floats:
    x, y = _cells(grids)
    picture = np.full((y.max() + 1, x.max() + 1), np.nan)
    picture[y, x] = values
    return picture


def _paint(axes: Axes, grids: Grids, values: Floats, colours: str, low: float, high: float) -> Any:
    picture = _raster(grids, values)
    axes.set_axis_off()
    axes.grid(visible=False)
    axes.set_aspect("equal")
    shade = axes.imshow(
        np.ma.masked_invalid(picture),
        cmap=colours,
        vmin=low,
        vmax=high if high > low else low + 1,
        origin="lower",
        interpolation="nearest",
    )
    levels = [grids[key] for key in ("district", "street", "community") if len(np.unique(grids[key])) > 1]
    _, code = np.unique(levels[0] if levels else grids["community"], return_inverse=True)
    _borders(axes, _raster(grids, code.astype(np.float64)))
    return shade


def _borders(axes: Axes, places: Floats) -> None:
    """Draw thin lines where two neighbouring cells belong to different places."""
    lines = []
    known = np.isfinite(places)
    for y, x in zip(*np.nonzero((places[:, 1:] != places[:, :-1]) & (known[:, 1:] | known[:, :-1])), strict=True):
        lines.append([(x + 0.5, y - 0.5), (x + 0.5, y + 0.5)])
    for y, x in zip(*np.nonzero((places[1:] != places[:-1]) & (known[1:] | known[:-1])), strict=True):
        lines.append([(x - 0.5, y + 0.5), (x + 0.5, y + 0.5)])
    axes.add_collection(LineCollection(lines, colors="#3d4852", linewidths=0.5))


def _dots(axes: Axes, grids: Grids, marked: NDArray[np.bool_]) -> None:
    """Put one dot into the middle of each marked community."""
    x, y = _cells(grids)
    communities, place = np.unique(grids["community"], return_inverse=True)
    count = np.bincount(place)
    hit = np.bincount(place, marked) > 0
    middle_x, middle_y = (np.bincount(place, axis) / count for axis in (x, y))
    size = 9.0 if len(communities) < 200 else 2.5
    axes.scatter(middle_x[hit], middle_y[hit], s=size, color="black", linewidths=0)
