"""City files: found by name or path, read and checked; what is wrong is said as for scenarios, with file and line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..model.city_file import CitySpec
from .errors import ABSENT, Problem, ScenarioError, nearest
from .messages import described
from .remainder import misfits_of_rest
from .sentences import Sentence, t
from .sources import CITIES, id_of, is_path, line_of, names, near_file, parse, read_text, shipped, shown, value_at

Key = Sequence[str | int]


def load_spec(city: str | Path) -> CitySpec:
    """Return the description of a city by shipped name, or by path relative to the current folder.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    path, _ = find_city(str(city))
    if path is None or not path.exists():
        raise ScenarioError(Problem(str(city), "", no_city(str(city)), near=near_city(str(city), path)))
    spec, problems = read_city(path)
    if spec is None:
        raise ScenarioError(problems)
    return spec


def find_city(city: str, beside: Path | None = None) -> tuple[Path | None, str]:
    """Return the file of a city, and how the engine is to be told: a shipped id, or an absolute path.

    Args:
        city: A shipped city by its id or by its Chinese or English name, or a path.
        beside: The file that a path is relative to; the current folder without one.

    Returns:
        ``None`` in place of a file for a name that is not shipped; a path is returned whether it exists or not.
    """
    if not is_path(city):
        path = CITIES / f"{id_of(city, CITIES)}.toml"
        return (path, path.stem) if path.is_file() else (None, city)
    base = beside.parent if beside else Path.cwd()
    path = Path(os.path.abspath(base / Path(city).expanduser()))  # no link is followed, for its target may lack .toml
    return path, (path.stem if path.parent == CITIES else str(path))


def no_city(city: str) -> Sentence:
    """Return the complaint about a city that is not there."""
    known = shipped(CITIES)
    reason = t("no such city file; shipped: {known}; one of your own is given by its path",
               known=known.listed(dict.fromkeys([*known.near(city), *names(CITIES)])))  # fmt: skip
    return reason if is_path(city) else known.unknown(city, reason)


def near_city(city: str, path: Path | None) -> str | None:
    """Return what may have been meant by a city that is not there."""
    return near_file(path) if path else shipped(CITIES).nearest(city)


def is_city_file(path: Path) -> bool:
    """Return whether a TOML file describes a city rather than a scenario."""
    data = parse(read_text(path, shown(path)), shown(path))
    return bool({"district", "totals", "staff", "stock"} & data.keys())


def read_city(path: Path) -> tuple[CitySpec | None, list[Problem]]:
    """Return what a city file describes, or ``None`` and all that is wrong with it, in the order of its lines."""
    name = shown(path)
    try:
        text = read_text(path, name)
        data = parse(text, name)
    except ScenarioError as error:
        return None, list(error.problems)

    def at(loc: Key) -> Problem:
        return Problem(name, _shown_key(loc, data), t("{words}", words=""), line=_line(text, loc))

    try:
        good = CitySpec.model_validate(data)
    except ValidationError as error:
        wrong = [described(e["type"], e["loc"], e["input"], CitySpec, at(e["loc"])) for e in error.errors()]
        spec, misfits = None, misfits_of_rest(data, error)
    else:
        spec, wrong, misfits = good, [], good.misfits()
    for loc, template, gaps in misfits:
        place = at(loc)
        near = nearest(loc[-1], gaps["known"].split(", ")) if "known" in gaps else None
        value = value_at(data, loc)
        shown_value = ABSENT if isinstance(value, dict) else value
        wrong.append(Problem(name, place.key, Sentence(template, gaps), shown_value, place.line, near))
    return (None if wrong else spec), sorted(wrong, key=lambda p: p.line or 0)


def _shown_key(loc: Key, data: dict[str, Any]) -> str:
    """Return a place as people know it: a district by its number and Chinese name."""
    if len(loc) > 1 and loc[0] == "district" and isinstance(loc[1], int):
        district = value_at(data, loc[:2])
        name = district.get("name") if isinstance(district, dict) else None
        name = name.get("zh") if isinstance(name, dict) else None
        head = f"district {loc[1] + 1}" + (f" ({name})" if isinstance(name, str) else "")
        return ".".join([head, *map(str, loc[2:])])
    return ".".join(str(step) for step in loc if not isinstance(step, int))


def _line(text: str, loc: Key) -> int | None:
    """Return the line of a key, or of the table it is missing from."""
    lines = (line_of(text, loc[:depth]) for depth in range(len(loc), 0, -1))
    return next((line for line in lines if line is not None), None)
