"""The folder of a run: what is in it, and that the same run gives the same bytes wherever it is made."""

import errno
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from synthetic import DAYS, FakeScenario, engine

from cogov.experiments.run import run_resolved
from cogov.experiments.tables import read_table

HERE = Path(__file__).parent


def run(out, events=False, seed=5):
    scenario = FakeScenario("cadre_sinking")
    return run_resolved(scenario.resolved(), scenario.digest(), seed=seed, out=out, events=events, engine=engine)


def hashes(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.name != "run.json"}


def test_a_run_leaves_tables_summary_and_manifest(tmp_path):
    result = run(tmp_path, events=True)
    tables = {"daily", "grids", "stages", "organisations", "places", "events"}
    assert {p.name for p in tmp_path.iterdir()} == {"run.json", "summary.json", *(f"{t}.parquet" for t in tables)}
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["values"]["backlog"] == result.summary["backlog"]
    assert summary["values"]["calls.answered_share"] is None
    assert summary["units"]["solution_minutes.mean"] == "min"
    assert summary["values"].keys() == summary["units"].keys()
    manifest = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 5
    assert manifest["scenario"]["id"] == "cadre_sinking"
    assert manifest["files"] == hashes(tmp_path)
    assert {"cogov", "model", "numpy", "mesa", "python"} <= manifest["versions"].keys()
    assert manifest["wall_seconds"] >= 0
    assert manifest["peak_memory_mb"] > 0


def test_tables_are_tidy_and_in_one_order(tmp_path):
    run(tmp_path)
    daily = read_table(tmp_path / "daily.parquet")
    assert list(daily) == ["date", "level", "place", "measure", "value"]
    assert daily["date"].dtype == np.dtype("datetime64[D]")
    assert list(dict.fromkeys(daily["level"])) == ["city", "street"]
    assert (np.diff(daily["date"].astype(int)) >= 0).all()
    schema = pq.read_schema(tmp_path / "grids.parquet")
    assert schema.field("solution_minutes").metadata[b"unit"] == b"min"


def test_places_come_from_the_city_down_and_are_named_in_both_languages(tmp_path):
    run(tmp_path)
    places = read_table(tmp_path / "places.parquet")
    assert places["level"].tolist() == ["city", "street", "street"]
    assert places["place"].tolist() == [0, 0, 1]
    assert places["zh"].tolist() == ["小城", "甲街道", "乙街道"]
    assert places["en"].tolist() == ["Town", "Street A", "Street B"]
    assert places["parent"].tolist() == [-1, 0, 0]


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_the_same_run_gives_the_same_bytes_in_any_process(tmp_path, hash_seed):
    run(tmp_path / "here", events=True)
    code = f"import sys; sys.path.append({str(HERE)!r}); import test_experiments_run as t; from pathlib import Path; "
    code += f"t.run(Path({str(tmp_path / 'there')!r}), events=True)"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed}, cwd=HERE)
    assert hashes(tmp_path / "here") == hashes(tmp_path / "there")
    first, second = (
        json.loads((tmp_path / side / "run.json").read_text(encoding="utf-8")) for side in ("here", "there")
    )
    assert first["content_hash"] == second["content_hash"]


def test_another_seed_gives_other_results(tmp_path):
    run(tmp_path / "a")
    run(tmp_path / "b", seed=6)
    assert hashes(tmp_path / "a") != hashes(tmp_path / "b")


def test_the_event_log_names_events_and_dates(tmp_path):
    run(tmp_path, events=True)
    log = pq.read_table(tmp_path / "events.parquet")
    assert log.column_names == ["incident", "minute", "time", "kind", "organisation", "responder"]
    assert log.num_rows == 5 * DAYS
    first = log.slice(0, 1).to_pylist()[0]
    assert first["kind"] == "arise"
    assert str(first["time"]) == "2024-05-12 00:00:00"


def test_a_folder_holds_no_log_of_an_earlier_run(tmp_path):
    run(tmp_path, events=True)
    run(tmp_path)
    assert not (tmp_path / "events.parquet").exists()


def test_an_event_log_needs_a_folder():
    scenario = FakeScenario()
    with pytest.raises(ValueError, match="--out"):
        run_resolved(scenario.resolved(), "", seed=1, events=True, engine=engine)


def test_a_full_disk_leaves_the_earlier_run_as_it_was(tmp_path, monkeypatch):
    run(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write = Path.write_bytes

    def full(self, content):
        if "stages" in self.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left") as failure:
        run(tmp_path, seed=6)
    assert failure.value.filename == str(tmp_path / "stages.parquet")
    assert failure.value.errno == errno.ENOSPC
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
