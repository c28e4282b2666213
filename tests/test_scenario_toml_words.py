"""Complaints of the TOML parser are said in words, in both languages."""

import ast
import inspect
import tomllib
from importlib import import_module

import pytest

from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.sources import parse
from cogov.scenarios.toml_words import in_words

BAD = {
    "a : 1": "a key has to be followed by =",
    "a = [1,": "a value is missing or cannot begin so; text has to stand in quotes",
    "a = gulou": "a value is missing or cannot begin so; text has to stand in quotes",
    "a = [1": "the list does not end; ] is missing",
    'a = "x': "the sign '\\n' may not stand here",
    "a = 'x": "' is expected here",
    "a = 1 b = 2": "a line has to end behind its value",
    "a = 2024-02-31": "there is no such date or time",
    "[a\nb = 1": "the name of a table has to end with ]",
    "[[a]\nb = 1": "the name of a table of a list has to end with ]]",
    "[a]\n[a]": "the table a stands there twice",
    "[a.b]\n[a.b]": "the table a.b stands there twice",
    "a = 1\na = 2": "this key has a value already",
    "= 1": "this is neither a key, a table in brackets nor a comment",
    'a = "\\d"': "a backslash in quotes is written twice, or put the text into '...'",
    'a = "\\x"': None,
    "a = '''x": None,
    "a = { b = 1, b = 2 }": "the key 'b' stands there twice",
    "a = { b = 1 }\n[a.c]": None,
    "名 = 1": "this is neither a key, a table in brackets nor a comment",
}


@pytest.mark.parametrize(("text", "why"), BAD.items())
def test_a_mistake_is_said_in_both_languages_with_its_line(text, why):
    with pytest.raises(ScenarioError) as caught:
        parse(text + "\n", "mine.toml")
    (problem,) = caught.value.problems
    assert problem.line in (1, 2)
    assert why is None or str(problem).endswith(f": {why}")
    said = problem.of("zh").rpartition("不是 TOML：")[2]
    assert any("一" <= sign <= "鿿" for sign in said), said


def complaints():
    """Yield the texts that the parser of this Python complains with, gaps filled in."""
    for node in ast.walk(ast.parse(inspect.getsource(import_module("tomllib._parser")))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "suffixed_err":
            text = node.args[2]
            parts = [text] if isinstance(text, ast.Constant) else text.values
            yield "".join(part.value if isinstance(part, ast.Constant) else "'a'" for part in parts)


def test_all_that_the_parser_can_complain_of_has_its_words():
    found = set(complaints())
    assert len(found) > 15
    assert [text for text in found if in_words(text).of("zh") == text] == []


def test_what_another_parser_says_is_passed_on():
    assert in_words("Something new {x}").of("zh") == "Something new {x}"
    assert issubclass(tomllib.TOMLDecodeError, ValueError)
