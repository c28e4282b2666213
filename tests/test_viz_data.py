"""The numbers behind figures as CSV: every value in plain units, what is not known empty."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from made_up_comparison import made

from cogov.viz.data import csv_text, curves_data, effects_data, levels_data, stages_data

KEYS = ("solution_minutes.mean", "trust")


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists")


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_numbers_have_six_digits_and_what_is_not_known_is_empty():
    text = csv_text(("a", "b"), [(1.23456789, float("nan")), ("x, y", np.float32(np.inf)), (3, 1e-12)])
    assert text == 'a,b\n1.23457,\n"x, y",\n3,1e-12\n'


def test_effects_stand_by_scenario_and_measure_with_their_interval(comparison):
    found = rows(effects_data(comparison, (*KEYS, "no_such")))
    assert [(r["scenario"], r["measure"]) for r in found] == [
        (s, k) for s in ("cadre_sinking", "alliance_lists") for k in KEYS
    ]
    pair = comparison.effects["alliance_lists"]["trust"].pair
    assert float(found[-1]["difference"]) == pytest.approx(pair.difference, rel=1e-5)
    assert float(found[-1]["low"]) <= float(found[-1]["difference"]) <= float(found[-1]["high"])
    assert found[0]["unit"] == "min"


def test_levels_are_means_of_every_scenario_and_a_gap_where_there_is_none(comparison):
    found = rows(levels_data(comparison, ("trust", "no_such")))
    assert [(r["scenario"], r["measure"]) for r in found][:2] == [("baseline", "trust"), ("baseline", "no_such")]
    assert float(found[0]["mean"]) == pytest.approx(comparison.means["baseline"]["trust"], rel=1e-5)
    assert found[1]["mean"] == ""


def test_curves_give_level_and_paired_change_of_each_day_from_the_first_on(comparison):
    found = rows(curves_data(comparison, ("backlog", "no_such"), first=20))
    assert len(found) == 3 * (len(comparison.dates) - 20)
    assert found[0]["date"] == str(comparison.dates[20])
    assert {r["unit"] for r in found} == {"cases"}
    mine = comparison.curves["cadre_sinking"]["backlog"][:, 25] - comparison.curves["baseline"]["backlog"][:, 25]
    row = next(r for r in found if (r["scenario"], r["date"]) == ("cadre_sinking", str(comparison.dates[25])))
    assert [float(row[k]) for k in ("change", "change_low", "change_high")] == pytest.approx(
        [mine.mean(), mine.min(), mine.max()], rel=1e-5
    )
    assert {r["change"] for r in found if r["scenario"] == "baseline"} == {"0"}


def test_stages_give_the_reference_and_each_difference(comparison):
    found = rows(stages_data(comparison))
    stages = comparison.stages["cadre_sinking"]
    assert [r["stage"] for r in found if r["scenario"] == "cadre_sinking"] == list(stages)
    one = next(r for r in found if (r["scenario"], r["stage"]) == ("cadre_sinking", "off_shift"))
    assert float(one["difference_minutes"]) == pytest.approx(stages["off_shift"].difference, rel=1e-5)
    assert rows(stages_data(replace(comparison, effects={}))) == []
