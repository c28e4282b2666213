"""What a scenario says of the days before a date, and whether another one says the same of them.

Where two scenarios do, a run of the one up to that midnight is a run of the other. All that holds from the first day on
has to be the same: city, calendar (the window decides what is counted, the horizon what is planned), demand and all
numbers of the model. Policies and shocks that begin on the date or later may differ, and so may the end of a policy
that is in force, if it lies there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from .schema import digest_of

Resolved = Mapping[str, Any]
"""What ``Scenario.resolved()`` returns."""

_NO_MATTER = ("format", "id", "name", "question", "layers", "city", "shock", "policy")
"""Keys that say nothing of all days: names, the place of the city file (its digest counts), and entries with dates."""


def first_day(scenario: Resolved) -> dt.date:
    """Return the first day of a scenario's run."""
    calendar = scenario["calendar"]
    return dt.date.fromisoformat(calendar["start"]) - dt.timedelta(days=calendar["warm_up_days"])


def last_day(scenario: Resolved) -> dt.date:
    """Return the last day of a scenario's run."""
    calendar = scenario["calendar"]
    days = calendar["days"] + calendar["follow_up_days"]
    return dt.date.fromisoformat(calendar["start"]) + dt.timedelta(days=days - 1)


def before(scenario: Resolved, date: dt.date) -> dict[str, Any]:
    """Return all that a scenario says of the days before a date, by dotted keys, the same for the same content.

    A shock that has begun also tells its place among all by their ids, since its draws are keyed by that.
    """
    said = _flat({key: value for key, value in scenario.items() if key not in _NO_MATTER})
    for number, shock in enumerate(sorted(scenario["shock"], key=lambda s: str(s["id"]))):
        if dt.datetime.fromisoformat(shock["start"]) < dt.datetime.combine(date, dt.time()):
            said[f"shock.{shock['id']}"] = {**shock, "number": number}
    for policy in scenario["policy"]:
        if policy["intensity"] > 0 and dt.date.fromisoformat(policy["start"]) < date:
            end = policy["end"]
            open_end = end is None or dt.date.fromisoformat(end) >= date
            said[f"policy.{policy['id']}"] = {**policy, "end": None if open_end else end}
    return said


def digest_before(scenario: Resolved, date: dt.date) -> str:
    """Return a digest of all that a scenario says of the days before a date."""
    return digest_of({"date": date.isoformat(), **before(scenario, date)})


def differences(one: Resolved, other: Resolved, date: dt.date) -> list[tuple[str, Any, Any]]:
    """Return the keys of which two scenarios say something else before a date, with both values, ``None`` for none."""
    mine, theirs = _flat(before(one, date)), _flat(before(other, date))
    return [(key, mine.get(key), theirs.get(key)) for key in sorted(mine.keys() | theirs.keys())
            if mine.get(key) != theirs.get(key)]  # fmt: skip


def _flat(content: Resolved, path: str = "") -> dict[str, Any]:
    """Return the values of nested tables by dotted keys."""
    found: dict[str, Any] = {}
    for key, value in content.items():
        found |= _flat(value, f"{path}{key}.") if isinstance(value, Mapping) else {f"{path}{key}": value}
    return found


def until(scenario: Resolved, date: dt.date) -> dict[str, Any]:
    """Return a scenario without the policies and shocks that begin on a date or later: a common history of many.

    Shocks that stand before one that has begun stay, so that it keeps its place.
    """
    said = before(scenario, date)
    last = max((entry["number"] for key, entry in said.items() if key.startswith("shock.")), default=-1)
    shocks = sorted(scenario["shock"], key=lambda s: str(s["id"]))[: last + 1]
    policies = [entry for entry in scenario["policy"] if f"policy.{entry['id']}" in said]
    return {**scenario, "shock": shocks, "policy": policies}
