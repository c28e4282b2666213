"""Running the register: which runs are made, what is written, and the page of it in both languages."""

import json
from pathlib import Path

import pytest
from small_findings import found_of, small_register
from test_experiments_hypotheses import HEAD, one, register

from cogov.experiments import findings as runner
from cogov.experiments.findings import find, main, scenario_of

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def small(tmp_path):
    return small_register(tmp_path)


@pytest.fixture
def found(small, tmp_path):
    return found_of(small, tmp_path)


def test_an_arm_is_its_scenario_with_settings_layers_and_load(small):
    scenario = scenario_of(small, ("by_need", "low"))
    assert scenario.policies[0].parameters["placement"] == "need_weighted"
    assert (scenario.demand.scale, scenario.city, scenario.calendar.days) == (0.5, "street", 7)
    assert scenario_of(small, ("storm", "high")).shocks[0].kind == "rainstorm"
    assert scenario.id != scenario_of(small, ("by_need", "high")).id


def test_an_arm_may_have_a_warm_up_of_its_own(tmp_path):
    more = '[arm.plain]\nscenario = "baseline"\nwarm_up_days = 90\n'
    made = register(tmp_path, one(), head=HEAD + more)
    assert scenario_of(made, ("plain", "low")).calendar.warm_up_days == 90
    assert scenario_of(made, ("by_need", "low")).calendar.warm_up_days == 60


def test_only_what_is_needed_is_run_and_the_references_with_it(small, found, tmp_path):
    folders = {path.name for path in (tmp_path / "out" / "runs").iterdir()}
    assert folders == {"low-by_need", "low-baseline", "high-by_need", "high-baseline", "high-storm",
                       "high-cadres_in_storm"}  # fmt: skip
    assert found["runs"] == 6 * 4
    assert [(f["hypothesis"], f["load"]) for f in found["findings"]] == [("h", "low"), ("h", "high"), ("storm", "high")]


def test_cadres_shorten_the_backlog_of_the_synthetic_engine(found):
    assert {f["outcome"] for f in found["findings"]} == {"borne_out"}
    assert found["spill_overs"]["high"]["cadres_in_storm"]["solution_minutes.mean"]["difference"] < 0
    assert set(found["spill_overs"]["low"]) == {"by_need"}


def test_the_file_holds_what_was_returned_and_a_second_time_nothing_is_run(small, found, tmp_path):
    path = tmp_path / "out" / "findings.json"
    first = path.read_bytes()
    assert json.loads(first)["register_digest"] == found["register_digest"]
    find(small, out=tmp_path / "out", workers=1, engine=_never)
    assert path.read_bytes() == first


def _never(resolved, seed, events=None, progress=None):
    raise AssertionError("was run again")


def test_bad_input_ends_with_one_message(tmp_path, capsys):
    assert main(["--out", str(tmp_path / "out"), "--register", str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["--out", str(tmp_path / "file")]) == 1
    assert "file: File exists" in capsys.readouterr().err


def test_the_command_prints_a_line_a_test(small, found, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(runner, "load_register", lambda path: small)
    monkeypatch.setattr(runner, "find", lambda *args, **kwargs: found)
    assert main(["--out", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(found["findings"])
