"""What tickets say that a model should bring about: shares closed in time, on time, instant, repeated, by category.

Open-to-close time is an outcome of the model, with its queues, nights and habits, and never its hands-on work. The same
function makes these numbers of a city's tickets and of simulated ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy import stats

from .laws import LEVEL, Curve, kaplan_meier

DAYS = (1, 3, 7, 14, 30, 90)
"""Days for which the share closed is a target."""
QUANTILES = (0.25, 0.5, 0.75, 0.9)
LEAST = 20
"""Tickets below which a share is no target."""


@dataclass(frozen=True)
class Target:
    """A number to be met, with its 95 % interval and how many tickets it rests on."""

    value: float
    low: float
    high: float
    n: int

    def plain(self) -> dict[str, Any]:
        """Return it as a table of a TOML file."""
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


def targets(rows: pd.DataFrame, instant_hours: float) -> dict[str, Target]:
    """Return the targets of the tickets of one category, by name.

    Duplicates count in their own share only, as in those of simulated tickets (``values``), whatever the map says of
    the fits.

    Args:
        rows: Tickets as in ``Tickets.rows``.
        instant_hours: Time within which a closure is instant, hours.
    """
    found: dict[str, Target] = {}
    if len(rows) >= LEAST and rows["duplicate"].any():
        found["duplicate"] = share(int(rows["duplicate"].sum()), len(rows))
    used = rows[~rows["duplicate"]]
    if len(used) < LEAST:
        return found
    hours, is_open = used["hours"].to_numpy(), used["is_open"].to_numpy()
    found["instant"] = share(int((~is_open & (hours < instant_hours)).sum()), len(used))
    curve = kaplan_meier(hours, is_open)
    watched = math.inf if curve.open[-1] == 0.0 else float(hours.max())  # where all are closed, nothing is left to see
    for days in DAYS:
        if watched >= 24.0 * days:
            found[f"closed_{days}d"] = _closed(curve, 24.0 * days, len(used))
    found |= _times(curve, len(used))
    on_time, due = on_time_of(used)
    if due >= LEAST:
        found["on_time"] = share(on_time, due)
    return found


def _closed(curve: Curve, hours: float, n: int) -> Target:
    """Return the share closed within a time; where that is none or all, its interval is Wilson's."""
    value, low, high = curve.closed_within(hours)
    return Target(value, low, high, n) if 0.0 < value < 1.0 else share(round(value) * n, n)


def share(k: int, n: int) -> Target:
    """Return a share with Wilson's interval."""
    interval = stats.binomtest(k, n).proportion_ci(LEVEL, method="wilson")
    return Target(k / n, float(interval.low), float(interval.high), n)


def on_time_of(rows: pd.DataFrame) -> tuple[int, int]:
    """Return how many tickets were closed by their due time, and how many were closed or fell due at all."""
    now = rows["opened"] + pd.to_timedelta(rows["hours"], unit="h")  # closed, or the moment of the export
    has = rows["due"].notna()
    met = has & ~rows["is_open"] & (rows["closed"] <= rows["due"])
    counts = has & (~rows["is_open"] | (rows["due"] < now))
    return int(met.sum()), int(counts.sum())


def _times(curve: Curve, n: int) -> dict[str, Target]:
    """Return quantiles of the time from opening to closing, hours, as far as the curve comes down to them.

    Where the curve's upper limit does not come down so far, the interval has no end.
    """
    found = {}
    for q in QUANTILES:
        value, low, high = curve.quantile(q)
        if math.isfinite(value):
            found[f"hours_p{round(100 * q)}"] = Target(value, low, high if math.isfinite(high) else math.inf, n)
    return found


def values(rows: pd.DataFrame, names: Sequence[str], instant_hours: float) -> dict[str, float]:
    """Return targets of simulated tickets by name, values alone; ``nan`` where there is no ticket to tell.

    Simulated tickets are watched for at least the days of a share, so that no curve is needed.
    """
    used = rows[~rows["duplicate"]]
    hours, is_open = used["hours"].to_numpy(), used["is_open"].to_numpy()
    found = dict.fromkeys(names, math.nan)
    for name in names if len(used) else ():
        if name == "instant":
            found[name] = float((~is_open & (hours < instant_hours)).mean())
        elif name == "duplicate":
            found[name] = float(rows["duplicate"].mean())
        elif name == "on_time":
            on_time, due = on_time_of(used)
            found[name] = on_time / due if due else math.nan
        else:
            found[name] = float((~is_open & (hours <= 24.0 * days_of(name))).mean())
    return found


def days_of(name: str) -> int:
    """Return the days of a share closed in time, 0 for any other target."""
    return int(name[len("closed_") : -1]) if name.startswith("closed_") else 0


SHARES = ("instant", "duplicate", "on_time", *(f"closed_{days}d" for days in DAYS))
"""Targets that a fit can use."""
