"""The analysis on cases whose answer is known: effects, interactions, indices; and the coverage of its intervals."""

import math

import numpy as np
import pytest
import synthetic
from small_experiment import DEMAND, PEOPLE, RANGE, RULE, design, experiment
from test_experiments_campaign import run, written

from cogov.experiments.analysis import (
    Values,
    analyse,
    boot_interval,
    effects,
    factor_effects,
    indices,
    needed,
    ranking,
    shares,
    values_of,
)
from cogov.experiments.experiment import load_experiment
from cogov.experiments.points import Design
from cogov.experiments.statistics import t_half_width
from cogov.experiments.store import Store

TWO = (PEOPLE + RANGE, DEMAND, RULE)


def values(array, scenarios=("a", "b")):
    return Values.of("backlog", tuple(scenarios), np.asarray(array, dtype=float))


def luck(*shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape)


def test_a_measure_is_read_by_scenario_point_and_replication(tmp_path):
    path = written(tmp_path)
    run(path, tmp_path / "out", engine=synthetic.engine)
    made = load_experiment(path)
    v = values_of(Store(tmp_path / "out"), Design(made, tmp_path), "solution_minutes.mean")
    assert v.values.shape == (2, 2, 2)
    assert np.isfinite(v.values).all()
    assert (v.values[1] < v.values[0]).all()
    assert np.array_equal(v.values[0, 0], v.values[0, 1])  # the baseline does not have the factor
    with pytest.raises(KeyError):
        values_of(Store(tmp_path / "out"), Design(made, tmp_path), "nothing")
    found = analyse(Store(tmp_path / "out"), Design(made, tmp_path), ["backlog"])
    assert [e["point"] for e in found["backlog"]["effects"]] == [0, 1]
    assert {f["factors"] for f in found["backlog"]["factors"]} == {("cadre_sinking.people_per_community",)}


def test_an_effect_is_that_of_the_pairs_with_both_intervals_around_it():
    base = 100 + 10 * luck(1, 30)
    v = values([base, base - 5 + luck(1, 30, seed=2)])
    (effect,) = effects(v)
    assert effect.pair.difference == pytest.approx(-5, abs=4 / math.sqrt(30))
    assert effect.pair.low < -5 + 0.8 and effect.pair.high > -5 - 0.8  # noqa: PT018
    assert (effect.boot_low, effect.boot_high) == pytest.approx((effect.pair.low, effect.pair.high), abs=0.15)
    assert effect.p < 1e-6 <= effect.adjusted or effect.adjusted == effect.p


def test_effects_are_judged_together():
    v = values([luck(40, 6), luck(40, 6, seed=2)])
    found = effects(v)
    assert min(e.adjusted for e in found) == pytest.approx(min(1.0, 40 * min(e.p for e in found)))


def test_the_replications_needed_are_those_that_make_the_interval_narrow():
    delta = 3.0 * luck(12, seed=5)
    m = int(needed(delta, 0.5))
    spread = np.std(delta, ddof=1)
    half = [t_half_width(np.repeat([-1.0, 1.0], n // 2) * spread * math.sqrt((n - 1) / n)) for n in (m, m - 2)]
    assert m > 12
    assert half[0] <= 0.5 * 1.01
    assert half[1] > 0.5 * 0.97
    assert math.isnan(needed(delta[:1], 0.5))
    assert needed(delta, 1e-9) == math.inf
    assert math.isnan(needed(np.zeros(5), 0.5))
    assert math.isnan(needed(delta[:2], 0.5))


def test_students_interval_covers_as_often_as_it_says():
    """2,000 samples of 8: 95 % within 4 standard errors (a false alarm in 1 of 15,000)."""
    samples = luck(2000, 8, seed=7)
    half = np.array([t_half_width(s) for s in samples])
    hit = np.abs(samples.mean(axis=1)) <= half
    assert hit.mean() == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 2000))


def test_the_bootstrap_interval_covers_nearly_as_often_on_skewed_values():
    """300 samples of 40 from an exponential law: between 88 and 99 % (BCa is known to fall a little short of 95 %)."""
    rng = np.random.default_rng(3)
    hits = [low <= 1.0 <= high for low, high in (boot_interval(rng.exponential(1.0, 40)) for _ in range(300))]
    assert 0.88 <= np.mean(hits) <= 0.99


def test_too_few_or_equal_values_have_no_spread_to_resample():
    assert all(math.isnan(x) for x in boot_interval(np.arange(4.0)))
    assert boot_interval(np.full(6, 2.0)) == (2.0, 2.0)


def test_factor_effects_are_those_that_were_put_in(tmp_path):
    _, d = experiment(tmp_path, *TWO, design("full_factorial"))
    signs = np.array([[1 if d.point(i)[n] == d.point(7)[n] else -1 for n in d.point(0)] for i in range(8)])
    a, b, c = signs.T
    truth = 50 + 3 * a - 2 * b + 0 * c + 1.5 * a * b
    v = values([truth[:, None] + 20 * luck(1, 6) + 0.1 * luck(8, 6, seed=2)], ["one"])
    found = {f.factors: f for f in factor_effects(v, d)}
    names = list(d.point(0))
    assert found[names[0],].effect == pytest.approx(6, abs=0.2)
    assert found[names[1],].effect == pytest.approx(-4, abs=0.2)
    assert found[names[0], names[1]].effect == pytest.approx(3, abs=0.2)
    assert found[names[2],].effect == pytest.approx(0, abs=0.2)
    assert found[names[0],].adjusted < 0.001
    assert found[names[2],].adjusted > 0.01
    assert found[names[0],].low < 6 < found[names[0],].high


def test_interactions_that_share_a_column_with_a_main_effect_are_left_out(tmp_path):
    turnout = '[[factor]]\nname = "cadre_sinking.turnout"\nlow = 0.1\nhigh = 0.9\n'
    _, d = experiment(tmp_path, *TWO, turnout, design("fractional_factorial"))
    found = factor_effects(values([luck(8, 4)], ["one"]), d)
    pairs = [f.factors for f in found if len(f.factors) == 2]
    assert len([f for f in found if len(f.factors) == 1]) == 4
    assert len(pairs) == 3  # six pairs share three columns


def test_the_front_knows_alternatives_of_equal_cost():
    effect = values([np.full((1, 4), x) + np.arange(4) for x in (100.0, 80.0)], ["baseline", "supervision"])
    cost = values([np.full((1, 4), 5.0) + np.arange(4)] * 2, ["baseline", "supervision"])
    front = ranking(effect, cost)["front"]
    assert [row["name"] for row in front] == ["supervision"]


def test_alternatives_are_ranked_shared_out_and_set_against_their_cost(tmp_path):
    path = written(tmp_path)
    run(path, tmp_path / "out", engine=synthetic.engine)
    made = load_experiment(path)
    found = analyse(Store(tmp_path / "out"), Design(made, tmp_path), ["solution_minutes.mean", "person_hours.total"])
    part = found["solution_minutes.mean"]
    assert [s["name"] for s in part["standings"]] == [
        "baseline#0",
        "cadre_sinking#0",
    ]  # points that change nothing once
    assert {row["name"] for row in part["front"]} == {"baseline#0", "cadre_sinking#0"}
    assert part["front"][0]["name"] == "baseline#0"
    assert [s["part"] for s in part["shares"]] == ["cadre_sinking.people_per_community"] * 2
    assert part["shares"][0]["value"] == 0.0


def test_what_came_out_equal_is_ranked_once_and_named():
    first, other = luck(1, 4), luck(1, 4, seed=2)
    found = ranking(values([first, other, first, first], ["a", "b", "c", "d"]), None)
    assert [s["name"] for s in found["standings"]] == ["a", "b"]
    assert found["equal"] == {"a": ["c", "d"]}
    assert ranking(values([first, other]), None)["equal"] == {}


def test_a_measure_without_direction_is_not_ranked():
    assert ranking(Values.of("reports", ("a", "b"), luck(2, 1, 4)), None) == {}


def test_points_that_nobody_chooses_are_not_ranked(tmp_path):
    path = written(tmp_path, DEMAND + design("full_factorial") + "[run]\nreplications = 2\n")
    run(path, tmp_path / "out", engine=synthetic.engine)
    found = analyse(Store(tmp_path / "out"), Design(load_experiment(path), tmp_path), ["backlog"])
    assert "standings" not in found["backlog"]
    assert found["backlog"]["where"][0]["verdict"] == "few_points"


def test_other_designs_have_no_two_levels(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + "levels = [2, 8, 20]\n", design("full_factorial"))
    with pytest.raises(ValueError, match="two levels"):
        factor_effects(values([luck(3, 4)], ["one"]), d)


def test_sobols_indices_of_a_sum_are_the_shares_of_its_variance(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("sobol", points=512))
    u = d.fractions()
    y = 3 * u[:, 0] + 1 * u[:, 1]
    found = {(i.factor.split(".")[-1], i.name): i for i in indices(values([y[:, None]], ["one"]), d)}
    assert found["people_per_community", "S1"].value == pytest.approx(0.9, abs=0.05)
    assert found["scale", "ST"].value == pytest.approx(0.1, abs=0.05)
    assert abs(found["people_per_community", "S1"].value - 0.9) <= 2 * found["people_per_community", "S1"].half_width


def bent(u):
    """Return a known function of two factors between 0 and 1, of shape (points, 1): they also work together."""
    return (3 * u[:, 0] + u[:, 1] + 4 * u[:, 0] * u[:, 1])[:, None]


def test_sobols_intervals_cover_as_often_as_they_say(tmp_path):
    """60 samples of independent points: a bootstrap of 128 groups covers between 90 and 99 % of 240 known indices.

    The points of our designs are spread evenly, so their indices err less than that, and their intervals are wide.
    """
    whole = 25 / 12 + 9 / 12 + 1 / 9
    known = {"S1": (25 / 12 / whole, 9 / 12 / whole)}
    known["ST"] = tuple(share + 1 / 9 / whole for share in known["S1"])
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("sobol", points=128))
    rng, hits, near = np.random.default_rng(5), [], []
    for _ in range(60):
        a, b = rng.random((2, 128, 2))
        mixed = [np.column_stack([b[:, 0], a[:, 1]]), np.column_stack([a[:, 0], b[:, 1]])]
        u = np.stack([a, *mixed, b], axis=1).reshape(-1, 2)
        hits += [abs(i.value - known[i.name][k % 2]) <= i.half_width
                 for k, i in enumerate(indices(values([bent(u)], ["one"]), d))]  # fmt: skip
    for k, i in enumerate(indices(values([bent(d.fractions())], ["one"]), d)):
        near.append(abs(i.value - known[i.name][k % 2]) / i.half_width)
    assert 0.90 <= np.mean(hits) <= 0.99
    assert max(near) < 0.5


def test_morris_intervals_cover_nearly_as_often_as_they_say(tmp_path):
    """100 designs of 20 trajectories: between 83 and 98 % of 200 known means.

    The bootstrap of so few is known to fall short of 95 %: it takes the normal law for Student's.
    """
    hits = []
    for seed in range(100):
        _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("morris", trajectories=20, seed=seed))
        found = [i for i in indices(values([bent(d.fractions())], ["one"]), d) if i.name == "mu_star"]
        hits += [abs(i.value - mean) <= i.half_width for i, mean in zip(found, (5, 3), strict=True)]
    assert 0.83 <= np.mean(hits) <= 0.98


def test_intervals_of_factor_effects_and_shares_cover_as_often_as_they_say(tmp_path):
    """500 experiments of 4 replications with luck in common and of their own: 95 % within 4 standard errors.

    Intervals of one experiment share its luck, so the error is counted as if it had one interval of each kind.
    """
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("full_factorial"))
    a, b = np.array([[1 if d.point(i)[n] == d.point(3)[n] else -1 for n in d.point(0)] for i in range(4)]).T
    truth = (50 + 3 * a - 2 * b + 1.5 * a * b)[:, None]
    effect, share = [], []
    for seed in range(500):
        v = values([truth + 20 * luck(1, 4, seed=seed) + luck(4, 4, seed=1000 + seed)], ["one"])
        effect += [f.low <= real <= f.high for f, real in zip(factor_effects(v, d), (6, -4, 3), strict=True)]
        share += [s["low"] <= real <= s["high"] for s, real in zip(shares(v, d), (6, -4), strict=True)]
    for hits in (effect, share):
        assert np.mean(hits) == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 500))


def test_morris_finds_the_steeper_factor(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("morris", trajectories=10))
    u = d.fractions()
    found = {(i.factor.split(".")[-1], i.name): i.value
             for i in indices(values([(3 * u[:, 0] + u[:, 1])[:, None]], ["one"]), d)}  # fmt: skip
    assert found["people_per_community", "mu_star"] == pytest.approx(3, abs=1e-9)
    assert found["scale", "mu_star"] == pytest.approx(1, abs=1e-9)
    assert found["scale", "sigma"] == pytest.approx(0, abs=1e-9)


def test_indices_need_their_design_and_all_points(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + RANGE, design("morris", trajectories=2))
    with pytest.raises(ValueError, match="every point"):
        indices(values(np.full((1, 4, 2), np.nan), ["one"]), d)
    _, d = experiment(tmp_path, RULE, design("full_factorial"))
    with pytest.raises(ValueError, match="neither"):
        indices(values(luck(1, 2, 2), ["one"]), d)
