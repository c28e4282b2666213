"""How large an experiment is, about how long it takes, and how far it is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from ..scenarios.city_files import load_spec
from .experiment import Experiment, load_experiment
from .histories import count
from .parallel import default_workers
from .points import Design, check, scenario_of, size
from .rounds import check_rule, outcome
from .store import Store

START_SECONDS, BUILD_SECONDS, DAY_SECONDS = 0.05, 2e-7, 6e-9
"""About what a run takes: at all, a resident, a resident and day (docs/performance.md: a year of 9.3 million, 23 s)."""


def describe(path: Path) -> dict[str, Any]:
    """Return how large a checked experiment is, and about how long it takes, as plain values.

    Raises:
        ScenarioError: If something is wrong with it.
    """
    experiment = load_experiment(path)
    design = Design(experiment, path.parent)
    check(experiment, design)
    check_rule(experiment, design)
    runs = size(experiment, design)
    seconds = runs * float(np.mean([guess(experiment, s, design.folder) for s in experiment.scenarios]))
    common = count(experiment, design) * experiment.run.replications
    seconds -= max(0, runs - common) * spared(experiment, design.folder) if common else 0.0
    workers = experiment.run.workers or default_workers(runs)
    return {
        "id": experiment.id, "runs": runs, "scenarios": len(experiment.scenarios), "points": len(design),
        "replications": experiment.run.replications, "workers": workers, "seconds": round(seconds, 1),
        "time": clock(seconds), "wall": clock(seconds / workers), "first_point": design.point(0),
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
    facts = store.manifest()
    experiment = Experiment.model_validate_json(json.dumps(facts["experiment"]))
    state = store.look()
    reasons = Counter(f"{f.status}: {f.reason}" for f in state.failures.values())
    return {
        "out": str(out), "id": experiment.id, "done": len(state.finished()), "failed": len(state.failures),
        "total": facts["runs"], "parts": len(state.parts), "seconds": round(state.seconds(), 1),
        "reasons": dict(reasons.most_common(10)), "rule": outcome(out),
    }  # fmt: skip
