"""The file of an experiment: which scenarios, which factors, which design, how often, and what is kept.

An experiment crosses its scenarios with the points of a design. A point sets values by name, as ``--set`` does; each
pair of scenario and point is run in replications that share their random numbers over all scenarios, and over all
points unless each has numbers of its own.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from ..model.measures import measure_of
from ..scenarios.errors import ABSENT, Problem, ScenarioError, nearest
from ..scenarios.forms import read_form
from ..scenarios.schema import Id, Part, Words
from ..scenarios.sentences import Sentence, t

Names = Annotated[tuple[str, ...], Strict(False)]
Values = Annotated[tuple[float | str, ...], Strict(False)]
Kind = Literal[
    "full_factorial", "fractional_factorial", "one_at_a_time", "latin_hypercube", "sobol", "morris", "list", "single"
]


class Factor(Part):
    """Something that is varied: named values, or a range."""

    name: str = Field(min_length=1, description="what is set, as with --set")
    levels: Values = Field(default=(), description="values it takes")
    low: float | None = Field(default=None, description="lower end of its range")
    high: float | None = Field(default=None, description="upper end of its range")
    steps: int = Field(default=2, ge=2, le=1000, description="values taken of a range by factorial designs")
    scale: Literal["linear", "log"] = Field(default="linear", description="how a range is divided")


class DesignTable(Part):
    """How the factors are combined."""

    kind: Kind = Field(default="single", description="kind of design")
    points: int = Field(default=0, ge=0, le=10_000_000, description="points, or base samples of sobol")
    resolution: int = Field(default=3, ge=3, le=5, description="resolution of a fractional factorial")
    trajectories: int = Field(default=10, ge=2, le=10_000, description="trajectories of morris")
    grid_levels: int = Field(default=4, ge=2, le=100, description="levels of the grid of morris")
    second_order: bool = Field(default=False, description="whether sobol's interactions are wanted")
    seed: int = Field(default=1, ge=0, le=2**32 - 1, description="seed of what the design draws")
    file: str = Field(default="", description="CSV file of a list, a column a factor")


class RunTable(Part):
    """How each point is run."""

    replications: int = Field(default=5, ge=1, le=1_000_000, description="runs of each scenario and point")
    seed: int = Field(default=1, ge=0, le=2**48, description="root of the replications' seeds")
    seeds: Literal["shared", "by_point"] = Field(
        default="shared", description="whether all points share their random numbers, or each has its own"
    )
    workers: int = Field(default=0, ge=0, le=10_000, description="processes, 0 for one each core")
    retries: int = Field(
        default=1, ge=0, le=100, description="times that a run that failed or was killed is tried again"
    )
    timeout_minutes: float = Field(default=0.0, ge=0, description="minutes after which a run is given up, 0 for never")
    fork_at: dt.date | None = Field(default=None, description="day before which runs with the same history are one")


class StopTable(Part):
    """When it is enough: what is asked of one measure, looked at after whole rounds of replications."""

    rule: Literal["never", "best", "half_width"] = Field(default="never", description="when runs stop")
    measure: str = Field(default="", description="measure that the rule looks at")
    indifference: float = Field(default=0.0, ge=0, description="smallest difference that matters, in its unit")
    half_width: float = Field(default=0.0, ge=0, description="wished half-width of each interval, in its unit")
    first: int = Field(default=10, ge=2, le=10_000, description="replications before the first look")
    step: int = Field(default=4, ge=1, le=10_000, description="replications from look to look")


class KeepTable(Part):
    """What is kept of each run."""

    measures: Names = Field(default=(), description="measures kept, all without it")
    daily: bool = Field(default=True, description="whether daily curves are kept")
    grids: bool = Field(default=False, description="whether the table of grids is kept")


class Experiment(Part):
    """An experiment as its file says."""

    format: Literal[1] = Field(description="version of the form of this file")
    id: Id = Field(description="the file's name without .toml")
    name: Words = Field(description="name in both languages")
    question: Words = Field(description="the question that the experiment answers, in both languages")
    scenarios: Names = Field(min_length=1, description="scenarios, the one compared with first")
    layers: Names = Field(default=(), description="scenarios laid over each")
    settings: dict[str, Any] = Field(default_factory=dict, description="single values set in all runs")
    city: str = Field(default="", description="another city than the scenarios'")
    start: dt.date | None = Field(default=None, description="another first day of the window")
    days: int | None = Field(default=None, ge=1, le=3650, description="another length of the window, days")
    warm_up_days: int | None = Field(default=None, ge=0, le=3650, description="another length of the warm-up, days")
    follow_up_days: int | None = Field(default=None, ge=0, le=3650, description="another length of the follow-up, days")
    factor: Annotated[tuple[Factor, ...], Strict(False)] = Field(default=(), description="what is varied")
    design: DesignTable = Field(default_factory=DesignTable, description="how factors are combined")
    run: RunTable = Field(default_factory=RunTable, description="how each point is run")
    stop: StopTable = Field(default_factory=StopTable, description="when it is enough")
    keep: KeepTable = Field(default_factory=KeepTable, description="what is kept of each run")


def load_experiment(path: Path) -> Experiment:
    """Return an experiment, checked as far as its form goes; ``points.check`` looks at its scenarios and values.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    made, name, _ = read_form(path, Experiment, named=True)
    if problems := _misfits(made, name, path):
        raise ScenarioError(problems)
    return made


def _misfits(made: Experiment, name: str, path: Path) -> list[Problem]:
    """Return what the form cannot see."""
    found: list[Problem] = []

    def wrong(key: str, reason: Sentence, value: Any = ABSENT) -> None:
        found.append(Problem(name, key, reason, value))

    if made.id != path.stem:
        wrong("id", t('must be the file\'s name without .toml, "{stem}"', stem=path.stem), made.id)
    names = [factor.name for factor in made.factor]
    for factor in made.factor:
        key = f"factor.{factor.name}"
        if names.count(factor.name) > 1:
            wrong(key, t("comes twice"))
        ranged = factor.low is not None and factor.high is not None
        if ranged == bool(factor.levels):
            wrong(key, t("give either levels, or low and high"))
        elif ranged and not factor.low < factor.high:  # type: ignore[operator]
            wrong(f"{key}.low", t("must be below high ({high})", high=factor.high), factor.low)
        elif ranged and factor.scale == "log" and factor.low <= 0:  # type: ignore[operator]
            wrong(f"{key}.low", t("must be above 0 on a log scale"), factor.low)
        elif factor.levels and made.design.kind in ("sobol", "morris") and len(factor.levels) > 1:
            wrong(f"{key}.levels", t("this design needs a range, low and high, not levels"))
    kind, design = made.design.kind, made.design
    if kind == "single" and made.factor:
        wrong("design.kind", t("is missing: factors are given, but not how they are combined"))
    if kind not in ("single", "list") and not made.factor:
        wrong("factor", t("is missing: the design has nothing to vary"))
    if kind in ("latin_hypercube", "sobol") and design.points < 1:
        wrong("design.points", t("is missing: how many points the design has"))
    if kind == "sobol" and design.points & (design.points - 1):
        wrong(
            "design.points", t("must be a power of 2, such as {near}", near=_power_of_two(design.points)), design.points
        )
    if kind == "list" and not design.file:
        wrong("design.file", t("is missing: the CSV file with a column a factor and a row a point"))
    for key in made.keep.measures:
        if measure_of(key).group == "other":
            found.append(
                Problem(name, "keep.measures", t("is no measure of a run"), key, near=nearest(key, _measures()))
            )
    return found + (_misfits_of_stop(made, name) if made.stop.rule != "never" else [])


def _misfits_of_stop(made: Experiment, name: str) -> list[Problem]:
    """Return what is wrong with a rule that shall stop the runs."""
    stop, found = made.stop, []
    measure = measure_of(stop.measure)
    if not stop.measure:
        found.append(Problem(name, "stop.measure", t("is missing: {what}", what=t("measure that the rule looks at"))))
    elif measure.group == "other":
        near = nearest(stop.measure, _measures())
        found.append(Problem(name, "stop.measure", t("is no measure of a run"), stop.measure, near=near))
    elif stop.rule == "best" and measure.better == 0:
        found.append(Problem(name, "stop.measure", t("neither more nor less of it is better"), stop.measure))
    elif made.keep.measures and stop.measure not in made.keep.measures:
        found.append(Problem(name, "stop.measure", t("must be among keep.measures"), stop.measure))
    wish = "indifference" if stop.rule == "best" else "half_width"
    if getattr(stop, wish) == 0.0:
        found.append(Problem(name, f"stop.{wish}", t("must be above 0 for this rule")))
    if stop.first > made.run.replications:
        reason = t("must not be above run.replications ({n}), the most that are made", n=made.run.replications)
        found.append(Problem(name, "stop.first", reason, stop.first))
    return found


def _power_of_two(points: int) -> int:
    return 1 << max(3, points.bit_length())


def _measures() -> list[str]:
    from ..model.measures import MEASURES

    return list(MEASURES)
