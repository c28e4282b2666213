"""Folders of results: read as one thing, or refused in one clear message in both languages."""

import contextlib
import json
import shutil

import numpy as np
import pytest
from synthetic import FakeScenario, engine
from test_experiments_campaign import run as run_campaign
from test_experiments_campaign import written

from cogov.experiments.compare import compare
from cogov.experiments.results import ResultsError, Runs, kind_of, open_results
from cogov.experiments.run import run_resolved
from cogov.experiments.tables import json_bytes
from cogov.viz.report import report_of


def one_run(out, name="baseline", seed=1, **changes):
    scenario = FakeScenario(name, **changes)
    run_resolved(scenario.resolved(), scenario.digest(), seed=seed, out=out, engine=engine)
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("made")
    sides = [FakeScenario(name) for name in ("baseline", "cadre_sinking")]
    compare(sides, replications=2, workers=1, engine=engine, out=out / "comparison")
    run_campaign(written(out), out / "experiment")
    for seed in (1, 2):
        for name in ("baseline", "cadre_sinking"):
            one_run(out / f"{name}-{seed}", name, seed)
    return out


@pytest.fixture
def place(made, tmp_path):
    """A copy that may be spoilt."""
    return shutil.copytree(made, tmp_path / "made")


def change(path, **values):
    facts = json.loads(path.read_text(encoding="utf-8"))
    path.write_bytes(json_bytes({**facts, **values}))


def said(*folders):
    with pytest.raises(ResultsError) as failure:
        open_results(folders)
    assert failure.value.told("zh") != failure.value.told("en")
    assert any("一" <= sign <= "鿿" for sign in failure.value.told("zh"))
    return str(failure.value)


def test_each_kind_of_folder_is_known(made):
    assert [kind_of(made / name) for name in ("comparison", "experiment", "baseline-1")] == [
        "comparison", "experiment", "run"
    ]  # fmt: skip


def test_a_comparison_comes_with_how_each_run_was_made(made):
    results = open_results([made / "comparison"])
    assert [(r.scenario, r.replication) for r in results.records] == [
        ("baseline", 0), ("baseline", 1), ("cadre_sinking", 0), ("cadre_sinking", 1)
    ]  # fmt: skip
    for record in results.records:
        assert len(record.content_hash) == 64
        assert record.facts["ended"].endswith("+00:00")
        assert record.facts["processors"] >= 1
    plain = json.loads((made / "comparison" / "comparison.json").read_text(encoding="utf-8"))
    assert json.loads(json_bytes(results.comparison.to_dict())) == plain


def test_a_run_is_a_comparison_of_one_side(made):
    results = open_results([made / "baseline-1"])
    assert (results.kind, results.comparison.others, results.comparison.seeds) == ("run", (), (1,))


def test_single_runs_make_a_comparison_the_reference_first(made):
    folders = [made / f"{name}-{seed}" for seed in (2, 1) for name in ("baseline", "cadre_sinking")]
    results = open_results(folders)
    assert isinstance(results, Runs)
    comparison = results.comparison
    assert ([s.id for s in comparison.scenarios], comparison.seeds) == (["baseline", "cadre_sinking"], (2, 1))
    values = [[json.loads((made / f"{n}-{s}" / "summary.json").read_text())["values"]["backlog"] for s in (2, 1)]
              for n in ("baseline", "cadre_sinking")]  # fmt: skip
    pair = comparison.effects["cadre_sinking"]["backlog"].pair
    assert (pair.n, pair.baseline, pair.mean) == (
        2,
        pytest.approx(np.mean(values[0])),
        pytest.approx(np.mean(values[1])),
    )


def test_an_experiment_is_read_with_its_analysis(made):
    campaign = open_results([made / "experiment"])
    assert (campaign.finished, len(campaign.design)) == (6, 2)
    assert "solution_minutes.mean" in campaign.analysis
    assert set(campaign.means) == set(campaign.design.experiment.scenarios)


def test_a_folder_that_is_missing_or_empty(tmp_path):
    assert "there is no such folder" in said(tmp_path / "nowhere")
    assert "holds no results" in said(tmp_path)


MANIFESTS = [("baseline-1", "run.json"), ("comparison", "comparison.json"), ("experiment", "manifest.json")]


@pytest.mark.parametrize("content", ["{", "[]"])
@pytest.mark.parametrize(("name", "file"), MANIFESTS)
def test_a_damaged_manifest(place, name, file, content):
    (place / name / file).write_text(content, encoding="utf-8")
    assert said(place / name).startswith(f"{place / name}: {file} is damaged; make the results again")


REDONE = {"baseline", "effects", "means", "needs_by_category", "phases", "smallest_that_matters",
          "stage_minutes_by_category"}  # fmt: skip
"""Keys of ``comparison.json`` that say what its runs give, and are worked out from them."""


@pytest.mark.parametrize("wrong", [None, True, "x", -1, {}, [3]])
@pytest.mark.parametrize(("name", "file"), MANIFESTS)
def test_every_key_that_is_missing_or_of_another_kind_is_one_message(place, name, file, wrong):
    path = place / name / file
    whole = json.loads(path.read_text(encoding="utf-8"))
    for key, right in whole.items():
        without = {k: v for k, v in whole.items() if k != key}
        path.write_bytes(json_bytes(without if wrong is None else {**without, key: wrong}))
        if key in REDONE:
            open_results([place / name])
        elif wrong is None or not isinstance(wrong, (int, float) if isinstance(right, float) else type(right)):
            least = f"{place / name}: {file} is damaged: {key} is missing in it, or is not of its kind; make the"
            assert said(place / name).startswith(least)
        else:  # of its kind, and yet wrong: refused for another reason, or read
            with contextlib.suppress(ResultsError):
                open_results([place / name])


def test_a_report_needs_nothing_that_the_runs_of_a_comparison_give(place):
    path = place / "comparison" / "comparison.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert set(whole) > REDONE
    path.write_bytes(json_bytes({key: value for key, value in whole.items() if key not in REDONE}))
    assert report_of(open_results([place / "comparison"]), "en").documents[0].sections


@pytest.mark.parametrize("key", ["cogov", "model", "policies"])
@pytest.mark.parametrize(("name", "file"), MANIFESTS)
def test_versions_that_a_manifest_must_name(place, name, file, key):
    path = place / name / file
    named = json.loads(path.read_text(encoding="utf-8"))["versions"]
    change(path, versions={k: v for k, v in named.items() if k != key})
    assert f"{file} is damaged: versions.{key} is missing" in said(place / name)


def test_a_damaged_or_missing_table(place):
    (place / "baseline-1" / "daily.parquet").write_bytes(b"PAR1")
    assert "daily.parquet is damaged" in said(place / "baseline-1")
    (place / "baseline-2" / "summary.json").unlink()
    assert "summary.json is missing; copy it back, or make the results again" in said(place / "baseline-2")
    (place / "comparison" / "runs" / "baseline" / "1" / "run.json").unlink()
    assert "run.json is missing" in said(place / "comparison")


@pytest.mark.parametrize("wrong", [{"seed": 7}, {"scenario_digest": "0" * 16}])
def test_a_run_that_says_it_is_another_than_its_summary(place, wrong):
    change(place / "baseline-1" / "run.json", **wrong)
    assert "run.json is damaged" in said(place / "baseline-1")


def test_results_of_another_version(place):
    change(place / "baseline-1" / "run.json", versions={"cogov": "0.0.1"})
    assert "was made by cogov 0.0.1" in said(place / "baseline-1")
    change(place / "comparison" / "comparison.json", format=2)
    assert "was made by cogov" in said(place / "comparison")


def test_what_does_not_belong_together(place, tmp_path):
    base = place / "baseline-1"
    assert "holds a whole comparison" in said(base, place / "comparison")
    assert "holds a whole experiment" in said(place / "experiment", base)
    assert "hold the same run" in said(base, shutil.copytree(base, tmp_path / "again"))
    assert "seed 1 was run for one scenario only" in said(base, place / "cadre_sinking-2")
    other = one_run(tmp_path / "other", city="gulou")
    assert f"{other} has another city than {base}" in said(base, other)
    days = {"start": "2024-06-01", "days": 31, "warm_up_days": 20, "follow_up_days": 10}
    assert "has another calendar" in said(base, one_run(tmp_path / "longer", "cadre_sinking", calendar=days))
    facts = json.loads((place / "cadre_sinking-1" / "run.json").read_text(encoding="utf-8"))
    change(place / "cadre_sinking-1" / "run.json", versions={**facts["versions"], "numpy": "1.0"})
    assert "was made with other versions" in said(base, place / "cadre_sinking-1")


def test_a_run_of_another_comparison_is_found(place):
    inside = place / "comparison" / "runs" / "baseline" / "0"
    shutil.rmtree(inside)
    shutil.copytree(place / "baseline-1", inside)
    assert "is no run of the comparison" in said(place / "comparison")


def test_scenarios_of_one_name_are_told_apart(made, tmp_path):
    more = one_run(tmp_path / "more", "baseline", 1, demand={"scale": 2.0})
    results = open_results([made / "baseline-1", more])
    assert [s.id for s in results.comparison.scenarios] == ["baseline", "baseline-1"]


@pytest.mark.parametrize(("sign", "file"), [("runs", "comparison.json"), ("summary.json", "run.json")])
def test_what_is_missing_is_named_by_what_else_is_there(tmp_path, sign, file):
    (tmp_path / sign).mkdir()
    assert f"{file} is missing, though {sign} is there" in said(tmp_path)


def test_all_runs_that_are_missing_are_named(place):
    for lost in ("baseline/0", "cadre_sinking/1"):
        (place / "comparison" / "runs" / lost / "run.json").unlink()
    assert "runs/baseline/0/run.json, runs/cadre_sinking/1/run.json is missing" in said(place / "comparison")
