"""Where one scenario beats another: boxes that were put in are found, and luck alone yields none."""

import math

import numpy as np
import pytest
from scipy.stats import qmc
from small_experiment import DEMAND, PEOPLE, RANGE, RULE, design, experiment

from cogov.experiments import discovery as module
from cogov.experiments.analysis import Values
from cogov.experiments.discovery import discover, discoveries


@pytest.fixture(autouse=True)
def fewer_shuffles(monkeypatch):
    """Shuffle 19 times: the test then has a level of 5 % exactly."""
    monkeypatch.setattr(module, "SHUFFLES", 19)


def case(seed, n, lead):
    """Return what is found where the lead of 5 replications is this function of three factors, and luck."""
    u = qmc.LatinHypercube(3, rng=seed).random(n)
    points = [{"a": float(x[0]), "b": float(x[1]), "rule": "even" if x[2] < 0.5 else "needy"} for x in u]
    rng = np.random.default_rng(seed)
    mean = np.array([lead(p) for p in points]) if lead else rng.standard_normal(n)
    return discover(mean[:, None] + 0.5 * rng.standard_normal((n, 5)), points, np.arange(n), "A", "B")


def corner(p):
    return 1.0 if p["a"] > 0.6 and p["rule"] == "even" else -1.0


def test_a_corner_that_was_put_in_is_found_with_its_bounds():
    found = case(1, 100, corner)
    assert (found.verdict, found.points) == ("boxes", 100)
    assert found.error < 0.05 < found.error_without
    best = found.boxes[0]
    assert (best.density, best.coverage) == (1.0, 1.0)
    assert best.points == round(found.wins * 100)
    bounds = {b.factor: b for b in best.bounds}
    assert bounds["a"].low == pytest.approx(0.6, abs=0.03)
    assert math.isnan(bounds["a"].high)
    assert bounds["rule"].levels == ("even",)
    assert "b" not in bounds
    assert sum(box.points for box in found.boxes) == 100
    assert sum(box.coverage for box in found.boxes) == pytest.approx(1.0)


def test_luck_yields_boxes_as_seldom_as_promised():
    """100 designs whose answers have nothing to do with the factors: boxes in 5 % at most (bound: 4 errors)."""
    boxes = sum(case(seed, 30, None).verdict == "boxes" for seed in range(100))
    assert boxes / 100 <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 100)


def test_few_points_or_one_answer_yield_no_boxes():
    assert case(1, 12, corner).verdict == "few_points"
    assert case(1, 40, lambda p: 3.0).verdict == "everywhere"
    assert case(1, 40, lambda p: -3.0).verdict == "nowhere"
    assert case(1, 40, lambda p: -3.0).clear > 0.9
    assert discover(np.ones((1, 3)), [{}], np.arange(1), "A", "B").verdict == "few_points"


def test_a_point_without_values_is_left_out():
    u = np.linspace(0, 1, 40)
    lead = np.repeat(np.where(u > 0.5, 1.0, -1.0)[:, None], 3, axis=1)
    lead[:4] = np.nan
    found = discover(lead, [{"a": float(x)} for x in u], np.arange(40), "A", "B")
    assert found.points == 36
    assert found.boxes[0].bounds[0].low == pytest.approx(0.5, abs=0.03)


def test_scenarios_are_set_against_the_first_in_the_direction_that_is_better(tmp_path):
    made, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, RULE, design("latin_hypercube", points=60))
    demand = np.array([d.point(i)["demand.scale"] for i in range(60)])
    base = np.full((60, 3), 100.0)
    other = base + np.where(demand > 1.2, -5.0, 5.0)[:, None]
    (found,) = discoveries(Values.of("backlog", made.scenarios, np.array([base, other])), d)
    assert found.verdict == "boxes"
    assert [(b.factor, b.low) for b in found.boxes[0].bounds] == [("demand.scale", pytest.approx(1.2, abs=0.05))]
    with pytest.raises(ValueError, match="no direction"):
        discoveries(Values.of("reports", made.scenarios, np.array([base, other])), d)


@pytest.mark.parametrize(("kind", "more", "size"), [("sobol", {"points": 8}, 4), ("morris", {"trajectories": 6}, 3),
                                                    ("latin_hypercube", {"points": 9}, 1)])  # fmt: skip
def test_points_that_were_drawn_together_are_left_out_together(tmp_path, kind, more, size):
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design(kind, **more))
    assert np.bincount(module.groups(d)).tolist() == [size] * (len(d) // size)
