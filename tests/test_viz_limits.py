"""Limits that follow from what is used: shocks, estimates, few runs, a city that still fills up."""

from dataclasses import replace

import numpy as np
import pytest
from made_up_comparison import made

from cogov.scenarios.registry import cards
from cogov.viz.limits import limits, of_scenarios
from cogov.viz.words import w


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists")


def test_limits_follow_from_what_is_used(comparison):
    with_shock, without = limits(comparison, "en"), limits(made("baseline", "cadre_sinking", shock=False), "en")
    assert any(text.startswith("Kind, strength and time of the shock") for text in with_shock)
    assert any(text.startswith("No shock strikes") for text in without)
    assert sum(" numbers (rules and switches left out) are estimates: " in text for text in with_shock) == 2
    assert sum(" numbers (rules and switches left out) are estimates: " in text for text in without) == 1
    assert any(text.startswith("Few replications (4)") for text in with_shock)
    five = limits(made("baseline", "cadre_sinking", replications=5), "en")
    assert not any(text.startswith("Few replications") for text in five)


def test_a_city_that_still_fills_up_is_a_limit(comparison):
    def with_backlog(rise, warm_up=14):
        phases = {**comparison.phases, "warm_up_days": warm_up}
        side = {**comparison.curves["baseline"], "backlog": np.repeat([100.0, 100.0 + rise, 100.0], 7)[None, :]}
        return replace(comparison, phases=phases, curves={**comparison.curves, "baseline": side})

    assert any(text.startswith("A warm-up of 13 days") for text in limits(with_backlog(0.0, 13), "en"))
    assert any("still grew by 30%" in text for text in limits(with_backlog(30.0), "en"))
    assert any("仍增长 30%" in text for text in limits(with_backlog(30.0), "zh"))
    settled = limits(with_backlog(9.0), "en")
    assert not any("still grew" in text or text.startswith("A warm-up") for text in settled)


def test_a_shock_after_the_measured_window_is_a_limit():
    late = "The shock begins after the measured window"
    inside = made("baseline", "cadre_sinking", shock=True)
    assert not any(text.startswith(late) for text in limits(inside, "en"))
    short = replace(inside, phases={**inside.phases, "window_days": 1})
    assert any(text.startswith(late) for text in limits(short, "en"))


def test_a_changed_number_of_the_model_is_a_limit():
    changed = made("baseline", "cadre_sinking", parameters={"handling.fix": 0.5})
    assert any(text.startswith("These numbers of the model are not the default ones") for text in limits(changed, "en"))


def test_a_rhythm_longer_than_the_window_is_told_whichever_scenario_has_it():
    card = next(c for c in cards().values() if any(p.unit in ("days", "day") for p in c.parameters))
    rhythm = next(p for p in card.parameters if p.unit in ("days", "day"))
    slow, quick = ({"use": card.id, "parameters": {rhythm.name: days}} for days in (300.0, 1.0))
    phases = {"window_days": 30, "warm_up_days": 20, "follow_up_days": 10}
    told = []
    for policies in ((slow, quick), (quick, slow), (quick, quick)):
        scenarios = [replace(info, resolved={**info.resolved, "policy": [policy]}) for info, policy in
                     zip(made("baseline", "cadre_sinking").scenarios, policies, strict=True)]  # fmt: skip
        told.append(
            any(rhythm.en in text and "has rhythms longer" in text for text in of_scenarios(scenarios, phases, "en", 1))
        )
    assert told == [True, True, False]


@pytest.mark.parametrize(("window", "residents", "short", "small"), [
    (29, 300_000, True, False), (30, 199_999, False, True), (30, 200_000, False, False),
])  # fmt: skip
def test_a_short_window_and_a_small_city_are_limits(comparison, window, residents, short, small):
    phases = {"warm_up_days": 60, "window_days": window, "follow_up_days": 30}
    found = of_scenarios(comparison.scenarios, phases, "en", residents)
    assert any(text.startswith(w("limit.short", "en", days=window)[:20]) for text in found) == short
    assert any(f"{residents:,}" in text for text in found) == small


def test_the_differences_that_luck_may_make_clear_are_those_that_can_differ(comparison):
    found = [e for effects in comparison.effects.values() for e in effects.values()]
    able = [e for e in found if e.measure.has_better and e.measure.group != "cost" and e.pair.low < e.pair.high]
    assert 0 < len(able) < len(found)
    told = next(text for text in limits(comparison, "en") if "differences at once" in text)
    assert told.startswith(f"The report compares {len(able)} differences at once")
    assert f"about {0.05 * len(able):.0f} of their intervals" in told
    once = limits(made("baseline", "cadre_sinking", replications=1), "en")
    assert not any("differences at once" in text for text in once)
