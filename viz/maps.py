"""Maps of grids, averaged by community: the baseline's level, and what each scenario changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..experiments.comparison import Comparison
from . import style
from .figures import names_of
from .numbers import time_scale
from .words import joined, w

SLOWER = 0.10
"""Share by which a community has to be slower than under the baseline to bear a dot."""

Grids = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float64]


def maps(comparison: Comparison, lang: str, value: str = "solution_minutes") -> str:
    """Draw the baseline's map and a map of differences for each scenario; ``""`` if the runs lack the value."""
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
    reach = (float(np.quantile(every, 0.98)) if len(every) else 0.0) * scale.factor or 1.0
    wide = 1 + len(changes) if len(changes) < 4 else 3
    high = math.ceil((1 + len(changes)) / wide)
    with style.styled(name):
        width, height = (2.6, 2.9) if wide > 3 else (3.3, 3.4)
        figure = Figure(figsize=(width * wide, height * high), layout="constrained")
        panels = figure.subplots(high, wide, squeeze=False).ravel()
        low, top = (float(q) * scale.factor for q in np.quantile(known, (0.02, 0.98)))
        shade = _paint(panels[0], base, level * scale.factor, "cividis", low, top)
        panels[0].set_title(w("fig.map_level", lang, name=comparison.baseline.name(lang)))
        figure.colorbar(shade, ax=panels[0], shrink=0.7, label=scale.word(lang), location="bottom", aspect=30)
        for axes, info, change in zip(panels[1:], comparison.others, changes, strict=False):
            shade = _paint(axes, base, change * scale.factor, "PuOr_r", -reach, reach)
            slower = change > SLOWER * level
            _dots(axes, base, slower)
            axes.set_title(w("fig.map_change", lang, name=info.name(lang)))
            figure.colorbar(
                shade,
                ax=axes,
                shrink=0.7,
                label=scale.word(lang) + (f"\n{w('fig.slower', lang)}" if slower.any() else ""),
                location="bottom",
                aspect=30,
            )
        for axes in panels[1 + len(changes) :]:
            axes.set_visible(False)
        return style.svg(figure, name, w("alt.maps", lang, names=joined(names_of(comparison, lang), lang)))


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
