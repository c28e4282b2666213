"""What is said about a bad file: one line a problem, with place, key, value, what is allowed and the near miss."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .sentences import Both, Sentence, Told, t, translated


class _Absent(Enum):
    ABSENT = "absent"  # one object even after a trip through another process


ABSENT = _Absent.ABSENT
"""Marks a problem that has no value to show, such as a missing key."""

Reason = Sentence | Both


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a scenario or a city file.

    Attributes:
        file: File, or ``settings.COMMAND_LINE`` or ``settings.ARGUMENT``.
        key: Dotted key inside it; empty when the file as a whole is meant.
        reason: What is wrong and what is allowed.
        value: What stands there, or ``ABSENT``.
        line: Line in the file, counted from 1, where known.
        near: Nearest right spelling, where there is one.
    """

    file: str
    key: str
    reason: Reason
    value: Any = ABSENT
    line: int | None = None
    near: str | None = None

    def of(self, lang: str) -> str:
        """Return the line that says it, in ``"zh"`` or ``"en"``."""
        file = translated(self.file, lang)
        place = file if self.line is None else f"{file}:{self.line}"
        shown = "" if self.value is ABSENT else f" ({show_value(self.value)})"
        head = f"{place}: {self.key}{shown}: " if self.key or shown else f"{place}: "
        tail = t("; did you mean {near}?", near=self.near).of(lang) if self.near else ""
        return f"{head}{self.reason.of(lang)}{tail}"

    def __str__(self) -> str:
        return self.of("en")

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Return the problem as a JSON-able dictionary, with its reason and message in one language."""
        value = None if self.value is ABSENT else show_value(self.value)
        return {"file": self.file, "line": self.line, "key": self.key, "value": value,
                "reason": self.reason.of(lang), "did_you_mean": self.near, "message": self.of(lang)}  # fmt: skip


class ScenarioError(Told, ValueError):
    """A scenario, a city file, or a wish about one, that cannot be used; ``problems`` lists why."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def told(self, lang: str) -> str:
        """Return one line a problem, in ``"zh"`` or ``"en"``."""
        return "\n".join(p.of(lang) for p in self.problems)


def nearest(word: object, known: Iterable[object], least: float = 0.55) -> str | None:
    """Return the known word that looks most like ``word``, whatever its case, or ``None``.

    Args:
        word: What was written.
        known: What could have been meant.
        least: How like they must be, 0 to 1.
    """
    by_fold = {str(k).casefold(): str(k) for k in known}
    close = difflib.get_close_matches(str(word).casefold(), by_fold, n=1, cutoff=least)
    return by_fold[close[0]] if close else None


def listed(words: Iterable[object], most: int = 24) -> Sentence:
    """Return words joined by commas, cut after ``most`` with the number left out."""
    shown = [str(w) for w in words]
    rest = len(shown) - most
    first = ", ".join(shown[:most])
    return t("{words} and {rest} more", words=first, rest=rest) if rest > 0 else t("{words}", words=first)


def show_value(value: Any) -> str:
    """Return a value as it would stand in a TOML file, cut when long."""
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, dt.date | dt.time):
        text = value.isoformat()
    elif isinstance(value, dict):
        text = "{ " + ", ".join(f"{k} = {show_value(v)}" for k, v in value.items()) + " }" if value else "{}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(show_value(v) for v in value) + "]"
    else:
        text = str(value)
    return short(text, 60)


def short(text: str, most: int) -> str:
    """Return a text of at most ``most`` characters, cut between the members of a list and not within a number."""
    if len(text) <= most:
        return text
    cut = text[: most - 3]
    members = cut.rfind(", ") + 2 if text[0] in "[{" else 0
    return cut[: members or len(cut)] + "..."
