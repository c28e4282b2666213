"""A comparison read back from its folder, run by run: the same as the one that wrote it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..model.measures import RunResult
from .comparison import Comparison, ScenarioInfo, assemble
from .outcome import Outcome, condense
from .run import TABLES
from .tables import read_table


def read_run(folder: Path) -> RunResult:
    """Return the result of a run from the files that it left.

    Raises:
        FileNotFoundError: If one is missing, as where a run did not end.
    """
    facts = _json(folder / "summary.json")
    values = {key: math.nan if value is None else float(value) for key, value in facts["values"].items()}
    tables = {name: read_table(folder / f"{name}.parquet") for name in TABLES}
    return RunResult(summary=values, phases=facts["phases"], **tables)


def read_comparison(folder: Path) -> Comparison:
    """Return a comparison from the folder that ``compare --out`` filled.

    Raises:
        FileNotFoundError: If it is no such folder, or a run is missing in it.
    """
    facts = _json(folder / "comparison.json")
    infos = [ScenarioInfo(**plain) for plain in facts["scenarios"]]
    order = [effect["measure"] for effects in facts["effects"].values() for effect in effects]

    def outcome(scenario: str, replication: int) -> Outcome:
        return condense(_as_declared(read_run(folder / "runs" / scenario / str(replication)), order))

    sides = [[outcome(info.id, r) for r in range(facts["replications"])] for info in infos]
    return assemble(infos, sides, seed=facts["seed"], seeds=facts["seeds"], command=facts["command"])


def _as_declared(run: RunResult, order: Sequence[str]) -> RunResult:
    """Return a run with its measures in the given order; a summary on disk has them by the alphabet."""
    return replace(run, summary={key: run.summary[key] for key in dict.fromkeys(order) if key in run.summary})


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
