"""The city's lattice as a Mesa grid: layers equal the engine's sums, Mesa's tools work on them, nothing flows back."""

import math

import mesa
import numpy as np
import pytest
from mesa.discrete_space import CellAgent

from cogov.model.results import result
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.layers import LAYERS, layer_array

SHORT = {"city": "street", "days": 6, "warm_up_days": 6, "follow_up_days": 4}


@pytest.fixture(scope="module")
def model():
    made = CityModel("baseline", 3, **SHORT)
    for _ in range(9):
        made.step()
    return made


def at(model, name):
    """Return a layer's values in the order of the table of grids."""
    grids = model.plan.city.grids
    return layer_array(model.grid, name)[grids["x"], grids["y"]]


def test_the_lattice_is_the_citys_and_built_once(model):
    height, width = model.plan.city.shape
    assert model.grid is model.grid
    assert tuple(model.grid.dimensions) == (width, height)
    places = layer_array(model.grid, "place")
    assert sorted(places[places >= 0]) == list(range(len(model.plan.city.grids)))
    assert at(model, "place").tolist() == list(range(len(model.plan.city.grids)))


def test_no_model_pays_for_a_grid_that_nobody_asks_for(monkeypatch):
    monkeypatch.setattr("cogov.scenarios.city_model.build_grid", None)
    CityModel("baseline", 1, **SHORT).step()


def test_layers_equal_the_engines_sums(model):
    model.refresh_layers()
    counts = model.tables["counts"][: model.day].sum(axis=(0, 1))
    flow = {name: int(counts[i]) for i, name in enumerate(_count_names())}
    assert at(model, "residents").sum() == model.plan.city.residents["grid"].size
    assert at(model, "open_needs").sum() == flow["arisen"] - flow["solved"] - flow["lapsed"] > 0
    assert at(model, "backlog").sum() == flow["opened"] - flow["closed"] > 0
    known = at(model, "needs") > 0
    assert known.any()
    assert np.isfinite(at(model, "solution_minutes")[known]).all()
    assert np.isnan(at(model, "solution_minutes")[~known]).all()
    trust, residents = at(model, "trust"), at(model, "residents")
    assert math.isclose(np.nansum(trust * residents), model.trust_sums().sum(), rel_tol=1e-9)


def _count_names():
    from cogov.model.state import COUNTS

    return [name for name, _, _ in COUNTS]


def test_at_the_end_layers_are_the_table_of_grids():
    model = CityModel("cadre_sinking", 4, **SHORT)
    assert model.grid is not None
    model.run_to_end()
    table = result(model).grids
    for name in ("needs", "solution_minutes", "first_response_minutes", "trust", "residents"):
        assert np.allclose(at(model, name), table[name], equal_nan=True)


def test_each_step_fills_the_layers_once_the_grid_was_used():
    model = CityModel("baseline", 5, **SHORT)
    before = at(model, "open_needs").copy()
    assert before.sum() == 0
    model.step()
    assert at(model, "open_needs").sum() > 0


def test_cells_are_selected_by_their_layers(model):
    grid = model.grid
    most = layer_array(grid, "open_needs").max()
    chosen = grid.select_cells({"open_needs": lambda values: values >= most})
    assert 1 <= len(chosen) < len(grid.all_cells)
    x, y = chosen[0]
    assert grid[x, y].open_needs == most
    busiest = grid.select_cells(extreme_values={"open_needs": "highest"})
    assert set(map(tuple, busiest)) == set(map(tuple, chosen))
    assert grid[x, y].neighborhood.select_random_cell() in grid[x, y].connections.values()


def test_an_agent_of_ones_own_walks_on_it():
    model = CityModel("baseline", 6, **SHORT)
    walker = CellAgent(model)
    walker.cell = model.grid[0, 0]
    model.step()
    walker.cell = walker.cell.neighborhood.select_random_cell()
    assert walker.cell.place >= -1


def test_the_engine_does_not_feel_what_is_written_to_a_layer():
    runs = []
    for meddle in (False, True):
        model = CityModel("baseline", 7, **SHORT)
        while model.running:
            model.step()
            if meddle:
                for layer in LAYERS:
                    layer_array(model.grid, layer.name)[:] = 0
        runs.append(model.result().summary)
    assert {k: v for k, v in runs[0].items() if v == v} == {k: v for k, v in runs[1].items() if v == v}


def test_no_layer_clashes_with_a_name_of_mesa():
    taken = set(dir(mesa.Model)) | set(dir(mesa.discrete_space.Cell)) | {"time", "scenario", "agents", "steps"}
    assert {layer.name for layer in LAYERS} & taken == set()


def test_a_data_collector_reads_layers():
    model = CityModel("baseline", 8, **SHORT)
    collector = mesa.DataCollector(model_reporters={"worst": lambda m: int(layer_array(m.grid, "open_needs").max())})
    for _ in range(3):
        model.step()
        collector.collect(model)
    worst = collector.get_model_vars_dataframe()["worst"].tolist()
    assert len(worst) == 3
    assert worst[-1] > 0
