"""Whole parts with exact totals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogov.model import apportion as ap
from cogov.model.draws import CITY, normal, stream_keys, uniform
from cogov.model.organisations import shares

weights = st.lists(st.integers(0, 1 << 20), min_size=1, max_size=30).filter(any)


@given(st.integers(0, 10**6), weights)
def test_parts_are_the_exact_shares_rounded_up_for_the_largest_remainders(total, w):
    parts = ap.apportion(total, np.array(w, dtype=np.int64)).tolist()
    exact = [Fraction(total * x, sum(w)) for x in w]
    down = [int(x) for x in exact]
    order = sorted(range(len(w)), key=lambda k: (down[k] - exact[k], k))
    expected = list(down)
    for k in order[: total - sum(down)]:
        expected[k] += 1
    assert parts == expected
    assert sum(parts) == total


def test_a_tie_goes_to_the_first():
    assert ap.apportion(2, np.array([1, 1, 1])).tolist() == [1, 1, 0]


def test_nothing_splits_into_nothing_and_something_needs_a_weight():
    assert ap.apportion(0, np.zeros(3, dtype=np.int64)).tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="cannot split 4 among 2 parts"):
        ap.apportion(4, np.zeros(2, dtype=np.int64))


@given(weights, st.integers(0, 1000))
def test_everybody_has_one_first(w, more):
    w = np.array(w, dtype=np.int64)
    parts = ap.at_least_one(len(w) + more, w)
    assert parts.min() >= 1
    assert parts.sum() == len(w) + more
    assert np.array_equal(parts - 1, ap.apportion(more, w))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20))
def test_offsets_and_ordinals_of_blocks(counts):
    n = np.array(counts, dtype=np.int64)
    assert ap.starts(n).tolist() == [sum(counts[:k]) for k in range(len(counts))]
    assert ap.ordinals(n).tolist() == [i for c in counts for i in range(c)]


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20), st.integers(0, 5000))
def test_real_weights_are_met_to_within_one_person(w, total):
    parts, w = shares(np.array(w), total), np.array(w)
    assert parts.sum() == total
    assert np.abs(parts - total * w / w.sum()).max() < 1.001


def test_columns_are_the_draws_of_their_keys():
    key, things = stream_keys(3)[CITY], np.array([7, 1, 7, 900])
    assert ap.uniform_column(key, things, 5).tolist() == [uniform(key, t, 5) for t in (7, 1, 7, 900)]
    assert ap.normal_column(key, things, 5).tolist() == [normal(key, t, 5) for t in (7, 1, 7, 900)]
    sizes = ap.size_column(key, np.arange(1, 20001), 6, 0.35)
    assert sizes.min() >= 1
    assert sizes.mean() == pytest.approx(ap.ONE, rel=0.01)
    assert ap.size_column(key, things, 6, 0.0).tolist() == [ap.ONE] * 4
