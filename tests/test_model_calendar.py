"""The calendar: statutory holidays, working days, and office hours against plain counting."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogov.model import calendar as cal

YEAR = cal.build_calendar(dt.date(2024, 1, 1), 366)


def dates(year):
    return sorted(d.isoformat()[5:] for d in cal.holidays(year))


def test_the_statutory_holidays_of_2024_and_2025():
    assert dates(2024) == ["01-01", "02-10", "02-11", "02-12", "04-04", "05-01", "06-10", "09-17", "10-01", "10-02",
                           "10-03"]  # fmt: skip
    assert dates(2025) == ["01-01", "01-28", "01-29", "01-30", "01-31", "04-04", "05-01", "05-02", "05-31", "10-01",
                           "10-02", "10-03", "10-06"]  # fmt: skip


@pytest.mark.parametrize(("year", "days"), [(2019, 11), (2020, 10), (2024, 11), (2025, 13), (2030, 13)])
def test_holidays_number_eleven_and_thirteen_since_2025(year, days):
    assert len(cal.holidays(year)) == days  # Mid-Autumn 2020 fell on the first of October


def test_a_year_outside_the_file_is_named():
    with pytest.raises(ValueError, match="2031; the calendar covers 2019 to 2030"):
        cal.build_calendar(dt.date(2030, 12, 1), 3)


def test_days_are_counted_from_the_first_with_a_margin():
    some = cal.build_calendar(dt.date(2024, 6, 7), 10, margin=5)
    assert (some.date(0), some.date(3)) == (dt.date(2024, 6, 7), dt.date(2024, 6, 10))
    assert len(some.kind) == len(some.weekday) == len(some.work_index) == 15
    assert some.weekday.tolist()[:4] == [4, 5, 6, 0]
    assert some.kind.tolist()[:5] == [cal.WORKDAY, cal.WEEKEND, cal.WEEKEND, cal.HOLIDAY, cal.WORKDAY]
    assert some.work_index.tolist()[:5] == [0, 1, 1, 1, 1]
    assert some.work_days.tolist()[:3] == [0, 4, 5]


def test_a_holiday_on_a_weekend_is_a_holiday():
    assert YEAR.kind[(dt.date(2024, 2, 10) - YEAR.first).days] == cal.HOLIDAY  # a Saturday


@given(st.integers(0, 360 * 1440), st.integers(1, 20))
def test_a_deadline_passes_just_its_working_days(t, n):
    due = cal.add_working_days(YEAR.work_index, YEAR.work_days, t, n)
    day = due // 1440
    assert due % 1440 == t % 1440
    assert YEAR.kind[day] == cal.WORKDAY
    first = t // 1440
    passed = int((YEAR.kind[first:day] == cal.WORKDAY).sum())
    assert passed == n


def by_minutes(t, minutes, opens, closes):
    """Count open minutes one by one from ``t``."""
    left = minutes
    while True:
        if opens <= t % 1440 < closes:
            if left == 0:
                return t
            left -= 1
        t += 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 1500), st.sampled_from([(510, 1050), (480, 1200), (0, 1440)]))
def test_office_waits_equal_a_count_minute_by_minute(t, wait, span):
    assert cal.add_in_hours(t, wait, *span) == by_minutes(t, wait, *span)


def test_the_kinds_of_days_cover_the_year():
    kinds = np.bincount(YEAR.kind[:366])
    assert kinds.tolist() == [253, 102, 11]  # 104 weekend days, two of which are holidays
