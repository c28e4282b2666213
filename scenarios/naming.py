"""Names of shipped files, policies and places: which of them a word means, and which come near it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from itertools import product
from typing import Any

from .sentences import Both, Sentence, t

HANDFUL = 5
"""Names that are listed where none or several are meant."""

MEANT = 0.55
"""How much alike a word and a name must be for that to be what was meant, 0 to 1."""

_NEAR, _NEAR_ZH, _BEHIND = 0.53, 0.4, 0.2
"""How much alike they must be to be listed, a Chinese word less, for it is short; how far behind the nearest."""

KINDS = {
    "市": ("City",), "新区": ("New Area", "District"), "区": ("District",), "县": ("County",),
    "街道": ("Street", "Subdistrict"), "镇": ("Town",), "乡": ("Township",), "社区": ("Community",), "村": ("Village",),
}  # fmt: skip
"""Kinds of places that stand at the end of a Chinese name, and of an English one."""

_KIND = "|".join(sorted(KINDS, key=len, reverse=True))
_PART = re.compile(f"(.+?)({_KIND})")


class Names:
    """What things are called.

    Args:
        named: Chinese and English names, and any more, by id.
        places: Whether they are names of places, which go by short forms of them too.
    """

    def __init__(self, named: Mapping[str, Sequence[str]], *, places: bool = False) -> None:
        self.every = named
        self._places = places

    @cached_property
    def _whole(self) -> dict[str, tuple[str, ...]]:
        return _by_name(self.every)

    @cached_property
    def _short(self) -> dict[str, tuple[str, ...]]:
        return _by_name({key: ways(*every[:2]) for key, every in self.every.items()}) if self._places else {}

    def meant(self, word: str) -> tuple[str, ...]:
        """Return the ids of what a word is the id or the name of: several if that is not clear, none if it is neither.

        Of a name only letters and digits count, so that it needs no quotes or blanks in a shell.
        """
        if word in self.every:
            return (word,)
        word = bare(word)
        return self._whole.get(word) or self._short.get(word, ())

    def near(self, word: str) -> list[str]:
        """Return the ids of a handful of things whose ids or names look like a word, the nearest first."""
        found = self._alike(word)
        least = max(_NEAR if word.isascii() else _NEAR_ZH, found[0][0] - _BEHIND if found else 1.0)
        return list(dict.fromkeys(key for score, key, _ in found if score >= least))[:HANDFUL]

    def nearest(self, word: str) -> str | None:
        """Return the id or the name that looks most like a word, ``None`` if none does or several bear that name."""
        score, _, name = next(iter(self._alike(word)), (0.0, "", ""))
        return name if score >= MEANT and len(self.meant(word)) < 2 else None

    def _alike(self, word: str) -> list[tuple[float, str, str]]:
        """Return how much ids and names look like a word, with them, the most alike first; one that has it does."""
        word = bare(word)
        mine = SequenceMatcher(b=word)
        found = []
        for key, every in self.every.items():
            for name in (key, *every, *(ways(*every[:2]) if self._places else ())):
                mine.set_seq1(theirs := bare(name))
                found.append((max(mine.ratio(), _NEAR if word and word in theirs else 0.0), key, name))
        return sorted(found, key=lambda each: -each[0])

    def listed(self, keys: Iterable[str]) -> Both | Sentence:
        """Return names with ids, a handful of them with how many more there are."""
        shown = list(keys)
        rest, shown = len(shown) - HANDFUL, shown[:HANDFUL]
        words = Both("、".join(f"{self.every[key][0]}（{key}）" for key in shown),
                     ", ".join(f"{key} ({self.every[key][1]})" for key in shown))  # fmt: skip
        return t("{words} and {rest} more", words=words, rest=rest) if rest > 0 else words

    def unknown(self, word: str, reason: Sentence) -> Sentence:
        """Return why a word means none of them: it is the name of several, or else a reason, with what comes near.

        Args:
            word: What was written.
            reason: A sentence with a gap ``near``, which begins with its own stop, for those that come near.
        """
        if len(several := self.meant(word)) > 1:
            return t("is the name of several: {several}; write the id or the number of one",
                     several=self.listed(several))  # fmt: skip
        near: Any = t("; nearest: {names}", names=self.listed(found)) if (found := self.near(word)) else ""
        return t(reason.english, **{**reason.gaps, "near": near})


def bare(name: str) -> str:
    """Return the letters and digits of a name, none of them a capital or of full width."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def ways(zh: str, en: str) -> Iterator[str]:
    """Yield what a place is called: with and without its kind (市, 区, 街道) and the places that it lies in."""
    *above, (name, kind) = _parts(zh)
    for head in ("", *map("".join, product(*((place, place + of) for place, of in above)))):
        yield from (found for found in (head + name, head + name + kind) if not found.isdigit())
    yield en
    if any(c.isdigit() for c in en):  # one of many that are numbered
        return
    place, comma, lies_in = en.partition(", ")
    words = KINDS.get(kind, ())
    for word in words:
        place = re.sub(f" {word}$", "", place, flags=re.IGNORECASE)
    for found in (place, *(f"{place} {word}" for word in words)):
        yield from (found, found + comma + lies_in)


def _parts(zh: str) -> list[tuple[str, str]]:
    """Return the Chinese name of a place in parts, each with its kind: 南京 市, 鼓楼 区."""
    parts: list[tuple[str, str]] = _PART.findall(zh)
    if "".join(map("".join, parts)) == zh and parts:
        return parts
    last = _PART.fullmatch(zh)  # a kind stands within a name, as in 北市区: the last one alone is seen
    return [(last[1], last[2])] if last else [(zh, "")]


def _by_name(named: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return ids by what things are called, as `bare` has it."""
    found: dict[str, dict[str, None]] = {}
    for key, every in named.items():
        for name in every:
            found.setdefault(bare(name), {})[key] = None
    return {name: tuple(keys) for name, keys in found.items()}
