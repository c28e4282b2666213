"""Assumptions: every number that a scenario sets beside its default, with source and confidence."""

import pytest
from made_up_comparison import made
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.comparison import ScenarioInfo
from cogov.experiments.results import Runs
from cogov.model.incidents import load_catalogue
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.registry import cards, declared
from cogov.scenarios.words import source_word, span_word, unit_word
from cogov.viz.assumptions import assumptions, of_scenarios
from cogov.viz.document import document


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


def sections(comparison, lang):
    return document(Runs("comparison", comparison), lang).sections


def test_the_policy_parameters_come_with_source_and_confidence(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "assumptions")
    texts = [cell.text for block in chapter.blocks if block.kind == "sheet" for row in block.rows for cell in row]
    assert "● 9" in texts
    assert "people for each community reached" in texts
    rows = [[cell.text for cell in row] for block in chapter.blocks if block.kind == "sheet" for row in block.rows]
    placement = next(row for row in rows if row[0].startswith("how people are spread over communities"))
    assert placement[-2:] == ["rules compared, not estimated", "choice"]


def test_what_a_scenario_sets_stands_beside_its_default():
    category = {"noise": {"work": 99.0, "weekdays": [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0]}}
    changed = made("baseline", "cadre_sinking", demand={"scale": 1.4, "work": 1.0}, category=category)
    rows = {row[0].text: [cell.text for cell in row[1:3]] for row in assumptions(changed, "en")[1].rows}
    assert rows["factor on all ordinary arrival rates"] == ["● 1.4", "1"]
    assert rows["factor on the hands-on minutes of all needs"] == ["1", "1"]
    usual = load_catalogue().rows[load_catalogue().ids.index("noise")]
    weekdays, of_model = rows["Noise · weights of Monday to Sunday"]
    assert weekdays == "● 1, 1, 1, 1, 1, 2, 2"
    assert of_model == ", ".join(f"{x:.3g}" for x in usual["weekdays"]) + " (scaled to a mean of 1)"
    value, default = rows["Noise · mean hands-on minutes, all parties"]
    assert value == "● 99"
    assert float(default) > 0


def test_settings_that_differ_say_whose_each_is():
    sides = [FakeScenario(), FakeScenario("cadre_sinking", demand={"scale": 1.4, "work": 1.0})]
    rows = {
        row[0].below: row[1]
        for row in assumptions(compare(sides, replications=2, workers=1, engine=engine), "en")[1].rows
    }
    assert (rows["demand.scale"].text, rows["demand.scale"].below) == ("1; ● 1.4", "Baseline; Cadre sinking")
    assert (rows["demand.work"].text, rows["demand.work"].below) == ("1", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_the_model_has_its_own_default_unit_range_source_and_confidence(comparison, lang):
    fold = next(
        b for b in assumptions(comparison, lang) if b.kind == "fold" and len(b.blocks[0].rows) == len(declared())
    )
    for row in fold.blocks[0].rows:
        meaning, value, default, unit, span, source, confidence = (cell.text for cell in row)
        p = declared()[row[0].below]
        assert meaning == getattr(p, lang)
        assert (value, default) == (f"{p.default:g}", f"{p.default:g}")
        assert (unit, span) == (unit_word(p.unit, lang), span_word(p.low, p.high, lang))
        assert (source, confidence) == (source_word(p.source, lang), p.confidence)


def test_lists_of_a_category_stand_beside_those_of_the_model_with_the_range_of_a_weight():
    lists = {"hours": [1.0] * 24, "weekdays": [1.0] * 7, "months": [1.0] * 11 + [3.0]}
    changed = made("baseline", "cadre_sinking", category={"noise": lists})
    rows = {row[0].text: [cell.text for cell in row] for row in assumptions(changed, "en")[1].rows}
    defaults = {}
    whats = ("the hours 0 to 23 in which its needs arise", "Monday to Sunday", "January to December")
    for key, what in zip(lists, whats, strict=True):
        _, value, default, _, span, *_ = rows[f"Noise · weights of {what}"]
        assert value == "● " + ", ".join(f"{x:g}" for x in lists[key])
        assert span == "0 to 1,000,000"
        defaults[key] = [float(x) for x in default.partition(" (")[0].split(", ")]
        assert len(defaults[key]) == len(lists[key])
        assert sum(defaults[key]) / len(lists[key]) == pytest.approx(1.0, abs=0.01)
    assert max(defaults["hours"]) > 2 * min(defaults["hours"])


def people_of(scenarios, varied):
    infos = [ScenarioInfo.of(s.resolved(), s.digest()) for s in scenarios]
    tables = [block for block in of_scenarios(infos, "en", varied) if block.kind == "sheet"]
    (people,) = [row for table in tables for row in table.rows if row[0].below == "people_per_community"]
    return people[1]


def twice(**people):
    """Return a scenario in which one policy stands under several ids, with these people for each community."""
    plain = FakeScenario("cadre_sinking").plain["policy"][0]
    entries = [{**plain, "id": name, "parameters": {"people_per_community": n}} for name, n in people.items()]
    return FakeScenario("both", policy=entries)


def test_a_policy_that_stands_twice_shows_both_factors_with_whose_they_are():
    both = [FakeScenario(), twice(near=4.0, far=5.0)]
    near, far = {"near.people_per_community": [2.0, 8.0]}, {"far.people_per_community": [3.0, 9.0]}
    cell = people_of(both, near | far)
    assert cell.text == "● 2, 8; ● 3, 9"
    assert cell.below == "near (a factor of the experiment); far (a factor of the experiment)"
    cell = people_of(both, far)
    assert cell.text == "● 4; ● 3, 9"
    assert cell.below == "Both (near); far (a factor of the experiment)"
    cell = people_of(both, {})
    assert (cell.text, cell.below) == ("● 4; ● 5", "Both (near); Both (far)")


def test_factors_with_the_same_values_stand_once_with_both_ids():
    values = {f"{name}.people_per_community": [2.0, 8.0] for name in ("near", "far")}
    cell = people_of([FakeScenario(), twice(near=4.0, far=5.0)], values)
    assert cell.text == "● 2, 8"
    assert "near (" in cell.below
    assert "far (" in cell.below


def test_where_scenarios_set_a_policy_otherwise_all_values_stand_with_whose_they_are():
    def side(name, people):
        plain = FakeScenario("cadre_sinking").plain["policy"][0]
        changes = {"policy": [{**plain, "parameters": {"people_per_community": people}}]}
        return FakeScenario(name, **changes)

    comparison = compare([FakeScenario(), side("few", 4.0), side("many", 9.0)], replications=2, workers=1,
                         engine=engine)  # fmt: skip
    tables = [block for block in assumptions(comparison, "en") if block.kind == "sheet"]
    (people,) = [row for table in tables for row in table.rows if row[0].below == "people_per_community"]
    default = next(p.default for p in cards()["cadre_sinking"].parameters if p.name == "people_per_community")
    marks = [f"{v:g}" if v == default else f"● {v:g}" for v in (4.0, 9.0)]
    assert people[1].text == "; ".join(marks)
    assert people[1].below == "Few; Many"


def test_intensities_and_shocks_stand_with_whose_choice_they_are():
    some = [load_scenario(name) for name in ("baseline", "storm_month", "emergency_pairing")]
    infos = [ScenarioInfo.of(s.resolved(), s.digest()) for s in some]
    table = of_scenarios(infos, "zh", {"storm.severity": [0.5, 2.0]})[1]
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}
    assert len(table.heads) == 7
    assert all(len(row) == 7 and row[5].text.endswith("设定") and row[6].text == "设定" for row in table.rows)
    assert rows["挂钩应急处置：强度"] == ["1", "1", "—", "0 至 1", "情景设定", "设定"]
    assert rows["暴雨内涝 · 持续天数"] == ["3", "—", "天", "大于 0、不超过 365", "情景设定", "设定"]
    assert rows["暴雨内涝 · 强度；1 为标准强度"] == ["● 0.5; 2", "1", "—", "0 至 5", "试验设定", "设定"]
