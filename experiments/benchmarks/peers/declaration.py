"""The declaration of the network, read; and what each side has to return."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("declaration.toml")
DAY = 1440
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Declaration:
    """The network; see ``declaration.toml`` for what each number means."""

    servers_of_offices: tuple[int, ...]
    servers_of_line: int
    load_of_offices: float
    work_minutes: float
    sigma: float
    joint: float
    districts: int
    warm_up_days: int
    days: int
    every_days: int
    alarm: float

    @property
    def offices(self) -> int:
        """Number of offices of a district; the line is the queue of this number, the offices those before it."""
        return len(self.servers_of_offices)

    @property
    def rates(self) -> tuple[float, ...]:
        """Needs a minute of each office."""
        mean = self.work_minutes * (1.0 - self.joint / 2.0)
        return tuple(servers * self.load_of_offices / mean for servers in self.servers_of_offices)

    @property
    def minutes(self) -> int:
        """Minutes that are run."""
        return (self.warm_up_days + self.days) * DAY

    def work(self, normal: float, share: float) -> int:
        """Return whole minutes of work from a standard normal draw; ``share`` is the part of the case."""
        minutes = self.work_minutes * share * math.exp(self.sigma * normal - self.sigma**2 / 2.0)
        return max(1, int(minutes + 0.5))


@dataclass(frozen=True)
class Stays:
    """Stays in queues, one row each.

    Attributes:
        district: Number of the district.
        case: Number or key of the case, its own within a district.
        queue: Number of the office, or for the line that after the last office.
        joined: Minute at which it joined the queue.
        waited: Minutes until a server took it.
    """

    district: Ints
    case: Ints
    queue: Ints
    joined: Ints
    waited: Ints

    def within(self, model: Declaration) -> Stays:
        """Return those that joined after the warm-up, the last day left out."""
        mine = (self.joined >= model.warm_up_days * DAY) & (self.joined < model.minutes - DAY)
        return Stays(**{f.name: getattr(self, f.name)[mine] for f in fields(self)})


def load(path: Path = FILE) -> Declaration:
    """Return the declaration."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    names = [f.name for f in fields(Declaration)]
    values: dict[str, Any] = {name: tuple(x) if isinstance(x := content[name], list) else x for name in names}
    return Declaration(**values)
