"""Files that outlive a run: canonical, whole or not there at all, and read back as they were."""

import errno
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cogov.experiments.tables import (
    ORDER,
    EventLog,
    in_order,
    json_bytes,
    parquet_bytes,
    read_table,
    sha256,
    write_bytes,
    write_together,
)
from cogov.model.ledger import LOG_KINDS
from cogov.model.state import LOG


def test_a_run_that_fails_leaves_no_event_log(tmp_path):
    def failing():
        with EventLog(tmp_path / "events.parquet", np.datetime64("2024-01-01"), ["arise"]) as log:
            log(LOG.rows(2))
            raise KeyError("stop")

    with pytest.raises(KeyError):
        failing()
    assert list(tmp_path.iterdir()) == []


def test_a_closed_event_log_takes_nothing(tmp_path):
    with pytest.raises(RuntimeError, match="not open"):
        EventLog(tmp_path / "events.parquet", np.datetime64("2024-01-01"), ["arise"])(LOG.rows(1))


def test_an_open_log_has_no_file_before_its_first_rows_which_an_interrupt_could_leave(tmp_path):
    log = EventLog(tmp_path / "events.parquet", np.datetime64("2024-06-01"), ["arise"])
    log.__enter__()
    assert list(tmp_path.iterdir()) == []
    log(LOG.rows(1))
    assert [path.suffix for path in tmp_path.iterdir()] == [".tmp"]
    log.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_events_has_an_empty_log(tmp_path):
    with EventLog(tmp_path / "events.parquet", np.datetime64("2024-06-01"), ["arise"]):
        pass
    table = pq.read_table(tmp_path / "events.parquet")
    assert (table.num_rows, table.column_names) == (0, EventLog.SCHEMA.names)


def test_json_is_canonical():
    assert json_bytes({"b": np.float64("nan"), "a": np.int64(1)}) == b'{\n "a": 1,\n "b": null\n}\n'


def test_rows_come_in_one_order_whatever_order_they_had():
    columns = {"grid": np.array([2, 0, 1]), "kind": np.array(["b", "a", "c"])}
    turned = {name: values[::-1] for name, values in columns.items()}
    assert parquet_bytes(in_order("grids", columns)) == parquet_bytes(in_order("grids", turned))
    with pytest.raises(ValueError, match="lacks grid"):
        in_order("grids", {"kind": columns["kind"]})
    with pytest.raises(ValueError, match="differ in length"):
        in_order("grids", {"grid": np.arange(2), "kind": columns["kind"]})


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr("os.replace", lambda *a: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        write_bytes(tmp_path / "x.json", b"1")
    assert list(tmp_path.iterdir()) == []


def test_an_event_log_on_a_full_disk_names_its_file(tmp_path, monkeypatch):
    log = EventLog(tmp_path / "events.parquet", np.datetime64("2024-06-01", "s"), ["arise"])

    def full(*_):
        raise OSError(errno.ENOSPC, "Error writing bytes to file")

    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.write_table", full)
    with pytest.raises(OSError, match="No space left") as failure, log:
        log(LOG.rows(3))
    assert failure.value.filename == str(tmp_path / "events.parquet")
    assert list(tmp_path.iterdir()) == []


def test_numbers_of_any_library_become_plain_ones_however_deep():
    content = {"b": [np.int64(1), (np.float64("inf"), np.nan)], "a": np.array([1.5, np.nan]), 3: "字"}
    assert json_bytes(content) == json_bytes({"b": [1, [None, None]], "a": [1.5, None], "3": "字"})
    assert "字".encode() in json_bytes(content)


def test_levels_are_sorted_from_the_city_down_and_text_by_its_letters():
    levels = np.array(["street", "grid", "city", "community", "district", "street"])
    columns = {"level": levels, "place": np.array([1, 0, 0, 0, 0, 0]), "zh": np.array(list("fgabcd"))}
    got = in_order("places", columns)
    assert got["level"].tolist() == ["city", "district", "street", "street", "community", "grid"]
    assert got["place"].tolist() == [0, 0, 0, 1, 0, 0]
    assert got["zh"].tolist() == list("acdfbg")
    assert list(ORDER) == ["daily", "grids", "stages", "organisations", "places"]


def test_a_table_is_read_back_as_it_was_written(tmp_path):
    columns = {
        "date": np.array(["2024-06-02", "2024-06-01"], dtype="datetime64[D]"), "zh": np.array(["乙", ""]),
        "value": np.array([1.5, np.nan]), "needs": np.array([3, 4]),
    }  # fmt: skip
    write_bytes(tmp_path / "t.parquet", parquet_bytes(columns))
    got = read_table(tmp_path / "t.parquet")
    assert list(got) == list(columns)
    for name, values in columns.items():
        assert got[name].dtype.kind == values.dtype.kind, name
        assert np.array_equal(got[name], values, equal_nan=values.dtype.kind == "f"), name
    field = pq.read_schema(tmp_path / "t.parquet").field("needs")
    assert field.metadata[b"unit"] == b"needs"


def test_files_that_belong_together_are_replaced_together(tmp_path, monkeypatch):
    first = write_together(tmp_path, {"a": b"1", "b": b"2"})
    assert first == {"a": sha256(b"1"), "b": sha256(b"2")}
    written = []
    write = type(tmp_path).write_bytes

    def failing(self, content):
        written.append(self.name)
        if len(written) == 2:
            raise OSError(errno.EIO, "Input/output error")
        return write(self, content)

    monkeypatch.setattr(type(tmp_path), "write_bytes", failing)
    with pytest.raises(OSError, match="Input/output error") as failure:
        write_together(tmp_path, {"a": b"3", "b": b"4"})
    assert failure.value.filename == str(tmp_path / "b")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"1", "b": b"2"}


def test_the_event_log_turns_codes_and_minutes_into_words_and_times(tmp_path):
    rows = LOG.rows(3)
    last = LOG_KINDS[-1][0]
    rows["incident"], rows["minute"], rows["kind"] = (1 << 60, 2, 3), (0, 1439, 1440), (0, 2, len(LOG_KINDS) - 1)
    rows["organisation"], rows["responder"] = (-1, 5, 7), (-1, 1 << 50, -1)
    with EventLog(tmp_path / "events.parquet", np.datetime64("2024-06-01"), [kind for kind, _, _ in LOG_KINDS]) as log:
        log(rows[:2])
        log(rows[2:])
    table = pq.read_table(tmp_path / "events.parquet")
    assert table.num_rows == 3
    assert table["incident"].to_pylist() == [1 << 60, 2, 3]  # keys do not fit into a float
    assert table["responder"].to_pylist() == [-1, 1 << 50, -1]
    assert table["kind"].to_pylist() == ["arise", "report", last]
    assert [str(t) for t in table["time"].to_pylist()] == [
        "2024-06-01 00:00:00", "2024-06-01 23:59:00", "2024-06-02 00:00:00",
    ]  # fmt: skip
    assert pa.types.is_timestamp(table.schema.field("time").type)


def test_what_is_no_ordinary_file_is_not_replaced(tmp_path):
    (tmp_path / "report.html").mkdir()
    os.mkfifo(tmp_path / "summary.json")
    for name in ("report.html", "summary.json"):
        with pytest.raises(OSError, match="no ordinary file") as raised:
            write_together(tmp_path, {"fine.json": b"{}", name: b"{}"})
        assert raised.value.filename == str(tmp_path / name)
        assert not (tmp_path / "fine.json").exists()
