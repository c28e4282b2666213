"""Cadre sinking: who is posted where, from which home, how well they work, and what leading them costs."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from policy_city import ALL, CITY, LINES, MONDAY, PLACES, by_place, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.model.organisations import shares
from cogov.model.plan import RunPlan
from cogov.model.postings import FROM_LINE, FROM_RESIDENTS
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.cadre_sinking import CadreSinking
from cogov.scenarios.policies.people import home_lines

MANY = {"people_per_community": 100}
WORKDAY, SATURDAY, HOLIDAY = 0, 5, 7
"""Days of a run that begins on Monday, 3 June 2024."""


def sink(day=0, at=None, **parameters):
    """Return what the policy asks for on a day."""
    return make(CadreSinking, **parameters).act(at or setting(), day)


def test_as_many_are_posted_as_declared_when_all_turn_out():
    assert by_place(sink(turnout=1.0).postings).tolist() == [8] * len(ALL)
    assert by_place(sink(turnout=1.0, people_per_community=3).postings).tolist() == [3] * len(ALL)
    assert len(sink(people_per_community=0).postings) == 0


def test_cadres_come_from_lines_of_their_district_or_the_city_for_whole_days():
    rows = sink(full_time_share=1.0).postings
    assert len(rows) == 8 * len(ALL)
    assert set(rows["source"].tolist()) == {FROM_LINE}
    assert set(rows["shift"].tolist()) == {R.OFFICE}
    home = LINES["district"][rows["home"]]
    assert ((home == PLACES["district"][rows["community"]]) | (home == -1)).all()
    assert {-1, 0, 1} == set(home.tolist())


def test_members_serve_where_they_live_in_their_free_hours():
    rows = sink(full_time_share=0.0, turnout=1.0).postings
    assert len(rows) == 8 * len(ALL)
    assert set(rows["source"].tolist()) == {FROM_RESIDENTS}
    assert set(rows["shift"].tolist()) == {R.WEEKEND_EVENING}
    assert np.array_equal(rows["home"], rows["community"])


def test_the_declared_share_serves_full_time():
    rows = sink(full_time_share=0.25, turnout=1.0, **MANY).postings
    full = (rows["source"] == FROM_LINE).mean()
    assert full == pytest.approx(0.25, abs=4 * (0.25 * 0.75 / len(rows)) ** 0.5)


def test_a_person_keeps_his_home_and_his_kind_of_duty_from_day_to_day():
    def duty(day):
        rows = sink(day, turnout=1.0).postings
        return {tuple(int(r[k]) for k in ("community", "person", "home", "source", "shift")) for r in rows}

    assert duty(40) < duty(1) < duty(0)  # fewer turn out, nobody else


def test_lines_lend_in_proportion_to_their_heads():
    n = 4000
    host, person = np.zeros(n, dtype=np.int64), np.arange(n)
    drawn = np.bincount(home_lines(setting(), "p", host, person, 3), minlength=len(LINES)) / n
    district = int(PLACES["district"][0])
    part = np.where(LINES["district"] == district, 1.0, 0.0) + np.where(LINES["district"] == -1, 0.5, 0.0)
    due = LINES["headcount"] * part / (LINES["headcount"] * part).sum()
    assert (np.abs(drawn - due) <= 4 * np.sqrt(due * (1 - due) / n)).all()
    assert due.max() > 3 * due[due > 0].min()


def test_turnout_of_members_halves_in_its_half_life_and_full_time_cadres_stay():
    n = 100 * len(ALL)
    for day, due in ((0, 0.8), (10, 0.4), (20, 0.2)):
        came = len(sink(day, full_time_share=0.0, turnout=0.8, turnout_half_life=10, **MANY).postings) / n
        assert came == pytest.approx(due, abs=4 * (due * (1 - due) / n) ** 0.5)
    assert len(sink(20, full_time_share=1.0, turnout=0.8, turnout_half_life=1, **MANY).postings) == n


def test_turnout_decays_from_the_day_the_policy_starts():
    late = make(CadreSinking, start=30, full_time_share=0.0, turnout=1.0, turnout_half_life=1)
    assert len(late.act(setting(), 30).postings) == 8 * len(ALL)


def test_who_turned_out_with_a_lower_turnout_does_so_with_a_higher_one():
    def came(turnout):
        rows = sink(full_time_share=0.0, turnout=turnout, **MANY).postings
        return set(zip(rows["community"].tolist(), rows["person"].tolist(), strict=True))

    assert came(0.3) < came(0.6) < came(1.0)


def test_they_work_better_week_by_week():
    def productivity(day, **changes):
        (value,) = set(sink(day, **changes).postings["productivity"].tolist())
        return value

    assert [productivity(day) for day in (0, 7, 14, 28, 60)] == pytest.approx([0.4, 0.5, 0.6, 0.8, 0.8])
    assert productivity(0, learning_weeks=0) == 0.8
    assert productivity(14, productivity_start=0.2, productivity_later=1.0) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("day", "share", "led"),
    [(WORKDAY, 1.0, 8), (SATURDAY, 1.0, 0), (HOLIDAY, 1.0, 0), (WORKDAY, 0.0, 8), (SATURDAY, 0.0, 8)],
)
def test_leading_costs_the_declared_minutes_for_each_with_a_shift_that_day(day, share, led):
    actions = sink(day, full_time_share=share, turnout=1.0, turnout_half_life=3650, supervision_minutes=12)
    posted = by_place(actions.postings)
    asked = pushed(actions, "pool.overhead_minutes")
    assert levers(actions) == ({"pool.overhead_minutes"} if led else set())
    assert asked == ({int(setting().community_pool[c]): 12.0 * posted[c] for c in ALL} if led else {})
    assert posted.sum() <= 8 * len(ALL)


def test_leading_follows_those_who_turn_out():
    actions = sink(full_time_share=0.0, turnout=0.5)
    posted = by_place(actions.postings)
    assert 0 < posted.sum() < 8 * len(ALL)
    assert sum(pushed(actions, "pool.overhead_minutes").values()) == pytest.approx(10.0 * posted.sum())


# Placement --------------------------------------------------------------------------------------------------------

LOAD = np.array([40.0, 0, 3, 0, 9, 0, 1, 0, 0, 20, 0, 0])


def placed(rule, day=0, load=LOAD, policy=None):
    """Return people by community under a placement rule, with these open cases known."""
    at = dataclasses.replace(setting(), known_load=lambda: load)
    policy = policy or make(CadreSinking, placement=rule, full_time_share=1.0)
    return by_place(policy.act(at, day).postings)


def _members():
    return np.bincount(CITY.grids["community"], CITY.grids["members"], minlength=len(ALL))


@pytest.mark.parametrize(
    ("rule", "weight"), [("uniform", np.ones(len(ALL))), ("home_grid", _members() + 1.0), ("need_weighted", LOAD + 1.0)]
)
def test_people_are_spread_by_the_rules_weight(rule, weight):
    assert placed(rule).tolist() == shares(weight, 8 * len(ALL)).tolist()


def test_each_rule_leans_to_its_own_side():
    spread = {rule: placed(rule) for rule in ("uniform", "home_grid", "need_weighted")}
    assert {int(n.sum()) for n in spread.values()} == {8 * len(ALL)}
    assert np.ptp(spread["uniform"]) == 0
    crowded, few = np.argmax(_members()), np.argmin(_members())
    assert spread["home_grid"][crowded] > 8 > spread["home_grid"][few]
    assert spread["need_weighted"][np.argmax(LOAD)] > 20 > 8 > spread["need_weighted"][1]
    assert (spread["home_grid"] != spread["need_weighted"]).any()


def test_a_need_weighted_plan_holds_for_thirty_days():
    policy = make(CadreSinking, placement="need_weighted", full_time_share=1.0)
    first = placed("", 0, LOAD, policy)
    assert placed("", 29, LOAD[::-1], policy).tolist() == first.tolist()
    assert placed("", 30, LOAD[::-1], policy).tolist() == placed("need_weighted", 0, LOAD[::-1]).tolist()


# In a run ---------------------------------------------------------------------------------------------------------


def test_direct_effect_hours_appear_at_hosts_and_leave_home_lines_one_for_one():
    policy = make(CadreSinking, full_time_share=1.0, people_per_community=2)
    sim = Simulation(RunPlan(CITY, MONDAY, 14, 0, 1, policies=(policy,)))
    sim.run_to_end()
    people = sim.tables["responders"]
    sunk = people[people["kind"] == R.CADRE]
    hours = np.bincount(sunk["home_line"], sunk["on_minutes"], minlength=len(LINES))
    assert np.array_equal(hours, sim.tables["line_work"]["lent_minutes"])
    assert set(sunk["community"].tolist()) == set(ALL.tolist())
    days = 9  # of 14, less two weekends and the Dragon Boat Festival
    shifts = 2 * len(ALL) * days  # 6 % of which are on leave; false alarms: 6 in 100,000
    assert hours.sum() / (shifts * 450) == pytest.approx(0.94, abs=4 * (0.06 * 0.94 / shifts) ** 0.5)
    assert sim.calendar.date(HOLIDAY) == dt.date(2024, 6, 10)
