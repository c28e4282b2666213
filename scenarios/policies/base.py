"""The one form every policy has: a card that people read, and an ``act`` that the engine calls each midnight.

A policy changes levers, postings and pairings, never an outcome. *Who gets it* (coverage, place, dates, ramp)
lives here, once; *what it does* lives in its own module.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ...model.interventions import Actions, Setting

T = TypeVar("T")


CHOICE = "choice"
"""Confidence of what is decided and not estimated; the marks of estimates and known numbers are letters."""


@dataclass(frozen=True, slots=True)
class PolicyParameter:
    """A number or a choice of a policy, with all that a reader needs in order to judge it.

    What the policy's designer decides (a switch, one of a few rules) has the confidence `CHOICE`: it is no estimate.
    """

    name: str
    default: float | str
    unit: str
    zh: str
    en: str
    source: str
    confidence: str = "E"
    low: float = 0.0
    high: float = 1.0
    choices: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether it is a choice of design, about which nobody can be wrong."""
        return self.confidence == CHOICE


@dataclass(frozen=True)
class Card:
    """What a person reads about a policy, in both languages."""

    id: str
    zh: str
    en: str
    article: str
    changes_zh: str
    changes_en: str
    costs_zh: str
    costs_en: str
    parameters: tuple[PolicyParameter, ...]
    levers: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ("midnight",)


@dataclass(frozen=True)
class Settings:
    """One instance of a policy in a scenario, resolved: days count from the first day of the run."""

    instance: str
    intensity: float = 1.0
    start_day: int = 0
    end_day: int = 1 << 30
    ramp_days: int = 0
    parameters: Mapping[str, float | str] = field(default_factory=dict)
    communities: NDArray[np.bool_] | None = None
    """Which communities the policy may reach, shape (communities,); ``None`` means all."""


class Policy(ABC):
    """A mechanism of the article that a scenario switches on."""

    card: ClassVar[Card]
    REBUILT: ClassVar[frozenset[str]] = frozenset({"settings", "parameters"})
    """What the scenario says; all other attributes are what the policy remembers, and a checkpoint keeps them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        defaults = {p.name: p.default for p in self.card.parameters}
        self.parameters: dict[str, float | str] = {**defaults, **settings.parameters}
        self._standing: dict[str, tuple[Setting, tuple[Any, ...], Any]] = {}

    @property
    def instance(self) -> str:
        """The id under which the policy stands in its scenario."""
        return self.settings.instance

    def number(self, name: str) -> float:
        """Return a numeric parameter."""
        return float(self.parameters[name])

    def choice(self, name: str) -> str:
        """Return a parameter that is one of a few words."""
        return str(self.parameters[name])

    def strength(self, day: int) -> float:
        """Return the intensity in force on ``day``: 0 outside its dates, rising over the ramp."""
        s = self.settings
        if not s.start_day <= day < s.end_day:
            return 0.0
        ramp = 1.0 if s.ramp_days <= 0 else min(1.0, (day - s.start_day + 1) / s.ramp_days)
        return s.intensity * ramp

    def covered(self, setting: Setting, day: int) -> NDArray[np.int64]:
        """Return the rows of the communities reached on ``day``.

        A community is reached when its fixed uniform of this instance lies under the strength, so raising the
        intensity adds communities and removes none.
        """
        strength = self.strength(day)
        if strength <= 0.0:
            return np.empty(0, dtype=np.int64)
        reached = setting.coverage(self.instance) < strength
        if self.settings.communities is not None:
            reached &= self.settings.communities
        return np.flatnonzero(reached)

    def days_since(self, setting: Setting, reached: NDArray[np.int64], day: int) -> NDArray[np.int64]:
        """Return since how many days each community is reached, 0 on its first day: a ramp reaches some later."""
        s = self.settings
        late = np.floor(setting.coverage(self.instance)[reached] * max(0, s.ramp_days) / max(s.intensity, 1e-9))
        return np.asarray(day - s.start_day - late, dtype=np.int64)

    def standing(self, make: Callable[..., T], setting: Setting, *given: Any) -> T:
        """Return ``make(setting, *given)``, made anew only if one of these is not what it was at the last call.

        For what holds as long as the places reached are the same. Nobody may write to it.
        """
        kept = self._standing.get(make.__name__)
        if kept is None or kept[0] is not setting or not all(map(np.array_equal, kept[1], given)):
            kept = self._standing[make.__name__] = (setting, given, make(setting, *given))
        made: T = kept[2]
        return made

    @abstractmethod
    def act(self, setting: Setting, day: int) -> Actions:
        """Return what the policy asks for on ``day``; called at midnight while its strength is above zero."""
