"""Maps of grids: the level of the reference and of each scenario, and what changes.

Levels are each grid's own where there are few enough to be made out, else means by community. Changes always are those
of communities: a grid has a few needs in a run, so its own change is mostly luck.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from ..experiments.comparison import Comparison, ScenarioInfo
from ..model.measures import measure_of
from . import style
from .blocks import Figure as Drawn
from .data import csv_text
from .map_cells import Grids, cells, joined_path, outlines
from .numbers import Scale, row_scales
from .places import Places, by_community, names_of_districts, needs_of
from .words import LANGUAGES, w

MOST_GRIDS = 3000
"""Grids above which levels are drawn by community: on a panel of this width more could not be told apart."""
MUCH = 0.10
"""Share by which a community has to be slower or faster than in the reference to bear a mark."""
EDGES = {"black": "white", "white": "black"}
"""Edge of a mark by its face: one of the two is seen on any colour."""
SIDE = 4.3
"""Width of a map in inches."""

LEVELS = 11
"""Steps of a map's colours: few enough to be found again in the bar, also in grey."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Scales:
    """The unit that all maps of a report share, of values as of differences, and the ends of their colours."""

    level: Scale
    low: float
    top: float
    reach: float


def maps(comparison: Comparison, lang: str, value: str = "solution_minutes") -> list[Drawn]:
    """Draw the reference's map, then for each scenario its own beside that of differences; nothing without the value.

    Each is a figure of its own, so that on paper each has half a page.
    """
    base = comparison.grids[comparison.baseline.id]
    if not {value, "x", "y", "community", "street", "district"} <= base.keys():
        return []
    means = [by_community(comparison.grids[s.id], value, base) for s in comparison.scenarios]
    if not any(np.isfinite(mean).any() for mean in means):
        return []
    own = [np.asarray(comparison.grids[s.id][value], dtype=np.float64) for s in comparison.scenarios]
    levels = own if by_grid(comparison) else means
    scales, names = _scales(levels, means), district_names(comparison, lang)
    found = []
    for i, (info, level) in enumerate(zip(comparison.scenarios, levels, strict=True)):
        name = f"maps-{i}" if i else "maps"
        with style.styled(f"{name}-{lang}"):
            wide = 2 if i else 1
            figure = Figure(figsize=(SIDE * wide, _height(base)), layout="constrained")
            panels = list(figure.subplots(1, wide, squeeze=False).ravel())
            shade = _paint(panels[0], base, level * scales.level.factor, style.LEVEL_COLOURS, scales.low, scales.top)
            panels[0].set_title(w("fig.map_level", lang, name=info.name(lang)))
            _bar(figure, panels[0], shade, w("fig.map_level_bar", lang, unit=scales.level.word(lang)))
            _label(panels[0], base, names)
            if i:
                panels[1].set_title(_change(figure, panels[1], comparison, info, means[0], means[i], scales, lang),
                                    linespacing=1.6)  # fmt: skip
                _label(panels[1], base, names)
            each = w("note.each_grid" if by_grid(comparison) else "note.each_community", lang)
            facts = {"names": info.name(lang), "baseline": comparison.baseline.name(lang), "each": each}
            sides = {comparison.baseline.id: 0, info.id: i}
            data = _data(comparison, {s: (own[k], means[k]) for s, k in sides.items()})
            alt = w("alt.maps" if i else "alt.maps_run", lang, **facts)
            half = i == 0  # as large as the same map beside that of differences
            found.append(replace(style.drawn(figure, name, lang, alt, data, digits=1), half=half))
    return found


def by_grid(comparison: Comparison) -> bool:
    """Return whether the levels on maps are each grid's own."""
    return len(comparison.grids[comparison.baseline.id]["x"]) <= MOST_GRIDS


def _scales(levels: Sequence[Floats], means: Sequence[Floats]) -> _Scales:
    """Return scales whose ends leave out the last fiftieth on each side."""
    known = np.concatenate([level[np.isfinite(level)] for level in levels])
    changes = [mean - means[0] for mean in means[1:]]
    every = np.concatenate([np.abs(c[np.isfinite(c)]) for c in changes]) if changes else np.zeros(0)
    most = float(np.quantile(every, 0.98)) if len(every) else 0.0
    scale, _ = row_scales(measure_of("solution_minutes.mean"), "en", [float(np.median(known))], [most])
    low, top = (float(q) * scale.factor for q in np.quantile(known, (0.02, 0.98)))
    return _Scales(scale, low, top, most * scale.factor or 1.0)


def _change(figure: Figure, axes: Axes, comparison: Comparison, info: ScenarioInfo, before: Floats, after: Floats,
            scales: _Scales, lang: str) -> str:  # fmt: skip
    """Draw the map of differences, and return its title."""
    base, shown = comparison.grids[comparison.baseline.id], (after - before) * scales.level.factor
    shade = _paint(axes, base, shown, style.CHANGE_COLOURS, -scales.reach, scales.reach)
    _bar(figure, axes, shade, w("fig.map_change_bar", lang, unit=scales.level.word(lang)))
    hatched = _hatch(axes, base, shown, scales.reach)
    return _marked(axes, base, after - before, before, comparison, info, lang, hatched=hatched)


def _hatch(axes: Axes, grids: Grids, change: Floats, reach: float) -> bool:
    """Hatch the communities whose colour says that they are slower, so that grey tells them from faster ones."""
    _, first = np.unique(grids["community"], return_index=True)
    _, shapes = outlines(grids)
    slow = np.flatnonzero(np.nan_to_num(change[first]) > reach / LEVELS)  # beyond the step around zero
    if len(slow):
        area = joined_path([shapes[i] for i in slow])
        axes.add_collection(PathCollection([area], facecolors="none", edgecolors=style.INK, linewidths=0, hatch="////"))
    return len(slow) > 0


def _marked(axes: Axes, base: Grids, change: Floats, level: Floats, comparison: Comparison, info: ScenarioInfo,
            lang: str, *, hatched: bool) -> str:  # fmt: skip
    """Mark communities that are much slower or faster, so that grey shows it too, and return the map's title."""
    title, signs = w("fig.map_change", lang, name=info.name(lang), baseline=comparison.baseline.name(lang)), []
    for key, marked, face in (("slower", change > MUCH * level, "black"), ("faster", change < -MUCH * level, "white")):
        if marked.any():
            _dots(axes, base, marked, face)
            signs.append(w(f"fig.{key}", lang))
    if hatched:
        signs.append(w("fig.hatched", lang))
    return title + (f"\n{'   '.join(signs)}" if signs else "")


def slower(comparison: Comparison, info: ScenarioInfo, value: str = "solution_minutes") -> tuple[int, int] | None:
    """Return how many communities become much slower, and how many there are; nothing without the value."""
    base = comparison.grids[comparison.baseline.id]
    if not {value, "community"} <= base.keys():
        return None
    level, other = (by_community(grids, value, base) for grids in (base, comparison.grids[info.id]))
    marked = other - level > MUCH * level
    return len(np.unique(base["community"][marked])), len(np.unique(base["community"]))


def _data(comparison: Comparison, levels: Mapping[str, tuple[Floats, Floats]]) -> str:
    """Return the values of maps as rows: communities with their names, then grids where they are drawn; minutes.

    Args:
        comparison: Whose maps.
        levels: Each grid's own values and the means of its community, by scenario.
    """
    base = comparison.grids[comparison.baseline.id]
    places, langs = Places.of(base), [each for each in LANGUAGES if names_of_districts(comparison, each)]
    heads = ["level", "id", "community", "street", "district", *(f"community_{each}" for each in langs), "needs",
             *(f"solution_minutes.{name}" for name in levels)]  # fmt: skip
    named = [places.named(names_of_districts(comparison, each), each) for each in langs]
    needs = needs_of(base).tolist() if "needs" in base else [math.nan] * len(places.ids)
    ids = [x.tolist() for x in (places.ids, places.ids, places.streets, places.districts)]
    values = [mean[places.first].tolist() for _, mean in levels.values()]
    rows = [("community", *row) for row in zip(*ids, *named, needs, *values, strict=True)]
    if by_grid(comparison):
        each = {"needs": np.full(len(base["x"]), np.nan), "grid": np.arange(len(base["x"])), **base}
        columns = [each[key].tolist() for key in ("grid", "community", "street", "district", "needs")]
        nameless = ("",) * len(langs)
        rows += [("grid", *row[:4], *nameless, *row[4:])
                 for row in zip(*columns, *(own.tolist() for own, _ in levels.values()), strict=True)]  # fmt: skip
    return csv_text(heads, rows)


def _height(grids: Grids) -> float:
    """Return inches for a panel with title and colour bar, by the shape of the city but no flatter than half."""
    x, y = cells(grids)
    return SIDE * min(1.0, max(0.5, float(y.max() + 1) / float(x.max() + 1))) + 0.9


def _bar(figure: Figure, axes: Axes, shade: Any, label: str) -> None:
    figure.colorbar(shade, ax=axes, shrink=0.7, label=label, location="bottom", aspect=30, pad=0.02, extend="both")


def district_names(comparison: Comparison, lang: str) -> list[str]:
    """Return the names that maps bear: those of the districts, none if the city has one only."""
    names = names_of_districts(comparison, lang)
    return names if len(names) > 1 else []


def _label(axes: Axes, grids: Grids, names: list[str]) -> None:
    """Write the names of districts into their middle."""
    x, y = cells(grids)
    for row, name in enumerate(names):
        mine = grids["district"] == row
        if mine.any():
            halo = [withStroke(linewidth=2.2, foreground="white", alpha=0.75)]
            middle = float(np.median(x[mine])), float(np.median(y[mine]))
            axes.text(*middle, name, ha="center", va="center", fontsize=8.5, color=style.INK, path_effects=halo)


def _paint(axes: Axes, grids: Grids, values: Floats, colours: str, low: float, high: float) -> Any:
    """Fill grids with the colour of their values, one area a colour; unknown ones stay white."""
    axes.set_axis_off()
    axes.grid(visible=False)
    axes.set_aspect("equal")
    high = high if high > low else low + 1
    step = np.clip((np.nan_to_num(values) - low) / (high - low) * LEVELS, 0, LEVELS - 1).astype(np.int64)
    used, areas = outlines({**grids, "step": np.where(np.isfinite(values), step, -1)}, "step")
    areas, used = areas[int(used[0] < 0) :], used[used >= 0]
    shade = PathCollection(areas, cmap=colormaps[colours].resampled(LEVELS), linewidths=0.25, edgecolors="face")
    shade.set_array(low + (used + 0.5) / LEVELS * (high - low))
    shade.set_clim(low, high)
    axes.add_collection(shade)
    levels = [key for key in ("district", "street", "community") if len(np.unique(grids[key])) > 1]
    _, borders = outlines(grids, levels[0] if levels else "community")
    axes.add_collection(PathCollection(borders, facecolors="none", edgecolors="#3d4852", linewidths=0.5))
    x, y = cells(grids)
    axes.set_xlim(x.min() - 1, x.max() + 1)
    axes.set_ylim(y.min() - 1, y.max() + 1)
    return shade


def _dots(axes: Axes, grids: Grids, marked: NDArray[np.bool_], face: str) -> None:
    """Put one dot into the middle of each marked community."""
    x, y = cells(grids)
    communities, place = np.unique(grids["community"], return_inverse=True)
    count = np.bincount(place)
    hit = np.bincount(place, marked) > 0
    middle_x, middle_y = (np.bincount(place, axis) / count for axis in (x, y))
    size = 9.0 if len(communities) < 200 else 2.5
    axes.scatter(middle_x[hit], middle_y[hit], s=size, facecolors=face, edgecolors=EDGES[face], linewidths=0.6)
