"""Selection on cases whose answer is known, and how often it errs."""

import math

import numpy as np
import pytest

from cogov.experiments.selection import pareto_front, shapley, standings


def draws(means, n=10, seed=1, common=5.0):
    """Return values of alternatives with these means that share most of their luck."""
    rng = np.random.default_rng(seed)
    luck = common * rng.standard_normal(n)
    return {f"a{i}": m + luck + rng.standard_normal(n) for i, m in enumerate(means)}


def test_the_clear_best_is_named_and_the_others_are_not():
    found = {s.name: s for s in standings(draws([10, 5, 15]), better=-1)}
    assert {name: s.verdict for name, s in found.items()} == {"a0": "not_best", "a1": "best", "a2": "not_best"}
    assert found["a1"].low == 0.0 < found["a1"].high
    assert found["a1"].high > 5 > 4 > found["a1"].high - 4
    assert found["a0"].low < -5 < found["a0"].high == 0.0
    assert {s.name: s.verdict for s in standings(draws([10, 5, 15]), better=1)}["a2"] == "best"


def test_what_cannot_be_told_apart_may_be_best():
    found = standings(draws([5, 5.05, 20]), better=-1)
    assert [s.verdict for s in found] == ["may_be_best", "may_be_best", "not_best"]
    assert found[0].mean == pytest.approx(draws([5, 5.05, 20])["a0"].mean())


def test_the_truly_best_is_hardly_ever_called_not_best():
    """1,000 times five equal alternatives: one of them wrongly excluded in 5 % at most (bound: 5 % + 4 errors)."""
    wrong = 0
    for seed in range(1000):
        wrong += any(s.verdict != "may_be_best" for s in standings(draws([0] * 5, seed=seed), better=1))
    assert wrong / 1000 <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 1000)


def test_all_intervals_of_the_comparison_with_the_best_hold_together_as_often_as_they_say():
    """1,000 times four alternatives: all leads lie in their intervals in 95 % at least (bound: 4 errors below)."""
    means = np.array([0.0, 0.3, 0.3, 2.0])
    truth = [float(m - np.delete(means, i).max()) for i, m in enumerate(means)]
    held = 0
    for seed in range(1000):
        found = standings(draws(means, seed=seed), better=1)
        held += all(s.low <= lead <= s.high for s, lead in zip(found, truth, strict=True))
    assert held / 1000 >= 0.95 - 4 * math.sqrt(0.05 * 0.95 / 1000)


def test_one_alternative_or_a_measure_without_direction_is_refused():
    with pytest.raises(ValueError, match="no direction"):
        standings(draws([1, 2]), better=0)
    with pytest.raises(ValueError, match="1 alternatives"):
        standings(draws([1]), better=1)
    with pytest.raises(ValueError, match="0 common"):
        standings({"a": np.array([1.0, np.nan]), "b": np.array([np.nan, 1.0])}, better=1)


def test_the_front_leaves_out_what_another_beats_on_both():
    costs, gains = {"a": 1, "b": 2, "c": 3, "d": 2, "e": 1}, {"a": 1, "b": 3, "c": 2, "d": 3, "e": 0}
    assert pareto_front(costs, gains) == ["a", "b", "d"]


def test_shapley_values_add_up_and_split_an_interaction_evenly():
    rng = np.random.default_rng(1)
    luck = rng.standard_normal(6)

    def value(parts):
        a, b, c = ("a" in parts), ("b" in parts), ("c" in parts)
        return 10 + 3 * a + 1 * b + 0 * c + 2 * a * b + luck

    sets = [frozenset(s) for s in ("", "a", "b", "c", "ab", "ac", "bc", "abc")]
    values = {s: value(s) for s in sets}
    found = {s.part: s.value for s in shapley("abc", values)}
    assert found == pytest.approx({"a": 4.0, "b": 2.0, "c": 0.0})
    assert sum(found.values()) == pytest.approx((values[frozenset("abc")] - values[frozenset()]).mean())
    with pytest.raises(KeyError):
        shapley("abc", {frozenset(): luck})
