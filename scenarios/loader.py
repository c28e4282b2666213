"""From a name or a file to a resolved ``Scenario``; every complaint names file, key, value and what is allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .checks import Say, check_conflicts, check_dates, with_city, with_policies
from .city_files import is_city_file, read_city
from .errors import ABSENT, Problem, Reason, ScenarioError, listed
from .messages import allowed_keys, problems_of
from .remainder import remainder
from .schema import Scenario
from .sentences import t
from .settings import ARGUMENT, COMMAND_LINE, place, unplaced
from .sources import (
    CITIES,
    ENTRIES,
    LIBRARY,
    Source,
    chain,
    combine,
    find,
    id_of,
    is_path,
    layer,
    locate,
    names,
    parse,
    read,
    read_text,
    shipped,
    shown,
)

BASELINE = "baseline"
"""The shipped scenario without any policy."""

_SOME_DAY = dt.date(2000, 1, 1)
"""Stands where a date follows from another one that is complained about."""


def load_scenario(
    name_or_path: str | Path,
    *,
    layers: Iterable[str | Path] = (),
    settings: Mapping[str, Any] | None = None,
    city: str | Path | None = None,
    start: dt.date | None = None,
    days: int | None = None,
    warm_up_days: int | None = None,
    follow_up_days: int | None = None,
    said_by: str = ARGUMENT,
) -> Scenario:
    """Return a scenario, checked and complete.

    Args:
        name_or_path: A shipped scenario by its id or its Chinese or English name, such as ``"baseline"`` or
            ``"基准"``, or a path.
        layers: Scenarios whose tables are laid over this one, in order (``--with``).
        settings: Single values by name (``--set``): a number of the model, ``demand.scale``, or ``id.key`` of a
            policy or a shock of the scenario.
        city: Another city: a shipped name, or a path relative to the current folder.
        start: Another first day of the window.
        days: Another length of the window, days.
        warm_up_days: Another length of the warm-up, days.
        follow_up_days: Another length of the follow-up, days.
        said_by: What messages call these wishes: ``settings.ARGUMENT``, or ``COMMAND_LINE``.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    return load_scenarios(
        [name_or_path], layers=layers, settings=settings, city=city, start=start, days=days,
        warm_up_days=warm_up_days, follow_up_days=follow_up_days, said_by=said_by,
    )[0]  # fmt: skip


def load_scenarios(
    names_or_paths: Iterable[str | Path],
    *,
    layers: Iterable[str | Path] = (),
    settings: Mapping[str, Any] | None = None,
    city: str | Path | None = None,
    start: dt.date | None = None,
    days: int | None = None,
    warm_up_days: int | None = None,
    follow_up_days: int | None = None,
    said_by: str = ARGUMENT,
) -> list[Scenario]:
    """Return several scenarios with the same wishes, as for a comparison; see ``load_scenario``.

    A setting of a policy or shock applies to those scenarios that have it; it is an error only if none has.
    """
    calendar = {"start": start, "days": days, "warm_up_days": warm_up_days, "follow_up_days": follow_up_days}
    over = [find(str(name)) for name in layers]
    chosen = [find(str(name)) for name in names_or_paths]
    if itself := next((path for path in chosen if path in over and read(path).data.get("policy")), None):
        key = "--with" if said_by == COMMAND_LINE else "layers"
        raise ScenarioError(Problem(said_by, key, t("{name} would be laid over itself; leave it out here, or among the "
                                                    "scenarios", name=itself.stem), itself.stem))  # fmt: skip
    stacks = [_stack(path, over) for path in chosen]
    wishes: dict[str, Any] = {"calendar": {k: v for k, v in calendar.items() if v is not None}}
    if city is not None:
        wishes["city"] = str(city)
    merged = [combine(stack) for stack in stacks]
    placed = [place(settings or {}, data) for data in merged]
    problems = [unplaced(name, value, merged, said_by) for name, value in (settings or {}).items()
                if all(name in missed for _, missed in placed)]  # fmt: skip
    ids = [path.stem for path in over]
    given = {key: value for key, value in wishes.items() if value}
    found = []
    for stack, (tables, _) in zip(stacks, placed, strict=True):
        scenario, wrong = _resolve([*stack, Source(said_by, given | tables)], ids)
        problems += [problem for problem in wrong if problem not in problems]  # sides share wishes and layers
        found.append(scenario)
    if problems:
        raise ScenarioError(problems)
    return [scenario for scenario in found if scenario is not None]


def load_paired(names_or_paths: Sequence[str | Path], **wishes: Any) -> list[Scenario]:
    """Return scenarios that are to be compared with the first; see ``load_scenarios`` for the wishes.

    Where the first is the shipped baseline, which stands for "no policy" anywhere and at any time, it takes the city
    and the days of the others, if these agree.
    """
    sides = load_scenarios(names_or_paths, **wishes)
    first, second = sides[0], sides[1]
    if id_of(str(names_or_paths[0]), LIBRARY) != BASELINE:
        return sides
    if any((s.city, s.calendar) != (second.city, second.calendar) for s in sides[2:]):
        return sides
    if (first.city, first.calendar) == (second.city, second.calendar):
        return sides
    days = second.calendar
    place = {"city": second.city, "start": days.start, "days": days.days, "warm_up_days": days.warm_up_days,
             "follow_up_days": days.follow_up_days}  # fmt: skip
    return load_scenarios(names_or_paths, **{**wishes, **place})


def _stack(path: Path, over: Iterable[Path]) -> list[Source]:
    sources = chain(path)
    for extra in over:
        sources += layer(extra, sources)
    return sources


def check_file(name_or_path: str | Path) -> list[Problem]:
    """Return all that is wrong with a scenario file, or with a city file; an empty list means it is good."""
    try:
        path = find_file(str(name_or_path))
        if is_city_file(path):
            return read_city(path)[1]
        load_scenario(path)
    except ScenarioError as error:
        return list(error.problems)
    return []


def find_file(name_or_path: str) -> Path:
    """Return the file that a name or a path means, of a scenario or of a city.

    Raises:
        ScenarioError: When there is none, with the nearest name.
    """
    if (city := id_of(name_or_path, CITIES)) in names(CITIES) and id_of(name_or_path, LIBRARY) not in names(LIBRARY):
        return CITIES / f"{city}.toml"
    try:
        return find(name_or_path)
    except ScenarioError as error:
        (problem,) = error.problems
        if is_path(name_or_path) or (near := shipped(LIBRARY, CITIES).nearest(name_or_path)) in (problem.near, None):
            raise
        raise ScenarioError(replace(problem, near=near)) from None


def list_scenarios(folder: Path | None = None) -> list[dict[str, Any]]:
    """Return id, names, question, base and file of the scenario files of a folder (default: those shipped)."""
    rows = []
    for path in sorted((folder or LIBRARY).glob("*.toml")):
        data = read(path).data
        rows.append({"id": path.stem, "name": data.get("name", {}), "question": data.get("question", {}),
                     "extends": data.get("extends"), "policies": sorted(data.get("policy", {})),
                     "shocks": sorted(data.get("shock", {})), "file": shown(path)})  # fmt: skip
    return rows


def list_cities() -> list[dict[str, str]]:
    """Return id and names of the shipped cities."""
    found = {name: parse(read_text(path := CITIES / f"{name}.toml", path.name), path.name) for name in names(CITIES)}
    return [{"id": name, "zh": data["name"]["zh"], "en": data["name"]["en"]} for name, data in found.items()]


def _resolve(sources: Sequence[Source], layers: list[str]) -> tuple[Scenario | None, list[Problem]]:
    """Return the scenario that the sources make, and all that is wrong with them.

    Where something has not its form, what is left without it is checked all the same.
    """
    data = combine(sources)
    say = _speaker(sources)
    problems = [problem for source in sources for problem in source.problems]
    stem = next(s.path.stem for s in sources if s.leaf and s.path)
    if data.setdefault("id", stem) != stem:
        problems.append(say("id", t('must be the file\'s name without .toml, "{stem}"', stem=stem), data["id"]))
        data["id"] = stem
    for key in set(Scenario.loaded) & data.keys():
        keys = allowed_keys(Scenario)
        problems.append(say(key, t("no such key; allowed: {keys}", keys=listed(keys)), data.pop(key)))
    problems += _place_in_time(data, say)
    data |= {table: [data[table][key] for key in sorted(data[table])] for table in ENTRIES}
    data["layers"] = layers
    unknown: set[str] = set()
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        problems += problems_of(error, data, sources)
        rest, unknown = remainder(data, [e["loc"] for e in error.errors()])
        try:
            scenario = Scenario.model_validate(rest)
        except ValidationError:
            return None, _in_order(problems)
    scenario, more = with_policies(scenario, say)
    problems += more
    if "calendar" not in unknown:
        problems += check_dates(scenario, say)
    if "city" in unknown:
        problems += check_conflicts(scenario, None, say)
    else:
        scenario, more = with_city(scenario, sources, say)
        problems += more
    return (None if problems else scenario), _in_order(problems)


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda p: (p.file, p.line or 0))


def _speaker(sources: Sequence[Source]) -> Say:
    """Return a function that makes a problem of a key, and finds the file and line it stands in."""

    def say(key: str | tuple[str, ...], reason: Reason, value: Any = ABSENT, near: str | None = None) -> Problem:
        path = (key,) if isinstance(key, str) else key
        source, line = locate(sources, path)
        return Problem(source.file, ".".join(path), reason, value, line, near)

    return say


def _place_in_time(data: dict[str, Any], say: Say) -> list[Problem]:
    """Give policies the window's start by default, and turn a shock's day and time into its start."""
    table = data.get("calendar")
    window = table.get("start") if isinstance(table, dict) else None
    known = isinstance(window, dt.date) and not isinstance(window, dt.datetime)
    problems = []
    for entry in data["policy"].values():
        entry.setdefault("start", window if known else _SOME_DAY)
    for name, entry in data["shock"].items():
        if "day" not in entry and "time" not in entry:
            continue
        day, time = entry.pop("day", ABSENT), entry.pop("time", dt.time())
        key = ("shock", name)
        if "start" in entry:
            problems.append(say((*key, "start"), t("give either start, or day and time, not both"), entry["start"]))
        elif not isinstance(day, int) or isinstance(day, bool) or not -3650 <= day <= 7300:
            reason = t("must be a whole number: the day of the window on which it begins, 1 for the first")
            problems.append(say((*key, "day"), reason, day))
        elif not isinstance(time, dt.time):
            problems.append(say((*key, "time"), t("must be a time such as 16:00:00, without quotes"), time))
        elif known and isinstance(window, dt.date):
            entry["start"] = dt.datetime.combine(window + dt.timedelta(days=day - 1), time)
            continue
        entry.setdefault("start", window if known else _SOME_DAY)
    return problems
