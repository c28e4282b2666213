"""What figures of patterns look at: tickets of the window, those whose outcome is seen, and times by category."""

import numpy as np
from made_up_tickets import DAYS, START, WARM_UP, WINDOW, both, made, seen

from cogov.experiments.seen import ENOUGH
from cogov.model.calendar import DAY


def daily(first, end, minutes=60):
    """Return a ticket at noon of each day [first, end)."""
    return made(np.arange(first, end) * DAY + 720, np.full(end - first, minutes))


def test_the_window_begins_after_the_warm_up_and_ends_before_the_follow_up():
    there = seen(daily(0, DAYS)).window
    assert there.reported.tolist() == ((WARM_UP + np.arange(WINDOW)) * DAY + 720).tolist()


def test_what_is_measured_leaves_out_the_last_thirty_days():
    there = seen(daily(0, DAYS)).measured
    assert (there.reported.min(), there.reported.max()) == (START + 720, (DAYS - 31) * DAY + 720)


def test_times_are_those_of_closed_tickets_of_categories_with_enough_of_them():
    reported = START + np.arange(ENOUGH)
    enough, few = made(reported, np.full(ENOUGH, 90)), made(reported[1:], np.full(ENOUGH - 1, 50), category=3)
    opened = made(reported[:5], np.full(5, 40))
    opened.closed[:] = -1
    times = seen(both(both(enough, few), opened)).times()
    assert list(times) == [0]
    assert times[0].tolist() == [90.0] * ENOUGH


def test_a_ticket_closed_at_once_took_a_minute():
    assert set(seen(made(START + np.arange(ENOUGH), np.zeros(ENOUGH, dtype=int))).times()[0]) == {1.0}
