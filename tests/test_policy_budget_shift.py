"""Budget shift: who serves below is off the roster above, person for person; kinds, pay and hours stay."""

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, PLACES, by_place, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.model import interventions as iv
from cogov.model import postings as ps
from cogov.model.bench import Bench
from cogov.model.organisations import LINE_SKILLS
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.budget_shift import BudgetShift

OVERHEAD = "pool.overhead_minutes"
SATURDAY = 5


def shift(day=0, **parameters):
    """Return what the policy asks for on a day."""
    return make(BudgetShift, **parameters).act(setting(), day)


def shifted(days=9, demand=0.0, **parameters):
    """Return a run of some days under the policy, and one without; a generous share may be away."""
    lend = {"line.lendable": 0.9}
    acts = make(BudgetShift, **parameters)
    sims = [Simulation(RunPlan(CITY, MONDAY, days, 0, 0, demand, lend, policies=p), 5) for p in ((acts,), ())]
    for sim in sims:
        sim.run_to_end()
    return sims


def test_direct_effect_hours_leave_the_street_and_appear_in_communities():
    """Five working days: leave is drawn anew for the posted, so hours agree but for 6 % of shifts (sd below 2 %)."""
    ours, theirs = shifted(5, hours_per_community=37.5, supervision_minutes=0)
    people, before = ours.tables["responders"], theirs.tables["responders"]
    n = len(before)
    officers = before["kind"] == R.STREET_OFFICER
    lost = (before["on_minutes"] - people["on_minutes"][:n])[officers].sum()
    gained = people["on_minutes"][n:].sum()
    assert gained == pytest.approx(lost, rel=0.1)
    assert gained == pytest.approx(len(ALL) * 5 * 450 * 0.94, rel=0.1)
    assert np.array_equal(before["on_minutes"][~officers], people["on_minutes"][:n][~officers])
    assert set(people["kind"][n:].tolist()) == {R.STREET_OFFICER}
    assert set(people["pool"][n:].tolist()) <= set(setting().community_pool.tolist())
    assert ours.tables["line_work"]["lent_minutes"].sum() == 0


def test_each_person_is_on_one_roster():
    ours, _ = shifted(2, hours_per_community=37.5)
    people = ours.tables["responders"]
    n = len(ours.plan.city.communities)
    posted = people["key"] >> 50 == R.STREET_OFFICER
    away = (people["kind"] == R.STREET_OFFICER) & (people["active"] == 0)
    assert posted.sum() == n
    assert (away & ~posted).sum() == n


def test_the_budget_is_rounded_to_whole_people_of_each_street_and_shared_evenly():
    assert len(shift(hours_per_community=37.5).postings) == len(ALL)
    assert set(by_place(shift(hours_per_community=37.5).postings).tolist()) == {1}
    places = np.bincount(PLACES["street"])
    asked = shift(hours_per_community=25).postings
    assert np.bincount(PLACES["street"][asked["community"]]).tolist() == [round(25 * n / 37.5) for n in places]
    assert np.ptp(by_place(shift(hours_per_community=375).postings)) == 0
    assert list(shift(hours_per_community=0).contributions) == []


def test_people_come_from_the_level_named_and_keep_their_trade():
    rows = shift(hours_per_community=40).postings
    assert set(rows["source"].tolist()) == {ps.FROM_POOL}
    assert (rows["home"] == setting().street_pool[PLACES["street"][rows["community"]]]).all()
    assert set(rows["pool"].tolist()) == {-1}
    rows = shift(hours_per_community=40, direction="district_to_community").postings
    lines = setting().pools["line"][rows["home"]]
    assert (setting().pools["district"][rows["home"]] == PLACES["district"][rows["community"]]).all()
    assert rows["skills"].tolist() == [LINE_SKILLS[k] for k in lines]
    assert set(rows["kind"].tolist()) == {R.LINE_OFFICER}
    rows = shift(hours_per_community=40, direction="district_to_street").postings
    assert (rows["pool"] == setting().street_pool[PLACES["street"][rows["community"]]]).all()


@pytest.mark.parametrize(("day", "led"), [(0, True), (SATURDAY, False)])
def test_hosts_lead_those_who_have_a_shift(day, led):
    actions = shift(day, hours_per_community=37.5, supervision_minutes=12)
    assert levers(actions) == ({OVERHEAD} if led else set())
    assert pushed(actions, OVERHEAD) == (dict.fromkeys(setting().community_pool.tolist(), 12.0) if led else {})


def test_streets_lead_those_who_serve_in_them():
    actions = shift(hours_per_community=37.5, supervision_minutes=12, direction="district_to_street")
    places = np.bincount(PLACES["street"])
    assert pushed(actions, OVERHEAD) == {int(p): 12.0 * n for p, n in zip(setting().street_pool, places, strict=True)}


# The engine's part: secondment ------------------------------------------------------------------------------------


class Stub:
    instance = "a"


def post(bench, tables, rows, sim, day):
    """Second and post so many; return the people."""
    rows = bench.second(tables["responders"], rows, sim.setting, day)
    return bench.post(tables, rows, sim.setting, day)


def ask(home, n):
    """Return postings of so many from a pool."""
    rows = ps.posting_rows(n)
    rows["person"], rows["kind"], rows["source"], rows["home"] = range(n), R.STREET_OFFICER, ps.FROM_POOL, home
    rows["shift"], rows["productivity"] = R.OFFICE, 1.0
    return rows


def test_as_many_leave_as_are_posted_and_come_back():
    sim = Simulation(RunPlan(CITY, MONDAY, 2, 0, 1))
    bench, tables = Bench((Stub(),)), dict(sim.tables)
    n, street = len(tables["responders"]), int(sim.setting.street_pool[0])
    home = np.flatnonzero((tables["responders"]["pool"] == street) & (tables["responders"]["kind"] == R.STREET_OFFICER))
    for day, wanted in enumerate((2, 4, 1, 0, 3)):
        people = tables["responders"] = post(bench, tables, ask(street, wanted), sim, day)
        assert people["active"][home].sum() == len(home) - wanted
        assert people["active"][n:].sum() == wanted
    duty = (people["pool"][:n] == street) & (people["kind"][:n] == R.STREET_DUTY)
    assert people["active"][:n][duty].all()


def test_one_who_is_out_on_a_case_cannot_leave_and_another_goes():
    sim = Simulation(RunPlan(CITY, MONDAY, 2, 0, 1))
    bench, tables = Bench((Stub(),)), dict(sim.tables)
    people, street = tables["responders"], int(sim.setting.street_pool[0])
    home = np.flatnonzero((people["pool"] == street) & (people["kind"] == R.STREET_OFFICER))
    first = home[np.argmin(people["key"][home])]
    people["state"][first] = R.ENGAGED
    people = tables["responders"] = post(bench, tables, ask(street, 1), sim, 0)
    assert people["active"][first] == 1
    assert people["active"][home].sum() == len(home) - 1


def test_with_nobody_idle_a_posting_is_not_met():
    sim = Simulation(RunPlan(CITY, MONDAY, 2, 0, 1))
    bench, tables = Bench((Stub(),)), dict(sim.tables)
    people, street = tables["responders"], int(sim.setting.street_pool[0])
    n = len(people)
    home = np.flatnonzero((people["pool"] == street) & (people["kind"] == R.STREET_OFFICER))
    people["state"][home[1:]] = R.ENGAGED
    people = post(bench, tables, ask(street, 3), sim, 0)
    assert people["active"][n:].sum() == 1
    assert people["active"][home].tolist() == [0] + [1] * (len(home) - 1)


def test_of_two_policies_a_lot_decides_whose_posting_is_not_met_whatever_their_order():
    """Both ask for five of six officers, four of whom are idle: the same four claims are met, in either order."""
    met = []
    for order in (("a", "b"), ("b", "a")):
        sim = Simulation(RunPlan(CITY, MONDAY, 2, 0, 1))
        policies = [Stub() for _ in order]
        for policy, name in zip(policies, order, strict=True):
            policy.instance = name
        bench, people = Bench(policies), sim.tables["responders"]
        street = int(sim.setting.street_pool[0])
        home = np.flatnonzero((people["pool"] == street) & (people["kind"] == R.STREET_OFFICER))
        people["state"][home[4:]] = R.ENGAGED
        rows = np.concatenate([ask(street, 5), ask(street, 5)])
        rows["instance"] = np.repeat([0, 1], 5)
        granted = bench.second(people, rows, sim.setting, 0)
        met.append({(order[k], int(person)) for k, person in zip(granted["instance"], granted["person"], strict=True)})
    assert met[0] == met[1]
    assert len(met[0]) == 4
    assert {name for name, _ in met[0]} == {"a", "b"}


def test_no_more_than_the_lendable_share_of_a_pool_leaves():
    sim = Simulation(RunPlan(CITY, MONDAY, 2, 0, 1, parameters={"line.lendable": 0.25}))
    street = int(sim.setting.street_pool[0])
    people = sim.tables["responders"]
    heads = int(((people["pool"] == street) & (people["kind"] == R.STREET_OFFICER)).sum())
    spare = iv.supplies(CITY, sim.par, people, sim.tables["pools"])
    met = iv.ration(ask(street, heads), spare, (make(BudgetShift),), sim.setting)
    assert len(met) == heads // 4 > 0
