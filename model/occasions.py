"""What each draw of a stream is about: its *occasion*, a range of numbers that no other occasion of the stream shares.

The key of a draw is (stream, thing, occasion). Two questions that are asked about one thing on one stream need numbers
of their own, else one answer would decide both. So occasions are declared here, once for all rooms: each begins a range
of ``ROOM`` numbers, within which its room counts what it asks again for: cases of a need, visits, months, people.
Streams that are not in this table know one occasion, or tell a few apart by 0, 1 and 2 where they draw.
"""

from __future__ import annotations

from ..agents.rules import rule
from . import draws as D

ROOM = 1 << 48
"""Numbers of an occasion: more than any product of two 16-bit counters and the residents of a grid."""

OCCASIONS: dict[str, tuple[int, int, str]] = {}
"""Stream, first number and meaning of every occasion, by name. Their order within a stream is public: a new one goes to
the end, else results change."""


def _occasion(stream: int, name: str, meaning: str) -> int:
    first = ROOM * sum(of == stream for of, _, _ in OCCASIONS.values())
    OCCASIONS[name] = stream, first, meaning
    return first


@rule
def twice(one: int, other: int) -> int:
    """Return one number for two counters below 65,536, such as a case and a visit."""
    return one << 16 | other


ACCEPTED = _occasion(D.HANDLING, "ACCEPTED", "how long a case waits for a person to accept it, by case")
MISROUTED = _occasion(D.HANDLING, "MISROUTED", "whether it is sent to a wrong organisation, by case")
RETURNED = _occasion(D.HANDLING, "RETURNED", "how long it is until it returns from there, by case")
DECIDED = _occasion(D.HANDLING, "DECIDED", "how long a hand-up waits for its decision, by case and visit")
CONVENED = _occasion(D.HANDLING, "CONVENED", "whether a convener calls its parties side by side, by case")
MERGED = _occasion(D.HANDLING, "MERGED", "whether a duplicate is recognised, by report")
SOCIAL_TAKES = _occasion(D.HANDLING, "SOCIAL_TAKES", "whether social or mass organisations take it")
PROPERTY_TAKES = _occasion(D.HANDLING, "PROPERTY_TAKES", "whether property staff take it first")
FIRMLESS_TAKES = _occasion(D.HANDLING, "FIRMLESS_TAKES", "whether property staff take it where there is no firm")
EMPOWERED = _occasion(D.HANDLING, "EMPOWERED", "whether powers handed to the street cover it")
WHISTLED = _occasion(D.HANDLING, "WHISTLED", "whether the street whistles for its parties, by case")
HEEDED = _occasion(D.HANDLING, "HEEDED", "whether a party heeds the whistle, by case and party")
TALKED_OVER = _occasion(D.HANDLING, "TALKED_OVER", "whether it goes to talks, and how far the parties are apart")
AT_COUNTER = _occasion(D.HANDLING, "AT_COUNTER", "whether the counter deals with it")

OVERFLOWS = _occasion(D.CLOSURE, "OVERFLOWS", "whether an overdue case is handed to the street, by case")
FORCED = _occasion(D.CLOSURE, "FORCED", "whether an overdue case is closed by force, by case and visit")
FLAGGED = _occasion(D.CLOSURE, "FLAGGED", "whether a case is flagged for a reminder, by case")
REOPENED = _occasion(D.CLOSURE, "REOPENED", "whether a case closed without solution is reopened, by closing")
REOPENS_IN = _occasion(D.CLOSURE, "REOPENS_IN", "after how long it is reopened, by closing")

HANDS_ON = _occasion(D.WORK, "HANDS_ON", "hands-on minutes, by visit and party")
MATCHED = _occasion(D.WORK, "MATCHED", "whether the skilled one is found first, by visit")
FIXED = _occasion(D.WORK, "FIXED", "whether a visit solves the need, and is closed all the same, by visit")

HEARS = _occasion(D.NEIGHBOURS, "HEARS", "who hears of an outcome, by closing and neighbour")
SETTLES = _occasion(D.NEIGHBOURS, "SETTLES", "whether a need is left to residents first, and whether they settle it")
TAKES_PART = _occasion(D.NEIGHBOURS, "TAKES_PART", "which neighbours take part in that")

RATED = _occasion(D.RATING, "RATED", "whether an outcome is rated and found satisfying, by closing")
CALLED_BACK = _occasion(D.RATING, "CALLED_BACK", "whether the agency calls back, by closing")

SEEN = _occasion(D.NOTICE, "SEEN", "when the next resident notices, by noticer")
LOOKED_AT = _occasion(D.NOTICE, "LOOKED_AT", "when patrols, sensors or members first see it, by kind")
WITNESS = _occasion(D.NOTICE, "WITNESS", "who notices, and whether he minds a need in hand, by noticer")

CALLED = _occasion(D.CALL, "CALLED", "length, retrial and patience of a call, by attempt and caller")
CONSULTS_AT = _occasion(D.CALL, "CONSULTS_AT", "minute of a consultation within its hour")

AT_START = _occasion(D.STAFF, "AT_START", "productivity (0) and months in post (1) of a worker at the start")
QUITS = _occasion(D.STAFF, "QUITS", "whether a worker quits, and how long his post is vacant, by month")
SUCCEEDS = _occasion(D.STAFF, "SUCCEEDS", "productivity of his successor, by month")

IMITATES = _occasion(D.OFFICE, "IMITATES", "whether a community copies a better one, by month")
EFFORT = _occasion(D.OFFICE, "EFFORT", "noise in a firm's decision, by month")
COMMITTEE = _occasion(D.OFFICE, "COMMITTEE", "whether an owners' committee forms or lapses, by month")
LEADER = _occasion(D.OFFICE, "LEADER", "whether a grid's leader also sits in the community's leadership")
PRACTISES = _occasion(D.OFFICE, "PRACTISES", "how well a community finds the skilled at the start")

BROUGHT = _occasion(D.SHOCK, "BROUGHT", "number of tasks of a category in a community and day, by shock")
STRUCK = _occasion(D.SHOCK, "STRUCK", "where the centre of a shock lies, by shock")
