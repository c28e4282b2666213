"""The network of ``network`` as one would write it with SimPy: a process a need, a ``PriorityResource`` a station.

It does for each need what the engine does: arise, be noticed, reported, accepted, wait by rank and deadline, be
travelled to, worked on, and rated, in whole minutes and with the same distributions. It leaves out what only the engine
does: the stages of a need's life, a timer for each deadline (lateness is seen when the work ends), hotline, shifts.
"""

from __future__ import annotations

import importlib
import math
import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...agents import residents as P
from ...agents.parameters import vector
from .network import (
    ACCEPT_MINUTES,
    ACCEPT_SIGMA,
    DISPATCH_MINUTES,
    LIMIT_MINUTES,
    NOTICE_MINUTES,
    REPORT_MINUTES,
    Network,
)

_REPORTED = 0.99999
"""Share of needs that are reported: the engine's logit at the network's parameters."""
_EMERGENCY = 0


class SimPyMissingError(RuntimeError):
    """SimPy is not installed; the message says how to get it."""


def simpy() -> Any:
    """Return the module.

    Raises:
        SimPyMissingError: If it is not installed.
    """
    try:
        return importlib.import_module("simpy")
    except ModuleNotFoundError:
        raise SimPyMissingError("SimPy is missing; it comes with the extra dev: make venv EXTRAS=dev") from None


@dataclass
class Tally:
    """What a run counts: sums over all stations, and waits by station (minutes)."""

    waited: list[float]
    begun: list[int]
    solved: int = 0
    late: int = 0
    rated: int = 0
    satisfied: int = 0
    trust: dict[int, float] = field(default_factory=dict)


class Twin:
    """One run of the network.

    Args:
        network: Its size.
        arisen: Needs that arise at each station, at times that are a Poisson process's given their number.
        seed: Seed of the draws.
        env: Environment to run in, a new one by default.
    """

    def __init__(self, network: Network, arisen: Sequence[int], seed: int, env: Any = None) -> None:
        module = simpy()
        self.network = network
        self.arisen = arisen
        self.env = module.Environment() if env is None else env
        self.stations = [module.PriorityResource(self.env, network.servers) for _ in arisen]
        self.random = random.Random(seed)
        self.tally = Tally([0.0] * len(arisen), [0] * len(arisen))
        par = vector()
        self.rate_share = float(par[P.RATE_SHARE])
        self.base = float(par[P.RATE_INTERCEPT] + par[P.RATE_SOLVED] / 2 + par[P.RATE_CONTACTED])
        self.of_time, self.expected = float(par[P.RATE_TIME]), LIMIT_MINUTES / 60.0 * float(par[P.EXPECTED_SHARE])
        self.gain, self.loss = float(par[P.TRUST_GAIN]), float(par[P.TRUST_LOSS])

    def run(self) -> Tally:
        """Run to the horizon and return what was counted."""
        for station, n in enumerate(self.arisen):
            self.env.process(self._source(station, n))
        self.env.run(until=self.network.minutes)
        return self.tally

    def _source(self, station: int, n: int) -> Generator[Any, Any, None]:
        draw, minutes = self.random.random, self.network.minutes
        for at in sorted(int(draw() * minutes) for _ in range(n)):
            yield self.env.timeout(at - self.env.now)
            self.env.process(self._need(station, int(draw() * 2000)))

    def _need(self, station: int, resident: int) -> Generator[Any, Any, None]:
        env, draw = self.env, self.random
        yield env.timeout(1 + int(draw.expovariate(1.0 / NOTICE_MINUTES)))
        if draw.random() >= _REPORTED:
            return
        yield env.timeout(REPORT_MINUTES)
        reported = env.now
        deadline = reported + LIMIT_MINUTES
        yield env.timeout(DISPATCH_MINUTES + int(ACCEPT_MINUTES * math.exp(ACCEPT_SIGMA * draw.gauss(0.0, 1.0))))
        queued = env.now
        with self.stations[station].request(priority=(_EMERGENCY, deadline)) as turn:
            yield turn
            self.tally.waited[station] += env.now - queued
            self.tally.begun[station] += 1
            yield env.timeout(0)
            yield env.timeout(max(1, int(draw.expovariate(1.0 / self.network.work_minutes) + 0.5)))
        self._rate(resident, env.now - reported, env.now > deadline)

    def _rate(self, resident: int, minutes: float, late: bool) -> None:
        draw, tally = self.random.random, self.tally
        tally.solved += 1
        tally.late += late
        slow = self.of_time * math.log(max(1.0, minutes / 60.0) / self.expected)
        satisfied = draw() < 1.0 / (1.0 + math.exp(slow - self.base))
        if draw() < self.rate_share:
            tally.rated += 1
            tally.satisfied += satisfied
        trust = tally.trust.get(resident, 0.6)
        outcome = 0.9 if satisfied else 0.35
        tally.trust[resident] = trust + (self.gain if outcome >= trust else self.loss) * (outcome - trust)


def events_of(network: Network, arisen: Sequence[int], seed: int) -> tuple[Tally, int]:
    """Run the twin while counting, and return its tally and the events that it scheduled."""
    module = simpy()

    class Counting(module.Environment):  # type: ignore[misc, name-defined]
        scheduled = 0

        def schedule(self, *args: Any, **kwargs: Any) -> None:
            self.scheduled += 1
            super().schedule(*args, **kwargs)

    env = Counting()
    tally = Twin(network, arisen, seed, env).run()
    return tally, env.scheduled
