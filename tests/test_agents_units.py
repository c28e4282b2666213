"""A unit's willingness: what it gives and gets, what its neighbours do, and its own bent."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogov.agents import units as U
from cogov.agents.parameters import parameters

shares = st.floats(0, 1)


@pytest.mark.parametrize(("balance", "neighbours", "bent", "expected"), [
    (0.0, 0.4, 0.4, 0.4),
    (1.0, 0.4, 0.4, 0.4 + 0.1 * math.tanh(1.0)),
    (-1.0, 0.4, 0.4, 0.4 - 0.1 * math.tanh(1.0)),
    (0.0, 0.8, 0.4, 0.42),
    (0.0, 0.4, 0.9, 0.45),
])  # fmt: skip
def test_each_pull_by_itself(balance, neighbours, bent, expected):
    got = U.moved_willingness(0.4, bent, balance, neighbours, 0.1, 0.05, 0.1)
    assert got == pytest.approx(expected, rel=1e-12)


@given(shares, shares, st.floats(-1e6, 1e6), shares, shares, shares, shares)
def test_willingness_is_a_share_and_rises_with_what_is_received(willing, bent, balance, neighbours, a, b, c):
    low = U.moved_willingness(willing, bent, balance - 1.0, neighbours, a, b, c)
    high = U.moved_willingness(willing, bent, balance, neighbours, a, b, c)
    assert 0.0 <= low <= high <= 1.0


def test_a_unit_joins_again_only_above_the_mark_at_which_it_leaves():
    default = parameters()
    assert default[U.LEAVES].default < default[U.JOINS].default
