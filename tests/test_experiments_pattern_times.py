"""Figures about the times from report to closing, on made-up tickets."""

import numpy as np
import pytest
from made_up_tickets import START, WINDOW, both, made, seen

from cogov.experiments import pattern_times as T
from cogov.model.calendar import DAY

RNG = np.random.default_rng(1)
SPREAD = START + np.sort(RNG.integers(0, WINDOW * DAY, 4000))


@pytest.mark.parametrize(
    ("family", "times"),
    [
        ("log-normal", RNG.lognormal(5, 1.5, 4000)),
        ("exponential", RNG.exponential(500, 4000)),
        ("weibull", 500 * RNG.weibull(0.5, 4000)),
        ("gamma", RNG.gamma(3.0, 200, 4000)),
    ],
)
def test_the_family_that_made_the_times_fits_best(family, times):
    assert T.best_family(times) == family


def test_skew_sigma_and_mixture_of_log_normal_times():
    tickets = made(SPREAD, np.exp(RNG.normal(6, 1.5, 4000)).astype(int))
    there = seen(tickets)
    assert T.median_skew(there) == pytest.approx(np.exp(1.2816 * 1.5), rel=0.1)
    assert T.median_sigma(there) == pytest.approx(1.5, rel=0.05)
    assert T.mixture_ks(there) < 0.03
    assert T.log_normal_best(there) == 1.0
    assert T.exponential_best(there) == 0.0


def test_instant_closings_long_ones_and_the_span_of_medians():
    quick, slow = made(SPREAD, np.full(4000, 3)), made(SPREAD, np.full(4000, 3000), category=1)
    slow.closed[:1000] = -1
    slow.closed[1000:2000] = slow.reported[1000:2000] + 91 * DAY
    there = seen(both(quick, slow))
    assert T.instant_share(there) == 0.5
    assert T.open_after_90_days(there) == 0.25
    assert T.span_of_medians(seen(both(quick, made(SPREAD, np.full(4000, 3000), category=1)))) == 1000.0
