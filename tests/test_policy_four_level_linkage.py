"""Four-level linkage: how often all levels meet, and who pays for a meeting on its day."""

import datetime as dt

import numpy as np
import pytest
from policy_city import ALL, CITY, LINES, MONDAY, PLACES, levers, make, pushed, setting

from cogov.model import decisions
from cogov.model import state as S
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


def test_direct_effect_decisions_wait_less_the_more_often_all_levels_meet():
    slow = {"handling.decide_median": 2000.0}

    def wait(*policies):
        sim = Simulation(RunPlan(CITY, MONDAY, 40, 0, 20, parameters=slow, policies=policies), 2)
        sim.run_to_end()
        handed = sim.tables["counts"][:, :, S.C_HANDUPS].sum()
        return sim.tables["stage_table"].sum(axis=(0, 1))[S.DECISION] / handed

    base, weekly, monthly = wait(), *(wait(make(FourLevelLinkage, meeting_days=d)) for d in (7, 30))
    assert weekly < monthly <= base
    assert weekly < 0.9 * base
