"""How the words of a command line are read, and what is said about those that cannot be."""

import datetime as dt
import warnings
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from cogov.commands import Misread, Speaking, day, folder, language, whole
from cogov.scenarios.sentences import Told, t


class Ours(Told, UserWarning):
    """A warning that has its words."""


app = typer.Typer(cls=Speaking, add_completion=False)


Number = Annotated[int, typer.Option("--n", parser=whole(1, 9), metavar="N")]
Sets = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE")]


@app.command()
def count(name: str, n: Number = 1, sets: Sets = None) -> None:
    """Count."""
    if name == "mistake":
        raise RuntimeError("ours")
    if name == "warned":
        warnings.warn(Ours(t("all")), stacklevel=1)
    if name == "memory":
        raise MemoryError
    typer.echo(f"{name} {n}")


@app.command()
def other() -> None:
    """Do something else."""


def call(*words):
    done = CliRunner().invoke(app, [*words], prog_name="cogov")
    return done.exit_code, done.stdout.strip(), done.stderr.strip(), done.exception


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("9", 9), (4, 4)])
def test_whole_numbers_are_read(text, number):
    assert whole(1, 9)(text) == number


@pytest.mark.parametrize(
    ("text", "said"), [("0", "at least 1"), ("1.5", "at least 1"), ("", "at least 1"), ("10", "at most 9")]
)
def test_other_numbers_are_refused_with_what_is_allowed(text, said):
    with pytest.raises(Misread) as error:
        whole(1, 9)(text)
    assert said in error.value.said.of("en")


def test_dates_are_read_in_one_form_and_have_to_exist():
    assert day("2024-02-29") == day(dt.date(2024, 2, 29)) == dt.date(2024, 2, 29)
    for text, said in (
        ("2023-02-29", "there is no such day"),
        ("1 June", "must be a date"),
        ("20240601", "must be a date"),
    ):
        with pytest.raises(Misread, match=said):
            day(text)


def test_a_folder_has_a_name():
    assert folder("a/b") == Path("a/b")
    for text in ("", "  "):
        with pytest.raises(Misread, match="is empty"):
            folder(text)


def test_the_language_is_the_one_asked_for_or_that_of_the_environment(monkeypatch):
    monkeypatch.setattr("cogov.commands.default_lang", lambda: "zh")
    assert language(["run", "--lang", "en"]) == language(["--lang=en", "run"]) == "en"
    assert language(["run", "--lang", "fr"]) == language(["run", "--lang"]) == language([]) == "zh"


@pytest.mark.parametrize(("words", "said"), [
    (("cuont", "x"), "there is no command cuont; did you mean count?"),
    (("count",), "name is missing"),
    (("count", "x", "--nn", "2"), "there is no option --nn"),
    (("count", "x", "--n"), "--n needs a value"),
    (("count", "x", "--n", "12"), '--n ("12"): must be at most 9'),
    (("count", "x", "n=2"), "there is no place for n=2; did you mean --n 2?"),
    (("count", "x", "handling.fix=2"), "there is no place for handling.fix=2; did you mean --set handling.fix=2?"),
    (("count", "x", "y"), "there is no place for y"),
])  # fmt: skip
def test_a_mistake_in_the_words_is_one_line_that_says_where_to_look(words, said):
    code, out, err, _ = call(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert "--help)" in err
    assert len(err.splitlines()) == 1


def test_what_lies_outside_ends_with_its_code_and_a_mistake_of_ours_with_its_traceback():
    assert call("count", "x", "--n", "3")[:2] == (0, "x 3")
    code, _, err, _ = call("count", "memory")
    assert code == 1
    assert "out of memory" in err
    assert isinstance(call("count", "mistake")[3], RuntimeError)


@pytest.mark.parametrize(("lang", "words"), [("en", "all"), ("zh", "全部")])
def test_a_warning_that_has_its_words_is_one_line_in_the_language_of_the_command(monkeypatch, lang, words):
    monkeypatch.setenv("LANG", {"en": "C", "zh": "zh_CN.UTF-8"}[lang])
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    assert call("count", "warned") == (0, "warned 1", words, None)
