"""Assembling a comparison: means, bands and tables over replications, and what cannot be put together."""

import math
from dataclasses import replace

import numpy as np
import pytest
from synthetic import FakeScenario, engine

from cogov.experiments.comparison import FIXED, ScenarioInfo, assemble, band
from cogov.experiments.outcome import condense
from cogov.model.measures import place_of

SIDES = ("baseline", "cadre_sinking", "alliance_lists")


def outcomes(name, replications=3):
    return [condense(engine(FakeScenario(name).resolved(), seed)) for seed in range(replications)]


def together(sides):
    infos = [ScenarioInfo.of(FakeScenario(name).resolved(), "d") for name in SIDES[: len(sides)]]
    return assemble(infos, sides, seed=1, seeds=range(len(sides[0])), command="cogov compare")


@pytest.fixture(scope="module")
def sides():
    return [outcomes(name) for name in SIDES]


@pytest.fixture(scope="module")
def comparison(sides):
    return together(sides)


def test_means_are_over_replications_and_over_known_values_only(sides, comparison):
    for name, side in zip(SIDES, sides, strict=True):
        assert comparison.means[name]["backlog"] == pytest.approx(np.mean([o.summary["backlog"] for o in side]))
    assert math.isnan(comparison.means["baseline"]["calls.answered_share"])
    halved = [replace(o, summary={**o.summary, "trust": math.nan if k else 0.7}) for k, o in enumerate(sides[0])]
    assert together([halved, sides[1]]).means["baseline"]["trust"] == 0.7


def test_effects_stand_in_the_order_of_the_measures_and_pair_by_replication(sides, comparison):
    effects = comparison.effects["alliance_lists"]
    assert list(effects) == sorted(effects, key=place_of)
    pairs = zip(sides[0], sides[2], strict=True)
    expected = [other.summary["backlog"] - base.summary["backlog"] for base, other in pairs]
    assert effects["backlog"].pair.difference == pytest.approx(np.mean(expected))
    turned = together([sides[0], sides[0], sides[2][::-1]]).effects["alliance_lists"]["backlog"].pair
    assert turned.difference == pytest.approx(np.mean(expected))
    assert turned.high - turned.low != pytest.approx(effects["backlog"].pair.high - effects["backlog"].pair.low)


def test_bands_hold_the_mean_and_leave_out_what_is_unknown():
    mean, low, high = band(np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]]))
    assert (mean[:2].tolist(), low[:2].tolist(), high[:2].tolist()) == ([2, 5], [1, 5], [3, 5])
    assert np.isnan([mean[2], low[2], high[2]]).all()


def test_the_table_of_curves_has_every_scenario_measure_and_day_once(sides, comparison):
    table, days = comparison.curve_table(), len(comparison.dates)
    keys = list(zip(table["scenario"], table["measure"], table["date"].tolist(), strict=True))
    assert len(keys) == len(set(keys)) == len(SIDES) * 3 * days
    at = (table["scenario"] == "cadre_sinking") & (table["measure"] == "backlog")
    curves = np.stack([o.curves["backlog"] for o in sides[1]])
    assert table["mean"][at] == pytest.approx(curves.mean(axis=0))
    assert (table["low"][at].tolist(), table["high"][at].tolist()) == (curves.min(0).tolist(), curves.max(0).tolist())


def test_the_table_of_grids_averages_what_was_measured_and_keeps_what_is_fixed(sides, comparison):
    table = comparison.grid_table()
    n = len(sides[0][0].grids["grid"])
    assert table["scenario"].tolist() == [name for name in SIDES for _ in range(n)]
    second = slice(n, 2 * n)
    assert table["needs"][second] == pytest.approx(np.mean([o.grids["needs"] for o in sides[1]], axis=0))
    for name in set(FIXED) & set(table):
        assert table[name][second].tolist() == sides[1][0].grids[name].tolist(), name
    assert np.isnan(table["solution_minutes"][second][3])  # a grid without needs in any run


def test_stages_by_category_are_means_over_replications(sides, comparison):
    cell = np.mean([o.stages.cell("noise", "travel") for o in sides[1]])
    assert comparison.categories["cadre_sinking"]["noise"]["travel"] == pytest.approx(cell)
    assert (
        comparison.stages["cadre_sinking"]["travel"] is comparison.effects["cadre_sinking"]["stage_minutes.travel"].pair
    )


def test_runs_of_other_days_are_refused(sides):
    shifted = [replace(o, dates=o.dates + 1) for o in sides[1]]
    with pytest.raises(ValueError, match="cadre_sinking do not cover the same days"):
        together([sides[0], shifted])
    with pytest.raises(ValueError, match="baseline do not cover the same days"):
        together([[sides[0][0], replace(sides[0][1], dates=sides[0][1].dates + 1)], sides[1][:2]])


def test_a_scenario_without_names_is_called_by_its_id():
    info = ScenarioInfo.of({"id": "mine", "name": {"zh": "我的"}}, "d")
    assert (info.name("zh"), info.name("en"), info.question_en) == ("我的", "mine", "")


def test_times_by_kind_of_grid_change_by_shares_of_the_reference_in_the_same_replication(sides):
    def timed(side, *minutes):
        return [replace(o, summary={**o.summary, "solution_of.old": m}) for o, m in zip(side, minutes, strict=True)]

    some = together([timed(sides[0], 200.0, 400.0, 0.0), timed(sides[1], 100.0, 500.0, 300.0)])
    found = some.kinds["cadre_sinking"]["solution_of.old"]
    assert found[:2].tolist() == [-0.5, 0.25]
    assert math.isnan(found[2])
