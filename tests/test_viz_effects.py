"""Tables of effects: which measures are there, how verdicts are said, and what cells show."""

import io
import math
from dataclasses import replace

import pytest
from made_up_comparison import made, with_effect
from rich.console import Console

from cogov.experiments.results import Runs
from cogov.viz import effects as E
from cogov.viz.numbers import NOTHING
from cogov.viz.sections import chapters
from cogov.viz.terminal import comparison_table


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists")


def cell(comparison, key, scenario=0, **more):
    (row,) = E.effects_table(comparison, (key,), "en", **more).rows
    return row[2 + scenario]


def test_measures_that_no_run_has_are_left_out_in_their_order(comparison):
    assert E.known(comparison, ("trust", "no_such", "backlog")) == ["trust", "backlog"]
    none = {
        s: {k: replace(e, pair=replace(e.pair, n=0)) for k, e in found.items()}
        for s, found in comparison.effects.items()
    }
    assert E.known(replace(comparison, effects=none), ("trust",)) == []
    assert set(E.of_group(comparison, "cost")) >= {"person_hours.total", "money_cny.total", "line_delay_days"}


@pytest.mark.parametrize(("key", "verdict", "mark"), [
    ("backlog", "better", "▲"), ("backlog", "worse", "▼"), ("backlog", "unchanged", "="),
    ("backlog", "not_told_apart", "○"), ("person_hours.members", "worse", "●"), ("person_hours.members", "better", "●"),
])  # fmt: skip
def test_each_verdict_has_a_sign_and_hours_that_are_given_are_neither_better_nor_worse(comparison, key, verdict, mark):
    effect = comparison.effects["cadre_sinking"]["backlog"]
    measure = replace(effect.measure, key=key, group="cost" if key.startswith("person") else effect.measure.group)
    assert E.verdict_words(replace(effect, measure=measure, verdict=verdict), "en").startswith(mark)


def test_costs_rise_and_fall_in_place_of_getting_worse_and_better(comparison):
    effect = comparison.effects["cadre_sinking"]["money_cny.total"]
    cost, plain = (E.verdict_words(replace(e, verdict="worse"), "en") for e in (
        effect, comparison.effects["cadre_sinking"]["backlog"]))  # fmt: skip
    assert "worse" in plain
    assert "worse" not in cost


def test_a_cell_has_difference_share_verdict_and_interval(comparison):
    found = cell(comparison, "backlog")
    assert "−" in found.text
    assert "%" in found.text
    assert found.tone == "better"
    assert " to " in found.below
    brief = cell(comparison, "backlog", brief=True)
    assert brief.text == found.text
    assert brief.below.startswith("▲ ")
    assert "better" not in brief.below


def test_a_difference_that_is_none_or_not_known_is_said_so(comparison):
    level = comparison.effects["cadre_sinking"]["backlog"].pair.baseline
    still = {"difference": 0.0, "low": 0.0, "high": 0.0, "mean": level, "verdict": "unchanged"}
    same = with_effect(comparison, "cadre_sinking", "backlog", **still)
    assert cell(same, "backlog").tone == "unchanged"
    unknown = with_effect(comparison, "cadre_sinking", "backlog", n=0, verdict="not_told_apart")
    assert cell(unknown, "backlog").text == NOTHING
    assert cell(unknown, "backlog", 1).text != NOTHING


def test_what_lies_beyond_the_limit_on_both_sides_is_not_compared(comparison):
    key, tau = "solution_minutes.p90", comparison.phases["tau_minutes"]
    beyond = with_effect(comparison, "cadre_sinking", key, baseline=tau, mean=tau, verdict="unchanged")
    effect = beyond.effects["cadre_sinking"][key]
    assert E.beyond_both(beyond, "cadre_sinking", effect)
    assert cell(beyond, key).tone == "not_told_apart"
    assert not E.beyond_both(comparison, "cadre_sinking", comparison.effects["cadre_sinking"][key])


def test_all_measures_of_a_row_and_of_kinds_of_grid_share_a_unit(comparison):
    units = {E.level_scale(comparison, f"solution_of.{kind}", "en").unit for kind in ("commercial", "old", "village")}
    assert len(units) == 1
    assert E.change_scale(comparison, "solution_minutes.mean", "en").unit


def test_pairing_is_told_for_endpoints_and_cost_and_a_huge_ratio_is_bounded(comparison):
    table = E.pairing_table(comparison, "en")
    assert len(table.rows) == 3
    wide = with_effect(comparison, "cadre_sinking", E.PRIMARY, variance_ratio=5000.0, verdict="better")
    assert "variance ratio > 1,000" in E.pairing_table(wide, "en").rows[1][1].text
    assert math.isfinite(comparison.effects["cadre_sinking"][E.PRIMARY].pair.variance_ratio)


def test_pairing_is_not_told_of_two_replications():
    for n, told in ((2, False), (3, True)):
        found = made("baseline", "cadre_sinking", replications=n)
        assert math.isfinite(found.effects["cadre_sinking"][E.PRIMARY].pair.variance_ratio)
        assert any("variance ratio" in row[1].text for row in E.pairing_table(found, "en").rows) is told
        rows = [row for row in E.all_effects(found, "cadre_sinking", "en").rows if len(row) > 7]
        assert any(row[7].text != NOTHING for row in rows) is told
        whole = str(dict(chapters(Runs("comparison", found), found, "en"))["effects"])
        assert ("What pairing bought" in whole) is told
        shown = io.StringIO()
        Console(file=shown, width=100).print(comparison_table(found, "en"))
        assert ("What pairing bought" in shown.getvalue()) is told


def test_every_measure_of_a_scenario_is_listed_by_group(comparison):
    table = E.all_effects(comparison, "cadre_sinking", "en")
    known = [e for e in comparison.effects["cadre_sinking"].values() if e.pair.n]
    assert sum(len(row) == len(table.heads) for row in table.rows) == len(known)
    assert sum(len(row) == 1 for row in table.rows) == len({e.measure.group for e in known})
