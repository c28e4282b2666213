"""Experiments that are really disturbed: killed at random moments, spread by Dask, out of room, or not let write.

Tables are compared byte by byte, as Parquet files of their sorted rows.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import synthetic
from small_experiment import PEOPLE, design
from test_experiments_campaign import run, slow, written

from cogov.experiments.clusters import executor
from cogov.experiments.parallel import process_pool
from cogov.experiments.store import DAILY, MEASURES, RUNS, Store
from cogov.experiments.tables import parquet_bytes

HERE = Path(__file__).parent
SOME = PEOPLE + "levels = [2, 8]\n" + design("full_factorial") + "[run]\nreplications = 4\n"
RUNS_OF_SOME, ROWS_OF_SOME = 12, 16


def contents(out):
    """Return the bytes of each table of a store, its rows in the one order."""
    return {name: parquet_bytes(Store(out).read(name)) for name in (RUNS, MEASURES, DAILY)}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return the file of an experiment and the bytes that it gives in one process which nothing disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed")
    path = written(folder, SOME)
    run(path, folder / "out", workers=1, make=process_pool(1))
    return path, contents(folder / "out")


def test_two_processes_and_shards_give_the_same_bytes(undisturbed, tmp_path):
    path, expected = undisturbed
    run(path, tmp_path / "two", make=process_pool(2))
    for i in (3, 1, 2):
        run(path, tmp_path / "shards", shard=(i, 3))
    assert contents(tmp_path / "two") == contents(tmp_path / "shards") == expected


def test_a_dask_cluster_gives_the_same_bytes(undisturbed, tmp_path):
    pytest.importorskip("distributed", reason="Dask comes with the extra cluster")
    path, expected = undisturbed
    with executor("local") as (make, lost):
        state = run(path, tmp_path / "dask", make=make, lost=lost)
    assert len(state.finished()) == RUNS_OF_SOME
    assert contents(tmp_path / "dask") == expected


@pytest.fixture
def dask():
    """Return what makes the executor of a local cluster of two processes, what it raises, and its client."""
    distributed = pytest.importorskip("distributed", reason="Dask comes with the extra cluster")
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client, executor(cluster.scheduler_address) as (make, lost):
        yield make, lost, client


def test_a_dask_worker_killed_in_the_middle_loses_and_doubles_nothing(undisturbed, tmp_path, dask):
    """It is killed hard while both workers are at runs of which some are finished; a new one takes its place."""
    path, expected = undisturbed
    make, lost, client = dask
    pids, killed = client.run(os.getpid), []

    def kill(progress):
        if progress.done >= 3 and not killed:
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

    state = run(path, tmp_path / "dask", engine=slow, make=make, lost=lost, progress=kill)
    assert killed
    assert (len(state.finished()), len(state.failures)) == (RUNS_OF_SOME, 0)
    assert contents(tmp_path / "dask") == expected
    client.wait_for_workers(2, timeout=60)
    assert set(client.run(os.getpid).values()) != set(pids.values())


def test_a_run_that_kills_its_dask_workers_is_a_row_and_takes_no_other_down(undisturbed, tmp_path, dask):
    path, expected = undisturbed
    make, lost, _ = dask
    text = path.read_text(encoding="utf-8").replace("replications = 4", "replications = 1\nretries = 0")
    (tmp_path / "trial.toml").write_text(text, encoding="utf-8")
    state = run(tmp_path / "trial.toml", tmp_path / "out", engine=synthetic.kills_its_worker, make=make, lost=lost)
    assert {f.status for f in state.failures.values()} == {"killed"}
    assert (len(state.failures), len(state.finished())) == (1, 2)
    (tmp_path / "trial.toml").write_bytes(path.read_bytes())
    run(tmp_path / "trial.toml", tmp_path / "out")
    assert contents(tmp_path / "out") == expected


def children(pid):
    """Return the processes that a process has started."""
    try:
        return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def finished(out):
    try:
        return len(Store(out).look().finished())
    except FileNotFoundError:
        return 0


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find the workers")
@pytest.mark.parametrize("seed", [1, 2])
def test_kills_at_random_moments_lose_and_double_nothing(undisturbed, tmp_path, seed):
    """Parent or worker, whoever comes up, is killed hard some while after a run has ended, until all have ended."""
    path, expected = undisturbed
    out, luck, kills = tmp_path / "out", random.Random(seed), 0
    deadline = time.monotonic() + 400
    while finished(out) < RUNS_OF_SOME:
        assert time.monotonic() < deadline
        before = finished(out)
        parent = subprocess.Popen([sys.executable, __file__, str(path), str(out)])
        while kills < 4 and parent.poll() is None and finished(out) <= before:
            time.sleep(0.02)
        if kills < 4:
            time.sleep(luck.uniform(0.0, 0.5))
            victim = luck.choice([parent.pid, *children(parent.pid)])
            if parent.poll() is None:
                os.kill(victim, signal.SIGKILL)
                kills += 1
            if victim == parent.pid:
                assert finished(out) >= before
                parent.wait()
                continue
        assert parent.wait() == 0
    assert kills > 0
    assert contents(out) == expected
    runs = Store(out).read(RUNS)["run"]
    assert (len(set(runs)), len(runs)) == (RUNS_OF_SOME, ROWS_OF_SOME)


def test_a_damaged_part_is_named_set_aside_and_run_again(undisturbed, tmp_path):
    path, expected = undisturbed
    run(path, tmp_path / "out")
    part = sorted((tmp_path / "out" / MEASURES).glob("*.parquet"))[0]
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 255
    part.write_bytes(content)
    said = []
    run(path, tmp_path / "out", tell=lambda sentence: said.append(str(sentence)))
    assert [f"{part} is damaged" in text for text in said] == [True]
    assert (tmp_path / "out" / "aside" / MEASURES / part.name).exists()
    assert contents(tmp_path / "out") == expected


def test_ctrl_c_ends_it_with_one_message_and_no_worker_stays(tmp_path):
    path = written(tmp_path, SOME)
    words = [
        "-P",
        "-m",
        "cogov",
        "experiment",
        "run",
        path,
        "--out",
        tmp_path / "out",
        "--workers",
        "2",
        "--lang",
        "en",
    ]
    parent = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 900  # the first run may have to wait for the compiler
    while not (workers := children(parent.pid)) or not finished(tmp_path / "out"):
        assert parent.poll() is None, parent.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    parent.send_signal(signal.SIGINT)
    _, said = parent.communicate(timeout=120)
    assert parent.returncode == 130
    assert "stopped before the end; files that were finished are whole and stay" in said
    assert "Traceback" not in said
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    state = Store(tmp_path / "out").look()
    assert 0 < len(state.finished()) < RUNS_OF_SOME


def mounting():
    """Return whether this process may make a small file system of its own."""
    if shutil.which("unshare") is None:
        return False
    words = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(not mounting(), reason="needs the right to mount a tmpfs in a namespace of its own")
COMMAND = f'"{sys.executable}" -P -m cogov experiment run "$1/trial.toml" --out "$1/disk/out" --workers 2 --lang en'


def shell(folder, script):
    """Return what a script gave that may mount file systems; $1 is the folder."""
    words = ["unshare", "-rm", "sh", "-c", script, "sh", str(folder)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=500)


def small(tmp_path):
    """Return the file of an experiment that the real engine runs in seconds."""
    (tmp_path / "disk").mkdir()
    text = SOME.replace("replications = 4", "replications = 2")
    return written(tmp_path, text.replace("levels = [2, 8]", "levels = [2, 8, 9, 10, 11]"))


@needs_mounts
def test_a_full_disk_ends_it_with_one_message_and_with_room_it_goes_on(tmp_path):
    small(tmp_path)
    done = shell(tmp_path, f"""
        mount -t tmpfs -o size=150k tmpfs "$1/disk"
        {COMMAND}; echo "first $?"
        ls "$1/disk/out/runs" | wc -l
        mount -o remount,size=64m "$1/disk"
        {COMMAND}; echo "second $?"
        cp -r "$1/disk/out" "$1/kept"
    """)  # fmt: skip
    assert "first 1\n" in done.stdout, done.stderr
    assert "second 0\n" in done.stdout, done.stderr
    assert "No space left on device; make room, or give another folder with --out" in done.stderr
    assert "Traceback" not in done.stderr
    assert 0 < int(done.stdout.split("first 1\n")[1].split()[0]) < 12
    assert len(Store(tmp_path / "kept").look().finished()) == 12
    assert len(set(Store(tmp_path / "kept").read(RUNS)["run"])) == 12


@needs_mounts
def test_a_folder_that_may_not_be_written_to_is_told_and_later_goes_on(tmp_path):
    small(tmp_path)
    done = shell(tmp_path, f"""
        mount -t tmpfs -o size=64m tmpfs "$1/disk"
        mkdir "$1/disk/out"
        mount -o remount,ro "$1/disk"
        {COMMAND}; echo "first $?"
        mount -o remount,rw "$1/disk"
        {COMMAND} --shard 1/2; echo "second $?"
        mount -o remount,ro "$1/disk"
        "{sys.executable}" -P -m cogov experiment status "$1/disk/out" --lang en; echo "status $?"
        {COMMAND} --shard 2/2; echo "third $?"
        mount -o remount,rw "$1/disk"
        {COMMAND} --shard 2/2; echo "fourth $?"
    """)  # fmt: skip
    assert [line for line in done.stdout.splitlines() if line.split()[0] in ("first", "second", "status", "third",
                                                                            "fourth")] == [
        "first 2", "second 0", "status 0", "third 2", "fourth 0",
    ], done.stderr  # fmt: skip
    assert done.stderr.count("no folder to write in (Read-only file system); give another folder") == 2
    assert "6 of 12 runs are finished" in done.stdout
    assert "12 runs are finished, 0 failed" in done.stdout


def test_a_file_that_may_not_grow_is_a_full_disk_too(tmp_path):
    """Where nothing can be mounted: from the first run on no file may be larger than 2,500 bytes."""
    path = written(tmp_path, SOME)
    code = (
        "import resource, sys; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "import synthetic, test_experiments_campaign as t\n"
        "from cogov.failures import ending\n"
        "def cramped(*asked, **more):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (2500, 2500))\n"
        "    return synthetic.engine(*asked, **more)\n"
        "try:\n"
        "    t.run(Path(sys.argv[1]), Path(sys.argv[2]), engine=cramped, workers=1)\n"
        "except OSError as error:\n"
        "    print(ending(error))\n"
    )
    words = [sys.executable, "-c", code, str(path), str(tmp_path / "out"), str(HERE)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=300)
    assert "File too large; make room" in done.stdout
    assert "parquet" in done.stdout
    assert len(run(path, tmp_path / "out").finished()) == RUNS_OF_SOME


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), engine=slow, make=process_pool(2))
