"""Everything that determines a run, apart from its seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .city import City
from .incidents import SHOCKS, Catalogue, load_catalogue
from .interventions import Instrument


@dataclass(frozen=True)
class ShockPlan:
    """A shock of a run: minutes count from midnight of the first simulated day."""

    id: str
    kind: str
    start: int
    end: int
    severity: float = 1.0
    communities: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        """Refuse a kind of shock that the engine does not know."""
        if self.kind not in SHOCKS:
            raise ValueError(f"unknown kind of shock {self.kind!r}; there are {', '.join(SHOCKS)}")


@dataclass(frozen=True)
class RunPlan:
    """Everything that determines a run, apart from the seed."""

    city: City
    start: dt.date
    window_days: int
    warm_up_days: int = 60
    follow_up_days: int = 30
    demand: float = 1.0
    parameters: Mapping[str, float] = field(default_factory=dict)
    shocks: Sequence[ShockPlan] = ()
    policies: Sequence[Instrument] = ()
    catalogue: Catalogue = field(default_factory=load_catalogue)

    @property
    def first_day(self) -> dt.date:
        """Date of the first simulated day."""
        return self.start - dt.timedelta(days=self.warm_up_days)

    @property
    def tau_days(self) -> int:
        """Days at which times from need are truncated: 30, or the follow-up where it is shorter (at least one)."""
        return max(1, min(30, self.follow_up_days))

    @property
    def days(self) -> int:
        """Number of simulated days."""
        return self.warm_up_days + self.window_days + self.follow_up_days
