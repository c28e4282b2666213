"""Tasks in processes: a worker that dies, one that keeps dying, errors of tasks, and workers whose parent is gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from synthetic import FakeScenario, dies_always, dies_once, divide
from test_experiments_campaign import threads

from cogov.experiments.compare import compare
from cogov.experiments.parallel import WAIT, WorkerLostError, run_tasks, stream


def sides(*names, **changes):
    return [FakeScenario(name, **changes) for name in names]


def test_a_killed_worker_is_tried_once_more(tmp_path):
    mark = str(tmp_path / "mark")
    scenarios = sides("baseline", "cadre_sinking", mark=mark)
    comparison = compare(scenarios, replications=1, workers=2, engine=dies_once)
    assert Path(mark).exists()
    assert comparison.replications == 1


def test_a_worker_that_keeps_dying_ends_in_one_clear_message():
    # Both runs kill their workers, and either may be the first to do so twice.
    message = r"killed 2 times while running (baseline|cadre_sinking), replication 0"
    with pytest.raises(WorkerLostError, match=message) as failure:
        compare(sides("baseline", "cadre_sinking"), replications=1, workers=2, engine=dies_always)
    assert "memory" in str(failure.value)


def test_workers_end_with_their_parent():
    code = (
        "import os, time\n"
        "from cogov.experiments.parallel import run_tasks\n"
        "from synthetic import sleep_and_tell\n"
        "if __name__ == '__main__':\n"
        "    run_tasks(sleep_and_tell, [1, 2], workers=2)\n"
    )
    folder = str(Path(__file__).parent)
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": folder}
    )
    assert parent.stdout is not None
    try:
        workers = [int(parent.stdout.readline()) for _ in range(2)]
    finally:
        parent.kill()
        parent.wait()
    assert parent.stdout.read() == ""  # at end of file once no worker holds it any more
    assert len(set(workers)) == 2


def test_an_error_of_a_task_is_raised_as_it_is():
    with pytest.raises(ZeroDivisionError):
        run_tasks(divide, [1, 0, 2], workers=2)
    with pytest.raises(ValueError, match="at least 1"):
        run_tasks(divide, [1], workers=0)


def test_what_depends_on_those_before_waits_for_them():
    ended, asked = [], []

    def tasks():
        for i in range(12):
            if i % 4 == 0:
                asked.append(sorted(ended))
            yield i
            if i % 4 == 3:
                yield WAIT

    for task, _ in stream(threads, abs, tasks(), window=3):
        ended.append(task)
    assert asked == [list(range(n)) for n in (0, 4, 8)]
    assert sorted(ended) == list(range(12))
