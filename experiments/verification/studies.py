"""Studies of the engine against theory: for each queue and load an exact value and the engine's interval.

Each study runs the engine itself in the setting of ``theory_city``. An interval is made from independent replications
(queues that share nothing, in stretches of days that are long against their memory), and a study misses a right engine
in any of its lines with a chance of ``ALARM`` at most, shared evenly among them (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import DAY
from ...model.state import ANSWERED, ATTEMPTS, RETRIES
from . import theory as T
from . import theory_city as city
from .little import books

ALARM = 1e-3
WORK = 60.0
Floats = NDArray[np.float64]
Cell = TypeVar("Cell")

VILLAGES = {(1, 0.7): 14, (1, 0.8): 24, (1, 0.9): 40, (2, 0.7): 7, (2, 0.8): 12, (2, 0.9): 20, (5, 0.7): 4,
            (5, 0.8): 6, (5, 0.9): 8, (10, 0.7): 4, (10, 0.8): 4, (10, 0.9): 5}  # fmt: skip
"""Villages by number of servers and load: more where a wait has a longer memory."""


@dataclass(frozen=True)
class Line:
    """One comparison: what theory says and what the engine does.

    Attributes:
        study: Name of the study.
        case: Which queue of it.
        load: Offered load a server.
        exact: Theory's value; for an approximation, see ``within``.
        mean: The engine's.
        half: Half the width of its interval.
        unit: ``min``, ``customers``, ``share`` or ``1``.
        within: How far off the theory itself may be, as a share of its value; 0 where it is exact.
    """

    study: str
    case: str
    load: float
    exact: float
    mean: float
    half: float
    unit: str = "min"
    within: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether theory's value lies in the interval, widened by what theory itself may be off."""
        return abs(self.mean - self.exact) <= self.half + self.within * abs(self.exact)

    def __str__(self) -> str:
        return f"{self.study}, {self.case} at {self.load:g}: {self.mean:.4g} +/- {self.half:.2g}, not {self.exact:.4g}"


def _line(study: str, case: str, load: float, exact: float, got: T.Interval, unit: str = "min",
          within: float = 0.0) -> Line:  # fmt: skip
    return Line(study, case, load, exact, got.mean, got.half, unit, within)


def numbered(counts: Mapping[Cell, int]) -> dict[Cell, range]:
    """Return the numbers of the queues of each cell when cells stand one after another."""
    ends = np.cumsum(list(counts.values()))
    return {cell: range(int(end) - n, int(end)) for (cell, n), end in zip(counts.items(), ends, strict=True)}


def mean_wait(
    run: city.Run, queues: Sequence[int], parts: int, alarm: float, waits: Floats | None = None
) -> T.Interval:
    """Return the interval of the mean wait in minutes (or of the mean of other values of the customers)."""
    return T.ratio_interval(*run.totals(run.waited if waits is None else waits, queues, parts), alarm)


# One kind of customer, exponential work ---------------------------------------------------------------------------

CELLS = numbered(VILLAGES)


@cache
def markov() -> city.Run:
    """Return one run with villages of every number of servers and load."""
    service = T.exponential_minutes(WORK).first
    queues = [city.Queue(c, (c * rho / service,)) for (c, rho), n in VILLAGES.items() for _ in range(n)]
    return city.run(queues, [city.Kind("plain", WORK)], days=400)


def many_servers() -> list[Line]:
    """M/M/c: Erlang's formula C."""
    return [
        _line("mmc", f"M/M/{c}", load, T.mmc_wait(c, load, WORK), mean_wait(markov(), CELLS[c, load], c, ALARM / 12))
        for c, load in VILLAGES
    ]


def littles_law() -> list[Line]:
    """The engine's own lengths of queues at midnights are arrivals a minute times mean wait, at every organisation."""
    run, found = markov(), []
    first, end = run.window
    for (servers, load), queues in CELLS.items():
        waits, _ = run.totals(run.waited, queues, servers)
        of_cell = run.lengths[first:end][:, list(queues)].T.reshape(len(queues) * servers, -1).mean(axis=1)
        got = T.interval(of_cell - waits * servers / ((end - first) * DAY), ALARM / (len(CELLS) + 6))
        found.append(_line("little", f"M/M/{servers}", load, 0.0, got, "customers"))
    for load in LOADS:
        tandem, (office, line) = _tandem(load)
        for name, queue in (("office", office), ("line", line)):
            gaps = []
            for number in queue:
                at_midnight = (
                    tandem.lengths[first_day(tandem) : last_day(tandem), number].reshape(PARTS, -1).mean(axis=1)
                )
                waits, _ = tandem.totals(tandem.waited, [number], PARTS)
                gaps.append(at_midnight - waits * PARTS / ((last_day(tandem) - first_day(tandem)) * DAY))
            got = T.interval(np.concatenate(gaps), ALARM / (len(CELLS) + 6))
            found.append(_line("little", f"tandem, {name}", load, 0.0, got, "customers"))
    return found


def whole_city() -> list[Line]:
    """L = lambda W at every organisation of the model street, all mechanisms of the baseline at work: to the minute."""
    found = []
    for demand in (1.0, 1.6):
        sides = books(demand)
        for kind in dict.fromkeys(sides.kind.tolist()):
            mine = sides.kind == kind
            waits, length = (float(x[mine].sum()) / sides.minutes for x in (sides.waited, sides.area))
            found.append(Line("whole", f"kind.{kind}", sides.utilisation, waits, length, 0.0, "customers"))
        most = float(np.abs(sides.area - sides.waited).max()) / sides.minutes
        found.append(Line("whole", "kind.worst", sides.utilisation, 0.0, most, 0.0, "customers"))
    return found


def first_day(run: city.Run) -> int:
    """Return the first day of a run's window."""
    return run.window[0]


def last_day(run: city.Run) -> int:
    """Return the day after the last of a run's window."""
    return run.window[1]


# General work, priorities, pooling ----------------------------------------------------------------------------------


def log_normal_work() -> list[Line]:
    """M/G/1 with log-normal work: Pollaczek-Khinchine; five servers: Kiefer and Wolfowitz's recursion, Allen-Cunneen.

    The recursion is exact up to its own error of chance; Allen-Cunneen is an approximation, here a tenth too high.
    """
    work = T.log_normal_minutes(WORK, 1.0)
    cells = numbered({(1, 0.6): 12, (1, 0.75): 30, (5, 0.7): 12, (5, 0.8): 12})
    queues = [city.Queue(c, (c * rho / work.first,)) for (c, rho), cell in cells.items() for _ in cell]
    run = city.run(queues, [city.Kind("skewed", WORK, "log_normal", 1.0)], days=400, seed=2)
    alarm, found = ALARM / 8, []
    for (servers, load), cell in cells.items():
        got = mean_wait(run, cell, servers, alarm)
        if servers == 1:
            exact = T.pollaczek_khinchine(load / work.first, work.first, work.second)
            found.append(_line("mg1", "M/G/1", load, exact, got))
        else:
            near = T.kiefer_wolfowitz(servers, servers * load / work.first, work, alarm)
            approximate = T.allen_cunneen(servers, load, work.first, work.scv)
            name = f"M/G/{servers}"
            own = round(near.half / near.mean, 3)
            found += [_line("mgc", f"{name}, Kiefer–Wolfowitz", load, near.mean, got, within=own),
                      _line("mgc", f"{name}, Allen–Cunneen", load, approximate, got, within=0.15)]  # fmt: skip
    return found


def priorities() -> list[Line]:
    """Urgent needs go before ordinary ones but take nobody off his work: Cobham, for one server and for three."""
    kinds = [city.Kind("soon", 40.0, "log_normal", 0.8, "urgent"), city.Kind("later", 80.0, deadline="ordinary")]
    laws = [T.log_normal_minutes(40.0, 0.8), T.exponential_minutes(80.0)]
    firsts, seconds = [law.first for law in laws], [law.second for law in laws]
    cells = numbered({(0.4, 0.4): 60, (0.6, 0.15): 30})
    flows = {loads: tuple(x / m for x, m in zip(loads, firsts, strict=True)) for loads in cells}
    queues = [city.Queue(1, flows[loads]) for loads, cell in cells.items() for _ in cell]
    run = city.run(queues, kinds, days=600, seed=3, daytime=True)
    found = [
        _line("priority", f"M/G/1, {kinds[k].name} ({'+'.join(f'{x:g}' for x in loads)})", sum(loads), exact, got)
        for loads, cell in cells.items()
        for k, (exact, got) in enumerate(
            zip(T.cobham(flows[loads], firsts, seconds), _by_kind(run, cell, 8), strict=True)
        )
    ]
    alike = [city.Kind("soon", 45.0, deadline="urgent"), city.Kind("later", 45.0, deadline="ordinary")]
    service = T.exponential_minutes(45.0).first
    many = numbered({(0.4, 0.4): 16, (0.25, 0.5): 14})
    queues = [city.Queue(3, tuple(3 * x / service for x in loads)) for loads, cell in many.items() for _ in cell]
    run = city.run(queues, alike, days=600, seed=6, daytime=True)
    return found + [
        _line("priority", f"M/M/3, {alike[k].name} ({'+'.join(f'{x:g}' for x in loads)})", sum(loads), exact, got)
        for loads, cell in many.items()
        for k, (exact, got) in enumerate(
            zip(T.mmc_priority_waits(3, loads, service), _by_kind(run, cell, 8), strict=True)
        )
    ]


def _by_kind(run: city.Run, cell: Sequence[int], lines: int) -> list[T.Interval]:
    """Return the mean waits of both kinds on the service clock."""
    waits = city.service_clock(run.left) - city.service_clock(run.entered)
    found = []
    for kind in range(2):
        mine = run.kind == kind
        found.append(T.ratio_interval(run.totals(waits * mine, cell, 1)[0], run.totals(mine * 1.0, cell, 1)[0],
                                      ALARM / lines))  # fmt: skip
    return found


def pooling() -> list[Line]:
    """The same needs before five nets of two workers each, then before one office of ten: M/M/2 and M/M/10."""
    cells = numbered({0.5: 3, 0.9: 6})
    kinds = [[city.Kind(f"net{k}", WORK, net=net) for k, net in enumerate(nets)] for nets in (range(5), [5] * 5)]
    runs = []
    for servers, who in zip((2, 10), kinds, strict=True):
        queues = [city.Queue(servers, (2 * rho / WORK,) * 5) for rho, cell in cells.items() for _ in cell]
        runs.append(city.run(queues, who, days=300, seed=4))
    teams, joint = runs
    if not (np.array_equal(teams.key, joint.key) and np.array_equal(teams.entered, joint.entered)):
        raise RuntimeError("both sides of the comparison should meet the same customers at the same minutes")
    found = []
    for load, cell in cells.items():
        exact = [T.mmc_wait(c, load, WORK) for c in (2, 10)]
        apart, together = (mean_wait(r, cell, 5, ALARM / 6) for r in runs)
        saved = mean_wait(teams, cell, 5, ALARM / 6, (teams.waited - joint.waited).astype(float))
        found += [_line("pooling", "5 × M/M/2", load, exact[0], apart),
                  _line("pooling", "M/M/10", load, exact[1], together),
                  _line("pooling", "saved", load, exact[0] - exact[1], saved)]  # fmt: skip
    return found


# Networks ---------------------------------------------------------------------------------------------------------

LOADS = (0.5, 0.7, 0.8)
DISTRICTS, PARTS = 12, 4


@cache
def _tandem(load: float) -> tuple[city.Run, tuple[range, range]]:
    """Return a run of joint cases, the office of a village first, then the district's line, and both queues' numbers.

    Three servers in the office, two at the line; each does half of the work.
    """
    half = T.exponential_minutes(WORK / 2).first
    rate = 2 * load / half
    kind = city.Kind("joint", WORK, joint=1.0)
    run = city.run([city.Queue(3, (rate,))] * DISTRICTS, [kind], 400, 60, 7, districts=DISTRICTS, at_line=2)
    return run, (range(DISTRICTS), range(DISTRICTS, 2 * DISTRICTS))


def tandem() -> list[Line]:
    """Departures of M/M/3 are Poisson (Burke), so the line behind the office is M/M/2 with the same rate."""
    found = []
    for load in LOADS:
        run, (office, line) = _tandem(load)
        for case, queue, servers, rho in (("office, M/M/3", office, 3, load * 2 / 3), ("line, M/M/2", line, 2, load)):
            got = mean_wait(run, queue, PARTS, ALARM / (2 * len(LOADS)))
            found.append(
                _line("tandem", case, rho, T.mmc_wait(servers, rho, T.exponential_minutes(WORK / 2).first), got)
            )
    return found


def jackson() -> list[Line]:
    """A network with hand-ups and visits in vain: every node's queue is as long as if it stood alone (Jackson).

    Two villages in each district, with one and two servers. A visit ends the need with chance 0.8, else the customer
    queues again. A quarter of needs ask for the district: after a visit in vain they are handed up to the one server of
    its line, where the hand-ups of both villages meet.
    """
    solved, up, work = 0.8, 0.25, 30.0
    service = T.exponential_minutes(work).first
    found = []
    for load in LOADS:
        visits = (1 - up) / solved + up  # at the village, for each need
        rates = [servers * load / (visits * service) for servers in (1, 2)]
        queues = [city.Queue(servers, (rate,)) for servers, rate in zip((1, 2), rates, strict=True)] * DISTRICTS
        kind = city.Kind("need", work, district=up)
        run = city.run(queues, [kind], 400, 60, 8, districts=DISTRICTS, at_line=1, fix=solved)
        at_line = sum(rates) * up / solved * service
        nodes = (("village, 1 server", range(0, 2 * DISTRICTS, 2), 1, load),
                 ("village, 2 servers", range(1, 2 * DISTRICTS, 2), 2, load),
                 ("line, 1 server", range(2 * DISTRICTS, 3 * DISTRICTS), 1, at_line))  # fmt: skip
        lengths = {name: run.lengths[first_day(run) : last_day(run)][:, list(queue)] for name, queue, _, _ in nodes}
        for name, _, servers, rho in nodes:
            parts = lengths[name].T.reshape(DISTRICTS * PARTS, -1).mean(axis=1)
            got = T.interval(parts, ALARM / (4 * len(LOADS)))
            found.append(_line("jackson", name, rho, T.mmc_length(servers, rho), got, "customers"))
        found.append(_product(lengths, load))
    return found


def _product(lengths: Mapping[str, NDArray[np.int64]], load: float) -> Line:
    """Return the covariance of being empty of a village's queue and its line's: none, as the states are independent."""
    village, line = ((lengths[name] == 0).astype(float) for name in ("village, 2 servers", "line, 1 server"))
    both = (village - village.mean()) * (line - line.mean())
    got = T.interval(both.T.reshape(DISTRICTS * PARTS, -1).mean(axis=1), ALARM / (4 * len(LOADS)))
    return _line("jackson", "covariance", load, 0.0, got, "1")


# Visits on some days, and the hotline --------------------------------------------------------------------------------


def polling() -> list[Line]:
    """One server who is there on every second or third day only, as an officer on his on-site days."""
    work = T.exponential_minutes(20.0)
    found = []
    for every, load in product((2, 3), (0.4, 0.6)):
        rate = load / every / work.first
        run = city.run([city.Queue(1, (rate,))] * 12, [city.Kind("visit", 20.0, deadline="ordinary")], 480, 60, 9,
                       daytime=True, every=every)  # fmt: skip
        waits = (city.service_clock(run.left) - city.service_clock(run.entered)).astype(float)
        got = mean_wait(run, range(12), 4, ALARM / 4, waits)
        exact = T.visiting_server_wait(rate, work, 600, 600 * (every - 1))
        found.append(_line("polling", str(every), load, exact, got))
    return found


def retrials() -> list[Line]:
    """Calls to a few seats: refused callers try again with some chance after a while, as in a surge of the hotline.

    A seat is taken from the minute of a call to the minute of hanging up, both included: half a minute longer, on
    average, than the call. Tried in vain fifteen times, a caller gives up; that hardly ever happens here.
    """
    seats, talk, chance, pause, days, block = 3, 60.0, 0.75, 60.0, 2400, 20
    found = []
    for load in (0.5, 0.8, 1.1):
        rate = load * seats / (talk + 0.5)
        run = city.hotline(rate, seats, talk, chance, pause, days)
        attempts, answered, again = (
            np.diff(run[:, [ATTEMPTS, ANSWERED, RETRIES]], axis=0)
            .T.reshape(3, -1, block)
            .sum(axis=2, dtype=float)[:, 2:]
        )
        refused, each = T.retrials(seats, rate, talk + 0.5, chance, pause + 0.5)
        found.append(_line("retrial", "refused", load, refused,
                           T.ratio_interval(attempts - answered, attempts, ALARM / 6), "share"))  # fmt: skip
        found.append(_line("retrial", "attempts", load, each,
                           T.ratio_interval(attempts, attempts - again, ALARM / 6), "1"))  # fmt: skip
    return found


STUDIES: dict[str, Callable[[], list[Line]]] = {
    "mmc": many_servers, "general": log_normal_work, "priority": priorities, "pooling": pooling, "tandem": tandem,
    "jackson": jackson, "little": littles_law, "whole": whole_city, "polling": polling, "retrial": retrials,
}  # fmt: skip
"""All studies, in the order in which they are shown."""
