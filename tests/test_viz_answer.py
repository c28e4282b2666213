"""The answer in plain sentences: what helped, by how much, how sure that is, at what cost, and what got worse."""

import re
from dataclasses import replace

import pytest
from made_up_comparison import made, with_effect
from synthetic import HELP, FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.results import Runs
from cogov.experiments.statistics import smallest, verdict
from cogov.viz.answer import answer, moved
from cogov.viz.blocks import Sheet
from cogov.viz.document import document
from cogov.viz.numbers import NO_BREAK


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


def test_the_answer_names_effect_certainty_and_cost(comparison):
    setting, verdict, *policies = answer(comparison, "en")
    assert setting.startswith("Under Baseline, in 30 days with a shock (rainstorm and flood), a need gets its first")
    assert "paired replications: 4" in setting
    assert "First response: sooner under Cadre sinking" in verdict
    assert "Solution: sooner under Cadre sinking" in verdict
    assert [text.partition(" — ")[0] for text in policies] == ["Cadre sinking", "Alliance lists", "Emergency pairing"]
    number = r"[−+][\d.,]+[^;]*"
    assert re.match(
        rf"Cadre sinking — first response {number} \({number}; {number} to {number}\); "
        rf"solution {number} \({number}; {number} to {number}\); "
        rf"cost {number} \({number}; {number} to {number}\) and {number} \({number}; {number} to {number}\), "
        r"delay of home units' own work \+",
        policies[0],
    )
    assert "; also better: " in policies[0]
    assert "also changed" not in policies[0]
    chinese = answer(comparison, "zh")
    assert len(chinese) == 5
    assert chinese[1].startswith("首次响应：")
    assert chinese[2].startswith("党员干部下沉——首次响应 −")


def test_what_is_worse_and_what_is_not_shown_is_said():
    harm = [FakeScenario(), FakeScenario("harm", policy=[{"use": "harm", "id": "harm"}])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(HELP, "harm", -0.2)
        comparison = compare(harm, replications=4, workers=1, engine=engine)
    _, verdict, policy = answer(comparison, "en")
    assert "Solution: later under Harm" in verdict
    assert "but worse: " in policy


def test_a_policy_that_does_nothing_changes_nothing():
    sides = [FakeScenario(), FakeScenario("nothing", policy=[])]
    comparison = compare(sides, replications=3, workers=1, engine=engine)
    assert answer(comparison, "en")[1].startswith("First response: practically unchanged under Nothing.")
    assert answer(comparison, "zh")[1].startswith("首次响应：nothing下几乎不变。")
    said = "; ".join(
        f"{what} the same as the reference in every run" for what in ("first response", "solution", "cost")
    )
    assert f"{said}." in answer(comparison, "en")[2]


def test_what_chance_alone_could_make_is_not_told_apart():
    comparison = made("baseline", "alliance_lists")
    effects = {k: replace(e, verdict="not_told_apart") for k, e in comparison.effects["alliance_lists"].items()}
    comparison = replace(comparison, effects={"alliance_lists": effects})
    assert answer(comparison, "en")[1].startswith("Nothing can be concluded about first response or solution")
    assert answer(comparison, "zh")[1].startswith("首次响应与解决用时均未见显著差异")


def test_eight_minutes_of_five_days_are_no_headline(comparison):
    effect = comparison.effects["cadre_sinking"]["first_response_minutes.mean"]
    pair = replace(effect.pair, baseline=7200.0, mean=7192.0, difference=-8.0, low=-9.0, high=-7.0, relative=-8 / 7200)
    small = replace(effect, pair=pair, verdict=verdict(pair, -1, smallest(pair.baseline, "min", "speed")))
    effects = {**comparison.effects["cadre_sinking"], "first_response_minutes.mean": small}
    _, headline, policy, *_ = answer(
        replace(comparison, effects={**comparison.effects, "cadre_sinking": effects}), "en"
    )
    assert "practically unchanged under Cadre sinking" in headline
    assert "first response −0.13 h (−0.1%; −0.15 to −0.12 h), practically unchanged" in policy.replace(NO_BREAK, " ")


def test_what_speaks_against_a_policy_is_in_the_answer(comparison):
    effects = comparison.effects["cadre_sinking"]
    key = "resilience.unmet"
    pair = replace(effects[key].pair, baseline=100.0, difference=14.8, low=10.0, high=20.0, relative=0.148)
    effects = {**effects, key: replace(effects[key], pair=pair, verdict="worse")}
    policy = answer(replace(comparison, effects={**comparison.effects, "cadre_sinking": effects}), "en")[2]
    assert "but worse: excess backlog left at the end (+14.8%)" in policy


def test_whatever_gets_clearly_worse_is_named_and_costs_stand_apart(comparison):
    named = ("on_site_minutes.p99", "participation", "needs_open", "trust")
    for key in (*named, "money_cny.total"):
        comparison = with_effect(comparison, "cadre_sinking", key, verdict="worse")
    comparison = with_effect(comparison, "cadre_sinking", "reports", verdict="not_told_apart")
    info = comparison.others[0]
    found = {e.measure.key for e in moved(comparison, info, "worse")}
    clear = {k for k, e in comparison.effects["cadre_sinking"].items()
             if e.verdict == "worse" and e.measure.group != "cost"}  # fmt: skip
    assert set(named) <= found == clear
    assert "money_cny.total" not in found
    chapters = {s.id: s for s in document(Runs("comparison", comparison), "en").sections}
    tables = {key: {row[1 if key == "worse" else 0].text for b in chapters[key].blocks if isinstance(b, Sheet)
                    for row in b.rows} for key in ("worse", "costs")}  # fmt: skip
    assert {"Trust", "Participation"} <= {name.partition(" · ")[0] for name in tables["worse"]}
    assert any(name.startswith("Money") for name in tables["costs"])
    assert len(tables["worse"]) >= len(named)


def test_what_lies_beyond_the_limit_on_both_sides_is_neither_better_nor_worse(comparison):
    info, key, limit = comparison.others[0], "solution_minutes.p99", comparison.phases["tau_minutes"]
    for baseline, shown in ((limit - 1.0, True), (limit, False)):
        for outcome in ("better", "worse"):
            one = with_effect(comparison, info.id, key, baseline=baseline, mean=limit, verdict=outcome)
            assert (key in {e.measure.key for e in moved(one, info, outcome)}) == shown
