"""The example programs of docs/examples run from end to end, as a reader would run them."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Be in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_example_is_run_here():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {"experiment", "sensitivity", "workbench"}


def test_the_notebook_runs_stops_by_itself_and_reads_its_tables(place, capsys):
    found = runpy.run_path(str(EXAMPLES / "experiment.py"))
    assert found["found"]["state"] in ("reached", "at_most")
    assert pd.read_parquet(place / "cadres" / "runs")["run"].nunique() == found["found"]["runs"]
    said = capsys.readouterr().out
    assert "0 failed" in said
    assert "few_points" in said
    assert {"baseline", "cadre_sinking"} <= set(found["table"]["scenario"])


def test_salib_samples_and_analyses_our_points(place):
    found = runpy.run_path(str(EXAMPLES / "sensitivity.py"))
    assert len(found["response"]) == 24
    shares = dict(zip(found["problem"]["names"], found["first_order"]["S1"], strict=True))
    assert shares["demand.scale"] > 0.5  # a street with four times the needs has more cases open


def test_the_ema_workbench_drives_the_model_and_finds_a_box(place, monkeypatch):
    pytest.importorskip("ema_workbench", reason="the EMA workbench comes with the extra examples")
    found = runpy.run_path(str(EXAMPLES / "workbench.py"))
    assert len(found["experiments"]) == 40
    few, many = (found["outcomes"]["hours"][found["experiments"]["policy"] == p].mean() for p in ("few", "many"))
    assert many > few > 0
    assert found["bad"].sum() > 5
