"""What an experiment costs beside its runs: overhead, the parent's memory over many, and what a second worker brings.

Overhead and memory are those of runs that cost nothing: the engine hands out the same result again and again, while
everything else (scenarios, ids, tables, parts, journals, merging) is as always.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from ...model.measures import RunResult
from ..campaign import Progress, run_experiment
from ..experiment import load_experiment
from ..parallel import Processes, process_pool
from ..plan import Plan
from ..points import Design, scenario_of, seed_of
from ..run import Simulate, simulate
from .lines import Line, Settings, measured, ratio, seconds
from .starting import command

MANY, FEW, REAL = 10_000, 1_000, 80
"""Runs of which memory is watched, runs of which overhead is measured, and real runs that two workers share."""
WAIT_SECONDS = 2.0
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


def waits(resolved: Mapping[str, Any], seed: int, events: Any = None, progress: Any = None) -> RunResult:
    """Return the result of a small real run after some time in which nothing is done."""
    time.sleep(WAIT_SECONDS)
    return _result()


def nothing(resolved: Mapping[str, Any], seed: int, events: Any = None, progress: Any = None) -> RunResult:
    """Return the result of a small real run, made once in each process."""
    return _result()


def _experiment(folder: Path, city: str, days: int, runs: int, levels: tuple[float, ...]) -> Path:
    path = folder / f"measured_{city}_{runs}.toml"
    each = 2 * len(levels)
    text = HEAD.format(city=city, days=days, levels=list(levels), replications=max(1, runs // each))
    path.write_text(text, encoding="utf-8")
    return path


def _run(path: Path, out: Path, workers: int, engine: Simulate, watch: Any = None, make: Any = None) -> None:
    make = make or process_pool(workers)
    state = run_experiment(path, out, make=make, workers=workers, engine=engine, progress=watch)
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
    """Return how much faster two workers are than one on real runs of a second or more, and what the machine allows.

    Everything is a command of its own, from its start to its end, as a user waits for it. The control makes the very
    same runs in plain loops, without anything of an experiment: one process all of them, and two processes side by
    side that know nothing of each other half of them each. What two of these lose is the machine's: cores that others
    use, and memory and cache that two cores share.
    """
    city = "street" if settings.city == "street" else "gulou"
    path = _experiment(folder, city, days, runs, (0.9, 1.1))
    times: dict[str, list[float]] = {"one": [], "two": [], "loop": [], "loops": []}
    for i in range(settings.repeats):
        for key, workers in (("one", 1), ("two", 2)):
            out = folder / f"scaling{i}_{workers}"
            words = ("experiment", "run", str(path), "--out", str(out), "--workers", str(workers), "--quiet")
            times[key].append(command(*words))
        for key, of in (("loop", 1), ("loops", 2)):
            times[key].append(seconds(partial(_side_by_side, path, of)))
    each = [x / runs for x in times["one"]]
    load = f"load {os.getloadavg()[0]:.1f} at the end"
    return [
        measured("experiments", "real_s", f"a run of {city}, {days + 4} days, one worker", "s", each, "",
                 "start of the command included"),
        ratio("experiments", "scaling", f"one worker over two, {runs} runs", times["one"], times["two"], "> 1.8",
              f"commands from start to end; {load}"),
        ratio("experiments", "control", "one plain loop over two side by side, same runs", times["loop"],
              times["loops"], "", "nothing of an experiment: what the machine allows"),
    ]  # fmt: skip


def waiting(settings: Settings, folder: Path, runs: int = REAL) -> list[Line]:
    """Return how much faster two workers are than one on runs that take their time and cost no processor.

    So neither who else uses the cores nor the memory that they share counts: what is lost is lost by experiments, to
    the start of the workers (of both), to what is idle between chunks and to the last run.
    """
    path = _experiment(folder, "street", 5, runs, (0.9, 1.1))
    times: dict[int, list[float]] = {1: [], 2: []}
    for i in range(settings.repeats):
        for workers, found in times.items():
            make = partial(Processes, workers)
            found.append(seconds(partial(_run, path, folder / f"waiting{i}_{workers}", workers, waits, make=make)))
    what = f"one worker over two, {runs} runs that wait {WAIT_SECONDS:g} s"
    note = "what experiments themselves lose, the start of the workers included"
    return [ratio("experiments", "waiting", what, times[1], times[2], "> 1.8", note)]


def plain(path: Path, first: int, step: int) -> None:
    """Make the runs of an experiment from number ``first`` on in steps of ``step``, and do nothing with them."""
    experiment = load_experiment(path)
    plan = Plan(experiment, Design(experiment, path.parent))
    for unit in plan.units(first, step):
        made = scenario_of(experiment, unit.scenario, unit.settings, path.parent)
        simulate(made.resolved(), seed_of(experiment, unit.point, unit.replication))


def _side_by_side(path: Path, of: int) -> None:
    """Run a plain loop in each of several processes at once, each with its part of the runs."""
    code = "import sys; from pathlib import Path; from cogov.experiments.benchmarks.many_runs import plain\n"
    code += "plain(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))"
    loops = [subprocess.Popen([sys.executable, "-c", code, str(path), str(i), str(of)]) for i in range(of)]
    codes = [loop.wait() for loop in loops]
    if any(codes):
        raise RuntimeError("a plain loop failed")


def measure(settings: Settings) -> list[Line]:
    """Return overhead, memory and scaling of experiments."""
    found = []
    for piece in (overhead, memory, waiting, scaling):
        with tempfile.TemporaryDirectory(prefix="cogov-experiment-") as folder:
            found += piece(settings, Path(folder))
    return found
