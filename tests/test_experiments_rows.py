"""What a finished run puts into each table of an experiment's store."""

import numpy as np
import pytest
from small_experiment import DEMAND, PEOPLE, design, experiment
from synthetic import FakeScenario, engine

from cogov.experiments.plan import Plan
from cogov.experiments.points import seed_of
from cogov.experiments.rows import rows_of
from cogov.experiments.store import DAILY, GRIDS, MEASURES, RUNS

RESULT = engine(FakeScenario().resolved(), 1)
LEVELS = PEOPLE + "levels = [2, 8]\n"
FACTORIAL = LEVELS + design("full_factorial")


def rows(tmp_path, keep="", number=0, text=FACTORIAL):
    """Return the rows that a run of an experiment leaves, and the experiment."""
    made, d = experiment(tmp_path, text, keep)
    return rows_of(made, d, Plan(made, d).unit(number), "r7", RESULT), made


def test_a_run_stands_at_each_scenario_and_point_that_it_is(tmp_path):
    """The baseline has no cadres: at both points it is one run."""
    found, made = rows(tmp_path)
    runs = found[RUNS]
    assert runs["scenario"].tolist() == ["baseline", "baseline"]
    assert runs["point"].tolist() == [0, 1]
    assert runs["cadre_sinking.people_per_community"].tolist() == [2, 8]
    assert set(runs["run"].tolist()) == {"r7"}
    assert set(runs["seed"].tolist()) == {seed_of(made, 0, 0)}


def test_a_run_of_its_own_has_its_own_settings(tmp_path):
    found, _ = rows(tmp_path, number=2)
    assert found[RUNS]["scenario"].tolist() == ["cadre_sinking"]
    assert found[RUNS]["cadre_sinking.people_per_community"].tolist() == [8]


def test_all_measures_are_kept_unless_some_are_named_and_one_that_is_missing_has_no_value(tmp_path):
    found, _ = rows(tmp_path)
    assert found[MEASURES]["measure"].tolist() == list(RESULT.summary)
    assert found[MEASURES]["value"] == pytest.approx(list(RESULT.summary.values()), nan_ok=True)
    found, _ = rows(tmp_path, '[keep]\nmeasures = ["trust", "person_hours.cadre"]\n')
    assert found[MEASURES]["measure"].tolist() == ["trust", "person_hours.cadre"]
    assert found[MEASURES]["value"][0] == RESULT.summary["trust"]
    assert np.isnan(found[MEASURES]["value"][1])


def test_curves_and_grids_are_kept_as_asked(tmp_path):
    assert set(rows(tmp_path)[0]) == {RUNS, MEASURES, DAILY}
    assert set(rows(tmp_path, "[keep]\ndaily = false\n")[0]) == {RUNS, MEASURES}
    found, _ = rows(tmp_path, "[keep]\ngrids = true\n")
    assert found[GRIDS]["grid"].tolist() == list(range(110))
    daily = found[DAILY]
    city = (RESULT.daily["level"] == "city") & (RESULT.daily["measure"] == "backlog")
    expected = RESULT.daily["value"][city][np.argsort(RESULT.daily["date"][city])]
    mine = daily["measure"] == "backlog"
    assert daily["value"][mine] == pytest.approx(expected)
    assert (np.diff(daily["date"][mine]) == np.timedelta64(1, "D")).all()
    assert {len(column) for column in daily.values()} == {3 * 60}


def test_several_factors_are_columns_of_their_own(tmp_path):
    found, _ = rows(tmp_path, number=5, text=LEVELS + DEMAND + design("full_factorial"))
    runs = found[RUNS]
    assert {"cadre_sinking.people_per_community", "demand.scale"} < set(runs)
    assert len(runs["run"]) == len(runs["demand.scale"])
