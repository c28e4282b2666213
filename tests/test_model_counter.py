"""The counter: a simple case ends there in minutes, by who owes least; all else goes the ordinary way."""

from __future__ import annotations

import numpy as np
import pytest
from one_need import case_of, flow, members, open_day, put, quiet, run

from cogov.agents import responders as R
from cogov.model import state as S
from cogov.model.calendar import DAY
from cogov.model.draws import WORK, uniform
from cogov.model.occasions import FIXED
from cogov.model.reporting import COUNTER, DIRECT

MORNING, OWN = 600, 256
"""Ten o'clock; occasion on which the resident concerned decides."""


def at_counter(share=1.0, hands=True, key=1, channel=COUNTER, category="sanitation", columns=None, **parameters):
    """Return a run in which a need is reported at the counter on Monday at ten, and its row."""
    sim = quiet(5, **parameters)
    sim.tables["topic_levers"]["counter"] = share
    open_day(sim, hands=hands)
    return sim, put(sim, category, 0, MORNING, channel=channel, number=key, **(columns or {}))


def test_a_simple_case_ends_at_the_counter_and_a_worker_owes_the_minutes():
    sim, n = at_counter(handling__counter_minutes=25)
    owed = sim.tables["responders"]["owed_minutes"].copy()
    run(sim, 0, MORNING + 25)
    assert (sim.tables["needs"]["phase"][n], sim.tables["needs"]["contacted"][n]) == (S.WORKING, MORNING)
    run(sim, MORNING + 25, MORNING + 26)
    assert [flow(sim, k) for k in (S.C_SOLVED, S.C_CLOSED, S.C_GRID_CLOSED, S.C_RESPONDED)] == [1, 1, 1, 1]
    assert sim.tables["sc"][S.COHORT_AT_ONCE] == 1
    assert sim.tables["sc"][S.CASES_LIVE] == 0
    more = sim.tables["responders"]["owed_minutes"] - owed
    who = np.flatnonzero(more)
    assert more[who].tolist() == [25]
    assert who[0] in members(sim, int(sim.tables["nets"][0, 5]))
    folded = sim.tables["stage_table"].sum(axis=(0, 1))
    assert (folded[S.WORKING], folded[S.TRAVELLING], folded[:-1].sum()) == (25, 0, 25)
    assert (sim.tables["responders"]["state"] == R.IDLE).all()


def test_those_who_owe_least_take_the_next_case():
    sim, _ = at_counter()
    ours = members(sim, int(sim.tables["nets"][0, 5]))
    ours = [r for r in ours if sim.tables["responders"]["kind"][r] == R.COMMUNITY_WORKER]
    for k in range(2, 2 + 2 * len(ours)):
        put(sim, "sanitation", 0, MORNING + k, channel=COUNTER, number=k)
    run(sim, 0, MORNING + 60)
    owed = sim.tables["responders"]["owed_minutes"][ours]
    assert owed.sum() == 20 * (1 + 2 * len(ours))
    assert np.ptp(owed) <= 20
    everybody = sim.tables["responders"]
    assert everybody["owed_minutes"].sum() == everybody["overhead_minutes"].sum() == owed.sum()


@pytest.mark.parametrize(
    "other",
    [
        {"columns": {"level": 2}},
        {"columns": {"parties": 2}},
        {"channel": DIRECT},
        {"category": "emergency"},
        {"hands": False},
        {"share": 0.0},
    ],
    ids=["level", "parties", "channel", "emergency", "nobody there", "base"],
)
def test_other_cases_go_the_ordinary_way(other):
    sim, n = at_counter(**other)
    run(sim, 0, MORNING + 1)
    assert sim.tables["needs"]["phase"][n] == S.ACCEPTANCE
    assert case_of(sim, n)["status"] == S.HELD


def test_what_the_counter_cannot_solve_goes_the_ordinary_way():
    sim = quiet()
    luck = {k: [uniform(sim.keys[WORK], k, FIXED + visit) for visit in (1, 2)] for k in range(1, 99)}
    key = next(k for k, (first, second) in luck.items() if first >= 0.5 > second)
    sim, n = at_counter(key=key, handling__fix=0.5)
    run(sim, 0, MORNING + 21)
    assert (sim.tables["needs"]["phase"][n], sim.tables["needs"]["visits"][n]) == (S.ACCEPTANCE, 1)
    run(sim, MORNING + 21, DAY)
    assert [flow(sim, k) for k in (S.C_SOLVED, S.C_CLOSED, S.C_RESPONDED)] == [1, 1, 1]
    assert sim.tables["sc"][S.COHORT_AT_ONCE] == 0


def test_every_report_at_a_counter_counts_as_its_use():
    sim, _ = at_counter(0.0)
    put(sim, "dispute", 0, MORNING + 1, channel=COUNTER, number=2, level=2)
    put(sim, "dispute", 0, MORNING + 1, channel=DIRECT, number=3)
    put(sim, "dispute", 4, MORNING + 2, channel=COUNTER, number=4)
    run(sim, 0, DAY)
    assert sim.tables["counter_use"].tolist() == [2, 1]
