"""From a name or a file to a resolved ``Scenario``; every complaint names file, key, value and what is allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .checks import Say, check_dates, with_city, with_policies
from .errors import ABSENT, Problem, ScenarioError, listed
from .messages import allowed_keys, problems_of
from .schema import Scenario
from .settings import COMMAND_LINE, place, unplaced
from .sources import (
    CITIES,
    ENTRIES,
    LIBRARY,
    Source,
    chain,
    combine,
    find,
    is_path,
    layer,
    locate,
    names,
    parse,
    read,
    read_text,
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
) -> Scenario:
    """Return a scenario, checked and complete.

    Args:
        name_or_path: A shipped name such as ``"baseline"``, or a path.
        layers: Scenarios whose tables are laid over this one, in order (``--with``).
        settings: Single values by name (``--set``): a number of the model, ``demand.scale``, or ``id.key`` of a
            policy or a shock of the scenario.
        city: Another city: a shipped name, or a path relative to the current folder.
        start: Another first day of the window.
        days: Another length of the window, days.
        warm_up_days: Another length of the warm-up, days.
        follow_up_days: Another length of the follow-up, days.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    return load_scenarios(
        [name_or_path], layers=layers, settings=settings, city=city, start=start, days=days,
        warm_up_days=warm_up_days, follow_up_days=follow_up_days,
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
) -> list[Scenario]:
    """Return several scenarios with the same wishes, as for a comparison; see ``load_scenario``.

    A setting of a policy or shock applies to those scenarios that have it; it is an error only if none has.
    """
    calendar = {"start": start, "days": days, "warm_up_days": warm_up_days, "follow_up_days": follow_up_days}
    over = [find(str(name)) for name in layers]
    stacks = [_stack(find(str(name)), over) for name in names_or_paths]
    wishes: dict[str, Any] = {"calendar": {k: v for k, v in calendar.items() if v is not None}}
    if city is not None:
        wishes["city"] = str(city)
    merged = [combine(stack) for stack in stacks]
    placed = [place(settings or {}, data) for data in merged]
    for name, value in (settings or {}).items():
        if all(name in missed for _, missed in placed):
            raise ScenarioError(unplaced(name, value, merged))
    ids = [path.stem for path in over]
    given = {key: value for key, value in wishes.items() if value}
    return [_resolve([*stack, Source(COMMAND_LINE, given | tables)], ids)
            for stack, (tables, _) in zip(stacks, placed, strict=True)]  # fmt: skip


def load_paired(names_or_paths: Sequence[str | Path], **wishes: Any) -> list[Scenario]:
    """Return scenarios that are to be compared with the first; see ``load_scenarios`` for the wishes.

    Where the first is the shipped baseline, which stands for "no policy" anywhere and at any time, it takes the city
    and the days of the others, if these agree.
    """
    sides = load_scenarios(names_or_paths, **wishes)
    first, second = sides[0], sides[1]
    if names_or_paths[0] != BASELINE or any((s.city, s.calendar) != (second.city, second.calendar) for s in sides[2:]):
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
        path = find(str(name_or_path)) if not _is_city_name(str(name_or_path)) else CITIES / f"{name_or_path}.toml"
        if is_city_file(path):
            return _check_city(path)
        load_scenario(path)
    except ScenarioError as error:
        return list(error.problems)
    return []


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


def _check_city(path: Path) -> list[Problem]:
    from .places import load_spec

    try:
        load_spec(path.stem if path.parent == CITIES else str(path))
    except ValueError as error:
        return [Problem(shown(path), "", line.removeprefix(f"{path}: ")) for line in str(error).splitlines()]
    return []


def is_city_file(path: Path) -> bool:
    """Return whether a TOML file describes a city rather than a scenario."""
    data = parse(read_text(path, shown(path)), shown(path))
    return bool({"district", "totals", "staff", "stock"} & data.keys())


def _is_city_name(word: str) -> bool:
    return not is_path(word) and word in names(CITIES) and word not in names(LIBRARY)


def _resolve(sources: Sequence[Source], layers: list[str]) -> Scenario:
    data = combine(sources)
    say = _speaker(sources)
    problems: list[Problem] = []
    stem = next(s.path.stem for s in sources if s.leaf and s.path)
    if data.setdefault("id", stem) != stem:
        problems.append(say("id", f'must be the file\'s name without .toml, "{stem}"', data["id"]))
    for key in set(Scenario.loaded) & data.keys():
        keys = allowed_keys(Scenario)
        problems.append(say(key, f"no such key; allowed: {listed(keys)}", data.pop(key)))
    problems += _place_in_time(data, say)
    data |= {table: [data[table][key] for key in sorted(data[table])] for table in ENTRIES}
    try:
        scenario = Scenario.model_validate({**data, "layers": layers})
    except ValidationError as error:
        raise ScenarioError(_in_order([*problems, *problems_of(error, data, sources)])) from None
    scenario, more = with_policies(scenario, say)
    problems += more + check_dates(scenario, say)
    scenario, more = with_city(scenario, sources, say)
    problems += more
    if problems:
        raise ScenarioError(_in_order(problems))
    return scenario


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda p: (p.file, p.line or 0))


def _speaker(sources: Sequence[Source]) -> Say:
    """Return a function that makes a problem of a key, and finds the file and line it stands in."""

    def say(key: str | tuple[str, ...], reason: str, value: Any = ABSENT, near: str | None = None) -> Problem:
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
            problems.append(say((*key, "start"), "give either start, or day and time, not both", entry["start"]))
        elif not isinstance(day, int) or isinstance(day, bool) or not -3650 <= day <= 7300:
            reason = "must be a whole number: the day of the window on which it begins, 1 for the first"
            problems.append(say((*key, "day"), reason, day))
        elif not isinstance(time, dt.time):
            problems.append(say((*key, "time"), "must be a time such as 16:00:00, without quotes", time))
        elif known and isinstance(window, dt.date):
            entry["start"] = dt.datetime.combine(window + dt.timedelta(days=day - 1), time)
            continue
        entry.setdefault("start", window if known else _SOME_DAY)
    return problems
