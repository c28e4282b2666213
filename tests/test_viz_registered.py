"""Registered questions that a comparison touches, judged by what came out here."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from made_up_comparison import made, with_effect

from cogov.experiments.comparison import ScenarioInfo
from cogov.scenarios.loader import load_scenario
from cogov.viz.registered import _outcome, registered


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists")


def test_a_registered_question_is_found_and_judged_by_what_is_here(comparison):
    calendar = {"city": "street", "days": 30, "warm_up_days": 20, "follow_up_days": 10}
    infos = []
    for name in ("baseline", "cadre_sinking"):
        scenario = load_scenario(name, **calendar)
        infos.append(ScenarioInfo.of(scenario.resolved(), scenario.digest()))
    shipped = replace(comparison, scenarios=tuple(infos))
    _, table = registered(shipped, "en")
    rows = {row[0].below: [cell.text for cell in row] for row in table.rows}
    assert rows["cadre_sinking.solution"][3:] == ["falls", rows["cadre_sinking.solution"][4], "borne out"]
    later = with_effect(shipped, "cadre_sinking", "solution_minutes.mean", difference=300.0, low=200.0, high=400.0,
                        verdict="worse")  # fmt: skip
    rows = {row[0].below: row[-1].text for row in registered(later, "en")[1].rows}
    assert rows["cadre_sinking.solution"] == "contrary"


def test_scenarios_of_ones_own_are_not_registered(comparison):
    (note,) = registered(comparison, "en")
    assert note.text.startswith("No expectation of the register compares exactly these scenarios")


@pytest.mark.parametrize(("expect", "verdict", "difference", "outcome"), [
    ("falls", "better", -5.0, "borne_out"), ("falls", "worse", 5.0, "contrary"), ("rises", "changed", 5.0, "borne_out"),
    ("rises", "changed", -5.0, "contrary"), ("falls", "unchanged", -5.0, "undecided"),
    ("falls", "not_told_apart", -5.0, "undecided"), ("unchanged", "unchanged", 0.1, "borne_out"),
    ("unchanged", "not_told_apart", 0.1, "undecided"), ("unchanged", "better", -5.0, "contrary"),
])  # fmt: skip
def test_an_expectation_is_judged_by_the_interval_here(comparison, expect, verdict, difference, outcome):
    effect = comparison.effects["cadre_sinking"]["backlog"]
    seen = replace(effect, verdict=verdict, pair=replace(effect.pair, difference=difference))
    assert _outcome(SimpleNamespace(expect=expect), seen) == outcome


def test_without_an_interval_nothing_is_decided(comparison):
    effect = comparison.effects["cadre_sinking"]["backlog"]
    assert _outcome(SimpleNamespace(expect="falls"), None) == "undecided"
    for changes in ({"n": 0}, {"low": math.nan}):
        seen = replace(effect, pair=replace(effect.pair, **changes))
        assert _outcome(SimpleNamespace(expect="falls"), seen) == "undecided"
