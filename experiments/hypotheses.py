"""The register of hypotheses: what is expected of each policy, written down before it is run, and how it is judged.

A hypothesis is a *contrast*: a weighted sum of one measure, or of one less another, over arms (scenarios with settings)
and loads, with the sign that is expected of it. Arms share their random numbers, so a contrast is taken replication by
replication. All signs of the register are tested together: Holm's procedure keeps the chance of even one false finding
under 5 %.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict
from scipy.stats import t as student

from ..model.measures import measure_of
from ..scenarios.errors import Problem, ScenarioError, listed, nearest
from ..scenarios.forms import read_form
from ..scenarios.schema import Calendar, Part, Words
from ..scenarios.sentences import t
from .statistics import LEVEL, holm, smallest, t_half_width, t_p

REGISTER = Path(__file__).with_name("hypotheses.toml")
"""The register of this project."""
Expect = Literal["falls", "rises", "unchanged"]
Names = Annotated[tuple[str, ...], Strict(False)]


class Arm(Part):
    """What one side of a contrast runs: a scenario, what is laid over it, and single values set anew."""

    scenario: str = Field(description="a shipped scenario")
    layers: Names = Field(default=(), description="scenarios laid over it")
    settings: dict[str, Any] = Field(default_factory=dict, description="single values by name")
    city: str = Field(default="", description="another city than the register's")
    warm_up_days: int = Field(default=0, ge=0, description="another warm-up than the register's; 0: the register's")


class Hypothesis(Part):
    """One expectation."""

    id: str = Field(min_length=1, description="name of the hypothesis")
    about: str = Field(min_length=1, description="policy or prediction that it belongs to")
    claim: Words = Field(description="what is expected, in both languages")
    measure: str = Field(description="key of a measure")
    beside: str = Field(default="", description="key of a measure that is subtracted from it, run by run")
    expect: Expect = Field(description="sign of the contrast")
    arm: str = Field(default="", description="arm that is compared")
    against: str = Field(default="baseline", description="arm that it is compared with")
    contrast: dict[str, float] = Field(default_factory=dict, description="weights by arm, or arm@load")
    loads: Names = Field(default=(), description="loads at which it is tested; the usual ones without it")


class Register(Part):
    """All that is expected, and under which conditions it is run."""

    format: Literal[1] = Field(description="version of the form of this file")
    city: str = Field(min_length=1, description="a shipped city")
    seed: int = Field(ge=0, description="root of the replications' seeds")
    replications: int = Field(ge=2, description="runs of each arm and load")
    calendar: Calendar = Field(description="days of a run")
    load: dict[str, float] = Field(min_length=1, description="factor on demand by name, in order")
    usual: Names = Field(
        default=(), description="loads at which a hypothesis is tested that names none; all without it"
    )
    arm: dict[str, Arm] = Field(default_factory=dict, description="arms that are not simply a shipped scenario")
    hypothesis: Annotated[tuple[Hypothesis, ...], Strict(False)] = Field(min_length=1, description="what is expected")

    def arm_of(self, name: str) -> Arm:
        """Return an arm by name; a name that no table declares is that of a shipped scenario."""
        return self.arm.get(name) or Arm(scenario=name)

    def reference_of(self, name: str) -> str:
        """Return the arm without a policy with the city, shocks and warm-up of another, ``""`` if there is none."""

        def place(key: str) -> tuple[object, ...]:
            arm = self.arm_of(key)
            return arm.layers, arm.city, arm.warm_up_days

        plain = (key for key in ("baseline", *self.arm) if self.arm_of(key).scenario == "baseline")
        return next((key for key in plain if place(key) == place(name)), "")


Cell = tuple[str, str]
"""An arm at a load."""


@dataclass(frozen=True)
class Trial:
    """A hypothesis at one load, or over several where its contrast names them: the weights of its cells."""

    hypothesis: Hypothesis
    load: str
    weights: Mapping[Cell, float]


@dataclass(frozen=True)
class Finding:
    """What the runs say about a test.

    Attributes:
        n: Replications in which all values are known.
        reference: Mean of what is compared with: the weighted sum of the cells with negative weight, sign turned.
        difference: Mean of the contrast, in the measure's unit.
        low: Lower end of its 95 % interval (not adjusted for the number of tests).
        high: Upper end.
        p: Two-sided p of no difference; where none is expected, the larger p of the two one-sided tests that it lies
            beyond the smallest difference that matters.
        adjusted: ``p`` by Holm's procedure over the whole register.
        matters: Whether the difference is at least as large as the smallest that matters.
        outcome: ``borne_out``, ``contrary`` or ``undecided``.
    """

    hypothesis: str
    load: str
    n: int
    reference: float
    difference: float
    low: float
    high: float
    p: float
    adjusted: float
    matters: bool
    outcome: str


def load_register(path: Path = REGISTER) -> Register:
    """Return a register, checked against what is shipped.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    register, name, _ = read_form(path, Register)
    if problems := _misfits(register, name):
        raise ScenarioError(problems)
    return register


def _misfits(register: Register, name: str) -> list[Problem]:
    """Return what the form cannot see: unknown arms, loads and measures, and ids that come twice."""
    from ..scenarios.loader import list_cities, list_scenarios

    arms = [*register.arm, *(s["id"] for s in list_scenarios())]
    found: list[Problem] = []

    def wrong(key: str, value: str, known: Sequence[str]) -> None:
        if value not in known:
            reason = t("must be one of {choices}", choices=listed(known, 12))
            found.append(Problem(name, key, reason, value, near=nearest(value, known)))

    wrong("city", register.city, [city["id"] for city in list_cities()])
    for key, arm in register.arm.items():
        if arm.city:
            wrong(f"arm.{key}.city", arm.city, [city["id"] for city in list_cities()])
        wrong(f"arm.{key}.scenario", arm.scenario, [s["id"] for s in list_scenarios()])
        if not register.reference_of(key):
            found.append(
                Problem(name, f"arm.{key}.layers", t("no arm runs the baseline with these in this city"), arm.layers)
            )
    for load in register.usual:
        wrong("usual", load, list(register.load))
    ids = [h.id for h in register.hypothesis]
    for h in register.hypothesis:
        key = f"hypothesis.{h.id}"
        if ids.count(h.id) > 1:
            found.append(Problem(name, f"{key}.id", t("comes twice"), h.id))
        for part, measure in (("measure", h.measure), ("beside", h.beside)):
            if measure and measure_of(measure).group == "other":
                found.append(Problem(name, f"{key}.{part}", t("is no measure of a run"), measure))
        if bool(h.arm) == bool(h.contrast):
            found.append(Problem(name, key, t("give either arm or contrast")))
        for load in h.loads:
            wrong(f"{key}.loads", load, list(register.load))
        for cell in _weights(h):
            arm_name, _, load = cell.partition("@")
            wrong(f"{key}.contrast" if h.contrast else f"{key}.arm", arm_name, arms)
            if load:
                wrong(f"{key}.contrast", load, list(register.load))
    return found


def _weights(h: Hypothesis) -> dict[str, float]:
    return dict(h.contrast) if h.contrast else {h.arm: 1.0, h.against: -1.0}


def _cell(name: str) -> Cell:
    arm, _, load = name.partition("@")
    return arm, load


def trials_of(register: Register) -> list[Trial]:
    """Return all tests in the order of the register: one a hypothesis and load, or one over the loads of a contrast."""
    found = []
    for h in register.hypothesis:
        weights = {_cell(name): weight for name, weight in _weights(h).items()}
        if any(load for _, load in weights):
            found.append(Trial(h, "", weights))
            continue
        for load in h.loads or register.usual or register.load:
            found.append(Trial(h, load, {(arm, load): weight for (arm, _), weight in weights.items()}))
    return found


def cells_of(trials: Sequence[Trial]) -> list[Cell]:
    """Return every arm at every load that some test needs, in the order in which they are met."""
    return list(dict.fromkeys(cell for trial in trials for cell in trial.weights))


def judge(trials: Sequence[Trial], values: Mapping[tuple[Cell, str], NDArray[np.float64]]) -> list[Finding]:
    """Judge all tests together.

    Args:
        trials: What is tested.
        values: One value a replication, shape (replications,), by cell and measure; ``nan`` where a run has none.
    """
    rough = [_measure(trial, values) for trial in trials]
    adjusted = holm([finding.p for finding, _ in rough])
    return [
        _outcome(trial, finding, margin, p) for trial, (finding, margin), p in zip(trials, rough, adjusted, strict=True)
    ]


def _measure(trial: Trial, values: Mapping[tuple[Cell, str], NDArray[np.float64]]) -> tuple[Finding, float]:
    """Return contrast, interval and p of a test, and the smallest difference that matters."""
    h = trial.hypothesis
    columns = {cell: values[cell, h.measure] - (values[cell, h.beside] if h.beside else 0.0) for cell in trial.weights}
    known = np.all([np.isfinite(column) for column in columns.values()], axis=0)
    contrast = np.sum([weight * columns[cell][known] for cell, weight in trial.weights.items()], axis=0)
    n = int(known.sum())
    less = [-weight * columns[cell][known].mean() for cell, weight in trial.weights.items() if weight < 0 and n]
    reference = float(np.sum(less)) if n else math.nan
    mean = float(contrast.mean()) if n else math.nan
    half = t_half_width(contrast)
    measure = measure_of(h.measure)
    margin = smallest(reference, measure.unit, measure.group)
    p = t_p(contrast) if h.expect != "unchanged" else _p_beyond(contrast, margin)
    finding = Finding(
        h.id, trial.load, n, reference, mean, mean - half, mean + half, p, math.nan, abs(mean) >= margin, ""
    )
    return finding, margin


def _p_beyond(contrast: NDArray[np.float64], margin: float) -> float:
    """Return the p of two one-sided tests that the mean lies at or beyond ``margin`` from zero."""
    n = len(contrast)
    if n < 2:
        return 1.0
    error = float(np.std(contrast, ddof=1)) / math.sqrt(n)
    gap = margin - abs(float(contrast.mean()))
    if error == 0.0:
        return 0.0 if gap > 0.0 else 1.0
    return float(student.sf(gap / error, n - 1))


def _outcome(trial: Trial, finding: Finding, margin: float, adjusted: float) -> Finding:
    expect = trial.hypothesis.expect
    clear = adjusted < 1.0 - LEVEL
    if expect == "unchanged":
        beyond = finding.low > margin or finding.high < -margin
        outcome = "borne_out" if clear else "contrary" if beyond else "undecided"
    elif not clear:
        outcome = "undecided"
    else:
        outcome = "borne_out" if (finding.difference > 0) == (expect == "rises") else "contrary"
    parts = {name: getattr(finding, name) for name in Finding.__dataclass_fields__}
    return Finding(**{**parts, "adjusted": adjusted, "outcome": outcome})
