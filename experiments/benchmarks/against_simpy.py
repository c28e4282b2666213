"""The engine against SimPy on the same small network: first that it is the very same work, then how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents.columns import Rows
from ...model.ledger import (
    LOG_ACCEPT,
    LOG_ARISE,
    LOG_ARRIVED,
    LOG_ASSIGNED,
    LOG_NOTICE,
    LOG_OVERDUE,
    LOG_REPORT,
    LOG_SOLVED,
)
from ...model.state import POPS
from ..statistics import t_half_width
from .bare_queue import BareQueue, record
from .lines import Line, Settings, measured, ratio, seconds
from .network import Network, Stations, plan_of, waits
from .simpy_parts import Counting
from .simpy_twin import Twin
from .twin_books import TABLES, TOTALS, Need

HISTORY: dict[str, int] = {
    "arose": LOG_ARISE,
    "noticed": LOG_NOTICE,
    "reported": LOG_REPORT,
    "contacted": LOG_ACCEPT,
    "sent": LOG_ASSIGNED,
    "on_site": LOG_ARRIVED,
    "solved": LOG_SOLVED,
    "overdue": LOG_OVERDUE,
}
"""Times of a need in the SimPy program, and the entry of the engine's event log that each has to equal."""
OF_SERVERS = ("work_minutes", "travel_minutes", "on_minutes")
"""Minutes that both sides book to each responder of a station."""


@dataclass(frozen=True)
class Agreement:
    """How far both sides agree, over all seeds.

    Attributes:
        needs: Needs that arose in the engine.
        same_needs: Those whose every minute, and whose responder, is the same in the SimPy program.
        figures: Figures in the books: tables, totals, trust and participation of all residents, minutes of responders.
        same_figures: Those that are equal to the last digit.
        wait: Mean wait of the engine by station and seed, minutes.
        events: Events that the engine popped for each need.
        steps: Such events of the SimPy program.
        scheduled: All events that SimPy scheduled, its own included.
    """

    needs: int
    same_needs: int
    figures: int
    same_figures: int
    wait: NDArray[np.float64]
    events: float
    steps: float
    scheduled: float

    @property
    def same(self) -> bool:
        """Whether both sides did the very same."""
        return self.needs == self.same_needs and self.figures == self.same_figures


def agreement(network: Network, seeds: range) -> Agreement:
    """Run both sides with each seed, untimed, and compare every need and every figure."""
    plan = plan_of(network)
    needs, same_needs, figures, same_figures = 0, 0, 0, 0
    popped, steps, scheduled = 0, 0, 0
    wait: list[NDArray[np.float64]] = []
    for seed in seeds:
        log: list[Rows] = []
        sim = Stations(network, plan, seed, log.append)
        sim.run_to_end()
        env, history = Counting(network.minutes), list[Need]()
        twin = Twin(network, plan, seed, env, history)
        twin.run()
        rows = np.concatenate(log)
        ours, theirs = histories(rows, history)
        needs += len(ours)
        same_needs += int((ours == theirs).all(axis=1).sum()) if ours.shape == theirs.shape else 0
        for mine, his in zip(figures_of(sim), figures_of_twin(twin), strict=True):
            figures += mine.size
            same_figures += int((mine == his).sum())
        wait.append(waits(sim, rows))
        popped += int(sim.tables["sc"][POPS])
        steps += sum(env.steps) + len(history)
        scheduled += env.scheduled
    per_need = (popped / needs, steps / needs, scheduled / needs)
    return Agreement(needs, same_needs, figures, same_figures, np.concatenate(wait), *per_need)


def histories(log: Rows, needs: Sequence[Need]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the history of each need in the engine (of its event log) and in the SimPy program, by key.

    Columns are its key, its responder, and the minutes of ``HISTORY``, -1 where it did not come to that.
    """
    keys = np.unique(log["incident"])
    ours = np.full((len(keys), 2 + len(HISTORY)), -1, dtype=np.int64)
    ours[:, 0] = keys
    for column, kind in enumerate(HISTORY.values(), start=2):
        rows = log[log["kind"] == kind]
        place = np.searchsorted(keys, rows["incident"])
        ours[place, column] = rows["minute"]
        if kind == LOG_ASSIGNED:
            ours[place, 1] = rows["responder"]
    theirs = [(n.key, n.responder, *(getattr(n, name) for name in HISTORY)) for n in needs]
    return ours, np.array(sorted(theirs), dtype=np.int64).reshape(-1, 2 + len(HISTORY))


def figures_of(sim: Stations) -> list[NDArray[Any]]:
    """Return what the engine's books say at the end."""
    tables = sim.tables
    people = tables["responders"]
    on = np.isin(people["pool"], tables["nets"][: sim.network.stations, 5])
    servers = np.sort(people[on], order="key")
    return [
        *(tables[name] for name in TABLES),
        tables["sc"][list(TOTALS)],
        *(tables[name] for name in ("trust", "participation")),
        *(servers[name] for name in OF_SERVERS),
    ]


def figures_of_twin(twin: Twin) -> list[NDArray[Any]]:
    """Return what the SimPy program's books say at the end, in the same order."""
    books = twin.books
    servers = sorted(twin.servers, key=lambda server: server.key)
    return [
        *(np.array(getattr(books, name)) for name in TABLES),
        np.array([books.totals[place] for place in TOTALS]),
        *(np.array(values, dtype=np.float32) for values in (twin.trust, twin.participation)),
        *(np.array([getattr(server, name) for server in servers]) for name in OF_SERVERS),
    ]


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
        twin = Twin(network, plan, seed)
        found.twin.append(seconds(twin.run))
        found.bare.append(queue.seconds()[0] / sum(like.arisen()))
        found.needs.append(sum(sim.arisen()))
        found.events.append(int(sim.tables["sc"][POPS]))
    return found


def measure(settings: Settings, network: Network | None = None) -> list[Line]:
    """Return whether both do the same work, the time of a case and of an event on each side, and the ratios.

    Args:
        settings: How often, and at most how many days.
        network: Another network than the usual one.
    """
    usual = Network()
    size = network or replace(usual, days=min(usual.days, settings.days))
    seeds = range(1, settings.repeats + 1)
    same, times = agreement(size, seeds), timing(size, seeds)
    return _same_work(size, same) + _times(times, same)


def _same_work(network: Network, same: Agreement) -> list[Line]:
    n, half, mean = len(same.wait), t_half_width(same.wait), float(same.wait.mean())
    where = f"{network.stations} stations of {network.servers} servers, load {network.load:g}, {network.days} days"
    verdict = "the same" if same.same else "NOT THE SAME: the times below compare different work"
    return [
        measured("simpy", "needs", "needs that arose in the engine", "needs", [same.needs], "", where),
        measured("simpy", "same_needs", "needs with the same history in SimPy", "needs", [same.same_needs], "",
                 f"every minute and who went; {verdict}"),
        measured("simpy", "same_figures", "share of the books' figures that are equal", "1",
                 [same.same_figures / same.figures], "", f"{same.same_figures:,} of {same.figures:,}"),
        Line("simpy", "wait_min", "mean wait, both", "min", mean, mean - half, mean + half, n, "",
             "95 % interval over stations and runs"),
        measured("simpy", "expected_wait_min", "mean wait by Erlang's formula C", "min", [network.expected_wait()], "",
                 "in the long run, in continuous time"),
    ]  # fmt: skip


def _times(times: Timing, same: Agreement) -> list[Line]:
    """Return the lines of time."""
    needs = times.needs
    ours = [s / n * 1e6 for s, n in zip(times.engine, needs, strict=True)]
    theirs = [s / n * 1e6 for s, n in zip(times.twin, needs, strict=True)]
    bare = [s * 1e6 for s in times.bare]
    our_events = [s / n * 1e9 for s, n in zip(times.engine, times.events, strict=True)]
    their_events = [us * 1000.0 / same.scheduled for us in theirs]
    note = f"{same.scheduled:.1f} events, {same.steps:.1f} of them the engine's"
    return [
        measured("simpy", "engine_us", "a case in the engine", "us", ours, "", f"{same.events:.1f} events"),
        measured("simpy", "simpy_us", "a case in SimPy", "us", theirs, "", note),
        ratio("simpy", "ratio", "SimPy over engine, by case", theirs, ours, "> 50"),
        measured("simpy", "bare_us", "a case's events in the bare queue", "us", bare, "", "only push and pop"),
        ratio("simpy", "bare_ratio", "SimPy over bare queue, by case", theirs, bare, "", "only the queue"),
        measured("simpy", "engine_event_ns", "an event in the engine", "ns", our_events),
        measured("simpy", "simpy_event_ns", "an event in SimPy", "ns", their_events),
        ratio("simpy", "event_ratio", "SimPy over engine, by event", their_events, our_events),
    ]
