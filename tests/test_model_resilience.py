"""The shape of a shock, read off a daily curve: how high, how much, how long."""

import math

import numpy as np
import pytest

from cogov.model.resilience import shock_shape


def curve(*after, before=14, level=100.0):
    return np.array([level] * before + list(after), dtype=np.float64)


def test_a_shock_is_measured_against_the_days_before_it():
    shape = shock_shape(curve(120, 150, 130, 104, 100, 100, 99), start=14, days=2)
    assert shape.reference == 100
    assert (shape.peak, shape.peak_day, shape.area) == (50, 1, 20 + 50 + 30 + 4)
    assert (shape.recovery_days, shape.recovered, shape.unmet) == (3, 1, 0)


def test_a_run_that_does_not_recover_counts_up_to_its_end():
    shape = shock_shape(curve(120, 150, 160, 170), start=14, days=1)
    assert (shape.recovery_days, shape.recovered, shape.unmet) == (4, 0, 70)


def test_a_short_lull_is_no_recovery():
    shape = shock_shape(curve(150, 100, 100, 150, 100, 100, 100), start=14, days=1)
    assert shape.recovery_days == 4


def test_a_shock_that_does_not_show_is_over_at_once():
    shape = shock_shape(curve(100, 100, 100, 90), start=14, days=2)
    assert (shape.peak, shape.area, shape.recovery_days, shape.recovered) == (0, 0, 0, 1)


@pytest.mark.parametrize("start", [0, 20])
def test_without_days_before_or_after_nothing_is_known(start):
    assert math.isnan(shock_shape(curve(1, 2, 3, before=3), start=start, days=1).peak)


def test_two_weeks_before_are_the_reference_and_no_more():
    series = np.concatenate([np.full(10, 1000.0), np.full(14, 100.0), [130.0, 100.0, 100.0, 100.0]])
    assert shock_shape(series, start=24, days=1).reference == 100


def test_a_level_a_little_above_the_reference_is_back():
    assert shock_shape(curve(150, 104.9, 105, 104, 104), start=14, days=1).recovery_days == 1
    assert shock_shape(curve(150, 105.1, 105.1, 105.1, 105.1), start=14, days=1).recovered == 0


def test_recovery_is_not_sought_before_the_shock_is_over():
    shape = shock_shape(curve(150, 100, 100, 100, 100, 100, 100), start=14, days=4)
    assert shape.recovery_days == 4


def test_three_days_at_the_very_end_are_enough():
    assert shock_shape(curve(150, 100, 100, 100), start=14, days=1).recovered == 1
    assert shock_shape(curve(150, 100, 100), start=14, days=1).recovered == 0
