"""Paired statistics, checked against hand-made numbers and SciPy's own test."""

import math

import numpy as np
import pytest
from scipy import stats

from cogov.experiments.statistics import Paired, holm, judged, paired, smallest, t_half_width, t_p, told_apart, verdict
from cogov.model.measures import measure_of


def test_interval_is_that_of_the_paired_t_test():
    rng = np.random.default_rng(3)
    a = rng.normal(100, 10, 8)
    b = a - 5 + rng.normal(0, 1, 8)
    pair = paired(a, b)
    interval = stats.ttest_rel(b, a).confidence_interval(0.95)
    assert pair.difference == pytest.approx((b - a).mean())
    assert (pair.low, pair.high) == pytest.approx((interval.low, interval.high))
    assert pair.relative == pytest.approx((b - a).mean() / a.mean())
    assert pair.correlation == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert pair.variance_ratio == pytest.approx((np.var(a, ddof=1) + np.var(b, ddof=1)) / np.var(b - a, ddof=1))


def test_one_replication_has_no_interval():
    pair = paired(np.array([1.0]), np.array([2.0]))
    assert (pair.n, pair.difference) == (1, 1.0)
    assert math.isnan(pair.low)
    assert verdict(pair, 1) == "not_told_apart"
    assert math.isnan(t_half_width(np.array([1.0])))


def test_a_replication_without_a_value_counts_on_neither_side():
    pair = paired(np.array([1.0, math.nan, 3.0]), np.array([2.0, 9.0, 4.0]))
    assert (pair.n, pair.baseline, pair.difference) == (2, 2.0, 1.0)
    assert paired(np.array([math.nan]), np.array([1.0])).n == 0


def test_equal_runs_are_not_told_apart():
    values = np.array([0.1, 0.2, 0.3])
    pair = paired(values, values.copy())
    assert pair.difference == 0
    assert verdict(pair, -1) == "not_told_apart"


def test_a_constant_shift_needs_no_more_replications():
    pair = paired(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]))
    assert pair.variance_ratio == math.inf
    assert pair.correlation == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("shift", "better", "word"), [(-1, -1, "better"), (-1, 1, "worse"), (1, 1, "better"), (1, 0, "changed")]
)
def test_verdicts_follow_the_direction_that_is_better(shift, better, word):
    a = np.array([10.0, 11.0, 12.0, 13.0])
    assert verdict(paired(a, a + shift + np.array([0.01, -0.01, 0.02, -0.02])), better) == word


def test_small_differences_are_unchanged_however_clear():
    def pair(low, difference, high, baseline=1000.0):
        return Paired(5, baseline, baseline + difference, difference, low, high, difference / baseline, 0.9, 2.0)

    margin = smallest(pair(0, 0, 0).baseline, "min", "speed")
    assert margin == pytest.approx(10.0)
    assert verdict(pair(-9.0, -8.0, -7.0), -1, margin) == "unchanged"
    assert verdict(pair(-12.0, -8.0, -4.0), -1, margin) == "unchanged"
    assert verdict(pair(-5.0, 1.0, 7.0), -1, margin) == "unchanged"
    assert verdict(pair(-15.0, 1.0, 17.0), -1, margin) == "not_told_apart"
    assert verdict(pair(-15.0, -12.0, -9.0), -1, margin) == "better"
    assert smallest(pair(0, 0, 0, 0.8).baseline, "share", "rates") == 0.001
    assert smallest(pair(0, 0, 0).baseline, "person-hours", "cost") == 0.0


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (1.4, 1.2, "better"),
        (1.2, 1.4, "worse"),
        (0.7, 0.9, "better"),
        (0.9, 0.7, "worse"),
        (1.4, 0.95, "better"),  # past the ideal, and nearer
        (1.05, 0.6, "worse"),
        (1.25, 0.8, "changed"),  # as far away as before
        (1.2, 1.201, "unchanged"),
    ],
)
def test_a_ratio_is_judged_by_its_distance_from_the_ideal(before, after, word):
    noise = np.array([0.99, 1.0, 1.01, 1.0])
    pair, told = judged(measure_of("equity.old_over_commercial"), before * noise, after * noise)
    assert told == word
    assert pair.difference == pytest.approx(after - before)


def test_a_ratio_that_is_not_told_apart_has_neither_come_nearer_nor_gone_away():
    before, after = np.array([1.1, 1.3, 1.2, 1.25]), np.array([1.3, 1.1, 1.25, 1.2])
    assert judged(measure_of("equity.village_over_city"), before, after)[1] == "not_told_apart"
    pair, told = judged(measure_of("equity.village_over_city"), np.zeros(3), np.array([0.5, 0.51, 0.49]))
    assert (pair.n, told) == (3, "changed")  # nothing is known of how far away nought is


def test_a_measure_with_a_direction_is_judged_by_it():
    hours = np.array([90.0, 100.0, 110.0])
    assert judged(measure_of("solution_minutes.mean"), hours, hours - 20.0)[1] == "better"
    assert judged(measure_of("needs_solved"), hours, hours - 20.0)[1] == "changed"


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="cannot be paired"):
        paired(np.zeros(2), np.zeros(3))


def test_holms_procedure_keeps_false_alarms_of_a_family_at_five_per_cent():
    """2,000 families of 6 true and 4 clearly false hypotheses: any true one is rejected in 5 % (bounds: 4 errors).

    A true one is rejected more seldom than Bonferroni's 0.05 / 10 for each would have it while the false ones stand,
    and at 0.05 / 6 once they have been rejected; so about 0.05 for the family, and not far below.
    """
    rng, alarms, found = np.random.default_rng(5), 0, 0
    for _ in range(2000):
        samples = rng.standard_normal((10, 12))
        samples[:4] += 5.0
        rejected = np.array(holm([t_p(x) for x in samples])) <= 0.05
        alarms += rejected[4:].any()
        found += rejected[:4].all()
    error = 4 * np.sqrt(0.05 * 0.95 / 2000)
    assert 0.05 - error - 0.005 <= alarms / 2000 <= 0.05 + error
    assert found == 2000


def test_equal_differences_leave_no_doubt():
    assert t_p(np.full(8, 437.0)) == 0.0
    assert t_p(np.zeros(8)) == 1.0
    assert t_p(437.0 + np.linspace(-1e-3, 1e-3, 8)) < 1e-9  # to which Student's p falls


def test_two_of_several_are_told_apart_by_pairs_of_replications_and_not_by_their_own_spread():
    luck = np.array([-3.0, 1.0, 4.0, -2.0])
    values = {"a": luck, "b": luck + np.array([0.1, 0.2, 0.1, 0.2]), "c": luck + np.array([1.1, -0.8, 0.9, -0.7])}
    assert told_apart(values) == {frozenset("ab")}


def test_of_many_pairs_each_needs_more_to_be_told_apart():
    delta = np.array([0.4, 1.0, 1.6, 0.7, 1.3, 0.1])
    assert t_p(delta) < 0.05
    rest = {str(i): np.full(6, 5.0) for i in range(30)}
    two = {"a": np.zeros(6), "b": delta}
    assert told_apart(two) == {frozenset("ab")}
    assert frozenset("ab") not in told_apart({**two, **rest})


def test_one_replication_tells_nothing_apart():
    assert told_apart({"a": np.array([1.0]), "b": np.array([9.0])}) == set()
