"""The pages on adding a policy and a stakeholder are tried by doing what they say, word for word."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cogov.cli import app
from cogov.scenarios import policies as shelf
from cogov.scenarios.registry import policies

ROOT = Path(__file__).resolve().parents[1]


def text_of(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(text, language):
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [block for kind, block in fenced if kind == language]


@pytest.fixture
def with_policy(tmp_path, monkeypatch):
    """The page's policy stands on the shelf, its scenario in the current folder."""
    text = text_of("add_policy.en.md")
    source, test = blocks(text, "python")
    (tmp_path / "more_patrols.py").write_text(source, encoding="utf-8")
    (tmp_path / "patrols.toml").write_text(blocks(text, "toml")[0], encoding="utf-8")
    monkeypatch.setattr(shelf, "__path__", [*shelf.__path__, str(tmp_path)])
    monkeypatch.chdir(tmp_path)
    policies.cache_clear()
    yield text, test
    policies.cache_clear()
    sys.modules.pop(f"{shelf.__name__}.more_patrols", None)


def test_a_policy_is_added_as_the_page_says(with_policy):
    text, test = with_policy
    commands = [shlex.split(line)[1:] for line in blocks(text, "")[0].splitlines()]
    assert [words[0] for words in commands] == ["show", "check", "plan", "compare"]
    for words in commands:
        few = ["--replications", "1", "--workers", "1"] if words[0] == "compare" else []
        result = CliRunner().invoke(app, [*words, *few], prog_name="cogov")
        assert (result.exit_code, result.exception) == (0, None), (words, result.stderr)
    assert Path("out/patrols/report.html").exists()
    place = {}
    exec(compile(test, "add_policy.en.md", "exec"), place)
    tests = [check for name, check in place.items() if name.startswith("test_")]
    assert len(tests) == 2
    for check in tests:
        check()


def patched(folder, block):
    """Make the change of a ``diff`` block in a copy of the project; what it takes away has to stand there once."""
    head, *lines = block.splitlines()
    file = folder / head.removeprefix("--- ")
    old, new = ("\n".join(line[1:] for line in lines if line[0] != mark) for mark in "+-")
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{head}: the page shows what the file does not say any more:\n{old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_project_takes_the_policy_in_as_the_page_says(tmp_path):
    """In a copy of the project its tests find nothing missing: those of the page, the scenario and the article."""
    text = text_of("add_policy.en.md")
    source, test = blocks(text, "python")
    copy, tests = tmp_path / "cogov", tmp_path / "tests"
    for room in ("agents", "model", "scenarios"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "__init__.py", copy)
    tests.mkdir()
    for name in (
        "conftest",
        "policy_city",
        "tiny_city",
        "test_policies",
        "test_scenario_article",
        "test_scenario_bundles",
    ):
        shutil.copy(ROOT / "tests" / f"{name}.py", tests)
    (copy / "scenarios" / "policies" / "more_patrols.py").write_text(source, encoding="utf-8")
    (tests / "test_policy_more_patrols.py").write_text(test, encoding="utf-8")
    for block in blocks(text, "diff"):
        patched(copy, block)
    chosen = (
        "more_patrols and not changes_nothing and not its_start and not its_cost",
        "stands_for",
        "policy_there_is",
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", tests, tests,
         "-k", " or ".join(f"({each})" for each in chosen)],
        cwd=tests, env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    passed = int(re.search(r"(\d+) passed", run.stdout)[1])
    assert passed >= 9, run.stdout


def test_a_stakeholder_is_added_as_the_page_says(tmp_path):
    """In a copy of the project, whose engine runs as plain Python: the page's test passes there."""
    text = text_of("add_stakeholder.en.md")
    source, test = blocks(text, "python")
    copy = tmp_path / "cogov"
    rooms = ("agents", "model", "scenarios")
    for room in rooms:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "__init__.py", copy)
    (copy / "agents" / "press.py").write_text(source, encoding="utf-8")
    for block in blocks(text, "diff"):
        patched(copy, block)
    tests = tmp_path / "tests"
    tests.mkdir()
    shutil.copy(ROOT / "tests" / "tiny_city.py", tests)
    (tests / "test_agents_press.py").write_text(test, encoding="utf-8")
    code = (
        "import runpy, sys; sys.path[:0] = sys.argv[1:3]\n"
        "place = runpy.run_path(sys.argv[2] + '/test_agents_press.py')\n"
        "found = [check for name, check in place.items() if name.startswith('test_only')]\n"
        "assert len(found) == 1; found[0]()\n"
        "import cogov; assert cogov.__file__.startswith(sys.argv[1])\n"
        "from cogov.scenarios.declarations import group_name, groups\n"
        "assert [group_name(group, 'zh') for group in groups()].count('媒体') == 1\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    run = subprocess.run(
        [sys.executable, "-P", "-c", code, str(tmp_path), str(tests)],
        cwd=tmp_path, env=environment | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("name", ["add_policy", "add_stakeholder"])
def test_both_languages_show_the_same_code(name):
    zh, en = text_of(f"{name}.zh.md"), text_of(f"{name}.en.md")
    for language in ("", "python", "toml", "diff"):
        assert blocks(zh, language) == blocks(en, language)
    assert len(re.findall("^## ", zh, re.MULTILINE)) == len(re.findall("^## ", en, re.MULTILINE)) == 5
