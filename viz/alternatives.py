"""What the alternatives of an experiment are called: scenarios by their names, points by the values that apply."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..experiments.comparison import ScenarioInfo
from ..experiments.points import Design
from ..experiments.results import scenarios_of
from ..experiments.values import opened
from ..scenarios.registry import cards, declared
from ..scenarios.settings import DEMAND, place
from ..scenarios.words import choice_word
from .words import listed, pick, w


def factor_name(name: str, lang: str) -> str:
    """Return what a factor is called: a parameter of a policy or a number of the model by its own name."""
    policy, _, own = name.partition(".")
    if policy in cards():
        for p in cards()[policy].parameters:
            if p.name == own:
                name = pick((p.zh, p.en), lang)
                return re.split("[:：]", name)[0] if p.choices else name  # what it may be comes behind
    if name in DEMAND:
        return w(f"analysis.{name}", lang)
    number_ = declared().get(name)
    return pick((number_.zh, number_.en), lang) if number_ else name


def value_word(value: float | str, lang: str) -> str:
    """Return a value of a factor in words."""
    if isinstance(value, str):
        return choice_word(value, lang)
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:g}"


def scenario_name(scenarios: Iterable[ScenarioInfo], scenario: str, lang: str) -> str:
    """Return what a scenario of an experiment is called."""
    return next((info.name(lang) for info in scenarios if info.id == scenario), scenario)


def settings_of(scenarios: Iterable[ScenarioInfo], design: Design, scenario: str, point: int, lang: str) -> list[str]:
    """Return the values of the factors at a point in words, as far as they apply to a scenario."""
    resolved = next((info.resolved for info in scenarios if info.id == scenario), {})
    entries = {table: {entry["id"] for entry in resolved.get(table, ())} for table in ("policy", "shock")}
    values = design.point(point)
    _, missed = place(values, entries)
    return [w("answer.value", lang, measure=factor_name(name, lang), change=value_word(value, lang))
            for name, value in values.items() if name not in missed]  # fmt: skip


def name_of(scenarios: Sequence[ScenarioInfo], design: Design, scenario: str, point: int, lang: str) -> str:
    """Return what an alternative is called: its scenario and the values of its factors."""
    found, set_ = scenario_name(scenarios, scenario, lang), settings_of(scenarios, design, scenario, point, lang)
    return w("answer.brackets", lang, text=found, inside=listed(set_, lang)) if set_ else found


def alternative(scenarios: Sequence[ScenarioInfo], design: Design, text: str, lang: str) -> str:
    """Return the words for a name such as ``cadre_sinking#2``."""
    scenario, _, point = text.rpartition("#") if "#" in text else (text, "", "0")
    return name_of(scenarios, design, scenario, int(point), lang)


@dataclass(frozen=True)
class Names:
    """What the scenarios and alternatives of an experiment are called."""

    scenarios: Sequence[ScenarioInfo]
    design: Design

    @classmethod
    def of(cls, out: Path) -> Names:
        """Return the names of an experiment from the folder of its results.

        Raises:
            StoreError: If it is no such folder.
        """
        store, design = opened(out)
        return cls(scenarios_of(store.manifest(), design.experiment), design)

    def scenario(self, key: str, lang: str) -> str:
        """Return what a scenario is called."""
        return scenario_name(self.scenarios, key, lang)

    def settings(self, scenario: str, point: int, lang: str) -> list[str]:
        """Return the values of the factors at a point in words, as far as they apply to a scenario."""
        return settings_of(self.scenarios, self.design, scenario, point, lang)

    def alternative(self, text: str, lang: str) -> str:
        """Return the words for a name such as ``cadre_sinking#2``."""
        return alternative(self.scenarios, self.design, text, lang)
