"""Turns what the schema finds wrong into lines that say file, key, value, what is allowed, and the near miss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from .errors import ABSENT, Problem, listed, nearest, show_value
from .schema import Part, Scenario
from .sources import ENTRIES, Source, locate

_FORMS = {
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "date_type": "must be a date such as 2024-06-01, without quotes",
    "datetime_type": "must be a date, or a date and time such as 2024-06-10T16:00:00, without quotes",
    "timezone_naive": "must have no time zone; all times are local",
    "tuple_type": 'must be a list such as ["..."]',
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "string_pattern_mismatch": "must be 1 to 64 letters, digits, _ or -",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most 400 characters",
    "too_short": "must not be empty; leave the key out instead",
}
_BOUNDS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


def problems_of(error: ValidationError, data: dict[str, Any], sources: Sequence[Source]) -> list[Problem]:
    """Return one problem for each finding of the schema.

    Args:
        error: What validating ``data`` as a ``Scenario`` raised.
        data: The merged tables, with entries as lists.
        sources: The files they came from, to find the place of a value.
    """
    found: dict[tuple[str, str], Problem] = {}
    for e in error.errors():
        problem = _problem(e["type"], e["loc"], e["input"], data, sources)
        found.setdefault((problem.file, problem.key), problem)  # the first says why, others follow from it
    return list(found.values())


def key_path(loc: Sequence[str | int], data: dict[str, Any]) -> tuple[str, ...]:
    """Return a place in the merged tables as keys, an entry by its id and an item of a list by its list."""
    if len(loc) > 1 and loc[0] in ENTRIES and isinstance(loc[1], int):
        loc = (loc[0], data[str(loc[0])][loc[1]]["id"], *loc[2:])
    return tuple(str(step) for step in loc if not isinstance(step, int))


def allowed_keys(part: type[BaseModel]) -> list[str]:
    """Return the keys that a file may have in a table."""
    also = part.also if issubclass(part, Part) else ()
    hidden = Scenario.loaded if part is Scenario else ()
    return [f.alias or name for name, f in part.model_fields.items() if name not in hidden] + list(also)


def range_of(field: FieldInfo) -> str:
    """Return the allowed range of a number in words, such as ``0 to 1``; empty when there is none."""
    low = high = ""
    for bound in field.metadata:
        if (value := getattr(bound, "ge", None)) is not None:
            low = f"{value:g}"
        if (value := getattr(bound, "gt", None)) is not None:
            low = f"more than {value:g}"
        if (value := getattr(bound, "le", None)) is not None:
            high = f"{value:g}"
    return f"{low} to {high}" if high else low


def _problem(kind: str, loc: Sequence[str | int], value: Any, data: dict[str, Any],
             sources: Sequence[Source]) -> Problem:  # fmt: skip
    key = key_path(loc, data)
    source, line = locate(sources, key)
    owner, field = _field(loc)
    dotted = ".".join(key)
    if kind == "missing":
        what = f": {field.description}" if field and field.description else ""
        return Problem(source.file, dotted, f"is missing{what}", line=line)
    if kind == "extra_forbidden":
        keys = allowed_keys(owner)
        reason = f"no such key; allowed: {listed(keys)}"
        return Problem(source.file, dotted, reason, value, line, nearest(key[-1], keys))
    if kind == "literal_error":
        choices = _choices(field.annotation if field else None)
        reason = f"must be {'one of ' if len(choices) > 1 else ''}{', '.join(show_value(c) for c in choices)}"
        return Problem(source.file, dotted, reason, value, line, nearest(value, choices))
    return Problem(source.file, dotted, _reason(kind, field), ABSENT if value is None else value, line)


def _reason(kind: str, field: FieldInfo | None) -> str:
    span = range_of(field) if field else ""
    form = f"must be {span}" if kind in _BOUNDS else _FORMS.get(kind, f"is not allowed ({kind})")
    if kind in ("int_type", "int_from_float", "float_type", "finite_number") and span:
        form += f", {span}"
    return f"{form} ({field.description})" if field and field.description else form


def _field(loc: Sequence[str | int]) -> tuple[type[BaseModel], FieldInfo | None]:
    """Return the table a place lies in, and its field there if it has one."""
    owner: type[BaseModel] = Scenario
    field: FieldInfo | None = None
    inner: type[BaseModel] | None = Scenario
    for step in loc:
        if isinstance(step, int) or inner is None:
            continue
        owner = inner
        field = next((f for name, f in owner.model_fields.items() if step == (f.alias or name)), None)
        inner = _table(field.annotation) if field else None
    return owner, field


def _table(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for a in get_args(annotation) if (found := _table(a))), None)


def _choices(annotation: Any) -> list[Any]:
    """Return the words of the first ``Literal`` inside an annotation."""
    found: list[Any] = []
    for a in get_args(annotation):
        found = found or (_choices(a) if get_args(a) else [a] if isinstance(a, str | int) else [])
    return [*dict.fromkeys([*found, *(a for a in get_args(annotation) if isinstance(a, str | int))])]
