"""The engine against SimPy on the same small network: first that it is the same work, then how long it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...model.state import POPS
from ..statistics import t_half_width
from .bare_queue import BareQueue, record
from .lines import Line, Settings, measured, ratio, seconds
from .network import Network, Stations, plan_of, queued
from .simpy_twin import Twin, events_of, simpy

SURE = 0.999
"""Coverage of the interval of the difference of the mean waits, which has to include zero."""


@dataclass(frozen=True)
class Agreement:
    """How the two sides compare on the same numbers of needs.

    Attributes:
        engine: Mean wait of the engine by station and seed, minutes.
        twin: That of the SimPy program.
        needs: Needs that arose in the engine, and as many in the SimPy program, over all seeds.
        engine_cases: Cases that the engine began to work on.
        twin_cases: Cases that the SimPy program began to work on.
        events: Events that SimPy scheduled for each need.
    """

    engine: NDArray[np.float64]
    twin: NDArray[np.float64]
    needs: int
    engine_cases: int
    twin_cases: int
    events: float

    @property
    def difference(self) -> float:
        """Mean wait of the engine less that of SimPy, minutes."""
        return float((self.engine - self.twin).mean())

    def half_width(self, level: float = 0.95) -> float:
        """Return half the width of the interval of that difference, minutes."""
        return t_half_width(self.engine - self.twin, level)

    @property
    def agree(self) -> bool:
        """Whether the interval of coverage ``SURE`` includes no difference."""
        return abs(self.difference) <= self.half_width(SURE)


def agreement(network: Network, seeds: range) -> Agreement:
    """Run both sides with each seed, untimed, the SimPy program with as many needs as arose in the engine."""
    plan = plan_of(network)
    ours, theirs, needs, cases, begun, events = [], [], 0, 0, 0, 0
    for seed in seeds:
        engine = queued(network, plan, seed)
        tally, scheduled = events_of(network, engine.arisen, seed)
        ours.append(engine.wait)
        theirs.append(np.array(tally.waited) / np.maximum(1, tally.begun))
        needs += sum(engine.arisen)
        cases += int(engine.begun.sum())
        begun += sum(tally.begun)
        events += scheduled
    return Agreement(np.concatenate(ours), np.concatenate(theirs), needs, cases, begun, events / needs)


@dataclass(frozen=True)
class Timing:
    """Seconds of each side, run by run, the needs of each run, and the engine's events.

    The third side is the engine's event queue by itself with the traffic of the first run, seconds for each need.
    """

    engine: list[float]
    twin: list[float]
    bare: list[float]
    needs: list[int]
    events: list[int]


def timing(network: Network, seeds: range) -> Timing:
    """Time all sides with each seed, in turn: engine, SimPy, bare queue, engine, and so on. Building is not timed."""
    plan = plan_of(network)
    like = Stations(network, plan, seeds.start)
    queue = BareQueue(lambda: Stations(network, plan, seeds.start), record(like, 0, network.days))
    queue.seconds()
    found = Timing([], [], [], [], [])
    for seed in seeds:
        sim = Stations(network, plan, seed)
        found.engine.append(seconds(sim.run_to_end))
        arisen = sim.arisen()
        twin = Twin(network, arisen, seed)
        found.twin.append(seconds(twin.run))
        found.bare.append(queue.seconds()[0] / sum(like.arisen()))
        found.needs.append(sum(arisen))
        found.events.append(int(sim.tables["sc"][POPS]))
    return found


def measure(settings: Settings, network: Network | None = None) -> list[Line]:
    """Return whether both do the same work, the time of a case and of an event on each side, and the ratios.

    Args:
        settings: How often, and at most how many days.
        network: Another network than the usual one.
    """
    simpy()
    usual = Network()
    size = network or replace(usual, days=min(usual.days, settings.days))
    seeds = range(1, settings.repeats + 1)
    same, times = agreement(size, seeds), timing(size, seeds)
    return _same_work(size, same) + _times(times, same.events)


def _same_work(network: Network, same: Agreement) -> list[Line]:
    n, half = len(same.engine), same.half_width()
    where = f"{network.stations} stations of {network.servers} servers, load {network.load:g}, {network.days} days"
    means = [float(side.mean()) for side in (same.engine, same.twin)]
    halves = [t_half_width(side) for side in (same.engine, same.twin)]
    verdict = "agree" if same.agree else "DO NOT AGREE: the times below compare different work"
    waits = [
        Line("simpy", f"{key}_wait_min", f"mean wait, {side}", "min", mean, mean - h, mean + h, n, "",
             "95 % interval over stations and runs")
        for key, side, mean, h in zip(("engine", "simpy"), ("engine", "SimPy"), means, halves, strict=True)
    ]  # fmt: skip
    d, cases = same.difference, (same.engine_cases, same.twin_cases)
    return [
        measured("simpy", "needs", "needs, as many on both sides", "needs", [same.needs], "", where),
        measured("simpy", "cases_ratio", "cases begun, engine over SimPy", "1", [cases[0] / cases[1]], "",
                 f"{cases[0]:,} and {cases[1]:,}"),
        *waits,
        Line("simpy", "wait_difference_min", "mean wait, engine less SimPy", "min", d, d - half, d + half, n, "",
             f"95 % interval; they {verdict}"),
        measured("simpy", "expected_wait_min", "mean wait by Erlang's formula C", "min", [network.expected_wait()], "",
                 "in the long run, in continuous time"),
    ]  # fmt: skip


def _times(times: Timing, scheduled: float) -> list[Line]:
    """Return the lines of time; ``scheduled`` are the events that SimPy has for a need."""
    needs = times.needs
    ours = [s / n * 1e6 for s, n in zip(times.engine, needs, strict=True)]
    theirs = [s / n * 1e6 for s, n in zip(times.twin, needs, strict=True)]
    bare = [s * 1e6 for s in times.bare]
    our_events = [s / n * 1e9 for s, n in zip(times.engine, times.events, strict=True)]
    their_events = [us * 1000.0 / scheduled for us in theirs]
    per_need = sum(times.events) / sum(needs)
    return [
        measured("simpy", "engine_us", "a case in the engine", "us", ours, "", f"{per_need:.1f} events"),
        measured("simpy", "simpy_us", "a case in SimPy", "us", theirs, "", f"{scheduled:.1f} events"),
        ratio("simpy", "ratio", "SimPy over engine, by case", theirs, ours, "> 50"),
        measured("simpy", "bare_us", "a case's events in the bare queue", "us", bare, "", "only push and pop"),
        ratio("simpy", "bare_ratio", "SimPy over bare queue, by case", theirs, bare, "", "only the queue"),
        measured("simpy", "engine_event_ns", "an event in the engine", "ns", our_events),
        measured("simpy", "simpy_event_ns", "an event in SimPy", "ns", their_events),
        ratio("simpy", "event_ratio", "SimPy over engine, by event", their_events, our_events),
    ]
