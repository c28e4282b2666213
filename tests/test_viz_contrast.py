"""What the sides of a comparison differ by: title, shared shocks, and effects no policy can have earned."""

from dataclasses import replace

import pytest
from made_up_comparison import made, with_effect
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.viz.answer import answer
from cogov.viz.contrast import caveat, neutral, shared_shocks, title


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


def test_the_title_says_what_is_compared_with_what_and_in_which_shock(comparison):
    one = made("baseline", "cadre_sinking", shock=False)
    assert title(one, "en") == "What does Cadre sinking change, compared with Baseline?"
    assert title(one, "zh") == "与基线相比，党员干部下沉改变了什么？"
    several = "What do Cadre sinking, Alliance lists and Emergency pairing change, compared with Baseline?"
    assert title(comparison, "en") == f"30 days with a shock (rainstorm and flood): {several}"
    assert title(comparison, "zh").startswith("30 天内遇暴雨内涝：与基线相比，")


def test_a_shock_alone_is_no_policy():
    storm = [FakeScenario(shock=False), FakeScenario("a_storm", policy=[])]
    judged = compare(storm, replications=4, workers=1, engine=engine)
    for key, verdict in (("backlog", "worse"), ("trust", "better"), ("overdue", "not_told_apart")):
        judged = with_effect(judged, "a_storm", key, verdict=verdict)
    comparison = neutral(judged)
    verdicts = {key: effect.verdict for key, effect in comparison.effects["a_storm"].items()}
    assert [verdicts[key] for key in ("backlog", "trust", "overdue")] == ["changed", "changed", "not_told_apart"]
    assert {"better", "worse"}.isdisjoint(verdicts.values())
    text = answer(comparison, "en")[-1]
    assert "A storm has the same policies as Baseline and differs from it by a shock (rainstorm and flood)" in text
    assert "better" not in text
    assert "不是政策效果" in answer(comparison, "zh")[-1]
    assert title(comparison, "en") == "What does A storm change, compared with Baseline?"
    both = [FakeScenario(shock=False), FakeScenario("cadre_sinking")]
    text = answer(neutral(compare(both, replications=4, workers=1, engine=engine)), "en")[-1]
    assert "cannot be put down to the policies alone" in text


def sides(*scenarios):
    return compare(list(scenarios), replications=2, workers=1, engine=engine)


def test_a_shock_of_one_side_or_after_the_window_is_not_shared(comparison):
    assert shared_shocks(comparison, "en") == "rainstorm and flood"
    assert shared_shocks(sides(FakeScenario(), FakeScenario("cadre_sinking", shock=False)), "en") == ""
    assert shared_shocks(replace(comparison, phases={**comparison.phases, "window_days": 5}), "en") == ""
    assert shared_shocks(replace(comparison, phases={**comparison.phases, "start": "2024-06-13"}), "zh") == "暴雨内涝"
    assert shared_shocks(replace(comparison, phases={**comparison.phases, "start": "2024-06-15"}), "zh") == ""


def test_other_numbers_are_a_caveat_and_other_names_are_none():
    numbers = sides(FakeScenario(), FakeScenario("cadre_sinking", parameters={"handling.fix": 0.5}))
    assert "cannot be put down to the policies alone" in caveat(numbers, numbers.others[0], "en")
    plain = sides(FakeScenario(), FakeScenario("cadre_sinking"))
    assert caveat(plain, plain.others[0], "en") == ""
    named = sides(FakeScenario(), FakeScenario("mine", policy=[], layers=[]))
    assert caveat(named, named.others[0], "en") == ""


def test_effects_of_a_policy_stay_as_they_are(comparison):
    assert neutral(comparison).effects == comparison.effects
