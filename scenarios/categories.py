"""What a scenario says about categories of need: checked, and laid over a copy of the model's catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..model.incidents import CATEGORIES, HEADROOM, Catalogue, load_catalogue
from .errors import Reason, listed, nearest
from .schema import Scenario
from .sentences import t

MONTHS = 12
_WEIGHTS = ("hours", "weekdays", "months")
_NUMBERS = ("dispersion", "work", "sigma")

Misfit = tuple[tuple[str, ...], Reason, str | None]
"""Key below ``category``, what is wrong, nearest right spelling."""


@cache
def known() -> tuple[str, ...]:
    """Return the ids of all categories of need."""
    return load_catalogue().ids


def misfits(scenario: Scenario) -> Iterator[Misfit]:
    """Yield what the form of ``[category]`` tables cannot see."""
    for name, category in scenario.category.items():
        if name not in known():
            reason = t("no category of need has this id; there are: {known}", known=listed(known(), 40))
            yield (name,), reason, nearest(name, known())
            continue
        for key in _WEIGHTS:
            weights = getattr(category, key)
            if weights and not any(weights):
                yield (name, key), t("must not all be 0"), None


def catalogue_of(scenario: Scenario) -> Catalogue:
    """Return the model's catalogue with what the scenario says otherwise.

    Rates stay the yearly means: weights of weekdays and months have mean one. The ceiling of the thinning rises with
    the busiest month, so that `season` may raise a rate up to it.
    """
    made = load_catalogue()
    for name, category in scenario.category.items():
        row = made.rows[made.ids.index(name)]
        for key in _NUMBERS:
            if (value := getattr(category, key)) is not None:
                row[key] = value
        if category.hours:
            row["hours"] = np.cumsum(category.hours) / np.sum(category.hours)
        if category.weekdays:
            row["weekdays"] = np.array(category.weekdays) / np.mean(category.weekdays)
        row["ceiling"] = row["rate"] * float(row["weekdays"].max()) * HEADROOM / 365_000.0
        if category.months:
            row["ceiling"] *= max(category.months) / np.mean(category.months)
    low, high = next((c.low, c.high) for c in CATEGORIES.columns if c.name == "work")
    made.rows["work"] = np.clip(made.rows["work"] * scenario.demand.work, low, high)
    return made


def season(scenario: Scenario, catalogue: Catalogue) -> NDArray[np.float64] | None:
    """Return the factor on the rates of each category by month, shape (12, categories); ``None`` where all are one."""
    if not any(category.months for category in scenario.category.values()):
        return None
    factor = np.ones((MONTHS, len(catalogue.ids)))
    for name, category in scenario.category.items():
        if category.months:
            factor[:, catalogue.ids.index(name)] = np.array(category.months) / np.mean(category.months)
    return factor
