"""A small network of queues that theory knows, in the real engine: stations of a few servers that never go home.

Needs arise as a Poisson process, the one concerned notices and reports each, a person accepts it after a log-normal
wait, and it queues by rank, then deadline, at one of the stations. A server is there at once, works for exponential
minutes, and the need is rated. Nothing else happens: no second visits, no hand-ups, no patrols, no calls. A station is
a community with its workers, alone in its district; it is an M/M/c queue, whose mean wait Erlang's formula C gives.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...agents.columns import Rows
from ...model.calendar import DAY
from ...model.city import City, build_city
from ...model.city_file import CitySpec
from ...model.incidents import Catalogue
from ...model.ledger import LOG_ASSIGNED, LOG_QUEUE
from ...model.plan import RunPlan
from ...model.roster import ALL_DAY
from ...model.simulation import EventSink, Simulation
from ...model.state import C_ARISEN

NOTICE_MINUTES = 60.0
"""Mean minutes until a private need is noticed (whole minutes, one more than the exponential's whole part)."""
REPORT_MINUTES = 5
"""Minutes from noticing to a report by app or in person."""
ACCEPT_MINUTES, ACCEPT_SIGMA = 5.0, 0.7
"""Median and sigma of the logarithm of the wait until an emergency is accepted."""
DISPATCH_MINUTES = 3
"""Minutes from a report to its acceptance, besides that wait."""
LIMIT_MINUTES = 120
"""Minutes from a report to the deadline of an emergency."""
_RESIDENTS = 2000

_PARAMETERS = {
    "hotline.consultations": 0.0, "channel.counter": 0.0, "channel.app": 0.0,
    "resident.report_intercept": 5.0, "resident.report_severity": 10.0, "resident.report_friction": 0.0,
    "resident.neighbours": 0.0, "handling.accept_urgent": ACCEPT_MINUTES, "handling.patrol": 0.0,
    "handling.property_rounds": 0.0, "handling.fix": 1.0, "handling.force": 0.0, "handling.overflow": 0.0,
    "handling.selective_share": 0.0, "handling.social_share": 0.0, "roster.field_share": 1.0, "roster.volunteers": 0.0,
    "roster.by_work": 0.0, "roster.smallest_team": 0.0,
    "travel.set_out": 0.0, "travel.minutes_per_km": 1.0,
}  # fmt: skip

_CATALOGUE = """
[[category]]
id = "plain"
zh = "单一事项"
en = "One kind of need"
rate = [{rate}, {rate}, {rate}, {rate}]
eyes = 0.0
visible = 0.0
work = {work}
sigma = 0.0
law = "exponential"
severity = [1.0, 0.0]
net = 5
skill = 0
levels = [1.0, 0.0, 0.0, 0.0, 0.0]
parties = [1.0, 0.0, 0.0, 0.0]
lines = [0]
deadline = "emergency"
fester_days = 3650
lapse_days = 3650
recur = 0.0
recur_days = 1
profile = "flat"
dispersion = 0.0
phone = 0.0
"""


@dataclass(frozen=True)
class Network:
    """Size of the network.

    Attributes:
        stations: Queues, each with its own servers.
        servers: Servers of a station.
        work_minutes: Mean minutes of work on a case.
        load: Share of the servers' time that the work takes.
        days: Days simulated, at most 30 (workers neither learn nor leave within the first month).
    """

    stations: int = 20
    servers: int = 5
    work_minutes: float = 45.0
    load: float = 0.7
    days: int = 28

    @property
    def minutes(self) -> int:
        """Minutes simulated."""
        return self.days * DAY

    @property
    def needs_a_day(self) -> float:
        """Mean needs of a station and day."""
        return self.load * self.servers * DAY / self.work_minutes

    def expected_wait(self) -> float:
        """Return the mean wait of a case in the long run, minutes (Erlang 1917, formula C)."""
        offered = self.load * self.servers
        full = offered**self.servers / math.factorial(self.servers) / (1.0 - self.load)
        delayed = full / (sum(offered**k / math.factorial(k) for k in range(self.servers)) + full)
        return delayed * self.work_minutes / (self.servers * (1.0 - self.load))


def city_of(network: Network) -> City:
    """Return the smallest city with these stations: each a district of one community, its grids next to each other."""
    n = network.stations
    staff = {
        "full_time_grid_workers": n, "part_time_grid_workers": 0, "community_workers": n * network.servers,
        "street_staff": 3, "district_officials": 12 * n, "city_officials": 12, "social_workers": 0,
        "hotline_seats_day": 1, "hotline_seats_night": 1,
    }  # fmt: skip
    district = {"residents": _RESIDENTS, "area_km2": 0.05, "streets": 1, "urban_communities": 1, "villages": 0,
                "grids": 2}  # fmt: skip
    rows = [{**district, "name": {"zh": f"{k}站", "en": f"Station {k}"}} for k in range(n)]
    stock = {"old_compounds": 0, "commercial_compounds": 0, "firms": 0, "units": 0}
    return build_city(CitySpec.model_validate(
        {"format": 1, "id": "stations", "name": {"zh": "排队网络", "en": "Stations"}, "staff": staff, "stock": stock,
         "district": rows}))  # fmt: skip


def plan_of(network: Network) -> RunPlan:
    """Return the plan of the network's run.

    Raises:
        ValueError: For more days than the first month has.
    """
    if not 1 <= network.days <= 30:
        raise ValueError(f"days: {network.days}; 1 to 30 are possible, for workers learn and leave by the month")
    rate = network.needs_a_day * 365_000.0 / _RESIDENTS
    catalogue = Catalogue(_CATALOGUE.format(rate=rate, work=network.work_minutes), "network")
    catalogue.rows["hours"] = np.arange(1, 25) / 24.0
    return RunPlan(city_of(network), dt.date(2024, 6, 3), network.days, 0, 0, 1.0, _PARAMETERS, catalogue=catalogue)


class Stations(Simulation):
    """The network as the real engine runs it.

    Args:
        network: Its size.
        plan: What ``plan_of`` made of it.
        seed: Seed of all draws.
        events: Receives the event log; ``None`` keeps none.
    """

    def __init__(self, network: Network, plan: RunPlan, seed: int, events: EventSink | None = None) -> None:
        super().__init__(plan, seed, events)
        self.network = network
        people = self.tables["responders"]
        people["shift"], people["productivity"] = R.LONG_DAY, 1.0
        self.tables["shifts"][R.LONG_DAY] = ALL_DAY

    def arisen(self) -> list[int]:
        """Return the needs that arose by station."""
        return [int(n) for n in self.tables["counts"][:, :, C_ARISEN].sum(axis=0)]


def waits(sim: Stations, log: Rows) -> NDArray[np.float64]:
    """Return the mean minutes from joining a queue to a server's setting out, of the cases begun, by station.

    Args:
        sim: A finished run.
        log: Its event log.

    Raises:
        RuntimeError: If a case was queued or begun twice, which this network should not have.
    """
    joined, begun = (_by_incident(log[log["kind"] == kind]) for kind in (LOG_QUEUE, LOG_ASSIGNED))
    joined = joined[np.isin(joined["incident"], begun["incident"])]
    if not np.array_equal(joined["incident"], begun["incident"]):
        raise RuntimeError("a case was queued or begun twice: the network has something that it should not have")
    station, stations = sim.tables["pools"]["street"][begun["organisation"]], sim.network.stations
    minutes = np.bincount(station, begun["minute"] - joined["minute"], minlength=stations)
    return np.asarray(minutes / np.maximum(1, np.bincount(station, minlength=stations)))


def _by_incident(rows: Rows) -> Rows:
    return rows[np.argsort(rows["incident"], kind="stable")]
