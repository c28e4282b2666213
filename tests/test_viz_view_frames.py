"""Frames and stories agree with the model's own tables."""

import numpy as np
import pytest

from cogov.model.ledger import LOG_CLOSED, LOG_CLOSED_UNSOLVED, LOG_FINISHED, LOG_KINDS, LOG_LAPSED, LOG_SOLVED
from cogov.model.state import C_LAPSED, C_SOLVED, ENDED, PENDING, POOL_KINDS, QUEUED, STAGES
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.layers import values_by_grid
from cogov.viz.view import sweeps
from cogov.viz.view.frames import CURVES, LAYERS, atlas_of, frame_of
from cogov.viz.view.memory import KEPT_DAYS, Watched
from cogov.viz.view.office import tell_office
from cogov.viz.view.story import UNDER_WAY, tell
from cogov.viz.words import catalogue, w

DAYS = 12


@pytest.fixture(scope="module")
def run():
    """A run that remembers, and the whole ledger of an equal one."""
    wishes = {"city": "street", "warm_up_days": 5, "days": 10, "follow_up_days": 5}
    model, ledger = Watched("cadre_sinking", **wishes), []
    plain = CityModel("cadre_sinking", events=ledger.append, **wishes)
    for _ in range(DAYS):
        model.step()
        plain.step()
    plain._hand_over_events()
    return model, np.concatenate(ledger)


def test_to_remember_changes_nothing(run):
    model, _ = run
    plain = CityModel("cadre_sinking", city="street", warm_up_days=5, days=10, follow_up_days=5)
    for _ in range(DAYS):
        plain.step()
    assert np.array_equal(model.tables["counts"], plain.tables["counts"])
    assert np.array_equal(model.tables["trust"], plain.tables["trust"])


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
    atlas = atlas_of(run[0])
    assert atlas.grid_at(int(atlas.x[7]), int(atlas.y[7])) == 7
    assert atlas.grid_at(-1, 0) == -1
    assert len(atlas.names["streets"]["zh"]) == len(run[0].plan.city.streets)


def test_a_story_counts_what_is_open_and_books_every_minute(run):
    model, _ = run
    open_needs = values_by_grid(model)["open_needs"]
    grid = int(open_needs.argmax())
    story = tell(model, grid)
    assert (story.grid, story.day, story.open_needs) == (grid, DAYS, open_needs[grid])
    assert story.residents == model.plan.city.grids["residents"][grid]
    assert story.offices
    known = {name for name, _, _ in STAGES} | {UNDER_WAY}
    for need in story.incidents:
        assert set(need.minutes) <= known
        until = need.ended if need.ended >= 0 else DAYS * 1440
        assert sum(need.minutes.values()) == until - need.arose


def entries(log, *kinds, since=0):
    return log[np.isin(log["kind"], kinds) & (log["minute"] >= since)]


def test_every_need_that_ended_is_remembered_with_all_its_minutes_as_the_ledger_has_it(run):
    model, log = run
    ends = entries(log, LOG_SOLVED, LOG_LAPSED, since=(DAYS - KEPT_DAYS) * 1440)
    flows = model.tables["counts"][DAYS - KEPT_DAYS : DAYS].sum(axis=(0, 1))
    assert len(ends) == flows[C_SOLVED] + flows[C_LAPSED] > 200
    kept = [need for grid in range(len(model.plan.city.grids)) for need in model.memory.of_grid(grid)]
    assert {(int(n["key"]), int(n["mark"])) for n in kept} == {(int(e["incident"]), int(e["minute"])) for e in ends}
    assert len(kept) == len(ends)
    arose = {int(e["incident"]): int(e["minute"]) for e in entries(log, [k for k, _, _ in LOG_KINDS].index("arise"))}
    assert all(int(n["arose"]) == arose[int(n["key"])] for n in kept)
    assert all(int(n["minutes"].sum()) == int(n["mark"] - n["arose"]) for n in kept)


def test_one_pass_finds_the_rows_that_conditions_find(run):
    needs, since = run[0].tables["needs"], (DAYS - 1) * 1440
    over = (needs["phase"] == ENDED) & (needs["live"] == 0) & (needs["mark"] >= since)
    now = (needs["live"] == 1) & (needs["phase"] != PENDING) & (needs["phase"] != ENDED)
    assert sweeps.ended_since(needs, since).tolist() == np.flatnonzero(over).tolist()
    assert sweeps.open_needs(needs).tolist() == np.flatnonzero(now).tolist()
    assert min(over.sum(), now.sum()) > 10


@pytest.mark.parametrize("kind", ["community", "street", "line", "city_line"])
def test_an_office_tells_what_the_tables_and_the_ledger_say(run, kind):
    model, log = run
    pools, people, cases = (model.tables[name] for name in ("pools", "responders", "cases"))
    rows = np.flatnonzero(pools["kind"] == [name for name, _, _ in POOL_KINDS].index(kind))
    done = entries(log, LOG_FINISHED, LOG_CLOSED, LOG_CLOSED_UNSOLVED, since=(DAYS - KEPT_DAYS) * 1440)
    busiest = max(rows, key=lambda p: len(np.unique(done["incident"][done["organisation"] == p])))
    story = tell_office(model, int(busiest))
    mine = done[done["organisation"] == busiest]
    assert story.cases == story.counted == len(np.unique(mine["incident"]))
    assert story.cases > 0
    assert [case.minute for case in story.handled] == sorted((case.minute for case in story.handled), reverse=True)
    assert story.handled[0].minute == mine["minute"].max()
    ours = people[(people["pool"] == busiest) & (people["active"] == 1)]
    assert story.staff == len(ours) >= story.on_shift >= story.on_duty
    assert (
        story.waiting == pools["waiting"][busiest] == ((cases["pool"] == busiest) & (cases["status"] == QUEUED)).sum()
    )
    assert story.load == pytest.approx(ours["month_busy"].sum() / ours["month_field"].sum())
    whole = model.tables["roster"][busiest]
    assert story.served_by == whole
    assert busiest not in story.near
    for case in story.handled:
        until = case.need.ended if case.need.ended >= 0 else DAYS * 1440
        assert sum(case.need.minutes.values()) == until - case.need.arose


@pytest.mark.parametrize("kind", [name for name, _, _ in POOL_KINDS])
def test_every_kind_of_office_has_its_word_in_both_languages(kind):
    assert w(f"view.office_kind.{kind}", "zh") != w(f"view.office_kind.{kind}", "en")


def test_an_atlas_knows_its_offices(run):
    atlas = atlas_of(run[0])
    assert atlas.count("office") == len(run[0].tables["pools"]) == len(atlas.names["offices"]["zh"])
    assert all(len(set(names)) == len(names) for names in atlas.names["offices"].values())
