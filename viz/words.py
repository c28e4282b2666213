"""The words that people see, in Chinese and English: one catalogue, and where the model's own names are looked up."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from ..agents.responders import KINDS
from ..experiments.comparison import Comparison
from ..model.incidents import load_catalogue
from ..model.measures import Measure
from ..model.state import LEVELS, STAGES
from ..scenarios.loader import list_cities
from ..scenarios.schema import GRID_KINDS, SHOCK_KINDS

LANGUAGES = ("zh", "en")
CATALOGUES = ("words.toml", "view.toml")
"""Files of words: those of reports and tables, and those of the page in the browser."""
Pair = tuple[str, str]


@cache
def catalogue() -> dict[str, Pair]:
    """Return all words by key, Chinese and English; the keys of a table bear its name and a dot in front."""
    texts = ((files(__package__) / "templates" / name).read_text(encoding="utf-8") for name in CATALOGUES)
    return {key: pair for text in texts for key, pair in _flat(tomllib.loads(text), "")}


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Pair]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            zh, en = value
            yield prefix + key, (zh, en)


def pick(pair: Pair, lang: str) -> str:
    """Return the Chinese or the English of two texts.

    Raises:
        ValueError: If the language is neither ``zh`` nor ``en``.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r}: allowed are {', '.join(LANGUAGES)}")
    return pair[LANGUAGES.index(lang)]


def w(key: str, lang: str, **fields: object) -> str:
    """Return a word or sentence of the catalogue, with ``fields`` filled in.

    Raises:
        KeyError: If the key is not in the catalogue.
    """
    text = pick(catalogue()[key], lang)
    return text.format(**fields) if fields else text


@cache
def _named_by_the_model() -> dict[str, Pair]:
    needs = load_catalogue()
    names = {key: (zh, en) for key, zh, en in zip(needs.ids, needs.zh, needs.en, strict=True)}
    people = {key: (zh, en) for key, zh, en in KINDS}
    steps = {key: (zh, en) for key, zh, en in (*LEVELS, *STAGES)}
    return {**steps, **GRID_KINDS, **SHOCK_KINDS, **names, **people}


def term(code: str, lang: str) -> str:
    """Return the name of something that a table calls by a code; a code without a name is shown as plain words.

    The order of look-up: kinds of people, categories of need, shocks, grids, stages, then the catalogue of words.
    """
    found = _named_by_the_model().get(code) or catalogue().get(code)
    return pick(found, lang) if found else code.replace("_", " ").replace(".", " · ")


def city_name(city: str, lang: str) -> str:
    """Return the name of a shipped city, and of any other that of its file."""
    names = {c["id"]: c[lang] for c in list_cities()}
    return names.get(city) or PurePath(city).stem


def measure_name(measure: Measure, lang: str) -> str:
    """Return what a measure is called; the member of a family by its family's name and its own."""
    own = catalogue().get(f"measure.{measure.key.partition('.')[0]}")
    head, dot, tail = pick((measure.zh, measure.en), lang).partition(" · ")
    if own is not None:
        head = pick(own, lang)
    return f"{head}{dot}{term(tail, lang)}" if dot else head


def said_name(measure: Measure, lang: str) -> str:
    """Return what a measure is called inside a sentence, where its label in a table would read like a form."""
    if f"said.{measure.key}" in catalogue():
        return w(f"said.{measure.key}", lang)
    head, dot, tail = measure_name(measure, lang).partition(" · ")
    if lang == "zh":
        return f"{tail}的{head}" if dot else head
    plain = head[:1].lower() + head[1:] if head[1:2].islower() else head
    return f"{plain} ({tail})" if dot else plain


def hint(key: str, lang: str) -> str:
    """Return how to read a measure whose name does not say it, such as a ratio; ``""`` for all others."""
    pair = catalogue().get(f"hint.{key}")
    return pick(pair, lang) if pair else ""


def stage_order(names: set[str]) -> list[str]:
    """Return stages in the order of a need's life, those that the model does not declare last."""
    declared = [key for key, _, _ in STAGES]
    return [key for key in declared if key in names] + sorted(names - set(declared))


def bands(kind: str, comparison: Comparison, lang: str) -> str:
    """Return what bands and lines of curves mean, where a scenario ran more than once; ``""`` where there are none.

    ``kind`` is ``alt`` for the words of a figure, ``note`` for those above it, ``shock`` for the resilience curve.
    """
    return w(f"bands.{kind}", lang) if comparison.replications > 1 else ""


def joined(items: list[str], lang: str) -> str:
    """Return items as one list in a sentence."""
    if lang == "zh":
        return "、".join(items)
    return ", ".join(items[:-1]) + (" and " if len(items) > 1 else "") + items[-1] if items else ""


def joined_sentences(sentences: list[str], lang: str) -> str:
    """Return whole sentences in a row; in English each but the first begins with a capital letter."""
    if lang == "zh":
        return "".join(sentences)
    return " ".join([*sentences[:1], *(s[:1].upper() + s[1:] for s in sentences[1:])])


def listed(items: list[str], lang: str) -> str:
    """Return items that hold commas themselves, parted by semicolons."""
    return w("numbers.separator", lang).join(items)
