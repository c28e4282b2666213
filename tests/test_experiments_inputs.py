"""Scenario and city files of the user's own are kept with the results, which hold no path of a machine."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from synthetic import engine

from cogov.experiments.compare import compare
from cogov.experiments.inputs import inputs_of
from cogov.experiments.results import ResultsError, open_results
from cogov.experiments.run import run_resolved, run_scenario
from cogov.experiments.tables import sha256
from cogov.experiments.verify import verify
from cogov.scenarios.city_files import load_spec
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.sources import CITIES
from cogov.viz.report import build_report, write_report

PLAN = """format = 1
id = "plan"
extends = "shared.toml"
[name]
zh = "方案"
en = "Plan"
[question]
zh = "有用吗？"
en = "Does it help?"
"""


def reading(resolved, seed, events=None, progress=None):
    """Run only where the city file is at hand, as the engine does."""
    assert load_spec(resolved["city"]).digest() == resolved["city_digest"]
    return engine(resolved, seed, events, progress)


@pytest.fixture
def home(tmp_path):
    """A folder with a scenario that extends another file, and a city."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    (folder / "shared.toml").write_text(
        PLAN.replace('"plan"', '"shared"').replace("shared.toml", "cadre_sinking"), "utf-8"
    )
    shutil.copy(CITIES / "street.toml", folder / "ourtown.toml")
    return folder


@pytest.fixture
def command(home, tmp_path, monkeypatch):
    """The command that is being given: names by path, and the folder of results somewhere on this machine."""
    words = [
        "/usr/bin/cogov",
        "compare",
        f"{home}/plan.toml",
        "--city",
        f"{home}/ourtown.toml",
        f"--out={tmp_path}/out",
    ]
    monkeypatch.setattr(sys, "argv", words)


def compared(home, tmp_path):
    sides = [load_scenario(name, city=home / "ourtown.toml") for name in ("baseline", home / "plan.toml")]
    return compare(sides, replications=2, workers=1, engine=reading, out=tmp_path / "out",
                   sources=["baseline", str(home / "plan.toml")])  # fmt: skip


def texts(folder):
    return {
        p: p.read_text(encoding="utf-8") for p in folder.rglob("*") if p.suffix in (".json", ".html", ".toml", ".md")
    }


def test_a_moved_comparison_is_verified_though_the_files_it_was_made_of_are_gone(home, command, tmp_path):
    write_report(compared(home, tmp_path), tmp_path / "out" / "report.html")
    shutil.rmtree(home)
    folder = shutil.move(tmp_path / "out", tmp_path / "archive")
    verdict = verify(folder, workers=1, engine=reading)
    assert (verdict.failed, verdict.holds, len(verdict.checked)) == ({}, True, 4)
    assert {p for p, text in texts(folder).items() if str(tmp_path) in text} == set()
    (page,) = build_report([folder]).values()
    assert page == (folder / "report.html").read_bytes()


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_report_alone_bears_the_city(home, command, tmp_path, form):
    compared(home, tmp_path)
    for name, content in build_report([tmp_path / "out"], form=form).items():
        path = tmp_path / "letter" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shutil.rmtree(home)
    shutil.rmtree(tmp_path / "out")
    verdict = verify(tmp_path / "letter" / f"report.{form}", workers=1, engine=reading)
    assert (verdict.failed, verdict.holds, len(verdict.checked)) == ({}, True, 4)


def test_the_command_names_the_files_in_the_folder(home, command, tmp_path):
    compared(home, tmp_path)
    facts = json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))
    assert facts["command"] == "cogov compare inputs/plan.toml --city inputs/ourtown.toml --out=out"
    assert {side["resolved"]["city"] for side in facts["scenarios"]} == {"inputs/ourtown.toml"}
    run = json.loads((tmp_path / "out/runs/plan/0/run.json").read_text(encoding="utf-8"))
    assert run["scenario"]["city"] == "../../../inputs/ourtown.toml"
    again = load_scenario(tmp_path / "out/inputs/plan.toml", city=tmp_path / "out/inputs/ourtown.toml")
    assert again.digest() == run["scenario_digest"]
    crate = {e["@id"]: e for e in json.loads((tmp_path / "out/ro-crate-metadata.json").read_text("utf-8"))["@graph"]}
    kept = {"inputs/plan.toml", "inputs/shared.toml", "inputs/ourtown.toml"}
    assert {part["@id"] for part in crate["#run"]["object"]} == kept
    assert all(crate[name]["sha256"] == sha256((tmp_path / "out" / name).read_bytes()) for name in kept)


def test_a_comparison_with_own_files_goes_on_where_it_was_broken_off(home, command, tmp_path):
    compared(home, tmp_path)
    shutil.rmtree(tmp_path / "out/runs/plan/1")
    said = []
    sides = [load_scenario(name, city=home / "ourtown.toml") for name in ("baseline", home / "plan.toml")]
    compare(sides, replications=2, workers=1, engine=reading, out=tmp_path / "out", tell=lambda x: said.append(str(x)),
            sources=[str(home / "plan.toml")])  # fmt: skip
    assert any(text.startswith("3 of 4 runs are finished") for text in said)


def test_a_run_keeps_its_files_too(home, tmp_path, monkeypatch):
    monkeypatch.setattr("cogov.experiments.run.simulate", reading)
    monkeypatch.setattr(sys, "argv", ["cogov", "run", f"{home}/plan.toml", "--city", f"{home}/ourtown.toml"])
    scenario = load_scenario(home / "plan.toml", city=home / "ourtown.toml")
    run_scenario(scenario, out=tmp_path / "out", sources=[f"{home}/plan.toml"])
    shutil.rmtree(home)
    verdict = verify(shutil.move(tmp_path / "out", tmp_path / "moved"), workers=1, engine=reading)
    assert (verdict.failed, verdict.holds) == ({}, True)
    facts = json.loads((tmp_path / "moved/run.json").read_text(encoding="utf-8"))
    assert facts["command"] == "cogov run inputs/plan.toml --city inputs/ourtown.toml"
    assert facts["scenario"]["city"] == "inputs/ourtown.toml"


def test_a_changed_city_file_is_named(home, command, tmp_path):
    compared(home, tmp_path)
    city = tmp_path / "out/inputs/ourtown.toml"
    city.write_text(
        city.read_text(encoding="utf-8").replace("residents = 80000", "residents = 80001"), encoding="utf-8"
    )
    verdict = verify(tmp_path / "out", workers=1, engine=reading, sample=1)
    assert verdict.damaged == (str(city),)
    assert verdict.failed


def test_runs_are_compared_by_what_their_city_is_and_not_by_where_it_lay(home, tmp_path):
    def run(name, city):
        made = load_scenario(name, city=city)
        inputs = inputs_of([], made.resolved()["city"])
        run_resolved(made.resolved(), made.digest(), seed=1, out=tmp_path / name, engine=reading, inputs=inputs)
        return tmp_path / name

    (home / "other").mkdir()
    other = shutil.copy(home / "ourtown.toml", home / "other" / "town.toml")
    folders = [run("baseline", home / "ourtown.toml"), run("cadre_sinking", other)]
    assert open_results(folders).comparison.others
    Path(other).write_text(Path(other).read_text(encoding="utf-8").replace("= 80000", "= 80001"), encoding="utf-8")
    with pytest.raises(ResultsError, match="has another city"):
        open_results([folders[0], run("cadre_sinking", other)])
