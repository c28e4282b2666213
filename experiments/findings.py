"""Run the register of hypotheses and write down what came out, whichever way it did.

``python -m cogov.experiments.findings --out out/hypotheses`` runs every arm at every load that a hypothesis needs and
writes ``findings.json``; finished runs in the folder are used again. ``cogov.viz.findings`` makes the page of it.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..model.measures import measure_of
from ..scenarios.sentences import Told
from .compare import run_sides
from .hypotheses import REGISTER, Cell, Register, cells_of, judge, load_register, trials_of
from .manifest import versions
from .outcome import Outcome
from .parallel import Progress
from .run import Simulate, simulate
from .seeds import replication_seed
from .statistics import judged
from .tables import json_bytes, write_together

if TYPE_CHECKING:
    from ..scenarios.schema import Scenario

WATCHED = (
    "first_response_minutes.mean", "solution_minutes.mean", "on_time_rate", "satisfaction_rate", "reports",
    "recurrence_share", "returns_per_case", "backlog", "trust", "equity.gini", "equity.old_over_commercial",
    "equity.village_over_city", "line_delay_days", "person_hours.total", "overhead_hours.total", "lent_hours",
    "residents_hours", "money_cny.total",
)  # fmt: skip
"""What is looked at in every arm, whatever was expected of it: the spill-overs."""

Findings = dict[str, Any]


def scenario_of(register: Register, cell: Cell) -> Scenario:
    """Return the scenario of an arm at a load, called by both.

    Raises:
        ScenarioError: For a setting or a layer that does not fit.
    """
    from ..scenarios.loader import load_scenario

    name, load = cell
    arm, days = register.arm_of(name), register.calendar
    made = load_scenario(
        arm.scenario, layers=arm.layers, settings={**arm.settings, "demand.scale": register.load[load]},
        city=arm.city or register.city, start=days.start, days=days.days,
        warm_up_days=arm.warm_up_days or days.warm_up_days,
        follow_up_days=days.follow_up_days,
    )  # fmt: skip
    return made.model_copy(update={"id": f"{load}-{name}"})


def find(
    register: Register,
    *,
    out: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    engine: Simulate = simulate,
) -> Findings:
    """Run all arms and judge all hypotheses.

    Args:
        register: What is expected.
        out: Folder for the runs and ``findings.json``.
        workers: Processes; default one for each core.
        progress: Called with runs done and runs in all.
        engine: What runs a scenario; an importable function.

    Returns:
        Plain values: ``findings`` (see `hypotheses.Finding`) in the order of the tests, ``spill_overs`` by load and
        arm, and the ``register`` itself.
    """
    trials = trials_of(register)
    cells = cells_of(trials)
    cells += [c for c in ((register.reference_of(arm), load) for arm, load in cells) if c not in cells]
    cells = list(dict.fromkeys(cells))
    seeds = [replication_seed(register.seed, r) for r in range(register.replications)]
    sides = run_sides(
        [scenario_of(register, cell) for cell in cells], seeds, command=_command(out), workers=workers, out=out,
        progress=progress, engine=engine,
    )  # fmt: skip
    outcomes = dict(zip(cells, sides, strict=True))
    values = {(cell, key): _column(outcomes[cell], key)
              for trial in trials for cell in trial.weights
              for key in (trial.hypothesis.measure, trial.hypothesis.beside) if key}  # fmt: skip
    plain = register.model_dump(mode="json")
    found: Findings = {
        "format": 1,
        "register": plain,
        "register_digest": hashlib.sha256(json_bytes(plain)).hexdigest()[:16],
        "versions": versions(),
        "command": _command(out),
        "runs": len(cells) * len(seeds),
        "findings": [asdict(finding) for finding in judge(trials, values)],
        "spill_overs": _spill_overs(register, outcomes),
    }
    if out is not None:
        write_together(out, {"findings.json": json_bytes(found)})
    return found


def _command(out: Path | None) -> str:
    return "python -m cogov.experiments.findings" + (f" --out {out}" if out else "")


def _column(side: Sequence[Outcome], key: str) -> NDArray[np.float64]:
    return np.array([outcome.summary.get(key, np.nan) for outcome in side], dtype=np.float64)


def _spill_overs(register: Register, outcomes: Mapping[Cell, Sequence[Outcome]]) -> dict[str, dict[str, Any]]:
    """Return the watched measures of every arm against the arm without a policy, by load and arm."""
    found: dict[str, dict[str, Any]] = {}
    for (arm, load), side in outcomes.items():
        reference = register.reference_of(arm)
        if reference == arm:
            continue
        rows = {}
        for key in WATCHED:
            pair, verdict = judged(measure_of(key), _column(outcomes[reference, load], key), _column(side, key))
            rows[key] = {**asdict(pair), "verdict": verdict}
        found.setdefault(load, {})[arm] = rows
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the register; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m cogov.experiments.findings", description="Run the register of hypotheses."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs and findings.json")
    parser.add_argument("--register", type=Path, default=REGISTER, help="another register")
    parser.add_argument("--workers", type=int, help="processes; default one for each core")
    wanted = parser.parse_args(argv)

    def report(done: int, total: int) -> None:
        sys.stderr.write(f"\r{done} of {total} runs" + ("\n" if done == total else ""))

    try:
        wanted.out.mkdir(parents=True, exist_ok=True)
        found = find(load_register(wanted.register), out=wanted.out, workers=wanted.workers, progress=report)
    except Told as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except OSError as error:
        sys.stderr.write(
            f"{error.filename}: {error.strerror}; what was finished is whole, run it again with --out DIR\n"
        )
        return 1
    for finding in found["findings"]:
        sys.stdout.write(f"{finding['outcome']:10} {finding['hypothesis']} {finding['load']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
