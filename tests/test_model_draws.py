"""The generator against published answers, and the draws made from it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from cogov.model import draws

KNOWN = [
    # key, counter, words: the known-answer vectors that Random123 publishes for philox4x32-10
    ((0, 0), (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 2, (0xFFFFFFFF,) * 4, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0xA4093822, 0x299F31D0),
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def _wide(low: int, high: int) -> np.uint64:
    return np.uint64(high << 32 | low)


@pytest.mark.parametrize(("key", "counter", "words"), KNOWN)
def test_philox_gives_the_published_answers(key, counter, words):
    c0, c1, c2, c3 = counter
    got = draws.philox(_wide(*key), _wide(c0, c1), _wide(c2, c3))
    assert tuple(int(x) for x in got) == words


def _sample(function, *more, n=20_000):
    key = draws.stream_keys(7)[draws.WORK]
    return np.array([function(key, i, 3, *more) for i in range(n)])


def test_uniforms_are_uniform_and_uncorrelated():
    key = draws.stream_keys(7)[draws.WORK]
    pairs = np.array([draws.uniforms(key, i, 3) for i in range(20_000)])
    assert stats.kstest(pairs[:, 0], "uniform").pvalue > 1e-4
    assert stats.kstest(pairs[:, 1], "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 0.03
    assert 0.0 < pairs.min() < pairs.max() < 1.0


def test_normal_and_exponential_have_their_shapes():
    assert stats.kstest(_sample(draws.normal), "norm").pvalue > 1e-4
    assert stats.kstest(_sample(draws.exponential), "expon").pvalue > 1e-4


@pytest.mark.parametrize("mean", [0.2, 3.0, 60.0, 800.0])
def test_poisson_quantiles_match_scipy(mean):
    u = np.linspace(0.001, 0.999, 400)
    got = np.array([draws.poisson(mean, x) for x in u])
    exact = stats.poisson.ppf(u, mean)
    assert np.abs(got - exact).max() <= (0 if mean <= 500 else 2)


def test_poisson_of_nothing_is_nothing():
    assert draws.poisson(0.0, 0.9) == 0


def test_a_draw_depends_on_seed_stream_and_key_only():
    one, two = draws.stream_keys(1), draws.stream_keys(2)
    assert draws.uniform(one[draws.WORK], 5, 6) == draws.uniform(one[draws.WORK], 5, 6)
    values = {
        draws.uniform(one[draws.WORK], 5, 6),
        draws.uniform(two[draws.WORK], 5, 6),
        draws.uniform(one[draws.NOTICE], 5, 6),
        draws.uniform(one[draws.WORK], 6, 5),
    }
    assert len(values) == 4


def test_streams_are_named_once_and_explained():
    assert len(draws.STREAMS) == len(set(draws.stream_keys(1).tolist()))
    assert all(meaning for meaning in draws.STREAMS.values())


def test_children_never_collide_with_primaries():
    key = draws.stream_keys(1)[draws.RECURRENCE]
    children = {int(draws.child_key(key, parent, 1, 1)) for parent in range(2000)}
    assert len(children) == 2000
    assert min(children) >= 1 << 62


def test_lognormal_factor_has_mean_one():
    z = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    assert math.isclose(np.mean([draws.lognormal_mean_one(x, 0.7) for x in z]), 1.0, rel_tol=0.01)
