"""No lever is idle: each, pushed alone on all its rows, changes something that a run reports."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import pytest
from policy_city import CITY, MONDAY, PLACES

from cogov.agents import responders as R
from cogov.model.calendar import DAY
from cogov.model.interventions import Actions
from cogov.model.levers import LEVERS, SCALE, Contribution
from cogov.model.organisations import CARE, MEDIATION, SANITATION
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.postings import FROM_UNIT, HIRED, posting_rows
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.people import star

DAYS = 66
SHOCKS = tuple(ShockPlan(kind, kind, 62 * DAY, 65 * DAY) for kind in ("outbreak", "rainstorm", "fire", "hotline_surge"))


def helpers(setting):
    """Return people for each community, so that it matters who goes, who is founded and which units are willing.

    Two hired helpers differ in skills; a volunteer serves the street's mass organisation; willing units lend.
    """
    three = posting_rows(3 * len(PLACES))
    three["community"], three["person"] = np.repeat(np.arange(len(PLACES)), 3), np.arange(len(three)) % 3
    three["kind"], three["source"], three["shift"] = R.SOCIAL_WORKER, HIRED, R.OFFICE
    three["skills"] = np.array([MEDIATION, SANITATION | CARE, MEDIATION | CARE])[three["person"]]
    volunteers = three["person"] == 2
    three["kind"][volunteers] = R.MASS_VOLUNTEER
    three["pool"][volunteers] = setting.mass_pool[PLACES["street"][three["community"][volunteers]]]
    units = np.flatnonzero((setting.units["joined"] == 1) & (setting.units["willing"] >= 0.4))
    lent = posting_rows(len(units))
    lent["community"], lent["home"] = setting.units["community"][units], units
    lent["person"] = units - np.searchsorted(setting.units["community"], lent["community"])
    lent["kind"], lent["source"], lent["shift"], lent["skills"] = R.UNIT_HELPER, FROM_UNIT, R.OFFICE, SANITATION
    rows = np.concatenate([three, lent])
    rows["productivity"] = 1.0
    return rows


EAGER = {"office.call_queue": 0.1, "staff.quit": 0.2}
"""Volunteers are called by short queues, which are all that a small city has; enough quit for pay to matter."""
BESIDE: dict[str, dict[str, float]] = {
    "community.talk_days": {"topic.talks": 1.0},  # rounds have an interval only where there are talks
    # a reminder needs somebody flagged and a day; its minutes a reminder
    "community.reminder_share": {"community.reminder_days": 2.0},
    "community.reminder_days": {"community.reminder_share": 0.5, "community.reminder_minutes": 60.0},
    "community.reminder_minutes": {"community.reminder_share": 1.0, "community.reminder_days": 2.0},
    "topic.whistle_limit": {"topic.whistle": 1.0},  # it bounds what is whistled for
}
"""Levers that matter only where another is pushed as well: what else is pushed, with them and without them."""
ELSEWHERE = {"topic.officers": "of officers who are posted: tests/test_model_authority.py"}
"""Levers that matter only to people of a kind whom these helpers are not, and where that is shown."""


class Push:
    """A policy of a few helpers and one rota a community, and of nothing but constant pushes on all rows of levers."""

    instance = "push"

    def __init__(self, **values):
        self.values = values

    def strength(self, day):
        """Return full strength on every day."""
        return 1.0

    def act(self, setting, day):
        """Push the levers."""
        pushes = [Contribution(name, np.arange(self.rows[name.split(".")[0]]), value)
                  for name, value in self.values.items()]  # fmt: skip
        return Actions(pushes, helpers(setting), star(setting.nets, setting.nets >= 0))


@cache
def usual(lever):
    """Return the hash of a run in which nothing is pushed but what a lever needs beside it."""
    return outcome(**BESIDE.get(lever, {}))


def outcome(**values):
    """Return a hash of what a run reports under these pushes."""
    push = Push(**values)
    sim = Simulation(RunPlan(CITY, MONDAY, DAYS, 0, 0, parameters=EAGER, policies=(push,), shocks=SHOCKS), 3)
    push.rows = {of: len(rows) for of, rows in sim.base.items()}
    sim.run_to_end()
    result = sim.result()
    digest = hashlib.sha256(repr(sorted(result.summary.items())).encode())
    digest.update(sim.tables["counts"].tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("lever", [x for x in LEVERS.values() if x.name not in ELSEWHERE], ids=lambda x: x.name)
def test_a_lever_has_an_effect(lever):
    low, high = lever.column.low, 1000.0 if lever.column.high is None else lever.column.high
    pushes = (0.5, 2.0, 100.0, 0.001) if lever.fold == SCALE else (0.3, high, low)
    beside = BESIDE.get(lever.name, {})
    assert any(outcome(**beside, **{lever.name: x}) != usual(lever.name) for x in pushes)
