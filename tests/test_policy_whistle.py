"""Whistle and report: which joint cases are whistled for, within which limits, and what following them up costs."""

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, PLACES, levers, make, pushed, setting

from cogov.model import state as S
from cogov.model.ledger import LOG_JOINT
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.whistle import Whistle


def blow(communities=None, **parameters):
    """Return what the policy asks for."""
    return make(Whistle, communities=communities, **parameters).act(setting(), 0)


def by_category(asked):
    """Return the value of each category, the same in every community."""
    ids = setting().catalogue.ids
    values = {name: {asked[c * len(ids) + k] for c in ALL if c * len(ids) + k in asked} for k, name in enumerate(ids)}
    return {name: v.pop() for name, v in values.items() if len(v) == 1}


def test_each_kind_of_whistle_has_its_categories_and_its_chance():
    chance = by_category(pushed(blow(daily=0.1, tough=0.6, emergency=0.9), "topic.whistle"))
    assert set(chance) == set(setting().catalogue.ids)
    assert {name for name, v in chance.items() if v == 0.9} == {"emergency", "fire_gas"}
    assert {name for name, v in chance.items() if v == 0.6} == {"illegal_building", "petition"}
    assert chance["sanitation"] == chance["utilities"] == 0.1


def test_a_limit_of_so_many_hours_is_so_many_days_of_office_minutes():
    limit = by_category(pushed(blow(daily_limit=36, tough_limit=12), "topic.whistle_limit"))
    assert limit["sanitation"] == 1.5 * 540
    assert limit["petition"] == 0.5 * 540
    assert "emergency" not in limit  # its parties set out at once


def test_a_kind_that_is_not_blown_for_is_left_alone():
    chance = by_category(pushed(blow(daily=0, emergency=0), "topic.whistle"))
    assert set(chance) == {"illegal_building", "petition"}
    assert levers(blow(daily=0, tough=0, emergency=0)) == set()


def test_following_up_takes_hours_of_the_streets_reached_by_the_share_of_their_communities():
    first = PLACES["street"] == 0
    where = first & (np.cumsum(first) == 1)
    minutes = pushed(blow(where, follow_up_hours=3), "pool.overhead_minutes")
    assert minutes == pytest.approx({int(setting().street_pool[0]): 180.0 / first.sum()})


def test_direct_effect_parties_are_called_together_and_their_hours_leave_line_work():
    def result(*policies):
        log, kept = [], {"handling.overflow": 0.0}  # an overdue case that is handed to the street is not set up again
        sim = Simulation(RunPlan(CITY, MONDAY, 30, 0, 10, parameters=kept, policies=policies), 1, log.append)
        sim.run_to_end()
        together = int((np.concatenate(log)["kind"] == LOG_JOINT).sum())
        return sim.tables["line_work"], together, int(sim.tables["counts"][:, :, S.C_JOINT].sum())

    (base, some, of), (whistled, every, of_all) = result(), result(make(Whistle, daily=1.0, tough=1.0, emergency=1.0))
    assert of > 30
    assert some / of == pytest.approx(0.15, abs=4 * (0.15 * 0.85 / of) ** 0.5)  # convened anyway; false alarms: 6e-5
    assert every == of_all
    assert not base["lent_minutes"].any()
    assert whistled["lent_minutes"].sum() > 0
    assert not whistled["taken_hours"].any()
