"""The file of an experiment as it is written: its lines, what has not its form, and what is left without that."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..scenarios.errors import ABSENT, Problem, Reason
from ..scenarios.forms import problems_of
from ..scenarios.sources import flat, line_of, parse, read_text, shown

F = TypeVar("F", bound=BaseModel)
Place = tuple[str | int, ...]
"""Where something stands, such as ``("factor", 0, "low")``."""

_STAND_INS: dict[str, Any] = {
    "format": 1,
    "id": "unnamed",
    "name": {"zh": "?", "en": "?"},
    "question": {"zh": "?", "en": "?"},
    "scenarios": ["?"],
}
"""Stand for what an experiment cannot be without; nothing is said about them."""

_OF_FACTOR = ("name", "levels", "low", "high")
"""Keys that a factor cannot be without."""


@dataclass(frozen=True)
class Sheet:
    """A TOML file with its lines."""

    name: str
    text: str
    data: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Sheet:
        """Read a file; its ``id`` is its name where it gives none, and settings may be written without quotes.

        Raises:
            ScenarioError: When it cannot be read or is not TOML.
        """
        name = shown(path)
        text = read_text(path, name)
        data = {"id": path.stem, **parse(text, name)}
        if isinstance(data.get("settings"), dict):
            data["settings"] = dict(flat(data["settings"]))
        return cls(name, text, data)

    def problem(self, place: Sequence[str | int], reason: Reason, value: Any = ABSENT, near: str | None = None,
                ) -> Problem:  # fmt: skip
        """Return what is wrong at a place, with its key and line."""
        return Problem(self.name, self._key(place), reason, value, self._line(place), near)

    def _key(self, place: Sequence[str | int]) -> str:
        """Return a place as people write it, a factor by its name; entries of other lists are not told apart."""
        steps = list(place)
        if len(steps) > 1 and steps[0] == "factor" and isinstance(steps[1], int):
            entry = self.data["factor"][steps[1]]
            name = entry.get("name") if isinstance(entry, dict) else None
            steps[1] = name if isinstance(name, str) and name else str(steps[1] + 1)
        return ".".join(step for step in steps if isinstance(step, str))

    def _line(self, place: Sequence[str | int]) -> int | None:
        """Return the line of a place, or that of the table it is missing from."""
        tries = [tuple(place[:depth]) for depth in range(len(place), 0, -1)]
        if len(place) == 2 and place[0] == "settings":
            tries.insert(1, ("settings", *str(place[1]).split(".")))
        if len(place) == 2 and place[0] == "factor":
            tries.insert(0, (*place, "name"))
        return next((line for steps in tries if (line := line_of(self.text, steps)) is not None), None)

    def form(self, form: type[F]) -> tuple[F, list[Problem], frozenset[Place]]:
        """Return what the file says as far as it has its form, what has not, and the places that are not known."""
        try:
            return form.model_validate(self.data), [], frozenset()
        except ValidationError as error:
            found: dict[Place, Problem] = {}
            for e, said in zip(error.errors(), problems_of(error, form, self.name, self.text), strict=True):
                place = _cut(e["loc"])
                at = self.problem(place, said.reason, said.value, said.near)
                found.setdefault(place, at)  # the first says why, others follow from it
            rest = form.model_validate(_without(self.data, found))
            return rest, list(found.values()), frozenset(found)


def _cut(place: Sequence[str | int]) -> Place:
    """Return a place without what lies within a list; only factors are told apart."""
    whole = 2 if place[0] == "factor" else 1
    end = next((i for i, step in enumerate(place) if isinstance(step, int) and i >= whole), len(place))
    return tuple(place[:end])


def _without(data: dict[str, Any], places: Iterable[Place]) -> dict[str, Any]:
    """Return tables without the values at some places; something stands in for a factor that lacks what it needs."""
    rest = copy.deepcopy(data)
    for head, *below in places:
        key = str(head)
        if key == "factor" and below and isinstance(below[0], int):
            if len(below) == 2 and below[1] not in _OF_FACTOR:
                rest[key][below[0]].pop(below[1])
            else:
                rest[key][below[0]] = {"name": f"?{below[0]}", "levels": [0]}
        elif key in _STAND_INS:
            rest[key] = _STAND_INS[key]
        elif below and isinstance(rest.get(key), dict):
            rest[key].pop(below[0], None)
        else:
            rest.pop(key, None)
    return rest
