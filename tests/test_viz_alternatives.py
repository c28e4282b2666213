"""Names of alternatives: scenarios by their own, points by the values that apply to the scenario, in both languages."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from small_experiment import DEMAND, HEAD, PEOPLE, RULE, design, experiment

from cogov.experiments.comparison import ScenarioInfo
from cogov.experiments.points import scenarios_at
from cogov.experiments.statistics import paired
from cogov.viz.alternatives import alternative, factor_name, scenario_name, value_word
from cogov.viz.experiment import tables
from cogov.viz.terminal import fit


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            "cadre_sinking#2",
            ("党员干部下沉（每社区人数：2；派驻规则：按需派驻；",),
            ("Cadre sinking (", "need-weighted"),
        ),
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


@pytest.mark.parametrize(
    ("lang", "words", "note"),
    [
        ("en", ["▲ best; no other is both better and cheaper", "▼ another is better", "○ may be best, not told apart"],
         "Cadre sinking stands for others as well, which are exactly the same in this measure"),
        ("zh", ["▲ 最好；没有别的备选既更好又更省", "▼ 有更好的", "○ 可能最好，还分不清"],
         "“党员干部下沉”与以下备选在这项指标上各次运行都完全相同，表中只列一次：督办"),
    ],
)  # fmt: skip
def test_the_ranking_says_with_signs_which_is_best_and_which_are_equal(tmp_path, lang, words, note):
    _, d = experiment(tmp_path, head=HEAD)
    infos = [ScenarioInfo(key, zh, en, "", "", "", {}) for key, zh, en in
             (("cadre_sinking", "党员干部下沉", "Cadre sinking"), ("supervision", "督办", "Supervision"))]  # fmt: skip
    stand = {"mean": 3000.0, "low": -60.0, "high": 60.0}
    standings = [{"name": "cadre_sinking", "verdict": word, **stand} for word in ("best", "not_best", "may_be_best")]
    standings[1]["name"] = standings[2]["name"] = "other"
    part = {"effects": [], "standings": standings, "front": [{"name": "cadre_sinking", "cost": 1.0, "mean": 3000.0}],
            "equal": {"cadre_sinking": ["supervision"], "baseline": ["baseline"]}}  # fmt: skip
    (plain,) = tables({"solution_minutes.mean": part}, d, lang, infos)
    assert [row[1] for row in plain.rows] == words
    assert note in plain.note
    assert "baseline" not in plain.note
    assert [fit(word, "ascii", "en") for word in words] == [word.partition(" ")[2] for word in words] or lang == "zh"


@pytest.mark.parametrize(("verdict", "adjusted", "sign", "tone"), [
    ("better", 0.01, "▲ ", "better"), ("worse", 0.01, "▼ ", "worse"), ("better", 0.2, "○ ", ""),
    ("unchanged", 0.001, "= ", ""), ("changed", 0.01, "● ", ""), ("not_told_apart", 0.6, "○ ", ""),
])  # fmt: skip
def test_effects_bear_the_signs_of_verdicts_once_p_is_adjusted(tmp_path, verdict, adjusted, sign, tone):
    _, d = experiment(tmp_path, head=HEAD)
    pair = asdict(paired(np.array([5.0, 6.0, 7.0]), np.array([4.0, 5.0, 6.5])))
    effect = {"scenario": "cadre_sinking", "point": 0, "pair": pair, "verdict": verdict, "adjusted": adjusted,
              "again": False, "needed": 9.0}  # fmt: skip
    (plain,) = tables({"backlog": {"effects": [effect]}}, d, "en")
    assert plain.rows[0][2].startswith(sign + "−0.8")
    assert plain.tones == (tone,)
    assert "▲ better   ▼ worse" in plain.note


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
    assert alternative(infos, d, "./mine.toml#1", "en") == "Mine (old.people_per_community: 3)"
