"""What the page opens with: set once by the command line before the first reader comes, and never changed after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from ...scenarios.loader import BASELINE, list_cities, list_scenarios, load_scenario
from ...scenarios.registry import cards
from ...scenarios.schema import Scenario
from ...scenarios.sources import is_path

CITY = "nanjing"


@dataclass(frozen=True)
class Opening:
    """What was asked for when the page was started.

    Attributes:
        scenarios: Names or paths of scenarios, those of the reader's own among them.
        lang: Language, ``""`` for that of each reader's browser.
        city: City that every scenario is shown in, a shipped name or a path.
    """

    scenarios: tuple[str, ...] = ()
    lang: str = ""
    city: str = CITY


_opening = [Opening()]


def open_with(opening: Opening) -> None:
    """Set what readers find; before the server starts."""
    _opening[0] = opening


def opening() -> Opening:
    """Return what was asked for."""
    return _opening[0]


@dataclass(frozen=True)
class Entry:
    """A scenario on the shelf: its name, what it asks, and what its policies say of themselves, by language."""

    id: str
    name: dict[str, str]
    question: dict[str, str]
    policies: tuple[str, ...]
    shocks: tuple[str, ...]

    @property
    def cards(self) -> list[Any]:
        """Return the cards of its policies."""
        return [cards()[use] for use in self.policies]

    def found_by(self, words: str) -> bool:
        """Return whether some text of the entry holds the words."""
        texts = [self.id, *self.name.values(), *self.question.values()]
        texts += [text for card in self.cards for text in (card.zh, card.en, card.article)]
        return all(any(word in text.casefold() for text in texts) for word in words.casefold().split())


@cache
def shelf() -> dict[str, Entry]:
    """Return the scenarios to choose from by name or path: the reader's own first, then those shipped."""
    own = [name for name in opening().scenarios if is_path(name)]
    shipped = [row["id"] for row in list_scenarios()]
    names = [*own, BASELINE, *(name for name in shipped if name != BASELINE)]
    found = {}
    for name in names:
        s = load_scenario(name)
        found[name] = Entry(name, {"zh": s.name.zh, "en": s.name.en}, {"zh": s.question.zh, "en": s.question.en},
                            tuple(e.use for e in s.policies), tuple(shock.kind for shock in s.shocks))  # fmt: skip
    return found


@cache
def cities(lang: str) -> dict[str, str]:
    """Return the cities to choose from: the shipped ones, and the one that was asked for."""
    found = {city["id"]: city[lang] for city in list_cities()}
    return found if opening().city in found else {opening().city: opening().city, **found}


def scenario_in(name: str, city: str) -> Scenario:
    """Return a scenario of the shelf in a city.

    Raises:
        ScenarioError: For one that cannot be used.
    """
    return load_scenario(name, city=city)
