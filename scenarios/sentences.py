"""What is said to people in both languages: English sentences with gaps, whose Chinese stands in one catalogue.

Code says ``t("must be {low} to {high}", low=0, high=1)``; ``catalogues/chinese.toml`` has the Chinese of it. Names,
keys, values and what the system says fill the gaps as they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages; ``str`` gives the English one."""

    english: str
    gaps: Mapping[str, Any] = field(default_factory=dict)

    def of(self, lang: str) -> str:
        """Return it in ``"zh"`` or ``"en"``; what fills a gap may be a sentence itself."""
        filled = {name: value.of(lang) if hasattr(value, "of") else value for name, value in self.gaps.items()}
        return translated(self.english, lang).format(**filled)

    def __str__(self) -> str:
        return self.of("en")


@dataclass(frozen=True, slots=True)
class Both:
    """Words that have their Chinese beside them, as the names of numbers do."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """Return them in ``"zh"`` or ``"en"``."""
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return self.en


class Told(Exception):
    """An error whose message says all there is to say, in both languages; a command ends with its exit code."""

    exit_code = 2

    def told(self, lang: str) -> str:
        """Return the message in ``"zh"`` or ``"en"``."""
        said = self.args[0]
        return said.of(lang) if isinstance(said, Sentence) else str(said)

    def __str__(self) -> str:
        return self.told("en")


def t(english: str, **gaps: Any) -> Sentence:
    """Return the sentence of an English template and what fills its gaps."""
    return Sentence(english, gaps)


def translated(english: str, lang: str) -> str:
    """Return a template or a text in ``"zh"`` or ``"en"``; one that the catalogue lacks stays as it is."""
    return chinese().get(english, english) if lang == "zh" else english


@cache
def chinese() -> dict[str, str]:
    """Return the Chinese of every English template."""
    tables = tomllib.loads((files(__package__) / "catalogues" / "chinese.toml").read_text(encoding="utf-8"))
    return {english: zh for table in tables.values() for english, zh in table.items()}
