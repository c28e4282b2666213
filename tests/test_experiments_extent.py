"""How large an experiment is, about how long it takes, and how far it is."""

import pytest
from small_experiment import DEMAND, HEAD, design
from test_experiments_campaign import FEW, ROWS_OF_FEW, RUNS_OF_FEW, fails, run, written

from cogov.experiments import extent
from cogov.experiments.experiment import load_experiment
from cogov.experiments.store import StoreError
from cogov.scenarios.city_files import load_spec
from cogov.scenarios.errors import ScenarioError


@pytest.fixture(autouse=True)
def warm(monkeypatch):
    monkeypatch.setattr(extent, "is_warm", lambda: True)


def test_runs_are_counted_once_and_rows_at_all_places(tmp_path):
    found = extent.describe(written(tmp_path))
    assert (found["runs"], found["rows"], found["points"], found["scenarios"]) == (RUNS_OF_FEW, ROWS_OF_FEW, 2, 2)
    assert (found["histories"], found["fork_at"], found["rule"]) == (0, "", "never")
    assert found["first_point"] == {"cadre_sinking.people_per_community": 2}


def test_time_grows_with_residents_days_and_replications(tmp_path):
    experiment = load_experiment(written(tmp_path))
    residents = load_spec("street").totals["residents"]
    one = extent.guess(experiment, "baseline", tmp_path)
    assert one == pytest.approx(0.05 + residents * (2e-7 + 9 * 6e-9))  # 2 + 5 + 2 days
    longer = load_experiment(written(tmp_path, head=HEAD.replace("days = 5", "days = 105")))
    assert extent.guess(longer, "baseline", tmp_path) - one == pytest.approx(100 * residents * 6e-9)
    few = extent.describe(written(tmp_path))
    many = extent.describe(written(tmp_path, FEW.replace("replications = 2", "replications = 200")))
    assert many["runs"] == 100 * few["runs"]
    assert many["seconds"] == pytest.approx(100 * RUNS_OF_FEW * one, rel=0.01)


def test_workers_share_the_time_and_the_compiler_is_waited_for_once(tmp_path, monkeypatch):
    text = DEMAND + "steps = 500\n" + design("full_factorial") + "[run]\nreplications = 20\nworkers = {n}\n"
    one, four = (extent.describe(written(tmp_path, text.replace("{n}", n))) for n in ("1", "4"))
    assert (one["workers"], four["workers"]) == (1, 4)
    assert four["wall_seconds"] - 4.0 == pytest.approx((one["wall_seconds"] - 4.0) / 4, abs=0.1)
    monkeypatch.setattr(extent, "is_warm", lambda: False)
    cold = extent.describe(written(tmp_path, text.replace("{n}", "4")))
    assert cold["wall_seconds"] - four["wall_seconds"] == pytest.approx(90.0)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00:00"), (59.6, "0:01:00"), (3599, "0:59:59"), (90061, "25:01:01")]
)
def test_a_time_is_told_in_hours_minutes_and_seconds(seconds, said):
    assert extent.clock(seconds) == said


def test_how_far_it_is_counts_what_is_done_and_why_runs_failed(tmp_path):
    run(written(tmp_path), tmp_path / "out", engine=fails)
    found = extent.how_far(tmp_path / "out")
    assert (found["done"], found["failed"], found["total"]) == (RUNS_OF_FEW - 2, 2, RUNS_OF_FEW)
    assert list(found["reasons"].values()) == [2]
    assert "too many people" in next(iter(found["reasons"]))
    with pytest.raises(StoreError, match="no manifest"):
        extent.how_far(tmp_path)


def test_what_is_wrong_with_an_experiment_is_told_instead(tmp_path):
    with pytest.raises(ScenarioError, match=r"cadre_sinking\.people_per_communit"):
        extent.describe(written(tmp_path, FEW.replace("people_per_community", "people_per_communit")))
