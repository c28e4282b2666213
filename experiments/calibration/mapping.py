"""The mapping file: which column of an export of tickets means what, and how its times and texts are written."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from ...scenarios.categories import known
from ...scenarios.errors import ABSENT, Problem, ScenarioError, listed, nearest
from ...scenarios.forms import read_form
from ...scenarios.schema import Id, Part, Words
from ...scenarios.sentences import Sentence, t
from ...scenarios.sources import is_path, line_of, names, near_file

MAPS = Path(__file__).resolve().parent / "maps"
"""Folder of the mapping files that the package ships."""

ISO = "ISO8601"
"""Stands among the forms of times for any form of ISO 8601, with or without an offset from UTC."""

Texts = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Strict(False)]
Column = Annotated[str, Field(min_length=1)]


class Source(Part):
    """Where the tickets come from, as it is to be cited."""

    name: Words = Field(description="what the tickets are, in both languages")
    licence: str = Field(default="", description="licence under which they may be used")
    address: str = Field(default="", description="where they can be had")


class FileTable(Part):
    """How the file is written."""

    encoding: Literal["auto", "utf-8", "gb18030"] = Field(default="auto", description="encoding of the text")
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="what stands between fields")


class TimeTable(Part):
    """How times are written."""

    zone: str = Field(description="time zone of times without an offset, such as Asia/Shanghai")
    formats: Texts = Field(default=(ISO,), min_length=1, description="forms of times, tried in order")
    until: dt.datetime | None = Field(default=None, description="moment as of which the export stands, local time")


class Columns(Part):
    """Which column means what; the names are those of the file's first line."""

    opened: Column = Field(description="column of the time a ticket was opened")
    closed: Column = Field(description="column of the time it was closed, empty while it is open")
    category: Column = Field(description="column of what it is about")
    id: str = Field(default="", description="column of its number")
    due: str = Field(default="", description="column of the time by which it should be closed")
    group: str = Field(default="", description="column of who handles it, such as the department")
    place: str = Field(default="", description="column of the community or quarter it is from")

    def used(self) -> dict[str, str]:
        """Return the names of columns by their meaning, those that are given."""
        return {meaning: name for meaning, name in self.model_dump().items() if name}


class Pick(Part):
    """Some of the tickets: those whose column holds one of some values, or matches a pattern."""

    column: Column = Field(description="column that is looked at")
    values: Texts = Field(default=(), description="values that count")
    pattern: str = Field(default="", description="regular expression that counts where it is found")


class Rules(Part):
    """What is counted how."""

    instant_minutes: float = Field(default=3.0, ge=0, le=1440, description="minutes within which a closure is instant")
    least_tickets: int = Field(default=100, ge=20, le=1_000_000, description="tickets from which on a fit is made")
    duplicate: Pick | None = Field(default=None, description="tickets that repeat another one")
    duplicates_in_times: bool = Field(default=False, description="whether duplicates count in fits of handling times")
    arrivals: Pick | None = Field(default=None, description="tickets that count in arrival profiles")


class Mapping(Part):
    """A mapping file."""

    format: Literal[1] = Field(description="version of the form of this file")
    id: Id = Field(description="the file's name without .toml")
    name: Words = Field(description="name in both languages")
    source: Source = Field(description="where the tickets come from")
    file: FileTable = Field(default_factory=FileTable, description="how the file is written")
    time: TimeTable = Field(description="how times are written")
    columns: Columns = Field(description="which column means what")
    rules: Rules = Field(default_factory=Rules, description="what is counted how")
    categories: dict[str, Texts] = Field(
        default_factory=dict, description="values of the category column by category of the model"
    )

    def of_model(self) -> dict[str, str]:
        """Return the category of the model by value of the category column; without a table an id stands for itself."""
        if not self.categories:
            return {name: name for name in known()}
        return {value: name for name, values in self.categories.items() for value in values}

    def picks(self) -> dict[str, Pick]:
        """Return the rules that look at a column, by name."""
        rules = {"duplicate": self.rules.duplicate, "arrivals": self.rules.arrivals}
        return {name: pick for name, pick in rules.items() if pick is not None}


def load_mapping(name_or_path: str) -> Mapping:
    """Return a mapping by shipped name, or by path.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    path = find_shipped(name_or_path, MAPS)
    made, name, text = read_form(path, Mapping, named=True)
    if problems := list(_misfits(made, name, path, text)):
        raise ScenarioError(problems)
    return made


def find_shipped(wanted: str, folder: Path) -> Path:
    """Return a file of a folder of shipped ones by its name, or any other by its path.

    Raises:
        ScenarioError: When there is none, with the nearest name.
    """
    if is_path(wanted):
        path = Path(wanted).expanduser()
        if not path.exists():
            raise ScenarioError(Problem(wanted, "", t("no such file"), near=near_file(path)))
        return path
    shipped = names(folder)
    if wanted not in shipped:
        reason = t("no such file is shipped; shipped: {known}; one of your own is given by its path, such as "
                   "./my.toml", known=listed(shipped))  # fmt: skip
        raise ScenarioError(Problem(wanted, "", reason, near=nearest(wanted, shipped)))
    return folder / f"{wanted}.toml"


def _misfits(made: Mapping, name: str, path: Path, text: str) -> Iterator[Problem]:
    """Yield what the form cannot see."""

    def wrong(key: str, reason: Sentence, value: Any = ABSENT, near: str | None = None) -> Problem:
        return Problem(name, key, reason, value, line_of(text, key.split(".")), near)

    if made.id != path.stem:
        yield wrong("id", t('must be the file\'s name without .toml, "{stem}"', stem=path.stem), made.id)
    zones = zoneinfo.available_timezones()
    if made.time.zone not in zones:
        reason = t("no time zone has this name; it must be one such as Asia/Shanghai")
        yield wrong("time.zone", reason, made.time.zone, nearest(made.time.zone, zones, 0.7))
    for form in made.time.formats:
        if form != ISO and "%" not in form:
            reason = t("must be forms such as %Y-%m-%d %H:%M:%S, or {iso}", iso=ISO)
            yield wrong("time.formats", reason, form)
    if made.time.until is not None and made.time.until.tzinfo is not None:
        yield wrong("time.until", t("must have no time zone; all times are local"), made.time.until)
    for rule, pick in made.picks().items():
        if bool(pick.values) == bool(pick.pattern):
            yield wrong(f"rules.{rule}", t("give either values, or a pattern"))
        try:
            re.compile(pick.pattern)
        except re.error as error:
            reason = t("is no regular expression: {why}", why=str(error))
            yield wrong(f"rules.{rule}.pattern", reason, pick.pattern)
    seen: dict[str, str] = {}
    for category, values in made.categories.items():
        if category not in known():
            reason = t("no category of need has this id; there are: {known}", known=listed(known(), 40))
            yield wrong(f"categories.{category}", reason, near=nearest(category, known()))
        for value in values:
            if value in seen:
                reason = t("stands under {other} too; a value has one category", other=seen[value])
                yield wrong(f"categories.{category}", reason, value)
            seen[value] = category
