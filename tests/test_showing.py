"""How commands show what they found: JSON or a table, and on standard error how far they are."""

import json

import pytest
from rich.table import Table

from cogov import showing
from cogov.commands import Speaking
from cogov.options import Lang


def test_facts_are_json_or_what_is_rendered_and_never_both(capsys):
    showing.give({"b": "街道", "a": [1]}, True, lambda: pytest.fail("was rendered"))
    out = capsys.readouterr().out
    assert json.loads(out) == {"a": [1], "b": "街道"}
    assert "街道" in out
    assert out.index('"a"') < out.index('"b"')
    showing.give({}, False, lambda: "a table")
    assert capsys.readouterr().out == "a table\n"


def test_json_has_no_numbers_that_are_none(capsys):
    with pytest.raises(ValueError, match="not JSON compliant"):
        showing.print_json({"x": float("nan")})


@pytest.mark.parametrize(("columns", "width"), [(None, showing.PIPED_WIDTH), ("60", 60)])
def test_a_table_that_is_not_printed_to_a_terminal_has_room(capsys, monkeypatch, columns, width):
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    table = Table(expand=True)
    table.add_column("x")
    showing.print_made(table)
    assert max(map(len, capsys.readouterr().out.splitlines())) == width


def test_the_language_is_the_commands_own_or_that_of_the_line(monkeypatch):
    monkeypatch.setattr(Speaking, "lang", "zh")
    assert (showing.lang_of(None), showing.lang_of(Lang.en)) == ("zh", "en")


def test_how_far_it_is_goes_to_standard_error_run_by_run(capsys):
    with showing.progress_bar("x", "en") as tell:
        tell(0, 2)
        tell(1, 2)
        tell(2, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.rpartition(" ")[2] for line in err.splitlines() if "/" in line] == ["1/2", "2/2"]
    with showing.progress_bar("x") as tell:
        tell(1, 2)
    assert "1/2" not in capsys.readouterr().err


def test_compilation_is_announced_once_and_old_code_goes_then(capsys, monkeypatch):
    done = []
    monkeypatch.setattr("cogov.caches.mark_used", lambda folder: done.append("used"))
    monkeypatch.setattr("cogov.caches.remove_unused", lambda folder: done.append("removed"))
    for warm, wanted in ((True, ["used"]), (False, ["removed", "used"])):
        monkeypatch.setattr("cogov.model.compiled.is_warm", lambda warm=warm: warm)
        done.clear()
        showing.announce_compilation("en")
        assert done == wanted
        assert (capsys.readouterr().err != "") == (not warm)
