"""What every policy has to keep, whatever it does: asked of each one that exists.

A policy whose card stands in the registry is tested here without being named; its direct effect is tested in a file of
its own, ``test_policy_<id>.py``.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from policy_city import ALL, CITY, MONDAY, levers, make, setting

from cogov.model.calendar import DAY
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.registry import policies

DAYS, START = 45, 33
"""Length of a run and day on which the policy starts in it, after a turn of the month."""
SHOCKS = tuple(
    ShockPlan(kind, kind, (START + 1) * DAY, (START + 8) * DAY, severity)
    for kind, severity in (("outbreak", 1.0), ("hotline_surge", 5.0))
)
ACCOUNTS = (
    "overhead_hours.total", "lent_hours", "unit_hours", "person_hours.total", "money_cny.total", "residents_hours",
)  # fmt: skip
"""Where a policy's cost may show."""
CALM = {"hotline.consultations": 0, "staff.quit": 0}
CHOSEN = {"secretary_projects": {"chosen": "dispute"}}
"""What a policy needs in order to act where nothing happens: without known cases secretaries wait for the first."""
SAVES = {"budget_shift": {"person_hours.total"}}
"""Accounts that a policy may lower where nothing happens: leave is drawn anew for those who serve elsewhere."""

each = pytest.mark.parametrize("policy", policies().values(), ids=lambda p: p.card.id)


def run(*acting):
    """Return a finished run under these policies, and its event log."""
    log = []
    sim = Simulation(RunPlan(CITY, MONDAY, DAYS, 0, 0, policies=acting, shocks=SHOCKS), 5, log.append)
    sim.run_to_end()
    return sim, np.concatenate(log)


@cache
def baseline():
    """Return the run without any policy."""
    return run()


def acting(policy, **changes):
    """Return a policy that starts within the run."""
    return policy(Settings(**{"instance": "p", "start_day": START, **changes}))


def same(one, two):
    """Return whether two tables are equal, column by column (what lies between columns is nobody's)."""
    if one.dtype.names is None:
        return np.array_equal(one, two, equal_nan=one.dtype.kind == "f")
    return all(same(one[name], two[name]) for name in one.dtype.names)


@each
def test_where_it_reaches_nobody_it_changes_nothing(policy):
    """The null identity, to the bit: no draw, no row, no id is made for a policy of no effect."""
    nowhere = np.zeros(len(ALL), dtype=bool)
    for changes in ({"communities": nowhere}, {"intensity": 0.0}, {"start_day": DAYS + 1}, {"end_day": START}):
        sim, log = run(acting(policy, **changes))
        plain, plain_log = baseline()
        assert np.array_equal(log, plain_log), changes
        for name, table in plain.tables.items():
            assert same(sim.tables[name], table), (changes, name)


@each
def test_before_its_start_nothing_differs(policy):
    sim, log = run(acting(policy))
    plain, plain_log = baseline()
    before = [rows[rows["minute"] < START * DAY] for rows in (log, plain_log)]
    assert np.array_equal(*before)
    assert np.array_equal(sim.tables["counts"][:START], plain.tables["counts"][:START])
    people = (other.tables["responders"] for other in (sim, plain))  # minutes owed show where no need happens to move
    assert not (np.array_equal(log, plain_log) and same(*people)), "from its start on nothing differs either"


def idle_accounts(*acting):
    """Return the accounts of a run in which no need arises and nobody quits, so that policies alone can move them."""
    sim = Simulation(RunPlan(CITY, MONDAY, DAYS, 0, 0, 0.0, CALM, policies=acting), 5)
    sim.run_to_end()
    summary = sim.result().summary
    return {name: summary[name] for name in ACCOUNTS}


@cache
def idle():
    """Return the accounts of that run without any policy."""
    return idle_accounts()


@each
def test_its_cost_appears_in_the_accounts(policy):
    """Where nothing happens and nothing is by chance, what it takes shows, and nothing is gained."""
    ours = idle_accounts(acting(policy, parameters=CHOSEN.get(policy.card.id, {})))
    assert [name for name in ACCOUNTS if ours[name] > idle()[name]], "it is said to cost something: nothing rose"
    fell = {name for name in ACCOUNTS if ours[name] < idle()[name] * (1 - 1e-12)}
    assert fell <= SAVES.get(policy.card.id, set()), "it saves where nothing happens"


def test_where_nothing_happens_the_accounts_are_the_same_every_time():
    assert idle_accounts() == idle()
    assert idle()["overhead_hours.total"] == idle()["lent_hours"] == idle()["residents_hours"] == 0.0


@each
def test_what_a_policy_pushes_is_what_its_card_names(policy):
    made = make(policy)
    days = Days()
    moved = set().union(*(levers(made.act(days.on(day), day)) for day in range(40)))
    assert moved == set(policy.card.levers)


@each
def test_the_same_question_has_the_same_answer(policy):
    one, two = (digest(make(policy, intensity=0.7), 40) for _ in range(2))
    assert one == two


class Days:
    """What a policy sees: other work known from day to day, none in a month's second half; the same object each day."""

    def __init__(self):
        self.day = 0
        self.topics = np.arange(len(ALL) * len(setting().catalogue.rows)).reshape(len(ALL), -1)
        pools = setting().pools.copy()
        pools["waiting"][setting().community_pool] = ALL % 2 * 7
        self.setting = replace(setting(), known_load=lambda: ALL % 2 * 7.0, known_cases=self.known, pools=pools)

    def known(self):
        """Return open cases and overdue ones by community and category."""
        there = self.day % 30 < 15
        return (self.topics * 7 + self.day) % 11 * there, (self.topics * 5 + self.day) % 13 * there

    def on(self, day):
        """Return the setting of a day."""
        self.day = day
        return self.setting


def digest(policy, days):
    """Return a hash of all that a policy asks for on the first days, with some work known."""
    h, seen = hashlib.sha256(), Days()
    for day in range(days):
        if policy.strength(day) <= 0.0:
            continue
        actions = policy.act(seen.on(day), day)
        for c in actions.contributions:
            h.update(c.lever.encode() + np.ascontiguousarray(c.rows).tobytes())
            h.update(np.ascontiguousarray(np.broadcast_to(c.value, len(c.rows)), dtype=float).tobytes())
        for name in actions.postings.dtype.names:  # what lies between columns has no meaning
            h.update(np.ascontiguousarray(actions.postings[name]).tobytes())
        h.update(np.ascontiguousarray(actions.rosters).tobytes())
    return h.hexdigest()


@pytest.mark.parametrize(
    ("policy", "p"),
    [(policy, p) for policy in policies().values() for p in policy.card.parameters],
    ids=lambda x: x.name if hasattr(x, "name") else x.card.id,
)
def test_a_parameter_changes_what_is_asked(policy, p):
    """Every other choice shows, and of a number another value of its range."""
    usual = digest(make(policy), 90)
    if p.choices:
        assert [c for c in p.choices if c != p.default and digest(make(policy, **{p.name: c}), 90) == usual] == []
    else:
        others = dict.fromkeys((p.default * 1.5 + 0.1, p.default * 0.5, p.high, p.low))
        others = [x for x in others if p.low <= x <= p.high and x != p.default]
        assert any(digest(make(policy, **{p.name: x}), 90) != usual for x in others)


@each
def test_it_has_a_test_of_its_direct_effect(policy):
    """A function that pytest runs, with something asserted in it, and no mark by which it is skipped."""
    path = Path(__file__).parent / f"test_policy_{policy.card.id}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [x for x in tree.body if isinstance(x, ast.FunctionDef) and x.name.startswith("test_direct_effect")]
    assert found
    for test in found:
        assert any(isinstance(inside, ast.Assert) for inside in ast.walk(test)), test.name
        assert not [mark for mark in map(ast.unparse, test.decorator_list) if "skip" in mark or "xfail" in mark]
