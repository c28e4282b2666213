"""What goes into the folder of an experiment's results beside them, so that they can be made again from it alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomli_w

from ..scenarios.sources import LIBRARY, Source, find, is_path, read
from .experiment import Experiment
from .points import beside

EXPERIMENT = "experiment.toml"
POINTS = "points.csv"
"""What the file of a list of points is called there."""


def enclosed(experiment: Experiment, folder: Path) -> tuple[Experiment, dict[str, bytes]]:
    """Return an experiment as its results tell of it, and all files that it rests on, contents by name.

    These are its own file, the CSV of a list of points, and every scenario and city file that is not shipped, those
    that others extend too. Files keep their places to one another; those of the experiment's folder keep their names.

    Args:
        experiment: The experiment as its file says.
        folder: Folder of that file.

    Raises:
        ScenarioError: If a file is missing or cannot be read.
        OSError: If the list of points is.
    """
    named = {name: find(beside(folder, name)) for name in (*experiment.scenarios, *experiment.layers) if is_path(name)}
    found = {path: content for start in named.values() for path, content in _own(start)}
    if is_path(experiment.city):
        named[experiment.city] = city = _city(beside(folder, experiment.city))
        found[city] = city.read_bytes()
    root = Path(os.path.commonpath([folder.resolve(), *(path.parent for path in found)]))

    def place(name: str) -> str:
        way = named[name].relative_to(root).as_posix() if name in named else name
        return way if way == name or is_path(way) else f"./{way}"

    changed: dict[str, Any] = {
        "scenarios": tuple(map(place, experiment.scenarios)), "layers": tuple(map(place, experiment.layers)),
        "city": place(experiment.city),
    }  # fmt: skip
    files = {path.relative_to(root).as_posix(): content for path, content in found.items()}
    if experiment.design.file:
        files[POINTS] = (folder / experiment.design.file).read_bytes()
        changed["design"] = experiment.design.model_copy(update={"file": POINTS})
    experiment = experiment.model_copy(update=changed)
    plain = experiment.model_dump(mode="json", exclude_none=True)
    return experiment, files | {EXPERIMENT: tomli_w.dumps(_without_empty(plain)).encode()}


def _city(place: str | Path) -> Path:
    """Return where a city file lies; it is not followed itself, for its name is that of the city."""
    path = Path(place).expanduser()
    return path.parent.resolve() / path.name


def _own(path: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the files that a scenario file rests on, itself first, as far as they are not shipped."""
    while path.parent != LIBRARY:
        source = read(path)
        text = source.text
        if is_path(city := str(source.data.get("city", ""))):
            target = _city(path.parent / Path(city).expanduser())
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


def _without_empty(content: Any) -> Any:
    """Return content that TOML can say: without ``None`` and empty tables."""
    if isinstance(content, dict):
        kept = {key: _without_empty(value) for key, value in content.items()}
        return {key: value for key, value in kept.items() if value not in (None, {}, "")}
    return [_without_empty(value) for value in content] if isinstance(content, list) else content
