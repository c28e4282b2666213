"""A comparison read back from its folder is the one that wrote it."""

import json

import numpy as np
import pytest
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.reading import read_comparison, read_run
from cogov.experiments.tables import json_bytes

SIDES = [FakeScenario("baseline"), FakeScenario("alliance_lists")]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return compare(SIDES, replications=2, workers=1, engine=engine, out=folder), folder


def test_the_comparison_is_the_same_to_the_last_digit(made):
    there, folder = made
    again = read_comparison(folder)
    assert json_bytes(again.to_dict()) == json_bytes(there.to_dict())
    for name, column in there.grid_table().items():
        assert np.array_equal(again.grid_table()[name], column, equal_nan=np.asarray(column).dtype.kind == "f"), name


def test_a_run_has_its_measures_in_the_order_of_the_run_and_nan_where_there_is_none(made):
    there, folder = made
    result, straight = read_run(folder / "runs" / "baseline" / "1"), engine(SIDES[0].resolved(), there.seeds[1])
    assert list(result.summary) == list(straight.summary)
    assert result.summary == pytest.approx(straight.summary, rel=0, abs=0, nan_ok=True)
    assert np.isnan(result.summary["calls.answered_share"])
    assert result.phases == straight.phases


def test_a_run_that_is_missing_is_an_error(made, tmp_path):
    _, folder = made
    facts = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    (tmp_path / "comparison.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"runs.baseline.0"):
        read_comparison(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"comparison\.json"):
        read_comparison(tmp_path / "nowhere")
