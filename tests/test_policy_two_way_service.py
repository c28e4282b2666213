"""Two-way service: the ledger moves with visits and with what is lent; hours of visits are the community's."""

import dataclasses

import numpy as np
import pytest
from one_need import quiet
from policy_city import ALL, CITY, by_place, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.agents.units import CONFORMITY, RECIPROCITY, SETTLING, moved_willingness
from cogov.model import months
from cogov.model.postings import FROM_UNIT
from cogov.scenarios.policies.two_way_service import TwoWayService

WEIGHTS = (RECIPROCITY, CONFORMITY, SETTLING)
UNITS = CITY.units
NUMBER = np.bincount(UNITS["community"], minlength=len(ALL))
EAGER = dataclasses.replace(setting(), units=UNITS.copy())
EAGER.units["willing"], EAGER.units["joined"], EAGER.units["idle_hours"] = 1.0, 1, 60.0


def serve(day=0, at=None, communities=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(TwoWayService, communities=communities, **parameters).act(at or setting(), day)


@pytest.mark.parametrize("hours", [6.0, 300.0])
def test_direct_effect_a_month_of_visits_and_lending_stands_in_the_ledger_and_moves_willingness(hours):
    """A month without chance but who is willing: each community visits two units, those willing lend daily; exact."""
    policy = make(TwoWayService, visits=2, visit_hours=hours, take_up=1, most_helpers=100)
    for policies in ((), (policy,)):
        sim = quiet(days=32, policies=policies, roster__leave=0)
        units = sim.tables["units"]
        units["willing"], units["bent"], units["joined"], units["idle_hours"] = 0.7, 0.8, 1, 1000.0
        for _ in range(30):
            sim.step()
        before, lent = units.copy(), sim.tables["unit_minutes"] / 60.0
        sim.step()
        served = np.bincount(units["community"], units["received"] > 0).tolist()
        assert served == ([2, 2] if policies else [0, 0])
        assert set(units["received"].tolist()) == ({0.0, hours} if policies else {0.0})
        assert np.array_equal(before["given"], lent)
        workdays = 21  # of 30, less four weekends and the Dragon Boat Festival
        assert set(lent.tolist()) == ({0.0, 7.5 * workdays} if policies else {0.0})
        balance = units["received"] - lent
        assert units["balance"] - before["balance"] == pytest.approx(balance)
        due = [moved_willingness(0.7, 0.8, b / 1000.0, 0.7, *(sim.par[p] for p in WEIGHTS)) for b in balance.tolist()]
        assert units["willing"] == pytest.approx(due, rel=1e-12)
    lends, served = lent > 0, units["received"] > 0
    (mutual,), (one_way,) = (set(units["willing"][lends & at].tolist()) for at in (served, ~served))
    idle = moved_willingness(0.7, 0.8, 0.0, 0.7, *(sim.par[p] for p in WEIGHTS))
    assert one_way < idle
    assert (mutual > idle) == (hours > 7.5 * workdays)


@pytest.mark.parametrize(("threshold", "joined"), [(0.0, [0, 0, 0, 1]), (-0.15, [0, 0, 1, 1]), (-0.3, [1, 1, 1, 1])])
def test_a_lower_threshold_lets_less_willing_units_join(threshold, joined):
    """Units that have left join at a willingness of 0.25 and more, less what the threshold is lowered by."""
    sim = quiet(unit__reciprocity=0, unit__conformity=0, unit__settling=0)
    units = sim.tables["units"]
    sim.tables["unit_levers"]["threshold"] = threshold
    units["joined"][:4], units["willing"][:4] = 0, (0.0, 0.05, 0.15, 0.3)
    months.units_month(sim.w)
    assert units["joined"][:4].tolist() == joined


# Visits ---------------------------------------------------------------------------------------------------------------


def test_each_community_visits_the_declared_number_of_units_and_spends_the_hours():
    actions = serve(visits=5, visit_hours=3)
    visited = pushed(actions, "unit.service")
    assert set(visited.values()) == {3.0}
    number = np.bincount(UNITS["community"][list(visited)], minlength=len(ALL))
    assert number.tolist() == np.minimum(5, NUMBER).tolist()
    asked = pushed(actions, "pool.overhead_minutes")
    assert asked == {int(setting().community_pool[c]): pytest.approx(number[c] * 6.0) for c in np.flatnonzero(number)}
    assert sum(asked.values()) * 30 / 60 == pytest.approx(sum(visited.values()))  # hour for hour
    assert levers(actions) == set(TwoWayService.card.levers)


def test_units_are_visited_in_turn_and_none_twice_before_all_have_been():
    place = int(np.argmax(NUMBER))
    where = place == ALL
    months_needed = -(-int(NUMBER[place]) // 5)
    policy = make(TwoWayService, communities=where, visits=5)
    rounds = [set(pushed(policy.act(setting(), 30 * m), "unit.service")) for m in range(months_needed)]
    assert months_needed > 3
    assert all(not (a & b) for k, a in enumerate(rounds[:-1]) for b in rounds[k + 1 : -1])
    assert set.union(*rounds) == set(np.flatnonzero(UNITS["community"] == place).tolist())
    assert set(pushed(policy.act(setting(), 29), "unit.service")) == rounds[0]


def test_a_unit_served_every_month_where_there_are_few():
    assert set(pushed(serve(visits=200), "unit.service")) == set(range(len(UNITS)))


# Lending --------------------------------------------------------------------------------------------------------------


def test_lending_follows_willingness():
    counts = []
    for willing in (0.0, 0.4, 1.0):
        at = dataclasses.replace(EAGER, units=EAGER.units.copy())
        at.units["willing"] = willing
        rows = serve(at=at, take_up=1, most_helpers=100).postings
        counts.append(len(rows))
        assert set(rows["source"].tolist()) <= {FROM_UNIT}
        assert set(rows["kind"].tolist()) <= {R.UNIT_HELPER}
    assert counts[0] == 0 < counts[1] < counts[2]
    at.units["joined"] = 0
    assert len(serve(at=at, take_up=1).postings) == 0


def test_only_units_of_the_communities_reached_are_served_and_lend():
    where = ALL % 2 == 0
    actions = serve(at=EAGER, communities=where, take_up=1)
    assert where[UNITS["community"][list(pushed(actions, "unit.service"))]].all()
    posted = by_place(actions.postings)
    assert posted[where].sum() > 0
    assert posted[~where].sum() == 0
    assert posted.max() <= 4


def test_nobody_is_lent_on_a_day_off():
    assert setting().calendar.kind[5] != 0
    assert len(serve(5, EAGER, take_up=1).postings) == 0
