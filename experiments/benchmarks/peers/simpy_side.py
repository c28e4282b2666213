"""The declared network with SimPy: a process a need, a ``PriorityResource`` an organisation."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from .declaration import Declaration, Stays

Row = tuple[int, int, int, int, int]


def run(model: Declaration, seed: int) -> Stays:
    """Run the districts one after another."""
    rows: list[Row] = []
    for district in range(model.districts):
        rows += District(model, district, random.Random(f"{seed}/{district}")).rows()
    return Stays(*np.array(rows, dtype=np.int64).reshape(-1, 5).T)


class District:
    """One district: its offices, its line, and what is written down."""

    def __init__(self, model: Declaration, number: int, chance: random.Random) -> None:
        self.model, self.number, self.chance = model, number, chance
        self.env: Any = simpy.Environment()
        sizes = (*model.servers_of_offices, model.servers_of_line)
        self.queues: list[Any] = [simpy.PriorityResource(self.env, capacity=servers) for servers in sizes]
        self.written: list[Row] = []
        self.cases = 0

    def rows(self) -> list[Row]:
        """Run it and return its stays in queues."""
        for office in range(self.model.offices):
            self.env.process(self._needs(office))
        self.env.run(until=self.model.minutes)
        return self.written

    def _needs(self, office: int) -> Generator[simpy.Event, Any, None]:
        """Let needs arise at an office."""
        moment = 0.0
        while True:
            moment += self.chance.expovariate(self.model.rates[office])
            yield self.env.timeout(int(moment) - self.env.now)
            self.cases += 1
            self.env.process(self._need(self.cases, office, self.env.now))

    def _need(self, case: int, office: int, reported: int) -> Generator[simpy.Event, Any, None]:
        """Lead a need through the office and, if it is joint, through the line."""
        joint = self.chance.random() < self.model.joint
        yield from self._visit(case, office, reported, 0.5 if joint else 1.0)
        if joint:
            yield self.env.timeout(1)
            yield from self._visit(case, self.model.offices, reported, 0.5)

    def _visit(self, case: int, queue: int, reported: int, share: float) -> Generator[simpy.Event, Any, None]:
        joined = self.env.now
        with self.queues[queue].request((reported, case)) as turn:
            yield turn
            self.written.append((self.number, case, queue, joined, self.env.now - joined))
            yield self.env.timeout(self.model.work(self.chance.gauss(0.0, 1.0), share))
