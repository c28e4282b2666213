"""What the SimPy program is made of: timeouts in the engine's order, and the stations with their grids and servers."""

from __future__ import annotations

from typing import Any

import simpy

from ...model.state import WORKING
from ...model.wheel import EVENT_KINDS
from .twin_books import Need

KIND = 1 << 60
"""Keys lie below this: kind of event times ``KIND`` plus key is the engine's order within a minute. It comes after
SimPy's own priorities 0 and 1, so that what an event sets off at once runs before the next event."""


class Step(simpy.Event):
    """A timeout with a place among the events of its minute.

    Args:
        env: The environment.
        delay: Minutes from now.
        place: Kind of event times ``KIND`` plus the key of what it is about.
        value: What the event carries.
    """

    def __init__(self, env: Any, delay: int, place: int, value: Any = None) -> None:
        self.env = env
        self.callbacks = []
        self._value = value
        self._ok = True
        env.schedule(self, place, delay)


class Server:
    """A responder of a station: what he has in hand, and his minutes."""

    def __init__(self, key: int) -> None:
        self.key = key
        self.need: Need | None = None
        self.since = 0
        self.work_minutes = self.travel_minutes = self.on_minutes = 0

    def progress(self, t: int) -> None:
        """Book the minutes since the last booking."""
        if self.need is not None:
            if self.need.stage == WORKING:
                self.work_minutes += t - self.since
            else:
                self.travel_minutes += t - self.since
        self.since = t


class Grid:
    """A grid of a station: its residents, the rates of its needs, and its servers, the nearest first."""

    def __init__(self, number: int, row: Any, category: Any) -> None:
        self.number, self.kind, self.street = number, int(row["kind"]), int(row["street"])
        self.first, self.residents = int(row["first_resident"]), int(row["residents"])
        self.ceiling = float(category["ceiling"][self.kind])
        self.hazard = float(category["rate"][self.kind]) / 365_000.0
        self.weight = int(row["slots"]) * self.ceiling
        self.servers: list[tuple[Server, int]] = []
        """Each with his travel minutes."""

    def nearest_idle(self) -> tuple[Server, int]:
        """Return the server who goes, and his travel minutes."""
        for server, minutes in self.servers:
            if server.need is None:
                return server, minutes
        raise RuntimeError("the station granted a turn while all its servers were engaged")


class Station:
    """A station: its queue and its grids."""

    def __init__(self, env: simpy.Environment, key: int, grids: list[Grid], servers: int) -> None:
        self.key = key
        self.grids = grids
        self.total = 0.0
        for grid in grids:
            self.total += grid.weight
        self.desk: Any = simpy.PriorityResource(env, servers)  # a tuple is a priority, too


class Counting(simpy.Environment):
    """An environment that counts what is scheduled: all of SimPy's events, and the ``Step`` s of each kind."""

    def __init__(self, end: int) -> None:
        super().__init__()
        self.end = end
        self.scheduled = 0
        self.steps = [0] * len(EVENT_KINDS)

    def schedule(self, event: simpy.Event, priority: Any = 1, delay: Any = 0) -> None:
        """Schedule an event and count it if its time comes."""
        if self.now + delay < self.end:
            self.scheduled += 1
            if priority >= KIND:
                self.steps[priority // KIND] += 1
        super().schedule(event, priority, delay)
