"""Figures for weighing: drawn where there is what they need, with their numbers, and left out where there is not."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from made_up_comparison import made, with_effect

from cogov.viz import style
from cogov.viz.weighing import KINDS, _half, equity, resilience, tradeoff

SHOCK_DAY = 30


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists")


def rows(figure):
    return list(csv.DictReader(io.StringIO(figure.data)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_gain_stands_against_money_for_each_scenario(comparison, lang):
    found = tradeoff(comparison, lang)
    assert (found.name, {r["measure"] for r in rows(found)}) == (
        "tradeoff",
        {"solution_minutes.mean", "money_cny.total"},
    )
    assert {r["scenario"] for r in rows(found)} == {"cadre_sinking", "alliance_lists"}
    assert found.alt in found.svg


def test_who_solves_sooner_stands_higher_and_who_costs_more_further_right(comparison, monkeypatch):
    for name, longer, dearer in (("cadre_sinking", -900.0, 4e6), ("alliance_lists", 300.0, -2e6)):
        for key, change in (("solution_minutes.mean", longer), ("money_cny.total", dearer)):
            comparison = with_effect(
                comparison, name, key, difference=change, low=change, high=change, verdict="changed"
            )
    monkeypatch.setattr(style, "drawn", lambda figure, *rest: figure)
    (axes,) = tradeoff(comparison, "en").axes
    sooner, later = (mark.lines[0].get_xydata()[0] for mark in axes.containers)
    assert sooner[0] > 0 > later[0]
    assert sooner[1] > 0 > later[1]
    assert (sooner / later).tolist() == pytest.approx([-2.0, -3.0])


def test_hours_stand_in_for_money_and_without_either_there_is_no_figure(comparison):
    def without(*keys):
        effects = {s: {k: e for k, e in found.items() if k not in keys} for s, found in comparison.effects.items()}
        return replace(comparison, effects=effects)

    assert {r["measure"] for r in rows(tradeoff(without("money_cny.total"), "en"))} == {
        "solution_minutes.mean", "person_hours.total"}  # fmt: skip
    assert tradeoff(without("money_cny.total", "person_hours.total"), "en") is None
    assert tradeoff(without("solution_minutes.mean"), "en") is None
    assert tradeoff(replace(comparison, effects={}), "en") is None


def test_an_interval_without_spread_or_end_has_no_length(comparison):
    effect = comparison.effects["cadre_sinking"]["backlog"]
    pair = replace(effect.pair, low=-30.0, high=-10.0)
    assert _half(replace(effect, pair=pair), 2.0) == 20.0
    assert _half(replace(effect, pair=replace(pair, high=np.inf)), 2.0) == 0.0


def test_kinds_of_grid_need_two_that_are_known(comparison):
    found = equity(comparison, "en")
    assert len(rows(found)) == 3 * len(KINDS)
    some = {s: {k: x for k, x in m.items() if k not in KINDS[1:]} for s, m in comparison.means.items()}
    assert equity(replace(comparison, means=some), "en") is None


def test_a_shock_is_drawn_against_the_two_weeks_before_it(comparison):
    found = rows(resilience(comparison, "en", SHOCK_DAY))
    mine = [float(r["per_cent_of_before"]) for r in found if r["scenario"] == "baseline"]
    assert np.mean(mine[:14]) == pytest.approx(100.0, abs=1e-3)
    assert max(mine[14:]) > 110
    assert found[0]["date"] == str(comparison.dates[SHOCK_DAY - 14])


def test_a_shock_with_less_than_two_weeks_before_it_is_set_against_the_days_there_are(comparison):
    found = rows(resilience(comparison, "en", 5))
    mine = [float(r["per_cent_of_before"]) for r in found if r["scenario"] == "baseline"]
    assert found[0]["date"] == str(comparison.dates[0])
    assert np.mean(mine[:5]) == pytest.approx(100.0, abs=1e-3)


def test_a_shock_with_no_day_before_it_or_an_empty_backlog_is_not_drawn(comparison):
    assert resilience(comparison, "en", 0) is None
    empty = {s: {**c, "backlog": np.zeros_like(c["backlog"])} for s, c in comparison.curves.items()}
    assert resilience(replace(comparison, curves=empty), "en", SHOCK_DAY) is None
    assert resilience(replace(comparison, curves={s: {} for s in comparison.curves}), "en", SHOCK_DAY) is None
