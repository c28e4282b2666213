"""When what is held every so many days is held, and how fresh it is on average."""

import numpy as np
import pytest
from policy_city import setting

from cogov.model.calendar import WORKDAY
from cogov.scenarios.policies.meetings import held, mean_freshness


def test_what_a_meeting_adds_counts_as_fresh_as_it_is_on_average():
    days = np.linspace(0, 40, 4_000_001)
    assert mean_freshness(40, 25) == pytest.approx(np.mean(0.5 ** (days / 25)), rel=1e-5)
    assert mean_freshness(7, 30) > mean_freshness(30, 30) > mean_freshness(90, 30)


def test_meetings_are_held_as_planned_or_on_the_next_working_day():
    calendar = setting().calendar
    assert held(calendar, 0, 8, 7).tolist() == [0, 8]  # Monday the 10th is a holiday
    assert held(calendar, 0, 7, 7).tolist() == [0]
    assert held(calendar, -10, 0, 30).tolist() == [-10]


def test_meetings_every_so_many_days_come_in_order_and_none_is_before_its_time():
    calendar = setting().calendar
    found = held(calendar, 0, 60, 7)
    assert (np.diff(found) > 0).all()
    assert set(calendar.kind[found].tolist()) == {WORKDAY}
    assert ((found - np.arange(len(found)) * 7) >= 0).all()
    assert len(held(calendar, 5, 4, 7)) == 0


def test_what_hardly_fades_is_fresh_and_what_fades_at_once_is_not():
    assert mean_freshness(1, 1e6) == pytest.approx(1.0, abs=1e-5)
    assert mean_freshness(1000, 1) == pytest.approx(1 / (1000 * np.log(2)), rel=1e-6)
