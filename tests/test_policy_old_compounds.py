"""Old compounds: who is posted where, what they see, keep up and answer, what happens when they go, and the costs."""

import dataclasses

import numpy as np
import pytest
from one_need import BY_PATROL, SILENT, looked, open_day, put, quiet, reported, under
from policy_city import ALL, CITY, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.model import engine, months, reporting, routing
from cogov.model.draws import HANDLING, uniform
from cogov.model.occasions import FIRMLESS_TAKES
from cogov.model.postings import HIRED
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.policies.old_compounds import OldCompounds

COMPOUNDS = CITY.compounds
BARE = np.flatnonzero((COMPOUNDS["old"] == 1) & (COMPOUNDS["firm"] < 0))
"""Old compounds without a firm."""
OF_GRIDS = np.intersect1d(BARE, CITY.grids["compound"])
AT, ELSEWHERE = int(OF_GRIDS[-1]), int(OF_GRIDS[0])
"""Two of them whose grids' needs are theirs: a grid belongs to its first compound."""
PLACE = int(COMPOUNDS["community"][AT])


def without_firms():
    """Return the city with no firm in the community of ``AT``: its property pool has nobody."""
    compounds = COMPOUNDS.copy()
    compounds["firm"][compounds["community"] == PLACE] = -1
    return dataclasses.replace(CITY, compounds=compounds)


def hire(communities=None, at=None, **parameters):
    """Return what the policy asks for."""
    return make(OldCompounds, communities=communities, **parameters).act(at or setting(), 0)


def grid_of(compound):
    """Return a grid whose compound this is."""
    return int(np.flatnonzero(CITY.grids["compound"] == compound)[0])


# The people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("staff", [0, 1, 2, 5])
def test_rosters_of_old_compounds_without_a_firm_are_to_go_from_nobody_to_the_declared_number(staff):
    rows = hire(staff=staff).postings
    grids = np.bincount(rows["grid"], minlength=len(CITY.grids))
    assert grids.sum() == staff * len(BARE)
    assert grids.tolist() == (staff * np.bincount(COMPOUNDS["grid"][BARE], minlength=len(CITY.grids))).tolist()
    assert set(rows["kind"].tolist()) <= {R.PROPERTY_STAFF}
    assert set(rows["source"].tolist()) <= {HIRED}
    assert np.array_equal(rows["pool"], setting().property_pool[rows["community"]])
    who = set(zip(rows["community"].tolist(), rows["person"].tolist(), strict=True))
    assert len(who) == len(rows)


def test_part_of_them_stand_guard():
    assert set(hire(staff=2, guards=0).postings["shift"].tolist()) == {R.PROPERTY_SHIFT}
    shifts = hire(staff=4, guards=0.25).postings["shift"].reshape(-1, 4)
    assert shifts.tolist() == [[R.GUARD, *[R.PROPERTY_SHIFT] * 3]] * len(BARE)


def test_nothing_is_asked_where_no_old_compound_is_bare():
    where = ~np.isin(ALL, COMPOUNDS["community"][BARE])
    assert where.any()
    actions = hire(where)
    assert (list(actions.contributions), len(actions.postings)) == ([], 0)


# What they do beside visits -------------------------------------------------------------------------------------------


def test_the_levers_follow_the_number_of_staff_and_reach_bare_old_compounds_only():
    actions = hire(staff=3, rounds=0.2, upkeep=0.004, first_answer=0.7)
    ours = BARE.tolist()
    assert pushed(actions, "compound.rounds") == dict.fromkeys(ours, pytest.approx(0.6))
    assert pushed(actions, "compound.upkeep") == dict.fromkeys(ours, pytest.approx(0.012))
    assert pushed(actions, "compound.answered") == dict.fromkeys(ours, 0.7)
    assert levers(actions) == set(OldCompounds.card.levers)


def test_the_condition_follows_its_equation():
    sim = quiet(city=CITY)
    compounds, before = sim.tables["compounds"], sim.tables["compounds"]["facility"].copy()
    sim.tables["compound_levers"]["upkeep"][AT] = 0.01
    months.facilities_month(sim.w, sim.start_facility)
    effort = np.where(compounds["firm"] >= 0, sim.tables["firms"]["effort"][compounds["firm"]], 0.2)
    due = before - 0.006 + 0.012 * effort
    due[AT] += 0.01
    assert compounds["facility"] == pytest.approx(np.clip(due, 0, 1), rel=1e-12)
    assert due[AT] > before[AT]
    grid = grid_of(AT)
    desk = np.flatnonzero(sim.catalogue.rows["net"] == 6)
    factor = 1 + 0.5 * (before[AT] - due[AT])
    assert sim.tables["hazard"][grid][desk] == pytest.approx(factor, rel=1e-12)
    assert factor < 1


def test_rounds_add_looks_at_the_compound_and_nowhere_else():
    sim = quiet(city=CITY, handling__patrol=0.5)
    other = grid_of(ELSEWHERE)
    looks = {g: reporting._patrol_rate(sim.w, put(sim, "sanitation", g, 600)) for g in (grid_of(AT), other)}
    assert looks[grid_of(AT)] == pytest.approx(0.5)
    sim.tables["compound_levers"]["rounds"][AT] = 0.3
    assert reporting._patrol_rate(sim.w, put(sim, "sanitation", grid_of(AT), 600)) == pytest.approx(0.8)
    assert reporting._patrol_rate(sim.w, put(sim, "sanitation", other, 600)) == pytest.approx(looks[other])


# In a run -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("staff", [0, 2])
def test_direct_effect_staff_are_on_duty_at_old_compounds_and_keep_them_up(staff):
    """A month in which nobody is on leave: hours of a week by compound, and the condition after the month, exact."""
    runs = []
    for policies in ((), (make(OldCompounds, staff=staff, guards=0, upkeep=0.004),)):
        sim = quiet(days=31, city=CITY, policies=policies, roster__leave=0)
        start = sim.tables["responders"].copy()
        for _ in range(7):
            sim.step()
        people = sim.tables["responders"]
        hours = np.bincount(people["grid"][len(start) :], people["on_minutes"][len(start) :], len(CITY.grids)) / 60
        for _ in range(24):
            sim.step()
        runs.append((hours, sim.tables["compounds"]["facility"].copy()))
    assert not runs[0][0].any()
    week = 5 * 8  # five days of seven, eight hours each
    assert (
        runs[1][0].tolist() == (staff * week * np.bincount(COMPOUNDS["grid"][BARE], minlength=len(CITY.grids))).tolist()
    )
    due = np.zeros(len(COMPOUNDS))
    due[BARE] = 0.004 * staff
    assert runs[1][1] - runs[0][1] == pytest.approx(due)
    assert runs[1][1].max() < 1


def test_direct_effect_staff_go_round_their_compound_and_report_what_they_see():
    """Where no resident reports and nobody else patrols: never without the policy, else at their keyed look, exact."""
    seen = []
    for policies in ((), (make(OldCompounds, staff=2, rounds=6),)):
        sim = under(*policies, city=CITY, hands=False, **SILENT)
        seen.append(reported(sim, grid_of(AT)))
    assert seen == [-1, looked(sim, BY_PATROL, 2 * 6)]
    assert seen[1] < 1440


# Who answers ----------------------------------------------------------------------------------------------------------


def test_a_pool_of_property_staff_stands_wherever_there_is_a_compound_and_may_have_nobody():
    city = without_firms()
    sim = quiet(city=city)
    pool = sim.tables["property_pool"]
    assert (pool >= 0).tolist() == np.isin(ALL, COMPOUNDS["community"]).tolist()
    row = sim.tables["pools"][pool[PLACE]]
    assert (row["first"], row["firm"], row["community"], row["level"]) == (-1, -1, PLACE, 0)
    assert len(set(sim.tables["pools"]["key"].tolist())) == len(sim.tables["pools"])


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_property_needs_go_to_staff_who_are_there_and_answer(share):
    policy = OldCompounds(Settings("p", parameters={"first_answer": share}))
    bare, staffed = (quiet(city=without_firms(), policies=acting) for acting in ((), (policy,)))
    for sim in (bare, staffed):
        sim._act()
        open_day(sim)
    desk = int(staffed.tables["property_pool"][PLACE])
    office = int(staffed.tables["nets"][PLACE, 5])
    for key in range(1, 41):
        went = [int(routing.local_pool(s.w, put(s, "property", grid_of(AT), 600, number=key))) for s in (bare, staffed)]
        due = desk if share and uniform(staffed.keys[HANDLING], key, FIRMLESS_TAKES) < share else office
        assert went == [office, due]


def test_staff_whom_no_firm_leads_work_with_the_declared_effort():
    def field(**parameters):
        policy = OldCompounds(Settings("p", parameters={"staff": 100, "guards": 0, **parameters}))
        sim = quiet(city=without_firms(), policies=(policy,), roster__leave=0)
        sim._act()
        engine.open_day(sim.w, 0)
        people = sim.tables["responders"]
        ours = people["pool"] == sim.tables["property_pool"][PLACE]
        on, busy = (np.bitwise_count(people[name][ours]).sum() for name in ("on", "field"))
        return busy / on

    # blocks of an hour: 100 people have some 500 of them, standard error 0.02
    assert field(effort=1.0) == pytest.approx(0.36, abs=0.08)
    assert field(effort=0.5) == pytest.approx(0.18, abs=0.08)


def test_when_they_are_dismissed_their_queue_goes_to_the_community_office():
    policy = OldCompounds(Settings("p", end_day=1, parameters={"first_answer": 1}))
    sim = quiet(city=without_firms(), policies=(policy,))
    sim._act()
    engine.open_day(sim.w, 0)
    people, pools = sim.tables["responders"], sim.tables["pools"]
    desk, office = int(sim.tables["property_pool"][PLACE]), int(sim.tables["nets"][PLACE, 5])
    people["on"] = people["field"] = 0  # nobody is on duty today, so that the case waits
    pools["fresh"] = pools["busy_until"] = 0
    n = put(sim, "property", grid_of(AT), 600)
    assert engine.run_minutes(sim.w, 0, 1440, 0) == 1440
    case = sim.tables["cases"][sim.tables["needs"]["case"][n]]
    assert (case["pool"], pools["length"][desk], pools["length"][office]) == (desk, 1, 0)
    sim.day = 1
    sim._act()
    engine.open_day(sim.w, 1)
    case = sim.tables["cases"][sim.tables["needs"]["case"][n]]
    assert (case["pool"], pools["length"][desk]) == (office, 0)
    assert int(routing.local_pool(sim.w, put(sim, "property", grid_of(AT), 2000, number=2))) == office


# Costs ----------------------------------------------------------------------------------------------------------------


def test_material_and_leading_are_charged_by_compound():
    actions = hire(material=40, leading_minutes=15)
    number = np.bincount(COMPOUNDS["community"][BARE], minlength=len(ALL))
    places = np.flatnonzero(number)
    assert pushed(actions, "community.spending") == {int(c): 40.0 * number[c] for c in places}
    asked = pushed(actions, "pool.overhead_minutes")
    assert asked == {int(setting().community_pool[c]): 15.0 * number[c] for c in places}
