"""Whether a folder of results is as it was written: missing, damaged and altered files, each named with its place."""

import json
import shutil

import numpy as np
import pytest
from synthetic import FakeScenario, engine
from test_experiments_campaign import run, written

from cogov.experiments import integrity
from cogov.experiments.compare import compare
from cogov.experiments.crate import NAME as CRATE
from cogov.experiments.results import read_record
from cogov.experiments.store import Store
from cogov.experiments.tables import parquet_bytes, read_table, sha256


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    out = tmp_path_factory.mktemp("originals")
    sides = [FakeScenario(name) for name in ("baseline", "cadre_sinking")]
    compare(sides, replications=2, workers=1, engine=engine, out=out / "comparison")
    run(written(out), out / "experiment")
    return out


@pytest.fixture
def compared(originals, tmp_path):
    return shutil.copytree(originals / "comparison", tmp_path / "comparison")


@pytest.fixture
def tried(originals, tmp_path):
    return shutil.copytree(originals / "experiment", tmp_path / "experiment")


def looked(folder):
    """Return what a comparison says, how its runs were made, and what is wrong with their files."""
    facts = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    places = integrity.run_places(folder, facts["scenarios"], facts["seeds"])
    records = {place: read_record(place, r, whole=False) for place, r in places if (place / "run.json").is_file()}
    return facts, records, integrity.of_runs(folder, records)


def clean(found):
    return not (found.missing or found.damaged or found.altered)


def test_a_file_is_missing_damaged_or_well_and_told_once(tmp_path):
    found = integrity.Findings()
    (tmp_path / "a").write_bytes(b"x")
    found.look(tmp_path / "a", sha256(b"x"))
    assert clean(found)
    for _ in range(2):
        found.look(tmp_path / "a", sha256(b"y"))
        found.look(tmp_path / "b", sha256(b"x"))
    assert (found.damaged, found.missing) == ([tmp_path / "a"], [tmp_path / "b"])


def test_an_untouched_comparison_is_well_and_says_what_its_runs_say(compared):
    facts, records, found = looked(compared)
    assert clean(found)
    assert len(records) == 4
    assert integrity.rebuilt(compared, facts, records) == {}


def test_files_of_runs_and_of_the_folder_are_looked_at(compared):
    run_file, own = compared / "runs" / "baseline" / "0" / "daily.parquet", compared / "curves.parquet"
    run_file.write_bytes(run_file.read_bytes() + b"x")
    own.unlink()
    _, _, found = looked(compared)
    assert (found.damaged, found.missing) == ([run_file], [own])
    (compared / CRATE).write_text("{", encoding="utf-8")
    _, _, found = looked(compared)
    assert found.damaged == [run_file, compared / CRATE]


def test_a_figure_that_the_runs_do_not_give_is_named_with_both_values(compared):
    facts, records, _ = looked(compared)
    facts["means"]["baseline"]["backlog"] = 1.5
    ((file, places),) = integrity.rebuilt(compared, facts, records).items()
    assert file == compared / "comparison.json"
    assert len(places) == 1
    assert places[0].startswith("means.baseline.backlog: 1.5 ≠ ")


def test_a_table_that_the_runs_do_not_give_is_named_with_its_columns(compared):
    facts, records, _ = looked(compared)
    table = read_table(compared / "grids.parquet")
    table["solution_minutes"] = table["solution_minutes"] + 1e-9
    (compared / "grids.parquet").write_bytes(parquet_bytes(table | {"note": np.zeros(len(table["grid"]))}))
    (compared / "curves.parquet").write_bytes(b"x")
    found = integrity.rebuilt(compared, facts, records)
    assert set(found[compared / "grids.parquet"]) == {"solution_minutes", "note"}
    assert found[compared / "curves.parquet"] == ("*",)


def test_of_many_places_the_first_are_named_and_the_rest_counted(compared):
    facts, records, _ = looked(compared)
    for key in list(facts["means"]["baseline"])[:8]:
        facts["means"]["baseline"][key] = -1.0
    places = integrity.rebuilt(compared, facts, records)[compared / "comparison.json"]
    assert (len(places), places[-1]) == (6, "+3")


def test_an_untouched_experiment_is_well(tried):
    found, bad = integrity.of_experiment(tried, Store(tried).manifest())
    assert clean(found)
    assert bad == set()


@pytest.mark.parametrize(("name", "change"), [
    ("experiment.toml", lambda text: text.replace("replications = 2", "replications = 3")),
    ("experiment.toml", lambda text: "replications ="),
    ("manifest.json", lambda text: text.replace('"replications": 2', '"replications": 3')),
])  # fmt: skip
def test_an_experiment_that_is_not_the_one_that_was_run_is_damaged(tried, name, change):
    text = (tried / name).read_text(encoding="utf-8")
    assert change(text) != text
    (tried / name).write_text(change(text), encoding="utf-8")
    found, _ = integrity.of_experiment(tried, Store(tried).manifest())
    assert tried / name in found.damaged
    assert not found.missing


def test_a_part_that_cannot_be_read_is_named(tried):
    part = next((tried / "measures").glob("*.parquet"))
    part.write_bytes(b"x")
    found, bad = integrity.of_experiment(tried, Store(tried).manifest())
    assert part in found.damaged
    assert len(bad) == 1
    (tried / "experiment.toml").unlink()
    found, _ = integrity.of_experiment(tried, Store(tried).manifest())
    assert tried / "experiment.toml" in found.missing
