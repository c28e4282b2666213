"""Declared tables: layout, zeroed rows, and a check that names the first bad value."""

from __future__ import annotations

import numpy as np
import pytest

from cogov.agents import places, responders
from cogov.agents.columns import LINE, Column, Table, append_rows
from cogov.model import incidents, state, wheel

PETS = Table("pets", "宠物", "Pets", (
    Column("key", "i8", "id", "编号", "key"),
    Column("age", "f8", "year", "年龄", "age", 0, 30),
    Column("teeth", "i4", "1", "牙", "teeth of each side", -1, 20, 2),
))  # fmt: skip


def test_the_layout_is_the_declaration():
    assert PETS.dtype == np.dtype([("key", "i8"), ("age", "f8"), ("teeth", "i4", (2,))])
    rows = PETS.rows(3)
    assert rows.shape == (3,)
    assert rows["teeth"].shape == (3, 2)
    assert not rows.tobytes().strip(b"\0")


@pytest.mark.parametrize(("columns", "size"), [(7, 56), (8, 64), (9, 128), (17, 192)])
def test_a_row_fills_whole_cache_lines_once_it_is_longer_than_one(columns, size):
    table = Table("many", "多", "Many", tuple(Column(f"c{i}", "i8", "1", "列", "column") for i in range(columns)))
    assert table.dtype.itemsize == size
    assert table.rows(2).ctypes.data % LINE == 0


def test_narrow_columns_lie_where_the_processor_wants_them():
    row = Table("mixed", "混", "Mixed", (
        Column("flag", "i1", "1", "标", "flag"), Column("key", "i8", "id", "键", "key"),
        Column("n", "i2", "1", "数", "n"), Column("at", "i4", "min", "时", "at"))).dtype  # fmt: skip
    assert {name: row.fields[name][1] % row.fields[name][0].itemsize for name in row.names} == {
        "flag": 0, "key": 0, "n": 0, "at": 0}  # fmt: skip


def test_joined_rows_keep_content_and_layout():
    first, second = PETS.rows(2), PETS.rows(1)
    first["key"], second["key"] = [1, 2], [3]
    both = append_rows(first, second)
    assert both.dtype == PETS.dtype
    assert both["key"].tolist() == [1, 2, 3]


def test_bounds_are_allowed_values():
    rows = PETS.rows(2)
    rows["age"], rows["teeth"] = [0, 30], [[-1, 20], [0, 0]]
    PETS.check(rows)
    PETS.check(PETS.rows(0))


@pytest.mark.parametrize(("name", "row", "value", "shown"), [
    ("age", 1, 30.5, "outside 0 to 30 year"),
    ("age", 2, -0.1, "outside 0 to 30 year"),
    ("age", 0, float("nan"), "outside 0 to 30 year"),
    ("key", 2, -1, "outside 0 to inf id"),
    ("teeth", 1, [0, 21], "outside -1 to 20 1"),
])  # fmt: skip
def test_the_first_bad_value_is_named(name, row, value, shown):
    rows = PETS.rows(3)
    rows[name][row] = value
    with pytest.raises(ValueError, match=rf"table pets, row {row}, column {name}: .*{shown} \(1 rows in all\)"):
        PETS.check(rows)


def test_all_bad_rows_are_counted():
    rows = PETS.rows(4)
    rows["age"] = [1, 99, 2, 99]
    with pytest.raises(ValueError, match=r"row 1, column age: .*\(2 rows in all\)"):
        PETS.check(rows)


@pytest.mark.parametrize("table", [
    *places.PLACE_TABLES, responders.RESPONDERS, state.NEEDS, state.CASES, state.POOLS, state.CALLS, state.LOG,
    state.LINE_WORK, incidents.CATEGORIES, wheel.NODES], ids=lambda t: t.name)  # fmt: skip
def test_every_table_of_the_model_is_named_in_both_languages_with_units(table):
    names = [c.name for c in table.columns]
    assert len(set(names)) == len(names)
    for c in table.columns:
        assert c.unit, c.name
        assert c.en, c.name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in c.zh), c.name
        assert c.high is None or c.low < c.high, c.name
