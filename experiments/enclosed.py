"""What goes into the folder of an experiment's results beside them, so that they can be made again from it alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import tomli_w

from ..scenarios.sources import find, is_path
from .experiment import Experiment
from .inputs import city_path, own
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
    found = {path: content for start in named.values() for path, content in own(start)}
    if is_path(experiment.city):
        named[experiment.city] = city = city_path(beside(folder, experiment.city))
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


def _without_empty(content: Any) -> Any:
    """Return content that TOML can say: without ``None`` and empty tables."""
    if isinstance(content, dict):
        kept = {key: _without_empty(value) for key, value in content.items()}
        return {key: value for key, value in kept.items() if value not in (None, {}, "")}
    return [_without_empty(value) for value in content] if isinstance(content, list) else content
