"""The numbers of a city file one by one, each with unit, default, range, and where it comes from.

A city file says under ``[sources]`` where a key's number is from; ``staff``, ``stock`` and ``district`` speak for all
keys of that table that have no line of their own. What a file leaves at its default is from where the default is, and
the defaults are Nanjing's. Letters in brackets are how sure that is (``(S)``, ``(2019, S)``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..model.city_file import CitySpec, District, Staff, Stock
from .city_files import load_spec
from .messages import range_of
from .sentences import Sentence

TABLES: dict[str, type[BaseModel]] = {"district": District, "staff": Staff, "stock": Stock}
"""Tables of a city file that hold numbers."""

SHARES = ("share", "managed", "committees", "utilisation")
UNITS = {"area_km2": "km2", "household_size": "person", "hotline_seats_day": "seats", "hotline_seats_night": "seats",
         "residents": "person"}  # fmt: skip
"""Units of what is neither a share nor a count of people or things."""

_MARKS = re.compile(r"\(([^()]*)\)|（([^（）]*)）")
_MARK = re.compile(r"\b[SCDER]\b")


@dataclass(frozen=True, slots=True)
class CityNumber:
    """A number of a city file.

    Attributes:
        table: ``district``, ``staff`` or ``stock``.
        name: Its key in that table.
        meaning: What it is, in English.
        value: Its value; ``None`` for a column of districts, which has one for each.
        default: Its default, if it has one.
        unit: Its unit as `words.unit_word` knows it.
        span: What is allowed.
        source: Where it comes from, ``""`` where the file does not say.
        confidence: The letters of that source in their order, such as ``S, E``.
    """

    table: str
    name: str
    meaning: str
    value: float | None
    default: float | None
    unit: str
    span: Sentence | None
    source: str
    confidence: str


def numbers_of(spec: CitySpec) -> tuple[CityNumber, ...]:
    """Return every number of a city, columns of districts first."""
    return tuple(_number(spec, table, name, field) for table, part in TABLES.items()
                 for name, field in part.model_fields.items() if name != "name")  # fmt: skip


def other_sources(spec: CitySpec) -> dict[str, str]:
    """Return what a city file says of its sources under names that are no keys of numbers, nor of their tables."""
    known = {*TABLES, *(name for part in TABLES.values() for name in part.model_fields)}
    return {key: text for key, text in sorted(spec.sources.items()) if key not in known}


def marks(source: str) -> str:
    """Return the letters of confidence that stand in brackets in a source, each once."""
    inside = (a or b for a, b in _MARKS.findall(source))
    return ", ".join(dict.fromkeys(mark for text in inside for mark in _MARK.findall(text)))


def _number(spec: CitySpec, table: str, name: str, field: FieldInfo) -> CityNumber:
    part = None if table == "district" else getattr(spec, table)
    given = any(name in p.model_fields_set for p in ([part] if part else spec.districts))
    source = _source(spec, table, name, given)
    return CityNumber(table, name, field.description or "", part and getattr(part, name),
                      None if field.is_required() else field.default, _unit(table, name), range_of(field), source,
                      marks(source))  # fmt: skip


def _source(spec: CitySpec, table: str, name: str, given: bool) -> str:
    """Return the line of a key, else of the default that it has, else of its table."""
    of_default = "" if given or table == "district" else _defaults().get(name, "")
    return spec.sources.get(name) or of_default or spec.sources.get(table, "")


@cache
def _defaults() -> dict[str, str]:
    return load_spec("nanjing").sources


def _unit(table: str, name: str) -> str:
    if name in UNITS:
        return UNITS[name]
    return "share" if any(word in name for word in SHARES) else "person" if table == "staff" else "1"
