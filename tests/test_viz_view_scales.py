"""Scales of colours: round ends, that hold while a run goes."""

import numpy as np
import pytest

from cogov.viz.view.scales import Scale, change_scale, level_scale, shown, unit_of

FAR = np.linspace(0.0, 97.0, 500, dtype=np.float32)


def test_a_scale_goes_from_nothing_or_near_the_least_to_a_round_number_over_nearly_all():
    assert level_scale([FAR]) == Scale(0.0, 100.0)
    near = level_scale([np.float32([0.61, 0.64, 0.66])])
    assert (near.low, near.high) == pytest.approx((0.6, 0.8))
    outlier = np.append(FAR, np.float32(1e6))
    assert level_scale([outlier]).high == 100.0


def test_without_a_value_there_is_a_scale_all_the_same():
    for values in ([], [np.float32([np.nan])], [np.zeros(3, dtype=np.float32)]):
        assert level_scale(values) == Scale(0.0, 1.0)
        assert change_scale(values) == Scale(-1.0, 1.0)


def test_a_scale_in_use_grows_and_does_not_shrink():
    before = level_scale([FAR])
    assert level_scale([FAR / 10], before) is before
    assert level_scale([FAR * 3], before) == Scale(0.0, 300.0)
    wide = change_scale([FAR - 50.0])
    assert wide == Scale(-50.0, 50.0)
    assert change_scale([(FAR - 50.0) / 10], wide) is wide
    assert change_scale([FAR], wide) == Scale(-100.0, 100.0)


def test_ends_are_round_in_the_unit_that_is_shown():
    hours = level_scale([FAR * 60], factor=1 / 60)
    assert hours.high == pytest.approx(6000.0)
    assert Scale(0.0, 2.0).covers(Scale(0.5, 2.0))
    assert not Scale(0.0, 2.0).covers(Scale(0.5, 2.1))


@pytest.mark.parametrize(("unit", "size", "change", "factor", "word"), [
    ("min", 5.0, False, 1.0, "unit.min"), ("share", 0.4, False, 100.0, "unit.percent"),
    ("share", 0.4, True, 100.0, "unit.points"), ("needs", 9.0, False, 1.0, "view.unit.needs"),
])  # fmt: skip
def test_each_unit_has_its_factor_and_word(unit, size, change, factor, word):
    assert unit_of(unit, size, change) == (factor, word)


def test_long_times_are_shown_in_longer_units():
    factors = [unit_of("min", size)[0] for size in (30.0, 600.0, 20_000.0)]
    assert factors == sorted(factors, reverse=True)
    assert len(set(factors)) == 3


@pytest.mark.parametrize(("x", "unit", "text"), [
    (0.25, "share", "25.0%"), (123.4, "needs", "123"), (12.34, "needs", "12.3"), (1.234, "needs", "1.23"),
    (5.0, "needs", "5"),
])  # fmt: skip
def test_single_values_have_the_digits_that_they_need(x, unit, text):
    assert shown(x, unit) == text
