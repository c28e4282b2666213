"""The calendar of a run: integer minutes from midnight of its first day, weekdays, holidays, working days.

Holidays are the statutory days of the State Council's rules on public holidays (New Year, Spring Festival,
Qingming, Labour Day, Dragon Boat, Mid-Autumn, National Day). Bridging days and make-up working weekends,
which are announced year by year, are not modelled.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..agents.rules import rule

DAY, WEEK = 1440, 10080
"""Minutes in a day, in a week."""
OFFICE_OPENS, OFFICE_CLOSES, OFFICE_MINUTES = 510, 1050, 540
"""Minutes of the day between which offices decide, and how many lie between."""

WORKDAY, WEEKEND, HOLIDAY = 0, 1, 2
"""Kinds of days."""

_LUNAR = {
    # year: Spring Festival, Qingming, Dragon Boat, Mid-Autumn
    2019: ("02-05", "04-05", "06-07", "09-13"),
    2020: ("01-25", "04-04", "06-25", "10-01"),
    2021: ("02-12", "04-04", "06-14", "09-21"),
    2022: ("02-01", "04-05", "06-03", "09-10"),
    2023: ("01-22", "04-05", "06-22", "09-29"),
    2024: ("02-10", "04-04", "06-10", "09-17"),
    2025: ("01-29", "04-04", "05-31", "10-06"),
    2026: ("02-17", "04-05", "06-19", "09-25"),
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
}


def holidays(year: int) -> frozenset[dt.date]:
    """Return the statutory holidays of a year.

    Raises:
        ValueError: Outside the years whose lunar dates are on file.
    """
    if year not in _LUNAR:
        raise ValueError(f"no holiday dates on file for {year}; the calendar covers {min(_LUNAR)} to {max(_LUNAR)}")
    spring, qingming, boat, autumn = (dt.date.fromisoformat(f"{year}-{d}") for d in _LUNAR[year])
    eve = 1 if year >= 2025 else 0
    days = {dt.date(year, 1, 1), qingming, boat, autumn, dt.date(year, 5, 1)}
    days |= {spring + dt.timedelta(days=i) for i in range(-eve, 3)}
    days |= {dt.date(year, 10, 1) + dt.timedelta(days=i) for i in range(3)}
    if year >= 2025:
        days.add(dt.date(year, 5, 2))
    return frozenset(days)


@dataclass(frozen=True)
class Calendar:
    """Day-by-day facts of a run.

    Attributes:
        first: Date of day 0.
        days: Number of simulated days.
        weekday: 0 Monday to 6 Sunday, shape (days + margin,).
        kind: ``WORKDAY``, ``WEEKEND`` or ``HOLIDAY``, same shape.
        work_index: Working days before each day, same shape.
        work_days: Day number of each working day.
    """

    first: dt.date
    days: int
    weekday: NDArray[np.int64]
    kind: NDArray[np.int64]
    work_index: NDArray[np.int64]
    work_days: NDArray[np.int64]

    def date(self, day: int) -> dt.date:
        """Return the date of a day number."""
        return self.first + dt.timedelta(days=int(day))


def build_calendar(first: dt.date, days: int, margin: int = 90) -> Calendar:
    """Build the calendar of ``days`` days from ``first``, with a margin for deadlines beyond the end."""
    n = days + margin
    dates = [first + dt.timedelta(days=i) for i in range(n)]
    off = frozenset().union(*(holidays(y) for y in {d.year for d in dates}))
    weekday = np.array([d.weekday() for d in dates], dtype=np.int64)
    kind = np.where(weekday >= 5, WEEKEND, WORKDAY).astype(np.int64)
    kind[[i for i, d in enumerate(dates) if d in off]] = HOLIDAY
    work = kind == WORKDAY
    work_index = np.concatenate([[0], np.cumsum(work)[:-1]]).astype(np.int64)
    return Calendar(first, days, weekday, kind, work_index, np.flatnonzero(work).astype(np.int64))


@rule
def add_working_days(work_index: NDArray[np.int64], work_days: NDArray[np.int64], t: int, n: int) -> int:
    """Return the minute ``n`` working days after ``t``, at the same time of day."""
    k = work_index[t // DAY] + n
    return work_days[min(k, work_days.shape[0] - 1)] * DAY + t % DAY


@rule
def add_in_hours(t: int, minutes: int, opens: int, closes: int) -> int:
    """Return the minute at which ``minutes`` have passed, counting only from ``opens`` to ``closes`` each day."""
    day = t // DAY
    clock = min(max(t % DAY, opens), closes)
    whole = closes - opens
    done = clock - opens + minutes
    return (day + done // whole) * DAY + opens + done % whole
