"""Owners' committees: chances of forming and lapsing, what a committee then does, and what vetting costs."""

import numpy as np
import pytest
from one_need import quiet
from policy_city import ALL, CITY, levers, make, pushed, setting

from cogov.model import months
from cogov.model.draws import OFFICE, uniform
from cogov.model.occasions import COMMITTEE
from cogov.scenarios.policies.owners_committees import OwnersCommittees

COMPOUNDS = CITY.compounds
HAVING = COMPOUNDS["committee"] == 1
_COMPOUND = 1 << 41


def ask(communities=None, at=None, **parameters):
    """Return what the policy asks for."""
    return make(OwnersCommittees, communities=communities, **parameters).act(at or setting(), 0)


def after(months_passed=1, **pushes):
    """Return which compounds have a committee after some months under pushed levers, from none or from all.

    With them comes the run that began with none.
    """
    result, runs = {}, []
    for start in (0, 1):
        sim = quiet(committee__forms=0.1, committee__lapses=0.1)
        compounds, n = sim.tables["compounds"], len(sim.plan.city.grids)
        compounds["committee"] = start
        for lever, factor in pushes.items():
            sim.tables["compound_levers"][lever] *= factor
        for month in range(months_passed):
            months.committees_month(sim.w, month, np.full(n, 0.35))
        result[start] = compounds["committee"].copy()
        runs.append(sim)
    return result, runs[0]


def chosen(sim, month, chance):
    """Return which compounds' keyed lot of a month lies under a chance."""
    keys = sim.tables["compounds"]["key"]
    return np.array([uniform(sim.keys[OFFICE], int(k), COMMITTEE + month) < chance for k in keys])


@pytest.mark.parametrize("factor", [0.5, 1.0, 4.0, 9.9])
def test_direct_effect_committees_form_and_lapse_at_the_chance_of_the_lever(factor):
    """Under the very draws of the baseline: a greater chance adds committees and removes none."""
    by, sim = after(forming=factor)
    assert np.array_equal(by[0] == 1, chosen(sim, 0, 0.1 * factor))
    assert np.array_equal(by[1] == 0, chosen(sim, 0, 0.1))
    by, sim = after(lapsing=factor)
    assert np.array_equal(by[1] == 0, chosen(sim, 0, 0.1 * factor))
    assert np.array_equal(by[0] == 1, chosen(sim, 0, 0.1))


def test_direct_effect_more_committees_function_after_two_months_and_firms_are_watched():
    (few, sim), (many, busy) = after(2), after(2, forming=8.0, lapsing=0.01)
    assert (many[0] >= few[0]).all()
    assert many[0].sum() > few[0].sum()
    assert busy.tables["firms"]["monitoring"].sum() > sim.tables["firms"]["monitoring"].sum()


def test_the_levers_are_pushed_in_the_compounds_reached_only():
    where = np.zeros(len(ALL), dtype=bool)
    where[COMPOUNDS["community"][0]] = True
    inside = np.flatnonzero(where[COMPOUNDS["community"]])
    assert 0 < len(inside) < len(COMPOUNDS)
    actions = ask(where, forming=3, lapsing=0.25)
    assert pushed(actions, "compound.forming") == dict.fromkeys(inside.tolist(), 3.0)
    assert pushed(actions, "compound.lapsing") == dict.fromkeys(inside.tolist(), 0.25)
    assert levers(actions) == set(OwnersCommittees.card.levers)
    nowhere = np.bincount(COMPOUNDS["community"], minlength=len(ALL)) == 0
    assert nowhere.any()
    assert list(ask(nowhere).contributions) == []


def test_vetting_costs_by_the_compounds_without_a_committee_and_guidance_by_those_with_one():
    assert 0 < HAVING.sum() < len(HAVING)
    asked = pushed(ask(vetting_hours=6, guidance_hours=2), "pool.overhead_minutes")
    without, having = (np.bincount(COMPOUNDS["community"][at], minlength=len(ALL)) for at in (~HAVING, HAVING))
    due = (6 * without + 2 * having) * 60 / 30
    assert asked == {int(setting().community_pool[c]): pytest.approx(due[c]) for c in np.flatnonzero(without + having)}
    owners = pushed(ask(owner_hours=15), "community.residents_hours")
    assert {c: h for c, h in owners.items() if h} == {int(c): without[c] / 2 for c in np.flatnonzero(without)}
