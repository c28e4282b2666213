"""What the manifests of results must say before anything is made of them: keys, and of which kind their values are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from .. import __version__
from .experiment import Experiment

RUN, COMPARISON, MANIFEST = "run.json", "comparison.json", "manifest.json"
"""Names of the manifests of a run, a comparison and an experiment."""
NUMBER = (int, float)
Kinds = type | tuple[type, ...]
EVERY: dict[str, Kinds] = {
    "format": int, "versions": dict, "versions.cogov": str, "versions.model": str, "versions.policies": str,
}  # fmt: skip
KEYS: dict[str, dict[str, Kinds]] = {
    RUN: {
        "command": str, "content_hash": str, "ended": str, "files": dict, "measures": list, "peak_memory_mb": NUMBER,
        "platform": str, "processors": int, "scenario": dict, "scenario.id": str, "scenario.city": str,
        "scenario.calendar": dict, "scenario_digest": str, "seed": int, "wall_seconds": NUMBER, **EVERY,
    },
    COMPARISON: {"command": str, "replications": int, "scenarios": list, "seed": int, "seeds": list, **EVERY},
    MANIFEST: {
        "bases": dict, "command": str, "digest": str, "experiment": dict, "platform": str, "runs": int,
        "scenarios": dict, **EVERY,
    },
}  # fmt: skip
"""Kinds of values by file and key; a dot leads into what a key holds."""
OF_SIDE: dict[str, Kinds] = {
    "calendar": dict, "calendar.start": str, "calendar.warm_up_days": int, "calendar.days": int,
    "calendar.follow_up_days": int, "category": dict, "city": str, "city_digest": str, "demand": dict, "format": int,
    "id": str, "layers": list, "name": dict, "parameters": dict, "policy": list, "question": dict, "shock": list,
}  # fmt: skip
"""Kinds of values that the manifest of an experiment has of each of its scenarios."""


def lacking(name: str, facts: Mapping[str, Any]) -> str:
    """Return the first key of a manifest that is missing or holds another kind of value, empty if there is none."""
    if key := _first(facts, KEYS[name]):
        return key
    return next(_of_experiment(facts), "") if name == MANIFEST else ""


def _of_experiment(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the manifest of an experiment lacks below its keys."""
    said = facts["experiment"]
    try:
        experiment = Experiment.model_validate_json(json.dumps(said))
    except ValidationError as error:
        yield ".".join(map(str, ("experiment", *error.errors()[0]["loc"])))
        return
    if facts["versions"]["cogov"] == __version__:  # another version may have had fewer keys
        whole = experiment.model_dump(mode="json", exclude_none=True)
        yield from (f"experiment.{key}" for key in _missing(said, whole))
    for side in experiment.scenarios:
        if not isinstance(facts["bases"].get(side), str):
            yield f"bases.{side}"
        content = facts["scenarios"].get(side)
        if not isinstance(content, dict):
            yield f"scenarios.{side}"
        elif key := _first(content, OF_SIDE):
            yield f"scenarios.{side}.{key}"


def _missing(said: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[str]:
    for key, value in whole.items():
        if key not in said:
            yield key
        elif isinstance(value, dict) and isinstance(said[key], dict):
            yield from (f"{key}.{below}" for below in _missing(said[key], value))


def _first(facts: Mapping[str, Any], keys: Mapping[str, Kinds]) -> str:
    return next((key for key, kinds in keys.items() if not _is(_at(facts, key), kinds)), "")


def _at(facts: Mapping[str, Any], key: str) -> Any:
    value: Any = facts
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _is(value: Any, kinds: Kinds) -> bool:
    """Return whether a value of JSON is of a kind; true and false are no numbers."""
    return isinstance(value, kinds) and not isinstance(value, bool)
