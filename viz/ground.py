"""What all scenarios stand on beside the numbers of the model: the catalogue of needs, and the file of the city."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..agents.columns import Column
from ..agents.places import GRID_KINDS, LINES, SKILLS
from ..model.city_file import CitySpec, District
from ..model.directory import NETS
from ..model.incidents import CATEGORIES, DEADLINES, SHOCKS, WORK_LAWS, load_catalogue
from ..scenarios.city_numbers import CityNumber, marks, numbers_of, other_sources
from ..scenarios.sentences import translated
from ..scenarios.words import source_word, span_word, unit_word
from ..scenarios.words import w as plain_word
from .blocks import Block, Cell, Fold, Note, Sheet, number, sheet
from .numbers import CHANGED, NOTHING, fixed
from .places import city_spec
from .words import listed, pick, term, w

DAY = 1440.0
"""Minutes above which a time of the catalogue is told in days."""

ASPECTS: dict[str, tuple[str, ...]] = {
    "arising": ("rate", "surge", "dispersion", "eyes", "visible", "phone"),
    "work": ("work", "sigma", "law", "severity", "parties", "deadline"),
    "handling": ("net", "skill", "lines", "levels"),
    "course": ("fester_minutes", "lapse_minutes", "recur", "recur_minutes"),
    "profile": ("hours", "weekdays"),
}
"""Tables of the catalogue: the columns of each. What shock brings a task stands behind its name."""
ORIGINS = ("rate", "hours", "weekdays", "levels", "parties", "deadline")
"""Columns of the catalogue that have another source than an estimate."""
DERIVED = ("ceiling", "shock")
"""Columns that follow from others, or stand with the name."""


def needs(lang: str) -> Fold:
    """Return the numbers of every category of need as the catalogue has them, with unit, range and source."""
    catalogue, known = load_catalogue(), {c.name: c for c in CATEGORIES.columns}
    names = [_category(catalogue.ids[k], int(row["shock"]), lang) for k, row in enumerate(catalogue.rows)]
    kinds = listed([pick((zh, en), lang) for _, zh, en in GRID_KINDS], lang)
    blocks: list[Block] = [Note(w("note.catalogue", lang, kinds=kinds))]
    for aspect, columns in ASPECTS.items():
        heads = [w("column.category", lang), *(_head(known[c], lang) for c in columns)]
        rows = [[Cell(name), *(Cell(_told(known[c], row[c], lang)) for c in columns)]
                for name, row in zip(names, catalogue.rows, strict=True)]  # fmt: skip
        blocks += [Note(w(f"aspect.{aspect}", lang), heading=True), sheet(heads, rows)]
    blocks += [
        Note(w("aspect.origin", lang), heading=True),
        _origins([known[c] for cs in ASPECTS.values() for c in cs], lang),
    ]
    return Fold(w("fold.catalogue", lang, count=len(names)), tuple(blocks))


def _origins(columns: Iterable[Column], lang: str) -> Sheet:
    """Return where the numbers of each column of the catalogue come from."""
    said = [
        (pick((c.zh, c.en), lang), w(f"origin.{c.name if c.name in ORIGINS else 'estimate'}", lang)) for c in columns
    ]
    heads = [w(f"column.{key}", lang) for key in ("meaning", "source", "confidence")]
    return sheet(heads, [[Cell(name), Cell(text, tone="long"), Cell(marks(text))] for name, text in said])


def _category(name: str, shock: int, lang: str) -> str:
    shown = term(name, lang)
    return w("answer.brackets", lang, text=shown, inside=term(SHOCKS[shock], lang)) if shock >= 0 else shown


def _head(c: Column, lang: str) -> str:
    """Return the head of a column: what it is, its unit, and what is allowed."""
    unit = "" if c.unit in ("1", "code") else unit_word("day" if c.unit == "min" and c.low >= 60 else c.unit, lang)
    bounded = c.unit != "code" and c.shape == 1
    facts = [unit, span_word(c.low, c.high, lang) if bounded and c.high is not None else ""]
    inside = listed([fact for fact in facts if fact], lang)
    name = w("aspect.hours", lang) if c.name == "hours" else pick((c.zh, c.en), lang)  # told hour by hour
    return w("answer.brackets", lang, text=name, inside=inside) if inside else name


def _told(c: Column, value: Any, lang: str) -> str:
    """Return a value of the catalogue in words: codes by their names, times of days in days."""
    if c.name == "skill":
        return pick(SKILLS[int(value)][1:], lang)
    if c.name == "net":
        return pick(NETS[int(value)][1:], lang) if value < len(NETS) else w(f"desk.{int(value)}", lang)
    if c.name == "lines":
        return listed([pick(LINES[int(k)][1:], lang) for k in value if k >= 0], lang) or NOTHING
    if c.name == "deadline":
        return plain_word(f"deadline.{DEADLINES[int(value)]}", lang)
    if c.name == "law":
        return w(f"law.{WORK_LAWS[int(value)]}", lang)
    if c.name == "hours":
        return ", ".join(f"{100.0 * x:.1f}%" for x in np.diff(value, prepend=0.0))
    if c.unit == "min" and c.low >= 60:
        return f"{float(value) / DAY:g}"
    if c.name in ("rate", "surge") and not np.any(value):  # the one is for everyday needs, the other for shocks
        return NOTHING
    return ", ".join(f"{float(x):g}" for x in np.atleast_1d(value))


def city(resolved: Mapping[str, Any], lang: str) -> Fold | Note:
    """Return every number of the city file that a scenario runs on; a note where that file is not at hand."""
    spec = city_spec(resolved)
    if spec is None:
        return Note(w("note.city_unknown", lang))
    numbers = numbers_of(spec)
    blocks: list[Block] = [
        Note(w("note.city", lang, name=pick((spec.zh, spec.en), lang), digest=spec.digest(), seed=spec.seed)),
        _parts([n for n in numbers if n.table != "district"], lang),
        _districts(spec, lang),
        _columns([n for n in numbers if n.table == "district"], lang),
    ]
    if others := other_sources(spec):
        rows = [[Cell(key), Cell(source_word(text, lang), tone="long")] for key, text in others.items()]
        blocks.append(sheet([w("column.id", lang), w("column.source", lang)], rows))
    return Fold(w("fold.city", lang), tuple(blocks))


def _parts(numbers: Iterable[CityNumber], lang: str) -> Sheet:
    """Return staff and stock, a row for each number."""
    keys = ("meaning", "value", "default", "unit", "range", "source", "confidence")
    return sheet([w(f"column.{key}", lang) for key in keys],
                 [[_meaning(n, lang), number(_marked(n)), number(_plain(n.default)), *_origin(n, lang)]
                  for n in numbers])  # fmt: skip


def _columns(numbers: Iterable[CityNumber], lang: str) -> Sheet:
    """Return what the columns of districts are and where they come from."""
    keys = ("meaning", "default", "unit", "range", "source", "confidence")
    return sheet([w(f"column.{key}", lang) for key in keys],
                 [[_meaning(n, lang), number(_plain(n.default)), *_origin(n, lang)] for n in numbers])  # fmt: skip


def _meaning(n: CityNumber, lang: str) -> Cell:
    return Cell(translated(n.meaning, lang), n.name)


def _origin(n: CityNumber, lang: str) -> list[Cell]:
    source = source_word(n.source, lang) or plain_word("unsaid", lang)
    return [Cell(unit_word(n.unit, lang)), Cell(n.span.of(lang) if n.span else ""), Cell(source, tone="long"),
            Cell(n.confidence)]  # fmt: skip


def _districts(spec: CitySpec, lang: str) -> Sheet:
    columns = [name for name in District.model_fields if name != "name"]
    heads = [w("column.district", lang), *(plain_word(name, lang) for name in columns)]
    return sheet(heads, [[Cell(pick((d.zh, d.en), lang)), *(number(_plain(getattr(d, name))) for name in columns)]
                         for d in spec.districts])  # fmt: skip


def _marked(n: CityNumber) -> str:
    """Return a value, marked where a file departs from a default."""
    return _plain(n.value) if n.default in (None, n.value) else f"{CHANGED} {_plain(n.value)}"


def _plain(value: float | None) -> str:
    return NOTHING if value is None else fixed(value, 0) if isinstance(value, int) else f"{value:g}"
