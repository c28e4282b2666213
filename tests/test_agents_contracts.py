"""Contracts: effort is what pays best, and a reward for one task takes from the other."""

import numpy as np
import pytest

from cogov.agents.contracts import efforts


def best(reward, quality_reward, k):
    """Return the efforts that a search over a fine grid finds best, over those without any reward."""
    q, a = np.meshgrid(np.linspace(0, 4, 801), np.linspace(0, 4, 801), indexing="ij")
    worth = (1 + reward) * q + (1 + quality_reward) * a - (q * q + a * a) / 2 - k * q * a
    at = np.unravel_index(np.argmax(worth), worth.shape)
    usual = 1 / (1 + k)
    return q[at] / usual, a[at] / usual


@pytest.mark.parametrize(("reward", "quality_reward"), [(0, 0), (0.2, 0), (0, 0.5), (0.5, 0.5), (2, 0), (0, 2)])
@pytest.mark.parametrize("k", [0.0, 0.4, 0.8])
def test_effort_is_what_pays_best_under_the_contract(reward, quality_reward, k):
    assert efforts(reward, quality_reward, k) == pytest.approx(best(reward, quality_reward, k), abs=0.01)


def test_a_greater_reward_for_quantity_quickens_and_spoils():
    chosen = [efforts(reward, 0.0, 0.4) for reward in (0.0, 0.3, 0.6, 1.2)]
    assert chosen[0] == pytest.approx((1.0, 1.0))
    assert np.all(np.diff([q for q, _ in chosen]) > 0)
    assert np.all(np.diff([a for _, a in chosen]) < 0)
    assert efforts(2.0, 0.0, 0.4)[1] == 0.0
    assert efforts(0.5, 0.0, 0.0)[1] == pytest.approx(1.0)  # tasks that do not stand in each other's way
