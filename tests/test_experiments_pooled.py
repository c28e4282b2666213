"""An experiment as a comparison: with one point it is that comparison, with more the mean over the points."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from synthetic import engine
from test_experiments_campaign import FEW, run, written

from cogov.experiments.compare import compare
from cogov.experiments.experiment import load_experiment
from cogov.experiments.points import scenarios_at
from cogov.experiments.pooled import _phases
from cogov.experiments.results import ResultsError, open_results
from cogov.experiments.seeds import replication_seed
from cogov.experiments.store import GRIDS, RUNS, Store
from cogov.scenarios.city_model import plan_of
from cogov.scenarios.loader import load_scenario

GRIDS_KEPT = "[keep]\ngrids = true\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the pooled sides of an experiment of two points, and each run's own values."""
    tmp = tmp_path_factory.mktemp("pooled")
    run(written(tmp, FEW + GRIDS_KEPT), tmp / "out")
    return open_results([tmp / "out"]).pooled, Store(tmp / "out")


def values(store, scenario, replication, measure):
    runs, rows = store.read(RUNS), store.read("measures", measure=measure)
    wanted = runs["run"][(runs["scenario"] == scenario) & (runs["replication"] == replication)]
    return rows["value"][np.searchsorted(rows["run"], wanted)]


def test_with_one_point_it_is_the_comparison_of_the_same_runs(tmp_path):
    path = written(tmp_path, "[run]\nreplications = 3\n" + GRIDS_KEPT)
    run(path, tmp_path / "out")
    sides = scenarios_at(load_experiment(path), {}, tmp_path)
    plain = compare(list(sides.values()), replications=3, workers=1, engine=engine)
    pooled = open_results([tmp_path / "out"]).pooled
    assert pooled.seeds == plain.seeds
    assert [s.digest for s in pooled.scenarios] == [s.digest for s in plain.scenarios]
    for key, effect in plain.effects["cadre_sinking"].items():
        other = pooled.effects["cadre_sinking"][key]
        assert other.verdict == effect.verdict, key
        assert other.pair.difference == pytest.approx(effect.pair.difference, nan_ok=True), key
    for name, curve in plain.curves["cadre_sinking"].items():
        assert pooled.curves["cadre_sinking"][name] == pytest.approx(curve, nan_ok=True)
    assert np.array_equal(pooled.dates, plain.dates)
    for side in ("baseline", "cadre_sinking"):
        for name, column in plain.grids[side].items():
            mine = pooled.grids[side][name]
            assert (mine == column).all() if column.dtype.kind == "U" else mine == pytest.approx(column, nan_ok=True)


def test_with_several_points_it_is_their_mean_in_each_replication(made):
    pooled, store = made
    for side in ("baseline", "cadre_sinking"):
        want = [values(store, side, r, "trust").mean() for r in range(2)]
        assert len(values(store, side, 0, "trust")) == 2
        assert pooled.means[side]["trust"] == pytest.approx(np.mean(want))
    effect = pooled.effects["cadre_sinking"]["trust"]
    gaps = [values(store, "cadre_sinking", r, "trust").mean() - values(store, "baseline", r, "trust").mean()
            for r in range(2)]  # fmt: skip
    assert (effect.pair.n, effect.pair.difference) == (2, pytest.approx(np.mean(gaps)))


def test_a_replication_that_is_not_whole_is_left_out(tmp_path):
    path = written(tmp_path, FEW.replace("replications = 2", "replications = 3"))
    last = replication_seed(1, 2)

    def broken(resolved, seed, events=None, progress=None):
        if seed == last and any(p["parameters"]["people_per_community"] == 8 for p in resolved["policy"]):
            raise RuntimeError("never ends well")
        return engine(resolved, seed, events, progress)

    run(path, tmp_path / "out", engine=broken)
    campaign = open_results([tmp_path / "out"])
    assert campaign.finished == 8
    assert campaign.pooled.seeds == (replication_seed(1, 0), replication_seed(1, 1))


def test_what_was_not_kept_is_not_there(tmp_path):
    run(written(tmp_path, FEW + "[keep]\ndaily = false\n"), tmp_path / "out")
    pooled = open_results([tmp_path / "out"]).pooled
    assert pooled.curves["baseline"] == {}
    assert pooled.grids["baseline"] == {}


def test_a_run_that_was_written_twice_counts_once(made):
    pooled, store = made
    name, runs = store.files(GRIDS)[0]
    again = name.with_name("all-again.parquet")
    pq.write_table(pa.Table.from_batches(pq.read_table(name).to_batches()), again)
    line = {"part": "all-again", "runs": runs, "files": {GRIDS: ""}, "seconds": 0.0}
    journal = store.folder / "journal" / "again.jsonl"
    journal.write_text(json.dumps(line) + "\n", encoding="utf-8")
    try:
        twice = open_results([store.folder]).pooled
    finally:
        journal.unlink()
        again.unlink()
    column = pooled.grids["cadre_sinking"]["solution_minutes"]
    assert twice.grids["cadre_sinking"]["solution_minutes"] == pytest.approx(column, nan_ok=True)


def test_a_damaged_table_is_one_message(tmp_path):
    run(written(tmp_path), tmp_path / "out")
    (path, _), *_ = Store(tmp_path / "out").files("daily")
    path.write_bytes(b"PAR1")
    with pytest.raises(ResultsError, match="daily is damaged"):
        open_results([tmp_path / "out"])


@pytest.mark.parametrize("days", [{}, {"follow_up_days": 7, "warm_up_days": 10}])
def test_phases_are_those_that_the_run_states(days):
    scenario = load_scenario("baseline", layers=["storm_month"], city="street", **days)
    plan, found = plan_of(scenario), _phases(scenario.resolved())
    assert found["tau_minutes"] == plan.tau_days * 1440
    assert (found["start"], found["warm_up_days"]) == (plan.start.isoformat(), plan.warm_up_days)
    shock = plan.shocks[0]
    first, days = shock.start // 1440 - plan.warm_up_days, -(-(shock.end - shock.start) // 1440)
    assert found["shocks"] == [{"id": shock.id, "kind": shock.kind, "start_day": first, "days": days}]


def test_a_run_that_stands_at_several_points_counts_at_each(tmp_path):
    """Two of three points are one for the baseline: its mean over the points weighs that run twice."""
    points = "demand.scale,cadre_sinking.people_per_community\n1.0,2\n1.0,8\n2.0,8\n"
    (tmp_path / "p.csv").write_text(points, encoding="utf-8")
    path = written(tmp_path, '[design]\nkind = "list"\nfile = "p.csv"\n[keep]\ngrids = true\n[run]\nreplications = 2\n')

    def doubled(resolved, seed, events=None, progress=None):
        result = engine(resolved, seed, events, progress)
        scale = resolved["demand"]["scale"]
        daily = {**result.daily, "value": result.daily["value"] * scale}
        grids = {**result.grids, "solution_minutes": result.grids["solution_minutes"] * scale}
        summary = {key: value * scale for key, value in result.summary.items()}
        return replace(result, summary=summary, daily=daily, grids=grids)

    state = run(path, tmp_path / "out", engine=doubled)
    assert len(state.finished()) == 2 * (2 + 3)
    store, pooled = Store(tmp_path / "out"), open_results([tmp_path / "out"]).pooled
    one, twice, other = values(store, "baseline", 0, "backlog")[np.argsort(
        store.read(RUNS)["point"][(store.read(RUNS)["scenario"] == "baseline") & (store.read(RUNS)["replication"] == 0)]
    )]  # fmt: skip
    assert one == twice == other / 2
    single = engine({"id": "baseline", "policy": [], "shock": []}, replication_seed(1, 0))
    grids = pooled.grids["baseline"]["solution_minutes"]
    both = [
        engine({"id": "baseline", "policy": [], "shock": []}, replication_seed(1, r)).grids["solution_minutes"]
        for r in (0, 1)
    ]
    assert grids == pytest.approx(np.mean(both, axis=0) * 4 / 3, nan_ok=True)
    days = single.daily["level"] == "city"
    backlog = single.daily["value"][days & (single.daily["measure"] == "backlog")].sum()
    assert pooled.curves["baseline"]["backlog"][0].sum() == pytest.approx(backlog * 4 / 3)
    assert pooled.means["baseline"]["backlog"] == pytest.approx(
        np.mean(
            [
                engine({"id": "baseline", "policy": [], "shock": []}, replication_seed(1, r)).summary["backlog"]
                for r in (0, 1)
            ]
        )
        * 4
        / 3
    )
