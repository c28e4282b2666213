"""When what is held every so many days is held: on the day planned, or on the next working day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ...model.calendar import Calendar


def held(calendar: Calendar, start: int, day: int, every: float) -> NDArray[np.int64]:
    """Return the days up to ``day`` on which meetings were held, planned every ``every`` days from ``start`` on.

    What was planned before the run is taken as held on its day; the calendar does not reach there.
    """
    planned = np.arange(start, day + 1, round(every))
    on = np.where(planned < 0, planned, calendar.work_days[calendar.work_index[np.maximum(planned, 0)]])
    return np.asarray(on[on <= day])


def mean_freshness(every: float, half_life: float) -> float:
    """Return the mean over the days between two meetings of what fades by half in ``half_life`` days."""
    rate = np.log(2.0) / half_life
    return float(-np.expm1(-rate * every) / (rate * every))
