"""Scenario files as they stand: found, parsed, chained by ``extends`` and laid over one another.

Tables merge key by key; ``[[policy]]`` and ``[[shock]]`` entries meet by id, and the later one wins key by key.
A ``where`` filter is one value and is replaced as a whole. Each file keeps its text, so that a complaint about
the merged result can name the file and the line from which the value came.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from .errors import ABSENT, Problem, ScenarioError, nearest
from .naming import Names
from .schema import FORMAT
from .sentences import Sentence, t
from .toml_words import in_words

LIBRARY = Path(__file__).resolve().parent
"""Folder of the scenario files that the package ships."""

CITIES = LIBRARY / "cities"
"""Folder of the city files that the package ships."""

ENTRIES = {"policy": "use", "shock": "kind"}
"""Arrays of tables, each with the key that an entry's id defaults to."""

OWN = ("id", "name", "question", "format", "extends")
"""Keys that belong to one file and are never inherited."""

_ALIKE = 0.74
"""How much like a missing file's name one must be to be taken for what was meant: one letter of four wrong."""

Path_ = tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """One parsed file: its name for people, its text, and its tables with entries keyed by id.

    ``leaf`` marks the file that was asked for, among those that it extends and those laid over it; ``problems`` are
    those of its form that leave the rest of it readable.
    """

    file: str
    data: dict[str, Any]
    path: Path | None = None
    text: str = ""
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    leaf: bool = False
    problems: tuple[Problem, ...] = ()

    def without(self, keys: Iterable[str]) -> Source:
        """Return the source without some of its top-level keys."""
        return replace(self, data={k: v for k, v in self.data.items() if k not in keys}, leaf=False)

    def get(self, key: Path_) -> Any:
        """Return the value under a key path, or ``ABSENT``."""
        return value_at(self.data, key)

    def line(self, key: Path_) -> int | None:
        """Return the line on which the value of a key path begins, ``None`` if the text lacks it."""
        raw: tuple[str | int, ...] = key
        if len(key) > 1 and (key[0], key[1]) in self.rows:
            raw = (key[0], self.rows[key[0], key[1]], *key[2:])
        found = line_of(self.text, raw)
        if found is None and key[0] == "parameters" and len(key) == 2:
            found = line_of(self.text, ("parameters", *key[1].split(".")))
        return found


def read(path: Path) -> Source:
    """Parse one scenario file.

    Raises:
        ScenarioError: When it cannot be read or is not TOML.
    """
    name = shown(path)
    text = read_text(path, name)
    data, problems = parse(text, name), []
    if (given := data.get("format", FORMAT)) != FORMAT or isinstance(given, bool):
        reason = t("must be {format}", format=FORMAT)
        problems.append(Problem(name, "format", reason, given, line_of(text, ("format",))))
        data["format"] = FORMAT
    rows: dict[tuple[str, str], int] = {}
    for table, default in ENTRIES.items():
        if table in data:
            data[table], places, wrong = _keyed(data[table], table, default, name, text)
            rows |= {(table, key): i for key, i in places.items()}
            problems += wrong
    if isinstance(data.get("parameters"), dict):
        data["parameters"] = dict(flat(data["parameters"]))
    return Source(name, data, path, text, rows, problems=tuple(problems))


def read_text(path: Path, name: str) -> str:
    """Return the text of a file, or raise a ``ScenarioError`` that says why not."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ScenarioError(Problem(name, "", t("is not UTF-8 text; save it as UTF-8"), line=line)) from None
    except OSError as error:
        raise ScenarioError(Problem(name, "", _unread(path, error))) from None


def _unread(path: Path, error: OSError) -> Sentence:
    if path.is_dir():
        return t("is a folder, not a file")
    return t("no such file") if not path.exists() else t("cannot be read: {reason}", reason=error.strerror)


def parse(text: str, name: str) -> dict[str, Any]:
    """Parse TOML text; a mistake in its form is a ``ScenarioError`` with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = int(place[1]) if place else len(text.splitlines())
        why = in_words(str(error).rpartition(" (at ")[0] or str(error))
        reason = (t("not TOML at line {line}, column {column}: {why}", line=line, column=place[2], why=why) if place
                  else t("not TOML at line {line}: {why}", line=line, why=why))  # fmt: skip
        raise ScenarioError(Problem(name, "", reason, line=line)) from None


def find(wanted: str, beside: Path | None = None) -> Path:
    """Return the file that a name or a path means.

    A word with a slash or ending in ``.toml`` is a path, relative to the file ``beside`` or to the current
    folder. Any other is the name of a file next to ``beside``, then of one that the package ships, or what that one is
    called in Chinese or English.

    Raises:
        ScenarioError: When there is none, with the nearest name.
    """
    if is_path(wanted):
        path = (beside.parent if beside else Path()) / Path(wanted).expanduser()
        if path.exists():
            return path.resolve()
        raise ScenarioError(Problem(str(path), "", t("no such file"), near=near_file(path)))
    folders = [beside.parent, LIBRARY] if beside else [LIBRARY]
    for folder in folders:
        path = folder / f"{wanted}.toml"
        if path.is_file() and path != beside:
            return path.resolve()
    if beside and (folders[0] / f"{wanted}.toml") == beside:
        return beside
    if (known_as := id_of(wanted, LIBRARY)) != wanted:
        return LIBRARY / f"{known_as}.toml"
    if (beside.parent if beside else Path()).joinpath(wanted).is_dir():
        raise ScenarioError(Problem(wanted, "", t("is a folder, not a file")))
    if (beside.parent if beside else Path()).joinpath(wanted).is_file():
        raise ScenarioError(Problem(wanted, "", t("is no file of a scenario or a city; their names end in .toml")))
    if beside is None and (city := id_of(wanted, CITIES)) in names(CITIES):
        raise ScenarioError(Problem(wanted, "", t("is a city, not a scenario; to run one there, add --city {city}",
                                                  city=city)))  # fmt: skip
    known = shipped(LIBRARY)
    reason = t("no scenario has this name{near}; all of them: cogov scenarios; a file of your own is given by its "
               "path, such as ./my.toml")  # fmt: skip
    raise ScenarioError(Problem(wanted, "", known.unknown(wanted, reason), near=known.nearest(wanted)))


def near_file(path: Path) -> str | None:
    """Return the name of a file beside a missing one whose name is nearly the same, or ``None``."""
    stems = [p.stem for p in sorted(path.parent.glob("*.toml"))]
    near = nearest(path.stem, stems, _ALIKE)
    return f"{near}.toml" if near else None


def is_path(wanted: str) -> bool:
    """Return whether a word means a file rather than the name of something shipped."""
    return "/" in wanted or "\\" in wanted or wanted.endswith(".toml")


def names(folder: Path) -> list[str]:
    """Return the names of the TOML files of a folder, sorted."""
    return sorted(p.stem for p in folder.glob("*.toml"))


def id_of(wanted: str, folder: Path) -> str:
    """Return the id of the shipped file of a folder that a word means: an id, or a name in Chinese or English.

    A word that is none of these, or the name of several, comes back as it is.
    """
    if is_path(wanted) or wanted in names(folder):  # an id: no file need be read
        return wanted
    meant = shipped(folder).meant(wanted)
    return meant[0] if len(meant) == 1 else wanted


@cache
def shipped(*folders: Path) -> Names:
    """Return what the shipped files of folders are called."""
    return Names({id_: every for folder in folders for id_, every in called(folder).items()},
                 places=folders == (CITIES,))  # fmt: skip


@cache
def called(folder: Path) -> dict[str, tuple[str, str]]:
    """Return the Chinese and the English name of the shipped files of a folder, by id."""
    found = {id_: parse(read_text(path := folder / f"{id_}.toml", path.name), path.name)["name"]
             for id_ in names(folder)}  # fmt: skip
    return {id_: (name["zh"], name["en"]) for id_, name in found.items()}


def chain(path: Path) -> list[Source]:
    """Return a file and all it extends, the most basic first.

    Raises:
        ScenarioError: For an unknown base, or files that extend one another in a circle.
    """
    found = [read(path)]
    while "extends" in found[0].data:
        source = found[0]
        base, line = source.data["extends"], source.line(("extends",))
        if not isinstance(base, str) or not base:
            reason = t("must be the name or the path of one scenario file, in quotes")
            raise ScenarioError(Problem(source.file, "extends", reason, base, line))
        try:
            target = find(base, source.path)
        except ScenarioError as error:
            inner = error.problems[0]
            raise ScenarioError(Problem(source.file, "extends", inner.reason, base, line, inner.near)) from None
        if target in (s.path for s in found):
            circle = [s.path.stem for s in reversed(found) if s.path] + [target.stem]
            reason = t("files extend one another in a circle: {circle}", circle=" -> ".join(circle))
            raise ScenarioError(Problem(source.file, "extends", reason, base, line))
        found.insert(0, read(target))
    return [*(source.without(OWN) for source in found[:-1]), replace(found[-1], leaf=True)]


def layer(path: Path, under: Sequence[Source]) -> list[Source]:
    """Return what a scenario file adds when it is laid over another one.

    Files that both extend are not applied again, names and questions stay those of the scenario below, and only
    the layer's own file, not those it extends, may move the scenario to another city or calendar.
    """
    applied = {s.path for s in under}
    fresh = [s for s in chain(path) if s.path not in applied]
    return [s.without(OWN if s.leaf else (*OWN, "city", "calendar")) for s in fresh]


def combine(sources: Sequence[Source]) -> dict[str, Any]:
    """Merge sources in order; entries come out as tables by id."""
    result: dict[str, Any] = {table: {} for table in ENTRIES}
    for source in sources:
        given = {k: v for k, v in source.data.items() if k != "extends"}
        for table in ENTRIES:
            for key, entry in given.pop(table, {}).items():
                result[table][key] = _entry(result[table].get(key, {}), entry)
        result = _merge(result, given)
    return result


def locate(sources: Sequence[Source], key: Path_) -> tuple[Source, int | None]:
    """Return the source, and the line, that a merged value (or the table it is missing from) came from."""
    for depth in range(len(key), 0, -1):
        for source in reversed(sources):
            if source.get(key[:depth]) is not ABSENT:
                return source, source.line(key[:depth])
    return next(s for s in sources if s.leaf), None


def shown(path: Path) -> str:
    """Return a path as people know it: a bare name if shipped, else relative to the current folder if below it."""
    if path.parent in (LIBRARY, CITIES):
        return path.name
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _entry(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """Lay one entry over another: a change of policy or kind starts anew, a new date drops the old one."""
    if any(key in base and key in top and base[key] != top[key] for key in ENTRIES.values()):
        return dict(top)
    if "start" in top:
        base = {k: v for k, v in base.items() if k not in ("day", "time")}
    elif "day" in top:
        base = {k: v for k, v in base.items() if k not in ("start", "time")}
    return _merge(base, top)


def _merge(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """Merge two tables key by key; a filter of places is replaced as a whole."""
    result = dict(base)
    for key, value in top.items():
        old = result.get(key)
        both = isinstance(value, dict) and isinstance(old, dict) and key != "where"
        result[key] = _merge(old, value) if both else value  # type: ignore[arg-type]
    return result


def _keyed(
    entries: Any, table: str, default: str, name: str, text: str
) -> tuple[dict[str, Any], dict[str, int], list[Problem]]:
    """Turn an array of tables into tables by id; return them, their places in the array, and what is wrong."""
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        reason = t("must be written as [[{table}]] tables", table=table)
        return {}, {}, [Problem(name, table, reason, entries, line_of(text, (table,)))]
    result: dict[str, Any] = {}
    places: dict[str, int] = {}
    problems = []
    for i, given in enumerate(entries):
        entry = _by_id(given) if table == "policy" else given
        key = entry.get("id", entry.get(default))
        line = line_of(text, (table, i))
        if not isinstance(key, str) or not key:
            value = ABSENT if key is None else key
            reason = t('must name the entry by {default} = "..." or id = "..."', default=default)
            problems.append(Problem(name, f"{table}[{i + 1}]", reason, value, line))
        elif key in result:
            reason = t("stands twice; give one of the two another id")
            problems.append(Problem(name, f"{table}.id", reason, key, line))
        else:
            result[key], places[key] = {**entry, "id": key}, i
    return result, places, problems


def _by_id(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry of a policy that was called by its name as one that has its id."""
    from .registry import policy_of

    return {**entry, "use": policy_of(entry["use"])} if isinstance(entry.get("use"), str) else entry


def flat(table: dict[str, Any], head: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted names: TOML reads an unquoted ``a.b = 1`` as a table in a table."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{head}{key}.")
        else:
            yield f"{head}{key}", value


def value_at(data: Any, key: Sequence[str | int]) -> Any:
    """Return the value under a path of keys and places in lists, or ``ABSENT``."""
    for step in key:
        known = step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))
        if not known:
            return ABSENT
        data = data[step]
    return data


def line_of(text: str, key: Sequence[str | int]) -> int | None:
    """Return the line on which a key path first exists, ``None`` if it never does.

    What the head of a text has, every longer head has too, so the place is found by halving. A head that ends inside
    a value of several lines cannot be parsed; the next one that can be stands for it.
    """
    lines = text.splitlines(keepends=True)

    def known(end: int) -> bool:
        while end <= len(lines):
            with suppress(tomllib.TOMLDecodeError):
                return value_at(tomllib.loads("".join(lines[:end])), key) is not ABSENT
            end += 1
        return False

    line = 1 + bisect_left(range(1, len(lines) + 1), True, key=known)
    return line if line <= len(lines) else None
