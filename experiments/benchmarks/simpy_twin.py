"""The network of ``network`` as one would write it with SimPy: a process a need, a ``PriorityResource`` a station.

It does the very same work as the engine, event by event and table by table, with the same keyed draws, and so comes to
the same history to the minute; ``against_simpy`` checks that before it times anything. What the parameters of the
network switch off is left out here, though the engine still asks for it: patrols, festering (it would begin after the
end), calls, misrouting, hand-ups, joint cases, failed visits, forced closing (the check is made, its chance is 0),
call-backs, neighbours who hear of it, recurrence, over-dispersion, skills and leave, meetings, the clocks of waiting
off shift and in paperwork (everybody is always in the field), the weekly decisions of offices.

SimPy runs what is due at the same time in the order of its planning, the engine by kind of event and key. ``Step`` is a
timeout that gives SimPy's queue the engine's order as its priority. The draws are the engine's compiled functions: a
call of them from Python takes a small part of the time that the same generator takes in plain Python.
"""

from __future__ import annotations

import datetime as dt
import math
from array import array
from bisect import bisect_left
from collections.abc import Generator
from typing import Any

import simpy

from ...agents import handling as H
from ...agents import residents as P
from ...agents import responders as R
from ...model.arrivals import need_key
from ...model.calendar import DAY, add_working_days
from ...model.draws import (
    ARRIVALS,
    CANDIDATE,
    HANDLING,
    NOTICE,
    RATING,
    REPORT,
    WORK,
    exponential,
    normal,
    poisson,
    uniform,
    uniforms,
)
from ...model.occasions import RATED
from ...model.plan import RunPlan
from ...model.reporting import SLOTS
from ...model.state import ACCEPTANCE, ENDED, QUEUE_GRID, TAU, TRAVELLING, UNREPORTED, WORKING
from ...model.wheel import ACCEPT, ARRIVE, DEADLINE, FINISH, FORCE
from ...model.wheel import NOTICE as NOTICE_EVENT
from ...model.wheel import REPORT as REPORT_EVENT
from .network import ACCEPT_SIGMA, DISPATCH_MINUTES, LIMIT_MINUTES, NOTICE_MINUTES, REPORT_MINUTES, Network, Stations
from .simpy_parts import KIND, Grid, Server, Station, Step
from .twin_books import Books, Need

_RANK = 0
"""Class in the queue of an emergency, which all cases of this network are."""
_OWN_OCCASION = 256
"""Occasion on which the resident concerned decides, as in ``model.reporting``."""
_LONGEST_VISIT = 2400.0
_EPOCH = dt.date(2000, 1, 1)


class Twin:
    """One run of the network.

    Args:
        network: Its size.
        plan: What ``network.plan_of`` made of it.
        seed: Seed of all draws.
        env: Environment to run in, a new one by default.
        history: Receives every need as it arises; ``None`` keeps none.
    """

    def __init__(
        self,
        network: Network,
        plan: RunPlan,
        seed: int,
        env: simpy.Environment | None = None,
        history: list[Need] | None = None,
    ) -> None:
        self.network, self.history = network, history
        self.env: Any = simpy.Environment() if env is None else env
        like = Stations(network, plan, seed)  # only to read the city, its people and the parameters
        tables, par = like.tables, [float(x) for x in like.par]
        self.calendar, self.epoch = like.calendar, (plan.first_day - _EPOCH).days
        self.trust, self.participation = array("f", tables["trust"]), array("f", tables["participation"])
        self.books = Books(tables, int(tables["sc"][TAU]))
        self.trust_by_day: dict[int, list[float]] = {}
        self.keys = list(like.keys)
        category = tables["cats"][0]
        self.hours = [float(x) for x in category["hours"]]
        self.work = float(category["work"])
        severity = float(category["severity"][0])
        self.report_base = par[P.REPORT_INTERCEPT] + par[P.REPORT_SEVERITY] * (severity - 0.4)
        self.report_trust, self.report_participation = par[P.REPORT_TRUST], par[P.REPORT_PARTICIPATION]
        friction = float(tables["community_levers"]["friction"][0])
        self.report_friction = par[P.REPORT_FRICTION] + friction - 0.5
        self.accept_minutes, self.response_limit = par[H.ACCEPT_URGENT], par[H.RESPONSE_LIMIT]
        self.rate_base, self.rate_contacted = par[P.RATE_INTERCEPT] + par[P.RATE_SOLVED] * 0.5, par[P.RATE_CONTACTED]
        self.rate_time, self.usual_hours = par[P.RATE_TIME], par[P.EXPECTED_SHARE] * (LIMIT_MINUTES / 60)
        self.rate_share, self.gain, self.loss = par[P.RATE_SHARE], par[P.TRUST_GAIN], par[P.TRUST_LOSS]
        self.participation_step = par[P.PARTICIPATION_STEP]
        self.grace, self.check_days = max(1, int(par[H.GRACE])), int(par[H.CLOSURE_CHECK])
        self.servers: list[Server] = []
        self.stations = [self._station(like, c, par) for c in range(network.stations)]

    def _station(self, like: Stations, community: int, par: list[float]) -> Station:
        """Make a station of a community's tables."""
        tables = like.tables
        place, all_grids = tables["communities"][community], tables["grids"]
        first = int(place["first_grid"])
        grids = [Grid(g, all_grids[g], tables["cats"][0]) for g in range(first, first + int(place["n_grids"]))]
        people = tables["responders"]
        members = [people[r] for r in range(len(people)) if people["pool"][r] == tables["nets"][community, 5]]
        servers = [Server(int(p["key"])) for p in members]
        for grid in grids:
            order = []
            for server, person in zip(servers, members, strict=True):
                here, home = all_grids[grid.number], all_grids[person["grid"]]
                cells = abs(int(here["x"]) - int(home["x"])) + abs(int(here["y"]) - int(home["y"]))
                cell_km = float(tables["districts"]["cell_km"][grid.street])
                minutes = max(0, int(par[R.SET_OUT] + cells * cell_km * par[R.MINUTES_PER_KM] + 0.5))
                order.append((cells * 1000 + server.key % 1000, server.key, server, minutes))
            grid.servers = [(server, minutes) for _, _, server, minutes in sorted(order, key=lambda x: x[:2])]
        self.servers += servers
        return Station(self.env, int(place["key"]), grids, len(servers))

    def run(self) -> Books:
        """Run to the end and return the books."""
        self.env.process(self._source())
        self.env.run(until=self.network.minutes)
        end, books = self.network.minutes, self.books
        self._note_trust(self.network.days - 1)
        for server in self.servers:
            server.progress(end)
        for need in books.open.values():
            need.turn(end, need.stage)
            books.fold(need)
        return books

    def _source(self) -> Generator[simpy.Event, Any, None]:
        """At every midnight draw the needs of the day, then start each when it arises."""
        env = self.env
        for day in range(self.network.days):
            if day > 0:
                yield env.timeout(day * DAY - env.now)
                if (day - 1) % 7 == 0:
                    self._note_trust(day - 1)
            self.books.open_day(day)
            for server in self.servers:
                server.on_minutes += DAY
            for arose, key, station, grid, owner in self._draw_needs(day):
                if arose > env.now:
                    yield env.timeout(arose - env.now)
                env.process(self._need(Need(key, grid.number, grid.kind, grid.street, owner, arose), station, grid))

    def _draw_needs(self, day: int) -> list[tuple[int, int, Station, Grid, int]]:
        """Return minute, key, station, grid and resident of the needs of a day, by minute and key."""
        arrivals, candidate = self.keys[ARRIVALS], self.keys[CANDIDATE]
        needs = []
        for station in self.stations:
            first = int(need_key(self.epoch + day, station.key, 0, 0))
            for key in range(first, first + poisson(station.total, uniform(arrivals, first, 0))):
                u, v = uniforms(candidate, key, 0)
                pick = u * station.total
                for grid in station.grids:
                    if pick < grid.weight:
                        break
                    pick -= grid.weight
                slot = int(pick / grid.ceiling)
                if slot < grid.residents and v * grid.ceiling < grid.hazard:
                    u, v = uniforms(candidate, key, 1)
                    hour = min(23, bisect_left(self.hours, u))
                    needs.append((day * DAY + hour * 60 + int(v * 60.0), key, station, grid, grid.first + slot))
        needs.sort(key=lambda need: need[:2])
        return needs

    def _need(self, need: Need, station: Station, grid: Grid) -> Generator[simpy.Event, Any, None]:
        """Lead a need through its life."""
        env, key, keys, books = self.env, need.key, self.keys, self.books
        books.arisen(need)
        if self.history is not None:
            self.history.append(need)

        yield Step(env, 1 + int(NOTICE_MINUTES * exponential(keys[NOTICE], key, 0)), NOTICE_EVENT * KIND + key)
        now = env.now
        need.turn(now, UNREPORTED)
        need.noticed = now
        u = uniform(keys[REPORT], key, _OWN_OCCASION * SLOTS + need.owner - grid.first)
        if u >= self._report_chance(need.owner):
            return

        yield Step(env, REPORT_MINUTES, REPORT_EVENT * KIND + key)
        now = env.now
        need.turn(now, ACCEPTANCE)
        need.reported = now
        books.reported(need)
        deadline = now + LIMIT_MINUTES
        Step(env, LIMIT_MINUTES, DEADLINE * KIND + key, need).callbacks.append(self._fall_due)
        wait = int(self.accept_minutes * math.exp(ACCEPT_SIGMA * normal(keys[HANDLING], key, 0)))

        yield Step(env, DISPATCH_MINUTES + wait, ACCEPT * KIND + key)
        now = env.now
        need.turn(now, QUEUE_GRID)
        books.contacted(need, now, now - need.reported <= self.response_limit)
        with station.desk.request((_RANK, deadline, key)) as turn:
            yield turn
            now = env.now
            server, minutes = grid.nearest_idle()
            need.turn(now, TRAVELLING)
            need.sent, need.responder = now, server.key
            server.need, server.since = need, now

            yield Step(env, minutes, ARRIVE * KIND + server.key)
            now = env.now
            server.progress(now)
            need.turn(now, WORKING)
            need.on_site = now
            work = min(self.work * exponential(keys[WORK], key, 8), _LONGEST_VISIT)

            yield Step(env, max(1, int(work + 0.5)), FINISH * KIND + server.key)
            now = env.now
            server.progress(now)
            need.turn(now, ENDED)
            books.closed(need)
            self._rate(need, now)
            books.end(need, now)
            server.need = None

    def _report_chance(self, resident: int) -> float:
        return _logistic(
            self.report_base
            + self.report_trust * (self.trust[resident] - 0.6)
            + self.report_participation * (self.participation[resident] - 0.35)
            - self.report_friction
        )

    def _fall_due(self, event: Any) -> None:
        """The deadline of a case passes: if it is open it is overdue, and will be looked at after some days."""
        need = event.value
        if need.solved < 0:
            self.books.fell_due(need, self.env.now)
            self._check_after(need, self.grace)

    def _check_closing(self, event: Any) -> None:
        """An overdue case that is still open might be closed by force, which has no chance here."""
        need = event.value
        if need.solved < 0:
            self._check_after(need, self.check_days)

    def _check_after(self, need: Need, days: int) -> None:
        now, calendar = self.env.now, self.calendar
        at = int(add_working_days(calendar.work_index, calendar.work_days, now, days))
        Step(self.env, at - now, FORCE * KIND + need.key, need).callbacks.append(self._check_closing)

    def _rate(self, need: Need, t: int) -> None:
        """The resident rates the solution, and his trust and participation move."""
        hours = max(1.0, (t - need.reported) / 60.0)
        slowness = self.rate_time * math.log(hours / self.usual_hours)
        contacted = 1.0 if 0 <= need.contacted - need.reported <= self.response_limit else 0.0
        u, v = uniforms(self.keys[RATING], need.key, RATED + need.closings)
        satisfied = u < _logistic(self.rate_base - slowness + self.rate_contacted * contacted)
        if v < self.rate_share:
            self.books.rated(need, satisfied)
        outcome = 0.9 if satisfied else 0.35
        before = self.trust[need.owner]
        step = self.gain if outcome >= before else self.loss
        after = min(1.0, max(0.0, before + step * (outcome - before)))
        self.trust[need.owner] = after
        self.participation[need.owner] += self.participation_step * (after - before)

    def _note_trust(self, day: int) -> None:
        """Note the mean trust by street at the end of a day."""
        means = []
        for station in self.stations:
            runs = [(grid.first, grid.first + grid.residents) for grid in station.grids]
            means.append(sum(sum(self.trust[a:b]) for a, b in runs) / sum(b - a for a, b in runs))
        self.trust_by_day[day] = means


def _logistic(x: float) -> float:
    if x > 30.0:
        return 1.0
    return 0.0 if x < -30.0 else 1.0 / (1.0 + math.exp(-x))
