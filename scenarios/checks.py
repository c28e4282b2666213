"""What is checked once a scenario has its form: its numbers and policies, its dates, its city and the places named.

Each check gets a ``Say``, which makes a problem of a key and knows the file and the line it stands in.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import Problem, listed, nearest
from .schema import Scenario
from .sources import CITIES, Source, is_path, locate, names

if TYPE_CHECKING:
    from ..model.city_file import CitySpec

Say = Callable[..., Problem]


def with_policies(scenario: Scenario, say: Say) -> tuple[Scenario, list[Problem]]:
    """Check numbers and policies against what exists; return the scenario with all parameters filled in."""
    from .registry import cards, check_numbers, clashes, complete

    problems = [say(("parameters", key), why, value, near)
                for key, why, value, near in check_numbers(scenario.parameters)]  # fmt: skip
    known, entries = cards(), []
    for entry in scenario.policies:
        key = ("policy", entry.id)
        if entry.use not in known:
            reason = f"no policy has this id; there are: {listed(known, 40)}"
            problems.append(say((*key, "use"), reason, entry.use, nearest(entry.use, known)))
            continue
        values, wrong = complete(known[entry.use], entry.parameters)
        problems += [say((*key, "parameters", name), why, value, near) for name, why, value, near in wrong]
        entries.append(entry.model_copy(update={"parameters": values}))
    for a, b, lever in clashes(entries):
        reason = f'sets {lever}, which policy "{b.id}" sets too at the same time and place; keep one, or part them'
        problems.append(say(("policy", a.id), reason))
    return scenario.model_copy(update={"policies": tuple(entries)}), problems


def check_dates(scenario: Scenario, say: Say) -> list[Problem]:
    """Check that the calendar is on file, and that policies and shocks act within the run."""
    from ..model.calendar import build_calendar

    calendar, problems = scenario.calendar, []
    try:
        run = f"the run lasts from {calendar.first} to {calendar.end - dt.timedelta(days=1)}"
    except OverflowError:
        return [say(("calendar", "start"), "the run would leave the years 1 to 9999", calendar.start)]
    try:
        build_calendar(calendar.first, (calendar.end - calendar.first).days)
    except (ValueError, OverflowError) as error:
        problems.append(say(("calendar", "start"), f"{error}; {run}, and deadlines reach beyond", calendar.start))
    for entry in scenario.policies:
        key = ("policy", entry.id)
        if entry.end is not None and entry.end <= entry.start:
            problems.append(say((*key, "end"), f"must be after its start, {entry.start}", entry.end))
        elif entry.start >= calendar.end:
            problems.append(say((*key, "start"), f"must be before the end of the run: {run}", entry.start))
        elif entry.end is not None and entry.end <= calendar.first:
            problems.append(say((*key, "end"), f"must be after the first day of the run: {run}", entry.end))
    for shock in scenario.shocks:
        if not calendar.first <= shock.start.date() < calendar.end:
            problems.append(say(("shock", shock.id, "start"), f"must lie in the run: {run}", shock.start))
    return problems


def with_city(scenario: Scenario, sources: Sequence[Source], say: Say) -> tuple[Scenario, list[Problem]]:
    """Find the city and check the places that filters name; return the scenario with the city's digest."""
    from .places import load_spec

    source, line = locate(sources, ("city",))
    path, city = _city_path(scenario.city, source)
    if path is not None and path.is_dir():
        return scenario, [Problem(source.file, "city", "is a folder, not a city file", scenario.city, line)]
    if path is None or not path.is_file():
        shipped = names(CITIES)
        options = [p.name for p in sorted(path.parent.glob("*.toml"))] if path else shipped
        reason = f"no such city file; shipped: {listed(shipped)}; one of your own is given by its path"
        near = nearest(path.name if path else scenario.city, options)
        return scenario, [Problem(source.file, "city", reason, scenario.city, line, near)]
    try:
        spec = load_spec(city)
    except ValueError as error:
        reasons = [why.removeprefix(f"{path}: ") for why in str(error).splitlines()]
        return scenario, [Problem(source.file, "city", f"its file is not right: {why}", scenario.city, line)
                          for why in reasons]  # fmt: skip
    scenario = scenario.model_copy(update={"city": city, "city_digest": spec.digest()})
    return scenario, _check_places(scenario, spec, say)


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
                problems.append(say(key, f"no community of {spec.en} passes all of these filters", where))
        problems += [say((*key, level), why, value, near) for level, why, value, near in wrong]
    return problems


def _city_path(city: str, source: Source) -> tuple[Path | None, str]:
    """Return the file of a city, and how the engine is to be told: a shipped name, or an absolute path."""
    if not is_path(city):
        path = CITIES / f"{city}.toml"
        return (path if path.is_file() else None), city
    base = source.path.parent if source.path else Path.cwd()
    path = Path(os.path.abspath(base / Path(city).expanduser()))  # no link is followed, for its target may lack .toml
    return path, (path.stem if path.parent == CITIES else str(path))
