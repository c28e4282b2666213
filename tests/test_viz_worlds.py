"""In what share of worlds one scenario beats another, in words."""

import math

import pytest

from cogov.viz.numbers import NOTHING
from cogov.viz.worlds import CONCLUSIONS, HEADS, ahead, pair_name, share, worlds_table


def found(**changes):
    return {
        "scenario": "a", "against": "b", "worlds": 40, "conclusion": "mostly_better", "doubt": 0.1, "better": 0.6,
        "worse": 0.05, "unchanged": 0.1, "not_told_apart": 0.25, "middle": -0.08, "least": -0.2, "most": 0.01,
        "ahead": {"value": 0.8, "low": 0.65, "high": 0.9}, "behind": {"value": 0.2, "low": 0.1, "high": 0.35},
    } | changes  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_pair_has_a_cell_under_every_head(lang):
    table = worlds_table("backlog", [found(), found(conclusion="turns", worlds=30)], lang, {"a": "甲"})
    assert len(table.heads) == len(HEADS) == len(table.rows[0])
    assert "甲" in table.rows[0][0]
    assert "b" in table.rows[0][0]
    assert "40" in table.note
    assert table.rows[0][-1] != table.rows[1][-1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_conclusion_has_words_of_its_own(lang):
    said = {worlds_table("backlog", [found(conclusion=one)], lang).rows[0][-1] for one in CONCLUSIONS}
    assert len(said) == len(CONCLUSIONS)


def test_a_share_is_told_with_its_interval_in_whole_per_cent():
    text = share({"value": 0.804, "low": 0.654, "high": 0.899}, "en")
    assert all(number in text for number in ("80", "65", "90"))
    assert share({"value": math.nan, "low": 0.0, "high": 0.0}, "en") == NOTHING


def test_worlds_in_which_both_are_the_same_are_told_where_there_are_such():
    assert ahead(found(), "en") == share(found()["ahead"], "en")
    same = ahead(found(behind={"value": 0.05, "low": 0.0, "high": 0.1}), "en")
    assert "15" in same
    assert same != ahead(found(), "en")


def test_a_size_that_is_not_known_is_a_dash_and_names_are_ids_without_any():
    assert worlds_table("backlog", [found(middle=math.nan)], "en").rows[0][-2] == NOTHING
    assert {"a", "b"} <= set(pair_name(found(), "en").replace("'", " ").split())
