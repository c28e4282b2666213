"""Many runs from one history: the same rows as from the start, made once, whoever is killed."""

import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from small_experiment import DEMAND, PEOPLE, design
from test_experiments_campaign import HERE, same, tables, threads, written

from cogov.experiments import histories
from cogov.experiments.campaign import run_experiment
from cogov.experiments.experiment import load_experiment
from cogov.experiments.extent import describe
from cogov.experiments.plan import Plan
from cogov.experiments.points import Design
from cogov.experiments.store import GRIDS, MEASURES, RUNS, Store
from cogov.scenarios.errors import ScenarioError

HEAD = """
format = 1
name = { zh = "试", en = "Trial" }
question = { zh = "何如？", en = "What if?" }
scenarios = ["baseline", "cadre_sinking", "supervision"]
city = "street"
days = 5
warm_up_days = 9
follow_up_days = 2
"""
FEW = PEOPLE + "levels = [2, 8]\n" + design("full_factorial") + "[keep]\ngrids = true\n[run]\nreplications = 2\n"
FORK = "fork_at = 2024-06-01\n"
RUNS_OF_FEW, ROWS_OF_FEW = 8, 12


def experiment(folder, text=FEW + FORK, head=HEAD):
    """Return the file of an experiment."""
    folder.mkdir(parents=True, exist_ok=True)
    return written(folder, text, head=head)


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """Return the folder of the experiment without any fork."""
    folder = tmp_path_factory.mktemp("straight")
    run_experiment(experiment(folder, FEW), folder / "out", workers=1)
    return folder / "out"


def made(monkeypatch):
    """Return a list that grows by the seed and day of each history that is saved."""
    seen, save = [], histories.save

    def watched(model, folder, tape=None):
        seen.append((model.run_seed, model.day))
        save(model, folder, tape)

    monkeypatch.setattr(histories, "save", watched)
    return seen


def test_the_rows_are_those_of_runs_from_the_start(straight, tmp_path, monkeypatch):
    seen = made(monkeypatch)
    state = run_experiment(experiment(tmp_path), tmp_path / "out", workers=1)
    names = (RUNS, MEASURES, GRIDS)
    assert same(tables(straight, names), tables(tmp_path / "out", names))
    assert len(state.finished()) == RUNS_OF_FEW
    assert [day for _, day in seen] == [9, 9]
    assert len({seed for seed, _ in seen}) == 2
    assert not (tmp_path / "out" / histories.FOLDER).exists()


def test_a_store_may_be_gone_on_with_and_without_a_fork(straight):
    """A run is the same run, whichever way it was made, and is not made again."""
    one, two = (Store(straight).manifest()[key] for key in ("digest", "runs"))
    state = run_experiment(experiment(straight.parent), straight, workers=1)
    assert (Store(straight).manifest()["digest"], len(state.finished())) == (one, two)


def test_two_workers_make_each_history_once(straight, tmp_path, monkeypatch):
    seen = made(monkeypatch)
    run_experiment(experiment(tmp_path), tmp_path / "out", make=threads, workers=2)
    assert same(tables(straight), tables(tmp_path / "out"))
    assert len(seen) == len(set(seen)) == 2


def test_who_waits_for_a_history_may_run_out_of_time(tmp_path):
    held, free = threading.Event(), threading.Event()

    def hold():
        with histories._alone(tmp_path / "x.lock", lambda done, total: None):
            held.set()
            free.wait(20)

    def impatient(done, total):
        raise TimeoutError

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)
    with pytest.raises(TimeoutError), histories._alone(tmp_path / "x.lock", impatient):
        pytest.fail("two at once")
    free.set()
    holder.join()


def test_a_damaged_history_is_made_again(straight, tmp_path, monkeypatch):
    from cogov.experiments.seeds import replication_seed
    from cogov.experiments.worker import runs_of, simulated

    path = experiment(tmp_path)
    read = load_experiment(path)
    engine = histories.forking(read.run.fork_at, tmp_path)
    unit = Plan(read, Design(read, tmp_path)).unit(1)
    runs = runs_of(read.model_dump_json(), str(tmp_path))
    first = simulated(runs, unit, engine)
    (kept,) = [folder for folder in (tmp_path / histories.FOLDER).iterdir() if folder.is_dir()]
    (kept / "state.npz").write_bytes((kept / "state.npz").read_bytes()[:-100])
    (kept.parent / f".{kept.name}.99.tmp").mkdir()
    seen = made(monkeypatch)
    again = simulated(runs, unit, engine)
    assert seen == [(replication_seed(read.run.seed, 0), 9)]
    assert [folder.name for folder in kept.parent.iterdir() if folder.is_dir()] == [kept.name]
    assert again.summary.keys() == first.summary.keys()
    assert {
        k for k in first.summary if first.summary[k] != again.summary[k] and first.summary[k] == first.summary[k]
    } == set()


def test_killed_at_any_moment_it_goes_on_to_the_same_rows(straight, tmp_path):
    path, out = experiment(tmp_path), tmp_path / "out"
    code = (
        "import sys; sys.path.append(sys.argv[3])\n"
        "from pathlib import Path\n"
        "from cogov.experiments.campaign import run_experiment\n"
        "run_experiment(Path(sys.argv[1]), Path(sys.argv[2]), workers=1)\n"
    )
    for _ in range(2):
        child = subprocess.Popen([sys.executable, "-c", code, str(path), str(out), str(HERE)])
        before, end = _marks(out), time.monotonic() + 120
        while child.poll() is None and _marks(out) == before and time.monotonic() < end:
            time.sleep(0.02)
        child.kill()
        child.wait()
    state = run_experiment(path, out, workers=1)
    assert len(state.finished()) == RUNS_OF_FEW
    assert same(tables(straight), tables(out))
    assert not (out / histories.FOLDER).exists()


def _marks(out: Path) -> list[str]:
    """Return what lies in the folder of histories."""
    return sorted(path.name for path in (out / histories.FOLDER).glob("*"))


def test_every_run_comes_once_and_replications_stand_side_by_side(tmp_path):
    read = load_experiment(experiment(tmp_path, FEW.replace("replications = 2", "replications = 11") + FORK))
    plan = Plan(read, Design(read, tmp_path))
    numbers = list(histories.in_turn(plan, 0, 1))
    assert sorted(numbers) == list(range(len(plan)))
    assert [plan.unit(i).replication for i in numbers[:10]] == [*range(8), 0, 1]
    shards = [list(histories.in_turn(plan, k, 3)) for k in range(3)]
    assert all(i % 3 == k for k, shard in enumerate(shards) for i in shard)
    assert sorted(i for shard in shards for i in shard) == sorted(numbers)


def test_what_would_save_nothing_is_refused(tmp_path):
    late = "late.toml"
    (tmp_path / late).write_text(
        'format = 1\nextends = "cadre_sinking"\nname = { zh = "早", en = "Early" }\n'
        'question = { zh = "早？", en = "Early?" }\n[[policy]]\nuse = "cadre_sinking"\nstart = 2024-05-25\n',
        encoding="utf-8",
    )
    cases = {
        FEW + "fork_at = 2024-05-23\n": "must be after the day on which the run begins, 2024-05-23",
        FEW + "fork_at = 2024-06-08\n": "no later than its last, 2024-06-07",
        DEMAND + design("full_factorial") + "[run]\n" + FORK: "factor demand.scale changes what happens in baseline",
        FEW
        + "fork_at = 2024-06-02\n": "factor cadre_sinking.people_per_community changes what happens in cadre_sinking",
    }
    for text, message in cases.items():
        with pytest.raises(ScenarioError) as caught:
            describe(experiment(tmp_path, text))
        assert message in str(caught.value)
        assert re.search(r"trial\.toml:\d+: run\.fork_at", caught.value.told("zh"))
    head = HEAD.replace('"baseline", "cadre_sinking", "supervision"', f'"baseline", "{late}"')
    with pytest.raises(ScenarioError, match="nothing would be saved"):
        describe(experiment(tmp_path, "[run]\n" + FORK, head=head))


def test_check_says_how_many_histories_there_are(tmp_path):
    forked, plain = describe(experiment(tmp_path)), describe(experiment(tmp_path / "plain", FEW))
    assert (forked["histories"], forked["fork_at"], plain["histories"]) == (2, "2024-06-01", 0)
    assert forked["seconds"] <= plain["seconds"]
    assert json.loads(json.dumps(forked)) == forked
