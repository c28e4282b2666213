"""What the manifests of results must say before anything is made of them: keys, and of which kind their values are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .store import MANIFEST

RUN, COMPARISON = "run.json", "comparison.json"
NUMBER = (int, float)
Kinds = type | tuple[type, ...]
VERSIONS: dict[str, Kinds] = {"versions": dict, "versions.cogov": str, "versions.model": str, "versions.policies": str}
NEEDS: dict[str, dict[str, Kinds]] = {
    RUN: {
        "command": str, "content_hash": str, "ended": str, "files": dict, "measures": list, "peak_memory_mb": NUMBER,
        "platform": str, "processors": int, "scenario": dict, "scenario.id": str, "scenario.city": str,
        "scenario.calendar": dict, "scenario_digest": str, "seed": int, "wall_seconds": NUMBER, **VERSIONS,
    },
    COMPARISON: {"command": str, "replications": int, "scenarios": list, "seed": int, "seeds": list, **VERSIONS},
    MANIFEST: {
        "bases": dict, "command": str, "digest": str, "experiment": dict, "platform": str, "runs": int,
        "scenarios": dict, **VERSIONS,
    },
}  # fmt: skip
"""Kinds of values by file and key; a dot leads into what a key holds."""


def lacking(name: str, facts: Mapping[str, Any]) -> str:
    """Return the first key of a manifest that is missing or holds another kind of value, empty if there is none."""
    return next((key for key, kinds in NEEDS[name].items() if not _is(_at(facts, key), kinds)), "")


def _at(facts: Mapping[str, Any], key: str) -> Any:
    value: Any = facts
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _is(value: Any, kinds: Kinds) -> bool:
    """Return whether a value of JSON is of a kind; true and false are no numbers."""
    return isinstance(value, kinds) and not isinstance(value, bool)
