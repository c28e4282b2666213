"""The story of an office: who is on duty, what waits, how busy its people are, and where the time of its cases went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import DAY
from ...model.ledger import LOG_CLOSED, LOG_CLOSED_UNSOLVED
from ...model.state import OUT, POOL_KINDS, QUEUED, STAGES
from .memory import Watched
from .story import SHOWN, Incident, incident

LAST_HALF_HOUR = 47
"""Place of the half-hour before midnight in a mask of shifts."""
HOW = {LOG_CLOSED: "closed", LOG_CLOSED_UNSOLVED: "closed_unsolved"}
"""How a case was left, by entry of the log; ``visited`` where the office had a part in it and did not close it."""


@dataclass(frozen=True)
class Handled:
    """A case that the office was done with: its need, where, at which minute, and how it was left (see `HOW`)."""

    need: Incident
    grid: int
    minute: int
    how: str


@dataclass(frozen=True)
class OfficeStory:
    """What there is to tell of an organisation at midnight after ``day`` days.

    Attributes:
        office: Its row among the organisations.
        day: Days done.
        zh: Its Chinese name; ``en`` the English one.
        kind: What kind of organisation it is.
        staff: People on its roster.
        on_shift: Those of them who had a shift on the last day; ``on_duty`` those who have one at this midnight.
        engaged: Those of them who have a case in hand.
        waiting: Cases that wait for it; ``overdue`` those of them past their deadline.
        in_hand: Cases that its people are out for.
        oldest: Minutes since the oldest waiting case was accepted, -1 where none waits.
        load: Share of this month's field time that its people spent at work or on the way, ``nan`` without any.
        served_by: Row of the organisation whose people take its cases, itself for most.
        cases: Cases that it was done with in the last days.
        minutes: Minutes by stage of the needs behind these cases, summed, and over how many ``counted`` needs.
        handled: The last of them.
        near: Rows of other organisations that have their seat in the same grid.
    """

    office: int
    day: int
    zh: str
    en: str
    kind: str
    staff: int
    on_shift: int
    on_duty: int
    engaged: int
    waiting: int
    overdue: int
    in_hand: int
    oldest: int
    load: float
    served_by: int
    cases: int
    minutes: dict[str, int]
    counted: int
    handled: tuple[Handled, ...]
    near: tuple[int, ...]


def tell_office(model: Watched, office: int) -> OfficeStory:
    """Return the story of an organisation."""
    pools, cases, people = (model.tables[name] for name in ("pools", "cases", "responders"))
    who, pool = model.organisations, pools[office]
    ours = people[(people["pool"] == office) & (people["active"] == 1)]
    held = cases[cases["pool"] == office]
    queue = held[held["status"] == QUEUED]
    field = int(ours["month_field"].sum())
    keys = model.memory.handled_keys(office)
    minutes, counted = _minutes(model, keys)
    same = np.flatnonzero((pools["grid"] == pool["grid"]) & (np.arange(len(pools)) != office))
    return OfficeStory(
        office=office, day=model.day, zh=str(who["zh"][office]), en=str(who["en"][office]),
        kind=POOL_KINDS[int(pool["kind"])][0], staff=len(ours), on_shift=int((ours["on"] != 0).sum()),
        on_duty=int(((ours["on"] >> LAST_HALF_HOUR) & 1).sum()), engaged=int((ours["state"] == 1).sum()),
        waiting=int(pool["waiting"]), overdue=int((queue["overdue"] == 1).sum()),
        in_hand=int((held["status"] == OUT).sum()),
        oldest=model.day * DAY - int(queue["accepted"].min()) if len(queue) else -1,
        load=int(ours["month_busy"].sum()) / field if field else float("nan"),
        served_by=int(model.tables["roster"][office]), cases=len(keys), minutes=minutes, counted=counted,
        handled=_last(model, office), near=tuple(same.tolist()),
    )  # fmt: skip


def _last(model: Watched, office: int) -> tuple[Handled, ...]:
    """Return the last cases that an office was done with, the newest first."""
    needs, found = model.tables["needs"], []
    for key, minute, kind in model.memory.handled_by(office, SHOWN):
        row = model.memory.need(key)
        if row is None:
            at = np.flatnonzero((needs["key"] == key) & (needs["live"] == 1))
            if not len(at):
                continue
            row = needs[at[0]]
        found.append(Handled(incident(model, row), int(row["grid"]), minute, HOW.get(kind, "visited")))
    return tuple(found)


def _minutes(model: Watched, keys: NDArray[np.int64]) -> tuple[dict[str, int], int]:
    """Return the booked minutes by stage of the needs behind some cases, and of how many needs they are."""
    needs = model.tables["needs"]
    live = needs[(needs["live"] == 1) & np.isin(needs["key"], keys)]
    tables = [live, *model.memory.ended()]
    total, n = np.zeros(len(STAGES), dtype=np.int64), 0
    for table in tables:
        mine = np.isin(table["key"], keys)
        total += table["minutes"][mine].sum(axis=0)
        n += int(mine.sum())
    return {name: int(m) for (name, _, _), m in zip(STAGES, total, strict=True) if m > 0}, n
