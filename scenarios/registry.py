"""The policies that exist, found by looking into ``scenarios.policies``, and what a scenario may ask of them."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ..agents.parameters import Parameter, parameters
from ..model.levers import LEVERS, SET
from . import policies as shelf
from .errors import Reason, listed, nearest
from .naming import Names
from .places import reach
from .policies.base import Card, Policy, PolicyParameter, Settings
from .schema import PolicyEntry, Scenario
from .sentences import Both, Sentence, t
from .sources import LIBRARY, called
from .words import unit_word

if TYPE_CHECKING:
    from ..model.city import City

Complaint = tuple[str, Reason, Any, str | None]
"""Key within the checked table, what is wrong and allowed, the value, the nearest right spelling."""


@cache
def policies() -> dict[str, type[Policy]]:
    """Return every policy by id, sorted.

    Raises:
        RuntimeError: If two classes carry the same id.
    """
    found: dict[str, type[Policy]] = {}
    for module in pkgutil.iter_modules(shelf.__path__, shelf.__name__ + "."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if not issubclass(kind, Policy) or inspect.isabstract(kind) or kind.__module__ != module.name:
                continue
            if kind.card.id in found:
                raise RuntimeError(f"two policies are called {kind.card.id}: see {module.name}")
            found[kind.card.id] = kind
    return dict(sorted(found.items()))


def cards() -> dict[str, Card]:
    """Return the card of every policy by id, sorted."""
    return {key: kind.card for key, kind in policies().items()}


def policy_of(wanted: str) -> str:
    """Return the id of the policy that a word means: an id, or its name or that of its scenario in either language.

    Any other word comes back as it is.
    """
    if wanted in policies():
        return wanted
    meant = named().meant(wanted)
    return meant[0] if len(meant) == 1 else wanted


def no_policy(wanted: str) -> Sentence:
    """Return the complaint about a policy that is not there."""
    return named().unknown(wanted, t("no policy has this id or name{near}; all of them: cogov scenarios"))


@cache
def named() -> Names:
    """Return what policies are called: by their cards, and by the scenario that has one alone."""
    shipped = called(LIBRARY)
    return Names({key: (card.zh, card.en, *shipped.get(key, ())) for key, card in cards().items()})


def declared() -> dict[str, Parameter]:
    """Return every declared number of the model by name."""
    return {p.name: p for p in parameters()}


def span(p: PolicyParameter) -> str:
    """Return what a policy's parameter may be, without the unit: words, or a range."""
    return ", ".join(f'"{c}"' for c in p.choices) or f"{p.low:g} to {p.high:g}"


def complete(card: Card, given: Mapping[str, Any]) -> tuple[dict[str, float | str], list[Complaint]]:
    """Return all parameters of a policy with the given ones in place, and what is wrong with those."""
    values: dict[str, float | str] = {p.name: p.default if p.choices else float(p.default)
                                      for p in card.parameters}  # fmt: skip
    wrong: list[Complaint] = []
    known = {p.name: p for p in card.parameters}
    for name, value in given.items():
        if name not in known:
            reason = t("policy {policy} has no such parameter; it has: {known}", policy=card.id, known=listed(known))
            wrong.append((name, reason, value, nearest(name, known)))
            continue
        p = known[name]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if p.choices and value in p.choices:
            values[name] = str(value)
        elif not p.choices and number and p.low <= value <= p.high:
            values[name] = float(value)
        else:
            near = nearest(value, p.choices) if isinstance(value, str) else None
            what = Both(p.zh, p.en)
            reason = (
                t("must be one of {choices} ({what})", choices=span(p), what=what)
                if p.choices
                else t("must be a number, {low:g} to {high:g}{unit} ({what})", low=p.low, high=p.high,
                       unit=_in_unit(p.unit), what=what)
            )  # fmt: skip
            wrong.append((name, reason, value, near))
    return values, wrong


def check_numbers(given: Mapping[str, float]) -> list[Complaint]:
    """Return what is wrong with numbers of the model that a scenario sets."""
    if not given:
        return []
    known = declared()
    wrong: list[Complaint] = []
    for name, value in given.items():
        if name not in known:
            close = nearest(name, known)
            group = [k for k in known if k.split(".")[0] == name.split(".")[0]]
            reason = (t("the model has no such number; this group has: {group}", group=listed(group)) if group
                      else t("the model has no such number"))  # fmt: skip
            wrong.append((name, reason, value, close))
        elif not known[name].low <= value <= known[name].high:
            p = known[name]
            reason = t("must be {low:g} to {high:g}{unit} ({what})", low=p.low, high=p.high, unit=_in_unit(p.unit),
                       what=Both(p.zh, p.en))  # fmt: skip
            wrong.append((name, reason, value, None))
    return wrong


def clashes(
    entries: Sequence[PolicyEntry], meet: Callable[[PolicyEntry, PolicyEntry], bool]
) -> list[tuple[PolicyEntry, PolicyEntry, str]]:
    """Return pairs of policies that would both *set* one lever at the same time and place, with the lever.

    Args:
        entries: Policies of a scenario.
        meet: Returns whether two of them may reach the same place.
    """
    found = []
    for i, a in enumerate(entries):
        for b in entries[i + 1 :]:
            both = _sets(a) & _sets(b)
            if both and _at_a_time(a, b) and meet(a, b):
                found += [(a, b, lever) for lever in sorted(both)]
    return found


def make_policies(scenario: Scenario, city: City) -> list[Policy]:
    """Return the policies of a scenario in canonical order, by instance id; those of intensity 0 are left out.

    Raises:
        ScenarioError: For a place that the city does not have.
    """
    first = scenario.calendar.first
    entries = sorted(scenario.policies, key=lambda e: e.id)
    return [policies()[e.use](_settings(e, first, city)) for e in entries if e.intensity > 0]


def _settings(entry: PolicyEntry, first: dt.date, city: City) -> Settings:
    where = entry.where.filters()
    return Settings(
        instance=entry.id,
        intensity=entry.intensity,
        start_day=(entry.start - first).days,
        end_day=(entry.end - first).days if entry.end else Settings.end_day,
        ramp_days=entry.ramp_days,
        parameters=entry.parameters,
        communities=reach(where, city, f"policy.{entry.id}.where") if where else None,
    )


def _in_unit(unit: str) -> Both:
    """Return a unit as it follows a number; it is a word of the catalogue in Chinese, in English as declared."""
    return Both("", "") if unit in ("", "1") else Both(f" {unit_word(unit, 'zh')}", f" {unit}")


def _sets(entry: PolicyEntry) -> set[str]:
    levers = cards()[entry.use].levers if entry.intensity > 0 and entry.use in cards() else ()
    return {name for name in levers if name in LEVERS and LEVERS[name].fold == SET}


def _at_a_time(a: PolicyEntry, b: PolicyEntry) -> bool:
    """Return whether two policies may act on one day."""
    far = dt.date.max
    return max(a.start, b.start) < min(a.end or far, b.end or far)
