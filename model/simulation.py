"""One run of one city: a Mesa model whose step is a day.

``Simulation`` owns the arrays of the engine, lets the deciders and the policies act at midnight, runs the minutes,
and keeps what the measures need. It knows nothing of scenario files; see ``scenarios.city_model.CityModel``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import ClassVar

import mesa
import numpy as np
from numpy.typing import NDArray

from ..agents import careers as career
from ..agents import offices
from ..agents import responders as R
from ..agents.columns import Rows, append_rows, zeros
from ..agents.parameters import vector
from . import engine, months
from .accounts import ORDINARY
from .bench import Bench
from .calendar import DAY, build_calendar
from .callup import call_ups
from .draws import OFFICE, PLEDGE, normal, stream_keys, uniform
from .interventions import Setting, gather, helpers_left, ration, supplies
from .joining import rosters
from .levers import fold
from .measures import RunResult
from .occasions import EFFORT, IMITATES
from .organisations import build_organisations, fill_responders, volunteers
from .plan import RunPlan
from .postings import FROM_UNIT, leading
from .reading import Reading, read
from .residents import sums_of_grids, vulnerable_weight
from .results import result
from .roster import hours_of_pools
from .setup import base_levers, empty_tables, place_shocks, risk_of_grids
from .state import (
    ABANDONED,
    ANSWERED,
    ATTEMPTS,
    BLOCKS_LIVE,
    CALLS_LIVE,
    CASES_LIVE,
    HORIZON,
    LOG,
    LOG_N,
    LOGGING,
    NEEDS_LIVE,
    NEEDS_RESTING,
    NODES_LIVE,
    TAU,
    WINDOW_FROM,
    WINDOW_TO,
)
from .wheel import BLOCK
from .world import world

_MARGIN = 4096
"""Rows that must be free before the engine starts a minute or an item of the day's plan."""
_EPOCH = dt.date(2000, 1, 1)
OUTLAYS = {"money_cny.policies": "spending", "residents_hours": "residents_hours"}
"""What policies ask of money and of residents' time: measure, and the lever of communities that is summed."""

EventSink = Callable[[Rows], None]
"""Receives rows of the event log as they are made; rows are a copy."""


class Simulation(mesa.Model):
    """A run of a city, one day a step.

    Args:
        plan: What is simulated.
        seed: Seed of all draws of the run (the city has its own).
        events: Receives the event log in pieces; ``None`` keeps no log.
    """

    REBUILT: ClassVar[frozenset[str]] = frozenset({"plan", "events", "w", "instruments"})
    """Attributes that are this run's own when it goes on from where another one stood (see ``snapshot``)."""

    def __init__(self, plan: RunPlan, seed: int = 1, events: EventSink | None = None) -> None:
        super().__init__(rng=seed)
        self.plan = plan
        self.run_seed = seed
        self.events = events
        self.par = vector(plan.parameters)
        self.catalogue = plan.catalogue
        self.calendar = build_calendar(plan.first_day, plan.days)
        self.day = 0
        self.keys = stream_keys(seed)
        self.instruments = tuple(sorted(plan.policies, key=lambda p: p.instance))
        self._build()
        self._hire_deciders()
        self.trust_by_day: dict[int, NDArray[np.float64]] = {}
        self.reading: Reading
        self.quits: dict[int, int] = {}
        self.calls_upto: dict[int, NDArray[np.int64]] = {}
        engine.begin(self.w)

    # Building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        plan, city = self.plan, self.plan.city
        organised = build_organisations(city, self.catalogue, self.par)
        people = volunteers(city, organised.nets, self.par)
        reserve = R.RESPONDERS.rows(len(people))
        fill_responders(reserve, people, organised.pools, city, self.par)
        reserve["active"], reserve["productivity"], reserve["potential"] = 0, 0.6, 0.6
        self._staff = first_volunteer = len(organised.responders)
        responders = append_rows(organised.responders, reserve)
        self.pool_size = np.bincount(organised.responders["pool"], minlength=len(organised.pools))
        at = organised.responders["pool"][organised.responders["kind"] <= R.PART_TIMER]
        self.grid_workers = np.bincount(organised.pools["community"][at], minlength=len(city.communities))
        self._volunteers: dict[int, list[int]] = {}
        for r in range(first_volunteer, len(responders)):
            self._volunteers.setdefault(int(responders["community"][r]), []).append(r)
        self.usual = base_levers(city, self.catalogue, organised.pools, self.par)
        self.base = {of: rows.copy() for of, rows in self.usual.items()}
        self.outlays = dict.fromkeys(OUTLAYS, 0.0)
        self._pushed: tuple[str, ...] = ()
        self._bench = Bench(self.instruments)
        self._supplies = supplies(city, self.par, organised.responders, organised.pools)
        tables = empty_tables(city, self.catalogue, self.calendar, plan.tau_days, self.par, organised.pools, responders)
        tables |= {
            "keys": self.keys,
            "pools": organised.pools,
            "responders": responders,
            "nets": organised.nets,
            "property_pool": organised.property_pool,
            "street_pool": organised.street_pool,
            "line_pool": organised.line_pool,
            "social_pool": organised.social_pool,
            "mass_pool": organised.mass_pool,
            "roster": np.arange(len(organised.pools), dtype=np.int64),
            "roster_asked": np.arange(len(organised.pools), dtype=np.int64),
            "crew": np.zeros(len(responders) + 1, dtype=np.int64),
            "risk": risk_of_grids(city, self.catalogue),
            "call_ups": call_ups(self.grid_workers, self._volunteers),
        }
        tables |= place_shocks(city, plan.shocks, self.par, self.keys)
        for of, rows in self.base.items():
            tables[f"{of}_levers"] = rows.copy()
        sc = tables["sc"]
        sc[HORIZON] = plan.days * DAY
        sc[WINDOW_FROM] = plan.warm_up_days * DAY
        sc[WINDOW_TO] = (plan.warm_up_days + plan.window_days) * DAY
        sc[TAU] = len(tables["hist_solution"]) - 1
        sc[LOGGING] = 0 if self.events is None else 1
        if self.events is not None:
            tables["log"] = LOG.rows(max(65536, 8 * _MARGIN))
        self.tables = tables
        self.start_facility = tables["compounds"]["facility"].copy()
        self.w = world(tables)
        engine.chain(self.w, 0, 0, 0, 0)
        staff = organised.responders
        ordinary = staff["pool"][np.isin(staff["kind"], ORDINARY)]
        self.setting = Setting(
            city=city, calendar=self.calendar, catalogue=self.catalogue, keys=self.keys, par=self.par,
            units=tables["units"], compounds=tables["compounds"], firms=tables["firms"],
            line_work=tables["line_work"], counter_use=tables["counter_use"],
            pools=organised.pools, nets=organised.nets, community_pool=organised.nets[:, 5],
            property_pool=organised.property_pool, street_pool=organised.street_pool,
            social_pool=organised.social_pool, mass_pool=organised.mass_pool, line_pool=organised.line_pool,
            people=np.bincount(ordinary, minlength=len(organised.pools)),
            pool_hours=hours_of_pools(organised.responders, len(organised.pools), self.par),
            shock_weight=vulnerable_weight(city),
            known_load=self.known_load, known_cases=self.known_cases, known_grades=self.known_grades,
        )  # fmt: skip

    def _hire_deciders(self) -> None:
        city = self.plan.city
        self.communities = [
            offices.CommunityOffice(self, c, self._volunteers.get(c, [])) for c in range(len(city.communities))
        ]
        self.streets = [
            offices.StreetOffice(
                self, s, slice(int(row["first_community"]), int(row["first_community"] + row["n_communities"]))
            )
            for s, row in enumerate(city.streets)
        ]
        pools = self.tables["pools"]
        lines = np.flatnonzero(pools["line_row"] >= 0)
        self.departments = [offices.Department(self, int(pools["line_row"][p]), int(p)) for p in lines]
        self.firms = [offices.PropertyFirm(self, f) for f in range(len(city.firms))]

    # What deciders and policies may ask -------------------------------------------------------------------------

    def chance(self, person: int, week: int) -> float:
        """Return the keyed uniform of a volunteer's answer in a week."""
        return float(uniform(self.keys[PLEDGE], int(self.tables["responders"]["key"][person]), week))

    def chance_of(self, community: int, month: int) -> float:
        """Return the keyed uniform of a community's monthly decision."""
        return float(uniform(self.keys[OFFICE], int(self.plan.city.communities["key"][community]), IMITATES + month))

    def noise(self, firm: int, month: int) -> float:
        """Return the keyed normal of a firm's monthly decision."""
        return float(normal(self.keys[OFFICE], int(self.plan.city.firms["key"][firm]), EFFORT + month))

    def set_duty(self, person: int, on: bool) -> None:
        """Put a volunteer on the roster or take him off; one who is engaged finishes first."""
        p = self.tables["responders"][person]
        if on and p["active"] == 0:
            p["active"], p["from_minute"] = 1, self.day * DAY
        elif not on and p["state"] == R.IDLE:
            p["active"] = 0

    def known_load(self) -> NDArray[np.float64]:
        """Return open queued cases that were sent to each community's own pools, shape (communities,)."""
        pools = self.tables["pools"]
        at = pools["community"] >= 0
        load = np.bincount(pools["community"][at], pools["waiting"][at], minlength=len(self.plan.city.communities))
        return load.astype(np.float64)

    def known_cases(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return open cases and those of them that are overdue, each of shape (communities, categories)."""
        shape = len(self.plan.city.communities), len(self.catalogue.rows)
        known, overdue = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        engine.count_cases(self.w, known, overdue)
        return known, overdue

    def known_grades(self) -> NDArray[np.int64]:
        """Return the community and grid workers of each pool by grade of pay, shape (pools, grades)."""
        known = np.zeros((len(self.tables["pools"]), int(self.par[career.GRADES])), dtype=np.int64)
        engine.count_grades(self.w, self._staff, known)
        return known

    # Running ----------------------------------------------------------------------------------------------------

    @property
    def days_total(self) -> int:
        """Days to simulate: warm-up, window and follow-up."""
        return self.plan.days

    def step(self) -> None:
        """Run one day; after the last one the run is over."""
        if self.day >= self.plan.days:
            self.running = False
            return
        self._note_calls()
        self._decide()
        self._act()
        self._ensure_room()
        engine.open_day(self.w, self.day)
        self._plan_day()
        self._run_day()
        self._note_day()
        self.day += 1
        if self.day == self.plan.days:
            self._note_calls()
            engine.reckon(self.w)
            self._hand_over_events()
            self.running = False
            self.forget()

    def forget(self) -> None:
        """Let Mesa forget the model, so that it is freed once nobody else holds it; agents stay usable.

        Mesa counts agents in a dictionary of its own whose keys are models, and never takes one out.
        """
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def run_to_end(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Run all days; ``progress`` is told (days done, days in all) after each."""
        while self.day < self.plan.days:
            self.step()
            if progress is not None:
                progress(self.day, self.plan.days)

    def result(self) -> RunResult:
        """Return what the finished run measured."""
        return result(self)

    def _decide(self) -> None:
        """Let those decide whose turn it is: offices weekly, firms and practices monthly."""
        week, month = divmod(self.day, 7)[0], self.day // 30
        if self.day == 0:
            return
        if self.day % 7 == 0:
            self.reading = read(self)
            for community in self.communities:
                community.weekly(week)
            for street in self.streets:
                street.weekly(week)
            for department in self.departments:
                department.weekly(week)
        if self.day % 30 == 0:
            self.reading = read(self)
            for community in self.communities:
                community.monthly(month)
            for firm in self.firms:
                firm.monthly(month)
            self.quits[self.day] = int(months.staff_month(self.w, month, self.day * DAY))
            months.clear_month(self.w)
            months.units_month(self.w)
            months.committees_month(self.w, month, self._mean_of_grids("participation"))
            months.facilities_month(self.w, self.start_facility)

    def _act(self) -> None:
        """Fold what policies ask for into levers, and put the people they post on duty."""
        actions = gather(self.instruments, self.setting, self.day)
        granted = self._post(actions.postings)
        folded = fold(self.base, [*actions.contributions, *leading(granted, self.setting)])
        for name in {*offices.DECIDED, *self._pushed, *folded}:
            of, column = name.split(".")
            self.tables[f"{of}_levers"][column] = folded.get(name, self.base[of][column])
        self._pushed = tuple(folded)
        if 0 <= self.day - self.plan.warm_up_days < self.plan.window_days:
            for name, levers in OUTLAYS.items():
                self.outlays[name] += float(self.tables["community_levers"][levers].sum())
        self.tables["roster_asked"][:] = rosters(self.tables["pools"], actions.rosters)

    def _post(self, asked: Rows) -> Rows:
        """Put people on duty as far as they can be spared; return the postings that were granted."""
        people, bench = self.tables["responders"], self._bench
        called = bench.called(people, len(self.plan.city.lines))
        supply = tuple(helpers_left(self.tables["units"]) if source == FROM_UNIT else spare
                       for source, spare in enumerate(self._supplies))  # fmt: skip
        postings = ration(asked, supply, self.instruments, self.setting, called)
        postings = bench.second(people, postings, self.setting, self.day)
        people = bench.post(self.tables, postings, self.setting, self.day)
        if people is not self.tables["responders"]:
            self.tables["responders"] = people
            if len(people) >= len(self.tables["crew"]):
                self._grow("crew", len(people) * 5 // 4)
            self._renew()
        return postings

    def _plan_day(self) -> None:
        epoch = (self.calendar.date(self.day) - _EPOCH).days
        item = 0
        while item >= 0:
            item = int(engine.plan_needs(self.w, epoch, self.plan.demand, item, _MARGIN))
            if item >= 0:
                self._ensure_room()

    def _run_day(self) -> None:
        minute, end = self.day * DAY, (self.day + 1) * DAY
        while minute < end:
            minute = int(engine.run_minutes(self.w, minute, end, _MARGIN))
            if minute < end:
                self._ensure_room()

    def _ensure_room(self) -> None:
        """Grow whatever table is nearly full, and hand over the event log."""
        self._hand_over_events()
        tables, sc = self.tables, self.tables["sc"]
        before = {name: len(tables[name]) for name in ("needs", "cases", "calls", "nodes", "block_next")}
        waiting = tables["day_events"][min(self.day, self.plan.days - 1)]
        used = (sc[NEEDS_LIVE] + sc[NEEDS_RESTING], sc[CASES_LIVE], sc[CALLS_LIVE], max(sc[NODES_LIVE], waiting),
                sc[BLOCKS_LIVE])  # fmt: skip
        spare = (2 * _MARGIN, 2 * _MARGIN, 2 * _MARGIN, 8 * _MARGIN, self.plan.days + 8 * _MARGIN // BLOCK)
        full = [(name, n) for name, n, more in zip(before, used, spare, strict=True) if before[name] - n < more]
        for name, n in full:
            self._grow(name, int(n) * 3 // 2 + 8 * _MARGIN)
        if full:
            self._renew()
            engine.chain(self.w, before["needs"], before["cases"], before["calls"], before["block_next"])

    def _grow(self, name: str, rows: int) -> None:
        """Give a table more rows; the blocks of later days grow with their list."""
        old = self.tables[name]
        self.tables[name] = zeros(rows, old.dtype)
        self.tables[name][: len(old)] = old
        if name == "block_next":
            self._grow("later", rows * BLOCK)

    def _renew(self) -> None:
        self.w = world(self.tables)

    def _hand_over_events(self) -> None:
        n = int(self.tables["sc"][LOG_N])
        if self.events is not None and n > 0:
            self.events(self.tables["log"][:n].copy())
            self.tables["sc"][LOG_N] = 0

    def _note_day(self) -> None:
        """Note the weekly mean of trust by street."""
        if self.day % 7 == 0 or self.day in (self.plan.warm_up_days, self.plan.days - 1):
            self.trust_by_day[self.day] = self.trust_of_streets()

    def _note_calls(self) -> None:
        """Note call attempts, answered and abandoned calls so far where the window begins and ends."""
        if self.day in (self.plan.warm_up_days, self.plan.warm_up_days + self.plan.window_days):
            self.calls_upto[self.day] = self.tables["sc"][[ATTEMPTS, ANSWERED, ABANDONED]]

    def trust_of_streets(self) -> NDArray[np.float64]:
        """Return the mean trust of residents by street, shape (streets,)."""
        city = self.plan.city
        sums = self.trust_sums()
        by_street = np.bincount(city.grids["street"], sums, minlength=len(city.streets))
        return np.asarray(by_street / np.maximum(1, city.streets["residents"]))

    def trust_sums(self) -> NDArray[np.float64]:
        """Return the summed trust of the residents of each grid, shape (grids,)."""
        return sums_of_grids(self.plan.city, self.tables["trust"])

    def _mean_of_grids(self, column: str) -> NDArray[np.float64]:
        return sums_of_grids(self.plan.city, self.tables[column]) / np.maximum(1, self.plan.city.grids["residents"])
