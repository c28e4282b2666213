"""What the compiler does, and how often."""

from __future__ import annotations

import subprocess
import sys

RUNS = """
from numba.core import event
from cogov.scenarios.city_model import CityModel

with event.install_recorder("numba:compile") as made:
    for scenario in ("baseline", "everything", "outbreak_month"):
        model = CityModel(scenario, city="street", days=45, events=lambda rows: None)
        model.run_to_end()
        model.result()
print(*sorted({e.data["dispatcher"].py_func.__qualname__ for _, e in made.buffer}))
"""
"""Runs past a turn of the month, when all have decided, in a process that says what had to be compiled."""


def test_a_process_that_finds_compiled_code_compiles_nothing():
    for _ in range(2):  # the first may be the one that makes it
        run = subprocess.run([sys.executable, "-c", RUNS], capture_output=True, text=True, timeout=900, check=True)
    assert run.stdout.split() == []
