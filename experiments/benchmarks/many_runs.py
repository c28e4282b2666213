"""What an experiment costs beside its runs: overhead, the parent's memory over many, and what a second worker brings.

Overhead and memory are those of runs that cost nothing: the engine hands out the same result again and again, while
everything else (scenarios, ids, tables, parts, journals, merging) is as always.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...model.measures import RunResult
from ..campaign import Progress, run_experiment
from ..parallel import process_pool
from ..run import Simulate, simulate
from .lines import Line, Settings, measured, ratio

MANY, FEW, REAL = 10_000, 1_000, 40
"""Runs of which memory is watched, runs of which overhead is measured, and real runs that two workers share."""
SCALES = tuple(0.8 + 0.05 * i for i in range(10))
HEAD = """
format = 1
name = {{ zh = "测", en = "Measured" }}
question = {{ zh = "要多久？", en = "How long?" }}
scenarios = ["baseline", "cadre_sinking"]
city = "{city}"
days = {days}
warm_up_days = 2
follow_up_days = 2
factor = [{{ name = "demand.scale", levels = {levels} }}]
design = {{ kind = "full_factorial" }}
run = {{ replications = {replications} }}
"""


@lru_cache(maxsize=1)
def _result() -> RunResult:
    from ...scenarios.city_model import CityModel

    model = CityModel("baseline", city="street", days=5, warm_up_days=2, follow_up_days=2)
    model.run_to_end()
    return model.result()


def nothing(resolved: Mapping[str, Any], seed: int, events: Any = None, progress: Any = None) -> RunResult:
    """Return the result of a small real run, made once in each process."""
    return _result()


def _experiment(folder: Path, city: str, days: int, runs: int, levels: tuple[float, ...]) -> Path:
    path = folder / f"measured_{city}_{runs}.toml"
    each = 2 * len(levels)
    text = HEAD.format(city=city, days=days, levels=list(levels), replications=max(1, runs // each))
    path.write_text(text, encoding="utf-8")
    return path


def _run(path: Path, out: Path, workers: int, engine: Simulate, watch: Any = None) -> None:
    state = run_experiment(path, out, make=process_pool(workers), workers=workers, engine=engine, progress=watch)
    if state.failures:
        raise RuntimeError(f"{len(state.failures)} runs failed: {next(iter(state.failures.values())).reason}")


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def overhead(settings: Settings, folder: Path, runs: int = FEW) -> list[Line]:
    """Return milliseconds a run of runs that cost nothing, parent and worker together."""
    _result()
    path, wall, processor = _experiment(folder, "street", 5, runs, SCALES), [], []
    made = max(1, runs // (2 * len(SCALES))) * 2 * len(SCALES)
    for i in range(settings.repeats):
        began, used = time.perf_counter(), time.process_time()
        _run(path, folder / f"overhead{i}", 1, nothing)
        wall.append(1000 * (time.perf_counter() - began) / made)
        processor.append(1000 * (time.process_time() - used) / made)
    note = f"{made:,} runs that cost nothing, one process, daily curves kept"
    return [
        measured("experiments", "overhead_ms", "overhead a run, processor time", "ms", processor, "< 5", note),
        measured(
            "experiments", "overhead_wall_ms", "overhead a run, wall clock", "ms", wall, "", "as the load lets it"
        ),
    ]


def memory(settings: Settings, folder: Path, runs: int = MANY) -> list[Line]:
    """Return how the parent's memory goes over many runs: at a tenth of them, then tenth by tenth."""
    path, curve = _experiment(folder, "street", 5, runs, SCALES), dict[int, float]()

    def watch(progress: Progress) -> None:
        curve[10 * progress.done // progress.total] = _megabytes()

    began = time.perf_counter()
    _run(path, folder / "memory", 2, nothing, watch)
    took = time.perf_counter() - began
    tenths = [curve[tenth] for tenth in sorted(curve) if tenth >= 1]
    shown = " ".join(f"{x:.0f}" for x in tenths)
    files = sum(1 for x in (folder / "memory").rglob("*") if x.is_file())
    return [
        measured("experiments", "parent_mb", f"memory of the parent, {runs:,} runs, two workers", "MB", tenths, "",
                 f"tenth by tenth: {shown}"),
        measured("experiments", "growth_kb", "its growth a run, from the second tenth on", "kB",
                 [1000 * (tenths[-1] - tenths[1]) / (0.8 * runs)], "< 2"),
        measured("experiments", "files", f"files of {runs:,} runs when all is done", "files", [files]),
        measured("experiments", "many_s", f"{runs:,} runs that cost nothing, two workers", "s", [took]),
    ]  # fmt: skip


def scaling(settings: Settings, folder: Path, runs: int = REAL, days: int = 365) -> list[Line]:
    """Return how much faster two workers are than one on real runs of a second or more; they take turns."""
    city = "street" if settings.city == "street" else "gulou"
    path = _experiment(folder, city, days, runs, (0.9, 1.1))
    one, two = list[float](), list[float]()
    for i in range(settings.repeats):
        for workers, times in ((1, one), (2, two)):
            began = time.perf_counter()
            _run(path, folder / f"scaling{i}_{workers}", workers, simulate)
            times.append(time.perf_counter() - began)
    each = [x / runs for x in one]
    return [
        measured("experiments", "real_s", f"a run of {city}, {days + 4} days, one worker", "s", each),
        ratio("experiments", "scaling", f"one worker over two, {runs} runs", one, two, "> 1.8",
              f"starting the workers included; load {os.getloadavg()[0]:.1f} at the end"),
    ]  # fmt: skip


def measure(settings: Settings) -> list[Line]:
    """Return overhead, memory and scaling of experiments."""
    found = []
    for piece in (overhead, memory, scaling):
        with tempfile.TemporaryDirectory(prefix="cogov-experiment-") as folder:
            found += piece(settings, Path(folder))
    return found
