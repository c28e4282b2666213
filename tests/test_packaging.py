"""The package as a whole: what is shipped, who imports whom, and what no file may say."""

import ast
import importlib
import importlib.resources
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import cogov

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("agents", "model", "scenarios", "experiments", "viz")  # each may import those before it
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def _kept_files() -> list[Path]:
    """Files that git tracks or would track, or all when this is no clone."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        ).stdout.split("\0")  # fmt: skip
        return [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    except (OSError, subprocess.CalledProcessError):
        hidden = {".git", ".venv", ".typing", "build"}
        files = (path for path in ROOT.rglob("*") if path.is_file())
        return [path for path in files if not hidden & {*path.relative_to(ROOT).parts}]


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name (``cogov.x.y``) of each import of our own, inside functions too."""
    package = ["cogov", *path.relative_to(ROOT).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = [*base, *(node.module.split(".") if node.module else [])]
            names = [".".join([*start, alias.name]) for alias in node.names]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "cogov")


def _wrong_way(path: Path) -> list[str]:
    room = path.relative_to(ROOT).parts[0]
    allowed = ROOMS[: ROOMS.index(room) + 1]
    found = []
    for line, name in _imports(path):
        parts = name.split(".")
        target = parts[1] if len(parts) > 1 else ""
        if target not in allowed and target != "__version__":
            found.append(f"{path.relative_to(ROOT)}:{line} imports {name}; allowed: {', '.join(allowed)}")
    return found


def test_version_is_the_same_everywhere() -> None:
    assert cogov.__version__ == PYPROJECT["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {cogov.__version__}\n" in citation


def test_every_folder_of_modules_is_shipped() -> None:
    """An editable install finds a package that pyproject.toml forgot; the wheel lacks it."""
    folders = {file.parent.relative_to(ROOT) for room in ROOMS for file in (ROOT / room).rglob("__init__.py")}
    present = {"cogov", *("cogov." + ".".join(folder.parts) for folder in folders)}
    assert present == set(PYPROJECT["tool"]["setuptools"]["packages"])


def test_every_module_is_in_a_package() -> None:
    folders = {module.parent for room in ROOMS for module in _modules(room)}
    lost = [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()]
    assert lost == [], "folders with modules but without __init__.py"


def test_every_data_file_is_shipped() -> None:
    globs = PYPROJECT["tool"]["setuptools"]["package-data"]
    lost = []
    for path in _kept_files():
        parts = path.relative_to(ROOT).parts
        if parts[0] not in ROOMS or path.suffix == ".py":
            continue
        owners = [".".join(["cogov", *parts[:i]]) for i in range(1, len(parts))]
        folders = {owner: ROOT.joinpath(*owner.split(".")[1:]) for owner in owners}
        if not any(path in folder.glob(glob) for o, folder in folders.items() for glob in globs.get(o, [])):
            lost.append("/".join(parts))
    assert lost == [], "list them under [tool.setuptools.package-data]"


def test_no_module_is_loaded_under_a_bare_name() -> None:
    """In a fresh interpreter, since another test may have loaded some other ``agents``."""
    code = (
        "import cogov, importlib, pkgutil, sys\n"
        f"rooms = {ROOMS!r}\n"
        "for room in rooms:\n"
        "    package = importlib.import_module('cogov.' + room)\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        try:\n"
        "            importlib.import_module(found.name)\n"
        "        except ModuleNotFoundError as error:\n"
        "            if (error.name or '').split('.')[0] in ('cogov', *rooms):\n"
        "                raise\n"  # anything else is of an extra that is not installed
        "print(*sorted({name.split('.')[0] for name in sys.modules} & set(rooms)))\n"
    )
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == []


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    assert [line for module in _modules(room) for line in _wrong_way(module)] == []


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [
        ("agents/a.py", "from ..model import engine", ["cogov.model.engine"]),
        ("agents/a.py", "from .. import model", ["cogov.model"]),
        ("agents/a.py", "from . import b", ["cogov.agents.b"]),
        ("agents/__init__.py", "from .b import c", ["cogov.agents.b.c"]),
        ("scenarios/policies/p.py", "from ...viz.words import zh", ["cogov.viz.words.zh"]),
        ("model/m.py", "def f():\n    import cogov.viz.app\n", ["cogov.viz.app"]),
        ("model/m.py", "import numpy as np\nfrom math import log", []),
    ],
)
def test_the_reader_of_imports_resolves_names(
    place: str, text: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / place
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert [name for _, name in _imports(file)] == expected


def test_every_package_can_be_found_and_imported() -> None:
    for room in ROOMS:
        importlib.import_module(f"cogov.{room}")
    assert set(ROOMS) <= {found.name for found in pkgutil.iter_modules(cogov.__path__)}


@pytest.mark.parametrize("kind", ["otf", "woff2"])
def test_the_chinese_font_comes_along(kind: str) -> None:
    font = importlib.resources.files("cogov.viz") / "fonts" / f"NotoSansSC-Regular-gb2312.{kind}"
    assert font.read_bytes()[:4] == {"otf": b"OTTO", "woff2": b"wOF2"}[kind]


def test_the_font_covers_the_names_of_nanjing_and_our_signs() -> None:
    pytest.importorskip("fontTools")
    from fontTools.ttLib import TTFont

    covered = TTFont(ROOT / "viz" / "fonts" / "NotoSansSC-Regular-gb2312.otf").getBestCmap()
    names = "衢鄞亳濮泸漯婺盱眙睢堃喆犇"  # of cities and people beyond the commonest characters
    wanted = names + "南京玄武秦淮建邺鼓楼浦口栖霞雨花台江宁六合溧水高淳区→←±×÷−–—…’“”《》「」①≤≥°²α"
    assert [c for c in wanted if ord(c) not in covered] == []
    shown = [p for room in ("agents", "model", "scenarios", "experiments", "viz") for p in (ROOT / room).rglob("*")
             if p.suffix in {".py", ".toml", ".js"}]  # fmt: skip
    texts = "".join(path.read_text(encoding="utf-8") for path in shown)
    assert sorted(c for c in set(texts) if ord(c) > 127 and ord(c) not in covered) == []


def test_constraints_pin_every_dependency_and_name_no_host() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pin = re.compile(r"[a-z0-9.-]+==[\w.+!]+( ; .+)?")
    assert [line for line in text.splitlines() if not pin.fullmatch(line)] == []
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    wanted = [*PYPROJECT["project"]["dependencies"], *(line for lines in extras for line in lines)]
    pinned = {line.split("==")[0] for line in text.splitlines()}
    names = {re.split(r"[<>=!~;\[ ]", line)[0].lower().replace("_", "-") for line in wanted}
    assert names - pinned == set(), "run `make constraints`"


def test_no_file_names_a_machine_or_a_registry() -> None:
    # Put together here, or this file would be the first offender.
    folders = "|".join(("work", "root", "home"))
    places = re.compile(rf"(?<![\w.*/-])/(?:{folders})/|index-url|/simple/|pypi\.org/|pythonhosted\.org|file:///")
    found = []
    for path in _kept_files():
        if path == Path(__file__).resolve():
            continue
        raw = path.read_bytes()
        if b"\0" in raw[:8192]:
            continue
        for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
            if hit := places.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {hit.group()}")
    assert found == []
