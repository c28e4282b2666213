"""Parquet files of a table that grew part by part: joined whatever they lack, and read as NumPy has it."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cogov.experiments.parts import columns, join
from cogov.experiments.tables import file_sha256


def written(folder, name, **table):
    path = folder / f"{name}.parquet"
    pq.write_table(pa.table(table), path)
    return path


def test_all_rows_come_after_one_another_a_group_a_part(tmp_path):
    parts = [written(tmp_path, "a", run=["x", "y"], value=[1.0, 2.0]), written(tmp_path, "b", run=["z"], value=[3.0])]
    digest = join(parts, tmp_path / "all.parquet")
    whole = pq.read_table(tmp_path / "all.parquet")
    assert whole.to_pydict() == {"run": ["x", "y", "z"], "value": [1.0, 2.0, 3.0]}
    assert pq.ParquetFile(tmp_path / "all.parquet").num_row_groups == 2
    assert digest == file_sha256(tmp_path / "all.parquet")


def test_a_column_that_one_part_lacks_is_empty_there(tmp_path):
    parts = [written(tmp_path, "a", run=["x"], more=["m"]), written(tmp_path, "b", run=["y"], other=[7])]
    join(parts, tmp_path / "all.parquet")
    found = pq.read_table(tmp_path / "all.parquet").to_pydict()
    assert found == {"run": ["x", "y"], "more": ["m", None], "other": [None, 7]}


def test_numbers_dates_and_text_come_back_as_numpy_has_them():
    table = pa.table({
        "n": pa.array([1, 2], pa.int16()), "x": [0.5, float("nan")], "name": ["街道", "a"],
        "date": np.array(["2024-06-01", "2024-06-02"], dtype="datetime64[D]"),
        "kind": pa.array(["b", "b"]).dictionary_encode(),
    })  # fmt: skip
    found = columns(table)
    assert (found["n"].dtype, found["n"].tolist()) == (np.dtype("i2"), [1, 2])
    assert np.isnan(found["x"][1])
    assert (found["name"].dtype.kind, found["name"].tolist()) == ("U", ["街道", "a"])
    assert found["kind"].tolist() == ["b", "b"]
    assert found["date"].astype("datetime64[D]").tolist() == table["date"].to_pylist()


def test_text_in_several_pieces_with_other_words_in_each_is_read_whole():
    column = pa.chunked_array([pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", "a"]).dictionary_encode()])
    assert columns(pa.table({"x": column}))["x"].tolist() == ["a", "b", "c", "a"]


def test_text_that_is_missing_is_told_as_none_and_an_empty_column_is_text():
    assert columns(pa.table({"x": pa.array(["a", None])}))["x"].tolist() == ["a", "None"]
    empty = columns(pa.table({"x": pa.chunked_array([], pa.string())}))["x"]
    assert (len(empty), empty.dtype.kind) == (0, "U")
