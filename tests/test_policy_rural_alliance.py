"""Rural alliance: villages of a street share people and units, and a village budget buys hours; towns do not."""

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, PLACES, by_place, make, pushed, setting

from cogov.agents import responders as R
from cogov.agents.pay import PAY
from cogov.model.joining import rosters
from cogov.model.plan import RunPlan
from cogov.model.postings import FROM_UNIT, HIRED
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.rural_alliance import RuralAlliance

STRANGE, HOURS, FIELD, MONEY = "pool.unfamiliar", "pool.overhead_minutes", "pool.field_share", "community.spending"
VILLAGES = np.flatnonzero(PLACES["rural"] == 1)
TOWNS = np.flatnonzero(PLACES["rural"] == 0)


def ally(day=0, **changes):
    return make(RuralAlliance, **changes).act(setting(), day)


def groups(**changes):
    """Return the sets of villages that share a roster."""
    roster = rosters(setting().pools, ally(**changes).rosters)
    office = roster[setting().community_pool]
    return {tuple(np.flatnonzero(office == root).tolist()) for root in office}


def test_villages_of_a_street_share_a_roster_in_groups_and_towns_do_not():
    made = groups(group=20)
    for street in range(len(CITY.streets)):
        ours = tuple(np.flatnonzero((PLACES["street"] == street) & (PLACES["rural"] == 1)).tolist())
        assert not ours or ours in made
    assert {(int(c),) for c in TOWNS} <= made
    assert any(len(group) > 1 for group in made)
    assert groups(group=1) == {(int(c),) for c in ALL}
    assert max(len(group) for group in groups(group=2)) == 2


def test_only_villages_reached_are_joined_or_pay():
    where = np.zeros(len(ALL), dtype=bool)
    where[VILLAGES[0]] = True
    assert make(RuralAlliance, communities=where).act(setting(), 0).rosters.tolist() == []
    asked = pushed(ally(communities=~np.isin(ALL, VILLAGES)), MONEY)
    assert asked == {}


def test_cases_of_another_village_take_longer_and_coordination_its_hours():
    actions = ally(unfamiliar=0.25, coordination_hours=10, vetting_hours=0, vacant_posts=0)
    pools = np.unique(setting().nets[VILLAGES])
    assert pushed(actions, STRANGE) == dict.fromkeys(pools.tolist(), 0.25)
    asked = pushed(actions, HOURS)
    office = setting().community_pool[VILLAGES]
    assert {p: asked[p] for p in office.tolist()} == pytest.approx(dict.fromkeys(office.tolist(), 10 * 60 * 12 / 365))


def test_vetting_takes_its_hours_of_the_street_leaves_posts_vacant_and_then_lowers_capture():
    """Vacant posts take field time of the village's own people, at most all of it; no wait is touched."""
    at = setting()
    office = at.community_pool[VILLAGES]
    total = dict.fromkeys(setting().street_pool.tolist(), 0.0)
    for day in range(15):
        parts = {"vetting_days": 10, "vetting_hours": 30, "growth": 0.0, "vetting": 0.75, "coordination_hours": 0}
        actions = ally(day, vacant_posts=0.5, **parts)
        for pool, minutes in pushed(actions, HOURS).items():
            if pool in total:
                total[pool] += minutes
        vacant = (-0.11 * 0.5 / at.people[office]).tolist()
        assert pushed(actions, FIELD) == pytest.approx(
            dict(zip(office.tolist(), vacant, strict=True)) if day < 10 else {}
        )
        assert {c.lever for c in actions.contributions} == {STRANGE, HOURS, FIELD, MONEY}
        lost = 500_000 * 0.1 * 0.2 / 365 * (1.0 if day < 10 else 0.25)
        assert pushed(actions, MONEY) == pytest.approx(dict.fromkeys(VILLAGES.tolist(), lost))
    often = np.bincount(PLACES["street"][VILLAGES], minlength=len(total))
    assert list(total.values()) == pytest.approx((30 * 60 * often).tolist())
    assert pushed(ally(0, vacant_posts=20, **parts), FIELD) == pytest.approx(dict.fromkeys(office.tolist(), -0.11))


@pytest.mark.parametrize("capture", [0.0, 0.5])
def test_the_budget_buys_its_hours_and_grows(capture):
    """Keyed rounding to whole shifts: a standard deviation of at most 0.5 a village and day; five are allowed."""
    at = setting()
    days = [day for day in range(84) if at.calendar.kind[day] == 0]
    asked = [ally(day, income=2_000_000, capture=capture, vetting=0, growth=1.0, lent_share=0).postings for day in days]
    for rows in asked:
        assert set(rows["source"].tolist()) <= {HIRED}
        assert set(rows["kind"].tolist()) <= {R.SOCIAL_WORKER}
        assert set(rows["community"].tolist()) <= set(VILLAGES.tolist())
    a_day = (1 - capture) * 2_000_000 * 0.1 / 250 / 7.5 / at.par[PAY[R.SOCIAL_WORKER]]
    due = len(VILLAGES) * sum(a_day * 2.0 ** (day / 365) for day in days)
    assert sum(map(len, asked)) == pytest.approx(due, abs=5 * 0.5 * (len(days) * len(VILLAGES)) ** 0.5)


def test_willing_units_of_villages_lend_within_their_idle_hours():
    at, hours = setting(), 0.0
    units = at.units
    bent = at.uniforms("p", units["key"], 4)
    ours = np.isin(units["community"], VILLAGES) & (units["joined"] == 1) & (bent < units["willing"])
    assert 0 < ours.sum() < (np.isin(units["community"], VILLAGES) & (units["joined"] == 1)).sum()
    days = [day for day in range(84) if at.calendar.kind[day] == 0]
    for day in days:
        rows = ally(day, lent_share=0.5, income=0).postings
        assert set(rows["source"].tolist()) <= {FROM_UNIT}
        assert ours[rows["home"]].all()
        assert np.array_equal(units["community"][rows["home"]], rows["community"])
        hours += 7.5 * len(rows)
    monthly = np.minimum(7.5 * 250 / 12, 0.5 * units["idle_hours"][ours]).sum()
    due = monthly / (250 / 12) * len(days)
    assert hours == pytest.approx(due, abs=5 * 7.5 * (due / 7.5) ** 0.5)


def test_direct_effect_villages_share_people_and_towns_keep_theirs():
    """In a run with common random numbers, before any month ends: everybody of the staff is on duty as before."""
    free = {"lent_share": 0.0, "income": 0.0, "coordination_hours": 0.0, "vetting_hours": 0.0, "vacant_posts": 0.0}
    plans = (make(RuralAlliance, group=20, **free),), ()
    ours, plain = (Simulation(RunPlan(CITY, MONDAY, 14, 0, 1, 2.0, policies=p), 3) for p in plans)
    for sim in (ours, plain):
        sim.run_to_end()
    roster = ours.tables["roster"]
    towns = np.unique(ours.setting.nets[TOWNS])
    assert (roster[towns] == towns).all()
    assert len(set(roster[ours.setting.community_pool[VILLAGES]].tolist())) < len(VILLAGES)
    assert np.array_equal(ours.tables["responders"]["on_minutes"], plain.tables["responders"]["on_minutes"])
    one, two = (sim.result().summary for sim in (ours, plain))
    for account in ("person_hours.total", "overhead_hours.total", "money_cny.total", "unit_hours"):
        assert one[account] == two[account]


def test_direct_effect_the_budget_buys_hours_on_duty_in_villages_and_nowhere_else():
    """In a run: whole shifts as the policy asks for them, exact; paid by the hour, and what is captured on top.

    Nobody is on leave, and nothing else of the alliance acts.
    """
    parts = {"group": 1, "unfamiliar": 0.0, "lent_share": 0.0, "coordination_hours": 0.0, "vetting_hours": 0.0}
    policy = make(RuralAlliance, **parts, vacant_posts=0.0, income=2_000_000, vetting=0.0, growth=0.0)
    days = 14
    plans = [RunPlan(CITY, MONDAY, days, 0, 0, 0.0, {"roster.leave": 0, "staff.quit": 0}, policies=p)
             for p in ((policy,), ())]  # fmt: skip
    ours, plain = (Simulation(plan, 3) for plan in plans)
    for sim in (ours, plain):
        sim.run_to_end()
    at = ours.setting
    shifts = np.sum([by_place(policy.act(at, day).postings) for day in range(days)], axis=0)
    assert shifts[VILLAGES].sum() > 50
    people = ours.tables["responders"]
    hired = people[(people["kind"] == R.SOCIAL_WORKER) & np.isin(people["pool"], at.community_pool)]
    minutes = np.bincount(hired["community"], hired["on_minutes"], minlength=len(ALL))
    assert minutes.tolist() == (450 * shifts).tolist()
    one, two = (sim.result().summary for sim in (ours, plain))
    captured = len(VILLAGES) * days * 2_000_000 * 0.1 * 0.2 / 365
    paid = 7.5 * float(shifts.sum()) * at.par[PAY[R.SOCIAL_WORKER]]
    assert one["money_cny.policies"] == pytest.approx(captured)
    assert one["money_cny.total"] - two["money_cny.total"] == pytest.approx(captured + paid)
