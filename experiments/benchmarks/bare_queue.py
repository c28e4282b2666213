"""The engine against its own event queue with nothing attached.

A real run is recorded minute by minute: how many events are pushed and how many popped. The same numbers then go
through the same ``push``, ``deal``, ``open_minute`` and ``pop`` in a compiled loop that does nothing else. Which of
the waiting events comes up is drawn at random; so the number that wait is that of the real run at every minute, and by
Little's law their mean wait as well. To show what this assumption is worth the queue is also run with the newest
event always first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents.rules import entry, rule
from ...model import engine
from ...model.arrivals import room
from ...model.calendar import DAY
from ...model.draws import stream_keys, uniform
from ...model.simulation import Simulation
from ...model.state import DAY_NO, HORIZON, MINUTE, POPS, PUSHES
from ...model.wheel import EVENT_KINDS, deal, open_minute, pop, push
from ...scenarios.city_model import CityModel
from .lines import Line, Settings, measured, ratio, seconds
from .speed import compile_all, timed_days

MOST_DAYS = 30
"""Days of the comparison; a longer one says nothing more."""
_KINDS = len(EVENT_KINDS)
_MARGIN = 4096


@dataclass(frozen=True)
class Traffic:
    """What passes through the queue of a real run.

    Attributes:
        live: Events that wait at the start.
        pushes: Events pushed, by minute; those of a midnight count to the minute before it.
        pops: Events popped, by minute.
        first: Minute of the run at which the record begins.
    """

    live: int
    pushes: NDArray[np.int64]
    pops: NDArray[np.int64]
    first: int


@contextmanager
def _by_the_minute(sc: NDArray[np.int64], seen: list[tuple[int, int]]) -> Iterator[None]:
    """Let the engine run minute by minute, and note after each how many events it has pushed and popped (``sc``)."""
    whole = engine.run_minutes

    def one_by_one(w: Any, start: int, end: int, margin: int) -> int:
        for minute in range(start, end):
            if whole(w, minute, minute + 1, margin) <= minute:
                return minute
            seen.append((int(sc[PUSHES]), int(sc[POPS])))
        return end

    engine.run_minutes = one_by_one
    try:
        yield
    finally:
        engine.run_minutes = whole


def record(model: Simulation, warm_up_days: int, days: int) -> Traffic:
    """Run a model for its warm-up and ``days`` days more, and return the traffic of these.

    Raises:
        RuntimeError: If the model does not run its minutes through ``engine.run_minutes``.
    """
    timed_days(model, warm_up_days, 0)
    sc = model.tables["sc"]
    pushed, popped = int(sc[PUSHES]), int(sc[POPS])
    seen: list[tuple[int, int]] = []
    with _by_the_minute(sc, seen):
        timed_days(model, 0, days)
    if len(seen) != days * DAY:
        raise RuntimeError(f"{len(seen)} minutes of {days} days were seen: see Simulation.step")
    table = np.array(seen, dtype=np.int64)
    pushes = np.diff(table[:, 0], prepend=pushed)
    pops = np.diff(table[:, 1], prepend=popped)
    return Traffic(pushed - popped, pushes, pops, warm_up_days * DAY)


@entry
def _match(live: int, pushes: Any, pops: Any, newest: int, key: Any, waiting: Any, due: Any) -> None:
    """Give each push the minute at which it is popped, -1 if none; ``waiting`` is working space of the same length."""
    n = 0
    pushed = 0
    for _ in range(live):
        waiting[n] = pushed
        n += 1
        pushed += 1
    for m in range(pushes.shape[0]):
        for j in range(min(pops[m], n)):
            pick = n - 1 if newest == 1 else min(n - 1, int(uniform(key, m, j) * n))
            due[waiting[pick]] = m
            n -= 1
            waiting[pick] = waiting[n]
        for _ in range(pushes[m]):
            waiting[n] = pushed
            n += 1
            pushed += 1


@rule
def _push(w: Any, k: int, first: int, due: Any) -> None:
    minute = first + due[k] if due[k] >= 0 else w.sc[HORIZON] - 1
    mixed = (k * 2654435761) & 0xFFFFFFFF
    push(w, minute, (mixed >> 16) % _KINDS, mixed, 0, 0)


@entry
def _fill(w: Any, k: int, live: int, first: int, due: Any) -> int:
    """Push what waits at the start, from ``k`` on; return how far there was room."""
    w.sc[MINUTE] = first - 1
    w.sc[DAY_NO] = first // DAY - 1
    while k < live and room(w) >= _MARGIN:
        _push(w, k, first, due)
        k += 1
    return k


@entry
def _midnight(w: Any, day: int) -> None:
    """Deal out the events of a new day."""
    w.sc[DAY_NO] = day
    deal(w, day)


@entry
def _replay(w: Any, minute: int, end: int, first: int, upto: Any, due: Any, at: Any) -> int:
    """Pass the traffic of the minutes [minute, end) through the queue; return the minute reached, as the engine does.

    ``upto`` are the pushes made by the end of each minute, ``at`` those made and the events popped so far.
    """
    while minute < end:
        last = upto[minute - first]
        k = at[0]
        if open_minute(w, minute):
            while pop(w) >= 0:
                at[1] += 1
                if k < last:
                    _push(w, k, first, due)
                    k += 1
        while k < last and (k & 1023 or room(w) >= _MARGIN):
            _push(w, k, first, due)
            k += 1
        at[0] = k
        if k < last or room(w) < _MARGIN:
            return minute
        minute += 1
    return end


class BareQueue:
    """The queue of a run, with its traffic and nothing else.

    Args:
        make: Makes a new model of the same plan; only its empty tables and their growth are used.
        traffic: What passes.
        newest: Whether the newest event comes first, instead of one at random.
    """

    def __init__(self, make: Callable[[], Simulation], traffic: Traffic, newest: bool = False) -> None:
        self.make = make
        self.traffic = traffic
        n = traffic.live + int(traffic.pushes.sum())
        self.due = np.full(n, -1, dtype=np.int64)
        self.upto = traffic.live + np.cumsum(traffic.pushes)
        waiting = np.empty(n, dtype=np.int64)
        _match(traffic.live, traffic.pushes, traffic.pops, int(newest), stream_keys(1)[0], waiting, self.due)

    def seconds(self) -> tuple[float, int]:
        """Return the seconds of passing the traffic through a fresh queue, and the events popped."""
        model, first = self.make(), self.traffic.first
        pushed = 0
        while pushed < self.traffic.live:
            model._ensure_room()
            pushed = int(_fill(model.w, pushed, self.traffic.live, first, self.due))
        at = np.array([pushed, 0], dtype=np.int64)
        return seconds(lambda: self._run(model, first, at)), int(at[1])

    def _run(self, model: Simulation, first: int, at: NDArray[np.int64]) -> None:
        for midnight in range(first, first + len(self.upto), DAY):
            model.day = midnight // DAY
            model._ensure_room()
            _midnight(model.w, model.day)
            minute, end = midnight, midnight + DAY
            while minute < end:
                minute = int(_replay(model.w, minute, end, first, self.upto, self.due, at))
                if minute < end:
                    model._ensure_room()


def measure(settings: Settings) -> list[Line]:
    """Return nanoseconds an event of the engine and of the bare queue, and their ratio, their runs in turn."""
    days, warm_up = min(settings.days, MOST_DAYS), settings.warm_up_days
    compile_all()

    def model() -> CityModel:
        return CityModel("baseline", city=settings.city, days=days, warm_up_days=warm_up, follow_up_days=1)

    traffic = record(model(), warm_up, days)
    queues = {"random": BareQueue(model, traffic), "newest": BareQueue(model, traffic, newest=True)}
    for queue in queues.values():
        queue.seconds()
    full: list[float] = []
    bare: dict[str, list[float]] = {name: [] for name in queues}
    for _ in range(settings.repeats):
        taken, events = timed_days(model(), warm_up, days)
        full.append(sum(taken) / events * 1e9)
        for name, queue in queues.items():
            spent, popped = queue.seconds()
            bare[name].append(spent / popped * 1e9)
    of = f"{settings.city}, {days} days"
    waiting = f"{traffic.live:,} events wait at the start, {int(traffic.pops.sum()):,} are popped"
    return [
        measured("queue", "engine_ns", f"{of}: an event in the engine", "ns", full, "", waiting),
        measured("queue", "bare_ns", f"{of}: an event in the bare queue", "ns", bare["random"]),
        measured("queue", "newest_ns", f"{of}: the same, newest first", "ns", bare["newest"]),
        ratio("queue", "ratio", "engine over bare queue", full, bare["random"], "", "which event comes up: at random"),
        ratio("queue", "ratio_newest", "engine over bare queue, newest first", full, bare["newest"], "",
              "which event comes up: the newest"),
    ]  # fmt: skip
