"""The map: colours and places of a frame as bytes, and the widget that draws them on one canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from matplotlib import colormaps
from numpy.typing import NDArray

from .frames import Atlas, Floats, Singles
from .scales import Scale

GROUND = (0, 0, 0, 0)
"""Colour of cells without a grid."""
UNKNOWN = (206, 211, 217, 255)
"""Colour of grids whose value is not known."""
STEPS = 254
"""Steps of a scale; codes 0 and 1 are no grid and no value."""


class MapWidget(anywidget.AnyWidget):
    """A canvas; see ``map.js`` beside this file."""

    _esm = Path(__file__).with_name("map.js")
    _css = ".cogov-map { width: 100%; height: 100%; display: block; touch-action: none; cursor: crosshair; }"
    width = traitlets.Int(0).tag(sync=True)
    height = traitlets.Int(0).tag(sync=True)
    cells = traitlets.Bytes(b"").tag(sync=True)
    palette = traitlets.Bytes(b"").tag(sync=True)
    district = traitlets.Bytes(b"").tag(sync=True)
    street = traitlets.Bytes(b"").tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    marks = traitlets.Bytes(b"").tag(sync=True)
    marked = traitlets.List().tag(sync=True)
    picked = traitlets.List().tag(sync=True)
    view = traitlets.List().tag(sync=True)
    office = traitlets.Int(-1).tag(sync=True)
    clicked = traitlets.List().tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)


@dataclass(frozen=True)
class Ground:
    """What of a map stays while values change: size, places of each cell as bytes, names and where they stand."""

    width: int
    height: int
    district: bytes
    street: bytes
    cell: NDArray[np.int64]

    def labels(self, atlas: Atlas, lang: str, district: int = -1) -> list[list[Any]]:
        """Return names and where their middle is: of districts, or of streets where one district is looked at.

        Args:
            atlas: The city.
            lang: Language of the names.
            district: District that is looked at, -1 for the whole city.
        """
        if district < 0 and len(atlas.names["districts"][lang]) > 1:
            return [[name, *self.middle(atlas, atlas.district == k)]
                    for k, name in enumerate(atlas.names["districts"][lang])]  # fmt: skip
        streets = np.unique(atlas.street[atlas.district == district] if district >= 0 else atlas.street)
        return [[atlas.names["streets"][lang][k], *self.middle(atlas, atlas.street == k)] for k in streets.tolist()]

    def middle(self, atlas: Atlas, rows: NDArray[np.bool_]) -> tuple[float, float]:
        """Return the middle of some grids on the canvas, in cells."""
        return float(np.median(atlas.x[rows])), float(self.height - 1 - np.median(atlas.y[rows]))

    def box(self, atlas: Atlas, rows: NDArray[np.bool_], margin: float = 1.0) -> list[float]:
        """Return the box around some grids on the canvas: left, top, width, height."""
        x, y = atlas.x[rows], self.height - 1 - atlas.y[rows]
        return [float(x.min()) - margin, float(y.min()) - margin, float(np.ptp(x)) + 1 + 2 * margin,
                float(np.ptp(y)) + 1 + 2 * margin]  # fmt: skip

    def on_canvas(self, atlas: Atlas, grid: int) -> list[int]:
        """Return the cell of a grid on the canvas."""
        return [int(atlas.x[grid]), self.height - 1 - int(atlas.y[grid])]

    def marks(self, atlas: Atlas) -> bytes:
        """Return the offices to mark as whole numbers of 32 bits: column and row on the canvas, kind, row, for each."""
        kind, grid = atlas.office["kind"], atlas.office["grid"]
        rows = np.flatnonzero(np.isin(kind, atlas.MARKED))
        rows = rows[np.argsort(kind[rows], kind="stable")]  # the highest are drawn last
        here = grid[rows]
        columns = atlas.x[here], self.height - 1 - atlas.y[here], kind[rows], rows
        return np.ascontiguousarray(np.stack(columns, axis=1), dtype="<i4").tobytes()

    def grid_at(self, atlas: Atlas, x: int, y: int) -> int:
        """Return the grid of a cell of the canvas, -1 if it has none."""
        return atlas.grid_at(x, self.height - 1 - y)

    def paint(self, values: Singles | Floats, scale: Scale) -> bytes:
        """Return a byte a cell: 0 without a grid, 1 without a value, from 2 on along the scale."""
        picture = np.zeros(self.width * self.height, dtype=np.uint8)
        known = np.isfinite(values)
        place = np.clip((np.where(known, values, 0.0) - scale.low) / (scale.high - scale.low), 0.0, 1.0)
        picture[self.cell] = np.where(known, 2 + np.rint(place * (STEPS - 1)), 1)
        return picture.tobytes()


def ground_of(atlas: Atlas) -> Ground:
    """Return the ground of an atlas; north is up."""
    height, width = atlas.shape
    cell = (height - 1 - atlas.y) * width + atlas.x
    district = np.zeros(width * height, dtype=np.uint8)
    street = np.zeros(width * height, dtype=np.uint16)
    district[cell], street[cell] = atlas.district + 1, atlas.street + 1
    return Ground(width, height, district.tobytes(), street.tobytes(), cell)


@lru_cache(maxsize=8)
def palette(colours: str) -> bytes:
    """Return 256 colours as RGBA bytes, of a colour map of Matplotlib."""
    steps = (colormaps[colours](np.linspace(0.0, 1.0, STEPS)) * 255).round().astype(np.uint8)
    return np.concatenate([np.array([GROUND, UNKNOWN], dtype=np.uint8), steps]).tobytes()


def by_community(values: Singles | Floats, atlas: Atlas, weights: Floats | None = None) -> Floats:
    """Return the mean over the grids of each community, given back to each grid; grids without a value do not count."""
    known = np.isfinite(values)
    weight = known * (np.ones(len(values)) if weights is None else weights)
    total = np.bincount(atlas.community, weight)
    summed = np.bincount(atlas.community, weight * np.where(known, values, 0.0))
    mean = np.divide(summed, total, out=np.full(len(total), np.nan), where=total > 0)
    return np.asarray(mean[atlas.community], dtype=np.float64)


def differences(values: Sequence[Singles], atlas: Atlas) -> list[Floats]:
    """Return how the communities of each run but the first differ from those of the first."""
    levels = [by_community(v, atlas) for v in values]
    return [level - levels[0] for level in levels[1:]]
