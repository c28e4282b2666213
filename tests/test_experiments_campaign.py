"""Running an experiment: nothing is lost, nothing is counted twice, whatever is killed and however it is spread."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import synthetic
from small_experiment import HEAD, PEOPLE, RULE, design

from cogov.experiments import campaign, worker
from cogov.experiments.campaign import Progress, run_experiment
from cogov.experiments.parallel import Lost, process_pool, stream
from cogov.experiments.store import DAILY, GRIDS, JOURNAL, MEASURES, RUNS, Store, StoreError

FEW = PEOPLE + "levels = [2, 8]\n" + design("full_factorial") + "[run]\nreplications = 2\n"
RUNS_OF_FEW, ROWS_OF_FEW = 6, 8
"""The baseline has no cadres, so it is the same at both points: one run that stands in two rows."""
HERE = Path(__file__).parent


def written(tmp_path, text=FEW, head=HEAD):
    """Return the file of an experiment."""
    path = tmp_path / "trial.toml"
    path.write_text(head + text, encoding="utf-8")
    return path


def threads():
    """Return an executor in this process, which needs no time to start."""
    return ThreadPoolExecutor(2)


def run(path, out, engine=synthetic.engine, **more):
    """Run an experiment in threads of this process."""
    return run_experiment(path, out, engine=engine, **{"make": threads, "workers": 2, **more})


def tables(out, names=(RUNS, MEASURES, DAILY)):
    """Return the tables of a store."""
    return {name: Store(out).read(name) for name in names}


def same(one, two):
    """Return whether two stores hold the same rows."""
    return all(
        one[name].keys() == two[name].keys()
        and all(np.array_equal(v, two[name][k], equal_nan=v.dtype.kind == "f") for k, v in one[name].items())
        for name in one
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return the file of an experiment and the tables of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    path = written(folder)
    run(path, folder / "out", workers=1)
    return path, tables(folder / "out")


def fails(resolved, seed, events=None, progress=None):
    """Fail on the point with many people, and nowhere else."""
    if any(p["parameters"].get("people_per_community") == 8 for p in resolved["policy"]):
        raise ValueError("too many people")
    return synthetic.engine(resolved, seed, events, progress)


def slow(resolved, seed, events=None, progress=None):
    """Take a while, day by day."""
    for day in range(20):
        time.sleep(0.02)
        progress(day + 1, 20)
    return synthetic.engine(resolved, seed, events, None)


def never(resolved, seed, events=None, progress=None):
    raise AssertionError("was run again")


def test_every_run_stands_in_the_tables_once_with_what_was_set(undisturbed):
    _, found = undisturbed
    runs = found[RUNS]
    assert (len(set(runs["run"])), len(runs["run"])) == (RUNS_OF_FEW, ROWS_OF_FEW)
    assert sorted(zip(runs["scenario"], runs["point"], runs["replication"], strict=True)) == [
        (s, p, r) for s in ("baseline", "cadre_sinking") for p in (0, 1) for r in (0, 1)
    ]
    assert set(zip(runs["point"], runs["cadre_sinking.people_per_community"], strict=True)) == {(0, 2.0), (1, 8.0)}
    assert set(found[MEASURES]["run"]) == set(runs["run"]) == set(found[DAILY]["run"])
    seeds = {(r, s) for r, s in zip(runs["replication"], runs["seed"], strict=True)}
    assert len(seeds) == 2


def test_what_is_kept_is_what_was_asked_for(tmp_path):
    keep = '[keep]\nmeasures = ["backlog", "trust"]\ndaily = false\ngrids = true\n'
    run(written(tmp_path, FEW + keep), tmp_path / "out")
    assert set(Store(tmp_path / "out").read(MEASURES)["measure"]) == {"backlog", "trust"}
    assert len(Store(tmp_path / "out").read(GRIDS)["grid"]) == 110 * RUNS_OF_FEW
    with pytest.raises(StoreError):
        Store(tmp_path / "out").read(DAILY)


def test_the_second_time_nothing_is_run(undisturbed, tmp_path):
    path, found = undisturbed
    run(path, tmp_path / "out")
    state = run(path, tmp_path / "out", engine=never)
    assert len(state.finished()) == RUNS_OF_FEW
    assert same(tables(tmp_path / "out"), found)


def test_more_replications_go_on_with_those_that_are_there(tmp_path):
    path = written(tmp_path)
    run(path, tmp_path / "out")
    path.write_text(path.read_text().replace("replications = 2", "replications = 3"))
    seen = []
    run(path, tmp_path / "out", progress=seen.append)
    assert seen[0] == Progress(6, 0, 9, pytest.approx(seen[0].seconds_a_run))
    assert len(set(Store(tmp_path / "out").read(RUNS)["run"])) == 9


def test_another_experiment_does_not_go_into_the_folder(tmp_path):
    path = written(tmp_path)
    run(path, tmp_path / "out")
    path.write_text(path.read_text().replace("days = 5", "days = 6"))
    with pytest.raises(StoreError, match="another experiment"):
        run(path, tmp_path / "out")


def test_shards_together_give_what_one_run_gives(undisturbed, tmp_path):
    path, found = undisturbed
    for i in (2, 1, 3):
        run(path, tmp_path / "out", shard=(i, 3))
    assert same(tables(tmp_path / "out"), found)


def test_a_failed_run_is_told_with_its_reason_takes_no_other_down_and_is_tried_again(tmp_path):
    path = written(tmp_path)
    seen = []
    state = run(path, tmp_path / "out", engine=fails, progress=seen.append)
    assert {(f.status, f.reason) for f in state.failures.values()} == {("failed", "ValueError: too many people")}
    assert (len(state.failures), len(state.finished())) == (2, 4)
    assert (seen[-1].done, seen[-1].failed, seen[-1].total) == (4, 2, 6)
    rows = pq.read_table(tmp_path / "out" / "failures.parquet").to_pylist()
    assert sorted((x["scenario"], x["point"], x["replication"], x["status"], x["reason"]) for x in rows) == [
        ("cadre_sinking", 1, r, "failed", "ValueError: too many people") for r in (0, 1)
    ]
    assert {x["run"] for x in rows} == set(state.failures)
    state = run(path, tmp_path / "out")
    assert (len(state.failures), len(state.finished())) == (0, 6)


def test_a_run_is_tried_as_often_as_told(tmp_path):
    tries = []

    def counts(resolved, seed, events=None, progress=None):
        tries.append(seed)
        raise ValueError("no")

    path = written(tmp_path, FEW.replace("replications = 2", "replications = 1\nretries = 2"))
    run(path, tmp_path / "out", engine=counts)
    assert len(tries) == 3 * 3


def test_a_run_that_takes_too_long_is_given_up(tmp_path):
    text = FEW.replace("replications = 2", "replications = 1\nretries = 0\ntimeout_minutes = 0.002")
    state = run(written(tmp_path, text), tmp_path / "out", engine=slow)
    assert {f.status for f in state.failures.values()} == {"timed_out"}
    assert len(state.failures) == 3


def test_a_run_that_kills_its_worker_is_found_and_the_others_end_well(tmp_path, undisturbed):
    path, found = undisturbed
    state = run(path, tmp_path / "out", engine=synthetic.kills_its_worker, make=process_pool(2))
    assert {f.status for f in state.failures.values()} == {"killed"}
    assert (len(state.failures), len(state.finished())) == (2, 4)
    run(path, tmp_path / "out")
    assert same(tables(tmp_path / "out"), found)


@pytest.mark.parametrize(("retries", "least", "most"), [(0, 1, 2), (3, 4, 4)])
def test_a_run_whose_worker_is_killed_is_started_again_as_often_as_told(tmp_path, retries, least, most):
    """With no retries it may be started twice: who of those under way is guilty shows when each runs alone."""
    text = FEW.replace("replications = 2", f"replications = 1\nretries = {retries}")
    state = run(written(tmp_path, text), tmp_path / "out", engine=synthetic.kills_its_worker, make=process_pool(2))
    assert (len(state.failures), len(state.finished())) == (1, 2)
    (failure,) = state.failures.values()
    assert least <= int(failure.reason.removeprefix("its worker was killed ").removesuffix(" times")) <= most


def twice(chunk, real=campaign.work):
    """Do a chunk as a scheduler does that starts a task again whose answer was lost."""
    real(chunk)
    return real(chunk)


def test_a_task_that_is_done_twice_counts_once(tmp_path, undisturbed, monkeypatch):
    path, found = undisturbed
    monkeypatch.setattr(campaign, "work", twice)
    state = run(path, tmp_path / "out")
    assert len(state.finished()) == RUNS_OF_FEW
    assert sum(len(part.runs) for part in state.parts.values()) == RUNS_OF_FEW
    assert same(tables(tmp_path / "out"), found)


def misses_a_file(resolved, seed, events=None, progress=None):
    """Fail for want of a file of its own on the point with many people."""
    if any(p["parameters"].get("people_per_community") == 8 for p in resolved["policy"]):
        raise FileNotFoundError(2, "No such file", "mine.csv")
    return synthetic.engine(resolved, seed, events, progress)


def test_an_error_of_the_system_in_a_run_is_the_runs_own(tmp_path):
    state = run(written(tmp_path), tmp_path / "out", engine=misses_a_file)
    assert {f.status for f in state.failures.values()} == {"failed"}
    assert (len(state.failures), len(state.finished())) == (2, 4)


def test_a_worker_killed_once_loses_and_doubles_nothing(tmp_path, undisturbed, monkeypatch):
    path, found = undisturbed
    monkeypatch.setenv("COGOV_TEST_MARK", str(tmp_path / "mark"))
    state = run(path, tmp_path / "out", engine=synthetic.kills_once, make=process_pool(2))
    assert (tmp_path / "mark").exists()
    assert len(state.finished()) == RUNS_OF_FEW
    assert same(tables(tmp_path / "out"), found)


@pytest.mark.parametrize("after", [0.6, 1.4])
def test_a_killed_parent_is_gone_on_with(tmp_path, undisturbed, after):
    """The parent is killed hard at some moment of the work; what it had finished is not run again."""
    path, found = undisturbed
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "import test_experiments_campaign as t\n"
        "t.worker.PART_SECONDS = 0.0\n"
        "if __name__ == '__main__':\n"
        "    print('begun', flush=True)\n"
        "    t.run(Path(sys.argv[1]), Path(sys.argv[2]), engine=t.slow)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(tmp_path / "out"), str(HERE)], stdout=subprocess.PIPE, text=True
    )
    parent.stdout.readline()
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out" / JOURNAL).glob("*.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(after)
    parent.kill()
    parent.wait()
    before = Store(tmp_path / "out").look().finished()
    ran = []

    def counts(resolved, seed, events=None, progress=None):
        ran.append(seed)
        return synthetic.engine(resolved, seed, events, progress)

    run(path, tmp_path / "out", engine=counts)
    assert before
    assert len(ran) == RUNS_OF_FEW - len(before)
    assert same(tables(tmp_path / "out"), found)


def test_a_full_disk_ends_it_and_what_was_finished_counts(tmp_path, monkeypatch):
    path = written(tmp_path)
    real, parts = worker.Writer.flush, []
    monkeypatch.setattr(campaign, "CHUNK_SECONDS", 0.0)

    def full(self):
        parts.append(self)
        if len(parts) > 3:
            raise OSError(28, "No space left on device", "somewhere")
        real(self)

    monkeypatch.setattr(worker.Writer, "flush", full)
    with pytest.raises(OSError, match="No space"):
        run(path, tmp_path / "out", workers=1)
    monkeypatch.undo()
    before = len(Store(tmp_path / "out").look().finished())
    assert 0 < before < RUNS_OF_FEW
    assert len(run(path, tmp_path / "out").finished()) == RUNS_OF_FEW


def test_the_resolved_experiment_lies_beside_the_results(tmp_path):
    run(written(tmp_path, RULE + design("full_factorial")), tmp_path / "out")
    again = tmp_path / "out" / "experiment.toml"
    (tmp_path / "again").mkdir()
    copy = tmp_path / "again" / "trial.toml"
    copy.write_bytes(again.read_bytes())
    run(copy, tmp_path / "out", engine=never)
    facts = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert facts["experiment"]["city"] == "street"
    assert facts["experiment"]["run"]["replications"] == 5


def test_parts_of_a_store_are_kept_few(tmp_path, monkeypatch):
    monkeypatch.setattr("cogov.experiments.store.MANY_PARTS", 3)
    monkeypatch.setattr(campaign, "CHUNK_SECONDS", 0.0)
    run(written(tmp_path), tmp_path / "out")
    assert len(list((tmp_path / "out" / RUNS).glob("*.parquet"))) == 1
    assert pq.read_table(tmp_path / "out" / RUNS).num_rows == ROWS_OF_FEW


def test_tasks_are_taken_only_as_they_are_needed():
    taken = []

    def tasks():
        for i in range(1000):
            taken.append(i)
            yield i

    for done, (task, said) in enumerate(stream(threads, abs, tasks(), window=3), 1):
        assert task == said
        assert len(taken) <= done + 3
        if done == 20:
            break


def test_a_task_that_is_lost_again_and_again_is_told(tmp_path):
    found = dict(stream(process_pool(2), synthetic.dies_on_three, range(6), window=2))
    assert isinstance(found[3], Lost)
    assert [found[i] for i in range(6) if i != 3] == [0, 1, 2, 4, 5]
