"""The file of an experiment as it is written: lines, places, and what is left without what has not its form."""

import pytest
from pydantic import BaseModel, ConfigDict
from small_experiment import HEAD

from cogov.experiments.checked import load_checked
from cogov.experiments.sheet import Sheet
from cogov.scenarios.errors import ScenarioError


def problems(tmp_path, text, head=""):
    """Return the problems of an experiment as ``(file, line, key) -> message``."""
    path = tmp_path / "trial.toml"
    path.write_text(head + text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_checked(path)
    return {(p.file.rpartition("/")[2], p.line, p.key): str(p).partition(": ")[2] for p in error.value.problems}


def test_settings_may_be_written_without_quotes(tmp_path):
    path = tmp_path / "trial.toml"
    path.write_text(HEAD + "[settings]\ndemand.scale = 0.5\n", encoding="utf-8")
    assert load_checked(path)[0].settings == {"demand.scale": 0.5}
    found = problems(tmp_path, "[settings]\n\ndemand.scale = 50\n", HEAD)
    assert set(found) == {("trial.toml", 12, "settings.demand.scale")}


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    levels: tuple[float, ...] = ()
    low: float = 0.0
    steps: int = 2


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    days: int = 3
    settings: dict[str, float] = {}
    factor: tuple[Entry, ...] = ()


def sheet(tmp_path, text):
    path = tmp_path / "trial.toml"
    path.write_text(text, encoding="utf-8")
    return Sheet.read(path)


def test_what_has_its_form_is_read_and_the_id_is_the_name_of_the_file(tmp_path):
    made, wrong, unknown = sheet(tmp_path, "days = 5\n").form(Form)
    assert (made.id, made.days, wrong, unknown) == ("trial", 5, [], frozenset())
    assert sheet(tmp_path, 'id = "other"\n').form(Form)[0].id == "other"


def test_what_has_not_its_form_is_told_and_the_rest_is_kept(tmp_path):
    text = 'days = "many"\nx = 1\n[[factor]]\nname = "a"\nsteps = "no"\n[[factor]]\nlow = 2\n'
    made, wrong, unknown = sheet(tmp_path, text).form(Form)
    assert {(p.line, p.key) for p in wrong} == {(1, "days"), (2, "x"), (5, "factor.a.steps"), (6, "factor.2.name")}
    assert unknown == {("days",), ("x",), ("factor", 0, "steps"), ("factor", 1, "name")}
    assert (made.days, made.factor[0].name, made.factor[0].steps) == (3, "a", 2)
    assert made.factor[1].name == "?1"  # stands in for what cannot be told


def test_values_within_a_list_are_told_once(tmp_path):
    _, wrong, unknown = sheet(tmp_path, '[[factor]]\nname = "a"\nlevels = ["x", "y"]\n').form(Form)
    assert [(p.line, p.key, p.value) for p in wrong] == [(3, "factor.a.levels", "x")]  # the first
    assert unknown == {("factor", 0, "levels")}


def test_a_missing_key_is_told_at_its_table(tmp_path):
    there = sheet(tmp_path, '\n[[factor]]\nname = "a"\n\n[[factor]]\nname = "b"\n')
    assert there.problem(("factor", 1), "wrong").line == 6
    assert there.problem(("factor", 1, "low"), "wrong").line == 5
    assert there.problem(("days",), "wrong").line is None


def test_what_is_no_toml_is_refused_with_its_line(tmp_path):
    with pytest.raises(ScenarioError, match=r"trial\.toml:2: not TOML"):
        sheet(tmp_path, "days = 3\nx : 1\n")
    with pytest.raises(ScenarioError, match="no such file"):
        Sheet.read(tmp_path / "nowhere.toml")
