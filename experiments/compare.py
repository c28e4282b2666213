"""Paired comparison: several scenarios, the same replications, one difference and one interval a measure."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scenarios.sentences import Sentence, Told, t
from .comparison import Comparison, ScenarioInfo, assemble
from .crate import describe_comparison
from .inputs import Inputs, inputs_of
from .manifest import command_line, options
from .outcome import Outcome, condense
from .parallel import Progress, default_workers, run_tasks
from .resume import Found, look
from .run import Simulate, run_resolved, simulate
from .seeds import replication_seed
from .tables import json_bytes, parquet_bytes, write_together

if TYPE_CHECKING:
    from ..scenarios.schema import Scenario

DEPTH = 3
"""How many folders a run of a comparison lies below that of the comparison."""
PAIRED = ("--city", "--start", "--days", "--warm-up", "--follow-up")
"""Options for what all sides of a comparison share; without that there is nothing to pair."""


class ComparisonError(Told, ValueError):
    """Scenarios, or a number of replications, that make no comparison."""


@dataclass(frozen=True, slots=True)
class RunTask:
    """One run of a comparison, as plain data for a worker process."""

    resolved: Mapping[str, Any]
    scenario_digest: str
    replication: int
    seed: int
    folder: str | None
    command: str
    engine: Simulate
    inputs: Inputs = field(default_factory=Inputs)

    @property
    def written(self) -> Mapping[str, Any]:
        """The resolved scenario as the run's own file tells of it."""
        return self.inputs.of_run(self.resolved, DEPTH)

    def __str__(self) -> str:
        return f"{self.resolved['id']}, replication {self.replication}"


def run_task(task: RunTask) -> Outcome:
    """Run one task, in whatever process, write its folder if it has one, and return what the comparison keeps."""
    out = Path(task.folder) if task.folder else None
    gc.collect()  # the model of the run before, whose parts know one another, is as large as this one's will be
    return condense(
        run_resolved(
            task.resolved,
            task.scenario_digest,
            seed=task.seed,
            out=out,
            command=task.command,
            engine=task.engine,
            inputs=task.inputs,
            depth=DEPTH,
        )
    )


def compare(
    scenarios: Sequence[Scenario],
    *,
    replications: int = 5,
    workers: int | None = None,
    seed: int = 1,
    out: Path | None = None,
    progress: Progress | None = None,
    tell: Callable[[Sentence], None] | None = None,
    engine: Simulate = simulate,
    sources: Sequence[str] = (),
) -> Comparison:
    """Run several scenarios over the same replications and compare each with the first.

    Args:
        scenarios: The baseline, then what it is compared with; one city and calendar, distinct ids.
        replications: Runs of each scenario; an interval needs two, a useful one five or more.
        workers: Processes; default one for each core.
        seed: Root of the replications' seeds.
        out: Folder for ``comparison.json``, ``curves.parquet`` and ``runs/<scenario>/<replication>/``. Runs that it
            holds already, finished and with the same scenario, seed and versions, are used again.
        progress: Called with runs done and runs in all.
        tell: Called with what is to be said about runs that are used again or run again.
        engine: What runs a scenario; an importable function.
        sources: Scenarios and layers as they were named; files of the user's own among them, those that they extend and
            the city file are kept in ``out/inputs/``.

    Raises:
        ComparisonError: If the scenarios cannot be compared or a number is too small.
        OtherRunsError: If the folder holds runs that are no part of this comparison.
        WorkerLostError: If a worker is killed twice over the same runs.
    """
    resolved = [scenario.resolved() for scenario in scenarios]
    check_comparable(resolved, replications)
    digests = [scenario.digest() for scenario in scenarios]
    seeds = [replication_seed(seed, r) for r in range(replications)]
    inputs = inputs_of(sources, resolved[0]["city"]) if out is not None else Inputs()
    command = command_for(resolved, replications, seed, inputs)
    sides = run_sides(
        scenarios, seeds, command=command, workers=workers, out=out, progress=progress, tell=tell, engine=engine,
        inputs=inputs,
    )  # fmt: skip
    infos = [inputs.of_side(ScenarioInfo.of(plain, digest)) for plain, digest in zip(resolved, digests, strict=True)]
    comparison = assemble(infos, sides, seed=seed, seeds=seeds, command=command)
    if out is not None:
        write_comparison(comparison, out, inputs)
    return comparison


def command_for(
    resolved: Sequence[Mapping[str, Any]], replications: int, seed: int, inputs: Inputs | None = None
) -> str:
    """Return the command that makes a comparison again."""
    names = [str(plain["id"]) for plain in resolved]
    amount = ["--replications", str(replications), "--seed", str(seed)]
    reference = [] if names[0] == "baseline" else ["--against", names[0]]
    return command_line(["cogov", "compare", *names[1:], *reference, *options(resolved[0]), *amount],
                        inputs=inputs)  # fmt: skip


def run_sides(
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    *,
    command: str,
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    tell: Callable[[Sentence], None] | None = None,
    engine: Simulate = simulate,
    inputs: Inputs | None = None,
) -> list[list[Outcome]]:
    """Run every scenario with every seed; return the outcomes by scenario and seed. See ``compare`` for the rest."""
    tasks = [
        RunTask(plain, digest, r, seed, str(out / "runs" / plain["id"] / str(r)) if out else None, command, engine,
                inputs or Inputs())
        for plain, digest in ((scenario.resolved(), scenario.digest()) for scenario in scenarios)
        for r, seed in enumerate(seeds)
    ]  # fmt: skip
    found = look(out, tasks) if out else Found()
    for sentence in found.said:
        (tell or (lambda said: None))(sentence)
    outcomes = _run_rest(tasks, found, workers, progress)
    return [outcomes[i * len(seeds) : (i + 1) * len(seeds)] for i in range(len(scenarios))]


def _run_rest(tasks: Sequence[RunTask], found: Found, workers: int | None, progress: Progress | None) -> list[Outcome]:
    """Run the tasks that are not done yet, and return the outcomes of all in their order."""
    left = [i for i in range(len(tasks)) if i not in found.outcomes]

    def report(done: int, _: int) -> None:
        if progress:
            progress(len(found.outcomes) + done, len(tasks))

    made = run_tasks(
        run_task, [tasks[i] for i in left], workers=default_workers(len(left)) if workers is None else workers,
        progress=report,
    )  # fmt: skip
    outcomes = found.outcomes | dict(zip(left, made, strict=True))
    return [outcomes[i] for i in range(len(tasks))]


def check_comparable(resolved: Sequence[Mapping[str, Any]], replications: int) -> None:
    """Raise a `ComparisonError` unless the scenarios can be paired."""
    if len(resolved) < 2:
        raise ComparisonError(t("a comparison needs a baseline and at least one other scenario"))
    if replications < 1:
        raise ComparisonError(t("replications: {n} is too few, at least 1 is needed", n=replications))
    ids = [str(plain["id"]) for plain in resolved]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise ComparisonError(t("two of the scenarios are called {name}; give each its own id", name=repr(twice[0])))
    first = _shared(resolved[0])
    for name, plain in zip(ids, resolved, strict=True):
        for (key, value), option in zip(_shared(plain).items(), PAIRED, strict=True):
            if value != first[key]:
                raise ComparisonError(
                    t("{name}: {key} is {value}, but {first} has {other}; scenarios that are compared share city and "
                      "days: give both the same, for instance with {option} {other}",
                      name=name, key=key, value=value, first=ids[0], other=first[key], option=option)
                )  # fmt: skip


def _shared(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return what all sides of a comparison share, by key, in the order of `PAIRED`."""
    days = ("start", "days", "warm_up_days", "follow_up_days")
    return {"city": plain["city"], **{f"calendar.{key}": plain["calendar"][key] for key in days}}


def write_comparison(comparison: Comparison, out: Path, inputs: Inputs) -> None:
    """Write ``comparison.json``, its curves and grids and the inputs, and make the folder an RO-Crate."""
    tables = {"curves": comparison.curve_table(), "grids": comparison.grid_table()}
    contents = {f"{name}.parquet": parquet_bytes(table) for name, table in tables.items()}
    write_together(out, {**inputs.files, **contents, "comparison.json": json_bytes(comparison.to_dict())})
    describe_comparison(out, sorted(inputs.files))
