"""New economy: which units' thresholds fall, who pulls them, who looks, who serves, and what reviews cost."""

import dataclasses

import numpy as np
import pytest
from one_need import BY_WATCH, SILENT, looked, quiet, reported, under
from one_need import CITY as TINY
from policy_city import ALL, CITY, LINES, PLACES, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.agents.places import EXCLUSIVE
from cogov.model.postings import FROM_UNIT, HIRED
from cogov.scenarios.policies.meetings import mean_freshness
from cogov.scenarios.policies.new_economy import NewEconomy

GRIDS, UNITS = CITY.grids, CITY.units
PARKS = np.unique(GRIDS["community"][GRIDS["kind"] == EXCLUSIVE])
INSIDE = GRIDS["kind"][UNITS["grid"]] == EXCLUSIVE


def ask(day=0, at=None, communities=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(NewEconomy, communities=communities, **parameters).act(at or setting(), day)


def units(**columns):
    """Return a setting whose units have these columns."""
    rows = UNITS.copy()
    for name, column in columns.items():
        rows[name] = column
    return dataclasses.replace(setting(), units=rows)


def test_thresholds_fall_for_units_of_exclusive_grids_and_riders_look_there():
    actions = ask(threshold_cut=0.2, lead_pull=0, review_days=60, fade_days=30, riders=4, rider_looks=3)
    assert 0 < INSIDE.sum() < len(UNITS)
    due = -0.2 * mean_freshness(60, 30)
    assert pushed(actions, "unit.threshold") == dict.fromkeys(np.flatnonzero(INSIDE).tolist(), pytest.approx(due))
    looks = pushed(actions, "community.watch")
    assert looks == {int(c): pytest.approx(12 / PLACES["n_grids"][c]) for c in PARKS}
    assert levers(actions) == set(NewEconomy.card.levers)


def test_a_lead_firm_that_takes_part_pulls_the_others_of_its_grid():
    lead = {}
    for k in np.flatnonzero(INSIDE):
        g = int(UNITS["grid"][k])
        if g not in lead or UNITS["staff"][k] > UNITS["staff"][lead[g]]:
            lead[g] = int(k)
    pulling = sorted(lead.values())[::2]
    joined = np.zeros(len(UNITS), dtype=np.int64)
    joined[pulling] = 1
    asked = pushed(ask(at=units(joined=joined), threshold_cut=0, lead_pull=0.3), "unit.threshold")
    pulled = {k for k in asked if asked[k] < 0}
    due = {int(k) for k in np.flatnonzero(INSIDE) if lead[int(UNITS["grid"][k])] in pulling} - set(pulling)
    assert pulled == due
    assert 0 < len(due) < INSIDE.sum()
    assert {asked[k] for k in due} == {-0.3}


def test_where_there_is_no_exclusive_grid_nothing_is_asked():
    where = ~np.isin(ALL, PARKS)
    assert where.any()
    actions = ask(communities=where)
    assert (list(actions.contributions), len(actions.postings)) == ([], 0)


def test_units_of_exclusive_grids_lend_if_they_take_part_and_are_willing():
    rows = ask(at=units(willing=1.0, joined=1, idle_hours=100.0), take_up=1, most_helpers=50, centre_staff=0).postings
    assert len(rows) > 5
    assert set(rows["source"].tolist()) == {FROM_UNIT}
    assert INSIDE[rows["home"]].all()
    for nobody in ({"joined": 0}, {"joined": 1, "willing": 0.0}):
        at = units(**{"willing": 1.0, "idle_hours": 100.0, **nobody})
        assert len(ask(at=at, take_up=1, centre_staff=0).postings) == 0


def test_centres_are_staffed_where_there_is_an_exclusive_grid():
    rows = ask(centre_staff=2, take_up=0).postings
    assert rows["community"].tolist() == np.repeat(PARKS, 2).tolist()
    assert set(rows["source"].tolist()) == {HIRED}
    assert set(rows["kind"].tolist()) == {R.SOCIAL_WORKER}
    assert len({(int(r["community"]), int(r["person"])) for r in rows}) == len(rows)


def test_reviews_take_hours_of_the_lines_of_the_districts_on_their_day_only():
    asked = pushed(ask(review_hours=6), "line.lent_hours")
    districts = np.unique(PLACES["district"][PARKS])
    assert asked == dict.fromkeys(np.flatnonzero(np.isin(LINES["district"], districts)).tolist(), 6.0)
    assert "line.lent_hours" not in levers(ask(1))
    assert pushed(ask(91, review_days=91, review_hours=6), "line.lent_hours") == asked


def test_riders_give_their_time():
    asked = pushed(ask(riders=6, rider_minutes=20), "community.residents_hours")
    assert asked == {int(c): pytest.approx(2.0) for c in PARKS}


# In a run ---------------------------------------------------------------------------------------------------------

EVEN = {"unit__reciprocity": 0, "unit__conformity": 0, "unit__settling": 0}
"""Parameters under which units stay as willing as they are; one that has left joins again at 0.25."""
NOBODY = {"centre_staff": 0, "take_up": 0}


@pytest.mark.parametrize(("cut", "pull", "joined"), [
    (0.0, 0.0, [0, 0, 1, 0, 0, 0]), (0.1, 0.0, [0, 1, 1, 0, 0, 1]), (0.0, 0.16, [1, 1, 1, 0, 0, 0]),
    (0.1, 0.1, [1, 1, 1, 0, 0, 1]),
])  # fmt: skip
def test_direct_effect_units_of_exclusive_grids_join_and_are_pulled_by_a_lead_firm_that_takes_part(cut, pull, joined):
    """A month in two parks and a unit outside; the largest of the first park takes part, that of the other not: exact.

    Right after a review the threshold of 0.25 falls by the cut, on average over ninety days by 0.72 of it.
    """
    policy = make(NewEconomy, threshold_cut=cut, lead_pull=pull, review_days=90, fade_days=90, **NOBODY)
    for policies, due in (((), [0, 0, 1, 0, 0, 0]), ((policy,), joined)):
        sim = quiet(days=31, policies=policies, **EVEN)
        units = sim.tables["units"]
        assert (TINY.grids["kind"][units["grid"]] == EXCLUSIVE).tolist() == [True, True, True, False, True, True]
        assert [int(np.argmax(units["staff"][:3])), int(np.argmax(units["staff"][4:]))] == [2, 1]
        units["joined"], units["willing"] = [0, 0, 1, 0, 0, 0], [0.12, 0.2, 0.3, 0.2, 0.1, 0.2]
        for _ in range(31):
            sim.step()
        assert units["joined"].tolist() == due


def test_direct_effect_riders_report_what_they_see():
    """Where no resident reports and nobody patrols: never without the policy, else at their keyed look, exact."""
    seen = []
    for policies in ((), (make(NewEconomy, riders=8, rider_looks=3, **NOBODY),)):
        sim = under(*policies, hands=False, **SILENT)
        seen.append(reported(sim, 1))
    assert seen == [-1, looked(sim, BY_WATCH, 8 * 3 / TINY.communities["n_grids"][0])]
    assert seen[1] < 1440


def test_direct_effect_centres_are_staffed_and_units_of_exclusive_grids_lend():
    """A week in which every unit is willing and nobody is on leave: hours of the centre and of units, exact."""
    hours = []
    policy = make(NewEconomy, centre_staff=2, take_up=1, most_helpers=50)
    for policies in ((), (policy,)):
        sim = quiet(policies=policies, roster__leave=0)
        units = sim.tables["units"]
        units["willing"], units["joined"], units["idle_hours"] = 1.0, 1, 1000.0
        for _ in range(7):
            sim.step()
        people = sim.tables["responders"]
        centre = (people["kind"] == R.SOCIAL_WORKER) & np.isin(people["pool"], sim.setting.community_pool)
        hours.append((people["on_minutes"][centre].sum() / 60, (sim.tables["unit_minutes"] / 60).tolist()))
    parks = len(np.unique(TINY.grids["community"][TINY.grids["kind"] == EXCLUSIVE]))
    assert hours == [(0, [0.0] * 6), (2 * parks * 5 * 7, [37.5, 37.5, 37.5, 0.0, 37.5, 37.5])]
