"""What the page opens with: set once by the command line before the first reader comes, and never changed after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...scenarios.loader import BASELINE, list_cities, list_scenarios, load_scenario
from ...scenarios.registry import cards
from ...scenarios.schema import Scenario, Shock
from ...scenarios.sources import is_path
from ..words import w

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
    shocks: tuple[Shock, ...]

    @property
    def cards(self) -> list[Any]:
        """Return the cards of its policies."""
        return [cards()[use] for use in self.policies]

    def found_by(self, words: str) -> bool:
        """Return whether some text of the entry holds the words."""
        texts = [self.id, *self.name.values(), *self.question.values()]
        texts += [text for card in self.cards for text in (card.zh, card.en, card.article)]
        return all(any(word in text.casefold() for text in texts) for word in words.casefold().split())


FAMILIES = ("lead", "explore", "action")
"""Parts of the article, as names of scenarios begin that take up one of them."""
GROUPS = ("own", BASELINE, *FAMILIES, "single", "bundle", "shock")
"""Kinds of scenarios in the order of the shelf; a family stands for its single policies."""


def group_of(entry: Entry, all_: Iterable[Entry]) -> str:
    """Return the group of an entry: single policies go to the part of the article that has them in its bundles."""
    if is_path(entry.id):
        return "own"
    if not entry.policies:
        return "shock" if entry.shocks else BASELINE
    if len(entry.policies) > 1 or entry.id.startswith(tuple(f"{family}_" for family in FAMILIES)):
        return "bundle"
    bundles = {family: {use for one in all_ if one.id.startswith(f"{family}_") for use in one.policies}
               for family in FAMILIES}  # fmt: skip
    return next((family for family in FAMILIES if entry.policies[0] in bundles[family]), "single")


def grouped(found: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return entries by group, in the order of the shelf; groups without any are left out."""
    all_ = list(shelf().values())
    groups: dict[str, list[Entry]] = {group: [] for group in GROUPS}
    for entry in found:
        groups[group_of(entry, all_)].append(entry)
    return {group: entries for group, entries in groups.items() if entries}


@cache
def to_choose(lang: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of all scenarios, group after group, and the title of a group by its first scenario."""
    groups = grouped(shelf().values())
    names = {entry.id: entry.name[lang] for entries in groups.values() for entry in entries}
    return names, {entries[0].id: w(f"view.group.{group}", lang) for group, entries in groups.items()}


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
                            tuple(e.use for e in s.policies), s.shocks)  # fmt: skip
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
