"""Whole numbers with exact totals, and keyed columns of draws for the city generator."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents.rules import entry
from .draws import fill_normals, fill_uniforms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ONE = 1 << 16
"""Weight of a thing of ordinary size."""


def apportion(total: int, weights: Ints) -> Ints:
    """Split ``total`` into whole parts proportional to ``weights`` (largest remainders, ties to the first).

    Only whole numbers are used, so the result is the same on every machine.

    Args:
        total: What to split, not negative.
        weights: Whole weights, not negative, shape (n,); ``total`` times the largest must stay below 2**63.

    Returns:
        Parts that sum to ``total``, shape (n,).

    Raises:
        ValueError: If there is something to split but no positive weight.
    """
    if total == 0:
        return np.zeros(len(weights), dtype=np.int64)
    whole = int(weights.sum())
    if whole <= 0:
        raise ValueError(f"cannot split {total} among {len(weights)} parts without a positive weight")
    scaled = weights * np.int64(total)
    parts: Ints = scaled // whole
    rest = scaled - parts * whole
    parts[np.argsort(-rest, kind="stable")[: total - int(parts.sum())]] += 1
    return parts


def shares(weight: NDArray[Any], total: int) -> Ints:
    """Split ``total`` into whole parts proportional to real weights (largest remainders)."""
    return apportion(total, np.rint(weight / weight.sum() * (1 << 30)).astype(np.int64))


def at_least_one(total: int, weights: Ints) -> Ints:
    """Split ``total`` like :func:`apportion` with one for everybody first; ``total`` is at least ``len(weights)``."""
    return apportion(total - len(weights), weights) + 1


def starts(counts: Ints) -> Ints:
    """Return the offset at which each of the consecutive blocks of ``counts`` begins, shape (n,)."""
    return np.cumsum(counts, dtype=np.int64) - counts


def ordinals(counts: Ints) -> Ints:
    """Return 0, 1, ... within each of the consecutive blocks of ``counts``, shape (sum,)."""
    return np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(starts(counts), counts)


def uniform_column(key: np.uint64, things: Ints, trait: int) -> Floats:
    """Return one uniform in (0, 1) for each semantic key in ``things``, for one ``trait``."""
    out = np.empty(len(things))
    fill_uniforms(key, things, trait, out)
    return out


def normal_column(key: np.uint64, things: Ints, trait: int) -> Floats:
    """Return one standard normal for each semantic key in ``things``, for one ``trait``."""
    out = np.empty(len(things))
    fill_normals(key, things, trait, out)
    return out


def size_column(key: np.uint64, things: Ints, trait: int, sigma: float) -> Ints:
    """Return log-normal sizes of mean ``ONE`` as whole numbers, at least 1, one for each key in ``things``."""
    out = np.empty(len(things), dtype=np.int64)
    _sizes(normal_column(key, things, trait), sigma, out)
    return out


@entry
def _sizes(z: Any, sigma: float, out: Any) -> None:
    for i in range(z.shape[0]):
        cut = min(4.0, max(-4.0, z[i]))
        out[i] = max(1, int(65536.0 * math.exp(sigma * cut - 0.5 * sigma * sigma) + 0.5))
