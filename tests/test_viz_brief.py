"""The answer in three sentences, the limits and the registered questions: worked out from what is there."""

from dataclasses import replace

import pytest
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.comparison import ScenarioInfo
from cogov.experiments.results import Runs
from cogov.scenarios.loader import load_scenario
from cogov.viz.answer import worse
from cogov.viz.assumptions import assumptions
from cogov.viz.blocks import Sheet
from cogov.viz.brief import brief
from cogov.viz.document import document
from cogov.viz.limits import limits
from cogov.viz.numbers import NO_BREAK
from cogov.viz.registered import registered


def made(*names, replications=4, **changes):
    sides = [FakeScenario(name, **changes) for name in names]
    return compare(sides, replications=replications, workers=1, engine=engine)


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists")


def texts(comparison, lang="en"):
    return [text.replace(NO_BREAK, " ") for _, text in brief(comparison, lang)]


def with_effect(comparison, scenario, key, **changes):
    effect = comparison.effects[scenario][key]
    pair = replace(effect.pair, **{k: v for k, v in changes.items() if k != "verdict"})
    effects = {**comparison.effects[scenario], key: replace(effect, pair=pair, verdict=changes["verdict"])}
    return replace(comparison, effects={**comparison.effects, scenario: effects})


def test_it_says_what_works_for_whom_at_what_cost_and_how_sure(comparison):
    works, whom, sure = texts(comparison)
    assert works.startswith("Cadre sinking solves needs soonest: ")
    assert "; also sooner under Alliance lists" in works
    assert "the time to solution falls most in " in whom
    assert "Cadre sinking takes Person-hours on duty · total +" in sure
    assert "by 4 paired runs, needs are truly solved about " in sure
    assert sure.endswith("estimates, so it is less certain than the interval looks.")


def test_where_nothing_works_it_says_so(comparison):
    for scenario in ("cadre_sinking", "alliance_lists"):
        comparison = with_effect(comparison, scenario, "solution_minutes.mean", difference=-5.0, low=-60.0, high=50.0,
                                 verdict="not_told_apart")  # fmt: skip
    works, _, sure = texts(comparison)
    assert works == "no scenario is shown to solve needs sooner than Baseline."
    assert "may truly be solved up to about 60.0 min sooner or up to about 50.0 min later" in sure
    assert texts(comparison, "zh")[0] == "没有一个情景被证实比“基线”更快解决居民的诉求。"


def test_a_policy_that_harms_is_not_called_good(comparison):
    comparison = with_effect(comparison, "alliance_lists", "solution_minutes.mean", difference=300.0, low=200.0,
                             high=400.0, verdict="worse")  # fmt: skip
    assert "; later under Alliance lists" in texts(comparison)[0]


def test_what_gets_worse_is_named(comparison):
    comparison = with_effect(comparison, "cadre_sinking", "trust", verdict="worse")
    assert "what gets worse: " in texts(comparison)[1]
    assert "Trust" in texts(comparison)[1]


def test_one_run_each_allows_no_answer():
    assert texts(made("baseline", "cadre_sinking", replications=1))[0].startswith("each scenario ran only once")


def test_limits_follow_from_what_is_used(comparison):
    with_shock, without = limits(comparison, "en"), limits(made("baseline", "cadre_sinking", shock=False), "en")
    assert any(text.startswith("Kind, strength and time of the shock") for text in with_shock)
    assert any(text.startswith("No shock strikes") for text in without)
    assert sum(" parameters are estimates: " in text for text in with_shock) == 2
    assert sum(" parameters are estimates: " in text for text in without) == 1
    assert any(text.startswith("Few replications (4)") for text in with_shock)
    five = limits(made("baseline", "cadre_sinking", replications=5), "en")
    assert not any(text.startswith("Few replications") for text in five)


def test_a_changed_number_of_the_model_is_a_limit():
    changed = made("baseline", "cadre_sinking", parameters={"handling.fix": 0.5})
    assert any(text.startswith("These numbers of the model are not the default ones") for text in limits(changed, "en"))


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


def test_what_a_scenario_sets_stands_beside_its_default():
    category = {"noise": {"work": 99.0, "weekdays": [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0]}}
    changed = made("baseline", "cadre_sinking", demand={"scale": 1.4, "work": 1.0}, category=category)
    rows = {row[0].text: [cell.text for cell in row[1:3]] for row in assumptions(changed, "en")[1].rows}
    assert rows["factor on all ordinary arrival rates"] == ["● 1.4", "1"]
    assert rows["factor on the hands-on minutes of all needs"] == ["1", "1"]
    assert rows["Noise · weights of Monday to Sunday"] == ["● 1, 1, 1, 1, 1, 2, 2", "—"]
    value, default = rows["Noise · mean hands-on minutes, all parties"]
    assert value == "● 99"
    assert float(default) > 0


def test_whatever_gets_clearly_worse_is_named_and_costs_stand_apart(comparison):
    named = ("on_site_minutes.p99", "participation", "needs_open", "trust")
    for key in (*named, "money_cny.total"):
        comparison = with_effect(comparison, "cadre_sinking", key, verdict="worse")
    comparison = with_effect(comparison, "cadre_sinking", "reports", verdict="not_told_apart")
    info = comparison.others[0]
    found = {e.measure.key for e in worse(comparison, info)}
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


def test_widening_gaps_are_named_though_the_gini_does_not_say_so(comparison):
    comparison = with_effect(comparison, "cadre_sinking", "equity.gini", verdict="not_told_apart")
    comparison = with_effect(comparison, "cadre_sinking", "equity.p90_p10", verdict="worse")
    assert "P90/P10" in texts(comparison)[1]
