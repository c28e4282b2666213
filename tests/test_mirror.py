"""`tests/` mirrors the modules: each module that does something has a test file that is called after it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("agents", "model", "scenarios", "experiments", "viz")
TOGETHER = {
    "experiments/benchmarks/": "test_experiments_benchmarks",
    "experiments/calibration/": "test_experiments_calibration",
    "experiments/verification/": "test_experiments_verification",
    "viz/view/": "test_viz_view",
}
"""Folders whose modules are parts of one thing, and how the names of its test files begin: one of these imports each
module that has no file of its own."""
DRAWN = "a part of the page: test_viz_view_pages draws it in both languages and clicks, tests/browser looks at it"
PEER = "stands on one side of the comparison that test_experiments_benchmarks_peers runs"
ELSEWHERE = {
    "experiments/benchmarks/forks.py": "times forked runs; test_experiments_histories holds their rows",
    "experiments/benchmarks/peers/ciw_side.py": PEER,
    "experiments/benchmarks/peers/engine_side.py": PEER,
    "experiments/benchmarks/peers/simpy_side.py": PEER,
    "experiments/benchmarks/twin_books.py": "books of the twin that test_experiments_benchmarks runs",
    "experiments/verification/little.py": "Little's law, which tests/verification/test_little.py holds",
    "options.py": "only declares options, which test_cli gives",
    "viz/calibration_figures.py": "drawn and looked at on the pages of test_viz_calibration and ..._calibration_fit",
    "viz/calibration_fit.py": "made of a fit that takes long: test_experiments_calibration_fit looks at its page",
    "viz/experiment.py": "tables of an analysis: test_viz_view_batch and test_experiment_cli look at them",
    "viz/plain.py": "only declares a table as text",
    "viz/view/compare.py": DRAWN,
    "viz/view/curves.py": DRAWN,
    "viz/view/home.py": DRAWN,
    "viz/view/hooks.py": DRAWN,
    "viz/view/live.py": DRAWN,
    "viz/view/race.py": DRAWN,
    "viz/view/telling.py": DRAWN,
    "viz/view/trying.py": DRAWN,
    "viz/view/upload.py": DRAWN,
}
"""Modules without a test file of their own, and why."""


def modules() -> list[str]:
    """Return the modules that define a function or a class; what only declares is looked at where it is read."""
    paths = [*ROOT.glob("*.py"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in paths
        if path.name != "__init__.py"
        and any(isinstance(node, defining) for node in ast.parse(path.read_text(encoding="utf-8")).body)
    )


def own_test(module: str) -> Path:
    """Return where the tests of a module stand: ``model/wheel.py`` is tested by ``test_model_wheel.py``."""
    parts = Path(module).with_suffix("").parts
    if parts[:2] == ("scenarios", "policies"):
        parts = ("policy", *parts[2:])
    elif parts[0] == "scenarios":
        parts = ("scenario", *parts[1:])
    return ROOT / "tests" / f"test_{'_'.join(parts)}.py"


def imported(test: Path) -> set[str]:
    """Return the modules of the package that a test file imports, as paths."""
    found = set()
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cogov"):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found |= {f"{name.removeprefix('cogov.').replace('.', '/')}.py" for name in names}
    return found


def test_each_module_has_a_test_file_of_its_own_or_a_reason():
    alone = [m for m in modules() if not any(m.startswith(folder) for folder in TOGETHER)]
    assert [m for m in alone if not own_test(m).is_file() and m not in ELSEWHERE] == []


def test_parts_of_one_thing_are_imported_by_its_test_files():
    for folder, prefix in TOGETHER.items():
        tests = sorted((ROOT / "tests").glob(f"{prefix}*.py"))
        looked_at = set().union(*map(imported, tests))
        parts = [m for m in modules() if m.startswith(folder) and not own_test(m).is_file()]
        assert [m for m in parts if m not in looked_at and m not in ELSEWHERE] == [], folder


def test_no_exception_is_left_over():
    there = modules()
    assert [m for m in ELSEWHERE if m not in there or own_test(m).is_file()] == []
    assert [folder for folder in TOGETHER if not any(m.startswith(folder) for m in there)] == []
