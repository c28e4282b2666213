"""A comparison read back from its folder, run by run: the same as the one that wrote it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ..model.measures import RunResult
from .comparison import Comparison, ScenarioInfo, assemble
from .outcome import condense
from .run import TABLES
from .tables import read_table


def read_run(folder: Path) -> RunResult:
    """Return the result of a run from the files that it left.

    Raises:
        FileNotFoundError: If one is missing, as where a run did not end.
    """
    facts, order = _json(folder / "summary.json"), _json(folder / "run.json")["measures"]
    values = {key: math.nan if facts["values"][key] is None else float(facts["values"][key]) for key in order}
    tables = {name: read_table(folder / f"{name}.parquet") for name in TABLES}
    return RunResult(summary=values, phases=facts["phases"], **tables)


def read_comparison(folder: Path) -> Comparison:
    """Return a comparison from the folder that ``compare --out`` filled.

    Raises:
        FileNotFoundError: If it is no such folder, or a run is missing in it.
    """
    facts = _json(folder / "comparison.json")
    infos = [ScenarioInfo(**plain) for plain in facts["scenarios"]]
    replications = range(facts["replications"])
    sides = [[condense(read_run(folder / "runs" / info.id / str(r))) for r in replications] for info in infos]
    return assemble(infos, sides, seed=facts["seed"], seeds=facts["seeds"], command=facts["command"])


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
