"""Burden lists: time moves from paperwork to the field, tasks return to departments; relief rebounds."""

import numpy as np
import pytest
from policy_city import ALL, CITY, LINES, MONDAY, PLACES, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.model import state as S
from cogov.model.plan import RunPlan
from cogov.model.roster import weekly_hours
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.burden_lists import BurdenLists
from cogov.scenarios.policies.people import over_lines

FIELD, OWN, MISROUTE, OVERHEAD = "pool.field_share", "line.own_hours", "topic.misroute", "pool.overhead_minutes"
FREE = {"vetting_hours": 0, "upkeep_hours": 0}


def lists(day=0, **parameters):
    """Return what the policy asks for on a day."""
    return make(BurdenLists, **parameters).act(setting(), day)


def freed(**parameters):
    """Return hours a working day that leave communities for the departments."""
    return sum(pushed(lists(**parameters), OWN).values())


def nets():
    return np.flatnonzero(setting().pools["kind"] == S.GRID_NET)


def test_the_share_of_the_field_is_to_rise_and_hours_to_return_to_lines():
    actions = lists(admin_share=0.5, to_field=0.6, grid_relief=0.25, returned_share=0.4)
    assert levers(actions) == {FIELD, OWN, MISROUTE, OVERHEAD}
    assert len(actions.postings) == 0
    office = setting().community_pool
    share = pushed(actions, FIELD)
    assert share == pytest.approx(dict.fromkeys(office.tolist(), 0.2 * 0.6) | dict.fromkeys(nets().tolist(), 0.03))
    hours = setting().pool_hours
    due = 0.4 * 0.2 * (hours[office].sum() + 0.25 * hours[nets()].sum())
    assert sum(pushed(actions, OWN).values()) == pytest.approx(due)


def test_direct_effect_in_a_run_field_hours_rise_and_departments_fall_behind():
    """In a run with common random numbers: field hours of communities and hours returned are as declared.

    A shift of seven hours has four blocks; on 28 days and some 50 workers the share of field blocks has a standard
    deviation of 0.008, so a tolerance of 0.04 raises no false alarm in a million.
    """
    acts = make(BurdenLists, grid_relief=0.0, rebound_half_life=36500, **FREE)
    with_, without = (Simulation(RunPlan(CITY, MONDAY, 28, 0, 1, 0.0, policies=p)) for p in ((acts,), ()))
    for sim in (with_, without):
        sim.run_to_end()
    ours, theirs = with_.tables["responders"], without.tables["responders"]
    office = ours["kind"] == R.COMMUNITY_WORKER
    assert np.array_equal(ours["on_minutes"], theirs["on_minutes"])
    more = (ours["field_minutes"] - theirs["field_minutes"])[office].sum() / ours["on_minutes"][office].sum()
    assert more == pytest.approx(0.1, abs=0.04)
    relieved = np.isin(ours["pool"], setting().community_pool)  # with grid workers of nets too small for a team
    others = ~relieved & (ours["kind"] != R.LINE_OFFICER)  # departments weigh their delay, and go out less
    assert np.array_equal(ours["field_minutes"][others], theirs["field_minutes"][others])
    assert (with_.tables["line_work"]["backlog"] >= without.tables["line_work"]["backlog"]).all()
    assert with_.tables["line_work"]["delay_sum"].sum() > without.tables["line_work"]["delay_sum"].sum()
    assert with_.tables["line_work"]["taken_hours"].sum() == 0.0


def test_relief_halves_in_its_half_life_and_so_do_its_hours_and_its_routing():
    for day, left in ((0, 1.0), (30, 0.5), (60, 0.25)):
        asked = lists(day, rebound_half_life=30, grid_relief=0.0, misroute_cut=0.4)
        assert max(pushed(asked, FIELD).values()) == pytest.approx(0.1 * left)
        assert sum(pushed(asked, OWN).values()) == pytest.approx(freed(grid_relief=0.0) * left)
        assert list(pushed(asked, MISROUTE).values()) == pytest.approx(
            [1 - 0.4 * left] * len(ALL) * len(setting().catalogue.rows)
        )


def test_relief_counts_from_the_policys_start():
    late = make(BurdenLists, start=50, rebound_half_life=30).act(setting(), 50)
    assert pushed(late, FIELD) == pushed(lists(rebound_half_life=30), FIELD)


def test_what_nobody_needs_is_not_returned():
    assert freed(returned_share=0.0) == 0.0
    assert freed(returned_share=0.8) == pytest.approx(2 * freed(returned_share=0.4))
    assert freed(admin_share=0.6) == pytest.approx(0.5 * freed(admin_share=0.5))
    assert freed(to_field=0.1) == freed(to_field=0.9)


def test_hours_return_to_the_lines_that_serve_the_community_by_heads():
    hours = np.where(PLACES["district"] == 0, 2.0, 0.0)
    got = over_lines(CITY, hours)
    assert got.sum() == pytest.approx(hours.sum())
    assert (got[LINES["district"] == 1] == 0.0).all()
    near, city = LINES["district"] == 0, LINES["district"] == -1
    a_head = got / LINES["headcount"]
    assert np.ptp(a_head[near]) == pytest.approx(0.0, abs=1e-12)
    assert a_head[city] == pytest.approx(0.5 * a_head[near].mean())


def test_only_topics_of_the_places_reached_have_a_clear_owner():
    here = np.isin(ALL, [2, 5])
    actions = lists(communities=here)
    n = len(setting().catalogue.rows)
    assert sorted(pushed(actions, MISROUTE)) == [c * n + k for c in (2, 5) for k in range(n)]
    pools = setting().pools
    assert set(pools["community"][list(pushed(actions, FIELD))]) == {2, 5}


def test_vetting_is_paid_by_streets_a_community_and_upkeep_by_communities():
    asked = pushed(lists(vetting_hours=7.3, upkeep_hours=3.65), OVERHEAD)
    places = np.bincount(PLACES["street"])
    street = {int(p): 7.3 * 60 * 12 / 365 * n for p, n in zip(setting().street_pool, places, strict=True)}
    assert asked == pytest.approx(street | dict.fromkeys(setting().community_pool.tolist(), 7.2))


def test_weekly_hours_of_the_shifts():
    week = weekly_hours()
    assert week[R.OFFICE] == 37.5
    assert week[R.GRID_SHIFT] == 35.0
    assert week[R.EVENING] == 4 * 3 + 2 * 6
    assert week[R.GUARD] == 42.0


def test_hours_of_pools_are_those_that_a_month_rosters():
    """28 days of a run without holidays against the declared hours; leave is drawn by person-day (sd below 1 %)."""
    sim = Simulation(RunPlan(CITY, MONDAY.replace(month=7, day=1), 28, 0, 1, 0.0))
    sim.run_to_end()
    people, own = sim.tables["responders"], sim.setting.pool_hours
    at = people["kind"] <= R.COMMUNITY_WORKER
    pools = np.unique(people["pool"][at])
    assert people["on_minutes"][at].sum() / 60 / 20 == pytest.approx(own[pools].sum(), rel=0.03)
