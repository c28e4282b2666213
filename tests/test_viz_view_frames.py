"""Frames and stories agree with the model's own tables."""

import numpy as np
import pytest

from cogov.model.state import C_LAPSED, C_SOLVED, STAGES
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.layers import values_by_grid
from cogov.viz.view.frames import CURVES, LAYERS, atlas_of, frame_of
from cogov.viz.view.story import UNDER_WAY, Memory, tell
from cogov.viz.words import catalogue

DAYS = 12


@pytest.fixture(scope="module")
def run():
    model = CityModel("cadre_sinking", city="street", warm_up_days=5, days=10, follow_up_days=5)
    memory = Memory()
    for _ in range(DAYS):
        model.step()
        memory.note(model)
    return model, memory


def test_curves_end_where_the_tables_stand(run):
    model, _ = run
    curves = frame_of(model, "trust").curves
    assert list(curves) == list(CURVES)
    assert all(len(values) == DAYS for values in curves.values())
    layers = values_by_grid(model)
    assert curves["open_needs"][-1] == layers["open_needs"].sum()
    assert curves["backlog"][-1] == layers["backlog"].sum()
    assert curves["overdue"][-1] == frame_of(model, "overdue").values.sum()


@pytest.mark.parametrize("layer", ["open_needs", "trust"])
def test_layers_are_those_that_mesa_users_see(run, layer):
    model, _ = run
    assert frame_of(model, layer).values == pytest.approx(values_by_grid(model)[layer].astype(np.float32), nan_ok=True)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_has_values_words_and_a_unit(run, layer):
    values = frame_of(run[0], layer).values
    assert values.dtype == np.float32
    assert len(values) == len(run[0].plan.city.grids)
    assert np.isfinite(values).any()
    assert np.nanmin(values) >= 0
    assert {f"view.layer_name.{layer}", f"view.layer_hint.{layer}"} <= catalogue().keys()


def test_helpers_come_with_the_policy():
    base = CityModel("baseline", city="street", warm_up_days=0, days=3, follow_up_days=0)
    sunk = CityModel("cadre_sinking", city="street", warm_up_days=0, days=3, follow_up_days=0)
    for model in (base, sunk):
        model.step()
    assert frame_of(sunk, "helpers").values.mean() > frame_of(base, "helpers").values.mean()


def test_an_atlas_knows_its_places(run):
    atlas = atlas_of(run[0].plan.city)
    assert atlas.grid_at(int(atlas.x[7]), int(atlas.y[7])) == 7
    assert atlas.grid_at(-1, 0) == -1
    assert len(atlas.names["streets"]["zh"]) == len(run[0].plan.city.streets)


def test_a_story_counts_what_is_open_and_books_every_minute(run):
    model, memory = run
    open_needs = values_by_grid(model)["open_needs"]
    grid = int(open_needs.argmax())
    story = tell(model, memory, grid)
    assert (story.grid, story.day, story.open_needs) == (grid, DAYS, open_needs[grid])
    assert story.residents == model.plan.city.grids["residents"][grid]
    assert story.offices
    known = {name for name, _, _ in STAGES} | {UNDER_WAY}
    for need in story.incidents:
        assert set(need.minutes) <= known
        until = need.ended if need.ended >= 0 else DAYS * 1440
        assert sum(need.minutes.values()) == pytest.approx(until - need.arose, abs=1)


def test_most_needs_that_ended_are_remembered(run):
    model, memory = run
    flows = model.tables["counts"][DAYS - 7 : DAYS].sum(axis=(0, 1))
    kept = sum(len(memory.of_grid(g)) for g in range(len(model.plan.city.grids)))
    assert 0.6 * (flows[C_SOLVED] + flows[C_LAPSED]) < kept <= flows[C_SOLVED] + flows[C_LAPSED]
