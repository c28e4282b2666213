"""The worker's side: a run that hangs is ended wherever it hangs, and takes no other down."""

import threading

import pandas as pd
import pytest
import synthetic
from test_experiments_campaign import FEW, run, same, tables, written

from cogov.experiments import worker
from cogov.experiments.experiment import load_experiment
from cogov.experiments.journal import Failure
from cogov.experiments.parallel import Processes, process_pool
from cogov.experiments.plan import Plan
from cogov.experiments.points import Design
from cogov.experiments.store import FAILURES, JOURNAL, Store
from cogov.experiments.worker import HUNG, forget_hung, hung, runs_of, timed_out
from cogov.model.compiled import is_warm
from cogov.scenarios.city_model import CityModel

LIMIT = "replications = 2\nretries = {retries}\ntimeout_minutes = 0.01"


@pytest.fixture(autouse=True, scope="module")
def compiled():
    """See that the model is compiled: until it is, a run may take longer."""
    if not is_warm():
        CityModel("baseline", city="street", days=1, warm_up_days=0, follow_up_days=1).run_to_end()


def limited(tmp_path, retries=0):
    return written(tmp_path, FEW.replace("replications = 2", LIMIT.format(retries=retries)))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    run(written(folder), folder / "out", workers=1)
    return tables(folder / "out")


@pytest.mark.parametrize(
    ("engine", "place"),
    [(synthetic.hangs, "hangs (synthetic.py:"), (synthetic.hangs_compiled, "hangs_compiled (synthetic.py:")],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_hangs_within_a_day_is_timed_out_and_the_others_end_well(
    tmp_path, undisturbed, engine, place, workers
):
    path = limited(tmp_path)
    state = run(path, tmp_path / "out", engine=engine, make=None, workers=workers)
    assert (len(state.failures), len(state.finished())) == (2, 4)
    for failure in state.failures.values():
        assert failure.status == "timed_out"
        assert failure.reason.startswith(f"took more than 0.01 minutes; it hung in {place}")
    rows = pd.read_parquet(tmp_path / "out" / FAILURES)
    assert rows[["scenario", "point", "replication", "status"]].to_numpy().tolist() in (
        [["cadre_sinking", 1, 0, "timed_out"], ["cadre_sinking", 1, 1, "timed_out"]],
        [["cadre_sinking", 1, 1, "timed_out"], ["cadre_sinking", 1, 0, "timed_out"]],
    )
    run(path, tmp_path / "out")
    assert not (tmp_path / "out" / FAILURES).exists()
    assert not list((tmp_path / "out" / JOURNAL).glob(f"*{HUNG}"))
    assert same(tables(tmp_path / "out"), undisturbed)


def test_a_run_that_hung_once_is_tried_again_as_told(tmp_path, undisturbed, monkeypatch):
    monkeypatch.setenv("COGOV_TEST_MARK", str(tmp_path / "mark"))
    state = run(limited(tmp_path, retries=1), tmp_path / "out", engine=synthetic.hangs_once, make=process_pool(2))
    assert (tmp_path / "mark").exists()
    assert (len(state.failures), len(state.finished())) == (0, 6)
    assert same(tables(tmp_path / "out"), undisturbed)


def test_the_parents_own_process_is_never_ended(tmp_path):
    assert worker._watch(Store(tmp_path), "x") is None


def test_where_no_process_can_be_ended_that_is_said_before_anything_runs(tmp_path):
    """The limit holds from day to day in threads as well, but nothing ends what hangs within a day."""
    said = []

    def tell(sentence):
        said.append((sentence.of("en"), sentence.of("zh")))

    run(limited(tmp_path), tmp_path / "threads", tell=tell, begun=said.clear)
    assert len(said) == 1
    assert said[0][0].startswith("run.timeout_minutes (0.01): the time is looked at after a simulated day only")
    assert "没有可以结束的进程" in said[0][1]
    said.clear()
    run(limited(tmp_path), tmp_path / "pool", make=lambda: Processes(1), tell=tell)
    run(limited(tmp_path), tmp_path / "own", make=None, tell=tell)
    run(written(tmp_path), tmp_path / "unlimited", tell=tell)
    assert not said


def test_what_hangs_beside_another_in_a_dask_worker_is_ended_and_named(tmp_path, undisturbed):
    """Two threads share a process and its one watchdog; whichever hangs, its own place is told."""
    distributed = pytest.importorskip("distributed", reason="Dask comes with the extra cluster")
    told = []
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        more = {"make": client.get_executor, "lost": (distributed.KilledWorker,), "tell": told.append}
        state = run(limited(tmp_path), tmp_path / "out", engine=synthetic.hangs, **more)
    assert not [said for said in map(str, told) if "timeout_minutes" in said]
    assert (len(state.failures), len(state.finished())) == (2, 4)
    for failure in state.failures.values():
        assert failure.status == "timed_out"
        assert failure.reason.startswith("took more than 0.01 minutes; it hung in hangs (synthetic.py:")
    run(limited(tmp_path), tmp_path / "out")
    assert same(tables(tmp_path / "out"), undisturbed)


def test_the_watchdog_is_set_for_the_first_run_that_is_due(tmp_path, monkeypatch):
    """A run that begins or ends beside another does not take away the other's limit."""
    due = []
    monkeypatch.setattr(worker.faulthandler, "dump_traceback_later", lambda s, exit, file: due.append(file.name))
    monkeypatch.setattr(worker.faulthandler, "cancel_dump_traceback_later", lambda: due.append(None))
    one, two = tmp_path / "one", tmp_path / "two"

    def beside():
        with worker._watched(500.0, two):
            pass

    with worker._watched(50.0, one):
        other = threading.Thread(target=beside)
        other.start()
        other.join()
    assert due == [None, str(one), None, str(one), None, str(one), None]
    assert not one.exists()
    assert not two.exists()


def test_what_the_watchdog_wrote_is_read(tmp_path):
    store = Store(tmp_path, "1of2")
    (tmp_path / JOURNAL).mkdir()
    path = tmp_path / JOURNAL / f"1of2-x{HUNG}"
    assert hung(store, "x") is None
    path.touch()
    assert hung(store, "x") is None
    dump = (
        "Timeout (0:00:02)!\nThread 0x1 (most recent call first):\n"
        '  File "/a/parallel.py", line 9 in _follow\n\nThread 0x2 (most recent call first):\n'
        '  File "/a/b/engine.py", line 12 in spins\n  File "/a/worker.py", line 3 in work\n'
    )
    path.write_text(2 * dump, encoding="utf-8")
    assert hung(store, "x") == (2, "spins (engine.py:12)")
    path.write_text(f"0x2\n{dump}0x1\n{dump}", encoding="utf-8")
    assert hung(store, "x") == (2, "_follow (parallel.py:9)")
    path.write_text(f"0x2\n{dump}0x1\n", encoding="utf-8")
    assert hung(store, "x") == (1, "spins (engine.py:12)")
    assert hung(Store(tmp_path, "2of2"), "x") is None
    forget_hung(Store(tmp_path, "2of2"))
    assert path.exists()
    forget_hung(store)
    assert not path.exists()


def test_a_process_that_is_killed_takes_no_other_down():
    """The pool goes on with what the others had in hand, and with what still waits."""
    pool = Processes(2)
    futures = [pool.submit(synthetic.dies_on_three, i) for i in range(8)]
    errors = [future.exception(timeout=120) for future in futures]
    assert [i for i, error in enumerate(errors) if error is not None] == [3]
    assert [future.result() for i, future in enumerate(futures) if i != 3] == [0, 1, 2, 4, 5, 6, 7]
    pool.shutdown()
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(abs, 1)


def test_the_reason_tells_how_long_and_where(tmp_path):
    read = load_experiment(limited(tmp_path))
    runs, unit = runs_of(read.model_dump_json(), str(tmp_path)), Plan(read, Design(read, tmp_path)).unit(4)
    reason = "took more than 0.01 minutes; it hung in f (a.py:1)"
    failure = Failure(runs.id(unit), "timed_out", reason, "cadre_sinking", 0, 1)
    assert timed_out(runs, unit, "f (a.py:1)") == failure
    assert timed_out(runs, unit).reason == "took more than 0.01 minutes"
