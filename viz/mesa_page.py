"""``CityModel`` in Mesa's own page: ``solara run cogov.viz.mesa_page``. An example for those who know Mesa.

Mesa's page is in English, shows one model and draws a few frames a second; ``cogov view`` is the page for planners.
The components below draw from the model's property layers and its data collector as any Mesa user would.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import solara
from matplotlib.figure import Figure
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

from ..scenarios.city_model import CityModel
from ..scenarios.layers import LAYERS, layer_array
from .style import LEVEL_COLOURS

SCENARIOS = ("baseline", "cadre_sinking", "alliance_lists", "whistle", "everything")


def layer_map(name: str) -> Callable[[CityModel], Any]:
    """Return a component that shows a property layer of the model's grid."""
    layer = next(layer for layer in LAYERS if layer.name == name)

    def show(model: CityModel) -> None:
        update_counter.get()  # drawn anew with every step
        figure = Figure(figsize=(4.2, 5.2), layout="constrained")
        axes = figure.subplots()
        values = np.where(layer_array(model.grid, "place") >= 0, layer_array(model.grid, name), np.nan)
        shade = axes.imshow(values.T, origin="lower", cmap=LEVEL_COLOURS)
        figure.colorbar(shade, ax=axes, label=layer.unit)
        axes.set_title(layer.en)
        axes.set_axis_off()
        solara.FigureMatplotlib(figure)

    return solara.component(show)  # type: ignore[no-any-return]


def flows(*names: str) -> Callable[[CityModel], Any]:
    """Return a component that shows columns of the model's data collector, such as ``day.arisen``."""

    def show(model: CityModel) -> None:
        update_counter.get()
        figure = Figure(figsize=(5.6, 3.0), layout="constrained")
        axes = figure.subplots()
        columns = [list(model.datacollector.model_vars[name]) for name in names]
        days = min(len(column) for column in columns)  # the model may be in the midst of a step
        for name, column in zip(names, columns, strict=True):
            axes.plot(range(1, days + 1), column[:days], label=name)
        axes.set_xlabel("day")
        axes.legend(frameon=False)
        solara.FigureMatplotlib(figure)

    return solara.component(show)  # type: ignore[no-any-return]


PARAMETERS: dict[str, Any] = {
    "scenario": {"type": "Select", "value": "baseline", "values": list(SCENARIOS), "label": "Scenario"},
    "city": {"type": "Select", "value": "street", "values": ["street", "gulou", "nanjing"], "label": "City"},
    "seed": {"type": "SliderInt", "value": 1, "label": "Seed", "min": 0, "max": 50, "step": 1},
}


@solara.component
def Page() -> None:
    """Show the model street, or another city, in Mesa's page."""
    model = solara.use_memo(lambda: CityModel("baseline", city="street"), [])
    parts = [layer_map("open_needs"), layer_map("trust"), flows("day.arisen", "day.solved")]
    SolaraViz(model, components=solara.use_memo(lambda: parts, []), model_params=PARAMETERS, name="cogov")
