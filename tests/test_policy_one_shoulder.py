"""One shoulder: whose grids have one leader with the community, what villages spare, and the leaders' load."""

import numpy as np
import pytest
from one_need import open_day, put, run, spent, under
from policy_city import ALL, PLACES, levers, make, pushed, setting

from cogov.model import state as S
from cogov.model.reporting import PATROL
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


@pytest.mark.parametrize(("level", "left"), [(2, 1 / 2), (3, 2 / 3)])
def test_direct_effect_decisions_of_the_grids_wait_less_by_one_step(level, left):
    """One hand-up of a grid's net; nothing is by chance: of two steps to the street, of three to the district."""
    waits = []
    for policies in ((), (make(OneShoulder, share=1.0),)):
        sim = under(*policies, handling__decide_median=300, handling__decide_sigma=0)
        put(sim, "sanitation", 0, 510, channel=PATROL, level=level)
        run(sim, 0, 1440)
        open_day(sim, 1)
        run(sim, 1440, 2880)
        waits.append(spent(sim, S.DECISION))
    assert waits == [301, 1 + 300 * left]
