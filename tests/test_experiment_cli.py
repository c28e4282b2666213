"""The commands about experiments, as a user types them."""

import json

import pytest
import synthetic
from small_experiment import BEST, LEVELS, MANY
from test_experiments_campaign import FEW, fails, run, threads, written
from typer.testing import CliRunner

from cogov.cli import app
from cogov.experiment_cli import _size
from cogov.experiments import campaign
from cogov.experiments.manifest_keys import KEYS, MANIFEST


def typed(*words):
    """Return what a command line gave."""
    return CliRunner().invoke(app, ["experiment", *map(str, words)], prog_name="cogov")


@pytest.fixture
def done(tmp_path):
    """Return the folder of an experiment that was run with the made-up engine."""
    run(written(tmp_path), tmp_path / "out", engine=synthetic.engine)
    return tmp_path / "out"


def test_check_says_how_large_it_is(tmp_path):
    said = typed("check", written(tmp_path))
    assert said.exit_code == 0
    assert "runs: 6; scenarios: 2, points: 2, replications: 2" in said.stdout
    facts = json.loads(typed("check", written(tmp_path), "--json").stdout)
    assert (facts["runs"], facts["first_point"]) == (6, {"cadre_sinking.people_per_community": 2.0})
    assert "共 6 次运行" in typed("check", written(tmp_path), "--lang", "zh").stdout


def test_check_names_what_is_wrong(tmp_path):
    said = typed("check", written(tmp_path, FEW.replace("full_factorial", "ful_factorial")))
    assert (said.exit_code, said.stdout) == (2, "")
    assert "trial.toml" in said.stderr
    assert "full_factorial" in said.stderr


def with_engine(monkeypatch, engine):
    """Let the command run with another engine, in threads."""
    real = campaign.run_experiment

    def run_with(*words, **more):
        return real(*words, **{**more, "engine": engine, "make": threads})

    monkeypatch.setattr(campaign, "run_experiment", run_with)


def test_run_tells_size_and_progress_or_nothing_or_json(tmp_path, monkeypatch):
    with_engine(monkeypatch, synthetic.engine)
    path = written(tmp_path, LEVELS + MANY + BEST)
    said = typed("run", path, "--out", tmp_path / "plain", "--lang", "zh")
    assert said.exit_code == 0, said.stderr
    assert "最多 180 次运行" in said.stderr
    assert "/180" in said.stderr
    assert "最好，把握 95 %" in said.stdout
    said = typed("run", path, "--out", tmp_path / "quiet", "--quiet")
    assert (said.exit_code, said.stderr) == (0, "")
    lines = [json.loads(line) for line in typed("run", path, "--out", tmp_path / "json", "--json").stdout.splitlines()]
    assert [set(line) for line in lines[:-1]] == [
        {"done", "failed", "total", "seconds_a_run", "runs_a_minute", "seconds_left"}
    ] * (len(lines) - 1)
    assert (lines[0]["done"], lines[-1]["rule"]["state"], lines[-1]["failed"]) == (0, "reached", 0)
    for command in (("status", tmp_path / "json"), ("analyse", tmp_path / "json", "-m", "backlog")):
        assert "Cadre sinking (people for each community reached: 2) is best at 95 %" in typed(*command).stdout
        assert "党员干部下沉（每社区人数：2）最好，把握 95 %" in typed(*command, "--lang", "zh").stdout


def test_a_folder_that_cannot_be_used_is_refused_before_anything_is_told(done, tmp_path):
    other = written(tmp_path, FEW.replace("levels = [2, 8]", "levels = [2, 9]"))
    for out, message in ((done, "another experiment"), (other, "is a file, not a folder")):
        said = typed("run", other, "--out", out, "--lang", "en")
        assert (said.exit_code, said.stdout) == (2, "")
        assert message in said.stderr
        assert "runs:" not in said.stderr
        assert len(said.stderr.strip().splitlines()) == 1


def test_the_file_stands_for_the_folder_it_runs_into(done, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "out/trial" in typed("status", "trial.toml").stderr
    (tmp_path / "there").mkdir()
    done.rename(tmp_path / "there" / "trial")
    (tmp_path / "there").rename(tmp_path / "out")
    assert "out/trial: 6 of 6 runs are finished" in typed("status", "trial.toml", "--lang", "en").stdout
    assert typed("analyse", "trial.toml", "-m", "backlog").exit_code == 0
    assert (tmp_path / "out" / "trial" / "analysis.json").exists()


LOST = [*KEYS[MANIFEST], "bases.baseline", "scenarios.cadre_sinking", "experiment.scenarios", "experiment.run.seed",
        "scenarios.baseline.name"]  # fmt: skip
"""Keys of a manifest, and some below them."""


def lose(out, key):
    """Delete a key of a manifest."""
    facts = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    *above, last = key.split(".")
    holder = facts
    for part in above:
        holder = holder[part]
    del holder[last]
    (out / MANIFEST).write_text(json.dumps(facts), encoding="utf-8")


@pytest.mark.parametrize("key", LOST)
def test_a_manifest_that_lacks_a_key_is_one_message_in_every_command(done, key):
    lose(done, key)
    words = ["status"], ["analyse"], ["split", "--budget", "9"]
    commands = [*(["experiment", *some] for some in words), ["report"], ["verify"]]
    for command in commands:
        said = CliRunner().invoke(app, [*command, str(done)], prog_name="cogov")
        assert (said.exit_code, said.stdout) == (2, ""), command
        assert said.stderr == (
            f"{done}: manifest.json is damaged: {key} is missing in it, or is not of its kind; make the results again "
            "with the command that made them\n"
        ), command


@pytest.mark.parametrize("key", LOST)
def test_what_made_the_results_writes_a_damaged_manifest_anew(done, tmp_path, monkeypatch, key):
    with_engine(monkeypatch, lambda *_: pytest.fail("nothing is to be run again"))
    before = json.loads((done / MANIFEST).read_text(encoding="utf-8"))
    lose(done, key)
    said = typed("run", written(tmp_path), "--out", done, "--quiet")
    if key == "digest":
        assert (said.exit_code, said.stdout) == (2, "")
        assert said.stderr == (
            f"{done}: manifest.json is damaged: it does not say of which experiment the results are; give another "
            "folder with --out\n"
        )
        return
    assert (said.exit_code, said.stderr) == (0, f"{done}: manifest.json was damaged at {key}; it is written anew\n")
    assert json.loads((done / MANIFEST).read_text(encoding="utf-8")) | {"command": before["command"]} == before
    assert typed("status", done).exit_code == 0


def test_failed_runs_are_named_and_end_it_with_one(tmp_path, monkeypatch):
    with_engine(monkeypatch, fails)
    said = typed("run", written(tmp_path), "--out", tmp_path / "out", "--json")
    assert said.exit_code == 1
    assert "failed: ValueError: too many people" in said.stderr
    assert json.loads(said.stdout.splitlines()[-1])["failed"] == 2


def test_status_counts_what_is_there(done):
    facts = json.loads(typed("status", done, "--json").stdout)
    assert (facts["done"], facts["total"], facts["failed"]) == (6, 6, 0)
    assert "6 of 6 runs are finished" in typed("status", done).stdout


def test_analyse_prints_and_writes_effects(done, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")  # so that no name is broken over two lines
    said = typed("analyse", done, "-m", "solution_minutes.mean", "--lang", "zh")
    assert said.exit_code == 0, said.stderr
    assert "配对差值" in said.stdout
    assert "因素效应" in said.stdout
    assert "每社区人数：8" in said.stdout
    assert "cadre_sinking" not in said.stdout
    assert "Cadre sinking" in typed("analyse", done, "-m", "solution_minutes.mean", "--lang", "en").stdout
    found = json.loads((done / "analysis.json").read_text(encoding="utf-8"))
    assert len(found["solution_minutes.mean"]["effects"]) == 2
    assert json.loads(typed("analyse", done, "--json").stdout).keys() >= {"on_time_rate", "satisfaction_rate"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("analyse", "{out}", "-m", "backlogg"), "no run has the measure backlogg; did you mean backlog?; kept are: "),
        (("analyse", "{out}", "--half-width", "2"), "between 0 and 1"),
        (("status", "{tmp}"), "no manifest.json"),
        (("run", "{tmp}/trial.toml", "--shard", "3/2"), "such as 2/8"),
        (("run", "{tmp}/none.toml"), "none.toml"),
        (("run", "{tmp}/trial.toml", "--out", "{out}/experiment.toml"), "is a file, not a folder"),
    ],
)
def test_bad_words_end_with_one_message(done, tmp_path, words, message):
    said = typed(*(word.format(out=done, tmp=tmp_path) for word in words))
    assert said.exit_code == 2
    assert message in said.stderr
    assert "Traceback" not in said.stderr


def test_the_estimate_counts_the_start_of_workers_and_the_compiler(tmp_path, monkeypatch):
    path = written(tmp_path)
    monkeypatch.setattr("cogov.experiments.extent.is_warm", lambda: True)
    warm = json.loads(typed("check", path, "--json").stdout)
    monkeypatch.setattr("cogov.experiments.extent.is_warm", lambda: False)
    cold = json.loads(typed("check", path, "--json").stdout)
    assert warm["compile_seconds"] == 0 < cold["compile_seconds"]
    assert cold["wall_seconds"] == pytest.approx(warm["wall_seconds"] + cold["compile_seconds"])
    assert warm["wall_seconds"] == pytest.approx(warm["start_seconds"] + warm["seconds"] / warm["workers"], abs=0.1)
    assert "start included" in typed("check", path, "--lang", "en").stdout
    assert "用于编译模型" in typed("check", path, "--lang", "zh").stdout
    for workers, said in ((1, "on one worker about"), (2, "on 2 workers about")):
        assert any(said in sentence.of("en") for sentence in _size({**warm, "workers": workers}))
    assert "8 rows, of which 6 are different runs" in typed("check", path, "--lang", "en").stdout
