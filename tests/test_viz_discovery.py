"""Where a scenario beats another, and how a budget is best split, in words."""

import math

import pytest
from rich.console import Console

from cogov.viz.discovery import bounds_in_words, setting_name, split_tables, where_tables


def bound(factor="demand.scale", low=None, high=None, levels=()):
    return {"factor": factor, "low": low, "high": high, "levels": list(levels)}


def one(**changes):
    box = {"bounds": [bound(low=1.2)], "points": 12, "density": 0.9, "coverage": 0.75}
    return {"scenario": "a", "against": "b", "verdict": "boxes", "points": 60, "p": 0.01, "wins": 0.4, "clear": 0.3,
            "error": 0.1, "error_without": 0.3, "boxes": [box]} | changes  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["demand.scale", "handling.fix", "storm.severity", "cadre_sinking.turnout",
                                  "cadre_sinking.intensity"])  # fmt: skip
def test_a_setting_has_a_name_of_its_own(name, lang):
    said = setting_name(name, lang)
    assert name not in said
    assert any("一" <= sign <= "鿿" for sign in said) == (lang == "zh")


def test_what_has_no_name_is_called_by_its_path():
    assert setting_name("cadre_sinking.nothing", "en") == "cadre_sinking.nothing"


def test_bounds_are_told_on_the_sides_that_they_have():
    both, above, below = (bounds_in_words([bound(**sides)], "en") for sides in
                          ({"low": 1.2, "high": 1.8}, {"low": 1.2}, {"high": 1.8, "low": math.nan}))  # fmt: skip
    assert "1.2" in both
    assert "1.8" in both
    assert "1.2" in above
    assert "1.8" not in above
    assert "1.8" in below
    assert "nan" not in below
    assert len({both, above, below, bounds_in_words([bound()], "en")}) == 4


def test_levels_are_told_by_their_names():
    said = bounds_in_words([bound("cadre_sinking.placement", levels=["need_weighted"])], "zh")
    assert "need_weighted" not in said


def test_boxes_are_a_table_and_other_verdicts_a_sentence_and_few_points_nothing():
    boxes, never = where_tables(
        "backlog", [one(), one(verdict="few_points"), one(verdict="everywhere")], "en", {"a": "A"}
    )
    assert len(boxes.heads) == len(boxes.rows[0]) == 4
    assert boxes.rows[0][1:] == ["12", "90.0%", "75.0%"]
    assert "A" in boxes.title
    assert (never.heads, never.rows) == ([], [])
    assert never.note


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_split_has_a_row_for_each_arm_and_says_what_it_gains(lang):
    arm = {
        "factor": "cadre_sinking.people_per_community", "amount": 3.0, "amount_low": 2.0, "amount_high": 4.0,
        "hours": 900.0, "hours_low": 700.0, "hours_high": 1000.0, "whole_hours": 2000.0, "whole_effect": -50.0,
    }  # fmt: skip
    found = {
        "measure": "backlog", "budget": 2000.0, "scenario": "x", "arms": [arm, arm], "gain": -40.0, "gain_low": -50.0,
        "gain_high": -30.0, "foretold": 0.8, "over_even": -5.0, "over_even_low": -9.0, "over_even_high": -1.0,
        "verdict": "split",
    }  # fmt: skip
    console = Console(width=200, color_system=None)
    with console.capture() as shown:
        console.print(split_tables(found, lang))
    text = shown.get()
    assert text.count("900") == 2
    assert "80.0%" in text
    assert "2,000" in text
