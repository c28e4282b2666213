"""What determines a run: its phases, and shocks of known kinds only."""

import datetime as dt

import pytest
from one_need import CITY

from cogov.model.plan import RunPlan, ShockPlan


def test_phases_follow_each_other_and_the_window_begins_on_its_day():
    plan = RunPlan(CITY, dt.date(2024, 3, 1), 10, 60, 30)
    assert plan.first_day == dt.date(2024, 1, 1)
    assert plan.days == 100


@pytest.mark.parametrize(("follow_up", "tau"), [(0, 1), (1, 1), (7, 7), (30, 30), (90, 30)])
def test_times_are_cut_at_thirty_days_or_a_shorter_follow_up(follow_up, tau):
    assert RunPlan(CITY, dt.date(2024, 6, 1), 5, 0, follow_up).tau_days == tau


def test_an_unknown_shock_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'flood'; there are .*rainstorm"):
        ShockPlan("x", "flood", 0, 60)
