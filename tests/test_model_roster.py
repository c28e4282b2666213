"""Half-hour masks of shifts, and the calendar's counting of minutes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogov.model import calendar, roster

masks = st.integers(0, (1 << 48) - 1)
minutes = st.integers(0, 1440)


def _plain(mask: int, start: int, end: int) -> int:
    return sum(1 for m in range(start, end) if mask >> (m // 30) & 1)


@given(masks, minutes, minutes)
def test_minutes_between_equal_a_count_minute_by_minute(mask, a, b):
    start, end = min(a, b), max(a, b)
    assert roster.bits_between(mask, start, end) == _plain(mask, start, end)


@given(masks, st.integers(0, 1439), st.integers(1, 600))
def test_reach_is_the_first_minute_by_which_the_work_is_done(mask, start, work):
    at = roster.reach(mask, start, work)
    if at < 0:
        assert _plain(mask, start, 1440) < work
    else:
        assert _plain(mask, start, at) == work
        assert _plain(mask, start, at - 1) < work


@given(masks, st.integers(0, 1439))
def test_next_start_is_the_first_covered_minute(mask, minute):
    covered = [m for m in range(minute, 1440) if mask >> (m // 30) & 1]
    assert roster.next_start(mask, minute) == (covered[0] if covered else -1)


def test_office_hours_are_seven_and_a_half_on_a_working_day_and_none_at_weekends():
    office = roster.SHIFTS[0]
    assert roster.bits_between(int(office[calendar.WORKDAY]), 0, 1440) == 450
    assert office[calendar.WEEKEND] == office[calendar.HOLIDAY] == 0


def test_night_duty_covers_what_the_office_does_not():
    table = roster.shift_table()
    assert table[0, 0] | table[5, 0] == roster.ALL_DAY
    assert table[0, 0] & table[5, 0] == 0
    assert table[5, 1] == roster.ALL_DAY


def test_guards_cover_the_clock_in_turns():
    guards = roster.shift_table()[-1]
    assert int(guards[0] | guards[1] | guards[2]) == roster.ALL_DAY
    assert guards[3] == 0


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (dt.date(2024, 6, 3), calendar.WORKDAY),
        (dt.date(2024, 6, 8), calendar.WEEKEND),
        (dt.date(2024, 6, 10), calendar.HOLIDAY),
        (dt.date(2024, 10, 1), calendar.HOLIDAY),
        (dt.date(2025, 1, 29), calendar.HOLIDAY),
    ],
)
def test_days_have_their_kind(day, kind):
    assert calendar.build_calendar(day, 1).kind[0] == kind


def test_an_unknown_year_is_refused():
    with pytest.raises(ValueError, match="2045"):
        calendar.build_calendar(dt.date(2045, 1, 1), 3)


def test_working_days_skip_weekends_and_holidays():
    cal = calendar.build_calendar(dt.date(2024, 6, 7), 30)  # a Friday before the Dragon Boat Monday
    due = calendar.add_working_days(cal.work_index, cal.work_days, 600, 1)
    assert cal.date(due // 1440) == dt.date(2024, 6, 11)
    assert due % 1440 == 600


@given(st.integers(0, 10_000), st.integers(0, 3000))
def test_office_minutes_count_only_open_hours(t, wait):
    at = calendar.add_in_hours(t, wait, 510, 1050)
    opened = sum(1 for m in range(t, at) if 510 <= m % 1440 < 1050)
    assert at >= min(t, at)
    assert opened == wait or at % 1440 == 510
    assert np.isclose(opened, wait, atol=1)
