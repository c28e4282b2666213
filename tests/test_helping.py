"""Help in the language that was asked for: Typer's own words too, and nothing of it stays for the next page."""

import pytest
import typer
from typer import rich_utils
from typer.testing import CliRunner

from cogov.cli import app
from cogov.helping import _usage

SIGNS = (
    "OPTIONS_PANEL_TITLE",
    "ARGUMENTS_PANEL_TITLE",
    "COMMANDS_PANEL_TITLE",
    "DEFAULT_STRING",
    "REQUIRED_LONG_STRING",
)


def page(*words, width=100):
    return CliRunner(env={"COLUMNS": str(width), "TERM": "dumb"}).invoke(app, [*words], prog_name="cogov").stdout


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("compare", "--help"), ("experiment", "--help")])
def test_a_page_in_chinese_has_none_of_typers_english(words):
    text = page("--lang", "zh", *words)
    for english in ("Usage", "Options", "Commands", "Arguments", "default:", "required", "Show this message"):
        assert english not in text, english
    assert "用法" in text


def test_a_page_in_english_is_as_typer_writes_it_also_after_one_in_chinese():
    first = page("--lang", "en", "run", "--help")
    page("--lang", "zh", "run", "--help")
    assert page("--lang", "en", "run", "--help") == first
    assert "Usage: cogov run [OPTIONS]" in first


def test_typers_words_are_put_back():
    before = {name: getattr(rich_utils, name) for name in SIGNS}
    page("--lang", "zh", "--help")
    assert {name: getattr(rich_utils, name) for name in SIGNS} == before


def test_chinese_is_broken_into_lines_and_not_cut():
    narrow = page("--lang", "zh", "run", "--help", width=60)
    assert "…" not in narrow


@pytest.mark.parametrize(("usage", "said"), [
    ("Usage: cogov compare {SCENARIO...}...", "Usage: cogov compare SCENARIO..."),
    ("Usage: cogov run [OPTIONS] [SCENARIO]", "Usage: cogov run [OPTIONS] [SCENARIO]"),
])  # fmt: skip
def test_an_argument_of_several_words_has_its_dots_once(usage, said):
    assert _usage(usage, "en") == said
    assert not _usage(usage, "zh").startswith("Usage")
    assert typer
