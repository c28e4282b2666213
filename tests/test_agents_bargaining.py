"""The bargaining rule: how far apart the parties are in a round, and when a settlement is worth it."""

from __future__ import annotations

import pytest

from cogov.agents import bargaining as B


def test_offers_begin_farther_apart_in_a_worse_dispute_and_close_by_the_share_conceded():
    assert B.apart(0.4, 0.5, 0, 0.3) == pytest.approx(0.7)
    assert B.apart(0.4, 0.0, 0, 0.3) == pytest.approx(0.4)
    assert B.apart(0.4, 0.5, 2, 0.3) == pytest.approx(0.7 * 0.49)
    assert B.apart(0.8, 0.5, 1, 0.3) > B.apart(0.4, 0.5, 1, 0.3)


def test_they_agree_when_a_settlement_is_worth_the_gap_and_its_worth_shrinks():
    assert B.agreed(0.35, 0, 0.35, 0.1)
    assert not B.agreed(0.35, 1, 0.35, 0.1)
    assert B.agreed(0.35 * 0.81, 2, 0.35, 0.1)
    assert not B.agreed(0.36, 0, 0.35, 0.0)
