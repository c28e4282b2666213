"""Shares of worlds: what was put in comes out, noise is said, and only samples count as worlds."""

import numpy as np
import pytest
from scipy.stats import binomtest, norm
from small_experiment import DEMAND, PEOPLE, RANGE, design, experiment

from cogov.experiments.plan import Plan
from cogov.experiments.points import seed_of
from cogov.experiments.values import Values
from cogov.experiments.worlds import shares_of_worlds, worlds_of

NAMES = ("baseline", "cadre_sinking")


def sampled(tmp_path, kind="latin_hypercube", points=100, more=""):
    """Return experiment and design over two ranges."""
    return experiment(tmp_path, PEOPLE, RANGE, DEMAND, design(kind, points=points), more)


def told(d, ours, theirs, measure="backlog"):
    """Return the shares for two tables of shape (worlds, replications)."""
    (found,) = shares_of_worlds(Values.of(measure, NAMES, np.array([theirs, ours])), d)
    return found


def test_a_share_that_was_put_in_comes_out_with_its_interval(tmp_path):
    """Of a measure of which less is better, 70 worlds have less by 10 %, 30 more; the noise is small."""
    _, d = sampled(tmp_path)
    rng = np.random.default_rng(1)
    theirs = 100 + rng.standard_normal((100, 4))
    ours = theirs + np.where(np.arange(100) < 70, -10.0, 10.0)[:, None] + 0.1 * rng.standard_normal((100, 4))
    found = told(d, ours, theirs)
    assert (found.worlds, found.ahead.value, found.behind.value) == (100, 0.7, 0.3)
    assert (found.better, found.worse, found.unchanged) == (0.7, 0.3, 0.0)
    ends = binomtest(70, 100).proportion_ci(method="wilson")
    assert (found.ahead.low, found.ahead.high) == pytest.approx((ends.low, ends.high))
    assert found.conclusion == "mostly_better"
    assert found.doubt < 0.01
    assert (found.least, found.middle, found.most) == pytest.approx((-0.1, -0.1, 0.1), abs=0.01)


@pytest.mark.parametrize(
    ("ahead", "conclusion"),
    [(100, "better"), (96, "better"), (90, "mostly_better"), (55, "turns"), (20, "mostly_worse"), (0, "worse")],
)
def test_what_is_concluded_rests_on_the_interval_of_the_share(tmp_path, ahead, conclusion):
    _, d = sampled(tmp_path)
    lead = np.where(np.arange(100) < ahead, 10.0, -10.0)[:, None] + np.array([0.0, 0.1, 0.2])
    assert told(d, 0.5 + lead / 100, np.full((100, 3), 0.5), "on_time_rate").conclusion == conclusion


def test_luck_alone_turns_and_its_signs_are_in_doubt_by_a_quarter(tmp_path):
    """Without any effect Student's one-sided p of the sign is uniform below a half, so its mean is a quarter."""
    _, d = sampled(tmp_path, points=400)
    rng = np.random.default_rng(2)
    found = told(d, 100 + rng.standard_normal((400, 3)), 100 + rng.standard_normal((400, 3)))
    assert found.conclusion == "turns"
    assert found.doubt == pytest.approx(0.25, abs=4 * 0.5 / np.sqrt(12 * 400))
    slack = 4 * np.sqrt(0.05 * 0.95 / 400)
    assert found.better + found.worse < 0.05 + slack


def test_signs_in_doubt_are_as_many_as_are_wrong(tmp_path):
    """True leads vary much more than the noise does, so that none is likelier beforehand than another."""
    _, d = sampled(tmp_path, points=4000)
    rng = np.random.default_rng(3)
    lead = norm(scale=5).rvs(4000, random_state=rng)
    theirs = np.full((4000, 4), 100.0)
    ours = theirs - lead[:, None] + 2.0 * rng.standard_normal((4000, 4))
    wrong = np.mean((ours.mean(axis=1) < 100.0) != (lead > 0))
    assert wrong > 0.02
    assert told(d, ours, theirs).doubt == pytest.approx(wrong, abs=4 * np.sqrt(wrong / 4000))


def test_what_is_too_small_to_matter_or_no_difference_at_all_is_unchanged(tmp_path):
    _, d = sampled(tmp_path)
    theirs = 100 + np.random.default_rng(4).standard_normal((100, 3))
    small = told(d, theirs - np.array([0.1, 0.11, 0.12]), theirs)
    assert (small.conclusion, small.unchanged, small.ahead.value) == ("unchanged", 1.0, 1.0)
    none = told(d, theirs, theirs)
    assert (none.conclusion, none.unchanged, none.ahead.value, none.behind.value) == ("unchanged", 1.0, 0.0, 0.0)


def test_sizes_are_told_of_a_base_to_speak_of_only_as_everywhere(tmp_path):
    """Half the worlds have next to no backlog, in which one case more is no change by thousands of per cent."""
    _, d = sampled(tmp_path)
    noise = np.random.default_rng(5).standard_normal((100, 3)) / 1000
    theirs = np.where(np.arange(100) < 50, 0.01, 100.0)[:, None] + noise
    ours = theirs + np.where(np.arange(100) < 50, 5.0, 10.0)[:, None]
    found = told(d, ours, theirs)
    assert found.worlds == 100
    assert (found.least, found.middle, found.most) == pytest.approx((0.1, 0.1, 0.1), abs=1e-3)
    none = told(d, ours[:50].repeat(2, axis=0), theirs[:50].repeat(2, axis=0))
    assert np.isnan([none.least, none.middle, none.most]).all()


def test_worlds_that_were_not_run_are_left_out_and_few_conclude_nothing(tmp_path):
    _, d = sampled(tmp_path)
    ours, theirs = np.full((100, 2), 90.0), np.full((100, 2), 100.0) + np.array([0.0, 1.0])
    ours[10:] = np.nan
    found = told(d, ours, theirs)
    assert (found.worlds, found.ahead.value, found.conclusion) == (10, 1.0, "few_worlds")
    assert told(d, np.full((100, 2), np.nan), theirs).conclusion == "few_worlds"


def test_a_measure_without_direction_is_refused(tmp_path):
    _, d = sampled(tmp_path)
    with pytest.raises(ValueError, match="no direction"):
        shares_of_worlds(Values.of("reports", NAMES, np.zeros((2, 100, 2))), d)


def test_only_samples_have_worlds_and_of_sobols_points_only_its_base_samples(tmp_path):
    assert len(worlds_of(sampled(tmp_path)[1])) == 100
    _, d = experiment(tmp_path, DEMAND, design("full_factorial"))
    assert len(worlds_of(d)) == 0
    assert shares_of_worlds(Values.of("backlog", NAMES, np.zeros((2, 2, 2))), d) == []
    _, d = sampled(tmp_path, "sobol", 16)
    kept = worlds_of(d)
    assert len(d) == 16 * 4
    assert kept.tolist() == [i for i in range(len(d)) if i % 4 in (0, 3)]
    fractions = d.fractions()[kept]
    assert len(np.unique(fractions, axis=0)) == len(kept)


def test_each_world_may_have_random_numbers_of_its_own_that_its_scenarios_share(tmp_path):
    for seeds, distinct in (("shared", 2), ("by_point", 2 * 20)):
        made, d = sampled(tmp_path, points=20, more=f'[run]\nreplications = 2\nseeds = "{seeds}"\n')
        of = {(u.point, u.replication): set() for u in Plan(made, d).units()}
        for u in Plan(made, d).units():
            of[u.point, u.replication].add(seed_of(made, u.point, u.replication))
        assert all(len(found) == 1 for found in of.values())
        assert len(set.union(*of.values())) == distinct
