"""Targets read back from the file that a calibration wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from ...scenarios.categories import known
from ...scenarios.errors import Problem, ScenarioError, listed, nearest
from ...scenarios.forms import problems_of, read_form
from ...scenarios.schema import Part, Words
from ...scenarios.sentences import t
from .mapping import Source
from .targets import Target


class Entry(Part):
    """A target as it stands in a file."""

    value: float = Field(description="what was found")
    low: float = Field(description="lower end of its 95 % interval")
    high: float = Field(description="upper end of its 95 % interval")
    n: int = Field(ge=1, description="tickets that it rests on")


class TargetFile(Part):
    """A file of targets."""

    format: int = Field(ge=1, le=1, description="version of the form of this file")
    id: str = Field(description="the file's name without .toml")
    name: Words = Field(description="name in both languages")
    instant_minutes: float = Field(description="minutes within which a closure is instant")
    days: int = Field(ge=1, description="days that the tickets cover")
    tickets: int = Field(ge=1, description="tickets that were used")
    source: Source = Field(description="where the tickets come from")
    category: dict[str, dict[str, Any]] = Field(min_length=1, description="targets by category of need and name")

    def targets(self) -> dict[tuple[str, str], Target]:
        """Return the targets by category and name."""
        return {(category, name): Target(**entry) for category, table in self.category.items()
                for name, entry in table.items()}  # fmt: skip


def load_targets(path: Path) -> TargetFile:
    """Return a file of targets.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    made, name, text = read_form(path, TargetFile)
    problems = []
    for category, table in made.category.items():
        if category not in known():
            reason = t("no category of need has this id; there are: {known}", known=listed(known(), 40))
            problems.append(Problem(name, f"category.{category}", reason, near=nearest(category, known())))
        for target, entry in table.items():
            try:
                Entry.model_validate(entry)
            except ValidationError as error:
                found = problems_of(error, Entry, name, text, ("category", category, target))
                endless = ("finite_number", ("high",))  # an interval may have no end
                problems += [problem for e, problem in zip(error.errors(), found, strict=True)
                             if (e["type"], e["loc"]) != endless]  # fmt: skip
    if problems:
        raise ScenarioError(problems)
    return made
