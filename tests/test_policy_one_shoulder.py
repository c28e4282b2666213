"""One shoulder: whose grids have one leader with the community, what villages spare, and the leaders' load."""

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, PLACES, levers, make, pushed, setting

from cogov.model import state as S
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.one_shoulder import OneShoulder

RURAL = PLACES["rural"] == 1


def lead(communities=None, **parameters):
    """Return what the policy asks for."""
    return make(OneShoulder, communities=communities, **parameters).act(setting(), 0)


def test_the_declared_share_of_grids_has_one_leader():
    assert pushed(lead(share=0.6), "community.one_leader") == dict.fromkeys(ALL.tolist(), 0.6)
    assert "community.one_leader" not in levers(lead(share=0.0))


def test_leading_takes_hours_by_grid_led_and_in_villages_for_the_collective():
    minutes = pushed(lead(share=0.5, leader_hours=3, villages=0.5, collective_hours=10), "pool.overhead_minutes")
    hours = 0.5 * 3 * PLACES["n_grids"] + np.where(RURAL, 5.0, 0.0)
    assert minutes == pytest.approx({int(setting().community_pool[c]): hours[c] * 60 / 7 for c in ALL})


def test_village_secretaries_spare_an_approval_on_houses_water_and_utilities_of_their_village():
    ids = setting().catalogue.ids
    asked = pushed(lead(villages=0.7), "topic.approvals_spared")
    assert {row // len(ids) for row in asked} == set(np.flatnonzero(RURAL).tolist())
    assert {"property", "repair", "utilities"} <= {ids[row % len(ids)] for row in asked}
    assert not {"care", "sanitation", "dispute"} & {ids[row % len(ids)] for row in asked}
    assert set(asked.values()) == {0.7}
    assert "topic.approvals_spared" not in levers(lead(villages=0.0))
    assert "topic.approvals_spared" not in levers(lead(communities=~RURAL))


def test_direct_effect_decisions_of_the_grids_wait_less_and_leaders_meet_more():
    def result(*policies):
        sim = Simulation(RunPlan(CITY, MONDAY, 40, 0, 20, policies=policies), 2)
        sim.run_to_end()
        stages, handed = sim.tables["stage_table"].sum(axis=(0, 1)), sim.tables["counts"][:, :, S.C_HANDUPS].sum()
        return stages[S.DECISION] / handed, sim.result().summary["overhead_hours.total"]

    (base, none), (one, led) = result(), result(make(OneShoulder, share=1.0))
    assert 0.6 < one / base < 0.93  # one step of two to the street, of three to the district; other pools spare none
    assert none == 0
    assert led > 0
