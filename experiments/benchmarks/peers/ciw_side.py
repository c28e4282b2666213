"""The declared network with Ciw: nodes for the offices, a minute's pause, and the line; single and joint customers."""

from __future__ import annotations

import math
import random
from typing import Any

import ciw
import numpy as np

from .declaration import Declaration, Stays

SINGLE, JOINT = "single", "joint"


class WholeMinutes(ciw.dists.Distribution):
    """Gaps between Poisson moments that are stamped with the minute in which they fall.

    Ciw copies what it is given, generators of random numbers too, so each distribution has its own, by ``name``.
    """

    def __init__(self, rate: float, name: str) -> None:
        self.rate, self.chance, self.moment, self.stamp = rate, random.Random(name), 0.0, 0

    def sample(self, t: Any = None, ind: Any = None) -> float:
        """Return minutes to the next."""
        self.moment += self.chance.expovariate(self.rate)
        gap, self.stamp = int(self.moment) - self.stamp, int(self.moment)
        return gap


class Work(ciw.dists.Distribution):
    """Whole minutes of work on a share of a case."""

    def __init__(self, model: Declaration, share: float, name: str) -> None:
        self.model, self.share, self.chance = model, share, random.Random(name)

    def sample(self, t: Any = None, ind: Any = None) -> float:
        """Return the minutes of a visit."""
        return self.model.work(self.chance.gauss(0.0, 1.0), self.share)


def by_report(individuals: list[Any], t: float) -> Any:
    """Return who was reported first: Ciw numbers customers in the order in which they came into the network."""
    return min(individuals, key=lambda customer: customer.id_number)


def network(model: Declaration, name: str) -> Any:
    """Return the network of a district: the offices, the pause, the line; ``name`` seeds its draws."""
    offices = model.offices
    pause, line = offices, offices + 1
    nodes = offices + 2

    def arrivals(kind: str, part: float) -> list[Any]:
        return [WholeMinutes(rate * part, f"{name}/{kind}/{k}") for k, rate in enumerate(model.rates)] + [None, None]

    def matrix(*ways: tuple[int, int]) -> list[list[float]]:
        return [[1.0 if (a, b) in ways else 0.0 for b in range(nodes)] for a in range(nodes)]

    def work(kind: str, share: float) -> list[Any]:
        at_offices = [Work(model, share, f"{name}/{kind} work/{k}") for k in range(offices)]
        return [*at_offices, ciw.dists.Deterministic(1), Work(model, 0.5, f"{name}/{kind} work/line")]

    return ciw.create_network(
        arrival_distributions={SINGLE: arrivals(SINGLE, 1.0 - model.joint), JOINT: arrivals(JOINT, model.joint)},
        service_distributions={SINGLE: work(SINGLE, 1.0), JOINT: work(JOINT, 0.5)},
        routing={SINGLE: matrix(), JOINT: matrix(*((office, pause) for office in range(offices)), (pause, line))},
        number_of_servers=[*model.servers_of_offices, math.inf, model.servers_of_line],
        service_disciplines=[by_report] * nodes,
    )  # fmt: skip


def run(model: Declaration, seed: int) -> Stays:
    """Run the districts one after another."""
    rows = []
    for district in range(model.districts):
        simulation = ciw.Simulation(network(model, f"{seed}/{district}"))
        simulation.simulate_until_max_time(model.minutes)
        for r in simulation.get_all_records():
            if r.node != model.offices + 1:
                queue = r.node - 1 if r.node <= model.offices else model.offices
                rows.append((district, r.id_number, queue, r.arrival_date, r.waiting_time))
    return Stays(*np.array(rows, dtype=float).astype(np.int64).reshape(-1, 5).T)
