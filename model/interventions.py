"""How policies reach the engine: what they see at midnight, what they may ask for, and how claims are settled.

A policy asks for *contributions* on levers and for *postings* of people. Contributions are folded from the
baseline (``levers``); postings are claims on pools of people and are rationed by keyed priority, so that a
person-day belongs to one policy and the order of policies cannot matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..agents import responders as R
from ..agents.columns import Rows
from ..agents.parameters import parameter
from ..agents.places import REPORTED
from .calendar import Calendar
from .city import City
from .draws import POLICY, fill_uniforms, fill_uniforms_each
from .incidents import Catalogue
from .levers import Contribution
from .postings import FROM_LINE, join_postings, posting_rows
from .roster import HELPER_HOURS

LENDABLE = parameter(
    "line.lendable",
    0.25,
    "1",
    0,
    1,
    "可抽调比例",
    "largest share of a line's or a pool's staff away on any day",
    "estimate to be swept",
)
TURNOUT_LIMIT = parameter(
    "resident.member_limit",
    0.15,
    "1",
    0,
    1,
    "在职党员可参与比例",
    "largest share of a community's reported in-service members who serve on any day",
    "estimate to be swept",
)


def no_pairs() -> NDArray[np.int64]:
    """Return pairs of pools to join of which there are none, shape (0, 2)."""
    return np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Actions:
    """What a policy asks for on one day."""

    contributions: Sequence[Contribution] = ()
    postings: Rows = field(default_factory=lambda: posting_rows(0))
    rosters: NDArray[np.int64] = field(default_factory=no_pairs)
    """Pairs of pools whose rosters are one today (see ``joining``), shape (pairs, 2)."""


class Instrument(Protocol):
    """What the engine needs of a policy."""

    @property
    def instance(self) -> str:
        """Its id in the scenario."""
        ...

    def strength(self, day: int) -> float:
        """Its intensity in force on a day."""
        ...

    def act(self, setting: Setting, day: int) -> Actions:
        """What it asks for on a day."""
        ...


@dataclass
class Setting:
    """What a policy sees at midnight. Nothing here may be written to.

    Attributes:
        city: The places.
        calendar: Dates of the run's days.
        units: Enterprises and resident units as they stand, with their willingness.
        pools: Pools of the engine, for their sizes and queues.
        community_pool: The community's own pool, shape (communities,).
        counter_use: Reports made at each community's counter so far, shape (communities,).
        street_pool: The street's pool, shape (streets,).
        known_load: Returns open work known to each community, cases, shape (communities,).
        shock_weight: Expected weight of emergencies by community (vulnerable residents), mean one.
        keys: Generator keys of the streams.
        par: The model's declared numbers, by parameter index.
        catalogue: Categories of needs.
        compounds: Compounds as they stand: firm, committee, condition of the facilities.
        firms: Property firms as they stand.
        line_work: Accounts of the department lines: capacity, backlog.
        property_pool: The property staff's pool of each community, -1 where there is no compound, shape (communities,).
            These and the pools of the next two may have nobody on their rosters but those whom policies post.
        social_pool: The social organisation's pool of each street, shape (streets,).
        mass_pool: The pool of the volunteers of mass organisations of each street, shape (streets,).
        line_pool: Pools of the department lines, shape (districts + 1, 12); the last row is the city's own.
        pool_hours: Hours a working day that the staff of each pool are on duty at the start, weekend shifts spread over
            the working days, shape (pools,).
        known_cases: Returns open cases and overdue ones, each of shape (communities, categories).
        known_grades: Returns the community and grid workers of each pool by grade of pay, shape (pools, grades).
        nets: The pools of the five nets and of the community itself, which also serves nets without a team of their
            own, shape (communities, 6).
        people: Members on ordinary duty of each pool at the beginning of the run, shape (pools,).
    """

    city: City
    calendar: Calendar
    units: Rows
    pools: Rows
    community_pool: NDArray[np.int64]
    counter_use: NDArray[np.int64]
    street_pool: NDArray[np.int64]
    known_load: Callable[[], NDArray[np.float64]]
    shock_weight: NDArray[np.float64]
    keys: NDArray[np.uint64]
    par: NDArray[np.float64]
    catalogue: Catalogue
    compounds: Rows
    firms: Rows
    line_work: Rows
    property_pool: NDArray[np.int64]
    social_pool: NDArray[np.int64]
    mass_pool: NDArray[np.int64]
    line_pool: NDArray[np.int64]
    pool_hours: NDArray[np.float64]
    known_cases: Callable[[], tuple[NDArray[np.int64], NDArray[np.int64]]]
    known_grades: Callable[[], NDArray[np.int64]]
    nets: NDArray[np.int64]
    people: NDArray[np.int64]
    _coverage: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def uniforms(self, instance: str, keys: NDArray[np.int64], occasion: int) -> NDArray[np.float64]:
        """Return one keyed uniform for each of ``keys``, proper to a policy instance and an occasion."""
        out = np.empty(len(keys))
        fill_uniforms(
            self.keys[POLICY], np.asarray(keys, dtype=np.int64), instance_number(instance) << 24 | occasion, out
        )
        return out

    def lots(
        self, instances: Sequence[str], which: NDArray[np.int64], keys: NDArray[np.int64], occasion: int
    ) -> NDArray[np.float64]:
        """Return ``uniforms`` of many instances at once: those of ``instances[which[i]]`` for ``keys[i]``."""
        out = np.empty(len(keys))
        number = np.array([instance_number(name) << 24 | occasion for name in instances], dtype=np.int64)
        fill_uniforms_each(self.keys[POLICY], np.asarray(keys, dtype=np.int64), number[which], out)
        return out

    def coverage(self, instance: str) -> NDArray[np.float64]:
        """Return the fixed uniform of each community under which an instance reaches it."""
        if instance not in self._coverage:
            self._coverage[instance] = self.uniforms(instance, self.city.communities["key"], 0)
        return self._coverage[instance]


def instance_number(instance: str) -> int:
    """Return a 31-bit number of a policy instance, for keys of draws and of people."""
    return int.from_bytes(hashlib.blake2b(instance.encode(), digest_size=4).digest(), "little") >> 1


def gather(instruments: Sequence[Instrument], setting: Setting, day: int) -> Actions:
    """Ask every policy in force, in canonical order of instance ids, and join what they ask for."""
    contributions: list[Contribution] = []
    postings: list[Rows] = []
    pairs = [no_pairs()]
    for k, policy in enumerate(instruments):
        if policy.strength(day) > 0.0:
            actions = policy.act(setting, day)
            contributions.extend(actions.contributions)
            actions.postings["instance"] = k
            postings.append(actions.postings)
            pairs.append(actions.rosters)
    return Actions(contributions, join_postings(postings), np.concatenate(pairs))


def supplies(city: City, par: NDArray[np.float64], responders: Rows, pools: Rows) -> tuple[NDArray[np.float64], ...]:
    """Return how many people each line, unit, community and pool can spare on a day, by source.

    What a unit can spare shrinks as the month goes on: see `helpers_left`.
    """
    flags = np.asarray(city.residents["flags"], dtype=np.uint8)
    home = city.residents["grid"][(flags & REPORTED) > 0]
    members = np.bincount(city.grids["community"][home], minlength=len(city.communities))
    return (
        np.floor(city.lines["headcount"] * par[LENDABLE]),
        helpers_left(city.units),
        np.floor(members * par[TURNOUT_LIMIT]),
        np.floor(np.bincount(responders["pool"][is_staff(responders)], minlength=len(pools)) * par[LENDABLE]),
    )


def helpers_left(units: Rows) -> NDArray[np.float64]:
    """Return for how many days each unit can still lend a helper this month, shape (units,).

    The last of them may take it over its idle hours, by less than a day.
    """
    return np.ceil(np.maximum(0.0, units["idle_hours"] - units["given"]) / HELPER_HOURS)


def is_staff(people: Rows) -> NDArray[np.bool_]:
    """Return who is staff on ordinary duty, whom a pool can second."""
    return np.asarray((people["kind"] <= R.LINE_OFFICER) & (people["kind"] != R.STREET_DUTY))


def ration(
    postings: Rows,
    supply: tuple[NDArray[np.float64], ...],
    instruments: Sequence[Instrument],
    setting: Setting,
    called: NDArray[np.int64] | None = None,
) -> Rows:
    """Return the postings that can be met: within each source pool, by a keyed priority.

    A paired reserve is at work at home while he is on call: reserves are rationed apart from those who go today, for
    whom a line has as many less as of its reserves have been called.

    Args:
        postings: All that is asked for.
        supply: What each source can spare; see ``supplies``.
        instruments: Policies, in canonical order.
        setting: What policies see.
        called: Reserves on duty this midnight by line, shape (lines,); ``None`` means nobody.
    """
    met = np.ones(len(postings), dtype=bool)
    source, reserve = postings["source"].copy(), postings["kind"] == R.RESERVE
    for origin, available in enumerate(supply):
        left = available if called is None or origin != FROM_LINE else np.maximum(0.0, available - called)
        claims = np.flatnonzero(source == origin)
        apart = reserve[claims]
        for ours, spare in ((claims[~apart], left), (claims[apart], available)):
            home = postings["home"][ours]
            short = np.bincount(home, minlength=len(spare)) > spare
            if short.any():
                at = ours[short[home]]
                met[at] = first_of_home(priority(postings[at], instruments, setting), postings["home"][at], spare)
    return postings if met.all() else postings[met]


def priority(postings: Rows, instruments: Sequence[Instrument], setting: Setting) -> NDArray[np.float64]:
    """Return the keyed priority of each claim, the smallest first."""
    person = setting.city.communities["key"][postings["community"]] << 12 | postings["person"]
    return setting.lots([policy.instance for policy in instruments], postings["instance"], person, 1)


def first_of_home(lot: NDArray[Any], home: NDArray[np.int64], available: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which claims are among the first ``available`` of their home."""
    order = np.lexsort((lot, home))
    place = np.empty(len(home), dtype=np.int64)
    place[order] = np.arange(len(home)) - np.searchsorted(home[order], home[order])
    return np.asarray(place < available[home])
