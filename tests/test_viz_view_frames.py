"""Frames and stories agree with the model's own tables."""

from dataclasses import replace

import numpy as np
import pytest

from cogov.model.ledger import (
    LOG_ARISE,
    LOG_CLOSED,
    LOG_CLOSED_UNSOLVED,
    LOG_FINISHED,
    LOG_KINDS,
    LOG_LAPSED,
    LOG_SOLVED,
)
from cogov.model.state import C_LAPSED, C_SOLVED, ENDED, PENDING, POOL_KINDS, QUEUED, STAGES, WAITING
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.layers import values_by_grid
from cogov.viz.view import sweeps
from cogov.viz.view.frames import CURVES, LAYERS, atlas_of, frame_of
from cogov.viz.view.memory import KEPT_DAYS, Watched
from cogov.viz.view.office import tell_office
from cogov.viz.view.story import UNDER_WAY, UNSPLIT, tell
from cogov.viz.words import catalogue

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
    known = {name for name, _, _ in STAGES} | {UNDER_WAY, UNSPLIT}
    for need in story.incidents:
        assert set(need.minutes) <= known
        until = need.ended if need.ended >= 0 else DAYS * 1440
        assert sum(need.minutes.values()) == until - need.arose


def entries(log, *kinds, since=0):
    return log[np.isin(log["kind"], kinds) & (log["minute"] >= since)]


def test_every_need_that_ended_is_remembered_as_the_ledger_has_it(run):
    model, log = run
    ends = entries(log, LOG_SOLVED, LOG_LAPSED, since=(DAYS - KEPT_DAYS) * 1440)
    flows = model.tables["counts"][DAYS - KEPT_DAYS : DAYS].sum(axis=(0, 1))
    assert len(ends) == flows[C_SOLVED] + flows[C_LAPSED] > 200
    kept = [need for grid in range(len(model.plan.city.grids)) for need in model.memory.of_grid(grid)]
    assert {(int(n["key"]), int(n["mark"])) for n in kept} == {(int(e["incident"]), int(e["minute"])) for e in ends}
    assert len(kept) == len(ends)
    arose = {int(e["incident"]): int(e["minute"]) for e in entries(log, [k for k, _, _ in LOG_KINDS].index("arise"))}
    assert all(int(n["arose"]) == arose[int(n["key"])] for n in kept)
    gaps = [int(n["mark"] - n["arose"] - n["minutes"].sum()) for n in kept]
    assert min(gaps) == 0  # no minute twice
    assert 0 < sum(gap > 0 for gap in gaps) < 0.25 * len(gaps)  # rows given away, told of all the same
    assert max(gaps) <= 1440  # what is not split is of the last day


def test_what_is_booked_at_midnight_is_what_the_engine_books():
    """Of the needs that are still there a day later, none has spent less in a stage than was booked for it."""
    model = Watched("cadre_sinking", city="street", warm_up_days=5, days=10, follow_up_days=5)
    for _ in range(DAYS):
        model.step()
    day, old, needs = model.memory.days[-1], model.memory._before, model.tables["needs"]
    there = np.flatnonzero((old["live"] == 1) & (old["key"] == needs["key"]) & (old["phase"] < ENDED))
    moved = there[(needs["mark"][there] > old["mark"][there])]
    waited = old["phase"][moved] == WAITING
    assert waited.sum() > 10
    minutes = old["minutes"][moved].copy()
    day.book(old[moved], minutes)
    assert (minutes.sum(axis=1) + old["arose"][moved] == (DAYS - 1) * 1440).all()
    assert (minutes <= needs["minutes"][moved]).all()


def test_a_need_that_came_back_and_ended_on_the_same_day_is_found_by_its_cause(run):
    from cogov.model.draws import RECURRENCE, child_key

    model, _ = run
    day = next(day for day in reversed(model.memory.days) if len(day.there))
    cause = day.there[:1]
    key = int(child_key(model.keys[RECURRENCE], int(cause["key"][0]), 1, int(cause["ordinal"][0]) + 1))
    log = np.zeros(2, dtype=day.log.dtype)
    log["incident"], log["minute"], log["kind"] = key, (100, 160), (LOG_ARISE, LOG_SOLVED)
    ended = replace(day, log=log, there=cause, gone=day.gone[:0]).ended
    assert ended["key"].tolist() == [cause["key"][0], key]
    assert (ended["arose"][1], ended["mark"][1], ended["minutes"][1].sum()) == (100, 160, 0)
    assert ended["grid"][1] == cause["grid"][0]


def test_one_pass_finds_the_rows_that_conditions_find(run):
    model, _ = run
    needs, since = model.tables["needs"], (DAYS - 2) * 1440
    before = needs[:-3].copy()
    before["key"][::7] += 1
    there, gone = sweeps.touched(needs, before, since)
    over = (needs["phase"] == ENDED) & (needs["live"] == 0) & (needs["mark"] >= since)
    other = (before["key"] != needs["key"][:-3]) & (before["live"] == 1)
    assert there.tolist() == np.flatnonzero(over).tolist()
    assert gone.tolist() == np.flatnonzero(other).tolist()
    assert min(len(there), len(gone)) > 10
    now = (needs["live"] == 1) & (needs["phase"] != PENDING) & (needs["phase"] != ENDED)
    assert sweeps.open_needs(needs).tolist() == np.flatnonzero(now).tolist()


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


def test_an_atlas_knows_its_offices(run):
    atlas = atlas_of(run[0])
    assert atlas.count("office") == len(run[0].tables["pools"]) == len(atlas.names["offices"]["zh"])
    assert all(len(set(names)) == len(names) for names in atlas.names["offices"].values())
