"""A city file for people: as JSON-able facts, and as tables for the terminal made of those facts."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from ..model.city_file import CitySpec
from .city_numbers import numbers_of, other_sources
from .sentences import translated
from .show import pairs, table
from .words import source_word, unit_word, w

Facts = dict[str, Any]

_COLUMNS = ("residents", "area_km2", "streets", "urban_communities", "villages", "grids", "rural_share")


def describe_city(spec: CitySpec) -> Facts:
    """Return what a city file says with all defaults filled in, the sums over its districts, and its digest.

    ``numbers`` tells of each number of the file its meaning, unit, default, source and confidence.
    """
    whole = ("residents", "streets", "urban_communities", "villages", "grids")
    sums: dict[str, float] = {key: spec.total(key) for key in whole}
    sums |= {"area_km2": sum(d.area_km2 for d in spec.district)}
    numbers = [{"table": n.table, "name": n.name, "meaning": n.meaning, "value": n.value, "default": n.default,
                "unit": n.unit, "source": n.source, "confidence": n.confidence} for n in numbers_of(spec)]  # fmt: skip
    return {"city": spec.model_dump(mode="json"), "sums": sums, "digest": spec.digest(), "numbers": numbers,
            "other_sources": other_sources(spec)}  # fmt: skip


def render_city(facts: Facts, lang: str) -> RenderableType:
    """Return a described city as tables: districts, staff, stock, sources."""
    city, other = facts["city"], "en" if lang == "zh" else "zh"
    rows = [(d["name"][lang], *(_number(d[key]) for key in _COLUMNS)) for d in city["district"]]
    rows.append((w("sum", lang), *(_number(facts["sums"].get(key)) for key in _COLUMNS)))
    heads = [w(key, lang) for key in ("id", "value", "unit", "meaning")]
    said = {n["name"]: n["source"] for n in facts["numbers"]} | facts["other_sources"]
    return Group(
        Text(f"{city['name'][lang]} · {city['name'][other]}  ({city['id']})", style="bold"),
        pairs([(w("digest", lang), facts["digest"])]),
        table(w("districts", lang), [w("name", lang), *(w(key, lang) for key in _COLUMNS)], rows),
        *(table(w(part, lang), heads, [_row(n, lang) for n in facts["numbers"] if n["table"] == part])
          for part in ("staff", "stock")),
        table(w("source", lang), [w("id", lang), w("source", lang)],
              [(key, source_word(text, lang) or w("unsaid", lang)) for key, text in said.items()]),
        Text(w("confidence_key", lang), style="dim"),
    )  # fmt: skip


def _row(number: Facts, lang: str) -> tuple[str, str, str, str]:
    unit, meaning = unit_word(number["unit"], lang), translated(number["meaning"], lang)
    return number["name"], _number(number["value"]), unit, meaning


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,g}"
