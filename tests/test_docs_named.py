"""What the documents name is there: commands with their options, modules, targets of make, files; no example untested.

Commands that documents show to be typed are run by ``test_docs``; here all of them are held against the command line as
it is, those inside sentences too, and in both languages.
"""

import importlib.util
import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cogov.cli import app
from cogov.experiments.experiment import load_experiment

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ["README.md", "README.zh.md", "CONTRIBUTING.md",
             *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]  # fmt: skip
TO_BE_WRITTEN = {"scenarios/policies/more_patrols.py", "tests/test_policy_more_patrols.py", "agents/press.py",
                 "tests/test_agents_press.py", "tests/test_x.py"}  # fmt: skip
"""Files that a document has its reader write, and one that stands for any."""
FENCES = {
    "README": {"", "python"}, "docs/tutorial": {"", "toml"}, "docs/howto": {"", "toml", "python"},
    "docs/output": {"", "python"},
    "docs/calibration": {"", "toml"}, "docs/experiments": {"", "toml", "bash"},
    "docs/add_policy": {"", "python", "toml", "diff"},
    "docs/add_stakeholder": {"python", "diff"}, "docs/odd": {"python"}, "docs/reference": {"python"},
    "docs/performance": {""}, "CONTRIBUTING": {""},
}  # fmt: skip
"""Kinds of examples by document: ``test_docs``, ``test_docs_adding``, ``test_end_to_end`` and this file run them; those
of ``odd`` and ``reference`` are printed from the code that runs."""


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def fences(text):
    """Return kind and content of each fenced block."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def typed(text):
    """Return every piece of a document that is to be typed: lines of blocks, and code within sentences."""
    lines = [line for kind, block in fences(text) if kind in ("", "bash") for line in block.splitlines()]
    sentences = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return lines + re.findall(r"`([^`]+)`", sentences)


def calls(text, program):
    """Return the words after a program in every piece that calls it, comments and brackets taken off."""
    found = []
    for piece in typed(text):
        words = re.sub(r"\s#.*", "", piece).replace("[", " ").replace("]", " ").split()
        names = [re.sub(r"^\.venv/bin/", "", word) for word in words]
        if names[: len(program)] == program:
            found.append(words[len(program) :])
    return found


def wrong(words, command, said="cogov"):
    """Return what a call names that the command line does not have."""
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        first, *words = words
        several = first.split("|")
        if lost := [name for name in several if name not in command.commands]:
            return [f"{said}: no command {name}" for name in lost]
        if len(several) > 1:
            return []
        command, said = command.commands[first], f"{said} {first}"
    known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    options = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    return [f"{said}: no option {name}" for name in options if name not in known]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_and_options_are_there(name):
    command = get_command(app)
    assert [said for words in calls(text_of(name), ["cogov"]) for said in wrong(words, command)] == []


def test_a_command_or_an_option_that_is_not_there_is_found():
    text = (
        "Type `cogov runn baseline`, `cogov run x --seeds 3` or\n\n```\n.venv/bin/cogov experiment chek a.toml\n```\n"
    )
    said = [said for words in calls(text, ["cogov"]) for said in wrong(words, get_command(app))]
    assert said == ["cogov experiment: no command chek", "cogov: no command runn", "cogov run: no option --seeds"]


def test_many_commands_are_looked_at():
    assert sum(len(calls(text_of(name), ["cogov"])) for name in DOCUMENTS) > 150


@pytest.mark.parametrize("name", DOCUMENTS)
def test_modules_that_are_called_are_there_with_their_options(name):
    for module, *words in calls(text_of(name), ["python", "-m"]):
        if module.startswith("cogov."):
            spec = importlib.util.find_spec(module)
            assert spec, module
            if spec.submodule_search_locations:
                spec = importlib.util.find_spec(f"{module}.__main__")
                assert spec, module
            source = Path(spec.origin).read_text(encoding="utf-8")
            options = [word.partition("=")[0] for word in words if word.startswith("--")]
            assert [option for option in options if f'"{option}"' not in source] == [], module


@pytest.mark.parametrize("name", DOCUMENTS)
def test_targets_of_make_and_files_are_there(name):
    text, makefile = text_of(name), text_of("Makefile")
    for target, *_ in filter(None, calls(text, ["make"])):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    rooms = "agents|model|scenarios|experiments|viz|tests|docs"
    for path in re.findall(rf"(?<![\w/.-])((?:{rooms})/[\w./]*\w)", text):
        assert (ROOT / path).exists() or (ROOT / f"{path}.py").exists() or path in TO_BE_WRITTEN, path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_kind_of_example_is_one_that_tests_run(name):
    stem = re.sub(r"(\.en|\.zh)?\.md$", "", name)
    assert {kind for kind, _ in fences(text_of(name))} <= FENCES.get(stem, set())


@pytest.mark.parametrize("name", ["docs/experiments.md", "docs/experiments.zh.md"])
def test_parts_of_experiment_files_stand_in_one_that_is_checked(name, tmp_path):
    """The parts on one history and on stopping, each put into the file of the page."""
    whole, history, stop = (block for kind, block in fences(text_of(name)) if kind == "toml")
    head = re.sub(r"^scenarios = .*\n", "", whole.partition("[[factor]]")[0], flags=re.MULTILINE)
    (tmp_path / "history.toml").write_text(head + history, encoding="utf-8")
    whole = whole.replace("replications = 4\n", "replications = 40\n")
    (tmp_path / "stop.toml").write_text(whole + stop, encoding="utf-8")
    half = re.sub(r"^(rule|indifference) = .*\n", "", stop, flags=re.MULTILINE).replace("# half_width", "half_width")
    half = half.replace("[stop]\n", '[stop]\nrule = "half_width"\n')
    (tmp_path / "half.toml").write_text(whole + half, encoding="utf-8")
    for path in ("history", "stop", "half"):
        words = ["experiment", "check", str(tmp_path / f"{path}.toml")]
        result = CliRunner().invoke(app, words, prog_name="cogov")
        assert (result.exit_code, result.exception) == (0, None), (path, result.stderr)
    read = load_experiment(tmp_path / "history.toml")
    assert (str(read.run.fork_at), len(read.scenarios)) == ("2024-06-01", 4)
    assert load_experiment(tmp_path / "half.toml").stop.half_width == 30.0
