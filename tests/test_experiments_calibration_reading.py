"""Exports of tickets: read in either encoding, with every row that cannot be used told by line and reason."""

import gzip

import made_up_export as export
import pandas as pd
import pytest

from cogov.experiments.calibration.mapping import load_mapping
from cogov.experiments.calibration.tickets import REASONS, read_tickets
from cogov.scenarios.errors import ScenarioError


def read(tmp_path, rows, text=export.MAP, **more):
    return read_tickets(export.write(tmp_path, rows, **more), load_mapping(export.mapping(tmp_path, text)))


def row(**changes):
    names = dict(zip(("id", "opened", "closed", "due", "category", "group", "place", "status"), range(8), strict=True))
    made = list(export.ROW)
    for name, value in changes.items():
        made[names[name]] = value
    return made


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_both_encodings_plain_and_packed_read_the_same(tmp_path, encoding, packed):
    made = read(tmp_path, export.tickets(60), encoding=encoding, packed=packed)
    assert (len(made.rows), len(made.bad), made.encoding) == (60, 0, encoding.removesuffix("-sig"))
    assert set(made.rows["category"]) == {"噪声扰民", "路灯", "道路破损"}
    assert made.rows["opened"].iloc[0] == pd.Timestamp("2024-03-01", tz="Asia/Shanghai") + (
        made.rows["local"].iloc[0] - pd.Timestamp("2024-03-01")
    )


def test_every_kind_of_bad_row_is_counted_and_listed_with_its_line(tmp_path):
    bad = {
        "fields": [*export.ROW, "more"], "repeated": row(closed=""), "no_category": row(id="2", category=""),
        "no_opened": row(id="3", opened=""), "opened": row(id="4", opened="yesterday"),
        "closed": row(id="5", closed="2024-02-30 00:00:00"), "due": row(id="6", due="soon"),
        "backwards": row(id="7", closed="2024-02-01 00:00:00"), "future": row(id="8", closed="2024-07-01 00:00:00"),
    }  # fmt: skip
    text = export.MAP.replace('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\nuntil = 2024-06-01T00:00:00')
    path = export.write(tmp_path, [row(), *bad.values()])
    with path.open("ab") as more:
        more.write(",".join(row(id="9")).encode().replace("甲".encode(), b"\xff\xfe") + b"\n")
    made = read_tickets(path, load_mapping(export.mapping(tmp_path, text)))
    assert (len(made.rows), made.total) == (1, 11)
    assert made.reasons() == dict.fromkeys(REASONS, 1)
    assert list(zip(made.bad["line"], made.bad["reason"], strict=True)) == [*zip(range(3, 12), bad, strict=True),
                                                                            (12, "bytes")]  # fmt: skip
    assert made.bad["value"].iloc[4] == "yesterday"


def test_open_tickets_are_censored_at_the_moment_of_the_export(tmp_path):
    made = read(tmp_path, [row(id="1"), row(id="2", closed="")])
    assert made.until == pd.Timestamp("2024-03-02 09:00", tz="Asia/Shanghai")
    assert list(made.rows["hours"]) == [24.0, 24.0]
    assert list(made.rows["is_open"]) == [False, True]


def test_times_with_an_offset_and_summer_time(tmp_path):
    text = export.MAP.replace("Asia/Shanghai", "America/New_York")
    made = read(tmp_path, [
        row(id="1", opened="2024-03-10T06:30:00Z", closed="2024-03-10T04:00:00-04:00"),  # the clock jumps at 2
        row(id="2", opened="2024-03-09 12:00:00", closed="2024-03-10 12:00:00"),
        row(id="3", opened="2024-03-10 02:30:00", closed="2024-03-10 04:00:00"),
    ], text)  # fmt: skip
    assert list(made.rows["hours"]) == [1.5, 23.0, 1.0]
    assert made.clock == 1
    assert made.rows["local"].iloc[0] == pd.Timestamp("2024-03-10 01:30")


def test_a_pattern_and_values_pick_tickets(tmp_path):
    text = export.MAP.replace('values = ["重复件"]', 'pattern = "^重复"') + (
        '\n[rules.arrivals]\ncolumn = "承办单位"\nvalues = ["城管"]\n'
    )
    text = (
        text.replace("[categories]", "")
        .replace('noise = ["噪声扰民"]\n', "")
        .replace('facility = ["路灯", "道路破损"]\n', "")
    )
    made = read(tmp_path, [row(id="1"), row(id="2", status="重复工单", group="街道")], text)
    assert list(made.rows["duplicate"]) == [False, True]
    assert list(made.rows["arrival"]) == [True, False]


def told(work):
    with pytest.raises(ScenarioError) as error:
        work()
    return error.value.told("en"), error.value.told("zh")


@pytest.mark.parametrize(
    ("old", "new", "english", "chinese"),
    [
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Shanhai"', 'time.zone ("Asia/Shanhai"): no time zone has this name',
         "没有这个名称的时区"),
        ('opened = "受理时间"', 'openned = "受理时间"', "columns.openned (\"受理时间\"): no such key", "没有这个键"),
        ('format = 1\n', "format = 2\n", "format (2): must be 1", "应为 1"),
        ('closed = "办结时间"\n', "", "columns.closed: is missing: column of the time it was closed", "缺少"),
        ('noise = ["噪声扰民"]', 'noize = ["噪声扰民"]', "categories.noize: no category of need has this id",
         "没有这个编号的事项类别"),
        ('facility = ["路灯",', 'facility = ["噪声扰民",', "stands under noise too", "只能归入一个类别"),
        ('values = ["重复件"]', 'pattern = "("', "rules.duplicate.pattern (\"(\"): is no regular expression",
         "不是正则表达式"),
        ('values = ["重复件"]', "values = []", "rules.duplicate: give either values, or a pattern", "二者选一"),
        ('"ISO8601"]', '"iso"]', 'time.formats ("iso"): must be forms such as', "应为"),
        ('id = "mine"', 'id = "yours"', 'id ("yours"): must be the file\'s name', "应为文件名"),
        ("[columns]", "[columns", "not TOML at line", "不是 TOML"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_told_with_its_place(tmp_path, old, new, english, chinese):
    assert old in export.MAP
    path = export.mapping(tmp_path, export.MAP.replace(old, new, 1))
    en, zh = told(lambda: load_mapping(path))
    assert english in en
    assert chinese in zh


def test_an_unknown_shipped_mapping_and_a_missing_file(tmp_path):
    en, zh = told(lambda: load_mapping("boston_31"))
    assert "shipped: boston_311, hotline_12345, simulated_run" in en
    assert "did you mean boston_311?" in en
    assert "没有自带这样的文件" in zh
    assert told(lambda: load_mapping(str(tmp_path / "none.toml")))[0].endswith("no such file")


def test_shipped_mappings_are_sound():
    for name in ("boston_311", "hotline_12345", "simulated_run"):
        assert load_mapping(name).id == name


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (b"", "is empty: its first line must name the columns", "是空的"),
        ((",".join(export.HEAD) + "\n").encode(), "has no rows below its first line", "没有数据"),
        ((",".join(export.HEAD[:-1]) + "\n").encode(), "a column 状态 that the file lacks", "没有的列"),
        ((",".join([*export.HEAD, "状态"]) + "\n").encode(), "2 columns are called 状态", "有 2 列"),
        (gzip.compress(bytes(range(256)) * 40)[:-40], "is damaged: it cannot be unpacked", "已损坏"),
        ((",".join(export.HEAD) + "\n" + ",".join(row(opened="?")) + "\n").encode(),
         "none of its 1 rows can be used (opened 1)", "没有一行可以采用"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_one_message(tmp_path, content, english, chinese):
    path = tmp_path / "tickets.csv"
    path.write_bytes(content)
    en, zh = told(lambda: read_tickets(path, load_mapping(export.mapping(tmp_path))))
    assert english in en
    assert chinese in zh
    assert "\n" not in en


def test_no_file_and_a_folder(tmp_path):
    mapping = load_mapping(export.mapping(tmp_path))
    assert told(lambda: read_tickets(tmp_path / "none.csv", mapping))[0].endswith("none.csv: no such file")
    assert told(lambda: read_tickets(tmp_path, mapping))[0].endswith("is a folder, not a file")
