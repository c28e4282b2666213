"""Turns what a schema finds wrong into lines that say file, key, value, what is allowed, and the near miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from .errors import ABSENT, Problem, listed, nearest, show_value
from .schema import Part, Scenario
from .sentences import Sentence, t
from .sources import ENTRIES, Source, locate

_FORMS = {
    "string_type": t("must be text in quotes"),
    "int_type": t("must be a whole number"),
    "int_from_float": t("must be a whole number"),
    "float_type": t("must be a number"),
    "finite_number": t("must be a finite number"),
    "date_type": t("must be a date such as 2024-06-01, without quotes"),
    "datetime_type": t("must be a date, or a date and time such as 2024-06-10T16:00:00, without quotes"),
    "timezone_naive": t("must have no time zone; all times are local"),
    "tuple_type": t('must be a list such as ["..."]'),
    "dict_type": t("must be a table"),
    "model_type": t("must be a table"),
    "model_attributes_type": t("must be a table"),
    "string_pattern_mismatch": t("must be 1 to 64 letters, digits, _ or -"),
    "list_type": t("must be a list"),
    "string_too_short": t("must not be empty"),
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


def range_of(field: FieldInfo) -> Sentence | None:
    """Return the allowed range of a number in words, such as ``0 to 1``, or ``None`` when there is none."""
    low: Any = None
    above: Any = None
    high: Any = None
    for bound in field.metadata:
        low = getattr(bound, "ge", low)
        above = getattr(bound, "gt", above)
        high = getattr(bound, "le", high)
    if above is not None:
        return t("more than {low} to {high}", low=_plain(above), high=_plain(high))
    return None if low is None else t("{low} to {high}", low=_plain(low), high=_plain(high))


def _plain(number: float) -> str:
    return f"{number:,.12g}" if number >= 10_000 else f"{number:g}"


def _problem(kind: str, loc: Sequence[str | int], value: Any, data: dict[str, Any],
             sources: Sequence[Source]) -> Problem:  # fmt: skip
    key = key_path(loc, data)
    source, line = locate(sources, key)
    at = Problem(source.file, ".".join(key), t(""), line=line)
    if kind == "extra_forbidden" and _is_parameter(loc, data):
        reason = t("is a parameter of the policy; it belongs below a line [policy.parameters] after this [[policy]]")
        return replace(at, reason=reason, value=value)
    return described(kind, loc, value, Scenario, at)


def _is_parameter(loc: Sequence[str | int], data: dict[str, Any]) -> bool:
    """Return whether a key beside ``use`` is the name of one of the policy's parameters."""
    from .registry import cards  # which knows places and cities, and these know what is said here

    if len(loc) != 3 or loc[0] != "policy" or not isinstance(loc[1], int):
        return False
    card = cards().get(str(data["policy"][loc[1]].get("use")))
    return card is not None and loc[2] in {p.name for p in card.parameters}


def described(kind: str, loc: Sequence[str | int], value: Any, root: type[BaseModel], at: Problem) -> Problem:
    """Return a finding of a schema as a problem: what is wrong, what is allowed, the near miss.

    Args:
        kind: What pydantic calls it.
        loc: Where it is, from the root.
        value: What stands there.
        root: The schema as a whole.
        at: A problem with file, key and line in place.
    """
    owner, field = _field(loc, root)
    if kind == "missing":
        what = field.description if field else None
        return replace(at, reason=t("is missing: {what}", what=t(what)) if what else t("is missing"))
    if kind == "extra_forbidden":
        keys = allowed_keys(owner)
        reason = t("no such key; allowed: {keys}", keys=listed(keys))
        return replace(at, reason=reason, value=value, near=nearest(loc[-1], keys))
    if kind == "literal_error":
        choices = _choices(field.annotation if field else None)
        shown = ", ".join(show_value(c) for c in choices)
        reason = (
            t("must be one of {choices}", choices=shown) if len(choices) > 1 else t("must be {format}", format=shown)
        )
        return replace(at, reason=reason, value=value, near=nearest(value, choices))
    return replace(at, reason=_reason(kind, field), value=ABSENT if value is None else value)


def _reason(kind: str, field: FieldInfo | None) -> Sentence:
    span = range_of(field) if field else None
    if kind in _BOUNDS and span:
        form = t("must be {span}", span=span)
    elif kind in ("string_too_long", "too_long", "too_short") and field:
        form = _length(kind, field)
    else:
        form = _FORMS.get(kind, t("is not allowed ({kind})", kind=kind))
        if kind in ("int_type", "int_from_float", "float_type", "finite_number") and span:
            form = t("{form}, {span}", form=form, span=span)
    what = field.description if field else None
    return t("{form} ({what})", form=form, what=t(what)) if what else form


def _length(kind: str, field: FieldInfo) -> Sentence:
    """Return how long a text or a list may be."""
    least, most = (next((getattr(m, side) for m in _metadata(field) if hasattr(m, side)), None)
                   for side in ("min_length", "max_length"))  # fmt: skip
    if kind == "string_too_long":
        return t("must have at most {most} characters", most=most)
    if least == most:
        return t("must be a list of {n} values", n=most)
    if kind == "too_short":
        return (
            t("must not be empty; leave the key out instead")
            if field.is_required() is False
            else t("must not be empty")
        )
    return t("must have at most {most} entries", most=most)


def _metadata(field: FieldInfo) -> list[Any]:
    """Return what is declared of a field beside its type, also where the type is one of several."""
    inner = [m for a in get_args(field.annotation) for m in getattr(a, "__metadata__", ())]
    return [*field.metadata, *(part for m in inner for part in getattr(m, "metadata", [m]))]


def _field(loc: Sequence[str | int], root: type[BaseModel]) -> tuple[type[BaseModel], FieldInfo | None]:
    """Return the table a place lies in, and its field there if it has one."""
    owner: type[BaseModel] = root
    field: FieldInfo | None = None
    inner: type[BaseModel] | None = root
    named = False  # whether this step is a name that the user gave, in a table of tables
    for step in loc:
        if isinstance(step, int) or inner is None or named:
            named = False
            continue
        owner = inner
        field = next((f for name, f in owner.model_fields.items() if step == (f.alias or name)), None)
        inner = _table(field.annotation) if field else None
        named = field is not None and inner is not None and get_origin(field.annotation) is dict
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
