"""From a scenario to a file and back: what ``to_toml`` writes, ``read_text`` reads as the loader reads any file."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomli_w

from .errors import ScenarioError
from .loader import load_scenario
from .schema import Scenario


def to_toml(scenario: Scenario) -> str:
    """Return the file of a scenario: complete, so that it extends no other; to be saved as its id and ``.toml``."""
    plain = scenario.resolved()
    for key in Scenario.loaded:
        del plain[key]
    plain["calendar"]["start"] = dt.date.fromisoformat(plain["calendar"]["start"])
    for entry in plain["policy"]:
        for key in ("start", "end"):
            if entry[key] is not None:
                entry[key] = dt.date.fromisoformat(entry[key])
    for entry in plain["shock"]:
        entry["start"] = dt.datetime.fromisoformat(entry["start"])
    order = [key for key in Scenario.model_fields if key in plain]
    aliases = {"shocks": "shock", "policies": "policy"}
    keys = [*order, *(alias for alias in aliases.values() if alias in plain)]
    return tomli_w.dumps({key: _sayable(plain[key]) for key in keys if plain[key] not in ({}, [])})


def _sayable(content: Any) -> Any:
    """Return content without ``None`` and without empty tables, which TOML need not say."""
    if isinstance(content, Mapping):
        return {key: _sayable(value) for key, value in content.items() if value is not None and value != {}}
    return [_sayable(value) for value in content] if isinstance(content, list) else content


def read_text(text: str, name: str) -> Scenario:
    """Return the scenario of a file that is at hand as text.

    Args:
        text: Its content.
        name: Its name, such as ``mine.toml``; messages call it so.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_text(text, encoding="utf-8")
        try:
            return load_scenario(path)
        except ScenarioError as error:
            raise ScenarioError(
                replace(p, file=name) if p.file.endswith(path.name) else p for p in error.problems
            ) from None


def checked(scenario: Scenario) -> Scenario:
    """Return an edited scenario as the loader reads it from its file.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    return read_text(to_toml(scenario), f"{scenario.id}.toml")
