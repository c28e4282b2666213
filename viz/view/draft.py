"""A scenario that is being changed: pure functions from one to the next; ``scenarios.writing.checked`` judges it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from typing import Any

from ...scenarios.policies.base import PolicyParameter
from ...scenarios.registry import cards
from ...scenarios.schema import PolicyEntry, Scenario, Shock, Where, Words

REFERENCE = "baseline"
_WITHOUT = Words(zh="不实施政策", en="Without policies")
STEPS = 200
"""About how many steps a slider has."""


def named(scenario: Scenario, name: str) -> Scenario:
    """Return the scenario under another name, and the id that follows from it."""
    key = re.sub(r"[^\w-]+", "_", name).strip("_")[:64]
    if key in ("", REFERENCE):
        return first(scenario.model_copy(update={"id": REFERENCE}))
    return scenario.model_copy(update={"id": key, "name": Words(zh=name.strip(), en=name.strip())})


def first(scenario: Scenario) -> Scenario:
    """Return a scenario as it may be changed: under its own name, unless that is the reference's."""
    if scenario.id != REFERENCE:
        return scenario
    return scenario.model_copy(update={"id": "my_plan", "name": Words(zh="我的方案", en="My plan")})


def reference_of(scenario: Scenario) -> Scenario:
    """Return what a scenario is compared with: the same city, days and shocks without any policy."""
    return scenario.model_copy(update={"id": REFERENCE, "name": _WITHOUT, "policies": (), "parameters": {}})


def with_policy(scenario: Scenario, use: str) -> Scenario:
    """Return the scenario with one more policy, as its card declares it."""
    ids = {entry.id for entry in scenario.policies}
    key = next(k for k in (use, *(f"{use}_{n}" for n in range(2, 99))) if k not in ids)
    defaults = {p.name: p.default for p in cards()[use].parameters}
    entry = PolicyEntry(use=use, id=key, start=scenario.calendar.start, parameters=defaults)
    return scenario.model_copy(update={"policies": (*scenario.policies, entry)})


def with_entry(scenario: Scenario, key: str, **changes: Any) -> Scenario:
    """Return the scenario with other values of a policy: ``intensity``, ``ramp_days`` or ``where``."""
    entries = tuple(e.model_copy(update=changes) if e.id == key else e for e in scenario.policies)
    return scenario.model_copy(update={"policies": entries})


def with_parameter(scenario: Scenario, key: str, name: str, value: float | str) -> Scenario:
    """Return the scenario with another value of one parameter of a policy."""
    entry = next(e for e in scenario.policies if e.id == key)
    return with_entry(scenario, key, parameters={**entry.parameters, name: value})


def without_policy(scenario: Scenario, key: str) -> Scenario:
    """Return the scenario without a policy."""
    return scenario.model_copy(update={"policies": tuple(e for e in scenario.policies if e.id != key)})


def with_shock(scenario: Scenario, kind: str) -> Scenario:
    """Return the scenario with one more shock, on the tenth day of the window or the last."""
    ids = {shock.id for shock in scenario.shocks}
    key = next(k for k in (kind, *(f"{kind}_{n}" for n in range(2, 99))) if k not in ids)
    day = scenario.calendar.start + dt.timedelta(days=min(10, scenario.calendar.days) - 1)
    shock = Shock(id=key, kind=kind, start=dt.datetime.combine(day, dt.time(16)), days=3.0)  # type: ignore[arg-type]
    return scenario.model_copy(update={"shocks": (*scenario.shocks, shock)})


def with_shock_value(scenario: Scenario, key: str, **changes: Any) -> Scenario:
    """Return the scenario with other values of a shock: ``start``, ``days``, ``severity`` or ``where``."""
    shocks = tuple(s.model_copy(update=changes) if s.id == key else s for s in scenario.shocks)
    return scenario.model_copy(update={"shocks": shocks})


def without_shock(scenario: Scenario, key: str) -> Scenario:
    """Return the scenario without a shock."""
    return scenario.model_copy(update={"shocks": tuple(s for s in scenario.shocks if s.id != key)})


def with_days(scenario: Scenario, **changes: int) -> Scenario:
    """Return the scenario with other lengths of its phases."""
    return scenario.model_copy(update={"calendar": scenario.calendar.model_copy(update=changes)})


def switched(where: Where, district: str, both: Sequence[str]) -> Where:
    """Return a filter with a district added or taken out.

    Args:
        where: The filter.
        district: Name to add.
        both: All names of the district, by which it may stand there already.
    """
    inside = [name for name in where.district if name not in both]
    names = tuple(inside) if len(inside) < len(where.district) else (*inside, district)
    return where.model_copy(update={"district": names})


def step_of(p: PolicyParameter) -> float:
    """Return the step of a parameter's slider: a round number, and a whole one where the default is whole and large."""
    rough = (p.high - p.low) / STEPS
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.99)
