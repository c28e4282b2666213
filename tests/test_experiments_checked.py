"""What is wrong with an experiment is told at once: each thing with its line, what is allowed, and the near miss."""

import re

import pytest
from small_experiment import HEAD, PEOPLE, design

from cogov.experiments.checked import MOST_VALUES, load_checked
from cogov.scenarios.errors import ScenarioError

MANY = """format = 2
name = { zh = "试", en = "Trial" }
question = { zh = "何如？", en = "What if?" }
scenarios = ["baseline", "cadre_sinkin", "baseline"]
layers = ["heavy_rain_"]
city = "stret"
days = 0
settings = { demand.scal = 2, "cadre_sinking.turnout" = 7 }
foo = 1

[[factor]]
name = "cadre_sinking.people_per_comunity"
low = 2
high = 20

[[factor]]
name = "cadre_sinking.people_per_community"
levels = [2, 4000]

[[factor]]
name = "cadre_sinking.learning_weeks"
low = 4
high = -1
steps = 0

[[factor]]
name = "cadre_sinking.placement"
levels = ["uniform", "unifrm"]

[[factor]]
name = "cadre_sinking.turnout"
low = 0.5
high = 1.5

[design]
kind = "full_factoral"

[run]
replications = 3
fork_at = "2024"

[stop]
rule = "best"
measure = "backlogg"
"""


def problems(tmp_path, text, head=""):
    """Return the problems of an experiment as ``(file, line, key) -> message``."""
    path = tmp_path / "trial.toml"
    path.write_text(head + text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_checked(path)
    return {(p.file.rpartition("/")[2], p.line, p.key): str(p).partition(": ")[2] for p in error.value.problems}


def test_all_that_is_wrong_is_told_at_once_with_its_line(tmp_path):
    found = problems(tmp_path, MANY)
    expected = {
        (1, "format"): "must be 1",
        (4, "scenarios"): "",
        (5, "layers"): "",
        (6, "city"): 'city ("stret"): no such city file',
        (7, "days"): "must be 1 to 3650",
        (8, "settings.demand.scal"): "did you mean demand.scale?",
        (8, "settings.cadre_sinking.turnout"): "must be a number, 0 to 1",
        (9, "foo"): "no such key",
        (12, "factor.cadre_sinking.people_per_comunity"): "did you mean cadre_sinking.people_per_community?",
        (18, "factor.cadre_sinking.people_per_community.levels"): "(4000.0): must be a number, 0 to 100",
        (24, "factor.cadre_sinking.learning_weeks.steps"): "(0): must be 2 to 1000",
        (28, "factor.cadre_sinking.placement.levels"): '("unifrm"): must be one of "uniform"',
        (33, "factor.cadre_sinking.turnout.high"): "(1.5): must be a number, 0 to 1",
        (36, "design.kind"): "did you mean full_factorial?",
        (40, "run.fork_at"): "must be a date",
        (44, "stop.measure"): "did you mean backlog?",
        (42, "stop.indifference"): "must be above 0",
        (42, "stop.first"): "must not be above run.replications (3)",
    }
    assert {(line, key) for _, line, key in found} >= expected.keys()
    assert {file for file, _, _ in found} == {"trial.toml"}
    for (line, key), words in expected.items():
        assert words in found["trial.toml", line, key], found["trial.toml", line, key]
    assert not [key for _, _, key in found if key == "factor.cadre_sinking.learning_weeks.low"]


def test_names_of_scenarios_and_layers_that_mean_no_file_have_their_near_miss(tmp_path):
    path = tmp_path / "trial.toml"
    (tmp_path / "mine.toml").write_text(
        'format = 1\nextends = "baseline"\nname = { zh = "我", en = "Mine" }\nquestion = { zh = "？", en = "?" }\n'
    )
    path.write_text(
        HEAD.replace('"baseline", "cadre_sinking"', '"basline", "./mien.toml", "baseline", "baseline"')
        + 'layers = ["one_nett"]\n'
    )
    with pytest.raises(ScenarioError) as error:
        load_checked(path)
    said = {(p.key, p.value, p.near) for p in error.value.problems}
    assert said == {("scenarios", "basline", "baseline"), ("scenarios", "./mien.toml", "mine.toml"),
                    ("scenarios", "baseline", None), ("layers", "one_nett", "one_net")}  # fmt: skip
    assert {p.line for p in error.value.problems} == {5, 10}


def test_scenarios_and_city_of_an_experiment_go_by_name_and_are_kept_by_id(tmp_path):
    path = tmp_path / "trial.toml"
    text = HEAD.replace('"baseline", "cadre_sinking"', '"基准", "Cadre sinking"')
    path.write_text(re.sub("(?m)^city = .*$", 'city = "示范街道"', text) + 'layers = ["督办"]\n', encoding="utf-8")
    made, _ = load_checked(path)
    assert (made.scenarios, made.layers, made.city) == (("baseline", "cadre_sinking"), ("supervision",), "street")


def test_a_misspelt_scenario_brings_no_complaint_about_its_factors(tmp_path):
    found = problems(tmp_path, PEOPLE + "levels = [2]\n" + design("full_factorial"),
                     HEAD.replace("cadre_sinking", "cadre_snking"))  # fmt: skip
    assert [key for _, _, key in found] == ["scenarios"]
    found = problems(tmp_path, PEOPLE + "levels = [2]\n" + design("full_factorial"),
                     HEAD.replace("cadre_sinking", "./else/where.toml"))  # fmt: skip
    assert [key for _, _, key in found] == ["scenarios"]


def test_a_scenario_of_ones_own_is_told_with_its_own_lines(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'format = 1\nextends = "cadre_sinking"\nname = { zh = "我", en = "Mine" }\nquestion = { zh = "？", en = "?" }\n'
        '[[policy]]\nuse = "cadre_sinking"\n[policy.parameters]\nturnout = 3\n'
    )
    head = HEAD.replace('"cadre_sinking"', '"./mine.toml"')
    found = problems(tmp_path, PEOPLE + "levels = [2, 400]\n" + design("full_factorial"), head)
    assert set(found) == {
        ("trial.toml", 12, "factor.cadre_sinking.people_per_community.levels"),
        ("mine.toml", 8, "policy.cadre_sinking.parameters.turnout"),
    }


def test_every_row_of_a_list_is_looked_at(tmp_path):
    rows = "demand.scale,cadre_sinking.placement,cadre_sinking.turnut\n1,uniform,1\n\n99,uniform,1\n1,unifrm,0.5\n"
    (tmp_path / "p.csv").write_text(rows + "nan,uniform,1\n")
    found = problems(tmp_path, design("list", file="p.csv"), HEAD)
    assert set(found) == {("p.csv", 1, "cadre_sinking.turnut"), ("p.csv", 4, "demand.scale"),
                          ("p.csv", 5, "cadre_sinking.placement"), ("p.csv", 6, "demand.scale")}  # fmt: skip
    assert "did you mean cadre_sinking.turnout?" in found["p.csv", 1, "cadre_sinking.turnut"]
    scales = [1.0 + i / 100 for i in range(2 * MOST_VALUES)]
    (tmp_path / "p.csv").write_text("demand.scale\n" + "".join(f"{x}\n" for x in [*scales, 30, "inf", "much"]))
    found = problems(tmp_path, design("list", file="p.csv"), HEAD)
    assert {line for _, line, _ in found} == {2 * MOST_VALUES + 2, 2 * MOST_VALUES + 3, 2 * MOST_VALUES + 4}


def test_the_rule_and_the_date_to_fork_at_have_their_lines(tmp_path):
    demand = '[[factor]]\nname = "demand.scale"\nlevels = [1, 2]\n'
    text = demand + design("full_factorial") + "[run]\nreplications = 12\nfork_at = 2024-06-01\n"
    found = problems(tmp_path, text + '[stop]\nrule = "best"\nmeasure = "backlog"\nindifference = 1\n', HEAD)
    assert {(line, key) for _, line, key in found} == {(17, "run.fork_at"), (19, "stop.rule")}
