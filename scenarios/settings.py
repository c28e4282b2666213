"""Single values set from outside a file: ``name=value`` on the command line, ``settings`` in Python."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import Problem, ScenarioError, listed, nearest
from .sentences import t

COMMAND_LINE, ARGUMENT = "command line", "argument"
"""What messages call a value that stands in no file: an option of a command, or an argument of a function."""

DEMAND = ("demand.scale", "demand.work")
"""Keys outside parameters, categories and entries that can be set."""

OPTIONS = {"start": "start", "days": "days", "warm_up_days": "warm-up", "follow_up_days": "follow-up", "city": "city"}
"""Keys of a scenario that are not set as others are, but by arguments of their own, and the options of these."""

_OF_CATEGORY = ("dispersion", "work", "sigma")

_OF_POLICY = ("intensity", "start", "end", "ramp_days")
_OF_SHOCK = ("kind", "start", "days", "severity", "day", "time")

Tables = dict[str, Any]


def parse_settings(texts: Iterable[str]) -> dict[str, Any]:
    """Return names and values of ``name=value`` texts; a value is written as in TOML, a bare word is text.

    Raises:
        ScenarioError: For a text without ``=``, or a name that comes twice.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            reason = t("must be written name=value, such as cadre_sinking.people_per_community=8")
            raise ScenarioError(Problem(COMMAND_LINE, "--set", reason, text))
        if name in found:
            raise ScenarioError(Problem(COMMAND_LINE, "--set", t("{name} is set twice", name=name), text))
        found[name] = _value(value)
    return found


def place(settings: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[Tables, list[str]]:
    """Return settings as tables to be laid over a scenario, and the names that it has no place for.

    Args:
        settings: Values by name: a number of the model, ``demand.scale`` or ``demand.work``, a key of a category of
            need such as ``category.noise.work``, or the id of a policy or shock with one of its parameters or keys,
            such as ``cadre_sinking.turnout`` or ``storm.severity``; a policy may go by its name.
        data: The merged tables of the scenario, entries by id.
    """
    from .registry import policy_of

    tables: Tables = {"policy": {}, "shock": {}, "parameters": {}}
    missed = []
    for name, value in settings.items():
        head, _, tail = name.partition(".")
        head = head if head in (*data["policy"], *data["shock"]) else policy_of(head)
        if _is_number_of_model(name):
            tables["parameters"][name] = value
        elif name in DEMAND:
            tables.setdefault("demand", {})[tail] = value
        elif name in _of_categories():
            category, _, key = tail.partition(".")
            tables.setdefault("category", {}).setdefault(category, {})[key] = value
        elif tail and head in data["policy"]:
            entry = tables["policy"].setdefault(head, {})
            (entry if tail in _OF_POLICY else entry.setdefault("parameters", {}))[tail] = value
        elif tail and head in data["shock"]:
            tables["shock"].setdefault(head, {})[tail] = value
        else:
            missed.append(name)
    return {table: content for table, content in tables.items() if content}, missed


def unplaced(name: str, value: Any, data: Iterable[Mapping[str, Any]], said_by: str = ARGUMENT) -> Problem:
    """Return the complaint about a name that no scenario has a place for."""
    from .registry import cards, declared, policy_of

    if (key := name.removeprefix("calendar.")) in OPTIONS:
        option = f"--{OPTIONS[key]}" if said_by == COMMAND_LINE else key
        return Problem(said_by, name, t("has an option of its own: {option}", option=option), value)
    sides = list(data)
    uses = {str(entry.get("use", key)) for tables in sides for key, entry in tables["policy"].items()}
    if (policy := policy_of(name.partition(".")[0])) in cards() and policy not in uses:
        reason = t("no scenario given here has the policy {policy}; name one that has it, or a file of your own with "
                   "it", policy=policy)  # fmt: skip
        return Problem(said_by, name, reason, value)
    known, here = [*declared(), *DEMAND, *_of_categories()], []
    for tables in sides:
        for key, entry in tables["policy"].items():
            card = cards().get(str(entry.get("use", key)))
            here += [f"{key}.{p}" for p in (*(p.name for p in card.parameters), *_OF_POLICY)] if card else []
        here += [f"{key}.{word}" for key in tables["shock"] for word in _OF_SHOCK]
    here = list(dict.fromkeys(here))
    reason = t("can be set by no such name; a number of the model can (cogov show baseline --all), and of the entries: "
               "{names}", names=listed(here) if here else t("none"))  # fmt: skip
    return Problem(said_by, name, reason, value, near=nearest(name, [*here, *known]))


def _of_categories() -> list[str]:
    from .categories import known

    return [f"category.{name}.{key}" for name in known() for key in _OF_CATEGORY]


def _is_number_of_model(name: str) -> bool:
    from .registry import declared

    return name in declared()


def _value(text: str) -> Any:
    try:
        data = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return data["value"] if len(data) == 1 else text
