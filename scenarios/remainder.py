"""What is left of a scenario without the values that have not their form, so that the rest can be checked as well."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

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
