"""Results made again: equal ones hold, and what differs is named."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
import synthetic
from synthetic import FakeScenario, engine
from test_experiments_campaign import run as run_campaign
from test_experiments_campaign import written
from test_experiments_results import change, one_run

from cogov.experiments.compare import compare
from cogov.experiments.crate import NAME as CRATE
from cogov.experiments.crate import _seal
from cogov.experiments.manifest import versions
from cogov.experiments.results import ResultsError, open_results
from cogov.experiments.run import run_resolved
from cogov.experiments.tables import json_bytes, parquet_bytes, read_table, sha256
from cogov.experiments.verify import Again, _chosen, verify
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
@pytest.mark.parametrize(("name", "runs"), [("comparison", 4), ("run", 1), ("experiment", 6)])
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


def test_a_sample_is_from_everywhere_among_the_runs_and_in_their_order():
    tasks = [Again(f"baseline/{i}", {}, "", i, {}, engine) for i in range(100)]
    places = [tasks.index(task) for task in _chosen(tasks, 20)]
    assert places == sorted(places)
    assert len(places) == 20
    assert all(any(start <= place < start + 25 for place in places) for start in (0, 25, 50, 75))


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


def test_a_file_that_a_run_no_longer_gives_is_named(made, tmp_path):
    out = shutil.copytree(made / "run", tmp_path / "out")
    (out / "older.parquet").write_bytes(b"PAR1")
    files = json.loads((out / "run.json").read_text(encoding="utf-8"))["files"]
    change(out / "run.json", files={**files, "older.parquet": sha256(b"PAR1")})
    assert check(out).differing == {"baseline/0": ("older.parquet",)}


def test_an_event_log_is_made_again_too(tmp_path):
    scenario = FakeScenario()
    run_resolved(scenario.resolved(), scenario.digest(), seed=1, events=True, out=tmp_path, engine=engine)
    assert "events.parquet" in json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["files"]
    assert check(tmp_path).holds
    facts, log = json.loads((tmp_path / "run.json").read_text(encoding="utf-8")), tmp_path / "events.parquet"
    pq.write_table(pq.read_table(log).slice(1), log)
    facts["files"]["events.parquet"] = sha256(log.read_bytes())
    (tmp_path / "run.json").write_bytes(json_bytes(facts))
    assert check(tmp_path).differing == {"baseline/0": ("events.parquet",)}


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


# Files beside the runs ------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(made, tmp_path):
    return shutil.copytree(made, tmp_path / "copy")


def test_a_figure_changed_by_hand_in_a_comparison_is_named_with_its_place(copy):
    path = copy / "comparison" / "comparison.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    effect = next(e for e in facts["effects"]["cadre_sinking"] if e["measure"] == "backlog")
    effect["difference"] = -1234.5
    change(path, effects=facts["effects"])
    verdict = check(copy / "comparison", sample=1)
    assert not verdict.holds
    assert str(path) in verdict.damaged
    ((place,),) = [verdict.altered[str(path)]]
    assert place.startswith("effects.cadre_sinking.backlog.difference: -1234.5 ≠ -")


def test_hashes_changed_along_with_a_figure_do_not_help(copy):
    out = copy / "comparison"
    for name, edit in (("grids.parquet", "solution_minutes"), ("curves.parquet", "mean")):
        columns = read_table(out / name)
        columns[edit] = np.asarray(columns[edit]) * 1.01
        (out / name).write_bytes(parquet_bytes(columns))
        crate = json.loads((out / CRATE).read_text(encoding="utf-8"))
        for entity in crate["@graph"]:
            if entity["@id"] == name:
                entity["sha256"] = sha256((out / name).read_bytes())
        crate["@graph"][0]["identifier"] = _seal(crate["@graph"])
        (out / CRATE).write_bytes(json_bytes(crate))
    verdict = check(out, sample=1)
    assert verdict.damaged == ()
    assert verdict.altered == {
        str(out / "grids.parquet"): ("solution_minutes",),
        str(out / "curves.parquet"): ("mean",),
    }


@pytest.mark.parametrize("name", ["comparison.json", "runs/baseline/0/run.json", "curves.parquet"])
def test_any_file_of_a_comparison_has_a_hash(copy, name):
    path = copy / "comparison" / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert check(copy / "comparison", sample=1).damaged == (str(path),)


@pytest.mark.parametrize("kind", ["comparison", "experiment"])
def test_a_crate_that_says_something_else_is_damaged_and_one_that_is_gone_is_missing(copy, kind):
    path = copy / kind / CRATE
    path.write_text(path.read_text(encoding="utf-8").replace("Terms not stated", "Public domain"), encoding="utf-8")
    assert check(copy / kind, sample=1).damaged == (str(path),)
    path.unlink()
    assert check(copy / kind, sample=1).missing == (str(path),)


def test_what_is_missing_is_not_called_changed(copy):
    gone = [copy / "comparison" / "grids.parquet", copy / "comparison" / "runs" / "baseline" / "1" / "daily.parquet"]
    for path in gone:
        path.unlink()
    verdict = check(copy / "comparison", sample=1)
    assert set(verdict.missing) == set(map(str, gone))
    assert (verdict.damaged, verdict.holds) == ((), False)


def test_every_file_of_an_experiment_is_looked_at(copy):
    out = copy / "experiment"
    assert check(out, sample=1).holds
    part = next(iter(sorted((out / "daily").glob("*.parquet"))), None) or next(
        iter(sorted((out / "runs").glob("*.parq*")))
    )
    whole = part.read_bytes()
    part.write_bytes(whole + b"x")
    assert check(out, sample=1).damaged == (str(part),)
    part.unlink()
    assert check(out, sample=1).missing == (str(part),)
    part.write_bytes(whole)
    facts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    question = {**facts["experiment"], "question": {"zh": "？", "en": "?"}}
    change(out / "manifest.json", experiment=question)
    assert str(out / "experiment.toml") in check(out, sample=1).damaged


# Other versions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["run/run.json", "comparison/comparison.json", "experiment/manifest.json"])
def test_results_of_another_version_are_made_again_and_what_differs_is_named(copy, name):
    for path in [copy / name, *(copy / "comparison").rglob("run.json")]:
        change(path, versions={**versions(), "cogov": "0.0.1", "model": "older"})
    folder = (copy / name).parent
    with pytest.raises(ResultsError, match=r"was made by cogov 0\.0\.1"):
        open_results([folder])  # a report would tell of another model
    same, other = check(folder), check(folder, another_engine)
    assert same.versions["cogov"] == ("0.0.1", versions()["cogov"])
    assert same.versions["model"] == ("older", versions()["model"])
    assert (same.differing, same.failed) == ({}, {})
    assert bool(other.differing) == (name != "run/run.json")


def unable(resolved, seed, events=None, progress=None):
    """Fail as a version does that has no longer a policy of a scenario."""
    if resolved["id"] == "cadre_sinking":
        raise KeyError("cadre_sinking")
    return engine(resolved, seed, events, progress)


def test_a_run_that_this_version_cannot_make_is_named_and_the_others_are_made(made):
    verdict = check(made / "comparison", unable)
    assert set(verdict.failed) == {"cadre_sinking/0", "cadre_sinking/1"}
    assert (verdict.differing, verdict.holds, len(verdict.checked)) == ({}, False, 4)
