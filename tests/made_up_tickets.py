"""Made-up tickets whose figures are known."""

import datetime as dt
from types import SimpleNamespace

import numpy as np

from cogov.experiments.seen import Seen
from cogov.experiments.tickets import Tickets
from cogov.model.calendar import DAY, build_calendar
from cogov.model.incidents import load_catalogue

CATALOGUE = load_catalogue()
WARM_UP, WINDOW, FOLLOW_UP = 7, 28, 91
DAYS = WARM_UP + WINDOW + FOLLOW_UP
START = WARM_UP * DAY
"""First minute of the window."""


def seen(tickets, calls=None, **model):
    """Return a run of which only its plan, calendar, tickets and calls are known."""
    plan = SimpleNamespace(warm_up_days=WARM_UP, window_days=WINDOW, days=DAYS, **model)
    calendar = build_calendar(dt.date(2024, 6, 3), DAYS)
    stand_in = SimpleNamespace(plan=plan, calendar=calendar, catalogue=CATALOGUE)
    return Seen(stand_in, SimpleNamespace(summary={"backlog": 3.0}), tickets, calls)


def made(reported, minutes, category=0, **columns):
    """Return tickets by minute of report and minutes to closing."""
    n = len(reported)
    whole = {
        "key": np.arange(n), "category": np.full(n, category), "community": np.zeros(n, dtype=int),
        "noticed": reported - 5, "reported": reported, "closed": reported + minutes,
        "duplicates": np.zeros(n, dtype=int),
        "misrouted": np.zeros(n, dtype=int), "overdue": np.zeros(n, dtype=bool), "closings": reported + minutes,
    }  # fmt: skip
    return Tickets(**{**whole, **columns})


def both(a, b):
    """Return the tickets of both."""
    return Tickets(**{name: np.concatenate([getattr(a, name), getattr(b, name)]) for name in a.__dataclass_fields__})
