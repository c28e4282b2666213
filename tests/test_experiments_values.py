"""The values of a measure in an experiment's folder, by scenario, point and replication."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from synthetic import engine
from test_experiments_campaign import FEW, fails, run, written

from cogov.experiments.store import MEASURES, RUNS, StoreError
from cogov.experiments.values import Values, opened, see_measures, see_own, values_of


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    run(written(folder), folder / "out")
    return opened(folder / "out")


def test_each_run_stands_at_its_scenario_point_and_replication(whole):
    store, design = whole
    found = values_of(store, design, "backlog")
    assert (found.measure, found.scenarios) == ("backlog", ("baseline", "cadre_sinking"))
    assert found.values.shape == (2, 2, 2)
    runs, rows = store.read(RUNS), store.read(MEASURES, measure="backlog")
    by_run = dict(zip(rows["run"].tolist(), rows["value"].tolist(), strict=True))
    for name, point, replication, key in zip(*(runs[k].tolist() for k in ("scenario", "point", "replication", "run")),
                                             strict=True):  # fmt: skip
        assert found.values[found.scenarios.index(name), point, replication] == by_run[key]


def test_places_that_are_one_run_have_one_number_and_others_have_their_own(whole):
    found = values_of(*whole, "trust")
    assert found.same[0, 0] == found.same[0, 1]
    assert len({*found.same[1].tolist(), int(found.same[0, 0])}) == 3
    assert (found.values[0, 0] == found.values[0, 1]).all()


def test_a_run_that_is_missing_is_nan_and_alone(tmp_path):
    run(written(tmp_path), tmp_path / "out", engine=fails)
    found = values_of(*opened(tmp_path / "out"), "backlog")
    assert np.isnan(found.values[1, 1]).all()
    assert not np.isnan(found.values[0]).any()
    assert found.same[1, 1] < 0
    assert (found.same[0] >= 0).all()


def test_places_without_a_run_are_each_alone_and_a_measure_that_a_run_lacks_has_no_value(tmp_path):
    first = []

    def odd(resolved, seed, events=None, progress=None):
        if resolved["id"] == "cadre_sinking":
            raise ValueError("never")
        first.append(seed)
        result = engine(resolved, seed, events, progress)
        return replace(result, summary={k: x for k, x in result.summary.items() if k != "trust" or seed != first[0]})

    run(written(tmp_path), tmp_path / "out", engine=odd)
    store, design = opened(tmp_path / "out")
    found = values_of(store, design, "backlog")
    assert len(set(found.same[1].tolist())) == 2
    assert not np.isnan(found.values[0]).any()
    runs = store.read(RUNS)
    lacking = int(runs["replication"][runs["seed"] == first[0]][0])
    trust = values_of(store, design, "trust").values[0, 0]
    assert np.flatnonzero(np.isnan(trust)).tolist() == [lacking]


def test_values_of_different_runs_are_all_different():
    made = Values.of("x", ("a", "b"), np.zeros((2, 3, 5)))
    assert sorted(made.same.ravel().tolist()) == list(range(6))
    assert made.same.shape == (2, 3)


def test_a_measure_that_was_not_kept_is_named_with_the_near_miss(whole):
    store, design = whole
    see_measures(store, ["backlog", "trust"])
    with pytest.raises(StoreError, match=r"no run has the measure backlogg; did you mean backlog\?; kept are: "):
        see_measures(store, ["trust", "backlogg"])
    with pytest.raises(KeyError, match="backlogg"):
        values_of(store, design, "backlogg")


def test_a_folder_without_a_store_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"no manifest\.json"):
        opened(tmp_path)


@pytest.mark.parametrize("other", [FEW.replace("[2, 8]", "[3, 8]"), FEW + "seed = 7\n"])
def test_runs_of_another_experiment_among_its_own_are_found(whole, tmp_path, other):
    store, design = whole
    see_own(store, design)
    mixed = shutil.copytree(store.folder, tmp_path / "mixed")
    (tmp_path / "other").mkdir()
    run(written(tmp_path / "other", other), tmp_path / "other" / "out")
    for path in sorted((tmp_path / "other" / "out").glob("*/*")):
        target = mixed / path.relative_to(tmp_path / "other" / "out")
        shutil.copy(path, target if target.suffix == ".parquet" else target.with_stem(f"{target.stem}-other"))
    with pytest.raises(StoreError, match=r"is no run of this experiment, or stands there twice"):
        see_own(*opened(mixed))
