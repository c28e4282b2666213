"""Bundles of policies: each loads, none names a policy twice, a bundle is its parts, and no order matters."""

from __future__ import annotations

import numpy as np
import pytest
from policy_city import CITY, MONDAY, setting

from cogov.agents import responders as R
from cogov.model.calendar import DAY
from cogov.model.interventions import gather, helpers_left, ration
from cogov.model.levers import LEVERS, SCALE, SET, fold
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.postings import FROM_UNIT, HIRED, leading
from cogov.model.roster import HELPER_HOURS
from cogov.model.simulation import Simulation
from cogov.scenarios.loader import check_file, load_scenario
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.registry import policies
from cogov.scenarios.sources import LIBRARY, names

FAMILIES = ("lead_", "explore_", "action_")
BUNDLES = [name for name in names(LIBRARY) if name.startswith(FAMILIES) or name in ("strong_base", "everything")]
FIVE = ("grid_branches", "cadre_sinking", "two_way_service", "one_stop", "smart_dispatch")


OUTBREAK = (ShockPlan("outbreak", "outbreak", 10 * DAY, 20 * DAY, 1.0),)
SCARCE = {"resident.member_limit": 0.05, "line.lendable": 0.1}
TWICE = """
format = 1
extends = "baseline"
name = { zh = "两次", en = "Twice" }
question = { zh = "会怎样？", en = "What happens?" }
city = "street"
"""


def _greedy(name):
    """Return parameters by which a policy borrows all idle hours of willing units, any number of helpers a day."""
    own = {p.name for p in policies()[name].card.parameters}
    return {key: x for key, x in {"take_up": 1.0, "lent_share": 1.0, "most_helpers": 200.0}.items() if key in own}


def _of(rows, source, reserve):
    """Return the homes of those claims that are on a source, of paired reserves or of all others."""
    return rows["home"][(rows["source"] == source) & ((rows["kind"] == R.RESERVE) == reserve)]


def used(name):
    """Return the policies of a scenario."""
    return [entry.use for entry in load_scenario(name).policies]


def made(names, start=0):
    """Return policies at their defaults, in canonical order."""
    return tuple(policies()[name](Settings(name, start_day=start)) for name in sorted(names))


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_loads_and_names_each_policy_once(name):
    scenario = load_scenario(name)
    assert len(used(name)) == len(set(used(name))) > 0
    assert scenario.question.zh.endswith("？")
    assert scenario.question.en.endswith("?")
    assert all(entry.intensity == 1.0 for entry in scenario.policies)


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_is_its_parts(name):
    """The bundle's entries are those of the scenarios of its single policies, word for word."""
    parts = [entry for part in used(name) for entry in load_scenario(part).policies]
    assert [entry.model_dump() for entry in load_scenario(name).policies] == [entry.model_dump() for entry in parts]


def test_everything_is_every_policy_there_is():
    assert used("everything") == sorted(policies())


def test_strong_base_is_the_stack_of_its_five_parts():
    """What the bundle asks for is what the five ask for one by one, and levers fold to their sum and product."""
    assert used("strong_base") == sorted(FIVE)
    base = Simulation(RunPlan(CITY, MONDAY, 1, 0, 1)).base
    for day in range(3):
        whole = gather(made(FIVE), setting(), day)
        alone = [gather(made([name]), setting(), day) for name in sorted(FIVE)]
        assert len(whole.postings) == sum(len(part.postings) for part in alone)
        joined = [c for part in alone for c in part.contributions]
        assert [c.lever for c in whole.contributions] == [c.lever for c in joined]
        together, stacked = fold(base, whole.contributions), fold(base, joined)
        assert together.keys() == stacked.keys()
        for name in together:
            assert np.array_equal(together[name], stacked[name]), name


def test_strong_base_is_the_scenarios_of_its_five_parts_laid_over_one_another():
    first, *others = FIVE
    assert load_scenario(first, layers=others).digest() == load_scenario("strong_base").digest()


def test_of_strong_base_as_many_are_granted_as_there_are_and_only_they_are_led():
    """After rationing: of each home all whom the five ask for, or as many as it can spare; leading follows."""
    sim = Simulation(RunPlan(CITY, MONDAY, 1, 0, 1, parameters={"resident.member_limit": 0.02, "line.lendable": 0.02}))
    instruments, spare = made(FIVE), sim._supplies
    short = 0
    for day in (0, 1, 2):
        asked = gather(instruments, sim.setting, day).postings
        granted = ration(asked, spare, instruments, sim.setting)
        for source, room in enumerate(spare):
            wanted, given = (np.bincount(rows["home"][rows["source"] == source], minlength=len(room))
                             for rows in (asked, granted))  # fmt: skip
            assert np.array_equal(given, np.minimum(wanted, room))
            short += int((wanted > room).sum())
        alone = [gather((one,), sim.setting, day).postings for one in instruments]
        assert len(granted) < sum(map(len, alone))
        (led,) = leading(granted, sim.setting)
        assert led.value.sum() == pytest.approx(granted["led"].sum())
        assert led.value.sum() < asked["led"].sum()
    assert short > 0


def test_levers_of_two_policies_add_up_or_multiply():
    """The order of contributions to a pool that two policies push does not matter, whatever the fold."""
    base = Simulation(RunPlan(CITY, MONDAY, 1, 0, 1)).base
    asked = gather(made(["burden_lists", "alliance_lists", "supervision"]), setting(), 0).contributions
    one, two = fold(base, asked), fold(base, asked[::-1])
    assert one.keys() == two.keys()
    for name in one:
        assert one[name] == pytest.approx(two[name], rel=1e-12 if LEVERS[name].fold == SCALE else 1e-14)


def test_the_order_of_all_policies_in_a_file_does_not_matter(tmp_path):
    text = (LIBRARY / "everything.toml").read_text(encoding="utf-8")
    head, *entries = text.split("[[policy]]")
    assert len(entries) == len(policies())
    path = tmp_path / "everything.toml"
    path.write_text("[[policy]]".join([head, *reversed(entries)]), encoding="utf-8")
    assert load_scenario(path).digest() == load_scenario("everything").digest()


def test_the_order_in_which_all_policies_are_named_does_not_matter():
    """To the bit, over a turn of the month and an outbreak: events, days, and the minutes of all people."""
    order = sorted(policies())
    runs = []
    for ordered in (order, order[::-1], order[1::2] + order[::2]):
        rows = []
        acting = tuple(policies()[name](Settings(name)) for name in ordered)
        plan = RunPlan(CITY, MONDAY, 33, 0, 0, policies=acting, shocks=OUTBREAK)
        sim = Simulation(plan, 5, rows.append)
        sim.run_to_end()
        runs.append((np.concatenate(rows), sim.tables["counts"].copy(), sim.tables["responders"]["on_minutes"].copy()))
    for other in runs[1:]:
        for one, two in zip(runs[0], other, strict=True):
            assert np.array_equal(one, two)


def test_of_all_policies_no_source_gives_more_people_than_it_can_spare():
    """Lines, units, residents and pools give what is asked of them, or all that they have; who is hired is there.

    All policies ask at once, of units as much as they may; each kind of source is short on some day. Paired reserves,
    who are at home until they are called, are rationed apart. Units have lent most of what they can spare this month.
    """
    sim = Simulation(RunPlan(CITY, MONDAY, 90, 0, 1, parameters=SCARCE))
    units = sim.tables["units"].copy()
    units["given"] = 0.9 * units["idle_hours"]
    supply = (*sim._supplies[:FROM_UNIT], helpers_left(units), *sim._supplies[FROM_UNIT + 1 :])
    instruments = tuple(policies()[name](Settings(name, parameters=_greedy(name))) for name in sorted(policies()))
    short = np.zeros(len(supply), dtype=np.int64)
    for day in range(80):
        asked = gather(instruments, sim.setting, day).postings
        granted = ration(asked, supply, instruments, sim.setting)
        assert (granted["source"] == HIRED).sum() == (asked["source"] == HIRED).sum()
        for source, spare in enumerate(supply):
            for reserve in (False, True):
                wanted, given = (np.bincount(_of(rows, source, reserve), minlength=len(spare))
                                 for rows in (asked, granted))  # fmt: skip
                assert np.array_equal(given, np.minimum(wanted, spare)), (source, reserve, day)
                short[source] += (wanted > spare).sum()
    assert (short > 0).all(), "a source that is never short tells nothing"


def test_no_unit_lends_more_in_a_month_than_its_idle_hours_however_many_ask(monkeypatch):
    """The last helper of the month stays to the end of his day; whoever then finishes a case is on loan that long."""
    borrowers = tuple(policies()[name](Settings(name, parameters=_greedy(name)))
                      for name in ("alliance_lists", "new_economy", "rural_alliance", "two_way_service"))  # fmt: skip
    sim = Simulation(RunPlan(CITY, MONDAY, 60, 0, 0, policies=borrowers, parameters={"roster.leave": 0}))
    idle, post = sim.tables["units"]["idle_hours"].copy(), sim._post
    lent, wanted = np.zeros((2, len(idle))), np.zeros((2, len(idle)))

    def noted(asked):
        granted = post(asked)
        for hours, rows in ((wanted, asked), (lent, granted)):
            homes = rows["home"][rows["source"] == FROM_UNIT]
            hours[sim.day // 30] += HELPER_HOURS * np.bincount(homes, minlength=len(idle))
        return granted

    monkeypatch.setattr(sim, "_post", noted)
    sim.run_to_end()
    assert (lent < idle + HELPER_HOURS).all()
    assert (wanted >= idle + HELPER_HOURS).sum() > 20


@pytest.mark.parametrize("name", sorted(policies()))
def test_two_of_a_policy_are_refused_where_they_would_set_one_lever_and_else_taken(name, tmp_path):
    """Named at check time: both entries stand in all of the city, under two ids."""
    path = tmp_path / "twice.toml"
    entry = f'[[policy]]\nuse = "{name}"\nid = "{{}}"\n'
    path.write_text(TWICE + entry.format("one") + entry.format("two"), encoding="utf-8")
    sets = [x for x in policies()[name].card.levers if LEVERS[x].fold == SET]
    problems = check_file(path)
    assert [p.key for p in problems] == ["policy.one"] * len(sets)
    for lever, problem in zip(sorted(sets), problems, strict=True):
        assert f'sets {lever}, which policy "two" sets too at the same time and place' in str(problem)


def test_some_policy_sets_a_lever():
    assert {x for p in policies().values() for x in p.card.levers if LEVERS[x].fold == SET}


@pytest.mark.parametrize(("other", "refused"), [("Gulou", True), ("鼓楼区", True), ("8", True), ("Xuanwu", False)])
def test_a_conflict_is_found_under_whatever_name_a_place_has(other, refused, tmp_path):
    """A run would end in the middle if the check took two names of one district for two districts."""
    path = tmp_path / "twice.toml"
    entry = '[[policy]]\nuse = "deliberation"\nid = "{}"\nwhere = {{ district = ["{}"] }}\n'
    text = TWICE.replace('"street"', '"nanjing"') + entry.format("one", "Gulou") + entry.format("two", other)
    path.write_text(text, encoding="utf-8")
    assert [p.key for p in check_file(path)] == ["policy.one"] * refused


def test_the_order_of_two_policies_on_one_pool_does_not_matter():
    """To the bit: relief and sunk cadres meet in the same community pools, named in either order."""
    logs = []
    for names_ in (("burden_lists", "cadre_sinking"), ("cadre_sinking", "burden_lists")):
        rows = []
        acting = tuple(policies()[name](Settings(name)) for name in names_)
        sim = Simulation(RunPlan(CITY, MONDAY, 10, 0, 0, policies=acting), 5, rows.append)
        sim.run_to_end()
        logs.append((np.concatenate(rows), sim.tables["responders"]["on_minutes"].copy()))
    assert np.array_equal(logs[0][0], logs[1][0])
    assert np.array_equal(logs[0][1], logs[1][1])
