"""What a comparison keeps of a run: city curves, grids in order, stages summed over kinds of grids."""

import math

import numpy as np
import pytest
from synthetic import FakeScenario, engine

from cogov.experiments.outcome import condense, stage_table


@pytest.fixture
def result():
    return engine(FakeScenario().resolved(), 3)


def test_curves_are_those_of_the_whole_city_in_the_order_of_days(result):
    outcome, daily = condense(result), result.daily
    assert (np.diff(outcome.dates.astype(int)) == 1).all()
    for measure, curve in outcome.curves.items():
        for day in (0, 17, len(curve) - 1):
            at = (daily["level"] == "city") & (daily["measure"] == measure) & (daily["date"] == outcome.dates[day])
            assert daily["value"][at].tolist() == [curve[day]]


def test_a_day_without_a_value_is_not_a_number(result):
    gone = (result.daily["measure"] == "solved") & (result.daily["date"] == result.daily["date"].min())
    kept = {name: values[~gone] for name, values in result.daily.items()}
    result.daily.clear()
    result.daily.update(kept)
    outcome = condense(result)
    assert math.isnan(outcome.curves["solved"][0])
    assert np.isfinite(outcome.curves["solved"][1:]).all()
    assert np.isfinite(outcome.curves["backlog"]).all()


def test_grids_stand_in_the_order_of_their_numbers(result):
    turned = {name: values[::-1] for name, values in result.grids.items()}
    here = condense(result).grids
    result.grids.update(turned)
    there = condense(result).grids
    for name, values in here.items():
        assert np.array_equal(there[name], values, equal_nan=values.dtype.kind == "f"), name


def test_an_outcome_is_a_copy_that_later_changes_do_not_reach(result):
    outcome = condense(result)
    result.summary["backlog"] = result.phases["tau_minutes"] = -1
    assert outcome.summary["backlog"] > 0
    assert outcome.phases["tau_minutes"] > 0


def test_minutes_add_up_over_kinds_and_needs_count_once():
    table = stage_table({
        "category": np.array(["b", "b", "b", "b", "a", "a"]), "grid_kind": np.array(["x", "x", "y", "y", "x", "x"]),
        "stage": np.array(["wait", "work", "wait", "work", "wait", "work"]),
        "minutes": np.array([10.0, 1.0, 20.0, 2.0, 7.0, 3.0]), "needs": np.array([4, 4, 6, 6, 0, 0]),
    })  # fmt: skip
    assert (table.categories, table.stages) == (("a", "b"), ("wait", "work"))
    assert table.needs.tolist() == [0, 10]
    assert table.cell("b", "wait") == 3.0
    assert table.cell("b", "work") == 0.3
    assert table.cell("a", "wait") == 0.0  # no needs, no minutes a need
    assert table.cell("b", "travel") == table.cell("c", "wait") == 0.0
