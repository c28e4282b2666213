"""What is left of a file without the values that have not their form, so that the rest can be checked as well."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from ..model.city_file import TOTALS, CitySpec, Misfit
from .schema import FORMAT
from .sources import ENTRIES

_STAND_INS: dict[str, Any] = {
    "format": FORMAT,
    "id": "unnamed",
    "name": {"zh": "?", "en": "?"},
    "question": {"zh": "?", "en": "?"},
    "city": "street",
    "calendar": {"start": dt.date(2024, 6, 1), "days": 30},
}
"""Stand for what a scenario cannot be without; nothing is said about them."""

_NEEDED = ("id", "use", "kind", "start", "days")
"""Keys that an entry cannot be without."""

_CITY: dict[str, Any] = {
    "format": 1,
    "id": "unnamed",
    "name": {"zh": "?", "en": "?"},
    "staff": {"full_time_grid_workers": 1, "part_time_grid_workers": 0, "community_workers": 1, "street_staff": 3,
              "district_officials": 12, "city_officials": 12, "social_workers": 0, "hotline_seats_day": 1,
              "hotline_seats_night": 1},
    "stock": {"old_compounds": 0, "commercial_compounds": 0, "firms": 0, "units": 0},
}  # fmt: skip
_DISTRICT = {"name": {"zh": "?", "en": "?"}, "residents": 100, "area_km2": 1.0, "streets": 1, "urban_communities": 1,
             "villages": 0, "grids": 2}  # fmt: skip
"""Stand for what a city cannot be without, and fit every city."""


def remainder(data: dict[str, Any], wrong: Iterable[Sequence[str | int]]) -> tuple[dict[str, Any], set[str]]:
    """Return the tables of a scenario without the values at some places.

    A wrong value gives way to its default; an entry that cannot be without it is left out.

    Args:
        data: The merged tables, with entries as lists; they are not changed.
        wrong: Places of wrong or missing values.

    Returns:
        The tables, and the top-level keys whose values are not those of the files any more.
    """
    rest = copy.deepcopy(data)
    unknown: set[str] = set()
    dropped: set[tuple[str, int]] = set()
    for loc in wrong:
        head = str(loc[0])
        unknown.add(head)
        if head in ENTRIES and len(loc) > 2 and isinstance(loc[1], int):
            entry = rest[head][loc[1]]
            if loc[2] not in _NEEDED:
                entry.pop(loc[2], None)
            elif head == "policy" and loc[2] == "start":
                entry["start"] = _STAND_INS["calendar"]["start"]
                entry.pop("end", None)
                unknown.add("calendar")
            else:
                dropped.add((head, loc[1]))
        elif head == "parameters" and len(loc) > 1:
            rest[head].pop(loc[1], None)
        elif head in _STAND_INS:
            rest[head] = _STAND_INS[head]
        else:
            rest.pop(head, None)
    for table in ENTRIES:
        rest[table] = [entry for i, entry in enumerate(rest.get(table, [])) if (table, i) not in dropped]
    return rest, unknown


def misfits_of_rest(data: dict[str, Any], error: ValidationError) -> list[Misfit]:
    """Return what does not fit together in a city file besides the values that have not their form.

    A district with a wrong value is left out, and with it all that is about the sum of the districts.

    Args:
        data: Content of the file; it is not changed.
        error: What is wrong with its form.
    """
    rest = copy.deepcopy(data)
    left_out: set[int] = set()
    for e in error.errors():
        head, *below = e["loc"]
        if head == "district" and e["type"] == "extra_forbidden" and len(below) == 2:
            rest["district"][below[0]].pop(below[1])
        elif head == "district" and below and isinstance(below[0], int):
            left_out.add(below[0])
        elif head == "totals" and below:
            rest["totals"].pop(below[0], None)
        elif head in _CITY:
            rest[str(head)] = _CITY[str(head)]
        else:
            rest.pop(str(head), None)
    if not isinstance(rest.get("district"), list):
        return []
    kept = [k for k in range(len(rest["district"])) if k not in left_out]
    rest["district"] = [rest["district"][k] for k in kept] or [_DISTRICT]
    if left_out:
        rest.pop("lattice", None)
        rest["totals"] = {key: value for key, value in rest.get("totals", {}).items() if key not in TOTALS}
    try:
        misfits = CitySpec.model_validate(rest).misfits()
    except ValidationError:
        return []
    return [(("district", kept[int(loc[1])], *loc[2:]) if loc[0] == "district" and len(loc) > 1 else loc, why, gaps)
            for loc, why, gaps in misfits]  # fmt: skip
