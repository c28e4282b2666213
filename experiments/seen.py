"""What the figures of patterns are made of: a finished run, its tickets and its calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..model.calendar import DAY
from ..model.measures import RunResult
from .tickets import Tickets

if TYPE_CHECKING:
    from ..scenarios.city_model import CityModel

Floats = NDArray[np.float64]

ENOUGH = 100
"""Tickets of a category from which its times are looked at."""


@dataclass(frozen=True)
class Seen:
    """What figures are made of.

    Attributes:
        model: The finished run.
        result: What it measured.
        tickets: Tickets of the whole run.
        calls: Call attempts, answered and retried ones by day of the run, shape (days, 3).
    """

    model: CityModel
    result: RunResult
    tickets: Tickets
    calls: NDArray[np.int64]

    @property
    def window(self) -> Tickets:
        """Tickets reported in the window."""
        first = self.model.plan.warm_up_days
        return self.tickets.between(first * DAY, (first + self.model.plan.window_days) * DAY)

    @property
    def measured(self) -> Tickets:
        """Tickets reported from the window on, the last 30 days left out, whose outcome is not seen."""
        plan = self.model.plan
        return self.tickets.between(plan.warm_up_days * DAY, (plan.days - 30) * DAY)

    def times(self) -> dict[int, Floats]:
        """Return minutes from report to first closing by category, where there are enough."""
        w = self.window
        closed = w.closed >= 0
        found = {int(c): (w.closed - w.reported)[closed & (w.category == c)].astype(float)
                 for c in np.unique(w.category)}  # fmt: skip
        return {c: np.maximum(1.0, x) for c, x in found.items() if len(x) >= ENOUGH}
