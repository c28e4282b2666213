"""Rules of residents: exact values of the standard forms, and the direction of every effect."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogov.agents import residents as P

unit = st.floats(0, 1)
logit = st.floats(-8, 8)


@given(st.floats(-30, 30))
def test_the_logistic_is_itself_and_symmetric(x):
    assert P.logistic(x) == pytest.approx(1 / (1 + math.exp(-x)), rel=1e-15)
    assert P.logistic(x) + P.logistic(-x) == pytest.approx(1.0, abs=1e-15)


def test_the_logistic_is_safe_far_out():
    assert P.logistic(1000.0) == 1.0
    assert P.logistic(-1000.0) == 0.0
    assert P.logistic(0.0) == 0.5


@given(logit, logit, logit, logit, logit)
def test_reporting_adds_motives_and_subtracts_friction(a, b, c, d, e):
    assert P.report_probability(a, b, c, d, e) == P.logistic(a + b + c + d - e)
    assert P.report_probability(a, b, c, d, e + 1.0) <= P.report_probability(a, b, c, d, e)
    assert P.report_probability(a, b + 1.0, c, d, e) >= P.report_probability(a, b, c, d, e)


@given(logit, logit, logit, logit, logit)
def test_satisfaction_falls_with_slowness_and_returns(a, b, c, d, e):
    assert P.satisfied_probability(a, b, c, d, e) == P.logistic(a + b - c - d + e)


def test_trust_steps_towards_the_outcome_bad_news_the_further():
    assert P.moved_trust(0.5, 0.9, 0.05, 0.10, 1.0) == pytest.approx(0.52, rel=1e-12)
    assert P.moved_trust(0.5, 0.1, 0.05, 0.10, 1.0) == pytest.approx(0.46, rel=1e-12)
    assert P.moved_trust(0.5, 0.1, 0.05, 0.10, 0.3) == pytest.approx(0.488, rel=1e-12)
    assert P.moved_trust(0.7, 0.7, 0.05, 0.10, 1.0) == 0.7
    assert P.moved_trust(0.9, 0.0, 0.05, 1.0, 2.0) == 0.0


@given(unit, unit, unit, unit, unit)
def test_trust_moves_towards_the_outcome_and_never_past_it(trust, outcome, gain, loss, weight):
    new = P.moved_trust(trust, outcome, gain, loss, weight)
    assert min(trust, outcome) - 1e-12 <= new <= max(trust, outcome) + 1e-12
