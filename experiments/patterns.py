"""Patterns seen in cities' tickets and in studies: which figure of the model is accepted in which range; verdicts.

The patterns stand in ``patterns.toml``, their ranges written before the model was run. A verdict rests on Student's
95 % interval over replications: *met* where all of it lies in the range, *missed* where all of it lies outside, *open*
where it reaches over an end. What is said about those that are not met stands in ``patterns_notes.toml``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, Strict

from ..agents.rules import source_digest
from ..model.measures import measure_of
from ..model.state import ANSWERED, ATTEMPTS, RETRIES
from ..scenarios.errors import Problem, ScenarioError
from ..scenarios.forms import read_form
from ..scenarios.schema import Part, Scenario, Words
from ..scenarios.sentences import t
from .manifest import digest, policies_digest, versions
from .parallel import Progress, default_workers, run_tasks
from .pattern_figures import FIGURES, figure
from .pattern_queues import NAMES, queue_figures
from .seeds import replication_seed
from .seen import Seen
from .statistics import t_half_width
from .tables import json_bytes, write_together
from .tickets import LogOfTickets

REGISTER = Path(__file__).with_name("patterns.toml")
QUEUES = "queues"
"""The arm that is no city but a network of queues."""
FIGURES_FROM = ("pattern_*.py", "patterns.py", "seen.py", "tickets.py", "benchmarks/network.py")
"""Modules that a figure is made by, beside the model and its policies."""
MET, MISSED, OPEN = "met", "missed", "open"


class Arm(Part):
    """What is run: a scenario, what is laid over it, and single values set anew."""

    scenario: str = Field(default="baseline", description="a shipped scenario")
    layers: Annotated[tuple[str, ...], Strict(False)] = Field(default=(), description="scenarios laid over it")
    settings: dict[str, Any] = Field(default_factory=dict, description="single values by name")
    follow_up_days: int = Field(default=30, ge=1, le=365, description="days after the window")


class Check(Part):
    """One figure and the range in which it is accepted."""

    id: str = Field(min_length=1, description="name of the check")
    figure: str = Field(min_length=1, description="figure of pattern_figures, or key of a measure")
    what: Words = Field(description="what the figure is, in both languages")
    arm: str = Field(default="baseline", description="arm in which it is looked at")
    against: str = Field(default="", description="arm whose figure is taken off")
    unit: Literal["1", "share", "points"] = Field(default="1", description="how it is shown")
    low: float | None = Field(default=None, description="lower end of the range, none if open")
    high: float | None = Field(default=None, description="upper end of the range, none if open")


class Pattern(Part):
    """A pattern with its checks."""

    id: str = Field(min_length=1, description="name of the pattern")
    name: Words = Field(description="the pattern in a few words, in both languages")
    source: Words = Field(description="where it was seen, with figures, in both languages")
    check: Annotated[tuple[Check, ...], Strict(False)] = Field(min_length=1, description="what is looked at")


class Patterns(Part):
    """All patterns, and how the model is run for them."""

    format: Literal[1] = Field(description="version of the form of this file")
    seed: int = Field(ge=0, description="root of the replications' seeds")
    warm_up_days: int = Field(ge=0, le=365, description="days before the window")
    days: int = Field(ge=28, le=365, description="days of the window")
    arm: dict[str, Arm] = Field(min_length=1, description="what is run, by name")
    pattern: Annotated[tuple[Pattern, ...], Strict(False)] = Field(min_length=1, description="patterns")


@dataclass(frozen=True)
class Verdict:
    """What came out of a check: mean and interval over ``n`` replications in which the figure is known."""

    check: str
    n: int
    value: float
    low: float
    high: float
    verdict: str


def load_patterns(path: Path = REGISTER) -> Patterns:
    """Return the patterns of a file.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    found, name, _ = read_form(path, Patterns)
    if wrong := list(_misfits(found, name)):
        raise ScenarioError(wrong)
    return found


def _misfits(patterns: Patterns, name: str) -> Sequence[Problem]:
    found = []
    checks = [check for pattern in patterns.pattern for check in pattern.check]
    for check in checks:
        if [c.id for c in checks].count(check.id) > 1:
            found.append(Problem(name, f"{check.id}.id", t("comes twice"), check.id))
        for key, arm in (("arm", check.arm), ("against", check.against)):
            if arm not in {*patterns.arm, QUEUES, ""}:
                choices = ", ".join([*patterns.arm, QUEUES])
                found.append(Problem(name, f"{check.id}.{key}", t("must be one of {choices}", choices=choices), arm))
        known = check.figure in (NAMES if check.arm == QUEUES else FIGURES)
        if not known and measure_of(check.figure).group == "other":
            found.append(Problem(name, f"{check.id}.figure", t("is no measure of a run"), check.figure))
    return found


# Running ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """An arm and a replication; ``scenario`` is empty for the network of queues."""

    arm: str
    replication: int
    seed: int
    scenario: Mapping[str, Any]
    figures: tuple[str, ...]
    digest: str


def scenario_of(patterns: Patterns, arm: str, city: str) -> Scenario:
    """Return the scenario of an arm in a city."""
    from ..scenarios.loader import load_scenario

    a = patterns.arm[arm]
    return load_scenario(
        a.scenario, layers=a.layers, settings=a.settings, city=city, days=patterns.days,
        warm_up_days=patterns.warm_up_days, follow_up_days=a.follow_up_days,
    )  # fmt: skip


def look_at(task: Task) -> dict[str, float]:
    """Run an arm once and return its figures by name; ``nan`` where one cannot be known."""
    if task.arm == QUEUES:
        return queue_figures(task.seed)
    from ..scenarios.city_model import CityModel

    log = LogOfTickets()
    model = CityModel(task.scenario, task.seed, log)
    calls = np.zeros((model.plan.days + 1, 3), dtype=np.int64)
    for day in range(model.plan.days):
        model.step()
        calls[day + 1] = model.tables["sc"][[ATTEMPTS, ANSWERED, RETRIES]]
    seen = Seen(model, model.result(), log.tickets(), np.diff(calls, axis=0))
    return {name: figure(name, seen) for name in task.figures}


@cache
def code_digest() -> str:
    """Return a digest of all code that decides a figure: the model, its policies, and how figures are read off."""
    here = Path(__file__).parent
    sources = {path.name: path.read_bytes() for name in FIGURES_FROM for path in here.glob(name)}
    return f"{source_digest()}-{policies_digest()}-{digest(sources)[:16]}"


def tasks_of(patterns: Patterns, city: str, replications: int) -> list[Task]:
    """Return every run that the patterns need; arms of one replication share their seed."""
    wanted: dict[str, dict[str, None]] = {}
    for check in (c for pattern in patterns.pattern for c in pattern.check):
        for arm in filter(None, (check.arm, check.against)):
            wanted.setdefault(arm, {})[check.figure] = None
    found = []
    for arm, names in wanted.items():
        scenario = None if arm == QUEUES else scenario_of(patterns, arm, city)
        plain = scenario.resolved() if scenario else {}
        for r in range(replications):
            seed = replication_seed(patterns.seed, r)
            made_by = f"{scenario.digest() if scenario else QUEUES}-{code_digest()}-{seed}"
            found.append(Task(arm, r, seed, plain, tuple(sorted(names)), made_by))
    return found


def validate(
    city: str = "gulou",
    replications: int = 8,
    *,
    patterns: Patterns | None = None,
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    name: str = "validation.json",
) -> dict[str, Any]:
    """Hold the model against the patterns and return what came out, ready for JSON.

    Args:
        city: Shipped name or path of a city.
        replications: Runs of each arm; an interval needs two.
        patterns: Others than those of the project.
        workers: Processes; default one for each core.
        out: Folder that keeps the figures of every run, which are used again, and gets ``validation.json``.
        progress: Called with runs done and runs in all.
        name: Another name for that file.

    Raises:
        ValueError: For fewer than two replications.
    """
    if replications < 2:
        raise ValueError(f"replications: {replications} is too few, an interval needs 2")
    patterns = patterns or load_patterns()
    tasks = tasks_of(patterns, city, replications)
    figures = _run(tasks, out, workers, progress)
    values = {(task.arm, name, task.replication): x for task, made in zip(tasks, figures, strict=True)
              for name, x in made.items()}  # fmt: skip
    verdicts = [judge(check, values, replications) for pattern in patterns.pattern for check in pattern.check]
    found = {
        "format": 1, "city": city, "replications": replications, "versions": versions(), "model": source_digest(),
        "patterns": patterns.model_dump(mode="json"), "verdicts": [asdict(v) for v in verdicts],
    }  # fmt: skip
    if out is not None:
        write_together(out, {name: json_bytes(found)})
    return found


def judge(check: Check, values: Mapping[tuple[str, str, int], float], replications: int) -> Verdict:
    """Return the verdict on a check from figures by arm, name and replication."""
    sides = [(check.arm, 1.0), (check.against, -1.0)] if check.against else [(check.arm, 1.0)]
    rows = np.array([sum(sign * values[arm, check.figure, r] for arm, sign in sides) for r in range(replications)])
    known = rows[np.isfinite(rows)]
    if len(known) < 2:
        return Verdict(check.id, len(known), math.nan, math.nan, math.nan, OPEN)
    mean, half = float(known.mean()), t_half_width(known)
    low, high = mean - half, mean + half
    least, most = (x if x is not None else end for x, end in ((check.low, -math.inf), (check.high, math.inf)))
    verdict = MET if least <= low and high <= most else MISSED if high < least or low > most else OPEN
    return Verdict(check.id, len(known), mean, low, high, verdict)


def _run(tasks: Sequence[Task], out: Path | None, workers: int | None, progress: Progress | None) -> list[Any]:
    """Return the figures of every task; those that the folder has from the very same run are not made again."""
    made = {i: kept for i, task in enumerate(tasks) if out and (kept := _kept(out, task)) is not None}
    left = [i for i in range(len(tasks)) if i not in made]

    def report(done: int, _: int) -> None:
        if progress:
            progress(len(made) + done, len(tasks))

    work = Keeping(str(out) if out else "")
    some = run_tasks(work, [tasks[i] for i in left], workers=workers or default_workers(len(left)), progress=report,
                     name=lambda task: f"{task.arm} {task.replication}")  # fmt: skip
    made |= dict(zip(left, some, strict=True))
    return [made[i] for i in range(len(tasks))]


@dataclass(frozen=True)
class Keeping:
    """Does a task and keeps its figures in a folder at once, ``""`` for none."""

    folder: str

    def __call__(self, task: Task) -> dict[str, float]:
        """Run it."""
        figures = look_at(task)
        if self.folder:
            content = {"digest": task.digest, "figures": figures}
            write_together(Path(self.folder) / "figures", {_name(task): json_bytes(content)})
        return figures


def _name(task: Task) -> str:
    return f"{task.arm}-{task.replication}.json"


def _kept(out: Path, task: Task) -> dict[str, float] | None:
    """Return the figures that a folder has of this very run, ``None`` if there are none or they are damaged."""
    try:
        content = json.loads((out / "figures" / _name(task)).read_text(encoding="utf-8"))
        figures = {name: math.nan if x is None else float(x) for name, x in content["figures"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return figures if content["digest"] == task.digest and set(task.figures) <= figures.keys() else None
