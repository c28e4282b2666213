"""What a contract makes of him who works under it: effort follows its pay-off."""

from __future__ import annotations


def efforts(reward: float, quality_reward: float, substitution: float) -> tuple[float, float]:
    """Return the efforts for quantity and for quality that a contractor chooses, each 1 without any reward.

    Two tasks, one contract (Holmstrom & Milgrom 1991): pay-off (1 + reward) q + (1 + quality_reward) a, less the cost
    (q² + a²) / 2 + substitution q a. The dearer one task makes the other, the more a reward of the one takes from it.
    """
    q, a, k = 1.0 + reward, 1.0 + quality_reward, substitution
    best = ((q - k * a) / (1.0 - k * k), (a - k * q) / (1.0 - k * k))
    if best[0] < 0.0:
        best = (0.0, a)
    elif best[1] < 0.0:
        best = (q, 0.0)
    usual = 1.0 / (1.0 + k)
    return best[0] / usual, best[1] / usual
