"""Reasons for missed patterns put to the test: each check as it is, and once more without what its reason blames."""

import json

import pytest
from typer.testing import CliRunner

from cogov.cli import app
from cogov.experiments import patterns as module
from cogov.experiments.ablations import Ablation, Ablations, ablated, load_ablations
from cogov.experiments.patterns import load_patterns, scenario_of, tasks_of
from cogov.scenarios.errors import ScenarioError
from cogov.viz.validation import notes

REGISTER = load_patterns()
MADE = ablated(REGISTER, load_ablations())


def test_every_ablated_check_stands_behind_the_one_that_it_is_made_of_with_the_same_range():
    known = {c.id: c for p in REGISTER.pattern for c in p.check}
    for pattern in MADE.pattern:
        for c in pattern.check:
            base = known[c.id.partition("-")[0]]
            assert (c.figure, c.low, c.high, c.unit) == (base.figure, base.low, base.high, base.unit)
    named = {name for a in load_ablations().ablation for name in a.checks}
    assert {c.id.partition("-")[0] for p in MADE.pattern for c in p.check} == named


@pytest.mark.parametrize("ablation", load_ablations().ablation, ids=lambda a: a.id)
def test_an_ablation_changes_its_arm_in_nothing_but_what_it_names(ablation):
    check = next(c for p in REGISTER.pattern for c in p.check if c.id == ablation.checks[0])
    before = scenario_of(MADE, check.arm, "street").resolved()
    after = scenario_of(MADE, f"{check.arm}-{ablation.id}", "street").resolved()
    differ = {key for key in before if before[key] != after[key]}
    wanted = {"policy", "id", "name", "question"} if ablation.scenario else set()
    assert differ
    assert differ <= wanted | {"parameters", "category"}
    for name, value in ablation.settings.items():
        assert (name in after["parameters"] and after["parameters"][name] == value) or name.startswith("category.")


def test_both_sides_share_their_random_numbers_and_run_where_the_check_does():
    tasks = tasks_of(MADE, "street", 2)
    assert len({t.seed for t in tasks}) == 2
    outbreak = {t.arm for t in tasks if t.arm.startswith("outbreak")}
    assert outbreak == {"outbreak", "outbreak-by_heads"}


@pytest.mark.parametrize("name", ["P1.nothing", "P20.nearest"])
def test_a_check_that_cannot_be_ablated_is_named(name):
    one = Ablation(id="x", name={"zh": "试", "en": "trial"}, checks=[name], settings={"handling.force": 0.0})
    with pytest.raises(ScenarioError, match=name):
        ablated(REGISTER, Ablations(format=1, ablation=(one,)))


def test_every_ablated_reason_says_what_came_out():
    for a in load_ablations().ablation:
        for name in a.checks:
            assert "cogov validate --ablations" in notes()[name][1], name
            assert "cogov validate --ablations" in notes()[name][0], name


def test_the_command_shows_both_and_leaves_the_validation_of_its_folder_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "look_at", lambda task: dict.fromkeys(task.figures, 0.1 + task.replication))
    monkeypatch.setenv("COLUMNS", "250")
    (tmp_path / "validation.json").write_text("{}", encoding="utf-8")
    args = ["validate", "--ablations", "--city", "street", "--replications", "2", "--workers", "1", "--lang", "en"]
    result = CliRunner().invoke(app, [*args, "--out", str(tmp_path)], prog_name="cogov")
    assert (result.exit_code, result.exception) == (0, None), result.stderr
    assert "no closing by force" in " ".join(result.stdout.split())
    assert (tmp_path / "validation.json").read_text(encoding="utf-8") == "{}"
    found = json.loads((tmp_path / "ablations.json").read_text(encoding="utf-8"))
    assert {v["check"] for v in found["verdicts"]} == {c.id for p in MADE.pattern for c in p.check}
