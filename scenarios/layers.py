"""The city's lattice as a Mesa grid with property layers, filled from the engine's arrays.

The arrays are the truth and layers are copies for looking at: nothing that is written to a layer reaches the engine.
A cell's coordinate is (column, row) as in the table of grids; cells without a governance grid have ``place`` -1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa.discrete_space import OrthogonalMooreGrid
from numpy.typing import NDArray

from ..model.state import ENDED, G_NEEDS, G_RESPONSE, G_SOLUTION, PENDING

if TYPE_CHECKING:
    from ..model.simulation import Simulation

Values = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Layer:
    """A property layer: its name, what a cell without a grid holds, its unit, and its names for people."""

    name: str
    empty: int | float
    unit: str
    zh: str
    en: str


LAYERS: tuple[Layer, ...] = (
    Layer("place", -1, "row", "网格序号", "Row of the grid, -1 where there is none"),
    Layer("community", -1, "row", "社区序号", "Row of its community"),
    Layer("kind", -1, "code", "网格类型", "Kind of grid"),
    Layer("residents", 0, "persons", "居民", "Residents"),
    Layer("open_needs", 0, "needs", "未解决诉求", "Open needs"),
    Layer("backlog", 0, "cases", "在办积压", "Open cases"),
    Layer("needs", 0, "needs", "观察期内已了结的诉求", "Needs of the window that have ended"),
    Layer("first_response_minutes", float("nan"), "min", "到首次响应（均值）", "Their mean time to first response"),
    Layer("solution_minutes", float("nan"), "min", "到解决（均值）", "Their mean time to solution"),
    Layer("trust", float("nan"), "1", "信任（均值）", "Mean trust of residents"),
)
"""All layers; times are cut off at the run's tau, and are not known where no need of the window has ended yet."""


def build_grid(sim: Simulation) -> OrthogonalMooreGrid:
    """Return the lattice of the city of a run with all layers, filled as things stand."""
    height, width = sim.plan.city.shape
    grid = OrthogonalMooreGrid((width, height), torus=False, random=sim.random)
    for layer in LAYERS:
        grid.create_property_layer(layer.name, type(layer.empty)(0), dtype=type(layer.empty))
        layer_array(grid, layer.name)[:] = layer.empty
    refresh(grid, sim)
    return grid


def refresh(grid: OrthogonalMooreGrid, sim: Simulation) -> None:
    """Fill the layers of a grid from the engine's arrays as they stand."""
    x, y = sim.plan.city.grids["x"], sim.plan.city.grids["y"]
    values = values_by_grid(sim)
    for layer in LAYERS:
        layer_array(grid, layer.name)[x, y] = values[layer.name]


def layer_array(grid: OrthogonalMooreGrid, name: str) -> NDArray[Any]:
    """Return the values of a layer by (column, row), whatever this version of Mesa keeps them in."""
    layer = getattr(grid, name)
    return layer if isinstance(layer, np.ndarray) else layer.data


def values_by_grid(sim: Simulation) -> Values:
    """Return the values of every layer by name, each of shape (grids,)."""
    city, by = sim.plan.city, sim.tables["by_grid"]
    needs, n = sim.tables["needs"], len(city.grids)
    phase = needs["phase"]
    is_open = (needs["live"] == 1) & (phase != PENDING) & (phase != ENDED)
    in_hand = is_open & (needs["case"] >= 0)
    ended = by[:, G_NEEDS]
    residents = city.grids["residents"]
    return {
        "place": np.arange(n),
        "community": city.grids["community"],
        "kind": city.grids["kind"],
        "residents": residents,
        "open_needs": np.bincount(needs["grid"][is_open], minlength=n),
        "backlog": np.bincount(needs["grid"][in_hand], minlength=n),
        "needs": ended,
        "first_response_minutes": _mean(by[:, G_RESPONSE], ended),
        "solution_minutes": _mean(by[:, G_SOLUTION], ended),
        "trust": _mean(sim.trust_sums(), residents),
    }


def _mean(total: NDArray[Any], count: NDArray[Any]) -> NDArray[np.float64]:
    """Return totals over counts, ``nan`` where there is nothing to count."""
    return np.asarray(np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0))
