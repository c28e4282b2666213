"""How a practice spreads over communities: from models by training and visits, from neighbours by contact.

Adoption is a hazard with an external and an internal part (Bass 1969): a constant rate of taking the practice up from a
model, and one in proportion to the share of the district that has it. Each copy loses a part, and what was copied
decays by the month; a model keeps the whole. A history depends on its instance, the city and the run's seed alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .interventions import Setting

MODELS = 2
"""Occasion of a policy's draw that a model is chosen by; free for it to use."""
_TEACHER, _WEEK = 1 << 16, 16
"""Occasions of a policy's draws, by week (added): from whom a place learns, and whether it does."""
WEEKS_A_MONTH = 365 / 12 / 7
_NEVER = -(1 << 30)

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a practice spreads, and how much of it survives: rates a month, shares."""

    by_training: float
    by_contact: float
    fidelity: float
    decay: float


@dataclass
class Spread:
    """Who has a practice since when, from whom, and how much of it, by community.

    Args:
        setting: Where it spreads.
        instance: Policy instance whose draws decide.
        start: Day on which the models have it.
        models: Which communities are models, shape (communities,).
        pace: Rates and losses.
    """

    setting: Setting
    instance: str
    start: int
    models: NDArray[np.bool_]
    pace: Pace
    week: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Begin with the models."""
        n = len(self.setting.city.communities)
        self.since = np.where(self.models, self.start, _NEVER)
        self.teacher = np.full(n, -1, dtype=np.int64)
        self._quality = self.models.astype(np.float64)

    def advance(self, day: int, reach: Callable[[int], Ints]) -> None:
        """Bring the history up to a day, which does not lie before the one it has reached.

        Args:
            day: Day of the run.
            reach: Returns the communities that may take the practice up on a day.
        """
        for week in range(self.week + 1, (day - self.start) // 7 + 1):
            self._pass_week(week, reach)
            self.week = week

    def held(self, day: int) -> NDArray[np.float64]:
        """Return how much of the practice each community has on a day, 1 a model, shape (communities,)."""
        months = np.maximum((day - self.since) / 7.0 / WEEKS_A_MONTH, 0.0)
        kept = np.where(self.teacher >= 0, (1.0 - self.pace.decay) ** months, 1.0)
        return np.asarray(self._quality * kept, dtype=np.float64)

    def learned_on(self, day: int) -> NDArray[np.bool_]:
        """Return which communities learned from another on this day."""
        return np.asarray((self.since == day) & (self.teacher >= 0))

    def _pass_week(self, week: int, reach: Callable[[int], Ints]) -> None:
        """Let a week pass: those without the practice take it up by chance, from a model or from their district."""
        places, have = self.setting.city.communities, self.since > _NEVER
        models = np.flatnonzero(self.models)
        if len(models) == 0:
            return
        day, districts = self.start + 7 * week, len(self.setting.city.districts)
        size, known = (np.bincount(places["district"], x, minlength=districts) for x in (None, have))
        rest = reach(day)
        rest = rest[~have[rest]]
        others = np.maximum(1, size[places["district"][rest]] - 1)
        contact = self.pace.by_contact * known[places["district"][rest]] / others
        total = self.pace.by_training + contact
        key = places["key"][rest]
        hazard = 1.0 - np.exp(-total / WEEKS_A_MONTH)
        new = self.setting.uniforms(self.instance, key, _WEEK + week) < hazard
        lot = self.setting.uniforms(self.instance, key, _TEACHER + week)
        for c, u, share in zip(rest[new], lot[new], contact[new] / total[new], strict=True):
            near = np.flatnonzero(have & (places["district"] == places["district"][c]))
            circle, place = (near, u / share) if u < share else (models, (u - share) / (1.0 - share))
            by_key = circle[np.argsort(places["key"][circle])]
            self.teacher[c] = by_key[min(int(place * len(circle)), len(circle) - 1)]
            self._quality[c] = self.pace.fidelity * self._quality[self.teacher[c]]
            self.since[c] = day
