"""A comparison that was interrupted goes on; what a folder holds of something else is left alone."""

import json
import shutil

import pytest
from synthetic import FakeScenario, engine

from cogov.agents import rules
from cogov.experiments.compare import compare
from cogov.experiments.resume import OtherRunsError


def sides(*names, **changes):
    return [FakeScenario(name, **changes) for name in names]


class Counting:
    """An engine that keeps which runs it made."""

    def __init__(self):
        self.runs = []

    def __call__(self, resolved, seed, events=None, progress=None):
        self.runs.append((resolved["id"], seed))
        return engine(resolved, seed, events, progress)


def again(out, names=("baseline", "cadre_sinking"), replications=2, **changes):
    """Compare into a folder; return the number of runs made, what was said, and the last progress."""
    made, said, told = Counting(), [], []
    compare(sides(*names, **changes), replications=replications, workers=1, engine=made, out=out,
            tell=lambda sentence: said.append(str(sentence).replace(f"{out}", "OUT")),
            progress=lambda done, total: told.append((done, total)))  # fmt: skip
    return len(made.runs), said, told


@pytest.fixture
def out(tmp_path):
    """A folder with a finished comparison of two sides and two replications."""
    assert again(tmp_path / "out") == (4, [], [(i, 4) for i in range(5)])
    return tmp_path / "out"


TELL_OF_TIME = ("run.json", "ro-crate-metadata.json")
"""Files that say when a run ended."""


def contents(folder):
    return {
        p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name not in TELL_OF_TIME
    }


def test_finished_runs_are_used_again_and_the_results_are_the_same_bytes(out):
    before = contents(out)
    shutil.rmtree(out / "runs" / "cadre_sinking" / "1")
    (out / "comparison.json").unlink()
    made, said, told = again(out)
    assert (made, said) == (1, ["3 of 4 runs are finished in OUT already and are used again"])
    assert told == [(3, 4), (4, 4)]
    assert contents(out) == before
    (out / "comparison.json").unlink()
    assert again(out) == (0, ["4 of 4 runs are finished in OUT already and are used again"], [(4, 4)])
    assert contents(out) == before


def test_more_replications_and_more_sides_go_on_from_what_there_is(out):
    assert again(out, replications=3)[0] == 2
    assert again(out, ("baseline", "cadre_sinking", "alliance_lists"), 3)[0] == 3


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda run: (run / "run.json").unlink(), "OUT/runs/baseline/0 was not finished and is run again"),
        (lambda run: (run / "run.json").write_text("{"), "OUT/runs/baseline/0: its run.json is damaged; "),
        (lambda run: (run / "run.json").write_text("[]"), "OUT/runs/baseline/0: its run.json is damaged; "),
        (lambda run: (run / "daily.parquet").write_bytes(b"x"), "OUT/runs/baseline/0: its daily.parquet is damaged; "),
        (lambda run: (run / "summary.json").unlink(), "OUT/runs/baseline/0: its summary.json is damaged; "),
    ],
)
def test_a_half_written_or_damaged_run_is_named_and_made_again(out, harm, said):
    before = contents(out)
    harm(out / "runs" / "baseline" / "0")
    made, words, _ = again(out)
    assert made == 1
    assert words[0].startswith(said)
    assert contents(out) == before


def test_what_a_killed_process_left_half_written_is_cleared(out):
    run = out / "runs" / "baseline" / "0"
    (run / "run.json").rename(run / ".run.json.123.tmp")
    again(out)
    assert not list(run.glob(".*"))


def test_runs_of_another_version_are_made_again(out, monkeypatch):
    for path in out.rglob("run.json"):
        facts = json.loads(path.read_text(encoding="utf-8"))
        facts["versions"]["policies"] = "0" * 16
        path.write_text(json.dumps(facts), encoding="utf-8")
    assert again(out)[:2] == (4, ["4 runs in OUT were made by another version and are run again"])


@pytest.mark.parametrize(
    ("names", "replications", "changes", "named"),
    [
        (("baseline", "alliance_lists"), 2, {}, "runs/cadre_sinking/0, runs/cadre_sinking/1"),
        (("baseline", "cadre_sinking"), 1, {}, "runs/baseline/1, runs/cadre_sinking/1"),
        (("baseline", "cadre_sinking"), 2, {"city": "gulou"}, "runs/baseline/0, runs/baseline/1, "),
    ],
)
def test_runs_of_another_comparison_are_neither_mixed_in_nor_lost(out, names, replications, changes, named):
    before = contents(out)
    with pytest.raises(OtherRunsError) as caught:
        again(out, names, replications, **changes)
    text = str(caught.value)
    assert named in text
    assert text.endswith(f"give another folder with --out, or remove them if they are not needed: rm -r {out / 'runs'}")
    assert contents(out) == before
    assert "另一次比较的运行" in caught.value.told("zh")


def test_a_comparison_does_not_go_where_an_experiment_is(out):
    (out / "manifest.json").write_text("{}", encoding="utf-8")
    before = contents(out)
    with pytest.raises(OtherRunsError, match="of an experiment; give another folder"):
        again(out)
    assert contents(out) == before


def test_files_of_somebody_else_do_not_matter(out):
    (out / "runs" / "notes" / "mine").mkdir(parents=True)
    (out / "runs" / "notes" / "mine" / "todo.txt").write_text("x", encoding="utf-8")
    assert again(out)[0] == 0


def test_tables_of_numbers_count_as_a_version(monkeypatch, tmp_path):
    for folder in ("agents", "model"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(rules, "__file__", str(tmp_path / "agents" / "rules.py"))
    seen = {rules.source_digest()}
    for name in ("incidents.toml", "state.py"):
        (tmp_path / "model" / name).write_text("work = 1\n", encoding="utf-8")
        seen.add(rules.source_digest())
    assert len(seen) == 3
