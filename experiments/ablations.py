"""Is the reason given for a missed pattern the reason? What it blames is taken away, and the figure looked at again.

``ablations.toml`` names checks of ``patterns.toml`` and what is changed in their arms. Each is held against its own
range twice, as it is and changed, with the same random numbers: `ablated` makes of both one set of patterns, which
`patterns.validate` runs and judges as any other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from ..scenarios.errors import Problem, ScenarioError
from ..scenarios.forms import read_form
from ..scenarios.schema import Part, Words
from ..scenarios.sentences import t
from .patterns import Check, Pattern, Patterns

FILE = Path(__file__).with_name("ablations.toml")


class Ablation(Part):
    """What is taken away, and which checks should then come out otherwise."""

    id: str = Field(min_length=1, description="name of the ablation")
    name: Words = Field(description="what is taken away, in both languages")
    checks: Annotated[tuple[str, ...], Strict(False)] = Field(min_length=1, description="checks of the patterns")
    scenario: str = Field(default="", description="another scenario than that of their arms")
    settings: dict[str, Any] = Field(default_factory=dict, description="single values set in their arms")


class Ablations(Part):
    """All ablations."""

    format: Literal[1] = Field(description="version of the form of this file")
    ablation: Annotated[tuple[Ablation, ...], Strict(False)] = Field(min_length=1, description="ablations")


def load_ablations(path: Path = FILE) -> Ablations:
    """Return the ablations of a file.

    Raises:
        ScenarioError: With one problem for each thing that is wrong with its form.
    """
    return read_form(path, Ablations)[0]


def ablated(patterns: Patterns, ablations: Ablations) -> Patterns:
    """Return patterns whose checks are those that ablations name, each as it is and then with each change.

    Raises:
        ScenarioError: If an ablation names a check that there is not, or one that sets two arms against each other.
    """
    known = {check.id: check for pattern in patterns.pattern for check in pattern.check}
    wrong = [Problem(FILE.name, f"{a.id}.checks", t("is no check of the patterns with an arm of its own"), name)
             for a in ablations.ablation for name in a.checks if name not in known or known[name].against]  # fmt: skip
    if wrong:
        raise ScenarioError(wrong)
    arms, changed = dict(patterns.arm), dict[str, list[Check]]()
    for a in ablations.ablation:
        for name in a.checks:
            check = known[name]
            before, arm = patterns.arm[check.arm], f"{check.arm}-{a.id}"
            settings = {**before.settings, **a.settings}
            arms[arm] = before.model_copy(update={"scenario": a.scenario or before.scenario, "settings": settings})
            what = Words(zh=f"　→ {a.name.zh}", en=f"→ {a.name.en}")
            changed.setdefault(name, []).append(check.model_copy(update={"id": f"{name}-{a.id}", "arm": arm,
                                                                         "what": what}))  # fmt: skip
    found = []
    for pattern in patterns.pattern:
        checks = [one for c in pattern.check if c.id in changed for one in (c, *changed[c.id])]
        if checks:
            found.append(Pattern(id=pattern.id, name=pattern.name, source=pattern.source, check=tuple(checks)))
    return patterns.model_copy(update={"arm": arms, "pattern": tuple(found)})
