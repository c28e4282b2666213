"""Four-level linkage: how often all levels meet, and who pays for a meeting on its day."""

import datetime as dt

import numpy as np
import pytest
from one_need import decision_of_one_case
from policy_city import ALL, CITY, LINES, MONDAY, PLACES, levers, make, pushed, setting

from cogov.model import decisions
from cogov.model.calendar import OFFICE_CLOSES, OFFICE_OPENS, add_in_hours
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.four_level_linkage import FourLevelLinkage


def meet(day=0, communities=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(FourLevelLinkage, communities=communities, **parameters).act(setting(), day)


@pytest.mark.parametrize("every", [7, 14, 30])
def test_the_cadence_is_in_force_every_day(every):
    for day in (0, 1, 9):
        assert pushed(meet(day, meeting_days=every), "community.meetings") == dict.fromkeys(ALL.tolist(), 1.0 / every)


@pytest.mark.parametrize("every", [1, 7, 14, 30])
def test_meetings_are_paid_for_on_the_days_on_which_the_engine_holds_them(every):
    sim = Simulation(RunPlan(CITY, MONDAY, 60, 0, 0))
    paid = {day for day in range(60) if "line.lent_hours" in levers(meet(day, meeting_days=every))}
    held = {decisions.next_meeting(sim.w, 1.0 / every, day * 1440) // 1440 for day in range(60)}
    assert paid == {day for day in held if day < 60}


def test_a_run_that_begins_on_a_holiday_has_its_first_meeting_on_the_first_working_day():
    begun = Simulation(RunPlan(CITY, dt.date(2024, 2, 12), 20, 0, 0)).setting
    paid = [day for day in range(20) if "line.lent_hours" in levers(make(FourLevelLinkage).act(begun, day))]
    assert paid[0] == begun.calendar.work_days[0] > 0


def test_a_meeting_takes_an_attendant_of_each_community_street_and_department():
    asked = meet(hours=3, attendants=2)
    minutes = {int(p): 360.0 for p in [*setting().community_pool, *setting().street_pool]}
    assert pushed(asked, "pool.overhead_minutes") == minutes
    assert pushed(asked, "line.lent_hours") == dict.fromkeys(range(len(LINES)), 6.0)


def test_other_districts_send_nobody():
    where = PLACES["district"] == 1
    lines = set(pushed(meet(communities=where), "line.lent_hours"))
    assert lines == set(np.flatnonzero(LINES["district"] != 0).tolist())


@pytest.mark.parametrize("every", [1, 7])
def test_direct_effect_a_hand_up_is_decided_at_the_next_meeting_of_all_levels(every):
    """One case; nothing is by chance: paper takes 2,001 office minutes, the meeting is over at eleven."""
    waits = [decision_of_one_case(*policies) for policies in ((), (make(FourLevelLinkage, meeting_days=every),))]
    (handed, by_paper), (same, at_meeting) = waits
    assert handed == same
    assert by_paper == add_in_hours(handed, 2001, OFFICE_OPENS, OFFICE_CLOSES)
    due = 1440 + decisions.MEETING_ENDS if every == 1 else by_paper  # the next of a week comes after the paper
    assert at_meeting == min(by_paper, due)
