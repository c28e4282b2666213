"""A city file for people: as JSON-able facts, and as tables for the terminal made of those facts."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from rich.console import Group, RenderableType
from rich.text import Text

from ..model.city_file import CitySpec, Staff, Stock
from .sentences import translated
from .show import pairs, table
from .words import source_word, w

Facts = dict[str, Any]

_COLUMNS = ("residents", "area_km2", "streets", "urban_communities", "villages", "grids", "rural_share")


def describe_city(spec: CitySpec) -> Facts:
    """Return what a city file says with all defaults filled in, the sums over its districts, and its digest."""
    whole = ("residents", "streets", "urban_communities", "villages", "grids")
    sums: dict[str, float] = {key: spec.total(key) for key in whole}
    sums |= {"area_km2": sum(d.area_km2 for d in spec.district)}
    return {"city": spec.model_dump(mode="json"), "sums": sums, "digest": spec.digest()}


def render_city(facts: Facts, lang: str) -> RenderableType:
    """Return a described city as tables: districts, staff, stock, sources."""
    city, other = facts["city"], "en" if lang == "zh" else "zh"
    rows = [(d["name"][lang], *(_number(d[key]) for key in _COLUMNS)) for d in city["district"]]
    rows.append((w("sum", lang), *(_number(facts["sums"].get(key)) for key in _COLUMNS)))
    return Group(
        Text(f"{city['name'][lang]} · {city['name'][other]}  ({city['id']})", style="bold"),
        pairs([(w("digest", lang), facts["digest"])]),
        table(w("districts", lang), [w("name", lang), *(w(key, lang) for key in _COLUMNS)], rows),
        _table(w("staff", lang), Staff, city["staff"], lang),
        _table(w("stock", lang), Stock, city["stock"], lang),
        table(
            w("source", lang),
            [w("id", lang), w("source", lang)],
            [(key, source_word(text, lang)) for key, text in sorted(city["sources"].items())],
        ),
    )


def _table(title: str, part: type[BaseModel], values: Facts, lang: str) -> RenderableType:
    meanings = {name: translated(field.description or "", lang) for name, field in part.model_fields.items()}
    return table(title, [w("id", lang), w("value", lang), w("meaning", lang)],
                 [(name, _number(values[name]), meaning) for name, meaning in meanings.items()])  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,g}"
