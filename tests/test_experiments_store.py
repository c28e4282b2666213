"""The store: parts that are whole or set aside, merging that may be cut off anywhere, and who may write."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from cogov.experiments import store as module
from cogov.experiments.store import ASIDE, JOURNAL, MEASURES, RUNS, Store, StoreError, Writer

FACTS = {"digest": "d", "runs": 4}


def tables(run, value=1.0):
    """Return the rows of a run."""
    return {
        RUNS: {"run": np.array([run]), "scenario": np.array(["x"]), "point": np.array([int(run, 36)])},
        MEASURES: {"run": np.array([run] * 2), "measure": np.array(["b", "a"]), "value": np.array([value, 2.0])},
    }


def filled(folder, *groups, tag="all", begin=True):
    """Return a store with a part for each group of runs."""
    store = Store(folder, tag)
    if begin:
        store.begin(FACTS, {"experiment.toml": b'id = "x"\n'})
    writer = Writer(store, "w")
    for group in groups:
        for run in group:
            writer.add(run, tables(run), 0.5)
        writer.flush()
    return store


def reopened(store):
    """Return a store as another process finds it later."""
    store.end()
    again = Store(store.folder, store.tag)
    again.begin(FACTS, {})
    return again


def test_what_was_written_is_read_in_order(tmp_path):
    store = filled(tmp_path, ["b", "a"], ["c"])
    assert store.look().finished() == {"a", "b", "c"}
    assert store.look().seconds() == 1.5
    assert store.read(RUNS)["run"].tolist() == ["a", "b", "c"]
    rows = store.read(MEASURES)
    assert rows["run"].tolist() == ["a", "a", "b", "b", "c", "c"]
    assert rows["measure"].tolist() == ["a", "b"] * 3
    assert rows["value"].tolist() == [2.0, 1.0] * 3


def test_runs_that_were_made_twice_count_once(tmp_path):
    store = filled(tmp_path, ["a", "b"])
    writer = Writer(store, "other")
    for run in ("b", "c"):
        writer.add(run, tables(run), 0.5)
    writer.flush()
    assert store.read(RUNS)["run"].tolist() == ["a", "b", "c"]
    assert store.read(MEASURES)["run"].tolist() == ["a", "a", "b", "b", "c", "c"]


def test_what_no_journal_tells_of_is_set_aside_at_the_end(tmp_path):
    store = filled(tmp_path, ["a"])
    (part,) = (tmp_path / RUNS).glob("*.parquet")
    (tmp_path / RUNS / "all-w-lost.parquet").write_bytes(part.read_bytes())
    assert len(store.set_aside_unfinished()) == 1
    assert pd.read_parquet(tmp_path / RUNS)["run"].tolist() == ["a"]


def test_the_files_are_plain_parquet_while_the_store_is_open(tmp_path):
    filled(tmp_path, ["a"], ["b"])
    assert pq.read_table(tmp_path / RUNS)["run"].to_pylist() == ["a", "b"]
    assert (tmp_path / "experiment.toml").read_text() == 'id = "x"\n'


def test_others_read_the_tables_while_a_part_is_in_the_making(tmp_path):
    """Polars and DuckDB see whole parts only, beside a hidden one that a worker is writing."""
    polars = pytest.importorskip("polars", reason="Polars comes with the extra examples")
    duckdb = pytest.importorskip("duckdb", reason="DuckDB comes with the extra examples")
    filled(tmp_path, ["a", "b"], ["c"])
    (tmp_path / RUNS / ".all-w-d.parquet.99.tmp").write_bytes(b"PAR1 half")
    pattern = str(tmp_path / RUNS / "*.parquet")
    assert sorted(polars.read_parquet(pattern)["run"].to_list()) == ["a", "b", "c"]
    assert duckdb.sql(f"select count(*) from '{pattern}'").fetchall() == [(3,)]
    joined = f"select sum(value) from '{tmp_path / MEASURES / '*.parquet'}' join '{pattern}' using (run)"
    assert duckdb.sql(joined).fetchall() == [(9.0,)]
    assert pd.read_parquet(tmp_path / MEASURES)["run"].nunique() == 3


def test_a_part_without_its_line_is_set_aside(tmp_path):
    store = filled(tmp_path, ["a"], ["b"])
    journal = next((tmp_path / JOURNAL).glob("*.jsonl"))
    journal.write_text(journal.read_text().splitlines()[0] + "\n" + '{"part": "all-w-b", "ru')  # cut off
    state = reopened(store).recover()
    assert state.finished() == {"a"}
    assert "was not finished" in str(state.said[0].of("en"))
    assert len(list((tmp_path / ASIDE).rglob("*.parquet"))) == 2
    assert pq.read_table(tmp_path / MEASURES).num_rows == 2


def test_a_damaged_or_missing_file_takes_its_part_out_and_is_named(tmp_path):
    store = filled(tmp_path, ["a"], ["b", "c"], ["d"])
    (tmp_path / MEASURES / "all-w-b.parquet").write_bytes(b"PAR1 nonsense")
    (tmp_path / RUNS / "all-w-d.parquet").unlink()
    state = reopened(store).recover()
    assert state.finished() == {"a"}
    said = " ".join(s.of("en") for s in state.said)
    assert "all-w-b.parquet is damaged (2 runs)" in said
    assert "all-w-d" in said
    assert not list((tmp_path / RUNS).glob("*-[bd].parquet"))


def test_a_part_that_takes_the_place_of_a_damaged_one_never_stands_for_more_than_it_holds(tmp_path, monkeypatch):
    """A process whose other threads look while the new files lie there and their line does not."""
    store = filled(tmp_path, ["a", "b"])
    (tmp_path / MEASURES / "all-w-a.parquet").write_bytes(b"PAR1 nonsense")
    assert reopened(store).recover().finished() == set()
    real, seen = module.append, []

    def looking(path, line):
        seen.append(Store(tmp_path).look().finished())
        real(path, line)

    monkeypatch.setattr(module, "append", looking)
    filled(tmp_path, ["a"], ["b"], begin=False)
    assert seen == [set(), {"a"}]
    assert Store(tmp_path).look().finished() == {"a", "b"}


def test_many_parts_are_merged_and_nothing_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MANY_PARTS", 3)
    store = filled(tmp_path, ["a"], ["b"], ["c", "d"])
    before = {name: store.read(name) for name in (RUNS, MEASURES)}
    store.merge()
    assert len(list((tmp_path / RUNS).glob("*.parquet"))) == 1
    state = reopened(store).recover()
    assert state.finished() == set("abcd")
    assert (state.said, state.seconds()) == ([], 2.0)
    for name, table in before.items():
        now = store.read(name)
        assert all(np.array_equal(now[key], table[key]) for key in table)


@pytest.mark.parametrize("moment", ["before the line", "after the line", "half swapped"])
def test_a_merge_that_is_cut_off_loses_and_doubles_nothing(tmp_path, monkeypatch, moment):
    monkeypatch.setattr(module, "MANY_PARTS", 3)
    store = filled(tmp_path, ["a"], ["b"], ["c"])

    class CutOffError(Exception):
        pass

    def cut(*args):
        raise CutOffError

    if moment == "before the line":
        monkeypatch.setattr(module, "append", cut)
    elif moment == "after the line":
        monkeypatch.setattr(Store, "_swap", cut)
    else:
        replaced = []

        def once(source, target):
            if replaced:
                raise CutOffError
            replaced.append(target)
            source.rename(target)

        monkeypatch.setattr(module.os, "replace", once)
    with pytest.raises(CutOffError):
        store.merge()
    monkeypatch.undo()
    again = reopened(store)
    assert again.recover().finished() == set("abc")
    assert again.read(RUNS)["run"].tolist() == ["a", "b", "c"]
    assert pq.read_table(tmp_path / MEASURES).num_rows == 6
    assert not [p for p in tmp_path.rglob(".*") if p.is_file()]


def test_merged_parts_are_merged_again_and_files_stay_few(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MANY_PARTS", 3)
    store = filled(tmp_path)
    for i in range(9):
        filled(tmp_path, [f"a{i}"], begin=False)
        store.merge()
    assert len(list((tmp_path / RUNS).glob("*.parquet"))) == 1
    assert len(store.look().parts) == 1
    assert store.read(RUNS)["run"].tolist() == [f"a{i}" for i in range(9)]
    assert reopened(store).recover().said == []


def test_another_experiment_or_a_second_writer_is_kept_out(tmp_path):
    store = filled(tmp_path, ["a"])
    with pytest.raises(StoreError, match="another process"):
        Store(tmp_path).begin(FACTS, {})
    store.end()
    with pytest.raises(StoreError, match="another experiment"):
        Store(tmp_path).begin({"digest": "e", "runs": 4}, {})
    Store(tmp_path).begin(FACTS, {})


@pytest.mark.parametrize("file", ["run.json", "comparison.json", "runs/baseline/0/run.json"])
def test_an_experiment_does_not_go_where_a_run_or_a_comparison_is(tmp_path, file):
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="of a run or a comparison; give another folder"):
        Store(tmp_path).begin(FACTS, {})
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()] == [file]


def test_writers_of_two_shards_leave_each_other_alone(tmp_path):
    one, two = filled(tmp_path, ["a"], tag="1of2"), filled(tmp_path, ["b"], tag="2of2")
    (tmp_path / RUNS / "2of2-w-c.parquet").write_bytes(b"in the making")
    assert reopened(one).recover().said == []
    assert (tmp_path / RUNS / "2of2-w-c.parquet").exists()
    assert len(reopened(two).recover().said) == 1
    assert one.look().finished() == {"a", "b"}


def test_a_folder_of_something_else_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"no manifest\.json"):
        Store(tmp_path).manifest()
    for content in ("{", "[]", "7"):
        (tmp_path / "manifest.json").write_text(content)
        with pytest.raises(StoreError, match=r"its manifest\.json is damaged"):
            Store(tmp_path).manifest()
        with pytest.raises(StoreError, match=r"its manifest\.json is damaged"):
            Store(tmp_path).begin(FACTS, {})
    with pytest.raises(StoreError, match="no table runs"):
        filled(tmp_path / "new").read(RUNS)


def test_a_writer_killed_between_its_files_leaves_nothing_that_counts(tmp_path):
    """The process ends hard just before the last table of its second part is in place."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "import test_experiments_store as t\n"
        "from cogov.experiments import store as m\n"
        "real = m.write_together\n"
        "def dies(folder, contents):\n"
        "    if folder.name == 'runs' and any('all-w-b' in name for name in contents):\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return real(folder, contents)\n"
        "m.write_together = dies\n"
        "t.filled(Path(sys.argv[1]), ['a'], ['b'])\n"
    )
    from pathlib import Path

    done = subprocess.run([sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)], check=False)
    assert done.returncode == -9
    store = Store(tmp_path)
    store.begin(FACTS, {})
    assert store.recover().finished() == {"a"}
    assert pq.read_table(tmp_path / MEASURES).num_rows == 2
    lines = [json.loads(x) for x in next((tmp_path / JOURNAL).glob("*.jsonl")).read_text().splitlines()]
    assert [line["part"] for line in lines] == ["all-w-a"]
