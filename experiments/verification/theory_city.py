"""The real engine in a setting that queueing theory has exact formulas for.

A *theory city* is a city of villages; each village is one queue: its office's workers are the servers, its only
category of need the customers. Queues share nothing, and every draw is keyed by the need, so villages (and days far
enough apart) are independent replications. What is switched off, and how:

* travel: all cells have the width nought, and nobody takes time to set out;
* false starts: a visit always solves (``fix`` 1), nothing is misrouted, closed early, handed to the street, reopened,
  comes back, festers or lapses; one party and the lowest level suffice;
* authority: hand-ups and the set-up of joint visits take a minute, and a visit without authority is as long as any;
* people: no leave, quitting, learning, call-ups or gaps in skill; everyone works exactly as fast as the next;
* rosters: everybody is in the shift class without rest days, whose hours are rewritten, and all of it is field time;
* the calendar of demand: the shapes by hour and weekday are made flat, and days are not over-dispersed. Villages
  differ in residents, so each queue's flow is set by the table of hazards: the engine thins its candidates by it.

**How Poisson arrivals reach the queue.** A need arises at a Poisson moment, but a queue sees only accepted cases, and
acceptance and patrols keep hours. Two ways keep the flow Poisson:

* *Round the clock*: an emergency (rank 0) has no desk hours. It is noticed after an exponential delay, reported for
  certain to the office's face (intercept and severity drive that chance to one), and accepted after a constant time.
  Independent delays leave a Poisson process Poisson. With emergencies only, nobody is ever taken off other work, all
  have the same limit of two hours, and so the queue is first come, first served.
* *Eight to six*: all needs are found by patrols, whose reports are accepted within two minutes. Needs arise only
  from 8:00 to 18:00, patrols look (and servers work) only then, so on a clock that stops for the night - the *service
  clock* - arrivals are Poisson, and the nightly pause of all servers leaves no trace but two minutes a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...agents.columns import Rows
from ...model.calendar import DAY
from ...model.city import City, build_city
from ...model.city_file import CitySpec
from ...model.incidents import HEADROOM, Catalogue
from ...model.ledger import LOG_ASSIGNED, LOG_QUEUE
from ...model.organisations import GENERAL
from ...model.plan import RunPlan
from ...model.simulation import Simulation

OPENS, CLOSES = 480, 1080
START = dt.date(2022, 1, 1)
RESIDENTS, RATE = 800, 1e5
"""Residents of a village, and needs a year of a thousand of them before the flows are set by hazards."""
ROUND_THE_CLOCK = (1 << 48) - 1
EIGHT_TO_SIX = ((1 << 20) - 1) << 16

PARAMETERS = {
    "travel.set_out": 0, "handling.fix": 1, "handling.false_close": 0, "handling.force": 0, "handling.reopen": 0,
    "handling.misroute": 0, "handling.overflow": 0, "handling.accept_urgent": 0, "handling.patrol": 24,
    "handling.property_rounds": 0, "channel.counter": 0, "channel.app": 0, "hotline.consultations": 0,
    "roster.smallest_team": 0, "roster.by_work": 0,
    "roster.leave": 0, "roster.field_share": 1, "roster.field_share_grid": 1, "roster.volunteers": 0,
    "staff.quit": 0, "staff.novice": 1, "work.unskilled_factor": 1, "office.idle_for_patrol": 1,
    "resident.report_intercept": 5, "resident.report_severity": 10, "resident.report_trust": 0,
    "resident.report_participation": 0, "resident.report_friction": 0, "resident.neighbours": 0,
    "roster.field_share_office": 1, "roster.line_field": 1, "department.attend": 0, "department.guard_own": 0,
    "handling.convener": 0, "handling.setup_minutes": 0, "handling.diagnosis": 1, "handling.decide_median": 10,
    "handling.decide_sigma": 0,
}  # fmt: skip

_CATEGORY = """
[[category]]
id = "{name}"
zh = "{name}"
en = "{name}"
rate = [{rate}, {rate}, {rate}, {rate}]
eyes = {eyes}
visible = {visible}
work = {work}
sigma = {sigma}
law = "{law}"
severity = [1.0, 0.0]
net = {net}
skill = 0
levels = [{grid}, 0.0, 0.0, {district}, 0.0]
parties = [{alone}, {joint}, 0.0, 0.0]
lines = [0]
deadline = "{deadline}"
fester_days = 100000
lapse_days = 100000
recur = 0.0
recur_days = 1000
profile = "flat"
dispersion = 0.0
phone = 0.0
"""


@dataclass(frozen=True)
class Kind:
    """A kind of customer: a category of need.

    Attributes:
        work: Mean of hands-on minutes, those of both parties together where there are two.
        district: Share that asks for the district: a first visit (of the same length) ends in a hand-up to its line.
        joint: Share for which the district's line comes after the village's office; each does half of the work.
    """

    name: str
    work: float = 60.0
    law: str = "exponential"
    sigma: float = 0.0
    deadline: str = "emergency"
    net: int = 5
    district: float = 0.0
    joint: float = 0.0


@dataclass(frozen=True)
class Queue:
    """A village: the number of servers in each of its pools, and customers a minute by kind."""

    servers: int
    rates: tuple[float, ...]


def _villages(queues: Sequence[Queue], districts: int) -> City:
    """Return a city with one village a queue, with people enough in each pool for the largest queue.

    Districts are alike: each has as many villages as the next.
    """
    n, each = len(queues), len(queues) // districts
    assert n == each * districts
    people = n * max(q.servers for q in queues)
    staff = {"full_time_grid_workers": 10 * people, "part_time_grid_workers": 0, "community_workers": people,
             "street_staff": 10, "district_officials": 480 * districts, "city_officials": 12, "social_workers": 0,
             "hotline_seats_day": 2, "hotline_seats_night": 1}  # fmt: skip
    stock = {"old_compounds": 0, "commercial_compounds": 0, "firms": 0, "units": 0, "exclusive_share": 0.0}
    rows = [{"name": {"zh": f"{d}区", "en": f"District {d}"}, "residents": RESIDENTS * each, "area_km2": 2.0 * each,
             "streets": 1, "urban_communities": 0, "villages": each, "grids": 2 * each, "rural_share": 1.0}
            for d in range(districts)]  # fmt: skip
    spec = {"format": 1, "id": "villages", "name": {"zh": "排队", "en": "Queues"}, "staff": staff, "stock": stock,
            "district": rows}  # fmt: skip
    city = build_city(CitySpec.model_validate(spec), 1)
    city.districts["cell_km"][:] = 0.0
    return city


def _catalogue(kinds: Sequence[Kind], daytime: bool) -> Catalogue:
    """Return the kinds of customers as a catalogue with a constant rate over the day (or over the service clock)."""
    text = "".join(
        _CATEGORY.format(
            name=k.name, rate=RATE, visible=float(daytime), work=float(k.work), sigma=float(k.sigma), law=k.law,
            net=k.net, eyes=1e-9 if daytime else 0.0, deadline=k.deadline, grid=1.0 - k.district,
            district=k.district, alone=1.0 - k.joint, joint=k.joint,
        )
        for k in kinds
    )  # fmt: skip
    catalogue = Catalogue(text)
    hours = np.zeros(24)
    hours[slice(8, 18) if daytime else slice(0, 24)] = 1.0
    catalogue.rows["hours"] = np.cumsum(hours) / hours.sum()
    return catalogue


def _set_flows(sim: Simulation, queues: Sequence[Queue], of_queue: NDArray[np.int64], service_day: int) -> None:
    """Set each village's hazards so that its customers of each kind come at the rate of its queue."""
    city, cats = sim.plan.city, sim.catalogue.rows
    for village, q in enumerate(of_queue):
        mine = city.grids["community"] == village
        at_one = city.communities["residents"][village] * cats["rate"][:, 0] / 365_000.0
        sim.tables["hazard"][mine] = np.array(queues[q].rates) * service_day / at_one
    assert sim.tables["hazard"].max() <= HEADROOM, "the flow asked for is above the ceiling of the candidates"


def _set_servers(
    sim: Simulation, queues: Sequence[Queue], of_queue: NDArray[np.int64], mask: int, at_line: int, every: int
) -> None:
    """Leave just the servers asked for in each pool, alike and on duty in the hours of ``mask`` on every so many days.

    The first line of each district has ``at_line`` servers.
    """
    tables = sim.tables
    people, pools = tables["responders"], tables["pools"]
    people["productivity"] = people["potential"] = 1.0
    people["skills"] = GENERAL
    people["shift"] = R.LONG_DAY
    tables["day_kind"][:] = np.arange(len(tables["day_kind"])) % every > 0
    tables["shifts"][R.LONG_DAY, :3] = [mask, 0, 0]
    for pool in np.flatnonzero((pools["community"] >= 0) | (pools["line"] == 0) & (pools["level"] == 3)):
        members = np.flatnonzero(people["pool"] == pool)
        local = pools["community"][pool] >= 0
        wanted = queues[of_queue[pools["community"][pool]]].servers if local else at_line
        assert len(members) >= wanted
        people["active"][members[wanted:]] = 0


class _Log:
    """Receives the event log and keeps who entered a queue or left it, and when.

    Where customers may come ``again`` to a queue without a new entry in the log, their first stay in it is kept.
    """

    def __init__(self, again: bool) -> None:
        self.again = again
        self.entered: list[NDArray[np.int64]] = []
        self.left: list[NDArray[np.int64]] = []

    def __call__(self, rows: Rows) -> None:
        """Keep the entries that matter."""
        for kind, into in ((LOG_QUEUE, self.entered), (LOG_ASSIGNED, self.left)):
            some = rows[rows["kind"] == kind]
            into.append(np.stack([some["incident"], some["minute"], some["organisation"]]))

    def joined(self, horizon: int, pools: int) -> tuple[NDArray[np.int64], ...]:
        """Return keys, pools, minutes of entering and of leaving; who never left has ``horizon``."""
        entered, left = (np.concatenate(part, axis=1) for part in (self.entered, self.left))
        keys, place = np.unique(entered[0], return_inverse=True)
        joined = place * pools + entered[2]  # a customer of a network joins several queues, each once
        order = np.argsort(joined)
        key, begin, pool = entered[:, order]
        gone, end = np.searchsorted(keys, left[0]) * pools + left[2], left[1]
        if self.again:
            gone, first = np.unique(gone, return_index=True)
            end = end[first]
        for once in (joined[order], np.sort(gone)):
            assert (np.diff(once) > 0).all(), "everybody joins a queue once and leaves it at most once"
        until = np.full(len(key), horizon)
        until[np.searchsorted(joined[order], gone)] = end
        return key, pool, begin, until


Totals = NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """A finished run of a theory city. Arrays over customers are in order of their keys.

    Attributes:
        sim: The engine.
        key: Semantic key of each customer's need.
        queue: Number of his queue in the list that was asked for.
        kind: Number of his kind.
        entered, left: Minutes at which he joined the queue and was taken out of it.
        lengths: The engine's own count of customers in queue at the end of each day, shape (days, queues): first those
            asked for, then the lines of the districts.
    """

    sim: Simulation
    key: NDArray[np.int64]
    queue: NDArray[np.int64]
    kind: NDArray[np.int64]
    entered: NDArray[np.int64]
    left: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @property
    def window(self) -> tuple[int, int]:
        """First day of the window and the day after its last."""
        return self.sim.plan.warm_up_days, self.sim.plan.warm_up_days + self.sim.plan.window_days

    @property
    def waited(self) -> NDArray[np.int64]:
        """Minutes each customer spent in the queue."""
        return self.left - self.entered

    def totals(self, values: NDArray[Any], queues: Sequence[int], parts: int) -> tuple[Totals, Totals]:
        """Sum ``values`` and count customers by queue and by part of the window in which they joined it.

        Queue and part together are one replication: the result has one entry for each.
        """
        first, end = self.window
        part = (self.entered - first * DAY) * parts // ((end - first) * DAY)
        inside = (part >= 0) & (part < parts)
        at = (self.queue * parts + part)[inside]
        size = parts * (int(self.queue.max()) + 1)
        rows = [np.bincount(at, v, size).reshape(-1, parts) for v in (values[inside], np.ones(len(at)))]
        chosen = np.asarray(queues)
        return rows[0][chosen].ravel(), rows[1][chosen].ravel()


def service_clock(minute: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return minutes of the clock that runs from 8:00 to 18:00 only."""
    return minute // DAY * (CLOSES - OPENS) + np.clip(minute % DAY - OPENS, 0, CLOSES - OPENS)


def run(
    queues: Sequence[Queue], kinds: Sequence[Kind], days: int, warm_up: int = 60, seed: int = 1, daytime: bool = False,
    *, districts: int = 1, at_line: int = 1, every: int = 1, fix: float = 1.0,
) -> Run:  # fmt: skip
    """Run a theory city: ``daytime`` on the service clock, else round the clock.

    In a city of one district the most frequented queues get the villages with most residents, so that few candidates
    are drawn in vain; in others the villages of each district are queues in turn.

    Args:
        queues: One a village, those of the first district first.
        kinds: Kinds of customers.
        days: Days of the window.
        warm_up: Days before it.
        seed: Seed of all draws.
        daytime: Whether needs arise, and servers work, from 8:00 to 18:00 only.
        districts: Districts, each with its line as one more queue.
        at_line: Servers of a district's line.
        every: Servers are there on every so many days.
        fix: Chance that a visit ends the need; else the customer joins the same queue again, by his old deadline.
    """
    city = _villages(queues, districts)
    parameters = {**PARAMETERS, "handling.fix": fix}
    plan = RunPlan(city, START, days, warm_up, 10, parameters=parameters, catalogue=_catalogue(kinds, daytime))
    log = _Log(fix < 1.0)
    sim = Simulation(plan, seed, log)
    of_village = np.arange(len(queues))
    if districts == 1:
        busiest = np.argsort([-sum(q.rates) for q in queues], kind="stable")
        of_village[np.argsort(-city.communities["residents"], kind="stable")] = busiest
    _set_flows(sim, queues, of_village, CLOSES - OPENS if daytime else DAY)
    _set_servers(sim, queues, of_village, EIGHT_TO_SIX if daytime else ROUND_THE_CLOCK, at_line, every)
    number = _numbers(sim, of_village, districts)
    lengths = np.zeros((plan.days, len(queues) + districts), dtype=np.int64)
    for day in range(plan.days):
        sim.step()
        known = number >= 0
        np.add.at(lengths[day], number[known], sim.tables["pools"]["length"][known])
    key, pool, entered, left = log.joined(plan.days * DAY, len(number))
    return Run(sim, key, number[pool], key >> 20 & 63, entered, left, lengths)


def _numbers(sim: Simulation, of_village: NDArray[np.int64], districts: int) -> NDArray[np.int64]:
    """Return the number of each pool's queue: its village's, or the line's of its district, -1 for none."""
    pools = sim.tables["pools"]
    line = (pools["line"] == 0) & (pools["level"] == 3)
    of_line = len(of_village) + pools["district"].astype(np.int64)
    return np.where(pools["community"] >= 0, of_village[pools["community"]], np.where(line, of_line, -1))


def hotline(
    rate: float, seats: int, talk: float, chance: float, pause: float, days: int, seed: int = 10
) -> NDArray[np.int64]:
    """Run a city whose only traffic are consultations by phone.

    Args:
        rate: Callers a minute, every minute of the day alike.
        seats: Seats round the clock.
        talk: Mean minutes of a call.
        chance: Chance that a refused caller tries again.
        pause: Mean minutes until he does.
        days: Days that are run.
        seed: Seed of all draws.

    Returns:
        The engine's vector of counts at the beginning and at the end of each day, shape (days + 1, scalars).
    """
    city = _villages([Queue(1, (0.0,))] * 25, 1)
    residents = float(city.districts["residents"].sum())
    parameters = {**PARAMETERS, "hotline.consultations": rate * DAY * 365_000.0 / residents, "hotline.talk": talk,
                  "hotline.retry": chance, "hotline.retry_minutes": pause}  # fmt: skip
    catalogue = _catalogue([Kind("none")], False)
    catalogue.rows["rate"] = catalogue.rows["ceiling"] = 0.0
    sim = Simulation(RunPlan(city, START, days, 0, 1, parameters=parameters, catalogue=catalogue), seed)
    sim.tables["seats"][:] = seats
    sim.tables["call_hours"][:] = 1.0 / 24.0
    counts = [sim.tables["sc"].copy()]
    for _ in range(days):
        sim.step()
        counts.append(sim.tables["sc"].copy())
    return np.array(counts)
