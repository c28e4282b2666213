"""Names of alternatives: scenarios by their own, points by the values that apply to the scenario, in both languages."""

import pytest
from test_experiments_points import DEMAND, PEOPLE, RULE, design, experiment

from cogov.experiments.comparison import ScenarioInfo
from cogov.experiments.points import scenarios_at
from cogov.viz.alternatives import alternative, factor_name, scenario_name


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
