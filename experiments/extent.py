"""How large an experiment is, about how long it takes, and how far it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from ..model.compiled import is_warm
from ..scenarios.city_files import load_spec
from .checked import load_checked
from .experiment import Experiment
from .histories import count
from .parallel import default_workers
from .plan import Plan
from .points import scenario_of
from .rounds import outcome
from .store import Store

START_SECONDS, BUILD_SECONDS, DAY_SECONDS = 0.05, 2e-7, 6e-9
"""About what a run takes: at all, a resident, a resident and day (docs/performance.md: a year of 9.3 million, 23 s)."""


WORKER_SECONDS = 4.0
"""About what it takes until the first run of a worker begins: a process, its libraries, the compiled code from disk."""
COMPILE_SECONDS = 90.0
"""About what it takes to compile the model, once for each of its revisions on a machine."""


def describe(path: Path) -> dict[str, Any]:
    """Return how large a checked experiment is, and about how long it takes, as plain values.

    Raises:
        ScenarioError: If something is wrong with it.
    """
    experiment, design = load_checked(path)
    plan = Plan(experiment, design)
    runs = len(plan)
    sides = np.bincount(plan.alternatives() % len(experiment.scenarios), minlength=len(experiment.scenarios))
    each = [guess(experiment, name, design.folder) for name in experiment.scenarios]
    seconds = float(sides @ np.array(each)) * experiment.run.replications
    common = count(experiment, design) * experiment.run.replications
    seconds -= max(0, runs - common) * spared(experiment, design.folder) if common else 0.0
    workers = experiment.run.workers or default_workers(runs)
    compiling = 0.0 if is_warm() else COMPILE_SECONDS
    wall = WORKER_SECONDS + compiling + seconds / workers
    return {
        "id": experiment.id, "runs": runs, "rows": plan.rows,
        "scenarios": len(experiment.scenarios), "points": len(design),
        "replications": experiment.run.replications, "workers": workers, "seconds": round(seconds, 1),
        "start_seconds": WORKER_SECONDS, "compile_seconds": compiling, "wall_seconds": round(wall, 1),
        "time": clock(seconds), "wall": clock(wall), "first_point": design.point(0),
        "rule": experiment.stop.rule, "histories": common, "fork_at": str(experiment.run.fork_at or ""),
    }  # fmt: skip


def guess(experiment: Experiment, scenario: str, folder: Path) -> float:
    """Return about how many seconds a run takes, from its residents and days; a policy or a shock adds to it."""
    made = scenario_of(experiment, scenario, {}, folder)
    residents, days = load_spec(made.city).totals["residents"], (made.calendar.end - made.calendar.first).days
    return START_SECONDS + residents * (BUILD_SECONDS + days * DAY_SECONDS)


def spared(experiment: Experiment, folder: Path) -> float:
    """Return about how many seconds a run takes up to the day at which it forks."""
    made = scenario_of(experiment, experiment.scenarios[0], {}, folder)
    days = (experiment.run.fork_at or made.calendar.first) - made.calendar.first
    return load_spec(made.city).totals["residents"] * days.days * DAY_SECONDS


def clock(seconds: float) -> str:
    """Return a time as hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def how_far(out: Path) -> dict[str, Any]:
    """Return how far the experiment of a folder is, and why runs failed, as plain values.

    Raises:
        StoreError: If it is no such folder.
    """
    store = Store(out)
    facts, experiment, state = store.manifest(), store.experiment(), store.look()
    reasons = Counter(f"{f.status}: {f.reason}" for f in state.failures.values())
    return {
        "out": str(out), "id": experiment.id, "done": len(state.finished()), "failed": len(state.failures),
        "total": facts["runs"], "parts": len(state.parts), "seconds": round(state.seconds(), 1),
        "reasons": dict(reasons.most_common(10)), "rule": outcome(out),
    }  # fmt: skip
