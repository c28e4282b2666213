"""The file of an experiment: which scenarios, which factors, which design, how often, and what is kept.

An experiment crosses its scenarios with the points of a design. A point sets values by name, as ``--set`` does; each
pair of scenario and point is run in replications that share their random numbers over all scenarios, and over all
points unless each has numbers of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, Strict

from ..model.measures import measure_of
from ..scenarios.errors import ABSENT, Problem, ScenarioError, nearest
from ..scenarios.schema import Id, Part, Words
from ..scenarios.sentences import Sentence, t
from ..scenarios.sources import CITIES, LIBRARY, id_of
from .sheet import Place, Sheet

Names = Annotated[tuple[str, ...], Strict(False)]
Scenarios = Annotated[tuple[Annotated[str, AfterValidator(lambda name: id_of(name, LIBRARY))], ...], Strict(False)]
City = Annotated[str, AfterValidator(lambda name: id_of(name, CITIES))]
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
    scenarios: Scenarios = Field(min_length=1, description="scenarios, the one compared with first")
    layers: Scenarios = Field(default=(), description="scenarios laid over each")
    settings: dict[str, Any] = Field(default_factory=dict, description="single values set in all runs")
    city: City = Field(default="", description="another city than the scenarios'")
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
    """Return an experiment, checked as far as its form goes; ``checked.load_checked`` tries it on its scenarios too.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    made, problems, _ = read_experiment(Sheet.read(path), path.stem)
    if problems:
        raise ScenarioError(problems)
    return made


def read_experiment(sheet: Sheet, stem: str) -> tuple[Experiment, list[Problem], frozenset[Place]]:
    """Return what a file says, what is wrong with it, and the places of which nothing is known for that reason.

    Args:
        sheet: The file.
        stem: Its name without ``.toml``.
    """
    made, problems, unknown = sheet.form(Experiment)
    return made, problems + _misfits(made, sheet, stem, unknown), unknown


def _misfits(made: Experiment, sheet: Sheet, stem: str, unknown: frozenset[Place]) -> list[Problem]:
    """Return what the form cannot see, of what it has left."""
    found = list[Problem]()
    if made.id != stem and ("id",) not in unknown:
        reason = t('must be the file\'s name without .toml, "{stem}"', stem=stem)
        found.append(sheet.problem(("id",), reason, made.id))
    for i, name in enumerate(made.scenarios):
        if name in made.scenarios[:i]:
            found.append(sheet.problem(("scenarios", i), t("comes twice"), name))
    for i in range(len(made.factor)):
        if not any(place[:2] == ("factor", i) for place in unknown):
            found += _misfits_of_factor(made, sheet, i)
    if not {("design",), ("design", "kind")} & unknown:
        found += [problem for place, problem in _misfits_of_design(made, sheet) if place not in unknown]
    for key in made.keep.measures:
        if measure_of(key).group == "other":
            near = nearest(key, _measures())
            found.append(sheet.problem(("keep", "measures"), t("is no measure of a run"), key, near))
    if made.stop.rule != "never":
        if ("run", "replications") in unknown:
            unknown |= {("stop", "first")}
        found += [problem for place, problem in _misfits_of_stop(made, sheet) if place not in unknown]
    return found


def _misfits_of_factor(made: Experiment, sheet: Sheet, i: int) -> Iterator[Problem]:
    """Yield what does not fit together in a factor."""
    factor, place = made.factor[i], ("factor", i)
    if factor.name in [other.name for other in made.factor[:i]]:
        yield sheet.problem((*place, "name"), t("comes twice"))
    ranged = factor.low is not None and factor.high is not None
    if ranged == bool(factor.levels):
        yield sheet.problem(place, t("give either levels, or low and high"))
    elif ranged and not factor.low < factor.high:  # type: ignore[operator]
        yield sheet.problem((*place, "low"), t("must be below high ({high})", high=factor.high), factor.low)
    elif ranged and factor.scale == "log" and factor.low <= 0:  # type: ignore[operator]
        yield sheet.problem((*place, "low"), t("must be above 0 on a log scale"), factor.low)
    elif factor.levels and made.design.kind in ("sobol", "morris") and len(factor.levels) > 1:
        yield sheet.problem((*place, "levels"), t("this design needs a range, low and high, not levels"))


def _misfits_of_design(made: Experiment, sheet: Sheet) -> Iterator[tuple[Place, Problem]]:
    """Yield what the kind of design lacks, with its place."""

    def wrong(place: Place, reason: Sentence, value: Any = ABSENT) -> tuple[Place, Problem]:
        return place, sheet.problem(place, reason, value)

    design, kind = made.design, made.design.kind
    if kind == "single" and made.factor:
        yield wrong(("design", "kind"), t("is missing: factors are given, but not how they are combined"))
    if kind not in ("single", "list") and not made.factor:
        yield wrong(("factor",), t("is missing: the design has nothing to vary"))
    if kind in ("latin_hypercube", "sobol") and design.points < 1:
        yield wrong(("design", "points"), t("is missing: how many points the design has"))
    if kind == "sobol" and design.points & (design.points - 1):
        reason = t("must be a power of 2, such as {near}", near=_power_of_two(design.points))
        yield wrong(("design", "points"), reason, design.points)
    if kind == "list" and not design.file:
        yield wrong(("design", "file"), t("is missing: the CSV file with a column a factor and a row a point"))


def _misfits_of_stop(made: Experiment, sheet: Sheet) -> Iterator[tuple[Place, Problem]]:
    """Yield what is wrong with a rule that shall stop the runs, with its place."""
    stop, place = made.stop, ("stop", "measure")
    measure = measure_of(stop.measure)
    if not stop.measure:
        yield place, sheet.problem(place, t("is missing: {what}", what=t("measure that the rule looks at")))
    elif measure.group == "other":
        near = nearest(stop.measure, _measures())
        yield place, sheet.problem(place, t("is no measure of a run"), stop.measure, near)
    elif stop.rule == "best" and measure.better == 0:
        yield place, sheet.problem(place, t("neither more nor less of it is better"), stop.measure)
    elif made.keep.measures and stop.measure not in made.keep.measures:
        yield place, sheet.problem(place, t("must be among keep.measures"), stop.measure)
    place = ("stop", "indifference" if stop.rule == "best" else "half_width")
    if getattr(stop, place[1]) == 0.0:
        yield place, sheet.problem(place, t("must be above 0 for this rule"))
    place = ("stop", "first")
    if stop.first > made.run.replications:
        reason = t("must not be above run.replications ({n}), the most that are made", n=made.run.replications)
        yield place, sheet.problem(place, reason, stop.first)


def _power_of_two(points: int) -> int:
    return 1 << max(3, points.bit_length())


def _measures() -> list[str]:
    from ..model.measures import MEASURES

    return list(MEASURES)
