"""The file of a fit: which scenario is run where, which parameters are unknown, which targets are met or held out."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict

from ...scenarios.categories import known
from ...scenarios.errors import ABSENT, Problem, ScenarioError, listed, nearest
from ...scenarios.forms import read_form
from ...scenarios.loader import load_scenario
from ...scenarios.schema import Id, Part, Scenario, Words
from ...scenarios.sentences import Sentence, t
from .mapping import find_shipped
from .targets import SHARES, days_of

FITS = Path(__file__).resolve().parent / "fits"
"""Folder of the fits that the package ships."""

Names = Annotated[tuple[str, ...], Strict(False)]
Floats = NDArray[np.float64]


class Unknown(Part):
    """A parameter that is fitted, with the range in which it may lie; a priori it is uniform there."""

    name: str = Field(min_length=1, description="what is set, as with --set")
    low: float = Field(description="lower end of its range")
    high: float = Field(description="upper end of its range")
    scale: Literal["linear", "log"] = Field(default="linear", description="on which scale it is uniform")

    def value(self, unit: float) -> float:
        """Return the value at a place between 0 and 1 of the range."""
        if self.scale == "log":
            return math.exp(math.log(self.low) + unit * (math.log(self.high) - math.log(self.low)))
        return self.low + unit * (self.high - self.low)

    def unit(self, value: float) -> float:
        """Return the place of a value in the range, 0 to 1."""
        if self.scale == "log":
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


class Search(Part):
    """How hard the search is."""

    pilot: int = Field(default=200, ge=40, le=100_000, description="runs from which it is learnt what targets tell")
    particles: int = Field(default=100, ge=20, le=100_000, description="points of the posterior")
    generations: int = Field(default=5, ge=1, le=50, description="most generations of the search")
    predictive: int = Field(default=60, ge=20, le=10_000, description="runs that check the posterior")
    seed: int = Field(default=1, ge=0, le=2**32 - 1, description="seed of all that is drawn")


class FitFile(Part):
    """A fit as its file says."""

    format: Literal[1] = Field(description="version of the form of this file")
    id: Id = Field(description="the file's name without .toml")
    name: Words = Field(description="name in both languages")
    scenario: str = Field(min_length=1, description="scenario that is run")
    layers: Names = Field(default=(), description="scenarios laid over it")
    city: str = Field(default="", description="another city than the scenario's")
    start: dt.date | None = Field(default=None, description="another first day of the window")
    days: int = Field(ge=7, le=3650, description="days of the window, whose tickets are compared")
    warm_up_days: int = Field(default=30, ge=0, le=3650, description="days of warm-up")
    follow_up_days: int = Field(default=21, ge=1, le=3650, description="days after the window, to see tickets closed")
    use: Names = Field(default=("closed_1d", "closed_3d", "closed_7d", "on_time", "duplicate"), min_length=1,
                       description="targets that are met")  # fmt: skip
    hold_out: Names = Field(default=("closed_14d",), description="targets that are held out, to check the fit by")
    hold_out_categories: Names = Field(default=(), description="categories all of whose targets are held out")
    parameter: Annotated[tuple[Unknown, ...], Strict(False)] = Field(min_length=1, description="what is fitted")
    search: Search = Field(default_factory=Search, description="how hard the search is")

    def settings(self, point: Floats) -> dict[str, float]:
        """Return values of the parameters by name at a point of the unit cube, shape (parameters,)."""
        return {p.name: p.value(float(u)) for p, u in zip(self.parameter, point, strict=True)}

    def scenario_at(self, settings: Mapping[str, float], folder: Path) -> Scenario:
        """Return the scenario with some settings; files are taken from ``folder``.

        Raises:
            ScenarioError: For a value that the scenario refuses.
        """
        beside = [str(folder / name) if name.endswith(".toml") else name for name in (self.scenario, *self.layers)]
        city = str(folder / self.city) if self.city.endswith(".toml") else self.city
        return load_scenario(
            beside[0], layers=beside[1:], settings=settings, city=city or None, start=self.start, days=self.days,
            warm_up_days=self.warm_up_days, follow_up_days=self.follow_up_days,
        )  # fmt: skip


def find_fit(name_or_path: str) -> Path:
    """Return the file of a fit by shipped name, or by path."""
    return find_shipped(name_or_path, FITS)


def load_fit(path: Path) -> FitFile:
    """Return the file of a fit, checked down to its scenario at both ends of each range.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    made, name, _ = read_form(path, FitFile, named=True)
    if problems := list(_misfits(made, name, path)):
        raise ScenarioError(problems)
    for ends in (np.zeros(len(made.parameter)), np.ones(len(made.parameter))):
        made.scenario_at(made.settings(ends), path.parent)
    return made


def _misfits(made: FitFile, name: str, path: Path) -> Iterator[Problem]:
    """Yield what the form cannot see."""

    def wrong(key: str, reason: Sentence, value: Any = ABSENT, near: str | None = None) -> Problem:
        return Problem(name, key, reason, value, near=near)

    if made.id != path.stem:
        yield wrong("id", t('must be the file\'s name without .toml, "{stem}"', stem=path.stem), made.id)
    for p in made.parameter:
        key = f"parameter.{p.name}"
        if [q.name for q in made.parameter].count(p.name) > 1:
            yield wrong(key, t("comes twice"))
        elif not p.low < p.high:
            yield wrong(f"{key}.low", t("must be below high ({high})", high=p.high), p.low)
        elif p.scale == "log" and p.low <= 0:
            yield wrong(f"{key}.low", t("must be above 0 on a log scale"), p.low)
    for key in ("use", "hold_out"):
        for target in getattr(made, key):
            if target not in SHARES:
                reason = t("is no target that a fit can use; there are: {known}", known=listed(SHARES))
                yield wrong(key, reason, target, nearest(target, SHARES))
            elif days_of(target) > made.follow_up_days:
                reason = t("needs at least {days} days after the window, not {given}", days=days_of(target),
                           given=made.follow_up_days)  # fmt: skip
                yield wrong(key, reason, target)
    for target in set(made.use) & set(made.hold_out):
        yield wrong("hold_out", t("is met already (use); a target that is held out must not be"), target)
    for category in made.hold_out_categories:
        if category not in known():
            reason = t("no category of need has this id; there are: {known}", known=listed(known(), 40))
            yield wrong("hold_out_categories", reason, category, nearest(category, known()))
