"""One run of a scenario, and the folder of files it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..model.ledger import LOG_KINDS
from ..model.measures import RunResult, measure_of
from .checkpoint import Checkpoint, check_dates
from .clock import running
from .course import FOLDER, Course
from .crate import describe_run
from .inputs import Inputs, inputs_of
from .manifest import command_line, digest, options, run_manifest
from .parallel import Progress
from .tables import EventLog, file_hashes, in_order, json_bytes, parquet_bytes, sha256, write_together

if TYPE_CHECKING:
    from ..scenarios.schema import Scenario

TABLES = ("daily", "grids", "stages", "organisations", "places")


class Simulate(Protocol):
    """Whatever turns a resolved scenario and a seed into a result; `simulate` is the engine."""

    def __call__(
        self, resolved: Mapping[str, Any], seed: int, events: EventLog | None = None, progress: Progress | None = None
    ) -> RunResult:
        """Run it to its end."""


def simulate(
    resolved: Mapping[str, Any], seed: int, events: EventLog | None = None, progress: Progress | None = None
) -> RunResult:
    """Run a resolved scenario through the engine, from the first day of warm-up to the last of follow-up."""
    from ..scenarios.city_model import CityModel

    model = CityModel(resolved, seed, events)
    model.run_to_end(progress)
    return model.result()


def run_scenario(
    scenario: Scenario,
    *,
    seed: int = 1,
    events: bool = False,
    out: Path | None = None,
    progress: Progress | None = None,
    start: Checkpoint | None = None,
    checkpoints: Sequence[date] = (),
    sources: Sequence[str] = (),
) -> RunResult:
    """Run a scenario once.

    Args:
        scenario: What to run.
        seed: Seed of all random streams; the same seed and scenario give the same bytes.
        events: Whether to write the event log, which needs ``out``.
        out: Folder for ``run.json``, ``summary.json``, ``ro-crate-metadata.json`` and, as Parquet, the tables of
            `TABLES` (and ``events``).
        progress: Called with days done and days in all.
        start: A checkpoint of a run with the same history, from which this one goes on.
        sources: The scenario and its layers as they were named; files of the user's own among them, those that they
            extend and the city file are kept in ``out/inputs/``.
        checkpoints: Days at whose midnight a checkpoint is made, in ``out/checkpoints/DATE/``; they need ``out``.

    Raises:
        ValueError: If an event log or a checkpoint is asked for without a folder.
        CheckpointError: If the run cannot go on from the checkpoint, or has none of these days.
    """
    if checkpoints and out is None:
        raise ValueError("checkpoints are files and need a folder: give out (--out DIR) with them")
    resolved = scenario.resolved()
    inputs = inputs_of(sources, resolved["city"]) if out is not None else Inputs()
    engine: Simulate = simulate
    if start is not None or checkpoints:
        check_dates(tuple(checkpoints), resolved, start)
        engine = Course(start, tuple(checkpoints), out / FOLDER if out is not None else None)
    result = run_resolved(
        resolved, scenario.digest(), seed=seed, events=events, out=out, progress=progress, engine=engine,
        start=start.facts if start is not None else None, inputs=inputs,
    )  # fmt: skip
    if out is not None:
        write_together(out, inputs.files)
        describe_run(out, sorted(inputs.files))
    return result


def run_resolved(
    resolved: Mapping[str, Any],
    scenario_digest: str,
    *,
    seed: int,
    events: bool = False,
    out: Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    engine: Simulate = simulate,
    start: Mapping[str, Any] | None = None,
    inputs: Inputs | None = None,
    depth: int = 0,
) -> RunResult:
    """Do what `run_scenario` does for a scenario that is already plain data, as a worker process receives it.

    ``start`` is what the checkpoint says from which the engine goes on; ``depth`` is how many folders ``out`` lies
    below the one that keeps the ``inputs``.
    """
    if events and out is None:
        raise ValueError("the event log is a file and needs a folder: give out (--out DIR) with events")
    with ExitStack() as stack:
        seconds, log = stack.enter_context(running()), None
        if events and out is not None:
            kinds = [kind for kind, _, _ in LOG_KINDS]
            log = stack.enter_context(EventLog(out / "events.parquet", first_minute(resolved), kinds))
        result = engine(resolved, seed, log, progress)
        took = seconds()
    if out is not None:
        default = ["cogov", "run", str(resolved["id"]), *options(resolved), "--seed", str(seed)]
        inputs = inputs or Inputs()
        write_run(
            out,
            result,
            inputs.of_run(resolved, depth),
            scenario_digest,
            seed=seed,
            command=command or command_line(default, inputs=inputs),
            wall_seconds=took,
            extra=("events.parquet",) if events else (),
            start=start,
        )
    return result


def first_minute(resolved: Mapping[str, Any]) -> np.datetime64:
    """Return the midnight at which a scenario's warm-up begins."""
    calendar = resolved["calendar"]
    day = date.fromisoformat(str(calendar["start"])[:10]) - timedelta(days=int(calendar["warm_up_days"]))
    return np.datetime64(day, "s")


def write_run(
    folder: Path,
    result: RunResult,
    resolved: Mapping[str, Any],
    scenario_digest: str,
    *,
    seed: int,
    command: str,
    wall_seconds: float,
    extra: tuple[str, ...] = (),
    start: Mapping[str, Any] | None = None,
) -> None:
    """Write the files of a run; ``run.json`` comes last, so where it is the others are whole.

    Only ``run.json`` holds time, memory and versions: all other files depend on scenario and seed alone.
    """
    contents = run_contents(result, resolved, scenario_digest, seed)
    hashes = {name: sha256(content) for name, content in contents.items()} | file_hashes(folder, extra)
    manifest = run_manifest(
        scenario=resolved,
        scenario_digest=scenario_digest,
        seed=seed,
        command=command,
        files=hashes,
        content_hash=digest({name: value.encode() for name, value in hashes.items()}),
        measures=list(result.summary),
        wall_seconds=wall_seconds,
        start=start,
    )
    write_together(folder, {**dict(sorted(contents.items())), "run.json": json_bytes(manifest)})
    if not extra:
        (folder / "events.parquet").unlink(missing_ok=True)  # of an earlier run


def run_contents(result: RunResult, resolved: Mapping[str, Any], scenario_digest: str, seed: int) -> dict[str, bytes]:
    """Return the files of a run that depend on scenario and seed alone, contents by name."""
    contents = {"summary.json": json_bytes(summary(result, resolved, scenario_digest, seed))}
    return contents | {f"{name}.parquet": parquet_bytes(in_order(name, getattr(result, name))) for name in TABLES}


def summary(result: RunResult, resolved: Mapping[str, Any], scenario_digest: str, seed: int) -> dict[str, Any]:
    """Return the contents of ``summary.json``: all measures by flat keys, and their units by the same keys."""
    return {
        "format": 1,
        "phases": result.phases,
        "scenario": resolved["id"],
        "scenario_digest": scenario_digest,
        "seed": seed,
        "units": {key: measure_of(key).unit for key in result.summary},
        "values": result.summary,
    }
