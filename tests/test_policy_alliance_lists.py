"""Alliance lists: each list moves its own lever only, less the staler it is; conferences and registers cost hours."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from one_need import BY_PATROL, SILENT, looked, put, quiet, reported, run, skilled_sent, under
from policy_city import ALL, CITY, MONDAY, PLACES, by_place, levers, make, pushed, setting

from cogov.agents import handling as H
from cogov.agents import responders as R
from cogov.model import state as S
from cogov.model.draws import HANDLING, WORK, uniform
from cogov.model.occasions import MATCHED, MERGED, MISROUTED
from cogov.model.plan import RunPlan
from cogov.model.postings import FROM_UNIT
from cogov.model.simulation import Simulation
from cogov.model.wheel import REPORT, push
from cogov.scenarios.policies.alliance_lists import AllianceLists
from cogov.scenarios.policies.people import WORKDAYS_A_MONTH

OVERHEAD = "pool.overhead_minutes"
OWN = {
    "information": {"community.misroute", "community.merging"},
    "resources": set(),
    "needs": {"community.matching"},
    "risks": {"community.patrol_aim"},
}
"""Levers of each list; the resource list lends people instead."""
SATURDAY = dt.date(2024, 6, 1)
OPEN = {"take_up": 1.0, "most_helpers": 100}


def only(*kept):
    """Return switches that keep these lists and no other."""
    return {name: float(name in kept) for name in AllianceLists.LISTS}


def ally(day=0, at=None, start=0, **parameters):
    """Return what the policy asks for on a day."""
    return make(AllianceLists, start=start, **parameters).act(at or setting(), day)


def value(day, lever, **parameters):
    """Return the one value pushed on a lever everywhere."""
    asked = pushed(ally(day, **parameters), lever)
    assert set(asked) == set(ALL.tolist())
    (result,) = set(asked.values())
    return result


# Each list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", AllianceLists.LISTS)
def test_each_list_moves_only_its_own_lever(name):
    actions = ally(**only(name), **OPEN)
    assert levers(actions) == OWN[name] | {OVERHEAD}
    assert (len(actions.postings) > 0) == (name == "resources")
    assert set(actions.postings["kind"].tolist()) <= {R.UNIT_HELPER}


def test_no_list_no_change_and_no_cost():
    actions = ally(**only())
    assert (list(actions.contributions), len(actions.postings)) == ([], 0)


def test_a_fresh_list_moves_its_lever_by_what_is_declared():
    assert value(0, "community.misroute", misroute_cut=0.4) == pytest.approx(0.6)
    assert value(0, "community.merging", merging_gain=0.25) == pytest.approx(0.25)
    assert value(0, "community.matching", matching_gain=0.15) == pytest.approx(0.15)
    assert value(0, "community.patrol_aim", aim_gain=0.35) == pytest.approx(0.35)


@pytest.mark.parametrize(("days", "left"), [(0, 1.0), (15, 0.8**0.5), (30, 0.8), (60, 0.64)])
def test_a_list_goes_stale_by_its_monthly_rate(days, left):
    known = {"staleness": 0.2, "conference_days": 365}
    assert value(days, "community.matching", matching_gain=0.3, **known) == pytest.approx(0.3 * left)
    assert value(days, "community.patrol_aim", aim_gain=0.5, **known) == pytest.approx(0.5 * left)
    assert value(days, "community.merging", merging_gain=0.2, **known) == pytest.approx(0.2 * left)
    assert value(days, "community.misroute", misroute_cut=0.4, **known) == pytest.approx(1 - 0.4 * left)


def test_a_conference_freshens_the_lists():
    pushes = [value(day, "community.matching", conference_days=14, staleness=0.5) for day in (0, 13, 14, 27, 28)]
    assert pushes[0] == pushes[2] == pushes[4] > pushes[1] == pushes[3]


def test_half_a_list_moves_half_and_costs_half():
    half = {**only(), "needs": 0.5}
    assert value(1, "community.matching", **half) == pytest.approx(0.5 * value(1, "community.matching"))
    cost, whole = (sum(pushed(ally(1, **kept), OVERHEAD).values()) for kept in (half, only("needs")))
    assert cost == pytest.approx(0.5 * whole)


# Direct effects, in a run --------------------------------------------------------------------------------------------


def kept(*lists, **parameters):
    """Return the policies of a run without lists, and of one with these."""
    return (), (make(AllianceLists, **only(*lists), **parameters),)


@pytest.mark.parametrize("cut", [0.4, 0.9])
def test_direct_effect_an_information_list_cuts_misrouting_by_what_is_declared(cut):
    """200 cases under the very lots of the baseline, half of which go astray there: which do is exact."""
    for share, policies in zip((0.5, 0.5 * (1 - cut)), kept("information", misroute_cut=cut), strict=True):
        sim = under(
            *policies, hands=False, handling__misroute=0.5, handling__misroute_direct=1, handling__accept_sigma=0,
            handling__accept_median=1,
        )  # fmt: skip
        rows = {key: put(sim, "sanitation", key % 6, 540, number=key) for key in range(1, 201)}
        run(sim, 0, 560)
        astray = {key for key, n in rows.items() if sim.tables["needs"]["phase"][n] == S.MISROUTING}
        assert astray == {key for key in rows if uniform(sim.keys[HANDLING], key, MISROUTED) < share}
        assert 0 < len(astray) < 200


def test_direct_effect_an_information_list_merges_more_duplicates():
    """One need in hand that is reported 100 times more: each that is not recognised costs its minutes; exact."""
    for share, policies in zip((0.3, 0.55), kept("information", merging_gain=0.25), strict=True):
        sim = under(*policies, hands=False, handling__merging=0.3)
        n, net = put(sim, "sanitation", 0, 540, channel=4), int(sim.tables["nets"][0, 3])
        for k in range(100):
            push(sim.w, 560 + k, REPORT, 1, n, int(sim.tables["needs"]["generation"][n]))
        before = float(sim.tables["pools"]["overhead"][net])
        run(sim, 0, 720)
        unseen = sum(uniform(sim.keys[HANDLING], 1, MERGED + k) >= share for k in range(2, 102))
        minutes = float(sim.tables["pools"]["overhead"][net]) - before
        assert minutes == pytest.approx(unseen * sim.par[H.DUPLICATE_MINUTES])
        assert 0 < unseen < 100


def test_direct_effect_a_resource_list_brings_the_hours_of_willing_units():
    """A week in which every unit can spare a person a day and nobody is on leave: days at work times hours, exact."""
    lent = []
    for policies in kept("resources", **OPEN):
        sim = quiet(policies=policies, roster__leave=0)
        units = sim.tables["units"]
        units["willing"], units["joined"], units["idle_hours"] = 1.0, [1, 1, 1, 0, 1, 1], 1000.0
        for _ in range(7):
            sim.step()
        people = sim.tables["responders"]
        helpers = people[people["kind"] == R.UNIT_HELPER]
        assert np.array_equal(sim.plan.city.units["community"][helpers["home_unit"]], helpers["community"])
        lent.append((sim.tables["unit_minutes"].tolist(), units["given"].tolist(), int(helpers["on_minutes"].sum())))
    days = [5, 5, 5, 0, 5, 5]
    assert lent == [([0] * 6, [0.0] * 6, 0), ([450 * d for d in days], [7.5 * d for d in days], 25 * 450)]


def test_direct_effect_a_needs_list_sends_the_skilled_more_often():
    """Forty needs, one a day, under the lots of the baseline: those days on which the skilled one goes are exact."""
    for share, policies in zip((0.3, 0.7), kept("needs", matching_gain=0.4), strict=True):
        sim = under(*policies, days=42, handling__matching=0.3, office__spread=0)
        due = {day for day in range(1, 41) if uniform(sim.keys[WORK], day, MATCHED) < share}
        assert skilled_sent(sim) == due
        assert 0 < len(due) < 40


@pytest.mark.parametrize("grid", [0, 2])
def test_direct_effect_a_risk_list_sends_patrols_where_risk_is_high(grid):
    """Of the grids of a community the one of least and of most risk: when a patrol sees a need there, to the minute."""
    seen = []
    for aim, policies in zip((0.0, 0.8), kept("risks", aim_gain=0.8), strict=True):
        sim = under(*policies, hands=False, handling__patrol=6, **SILENT)
        risk = float(sim.tables["risk"][grid])
        seen.append(reported(sim, grid))
        assert seen[-1] == looked(sim, BY_PATROL, 6 * (1 - aim + aim * risk))
    assert (seen[1] < seen[0]) == (risk > 1)
    assert seen[1] != seen[0]


# Helpers of units -------------------------------------------------------------------------------------------------


def lent(day=0, at=None, **parameters):
    """Return the helpers of a day under the resource list alone."""
    return ally(day, at, **{**only("resources"), **OPEN, **parameters}).postings


def units(**columns):
    """Return a setting whose units have these columns."""
    rows = setting().units.copy()
    for name, column in columns.items():
        rows[name] = column
    return dataclasses.replace(setting(), units=rows)


EAGER = units(willing=1.0, joined=1, idle_hours=60.0)


def test_helpers_come_from_units_of_the_community_for_a_working_day():
    rows = lent(at=EAGER)
    assert len(rows) > 10
    assert set(rows["source"].tolist()) == {FROM_UNIT}
    assert set(rows["shift"].tolist()) == {R.OFFICE}
    assert set(rows["productivity"].tolist()) == {0.7}
    assert np.array_equal(EAGER.units["community"][rows["home"]], rows["community"])
    assert len(set(rows["home"].tolist())) == len(rows)


def test_hours_lent_are_the_declared_share_of_idle_hours():
    days = [d for d in range(60) if setting().calendar.kind[d] == 0]
    helper_days = sum(len(lent(d, EAGER, take_up=0.4, conference_days=1, staleness=0)) for d in days)
    chance = 60.0 * 0.4 / (7.5 * WORKDAYS_A_MONTH)
    trials = len(days) * len(EAGER.units)
    assert helper_days / trials == pytest.approx(chance, abs=4 * (chance * (1 - chance) / trials) ** 0.5)


def test_a_stale_resource_list_lends_less():
    day = 84  # a working Monday twelve weeks after the first conference
    often, once = ({"staleness": 0.5, "conference_days": n} for n in (84, 365))
    fresh, stale = (set(lent(day, EAGER, **known)["home"].tolist()) for known in (often, once))
    assert stale < fresh
    assert len(stale) / len(fresh) == pytest.approx(0.5 ** (day / 30), abs=0.15)


def test_a_unit_that_has_left_lends_nobody():
    left = np.arange(len(setting().units)) % 2
    gone = units(willing=1.0, idle_hours=200.0, joined=left)
    rows = lent(at=gone)
    assert len(rows) > 10
    assert (left[rows["home"]] == 1).all()
    assert len(lent(at=units(willing=1.0, idle_hours=200.0, joined=0))) == 0


def test_the_more_willing_lend_more():
    counts = [len(lent(at=units(willing=w, joined=1, idle_hours=200.0))) for w in (0.0, 0.3, 0.6, 1.0)]
    assert counts[0] == 0
    assert counts == sorted(set(counts))


def test_a_community_takes_no_more_than_it_can_use():
    free = by_place(lent(at=EAGER))
    assert free.max() > 2
    for most in (0, 1, 2):
        assert by_place(lent(at=EAGER, most_helpers=most)).tolist() == np.minimum(free, most).tolist()


def test_those_who_come_are_not_always_the_first_units():
    days = [d for d in range(60) if setting().calendar.kind[d] == 0]
    came = np.concatenate([lent(d, EAGER, most_helpers=1)["home"] for d in days])
    first = np.searchsorted(setting().units["community"], setting().units["community"][came])
    assert np.mean(came - first) == pytest.approx(np.mean(_ordinal()), rel=0.25)


def _ordinal():
    where = setting().units["community"]
    return np.arange(len(where)) - np.searchsorted(where, where)


@pytest.mark.parametrize("day", [5, 6, 7])
def test_nobody_is_lent_on_a_day_off(day):
    assert setting().calendar.kind[day] != 0
    assert len(lent(day, EAGER)) == 0
    assert len(lent(day, EAGER, start=2)) == 0


# Costs ------------------------------------------------------------------------------------------------------------


def costs(day, **parameters):
    """Return minutes asked on a day of each community's pool, and of each street's."""
    asked = pushed(ally(day, **parameters), OVERHEAD)
    where = setting()
    return (
        [asked.pop(int(p), 0.0) for p in where.community_pool],
        [asked.pop(int(p), 0.0) for p in where.street_pool],
        asked,
    )


def test_a_conference_costs_each_community_and_each_street_its_hours_once():
    communities, streets, others = costs(0, upkeep_hours=0, conference_hours=3, attendants=2)
    assert communities == [360.0] * len(ALL)
    assert streets == [360.0] * len(CITY.streets)
    assert others == {}
    assert costs(1, upkeep_hours=0) == ([0.0] * len(ALL), [0.0] * len(CITY.streets), {})


def test_only_streets_with_a_community_reached_send_people():
    where = PLACES["street"] == 1
    asked = pushed(make(AllianceLists, communities=where, upkeep_hours=0).act(setting(), 0), OVERHEAD)
    pools = [*setting().community_pool[where].tolist(), int(setting().street_pool[1])]
    assert asked == dict.fromkeys(pools, 360.0)


def test_upkeep_costs_its_hours_a_week_for_each_list_kept():
    for kept in (("needs",), ("needs", "risks"), AllianceLists.LISTS):
        week = [costs(day, **only(*kept), upkeep_hours=2, conference_hours=0) for day in range(7)]
        for c in ALL:
            assert sum(communities[c] for communities, _, _ in week) == pytest.approx(len(kept) * 2 * 60)
        assert all(not any(streets) for _, streets, _ in week)


def _meets(first, days, **parameters):
    """Return the dates on which streets meet, and the community's share of matching by date."""
    at = setting(first)
    met, gain = [], {}
    for day in range(days):
        actions = ally(day, at, **parameters)
        asked = pushed(actions, OVERHEAD)
        if asked.get(int(at.street_pool[0]), 0.0) > 0:
            met.append(first + dt.timedelta(days=day))
        gain[first + dt.timedelta(days=day)] = pushed(actions, "community.matching").get(0)
    return met, gain


def test_a_conference_on_a_weekend_waits_for_monday_and_so_do_the_lists():
    met, gain = _meets(SATURDAY, 12, conference_days=7, staleness=0.5)
    assert met == [MONDAY, dt.date(2024, 6, 11)]  # Monday the 10th is the Dragon Boat Festival
    assert [gain[SATURDAY + dt.timedelta(days=k)] for k in (0, 1)] == [None, None]
    assert gain[MONDAY] == gain[dt.date(2024, 6, 11)] == pytest.approx(0.2)
    assert gain[dt.date(2024, 6, 10)] == pytest.approx(0.2 * 0.5 ** (7 / 30))


def test_before_the_first_conference_nothing_is_asked_for():
    at = setting(SATURDAY)
    for day in (0, 1):
        actions = ally(day, at)
        assert (list(actions.contributions), len(actions.postings)) == ([], 0)


def test_a_conference_a_day_is_held_on_working_days_only_and_once():
    met, _ = _meets(MONDAY, 10, conference_days=1)
    assert met == [dt.date(2024, 6, d) for d in (3, 4, 5, 6, 7, 11, 12)]
    at = setting()
    assert pushed(ally(8, at, conference_days=1, upkeep_hours=0), OVERHEAD)[int(at.street_pool[0])] == 360.0


def test_a_policy_from_before_the_run_keeps_its_rhythm():
    at = setting()
    meets = [d for d in range(40) if pushed(ally(d, at, start=-10), OVERHEAD).get(int(at.street_pool[0]), 0.0) > 0]
    assert meets == [21]  # planned on day 20, a Sunday; then on day 50
    fresh = pushed(ally(0, at, start=-10, staleness=0.5), "community.matching")[0]
    assert fresh == pytest.approx(0.2 * 0.5 ** (10 / 30))


def test_the_hours_booked_in_a_run_are_the_hours_declared():
    end = 49
    settings = make(AllianceLists, **{**only("needs", "risks"), "conference_days": 14}).settings
    policy = AllianceLists(dataclasses.replace(settings, end_day=end))
    sim = Simulation(RunPlan(CITY, SATURDAY, end + 14, 0, 1, 1.0, {"handling.merging": 1}, policies=(policy,)))
    sim.run_to_end()
    people = sim.tables["responders"]
    booked = np.bincount(people["pool"], people["overhead_minutes"], minlength=len(sim.tables["pools"])) / 60
    met, upkept = 4, end - 2  # 3, 17 June, 1, 15 July; lists are drawn up on day 2
    community = met * 6 + 2 * 2 * upkept / 7
    assert booked[sim.setting.community_pool] == pytest.approx([community] * len(ALL))
    assert booked[sim.setting.street_pool] == pytest.approx([met * 6.0] * len(CITY.streets))
    assert booked.sum() == pytest.approx(len(ALL) * community + len(CITY.streets) * met * 6)
