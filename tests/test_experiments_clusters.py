"""Executors beside this machine's processes: what is said where there is no Dask, or no scheduler."""

import sys
from concurrent.futures import BrokenExecutor

import pytest

from cogov.experiments.clusters import ClusterError, executor


def test_without_a_cluster_the_usual_processes_are_used():
    with executor(None) as (make, lost):
        assert make is None
        assert lost == (BrokenExecutor,)


def test_without_dask_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'cogov\[cluster\]'") as error, executor("local"):
        pass
    assert str(error.value).startswith("Dask is not installed")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "no address at all"])
def test_an_address_where_nobody_answers_is_named(address):
    pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    refused = pytest.raises(ClusterError, match=f"--dask {address}: no scheduler answers")
    with dask.config.set({"distributed.comm.timeouts.connect": "300ms"}), refused, executor(address):
        pass


def test_a_cluster_on_this_machine_runs_what_it_is_given_and_is_gone_afterwards():
    pytest.importorskip("distributed")
    with executor("local") as (make, lost):
        assert BrokenExecutor not in lost
        with make() as pool:
            assert pool.submit(divmod, 17, 5).result() == (3, 2)
