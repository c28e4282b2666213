"""No number of the model is idle: each, moved alone, changes something that a run reports.

The setting is rich on purpose: three policies, four shocks, three turns of a month, units that leave and come back,
offices that call their volunteers; for numbers that only other policies need, all policies. A number that nothing reads
is a promise that the model does not keep.

Of policies that do not stand in this setting, ``test_policies`` tests that each parameter changes what is asked.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import pytest

from cogov.agents.parameters import parameters
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.registry import cards

SHOCKS = ("surge_month", "outbreak_month", "storm_month", "fire_month")
DAYS = {"days": 30, "warm_up_days": 62, "follow_up_days": 5}
RICH = {"office.call_queue": 0.5, "unit.reciprocity": 1.0, "unit.leaves": 0.35, "alliance_lists.take_up": 1.0}
"""Volunteers are called often, and units that feel exploited leave soon, so that what they do next shows."""
MAY_BE_IDLE: dict[str, str] = {
    "talks.days": "the base of a lever that deliberation sets itself, and without deliberation nobody talks",
    "self_help.neighbours": "few disputes are tried in a month of one street; shown in test_policy_self_governance",
    "staff.quit_pay": "hardly anybody quits in two months of one street; shown in test_policy_workforce",
    "compound.self_upkeep": "compounds without a firm hardly wear in two months; shown in test_model_months",
}
"""Numbers that have no effect in this setting, each with the reason; one that has an effect must not stand here."""

NUMBERS = {p.name: (p.default, p.low, p.high) for p in parameters()}
IN_FORCE = sorted(entry.use for entry in load_scenario("three_together").policies)
OF_POLICIES = {f"{name}.{p.name}": p for name in IN_FORCE for p in cards()[name].parameters}


@cache
def outcome(name: str | None = None, value: float | str | None = None, scenario: str = "three_together") -> str:
    """Return a hash of all that a run reports, with one number set anew."""
    settings = RICH if name is None else {**RICH, name: value}
    model = CityModel(scenario, city="street", layers=SHOCKS, settings=settings, **DAYS)
    model.run_to_end()
    result = model.result()
    digest = hashlib.sha256(repr(sorted(result.summary.items())).encode())
    for table in (result.daily, result.grids, result.stages):
        for column in sorted(table):
            digest.update(np.ascontiguousarray(table[column]).tobytes())
    return digest.hexdigest()


def others(default: float, low: float, high: float) -> list[float]:
    """Return other values to try, a moderate change first and the ends of the range last."""
    values = (default * 1.5 + 0.1, default * 0.5, high, low)
    return [value for value in dict.fromkeys(values) if low <= value <= high and value != default]


def changes(name: str, values: list, scenario: str = "three_together") -> bool:
    """Return whether one of these values gives another outcome."""
    usual = outcome(scenario=scenario)
    return any(outcome(name, value, scenario) != usual for value in values)


def test_the_same_numbers_give_the_same_outcome():
    first = outcome()
    outcome.cache_clear()
    assert outcome() == first


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_of_the_model_has_an_effect(name):
    default, low, high = NUMBERS[name]
    values = others(RICH.get(name, default), low, high)
    effect = changes(name, values) or changes(name, values, "everything")
    if name in MAY_BE_IDLE:
        assert not effect, f"{name} has an effect: take it off the list of those that may have none"
    else:
        assert effect, f"{name} changes nothing that a run reports, not even at the ends of its range"


@pytest.mark.parametrize("name", OF_POLICIES)
def test_a_parameter_of_a_policy_has_an_effect(name):
    """Of a choice, every other choice than the one that is set shows."""
    p = OF_POLICIES[name]
    now = RICH.get(name, p.default)
    if p.choices:
        assert [c for c in p.choices if c != now and not changes(name, [c])] == []
    else:
        assert changes(name, others(now, p.low, p.high)), f"{name} changes nothing that a run reports"


def test_what_may_be_idle_is_a_number_of_the_model_and_says_why():
    assert set(MAY_BE_IDLE) <= set(NUMBERS)
    assert all(MAY_BE_IDLE.values())
