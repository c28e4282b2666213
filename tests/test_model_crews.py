"""Crews: whoever may work today stands in the list of his roster once, and nobody else does."""

from __future__ import annotations

import numpy as np
import pytest
from one_need import crew, open_day, quiet

from cogov.agents import responders as R
from cogov.model.crews import draw_crews, join_crew


@pytest.fixture
def city():
    """Return an open day of the quiet city, with a third of its people off duty, off shift and engaged each."""
    sim = quiet()
    open_day(sim)
    people = sim.tables["responders"]
    row = np.arange(len(people))
    people["active"], people["on"], people["state"] = row % 3 != 0, (row % 3 != 1) * 0b11, R.IDLE
    people["state"][row % 4 == 0] = R.ENGAGED
    draw_crews(sim.w)
    return sim


def drawn(sim):
    """Return the crews of all rosters."""
    return [crew(sim, pool) for pool in range(len(sim.tables["pools"]))]


def test_those_with_a_shift_and_those_engaged_make_up_the_crew(city):
    people, pools = city.tables["responders"], city.tables["pools"]
    there = ((people["active"] == 1) & (people["on"] != 0)) | (people["state"] == R.ENGAGED)
    assert 0 < there.sum() < len(people)
    for pool, rows in enumerate(drawn(city)):
        ours = people["pool"] == pool
        assert rows == np.flatnonzero(ours & there).tolist()
        assert pools["people"][pool] == people["active"][ours].sum()
        assert pools["first"][pool] == (np.flatnonzero(ours)[0] if ours.any() else -1)


@pytest.mark.parametrize("seed", range(3))
def test_everybody_else_may_be_called_in_any_order_and_finds_his_place(city, seed):
    people, pools, before = city.tables["responders"], city.tables["pools"], drawn(city)
    called = np.setdiff1d(np.arange(len(people)), np.concatenate(before))
    on_duty = pools["people"].copy()
    for r in np.random.default_rng(seed).permutation(called).tolist():
        join_crew(city.w, r)
    for pool, rows in enumerate(drawn(city)):
        assert rows == np.flatnonzero(people["pool"] == pool).tolist()
        assert pools["people"][pool] == on_duty[pool] + len(rows) - len(before[pool])
