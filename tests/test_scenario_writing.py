"""Scenarios written as files are read back as they were, and what is wrong with a file is said under its name."""

import pytest

from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.loader import list_scenarios, load_scenario
from cogov.scenarios.writing import checked, read_text, to_toml


@pytest.mark.parametrize("name", [row["id"] for row in list_scenarios()])
def test_a_written_scenario_is_the_same_when_read(name):
    scenario = load_scenario(name)
    again = checked(scenario)
    assert (again.digest(), again.id, again.name) == (scenario.digest(), scenario.id, scenario.name)


def test_what_was_set_is_written(tmp_path):
    scenario = load_scenario(
        "cadre_sinking", city="street", days=9, layers=["fire_month"], settings={"cadre_sinking.turnout": 0.5}
    )
    path = tmp_path / "cadre_sinking.toml"
    path.write_text(to_toml(scenario), encoding="utf-8")
    assert load_scenario(path).digest() == scenario.digest()


def test_complaints_bear_the_name_of_the_file():
    words = 'name = { zh = "甲", en = "A" }\nquestion = { zh = "乙", en = "B" }\n'
    text = f'format = 1\nextends = "baseline"\nid = "mine"\n{words}[demand]\nscale = 99\n'
    with pytest.raises(ScenarioError) as caught:
        read_text(text, "mine.toml")
    (problem,) = caught.value.problems
    assert str(problem).startswith("mine.toml:7: demand.scale (99)")
    assert "/" not in problem.of("zh").split(":")[0]


def test_a_name_cannot_lead_elsewhere():
    with pytest.raises(ScenarioError):
        read_text("no = toml = here", "../../outside.toml")


def test_an_edit_that_does_not_fit_is_said():
    scenario = load_scenario("cadre_sinking")
    entry = scenario.policies[0]
    wrong = entry.model_copy(update={"parameters": {**entry.parameters, "turnout": 7.0}})
    with pytest.raises(ScenarioError, match="turnout"):
        checked(scenario.model_copy(update={"policies": (wrong,)}))
