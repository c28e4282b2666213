"""Joint team: grid workers and community workers on one rota, hours conserved but for handing over."""

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, make, pushed, setting

from cogov.model.joining import rosters
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.joint_team import JointTeam

STRANGE, OVERHEAD = "pool.unfamiliar", "pool.overhead_minutes"


def team(**changes):
    return make(JointTeam, **changes).act(setting(), 0)


def test_all_pools_of_a_community_reached_are_one_rota_and_nobody_else_moves():
    where = ALL % 2 == 0
    roster = rosters(setting().pools, team(communities=where).rosters)
    for c, pools in enumerate(setting().nets):
        assert len(set(roster[pools].tolist())) == (1 if where[c] else len(set(pools.tolist())))
    others = np.setdiff1d(np.arange(len(roster)), setting().nets[where])
    assert (roster[others] == others).all()


def test_handing_over_takes_its_minutes_of_everybody_on_duty():
    asked = pushed(team(handover_minutes=14), OVERHEAD)
    pools = np.unique(setting().nets)
    assert asked == pytest.approx({int(p): 14 * 5 / 7 * int(setting().people[p]) for p in pools})


def test_cases_of_the_other_staff_take_longer():
    assert pushed(team(unfamiliar=0.3), STRANGE) == dict.fromkeys(np.unique(setting().nets).tolist(), 0.3)


def test_direct_effect_two_pools_are_one_and_hours_are_conserved_but_for_handing_over():
    """In a run with common random numbers, before any month ends: everybody is on duty as before."""
    plans = (make(JointTeam, handover_minutes=0.0),), (make(JointTeam),), ()
    merge = {"handling.merging": 1}  # no duplicates that take time
    free, paid, plain = (Simulation(RunPlan(CITY, MONDAY, 14, 0, 1, 2.0, merge, policies=p), 3) for p in plans)
    for sim in (free, paid, plain):
        sim.run_to_end()
    for row in free.tables["roster"][free.setting.nets]:
        assert len(set(row.tolist())) == 1
    assert np.array_equal(free.tables["responders"]["on_minutes"], plain.tables["responders"]["on_minutes"])
    one, two, none = (sim.result().summary for sim in (free, paid, plain))
    assert one["overhead_hours.total"] == none["overhead_hours.total"] == 0.0
    people = free.setting.people[np.unique(free.setting.nets)].sum()
    assert two["overhead_hours.total"] == pytest.approx(14 * people * 5 / 7 * 10 / 60, rel=0.05)


def test_people_and_cases_go_back_when_it_ends():
    acts = JointTeam(make(JointTeam).settings.__class__("p", 1.0, 0, end_day=5))
    sim = Simulation(RunPlan(CITY, MONDAY, 9, 0, 1, 6.0, policies=(acts,)), 3)
    while sim.day < 9:
        sim.step()
        pools, roster = sim.tables["pools"], sim.tables["roster"]
        apart = np.array_equal(roster, np.arange(len(pools)))
        assert apart == (sim.day > 5)
        if apart:
            assert np.array_equal(pools["length"], pools["waiting"])
    assert sim.tables["sc"][:].sum()
