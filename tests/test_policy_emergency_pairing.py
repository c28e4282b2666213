"""Emergency pairing: which unit is paired with which community, how soon it comes, and what its drills cost."""

import dataclasses

import numpy as np
import pytest
from policy_city import ALL, CITY, LINES, MONDAY, PLACES, by_place, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.model.interventions import LENDABLE
from cogov.model.organisations import shares
from cogov.model.plan import RunPlan
from cogov.model.postings import FROM_LINE
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.emergency_pairing import EmergencyPairing
from cogov.scenarios.policies.people import WORKDAYS_A_MONTH

RULES = ("random", "nearest", "balanced", "need_weighted")
SPARE = np.floor(LINES["headcount"] * 0.25)
WEIGHT = np.array([0.1, 3.0, 1.0, 1.0, 0.5, 1.0, 0.2, 2.0, 0.2, 1.0, 1.0, 1.0])


def pair(rule="balanced", at=None, instance="p", **parameters):
    """Return what the policy asks for under a rule."""
    return make(EmergencyPairing, instance, rule=rule, **parameters).act(at or setting(), 0)


def by_line(actions):
    """Return how many people each line has paired."""
    return np.bincount(actions.postings["home"], minlength=len(LINES))


def kilometres():
    """Return taxicab kilometres from each community's office to each line's, place by place."""
    at, grids = setting(), CITY.grids
    office = {int(p["line_row"]): int(p["grid"]) for p in at.pools if p["line_row"] >= 0}
    km = np.empty((len(ALL), len(LINES)))
    for c in ALL:
        here = grids[int(at.pools["grid"][at.community_pool[c]])]
        side = CITY.districts["cell_km"][PLACES["district"][c]]
        for line, g in office.items():
            km[c, line] = (abs(here["x"] - grids["x"][g]) + abs(here["y"] - grids["y"][g])) * side
    return km


KM = kilometres()


@pytest.mark.parametrize("rule", RULES)
def test_the_declared_number_is_on_call_from_units_that_may_come(rule):
    rows = pair(rule, people_per_community=5).postings
    assert len(rows) == 5 * len(ALL)
    assert set(rows["kind"].tolist()) == {R.RESERVE}
    assert set(rows["source"].tolist()) == {FROM_LINE}
    home = LINES["district"][rows["home"]]
    assert ((home == PLACES["district"][rows["community"]]) | (home == -1)).all()
    assert len(pair(rule, people_per_community=0).postings) == 0


@pytest.mark.parametrize("rule", RULES)
def test_no_unit_is_asked_for_more_than_it_can_spare(rule):
    actions = pair(rule, people_per_community=150)
    assert by_line(actions).tolist() == SPARE.tolist()
    par = setting().par.copy()
    par[LENDABLE] = 0.1
    less = pair(rule, dataclasses.replace(setting(), par=par), people_per_community=150)
    assert by_line(less).tolist() == np.floor(LINES["headcount"] * 0.1).tolist()


def test_when_too_few_can_be_spared_every_community_goes_short_alike():
    people = by_place(pair("balanced", people_per_community=150).postings)
    assert people.sum() == SPARE.sum()
    assert np.ptp(people) <= 2


def test_people_of_the_city_go_where_a_district_lacks_its_own():
    lines = LINES.copy()
    lines["headcount"] = np.where(LINES["district"] == 0, 4.0, np.where(LINES["district"] == 1, 400.0, 80.0))
    at = dataclasses.replace(setting(), city=dataclasses.replace(CITY, lines=lines))
    rows = pair("balanced", at, people_per_community=20).postings
    assert by_place(rows).tolist() == [20] * len(ALL)
    helped = PLACES["district"][rows["community"][LINES["district"][rows["home"]] == -1]]
    assert set(helped.tolist()) == {0}


# Rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["random", "nearest", "balanced"])
def test_each_community_has_as_many_under_every_other_rule(rule):
    assert by_place(pair(rule).postings).tolist() == [8] * len(ALL)


def test_need_weighted_sends_more_where_more_are_vulnerable():
    at = dataclasses.replace(setting(), shock_weight=WEIGHT)
    people = by_place(pair("need_weighted", at).postings)
    assert people.tolist() == shares(WEIGHT + 1e-3, 8 * len(ALL)).tolist()
    assert people[1] > 20 > 8 > people[0]
    assert by_place(pair("balanced", at).postings).tolist() == [8] * len(ALL)


def load(actions):
    """Return people paired by person that a unit can spare."""
    return by_line(actions) / SPARE


@pytest.mark.parametrize("rule", ["balanced", "need_weighted"])
def test_balanced_loads_units_in_proportion_to_their_heads(rule):
    for people in (8, 25):
        paired = by_line(pair(rule, people_per_community=people))
        assert (np.abs(paired - SPARE * people * len(ALL) / SPARE.sum()) < 2).all()


def test_random_loads_units_by_chance():
    even, chance = load(pair("balanced")), load(pair("random"))
    assert chance.std() > 2 * even.std()
    assert (by_line(pair("random")) == 0).any()
    assert (by_line(pair("balanced")) > 0).all()


def test_random_pairs_are_other_pairs_for_another_instance_and_the_same_for_the_same():
    def pairs(instance):
        rows = pair("random", instance=instance).postings
        return set(zip(rows["community"].tolist(), rows["home"].tolist(), strict=True))

    assert pairs("a") == pairs("a")
    assert len(pairs("a") & pairs("b")) < 0.5 * len(pairs("a"))


def test_every_unit_is_drawn_as_often_as_any_other():
    first = int(np.flatnonzero(PLACES["district"] == 0)[0])
    where = np.isin(ALL, first)
    drawn = np.zeros(len(LINES))
    tries = 600
    for k in range(tries):
        policy = make(EmergencyPairing, f"p{k}", communities=where, rule="random", people_per_community=1)
        drawn[policy.act(setting(), 0).postings["home"]] += 1
    may = (LINES["district"] == 0) | (LINES["district"] == -1)
    assert drawn[~may].sum() == 0
    assert (np.abs(drawn[may] - tries / may.sum()) <= 4 * (tries / may.sum()) ** 0.5).all()


def mean_km(actions):
    """Return kilometres from home to host, averaged over people."""
    rows = actions.postings
    return KM[rows["community"], rows["home"]].mean()


def test_nearest_pairs_are_nearer_than_random_and_balanced_ones():
    far = {rule: mean_km(pair(rule)) for rule in ("random", "nearest", "balanced")}
    assert far["nearest"] < 0.8 * min(far["random"], far["balanced"])


def test_nearest_takes_a_farther_unit_only_when_the_nearer_have_nobody_left():
    where = PLACES["district"] == 1
    city = LINES["district"] == -1
    seen = set()
    for people in (8, 30, 45):
        policy = make(EmergencyPairing, communities=where, rule="nearest", people_per_community=people)
        actions = policy.act(setting(), 0)
        left = SPARE - by_line(actions)
        for c in ALL[where]:
            used = np.unique(actions.postings["home"][actions.postings["community"] == c])
            nearer = (KM[c] < KM[c, used].max()) & (city | (LINES["district"] == 1))
            assert left[nearer].sum() == 0
            seen |= set(LINES["district"][used].tolist())
    assert seen == {-1, 1}


# Delay and cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("per_km", [2.0, 7.0])
def test_the_delay_is_the_declared_one_and_the_drive_at_the_models_speed(rule, per_km):
    par = setting().par.copy()
    par[R.MINUTES_PER_KM_CAR] = per_km
    rows = pair(rule, dataclasses.replace(setting(), par=par), delay_minutes=45).postings
    drive = KM[rows["community"], rows["home"]] * per_km
    assert rows["delay"].tolist() == np.rint(45 + drive).tolist()
    assert np.ptp(drive) > 1


@pytest.mark.parametrize("rule", RULES)
def test_drills_cost_each_unit_the_hours_of_its_own_people(rule):
    actions = pair(rule, drill_hours=3)
    assert levers(actions) == {"line.lent_hours"}
    asked = pushed(actions, "line.lent_hours")
    paired = by_line(actions)
    assert asked.keys() == set(np.flatnonzero(paired).tolist())
    assert all(hours == pytest.approx(paired[line] * 3 * 12 / 250) for line, hours in asked.items())
    assert sum(asked.values()) * WORKDAYS_A_MONTH == pytest.approx(8 * len(ALL) * 3)


def test_without_drills_nothing_is_taken():
    assert pushed(pair(drill_hours=0), "line.lent_hours") == {}


def test_productivity_is_the_declared_one():
    assert set(pair(productivity=0.35).postings["productivity"].tolist()) == {0.35}


def test_pairs_hold_from_day_to_day_and_change_with_the_places_reached():
    policy = make(EmergencyPairing)
    assert policy.act(setting(), 0) is policy.act(setting(), 5)
    ramped = EmergencyPairing(dataclasses.replace(policy.settings, ramp_days=10))
    few, many = (len(set(ramped.act(setting(), day).postings["community"].tolist())) for day in (4, 9))
    assert 0 < few < many == len(ALL)


def test_direct_effect_without_a_shock_home_lines_lose_their_drills_and_nothing_else():
    def lines(*policies):
        sim = Simulation(RunPlan(CITY, MONDAY, 14, 0, 1, policies=policies))
        sim.run_to_end()
        return sim

    base, paired = lines(), lines(make(EmergencyPairing, rule="nearest"))
    days = 9  # of 14, less two weekends and the Dragon Boat Festival
    taken = paired.tables["line_work"]["taken_hours"]
    assert taken.sum() == pytest.approx(8 * len(ALL) * 2 / WORKDAYS_A_MONTH * days)
    assert not base.tables["line_work"]["taken_hours"].any()
    assert not paired.tables["line_work"]["lent_minutes"].any()
    assert np.array_equal(base.tables["counts"], paired.tables["counts"])
    assert (paired.tables["line_work"]["backlog"] >= base.tables["line_work"]["backlog"]).all()
