"""Street powers: which needs the street may finish, and what taking powers over costs streets and departments."""

import numpy as np
import pytest
from policy_city import ALL, CITY, LINES, MONDAY, PLACES, levers, make, pushed, setting

from cogov.agents.places import LINES as KINDS
from cogov.model import state as S
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.people import WORKDAYS_A_MONTH
from cogov.scenarios.policies.street_powers import StreetPowers
from cogov.scenarios.policies.topics import GROUPS

STREETS = CITY.streets


def hand_down(day=0, communities=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(StreetPowers, communities=communities, **parameters).act(setting(), day)


def named(rows):
    """Return the categories and the communities of rows of topics."""
    ids, n = setting().catalogue.ids, len(setting().catalogue.ids)
    return {ids[row % n] for row in rows}, {row // n for row in rows}


@pytest.mark.parametrize(("group", "some", "none"), [
    ("order", {"sanitation", "parking", "noise", "illegal_building", "market"}, {"repair", "care", "hazard"}),
    ("works", {"property", "repair", "utilities"}, {"sanitation", "dispute"}),
    ("livelihood", {"care", "petition", "dispute"}, {"parking", "utilities"}),
    ("safety", {"hazard", "emergency"}, {"care", "market"}),
])  # fmt: skip
def test_powers_are_those_of_the_named_categories_everywhere_reached(group, some, none):
    asked = pushed(hand_down(group=group, share=0.3), "topic.powers")
    categories, places = named(asked)
    assert some <= categories
    assert not none & categories
    assert places == set(ALL.tolist())
    assert set(asked.values()) == {0.3}


def test_groups_share_out_the_lines_and_all_is_their_sum():
    parts = [line for name, lines in GROUPS.items() if name != "all" for line in lines]
    assert sorted(parts) == list(GROUPS["all"]) == list(range(len(KINDS)))
    assert named(pushed(hand_down(group="all"), "topic.powers"))[0] == set(setting().catalogue.ids)


def test_a_street_pays_for_taking_over_and_then_for_review():
    asked = {"setup_hours": 700, "setup_days": 50, "review_hours": 14}
    for day, hours in ((0, 16.0), (49, 16.0), (50, 2.0)):
        minutes = pushed(hand_down(day, **asked), "pool.overhead_minutes")
        assert minutes == pytest.approx({int(p): 60.0 * hours for p in setting().street_pool})


def test_a_street_reached_in_part_pays_its_part():
    first = PLACES["street"] == 0
    where = first & (np.cumsum(first) == 1)
    minutes = pushed(hand_down(communities=where, setup_hours=0, review_hours=7), "pool.overhead_minutes")
    assert minutes == pytest.approx({int(setting().street_pool[0]): 60.0 / first.sum()})


def test_departments_that_hand_powers_down_guide_every_street_of_their_district():
    asked = pushed(hand_down(group="livelihood", guidance_hours=5), "line.lent_hours")
    streets = np.bincount(STREETS["district"])
    due = {k: 5 / WORKDAYS_A_MONTH * streets[LINES["district"][k]] for k in range(len(LINES))
           if LINES["district"][k] >= 0 and LINES["line"][k] in GROUPS["livelihood"]}  # fmt: skip
    assert asked == pytest.approx(due)


def test_powers_over_nothing_cost_nothing():
    assert levers(hand_down(share=0.0)) == set()


def test_direct_effect_the_street_finishes_what_districts_did_and_nobody_else_more_or_less():
    quiet = {
        "handling.convener": 1.0,
        "handling.fix": 1.0,
        "handling.overflow": 0.0,
        "handling.force": 0.0,
        "staff.quit": 0.0,
    }

    def closed(*policies):
        sim = Simulation(RunPlan(CITY, MONDAY, 80, 0, 20, parameters=quiet, policies=policies))
        sim.run_to_end()
        return sim.tables["by_level"][:, S.L_CLOSED].astype(float)

    base, powers = closed(), closed(make(StreetPowers, group="all", share=1.0))
    assert base[3] > 20
    assert powers[3] == 0
    assert powers[2] - base[2] == pytest.approx(base[3], rel=0.2)
    assert powers[[0, 1, 4]] == pytest.approx(base[[0, 1, 4]], rel=0.03)
