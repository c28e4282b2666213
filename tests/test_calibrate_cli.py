"""The commands about calibration: files and a page, in both languages, and one message for what is missing."""

import json

import made_up_export as export
from typer.testing import CliRunner

from cogov.cli import app
from cogov.experiments.calibration import fitting


def test_the_command_writes_all_and_speaks_both_languages(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = export.write(tmp_path, [*export.tickets(300), export.ROW[:-1]], "gb18030")
    words = ["calibrate", str(path), "--map", export.mapping(tmp_path), "--out", "made"]
    zh = CliRunner().invoke(app, [*words, "--lang", "zh"])
    assert (zh.exit_code, zh.exception) == (0, None)
    assert "字段数与表头不符" in zh.stdout
    assert (tmp_path / "made" / "calibration.html").exists()
    assert "302,fields" in (tmp_path / "made" / "bad_rows.csv").read_text(encoding="utf-8")
    plain = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert (plain["rows"], plain["bad"], plain["encoding"]) == (301, {"fields": 1}, "gb18030")
    wrong = CliRunner().invoke(app, ["calibrate", "none.csv", "--map", "boston_311", "--lang", "zh"])
    assert (wrong.exit_code, wrong.stderr) == (2, "none.csv: 没有这个文件\n")


def test_without_the_libraries_one_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(fitting.importlib.util, "find_spec", lambda name: None)
    for lang, word in (("en", "pip install 'cogov[calibration]'"), ("zh", "请安装")):
        result = CliRunner().invoke(app, ["fit", "targets.toml", "--lang", lang])
        assert result.exit_code == 2
        assert word in result.stderr
