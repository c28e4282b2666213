"""Action branches: whose joint cases are set up sooner, from when on, and who meets for it."""

import numpy as np
import pytest
from one_need import flow, put, run, spent, under
from policy_city import ALL, LINES, PLACES, levers, make, pushed, setting

from cogov.model import state as S
from cogov.model.reporting import PATROL
from cogov.scenarios.policies.action_branches import ActionBranches

SATURDAY = 5
"""Day of a run that begins on Monday, 3 June 2024."""


def team(day=0, start=0, communities=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(ActionBranches, start=start, communities=communities, **parameters).act(setting(), day)


def test_set_ups_of_the_chosen_categories_take_the_declared_part_of_their_time():
    ids = setting().catalogue.ids
    asked = pushed(team(group="order", setup_cut=0.7), "topic.setup")
    assert {row // len(ids) for row in asked} == set(ALL.tolist())
    assert {"sanitation", "parking"} <= {ids[row % len(ids)] for row in asked}
    assert not {"repair", "care"} & {ids[row % len(ids)] for row in asked}
    assert list(asked.values()) == pytest.approx([0.3] * len(asked))
    assert len(pushed(team(), "topic.setup")) == len(ALL) * len(ids)


def test_there_is_no_team_before_its_first_meeting():
    assert levers(team(SATURDAY, SATURDAY)) == set()
    assert "topic.setup" in levers(team(8, SATURDAY))  # Tuesday: Monday 10 June is a festival


def test_all_who_take_part_pay_on_the_day_of_a_meeting_only():
    asked = team(meeting_hours=3, members=5, group="works")
    at, streets = setting(), np.bincount(PLACES["street"])
    minutes = {int(p): 180.0 for p in at.community_pool}
    minutes |= {int(p): 180.0 * streets[s] for s, p in enumerate(at.street_pool)}
    assert pushed(asked, "pool.overhead_minutes") == minutes
    places = np.bincount(PLACES["district"])
    due = {k: 3.0 * places[LINES["district"][k]] for k in range(len(LINES))
           if LINES["district"][k] >= 0 and LINES["line"][k] in (1, 5, 11)}  # fmt: skip
    assert pushed(asked, "line.lent_hours") == due
    assert pushed(asked, "community.residents_hours") == dict.fromkeys(ALL.tolist(), 15.0)
    assert levers(team(1)) == {"topic.setup"}
    assert "community.residents_hours" in levers(team(30))
    assert "community.residents_hours" in levers(team(14, meeting_days=14))


@pytest.mark.parametrize("setup", [240.0, 400.0])
def test_direct_effect_a_joint_case_is_set_up_through_a_standing_team(setup):
    """One case whose parties come in turn; nothing is by chance: its coordination is its set-up, and one minute."""
    spent_on = []
    for policies in ((), (make(ActionBranches, setup_cut=0.75),)):
        sim = under(*policies, handling__setup_minutes=setup)
        put(sim, "sanitation", 0, 510, channel=PATROL, parties=2)
        run(sim, 0, 1440)
        assert flow(sim, S.C_SOLVED) == 1
        spent_on.append(spent(sim, S.COORDINATION))
    assert spent_on == [setup + 1, setup / 4 + 1]
