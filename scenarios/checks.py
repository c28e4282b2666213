"""What is checked once a scenario has its form: its numbers and policies, its dates, its city and the places named.

Each check gets a ``Say``, which makes a problem of a key and knows the file and the line it stands in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .categories import misfits
from .city_files import find_city, near_city, no_city, read_city
from .errors import Problem
from .schema import PolicyEntry, Scenario
from .sentences import Both, t
from .sources import Source, locate

if TYPE_CHECKING:
    from ..model.city_file import CitySpec

Say = Callable[..., Problem]


def with_policies(scenario: Scenario, say: Say) -> tuple[Scenario, list[Problem]]:
    """Check numbers, categories and policies against what exists; return the scenario with all parameters filled in.

    An unknown policy is taken for the nearest one, so that what is wrong with its parameters is said at once.
    """
    from .registry import cards, check_numbers, complete, named, no_policy, policy_of

    problems = [say(("parameters", key), why, value, near)
                for key, why, value, near in check_numbers(scenario.parameters)]  # fmt: skip
    problems += [say(("category", *key), why, near=near) for key, why, near in misfits(scenario)]
    known, entries = cards(), []
    for entry in scenario.policies:
        key, use = ("policy", entry.id), entry.use
        if use not in known:
            near = named().nearest(use)
            problems.append(say((*key, "use"), no_policy(use), use, near))
            if near is None:
                entries.append(entry)  # its dates and places can be checked all the same
                continue
            use = policy_of(near)  # most likely meant: the rest of the entry is read as that policy's
        values, wrong = complete(known[use], entry.parameters)
        problems += [say((*key, "parameters", name), why, value, near) for name, why, value, near in wrong]
        entries.append(entry.model_copy(update={"use": use, "parameters": values}))
    return scenario.model_copy(update={"policies": tuple(entries)}), problems


def check_dates(scenario: Scenario, say: Say) -> list[Problem]:
    """Check that the calendar is on file, and that policies and shocks act within the run."""
    from ..model.calendar import _LUNAR as HOLIDAYS
    from ..model.calendar import build_calendar

    calendar, problems = scenario.calendar, []
    try:
        last = calendar.end - dt.timedelta(days=1)
        run = t("the run lasts from {first} to {last}", first=calendar.first, last=last)
    except OverflowError:
        return [say(("calendar", "start"), t("the run would leave the years 1 to 9999"), calendar.start)]
    try:
        build_calendar(calendar.first, (calendar.end - calendar.first).days)
    except (ValueError, OverflowError):
        reason = t("holidays are on file for {low} to {high} only; {run}, and deadlines reach beyond",
                   low=min(HOLIDAYS), high=max(HOLIDAYS), run=run)  # fmt: skip
        problems.append(say(("calendar", "start"), reason, calendar.start))
    for entry in scenario.policies:
        key = ("policy", entry.id)
        if entry.end is not None and entry.end <= entry.start:
            problems.append(say((*key, "end"), t("must be after its start, {start}", start=entry.start), entry.end))
        elif entry.start >= calendar.end:
            problems.append(say((*key, "start"), t("must be before the end of the run: {run}", run=run), entry.start))
        elif entry.end is not None and entry.end <= calendar.first:
            problems.append(say((*key, "end"), t("must be after the first day of the run: {run}", run=run), entry.end))
    for shock in scenario.shocks:
        if not calendar.first <= shock.start.date() < calendar.end:
            problems.append(say(("shock", shock.id, "start"), t("must lie in the run: {run}", run=run), shock.start))
    return problems


def check_conflicts(scenario: Scenario, spec: CitySpec | None, say: Say) -> list[Problem]:
    """Check that no two policies set one lever at the same time and place.

    Without a city, or without good names of places in it, filters cannot be compared; then only a policy that reaches
    all places is known to meet another.
    """
    from .places import load_city, share_a_place
    from .registry import clashes

    def meet(a: PolicyEntry, b: PolicyEntry) -> bool:
        one, other = a.where.filters(), b.where.filters()
        if spec is None:
            return not one or not other
        return share_a_place(one, other, spec, lambda: load_city(scenario.city, scenario.city_digest))

    problems = []
    for a, b, lever in clashes(scenario.policies, meet):
        reason = t('sets {lever}, which policy "{other}" sets too at the same time and place; keep one, or part them',
                   lever=lever, other=b.id)  # fmt: skip
        problems.append(say(("policy", a.id), reason))
    return problems


def with_city(scenario: Scenario, sources: Sequence[Source], say: Say) -> tuple[Scenario, list[Problem]]:
    """Find the city and check places and conflicts there; return the scenario with the city's digest."""
    source, line = locate(sources, ("city",))
    path, city = find_city(scenario.city, source.path)
    if path is None or not path.exists():
        near = near_city(scenario.city, path)
        missing = Problem(source.file, "city", no_city(scenario.city), scenario.city, line, near)
        return scenario, [missing, *check_conflicts(scenario, None, say)]
    spec, problems = read_city(path)
    if spec is None:
        return scenario, [*problems, *check_conflicts(scenario, None, say)]
    scenario = scenario.model_copy(update={"city": city, "city_digest": spec.digest()})
    problems = _check_places(scenario, spec, say)
    return scenario, [*problems, *check_conflicts(scenario, None if problems else spec, say)]


def _check_places(scenario: Scenario, spec: CitySpec, say: Say) -> list[Problem]:
    """Check the places that filters name; only what lies below districts needs the built city, which takes seconds."""
    from .places import check_districts, check_where, load_city, reach

    problems = []
    entries = [("shock", s.id, s.where) for s in scenario.shocks]
    entries += [("policy", p.id, p.where) for p in scenario.policies]
    for table, name, filters in entries:
        where, key = filters.filters(), (table, name, "where")
        if where.keys() <= {"district"}:
            wrong = check_districts(filters.district, spec)
        else:
            built = load_city(scenario.city, scenario.city_digest)
            wrong = check_where(where, built)
            if not wrong and not reach(where, built).any():
                problems.append(
                    say(
                        key, t("no community of {city} passes all of these filters", city=Both(spec.zh, spec.en)), where
                    )
                )
        problems += [say((*key, level), why, value, near) for level, why, value, near in wrong]
    return problems
