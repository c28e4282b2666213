"""One net: five pools become one, generalists need longer, and training is paid at the start."""

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, make, pushed, setting

from cogov.model.joining import rosters
from cogov.model.levers import LEVERS
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.model.state import GRID_NET
from cogov.scenarios.policies.one_net import OneNet

STRANGE, OVERHEAD, MERGING = "pool.unfamiliar", "pool.overhead_minutes", "community.merging"
TEAMS = {"roster.smallest_team": 0}
MERGED = TEAMS | {"handling.merging": 1}
"""No duplicates that take time."""


def one_net(day=0, at=None, **changes):
    return make(OneNet, **changes).act(at or setting(), day)


def teams(at=None):
    """Return the pools of grid workers by community."""
    at = at or setting()
    return [np.unique(nets[at.pools["kind"][nets] == GRID_NET]) for nets in at.nets[:, :5]]


def test_the_nets_of_each_community_become_one_and_nobody_else_moves():
    roster = rosters(setting().pools, one_net().rosters)
    for nets in teams():
        assert len(set(roster[nets].tolist())) <= 1
    others = np.setdiff1d(np.arange(len(roster)), np.concatenate(teams()))
    assert (roster[others] == others).all()
    assert sum(len(nets) > 1 for nets in teams()) >= 3


def test_only_the_communities_reached_are_joined():
    where = ALL % 2 == 0
    roster = rosters(setting().pools, one_net(communities=where).rosters)
    for c, nets in enumerate(teams()):
        assert len(set(roster[nets].tolist())) == (min(1, len(nets)) if where[c] else len(nets))


def test_the_extra_time_halves_as_people_learn():
    for day, left in ((0, 1.0), (90, 0.5), (180, 0.25)):
        asked = pushed(one_net(day, generalist_penalty=0.4, learning_months=3), STRANGE)
        assert set(asked) == set(np.concatenate(teams()).tolist())
        assert list(asked.values()) == pytest.approx([0.4 * left] * len(asked))


def test_training_takes_its_hours_in_its_days_and_then_no_more():
    total = np.zeros(len(setting().pools))
    for day in range(20):
        asked = pushed(one_net(day, training_hours=12, training_days=8), OVERHEAD)
        assert (day < 8) == bool(asked)
        for pool, minutes in asked.items():
            total[pool] += minutes
    at = np.concatenate(teams())
    assert total[at] == pytest.approx(12 * 60 * setting().people[at])
    assert total.sum() == pytest.approx(total[at].sum())


def test_a_community_reached_later_by_a_ramp_is_trained_later():
    policy = make(OneNet, training_days=5)
    policy.settings = type(policy.settings)("p", 1.0, 0, ramp_days=20, parameters={"training_days": 5})
    policy.parameters["training_days"] = 5
    paid = np.zeros(len(setting().pools))
    for day in range(40):
        for pool, minutes in pushed(policy.act(setting(), day), OVERHEAD).items():
            paid[pool] += minutes
    at = np.concatenate(teams())
    assert paid[at] == pytest.approx(16 * 60 * setting().people[at]), "each in full, whenever it begins"


def test_more_duplicates_are_recognised():
    assert pushed(one_net(merging=0.25), MERGING) == dict.fromkeys(ALL.tolist(), 0.25)
    assert LEVERS[MERGING].fold == "sum"


def test_direct_effect_five_pools_are_one_and_hours_are_conserved_but_for_training():
    """In a run with common random numbers, before any month ends: everybody is on duty as before."""
    free = {"training_hours": 0.0, "merging": 0.0}
    plans = (make(OneNet, **free),), (make(OneNet, training_hours=10, training_days=10, merging=0.0),), ()
    one, trained, plain = (Simulation(RunPlan(CITY, MONDAY, 14, 0, 1, 2.0, MERGED, policies=p), 3) for p in plans)
    for sim in (one, trained, plain):
        sim.run_to_end()
    nets = one.setting.nets[:, :5]
    for row in one.tables["roster"][nets]:
        assert len(set(row.tolist())) == 1
    assert np.array_equal(one.tables["responders"]["on_minutes"], plain.tables["responders"]["on_minutes"])
    summary = [sim.result().summary for sim in (one, trained, plain)]
    people = one.setting.people[np.unique(nets)].sum()
    paid = [s["overhead_hours.grid_workers"] + s["overhead_hours.part_time_grid_workers"] for s in summary]
    assert paid[0] == paid[2] == 0.0
    assert paid[1] == pytest.approx(10 * people, rel=0.02), "a pool with nobody on duty on the last days still owes"


def test_generalists_work_longer_on_cases_of_other_nets():
    hours = []
    for penalty in (0.0, 1.0):
        acts = make(OneNet, generalist_penalty=penalty, learning_months=120, training_hours=0.0, merging=0.0)
        sim = Simulation(RunPlan(CITY, MONDAY, 14, 0, 1, 2.0, TEAMS, policies=(acts,)), 3)
        sim.run_to_end()
        people = sim.tables["responders"]
        visits = sim.tables["sc"][:]
        grid = people["kind"] <= 1
        hours.append(people["work_minutes"][grid].sum() / people["work_minutes"][~grid].sum())
        assert len(visits)
    assert hours[1] > 1.2 * hours[0]


def test_it_composes_with_a_joint_team_to_one_rota():
    from cogov.scenarios.policies.joint_team import JointTeam

    both = [one_net().rosters, make(JointTeam).act(setting(), 0).rosters]
    made = [rosters(setting().pools, np.concatenate(pairs)) for pairs in (both, both[::-1])]
    assert made[0].tolist() == made[1].tolist()
    for nets in setting().nets:
        assert len(set(made[0][nets].tolist())) == 1
