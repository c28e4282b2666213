"""Every number that was chosen: declared once, with unit, range, source and confidence.

``parameter(...)`` registers a number and returns its index into the vector ``world.par``, so a compiled rule
reads ``w.par[REPORT_INTERCEPT]`` and a scenario file sets ``resident.report_intercept``. The order of
registration is fixed by the import order in ``agents/__init__`` and ``model/__init__``.

Confidence marks: S seen in a source, C computed from open ticket data, D derived from seen figures,
E estimate to be swept.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the model with all that a reader needs in order to judge it."""

    name: str
    default: float
    unit: str
    low: float
    high: float
    zh: str
    en: str
    source: str
    confidence: str = "E"

    def check(self, value: float, where: str) -> float:
        """Return ``value`` as a float; raise ``ValueError`` saying where and what is allowed."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(
                f"{where}: {value!r} is not a number; {self.name} is in {self.unit}, {self.low:g} to {self.high:g}"
            )
        if not self.low <= value <= self.high:
            raise ValueError(f"{where}: {value:g} is outside {self.low:g} to {self.high:g} {self.unit}")
        return float(value)


_registry: dict[str, Parameter] = {}


def parameter(
    name: str, default: float, unit: str, low: float, high: float, zh: str, en: str, source: str, confidence: str = "E"
) -> int:
    """Declare a parameter and return its index.

    Raises:
        ValueError: If the name is taken or the default lies outside the range.
    """
    if name in _registry:
        raise ValueError(f"parameter {name} is declared twice")
    declared = Parameter(name, default, unit, low, high, zh, en, source, confidence)
    declared.check(default, f"default of {name}")
    _registry[name] = declared
    return len(_registry) - 1


def parameters() -> tuple[Parameter, ...]:
    """Return all declared parameters in the order of their indices."""
    return tuple(_registry.values())


def vector(overrides: Mapping[str, float] | None = None, where: str = "parameters") -> NDArray[np.float64]:
    """Return the parameter values as one vector, with ``overrides`` by name.

    Raises:
        ValueError: For an unknown name (with the nearest right one) or a value out of range.
    """
    values = {name: p.default for name, p in _registry.items()}
    for name, value in (overrides or {}).items():
        if name not in _registry:
            near = difflib.get_close_matches(name, _registry, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"{where}: no parameter is called {name!r}{hint}")
        values[name] = _registry[name].check(value, f"{where}.{name}")
    return np.array(list(values.values()), dtype=np.float64)
