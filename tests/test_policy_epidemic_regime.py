"""Epidemic regime: thresholds with hysteresis switch staff, pairing and screening of a district on and off."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, PLACES, by_place, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.model.calendar import DAY
from cogov.model.interventions import Actions
from cogov.model.levers import Contribution
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.postings import FROM_LINE
from cogov.model.shocks import OUTBREAK
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.epidemic_regime import EpidemicRegime

SCREENING = "community.screening"
NEAR = PLACES["district"] == 0
KINDS = setting().catalogue.rows["shock"]
POPULATION = CITY.districts["residents"]


def watched(tasks):
    """Return a setting in which ``tasks`` (one list a day, open tasks for 10,000 residents by district) are known."""
    days = iter(tasks)

    def known():
        share = np.asarray(next(days), dtype=float) * POPULATION / 10_000.0
        tasks = np.full((len(PLACES), len(KINDS)), 1000.0)  # of other needs there are many
        tasks[:, KINDS == OUTBREAK] = 0.0
        first = int(np.flatnonzero(KINDS == OUTBREAK)[0])
        tasks[:, first] = share[PLACES["district"]] / np.bincount(PLACES["district"])[PLACES["district"]]
        return tasks, tasks * 0.0

    return dataclasses.replace(setting(), known_cases=known)


def regime(tasks, **parameters):
    """Return the days on which each district is under the regime, as a list of 0 and 1 by district."""
    at, policy = watched(tasks), make(EpidemicRegime, **parameters)
    under = []
    for day in range(len(tasks)):
        screened = set(pushed(policy.act(at, day), SCREENING))
        assert screened in (set(), *({int(c) for c in ALL[w]} for w in (NEAR, ~NEAR, NEAR | ~NEAR)))
        under.append([int(bool(screened & set(ALL[PLACES["district"] == d].tolist()))) for d in (0, 1)])
    return np.array(under).T.tolist()


def test_direct_effect_thresholds_switch_a_district_on_and_off_with_hysteresis():
    tasks = [1, 3.9, 4.1, 2, 0.9, 0.9, 2, 0.9, 0.9, 0.9, 0.9, 2, 4.1]
    on, other = regime([(x, 0) for x in tasks], on_threshold=4, off_threshold=1, off_days=3)
    assert on == [0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1]
    assert other == [0] * len(tasks)


def test_one_quiet_day_ends_it_if_that_is_all_that_is_asked():
    on, _ = regime([(x, 0) for x in (5, 2, 0.9, 5, 1.1, 0.9)], on_threshold=4, off_threshold=1, off_days=1)
    assert on == [1, 1, 0, 1, 1, 0]


def test_it_looks_once_a_day_however_often_it_is_asked():
    at, policy = watched([(5, 5), (5, 5)]), make(EpidemicRegime)
    assert pushed(policy.act(at, 0), SCREENING) == pushed(policy.act(at, 0), SCREENING)


def test_in_ordinary_times_there_is_readiness_only():
    actions = make(EpidemicRegime, readiness_hours=7).act(watched([(0, 0)]), 0)
    assert levers(actions) == {"pool.overhead_minutes"}
    assert pushed(actions, "pool.overhead_minutes") == dict.fromkeys(setting().community_pool.tolist(), 60.0)
    assert len(actions.postings) == 0


def test_the_regime_posts_officials_keeps_pairs_and_screens_at_a_cost():
    asked = {"cadres_per_community": 3, "paired_per_community": 2, "delay_minutes": 90, "productivity": 0.6}
    cost = {"screening": 0.25, "resident_minutes": 12, "worker_minutes": 2, "test_money": 5, "readiness_hours": 0}
    actions = make(EpidemicRegime, **asked, **cost).act(watched([(9, 0)]), 0)
    rows = actions.postings
    assert by_place(rows).tolist() == np.where(NEAR, 5, 0).tolist()
    reserve = rows["kind"] == R.RESERVE
    assert by_place(rows[reserve]).tolist() == np.where(NEAR, 2, 0).tolist()
    assert set(rows["kind"][~reserve].tolist()) == {R.CADRE}
    assert set(rows["delay"][reserve].tolist()) == {90}
    assert set(rows["delay"][~reserve].tolist()) == {-1}
    for column, value in (("source", FROM_LINE), ("shift", R.LONG_DAY), ("productivity", 0.6)):
        assert set(rows[column].tolist()) == {value}
    screened = {int(c): 0.25 * PLACES["residents"][c] for c in ALL[NEAR]}
    assert pushed(actions, SCREENING) == dict.fromkeys(screened, 0.25)
    assert pushed(actions, "community.residents_hours") == pytest.approx({c: n / 5 for c, n in screened.items()})
    assert pushed(actions, "community.spending") == pytest.approx({c: n * 5 for c, n in screened.items()})
    minutes = pushed(actions, "pool.overhead_minutes")
    at = setting().community_pool
    assert {c: minutes[int(at[c])] for c in screened} == pytest.approx({c: n * 2 for c, n in screened.items()})


# Containment, and reserves paired during a shock: general parts -----------------------------------------------------


def outbreak(policies=(), days=6, end=4 * DAY, **parameters):
    """Return a run with an outbreak everywhere from Monday, eight o'clock."""
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    shock = ShockPlan("o", "outbreak", 480, end, 1.0)
    return Simulation(RunPlan(CITY, MONDAY, days, 0, 1, 1.0, named, (shock,), policies))


class Screen:
    """A policy that screens some communities from the first day on."""

    instance = "screen"

    def __init__(self, share, rows):
        self.share, self.rows = share, rows

    def strength(self, day):
        return 1.0

    def act(self, setting, day):
        return Actions((Contribution(SCREENING, self.rows, self.share),))


def test_an_outbreak_recedes_each_midnight_where_residents_are_screened_and_leaves_nothing():
    sim = outbreak((Screen(0.5, np.array([2])),), shock__containment=0.4, shock__absence=0.1)
    hit, away = [], []
    for _ in range(5):
        sim.step()
        hit.append(sim.tables["shock_hit"][0, [1, 2]].tolist())
        away.append(sim.tables["absence"][[1, 2]].tolist())
    assert hit == [pytest.approx([1.0, 0.8**k]) for k in range(5)]
    assert away[:4] == [pytest.approx([0.1, 0.1 * 0.8**k]) for k in range(4)]
    assert away[4] == pytest.approx([0.0, 0.0], abs=1e-12)


def test_fewer_tasks_arise_where_it_recedes_and_no_other_ones():
    def tasks(share):
        log = []
        shock = ShockPlan("o", "outbreak", 480, 9 * DAY, 1.0)
        policies = (Screen(share, np.array([2])),)
        sim = Simulation(RunPlan(CITY, MONDAY, 9, 0, 1, 0.0, {}, (shock,), policies), 1, log.append)
        sim.run_to_end()
        rows = np.concatenate(log)
        return set(rows["incident"][rows["kind"] == 0].tolist())

    plain, screened = tasks(0.0), tasks(1.0)
    assert screened < plain


def test_paired_people_come_after_their_delay_though_the_shock_runs_already_and_go_when_the_regime_ends():
    policy = make(EpidemicRegime, on_threshold=0.1, cadres_per_community=0, delay_minutes=90)
    policy = EpidemicRegime(dataclasses.replace(policy.settings, end_day=3))
    sim = outbreak((policy,))
    sim.step()
    assert len(sim._bench._rows) == 0
    sim.step()
    pairs = sim._bench._rows
    people = sim.tables["responders"]
    assert len(pairs) > 5
    came = people["active"][pairs] == 1
    assert came.all()
    assert set(people["from_minute"][pairs].tolist()) == {DAY + 90}
    sim.step()
    assert set(people["from_minute"][pairs].tolist()) == {DAY + 90}
    idle = sim.tables["responders"]["state"][pairs] == R.IDLE
    assert idle.any()
    sim.step()
    assert (sim.tables["responders"]["active"][pairs][idle] == 0).all()
