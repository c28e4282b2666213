"""Names of alternatives: scenarios by their own, points by the values that apply to the scenario, in both languages."""

from dataclasses import replace

import pytest
from test_experiments_points import DEMAND, HEAD, PEOPLE, RULE, design, experiment

from cogov.experiments.comparison import ScenarioInfo
from cogov.experiments.points import scenarios_at
from cogov.viz.alternatives import alternative, factor_name, scenario_name, value_word


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("cadre_sinking#2", ("党员干部下沉（每社区人数 2；派驻规则 按需派驻；",), ("Cadre sinking (", "need-weighted")),
        ("baseline#2", ("基准（", "0.5"), ("Baseline (", "0.5")),
    ],
)
def test_an_alternative_is_called_by_what_applies_to_it(tmp_path, text, zh, en):
    made, d = experiment(tmp_path, PEOPLE + "levels = [2]\n", RULE, DEMAND + "steps = 2\n", design("full_factorial"))
    sides = scenarios_at(made, {}, tmp_path)
    infos = [ScenarioInfo.of(side.resolved(), side.digest()) for side in sides.values()]
    scenario, _, _ = text.partition("#")
    for lang, words in (("zh", zh), ("en", en)):
        said = alternative(infos, d, text, lang)
        assert all(word in said for word in words), said
        assert ("每社区" in said or "people" in said) == (scenario == "cadre_sinking")
        assert "cadre_sinking" not in said


def test_what_has_no_name_is_called_as_it_is_written(tmp_path):
    assert scenario_name([], "mine.toml", "zh") == "mine.toml"
    assert factor_name("storm.severity", "en") == "storm.severity"
    assert factor_name("cadre_sinking.placement", "zh") == "派驻规则"
    assert factor_name("demand.scale", "zh") == "诉求量倍数"


def test_values_are_short_but_whole_numbers_are_whole():
    assert [value_word(x, "en") for x in (0.733198, 12.9356, 8.0, 12345.0)] == ["0.7332", "12.94", "8", "12345"]


def test_an_entry_with_an_id_of_its_own_is_no_matter_of_scenarios_without_it(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'format = 1\nextends = "baseline"\nname = { zh = "我", en = "Mine" }\nquestion = { zh = "？", en = "?" }\n'
        '[[policy]]\nid = "old"\nuse = "cadre_sinking"\n', encoding="utf-8"
    )  # fmt: skip
    factor = '[[factor]]\nname = "old.people_per_community"\nlevels = [2, 3]\n'
    made, d = experiment(tmp_path, factor, design("full_factorial"),
                         head=HEAD.replace('"cadre_sinking"', '"./mine.toml"'))  # fmt: skip
    sides = scenarios_at(made, {}, tmp_path)
    infos = [replace(ScenarioInfo.of(side.resolved(), side.digest()), id=name) for name, side in sides.items()]
    assert alternative(infos, d, "baseline#1", "en") == "Baseline"
    assert alternative(infos, d, "./mine.toml#1", "en") == "Mine (old.people_per_community 3)"
