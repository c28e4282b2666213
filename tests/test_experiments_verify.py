"""Results made again: equal ones hold, and what differs is named."""

import json
import shutil
from dataclasses import replace

import pytest
import synthetic
from synthetic import FakeScenario, engine
from test_experiments_campaign import run as run_campaign
from test_experiments_campaign import written
from test_experiments_results import change, one_run

from cogov.experiments.compare import compare
from cogov.experiments.manifest import versions
from cogov.experiments.results import ResultsError, open_results
from cogov.experiments.run import run_resolved
from cogov.experiments.verify import verify
from cogov.viz.report import render, report_of, write_files


def another_engine(resolved, seed, events=None, progress=None):
    """Return other results for cadres, as another version of the model might."""
    result = engine(resolved, seed, events, progress)
    if resolved["id"] == "cadre_sinking":
        return replace(result, summary={**result.summary, "backlog": result.summary["backlog"] + 1e-9})
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("made")
    sides = [FakeScenario(name) for name in ("baseline", "cadre_sinking")]
    compare(sides, replications=2, workers=1, engine=engine, out=out / "comparison")
    run_campaign(written(out), out / "experiment")
    one_run(out / "run")
    for name in ("comparison", "run", "experiment"):
        report = report_of(open_results([out / name]), "en")
        for form in ("html", "md"):
            write_files(render(report, form=form, name=name), out)
    return out


def check(path, engine=synthetic.engine, **more):
    return verify(path, workers=1, engine=engine, **more)


@pytest.mark.parametrize("end", ["", ".html", ".md"])
@pytest.mark.parametrize(("name", "runs"), [("comparison", 4), ("run", 1), ("experiment", 8)])
def test_equal_results_hold(made, name, runs, end):
    verdict = check(made / f"{name}{end}")
    assert (verdict.holds, verdict.runs, len(verdict.checked), verdict.versions) == (True, runs, runs, {})


@pytest.mark.parametrize("end", ["", ".html"])
def test_what_comes_out_differently_is_named(made, end):
    verdict = check(made / f"comparison{end}", another_engine)
    assert not verdict.holds
    assert verdict.differing == {f"cadre_sinking/{r}": ("summary.json",) for r in range(2)}


def test_a_difference_in_the_last_digit_of_an_experiment_is_seen(made):
    verdict = check(made / "experiment", another_engine)
    assert sorted(verdict.differing) == [f"cadre_sinking#{p}/{r}" for p in range(2) for r in range(2)]
    assert set(verdict.differing.values()) == {("measures",)}


def test_a_sample_is_the_same_each_time(made):
    once, again = (check(made / "comparison", sample=2) for _ in range(2))
    assert once.checked == again.checked
    assert (len(once.checked), once.runs) == (2, 4)
    assert len(check(made / "comparison", sample=9).checked) == 4


def test_a_file_that_was_changed_is_named(made, tmp_path):
    out = shutil.copytree(made / "comparison", tmp_path / "out")
    spoilt = out / "runs" / "baseline" / "1" / "grids.parquet"
    spoilt.write_bytes(b"PAR1")
    verdict = check(out)
    assert (verdict.holds, verdict.damaged, verdict.differing) == (False, (str(spoilt),), {})


def test_a_changed_hash_in_a_report_is_seen(made, tmp_path):
    text = (made / "run.html").read_text(encoding="utf-8")
    digest = json.loads((made / "run" / "run.json").read_text(encoding="utf-8"))["files"]["stages.parquet"]
    assert digest in text
    (tmp_path / "run.html").write_text(text.replace(digest, "0" * 64), encoding="utf-8")
    assert check(tmp_path / "run.html").differing == {"baseline/0": ("stages.parquet",)}


def test_other_versions_are_named(made, tmp_path):
    out = shutil.copytree(made / "run", tmp_path / "out")
    change(out / "run.json", versions={**versions(), "numpy": "1.0"})
    assert check(out).versions == {"numpy": ("1.0", versions()["numpy"])}


def test_an_event_log_is_made_again_too(tmp_path):
    scenario = FakeScenario()
    run_resolved(scenario.resolved(), scenario.digest(), seed=1, events=True, out=tmp_path, engine=engine)
    assert "events.parquet" in json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["files"]
    assert check(tmp_path).holds


def said(path):
    with pytest.raises(ResultsError) as failure:
        check(path)
    assert any("一" <= sign <= "鿿" for sign in failure.value.told("zh"))
    return str(failure.value)


def test_what_is_no_report_is_refused(tmp_path):
    assert "no such file or folder" in said(tmp_path / "nowhere.html")
    assert "no such file or folder" in said(tmp_path / "nowhere.md")
    for name, content in (("a.html", b"<p>x</p>"), ("b.html", b"\xff\xfe"), ("c.md", b"# x"), ("d.pdf", b"%PDF-1.7")):
        (tmp_path / name).write_bytes(content)
        assert "is no report of cogov, or is damaged" in said(tmp_path / name)
    (tmp_path / "e.json").write_text('{"format": 1, "kind": "run", "runs": [{}], "versions": {}, "scenarios": {}}')
    assert "its manifest is damaged" in said(tmp_path / "e.json")


def test_a_report_without_runs_says_so(tmp_path):
    (tmp_path / "a.json").write_text('{"format": 1, "kind": "comparison", "runs": [], "versions": {}, "scenarios": {}}')
    assert "tells of no run that could be made again" in said(tmp_path / "a.json")
