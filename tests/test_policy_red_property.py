"""Red property: monitoring and honour in the firms' pay-off, points and how they spread, first answer, costs."""

import dataclasses

import numpy as np
import pytest
from one_need import case_of, open_day, put, quiet, run, under
from policy_city import ALL, CITY, PLACES, levers, make, pushed, setting

from cogov.agents.offices import EFFORT_COST, EFFORT_SPEED, HONOUR_PULL, MONITOR_PULL
from cogov.model import routing
from cogov.model.draws import HANDLING, uniform
from cogov.model.occasions import PROPERTY_TAKES
from cogov.model.reporting import PATROL
from cogov.scenarios.policies.meetings import mean_freshness
from cogov.scenarios.policies.red_property import RedProperty

COMPOUNDS, FIRMS = CITY.compounds, CITY.firms
MANAGED = np.flatnonzero(COMPOUNDS["firm"] >= 0)
WITH_STAFF = np.unique(COMPOUNDS["community"][MANAGED])


def ask(day=0, at=None, communities=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(RedProperty, communities=communities, **parameters).act(at or setting(), day)


def many_firms(n=60, **columns):
    """Return a setting in which ``n`` firms of one district manage one compound each, all in a community with staff."""
    compounds, firms = np.repeat(COMPOUNDS[MANAGED[:1]], n), np.repeat(FIRMS[:1], n)
    compounds["key"] = firms["key"] = np.arange(n) + 1
    compounds["firm"], firms["compounds"], firms["effort"] = np.arange(n), 1, 0.5
    for name, column in columns.items():
        firms[name] = column
    return dataclasses.replace(setting(), compounds=compounds, firms=firms)


def test_monitoring_and_honour_enter_the_firms_pay_off():
    """Between two decisions on which all else is equal, effort moves by the declared pulls and nothing else."""

    def effort(monitoring, honour):
        sim = quiet(firm__effort_noise=0, firm__effort_speed=1)
        sim.tables["firms"]["monitoring"], sim.tables["firms"]["honour"] = 0.1, 0.1
        sim.tables["firm_levers"]["monitoring"], sim.tables["firm_levers"]["honour"] = monitoring, honour
        sim.firms[0].monthly(1)
        return float(sim.tables["firms"]["effort"][0])

    usual, par = effort(0.0, 0.0), quiet().par
    assert effort(0.2, 0.0) - usual == pytest.approx(par[MONITOR_PULL] * 0.2 / 2, rel=1e-9)
    assert effort(0.0, 0.2) - usual == pytest.approx(par[HONOUR_PULL] * 0.2 / 2, rel=1e-9)
    assert effort(1.0, 0.0) == effort(0.9, 0.0)  # nobody is watched more than wholly
    assert effort(0.0, 1.0) == effort(0.0, 0.9)


def test_firms_are_watched_and_the_points_named_are_the_only_ones():
    actions = ask(monitoring_gain=0.3, meeting_days=30, fade_days=30, honour_gain=0.4, points=200)
    assert levers(actions) == set(RedProperty.card.levers)
    watched = pushed(actions, "firm.monitoring")
    assert watched == dict.fromkeys(range(len(FIRMS)), pytest.approx(0.3 * mean_freshness(30, 30)))
    honoured = pushed(actions, "firm.honour")
    assert set(honoured.values()) == {0.4}
    n = int(np.ceil(0.2 * len(MANAGED)))
    assert 0 < n < len(FIRMS)
    assert set(honoured) == set(np.argsort(-FIRMS["effort"], kind="stable")[:n].tolist())


def test_a_firm_is_watched_for_the_share_of_its_compounds_that_meet():
    where = np.zeros(len(ALL), dtype=bool)
    where[COMPOUNDS["community"][MANAGED[0]]] = True
    here = np.bincount(COMPOUNDS["firm"][MANAGED[where[COMPOUNDS["community"][MANAGED]]]], minlength=len(FIRMS))
    assert 0 < here.sum() < len(MANAGED)
    watched = pushed(ask(communities=where, monitoring_gain=1.0), "firm.monitoring")
    due = here / FIRMS["compounds"] * mean_freshness(30, 30)
    assert watched == {f: pytest.approx(due[f]) for f in np.flatnonzero(here)}


def test_where_nobody_manages_a_compound_nothing_is_asked():
    where = ~np.isin(ALL, WITH_STAFF)
    assert where.any()
    actions = ask(communities=where)
    assert (list(actions.contributions), len(actions.postings)) == ([], 0)


# Demonstration points -----------------------------------------------------------------------------------------------


def honoured(policy, at, day):
    return set(pushed(policy.act(at, day), "firm.honour"))


def test_points_spread_only_from_those_that_firms_see():
    """With points at half of sixty firms of half effort, each other firm is named at a hazard of spread times 1/4."""
    at = many_firms()
    alone = make(RedProperty, spread=1.0, points=0, naming_days=7)
    assert [honoured(alone, at, day) for day in (0, 7, 14)] == [set()] * 3
    few, most = (make(RedProperty, spread=1.0, points=points, naming_days=7) for points in (1, 500))
    start = honoured(few, at, 0)
    assert len(start) == 1
    assert len(honoured(most, at, 0)) == 30
    named = len(honoured(most, at, 8)) - 30
    chance = 1 - np.exp(-0.25)
    assert named == pytest.approx(30 * chance, abs=3.9 * (30 * chance * (1 - chance)) ** 0.5)  # beyond: 1 in 10,000
    assert 0 < named < 30
    assert start <= honoured(few, at, 8)


def test_without_spread_the_first_points_stay_the_only_ones():
    at = many_firms()
    policy = make(RedProperty, spread=0.0, points=500, naming_days=7)
    first = honoured(policy, at, 0)
    assert all(honoured(policy, at, day) == first for day in (8, 15, 22, 29))


def test_a_firm_of_greater_effort_is_named_sooner():
    at = many_firms(effort=np.where(np.arange(60) < 30, 0.9, np.where(np.arange(60) < 45, 0.8, 0.1)))
    policy = make(RedProperty, spread=1.0, points=500, naming_days=7)
    assert honoured(policy, at, 0) == set(range(30))
    later = honoured(policy, at, 8)
    assert len(later & set(range(30, 45))) > len(later & set(range(45, 60)))


def test_the_point_of_a_firm_is_its_best_kept_compound_and_its_street_pays_the_review():
    policy = make(RedProperty, review_hours=10, meeting_hours=0, points=0.001)
    actions = policy.act(setting(), 0)
    (firm,) = pushed(actions, "firm.honour")
    theirs = MANAGED[COMPOUNDS["firm"][MANAGED] == firm]
    best = theirs[np.argmax(COMPOUNDS["facility"][theirs])]
    street = int(setting().street_pool[COMPOUNDS["street"][best]])
    asked = pushed(actions, "pool.overhead_minutes")
    assert {pool: minutes for pool, minutes in asked.items() if minutes} == {street: 600.0}
    assert not any(pushed(policy.act(setting(), 1), "pool.overhead_minutes").values())  # reviewed once


def test_another_run_begins_without_points():
    policy = make(RedProperty, spread=1.0, points=500, naming_days=7)
    first = honoured(policy, many_firms(), 0)
    honoured(policy, many_firms(), 8)
    assert honoured(policy, many_firms(), 0) == first


# Who answers first --------------------------------------------------------------------------------------------------


def test_the_share_is_pushed_for_urban_management_where_there_is_staff():
    cats = setting().catalogue
    asked = pushed(ask(property_first=0.25), "topic.property_first")
    own = [k for k, row in enumerate(cats.rows) if row["net"] == 3 and row["shock"] < 0]
    assert {"sanitation", "parking"} <= {cats.ids[k] for k in own}
    assert asked == {int(c) * len(cats.rows) + k: 0.25 for c in WITH_STAFF for k in own}


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_property_staff_take_the_declared_share_of_a_topic_in_managed_compounds(share):
    sim = quiet()
    open_day(sim)
    t = sim.tables
    cats = len(sim.catalogue.rows)
    t["topic_levers"]["property_first"][:cats] = share
    managed, other = 1, 0
    taken = 0
    for key in range(1, 121):
        n = put(sim, "sanitation", managed, 600, number=key)
        first = int(routing.local_pool(sim.w, n)) == int(t["property_pool"][0])
        assert first == (share > 0 and uniform(sim.keys[HANDLING], key, PROPERTY_TAKES) < share)
        taken += first
        assert int(routing.local_pool(sim.w, put(sim, "sanitation", other, 600, number=key))) == t["nets"][0, 3]
        above = put(sim, "sanitation", managed, 600, number=key, level=1)
        assert int(routing.local_pool(sim.w, above)) == t["nets"][0, 5]
    assert taken / 120 == pytest.approx(share, abs=4 * (share * (1 - share) / 120) ** 0.5)
    village = put(sim, "sanitation", 3, 600)
    assert int(routing.local_pool(sim.w, village)) == t["nets"][1, 3]


# In a run -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("watch", "honour"), [(0.4, 0.0), (0.0, 0.3), (0.4, 0.3)])
def test_direct_effect_firms_that_are_watched_and_honoured_move_their_effort_by_the_declared_pulls(watch, honour):
    """A month without noise, and the month without the policy: the effort of every firm, exact."""
    policy = make(
        RedProperty, monitoring_gain=watch, honour_gain=honour, meeting_days=30, fade_days=30, points=200,
    )  # fmt: skip
    efforts = []
    for policies in ((), (policy,)):
        sim = quiet(days=31, city=CITY, policies=policies, firm__effort_noise=0)
        firms = sim.tables["firms"]
        watched, named = firms["monitoring"].copy(), np.argsort(-firms["effort"], kind="stable")
        standing = firms["honour"].copy()
        for _ in range(31):
            sim.step()
        efforts.append(firms["effort"].copy())
    points = int(np.ceil(0.2 * len(MANAGED)))
    more = np.minimum(1, watched + watch * mean_freshness(30, 30)) - watched
    honoured = np.zeros(len(firms))
    honoured[named[:points]] = np.minimum(1, standing[named[:points]] + honour) - standing[named[:points]]
    par = sim.par
    due = par[EFFORT_SPEED] * (par[MONITOR_PULL] * more + par[HONOUR_PULL] * honoured) / (2 * par[EFFORT_COST])
    assert efforts[1] - efforts[0] == pytest.approx(due)
    assert 0 < points < len(firms)
    assert due.max() > 0


def test_direct_effect_property_staff_of_managed_compounds_answer_first():
    """120 needs of two grids under the lots of the baseline: which go to property staff, and that they do, is exact."""
    for policies, share in (((), 0.0), ((make(RedProperty, property_first=0.4),), 0.4)):
        sim = under(*policies)
        pool = int(sim.tables["property_pool"][0])
        rows = {key: put(sim, "sanitation", key % 2, 600, number=key, channel=PATROL) for key in range(1, 121)}
        run(sim, 0, 603)
        taken = {key for key, n in rows.items() if case_of(sim, n)["pool"] == pool}
        lots = {key: uniform(sim.keys[HANDLING], key, PROPERTY_TAKES) for key in rows}
        assert taken == {key for key, lot in lots.items() if key % 2 == 1 and lot < share}
        at_work = [int(case_of(sim, rows[key])["responder"]) for key in taken]
        assert (max(at_work, default=-1) >= 0) == (share > 0)


# Costs --------------------------------------------------------------------------------------------------------------


def test_a_meeting_costs_community_property_and_owners_on_its_day():
    known = {"meeting_hours": 3, "attendants": 2, "owners": 4, "review_hours": 0}
    at = setting()
    pools = [*at.community_pool[WITH_STAFF].tolist(), *at.property_pool[WITH_STAFF].tolist()]
    asked = {k: v for k, v in pushed(ask(**known), "pool.overhead_minutes").items() if v}
    assert asked == dict.fromkeys(pools, 360.0)
    assert pushed(ask(**known), "community.residents_hours") == dict.fromkeys(WITH_STAFF.tolist(), 12.0)
    quiet_day = ask(1, **known)
    assert not any(pushed(quiet_day, "pool.overhead_minutes").values())
    assert "community.residents_hours" not in levers(quiet_day)
    assert (PLACES["rural"][WITH_STAFF] == 0).all()
