"""The people whom policies post: each has one responder row for good, and is on duty only while posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..agents import responders as R
from ..agents.columns import Rows, append_rows
from ..agents.rules import entry
from .calendar import DAY
from .interventions import Instrument, Setting, first_of_home, instance_number, is_staff, priority
from .postings import FROM_LINE, FROM_POOL, FROM_UNIT

_KIND = 50
"""Where in a posted person's key his kind begins; below it stand policy, place and number."""


class Bench:
    """The people whom the policies of a run post."""

    REBUILT: ClassVar[frozenset[str]] = frozenset({"_instruments", "_number"})
    """What belongs to the policies of this run alone (see ``snapshot``)."""

    def __init__(self, instruments: Sequence[Instrument]) -> None:
        self._instruments = instruments
        self._number = np.array([instance_number(p.instance) & 0x7FFF for p in instruments], dtype=np.int64)
        if len(set(self._number.tolist())) < len(instruments):
            raise ValueError("two policy ids of this scenario have the same short number; rename one of them")
        self._keys = np.empty(0, dtype=np.int64)
        self._rows = np.empty(0, dtype=np.int64)
        self._away = np.empty(0, dtype=np.int64)
        """Rows of staff who are off their pool's roster because a posting has them."""
        self._room = R.RESPONDERS.rows(0)

    def post(self, arrays: Mapping[str, Any], postings: Rows, setting: Setting, day: int) -> Rows:
        """Put exactly these people on duty from midnight; return the (perhaps longer) table of responders.

        One who is no longer posted finishes the case in hand first.
        """
        people: Rows = arrays["responders"]
        if len(postings) == 0 and len(self._rows) == 0:
            return people
        kind = postings["kind"].astype(np.int64) << _KIND
        place = setting.city.communities["key"][postings["community"]]
        keys = kind | self._number[postings["instance"]] << 35 | place << 12 | postings["person"]
        at = np.searchsorted(self._keys, keys)
        known = at < len(self._keys)
        known[known] = self._keys[at[known]] == keys[known]
        if not known.all():
            people = self._enlist(arrays, people, postings[~known], keys[~known], setting)
            at = np.searchsorted(self._keys, keys)
        rows, wanted = self._rows[at], np.zeros(len(people), dtype=bool)
        wanted[rows] = True
        _put_on_duty(people, postings, rows, self._rows, wanted, day * DAY)
        return people

    def called(self, people: Rows, lines: int) -> NDArray[np.int64]:
        """Return how many paired reserves of each line are on duty, shape (lines,)."""
        reserve = self._rows[self._keys >> _KIND == R.RESERVE]
        home = people["home_line"][reserve[people["active"][reserve] == 1]]
        return np.bincount(home[home >= 0], minlength=lines)

    def second(self, people: Rows, postings: Rows, setting: Setting, day: int) -> Rows:
        """Take off the roster of each pool as many as are posted from it, and put those who are back on.

        The idle go, the smallest keys first; so each person-day is on one roster. Return the postings that are met: of
        those for which nobody is idle today, a keyed lot decides which are not.
        """
        pools = len(setting.pools)
        claims = np.flatnonzero(postings["source"] == FROM_POOL)
        if len(claims) == 0 and len(self._away) == 0:
            return postings
        home = postings["home"][claims]
        wanted = np.bincount(home, minlength=pools)
        staff = people[: len(people) - len(self._rows)]
        away = np.zeros(len(staff), dtype=bool)
        away[self._away] = True
        asked = np.flatnonzero(wanted[staff["pool"]] > 0)
        some = staff[asked]
        free = is_staff(some) & ((some["active"] == 1) | away[asked]) & (some["state"] == R.IDLE)
        asked, some = asked[free], some[free]
        ready = some["from_minute"] <= day * DAY
        asked, some = asked[ready], some[ready]
        leaving = asked[first_of_home(some["key"], some["pool"], wanted)]
        away[leaving] = False
        people["active"][np.flatnonzero(away)] = 1
        people["active"][leaving] = 0
        self._away = leaving
        available = np.bincount(people["pool"][leaving], minlength=pools)
        met = np.ones(len(postings), dtype=bool)
        short = wanted > available
        at = claims[short[home]]
        lot = priority(postings[at], self._instruments, setting)
        met[at] = first_of_home(lot, postings["home"][at], available)
        return postings if met.all() else postings[met]

    def _enlist(
        self, arrays: Mapping[str, Any], people: Rows, postings: Rows, keys: NDArray[np.int64], setting: Setting
    ) -> Rows:
        """Add a responder row for each person posted for the first time."""
        city, start = setting.city, len(people)
        new = R.RESPONDERS.rows(len(postings))
        new["key"], new["kind"] = keys, postings["kind"]
        new["community"] = postings["community"]
        own, place = postings["pool"], city.communities[postings["community"]]
        new["pool"] = np.where(own >= 0, own, setting.community_pool[postings["community"]])
        in_turn = place["first_grid"] + postings["person"] % place["n_grids"]
        new["grid"] = np.where(postings["grid"] >= 0, postings["grid"], in_turn)
        for name in ("home_line", "home_unit", "case", "parked", "delay"):
            new[name] = -1
        new["potential"] = 1.0
        people = self._append(people, new)
        joined = np.concatenate([self._keys, keys])
        order = np.argsort(joined, kind="stable")
        self._keys = joined[order]
        self._rows = np.concatenate([self._rows, np.arange(start, len(people))])[order]
        return people

    def _append(self, people: Rows, new: Rows) -> Rows:
        """Return both, in the room kept behind the people if they fit: most days somebody new is posted."""
        start, end = len(people), len(people) + len(new)
        if end > len(self._room):
            self._room = append_rows(people, R.RESPONDERS.rows(end // 4 + len(new)))
        self._room[start:end] = new
        return self._room[:end]


@entry
def _put_on_duty(people: Any, postings: Any, rows: Any, ours: Any, wanted: Any, minute: int) -> None:
    """Put those in ``rows``, a posting each, on duty from ``minute``; of ``ours`` those not ``wanted`` go once idle."""
    for i in range(ours.shape[0]):
        p = people[ours[i]]
        if p["kind"] == R.RESERVE:
            p["delay"] = -1
        elif not wanted[ours[i]] and p["state"] == R.IDLE:
            p["active"] = 0
    for i in range(rows.shape[0]):
        asked = postings[i]
        p = people[rows[i]]
        p["shift"] = asked["shift"]
        p["skills"] = asked["skills"]
        p["productivity"] = asked["productivity"]
        p["fix"] = asked["fix"]
        p["home_line"] = asked["home"] if asked["source"] == FROM_LINE else -1
        p["home_unit"] = asked["home"] if asked["source"] == FROM_UNIT else -1
        p["delay"] = asked["delay"]
        if p["kind"] != R.RESERVE and p["active"] == 0:
            p["active"] = 1
            p["from_minute"] = minute
