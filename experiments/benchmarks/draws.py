"""What a random draw costs: Philox with ten rounds, and what is made of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...agents.rules import COMPILED, entry
from ...model.draws import exponential, normal, stream_keys, uniforms
from .lines import Line, Settings, measured, seconds

DRAWS = 2_000_000 if COMPILED else 2_000


@entry
def _uniforms(key: Any, n: int) -> float:
    total = 0.0
    for i in range(n):
        u, v = uniforms(key, i, 0)
        total += u + v
    return total


@entry
def _normals(key: Any, n: int) -> float:
    total = 0.0
    for i in range(n):
        total += normal(key, i, 0)
    return total


@entry
def _exponentials(key: Any, n: int) -> float:
    total = 0.0
    for i in range(n):
        total += exponential(key, i, 0)
    return total


def measure(settings: Settings) -> list[Line]:
    """Return nanoseconds of one keyed draw: a pair of uniforms, a normal, an exponential."""
    key = np.uint64(stream_keys(1)[0])
    made = (
        ("uniforms_ns", "two keyed uniforms (one Philox block)", _uniforms),
        ("normal_ns", "a keyed normal", _normals),
        ("exponential_ns", "a keyed exponential", _exponentials),
    )
    lines = []
    for name, what, draw in made:
        draw(key, 1)
        taken = [seconds(lambda draw=draw: draw(key, DRAWS)) / DRAWS * 1e9  # type: ignore[misc]
                 for _ in range(settings.repeats)]  # fmt: skip
        lines.append(measured("draws", name, what, "ns", taken))
    return lines
