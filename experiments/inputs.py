"""Files of the user's own that a run or a comparison rests on, kept in the folder of its results.

They are the scenario and layer files named in the command, those that they extend, and the city file. The results tell
of them by their names in the folder, so that these, the command too, hold on any machine.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scenarios.sources import LIBRARY, Source, find, is_path, read

if TYPE_CHECKING:
    from .comparison import ScenarioInfo

FOLDER = "inputs"


@dataclass(frozen=True)
class Inputs:
    """Such files.

    Attributes:
        files: Contents by name in the folder of the results.
        names: Those names by where the files lay.
        city: Name of the city: of a file its name in the folder.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    names: Mapping[Path, str] = field(default_factory=dict)
    city: str = ""

    def told(self, words: Iterable[str]) -> Iterator[str]:
        """Yield the words of a command without what holds on one machine only: files by their names in the folder."""
        for word in words:
            option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
            yield option + equals + self._told(value)

    def _told(self, word: str) -> str:
        if not is_path(word):
            return word
        path = Path(word).expanduser()
        for place in (path.resolve(), city_path(path)):
            if place in self.names:
                return self.names[place]
        return path.name if path.is_absolute() else word

    def of_run(self, resolved: Mapping[str, Any], up: int = 0) -> dict[str, Any]:
        """Return a resolved scenario as a file tells of it that lies ``up`` folders below that of the results."""
        city = "../" * up + self.city if self.files and self.city.startswith(f"{FOLDER}/") else resolved["city"]
        return {**resolved, "city": city}

    def of_side(self, info: ScenarioInfo) -> ScenarioInfo:
        """Return a side of a comparison as its folder tells of it."""
        return replace(info, resolved=self.of_run(info.resolved))


def inputs_of(words: Sequence[str], city: str) -> Inputs:
    """Return the files that results rest on.

    Args:
        words: Scenarios and layers as they were named; those that are no paths are shipped.
        city: The city of a resolved scenario: a shipped name, or an absolute path.

    Raises:
        ScenarioError: If a file is missing or cannot be read.
        OSError: If the city file is.
    """
    found = dict(pair for word in words if is_path(word) for pair in own(find(word)))
    if is_path(city):
        found[city_path(city)] = city_path(city).read_bytes()
    if not found:
        return Inputs(city=city)
    root = os.path.commonpath([path.parent for path in found])
    names = {path: f"{FOLDER}/{path.relative_to(root).as_posix()}" for path in found}
    return Inputs({names[path]: content for path, content in found.items()}, names,
                  names[city_path(city)] if is_path(city) else city)  # fmt: skip


def located(resolved: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return a resolved scenario that a file of a folder tells of, with its city file as a path on this machine."""
    city = str(resolved["city"])
    return {**resolved, "city": os.path.abspath(folder / city) if is_path(city) else city}


def cities(folder: Path, sides: Iterable[ScenarioInfo]) -> dict[str, str]:
    """Return the text of the city files that sides of results in a folder rest on, by the names they go by there."""
    names = {str(side.resolved["city"]) for side in sides}
    found = {name: folder / name for name in names if is_path(name)}
    return {name: path.read_text(encoding="utf-8") for name, path in sorted(found.items()) if path.is_file()}


def city_path(place: str | Path) -> Path:
    """Return where a city file lies; it is not followed itself, for its name is that of the city."""
    path = Path(place).expanduser()
    return path.parent.resolve() / path.name


def own(path: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the files that a scenario file rests on, itself first, as far as they are not shipped."""
    while path.parent != LIBRARY:
        source = read(path)
        text = source.text
        if is_path(city := str(source.data.get("city", ""))):
            target = city_path(path.parent / Path(city).expanduser())
            yield target, target.read_bytes()
            text = _relative(source, "city", target, text)
        base = str(source.data.get("extends", ""))
        following = find(base, path) if base else None
        if following and is_path(base):
            text = _relative(source, "extends", following, text)
        yield path, text.encode()
        if following is None:
            return
        path = following


def _relative(source: Source, key: str, target: Path, text: str) -> str:
    """Return the text of a file with an absolute path, which holds on one machine only, made relative to the file."""
    line = source.line((key,))
    if source.path is None or line is None or not Path(source.data[key]).expanduser().is_absolute():
        return text
    rows = text.split("\n")
    way = Path(os.path.relpath(target, source.path.parent)).as_posix()
    way = way if "/" in way else f"./{way}"
    rows[line - 1] = re.sub(r"=.*", lambda _: f'= "{way}"', rows[line - 1], count=1)
    return "\n".join(rows)
