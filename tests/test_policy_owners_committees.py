"""Owners' committees: chances of forming and lapsing, what a committee then does, and what vetting costs."""

import numpy as np
import pytest
from one_need import open_day, put, quiet, run
from policy_city import ALL, CITY, levers, make, pushed, setting

from cogov.agents import committees as K
from cogov.agents import handling as H
from cogov.model import state as S
from cogov.model.draws import OFFICE, uniform
from cogov.model.occasions import COMMITTEE
from cogov.model.reporting import PATROL
from cogov.scenarios.policies.owners_committees import OwnersCommittees

COMPOUNDS = CITY.compounds
HAVING = COMPOUNDS["committee"] == 1
_COMPOUND = 1 << 41


def ask(communities=None, at=None, **parameters):
    """Return what the policy asks for."""
    return make(OwnersCommittees, communities=communities, **parameters).act(at or setting(), 0)


@pytest.mark.parametrize(("forming", "lapsing"), [(1.0, 0.25), (8.0, 1.0), (8.0, 0.25)])
def test_direct_effect_more_committees_form_and_fewer_lapse_in_a_month_and_they_watch_their_firms(forming, lapsing):
    """A month under the lots of the baseline: which compounds have a committee, and how firms are watched, exact."""
    policy = make(OwnersCommittees, forming=forming, lapsing=lapsing)
    seen = []
    for policies, forms, lapses in (((), 0.06, 0.6), ((policy,), 0.06 * forming, 0.6 * lapsing)):
        sim = quiet(days=31, city=CITY, policies=policies, committee__forms=0.06, committee__lapses=0.6)
        compounds, firms = sim.tables["compounds"], sim.tables["firms"]
        before = compounds["committee"].copy()
        for _ in range(31):
            sim.step()
        lot = np.array([uniform(sim.keys[OFFICE], int(k), COMMITTEE + 1) for k in compounds["key"]])
        takes_part = sim._mean_of_grids("participation")[compounds["grid"]] / K.USUAL_PARTICIPATION
        assert np.array_equal(
            compounds["committee"] == 1, np.where(before == 1, lot >= lapses, lot < forms * takes_part)
        )
        watched = np.flatnonzero((compounds["firm"] >= 0) & (compounds["committee"] == 1))
        share = np.bincount(compounds["firm"][watched], minlength=len(firms)) / firms["compounds"]
        assert firms["monitoring"] == pytest.approx(sim.par[K.WATCH_ALONE] + sim.par[K.WATCH_GAIN] * share)
        seen.append(compounds["committee"].copy())
    assert (seen[1] >= seen[0]).all()
    assert seen[1].sum() > seen[0].sum()


def test_direct_effect_a_decision_on_common_parts_waits_less_once_there_is_a_body_to_take_it():
    """A compound that the policy gives its committee at the turn of the month for sure: one hand-up, exact."""
    waits = []
    for policies in ((), (make(OwnersCommittees, forming=50),)):
        sim = quiet(
            days=33, policies=policies, committee__forms=0.02, handling__decide_sigma=0, handling__decide_median=100,
        )  # fmt: skip
        sim.tables["participation"][:] = 0.35
        for _ in range(31):
            sim.step()
        open_day(sim, 31)
        n = put(sim, "property", 1, 31 * 1440 + 510, channel=PATROL, level=3)
        minute = 31 * 1440
        while sim.tables["needs"]["minutes"][n, S.DECISION] == 0 or sim.tables["needs"]["phase"][n] == S.DECISION:
            run(sim, minute, minute + 1)
            minute += 1
        waits.append(int(sim.tables["needs"]["minutes"][n, S.DECISION]))
    assert waits == [1 + 100 * sim.par[H.NO_COMMITTEE], 1 + 100]


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
