"""The whistle: a street calls the parties of a joint case, and the law says by when they must come.

A party that heeds the whistle has agreed by that. Once all have, it comes before all of its pool's ordinary cases, in
desk time too, and what a department's officers leave at their desks their line's own work loses. Who has not set out
within the limit drops what he does, as in an emergency. The more whistles a street blows on a day, the fewer are
heeded: who does not heed one agrees to an appointment when the case's turn comes, as without a whistle. Parties of an
emergency set out at once anyway.
"""

from __future__ import annotations

from typing import Any

from ..agents.parameters import parameter
from ..agents.rules import rule
from .calendar import OFFICE_CLOSES, OFFICE_OPENS, add_in_hours
from .dispatch import serve
from .draws import HANDLING, uniform
from .occasions import HEEDED, WHISTLED
from .routing import party_pool, topic
from .state import HELD, QUEUED
from .wheel import DECIDE, push

ATTENTION = parameter(
    "whistle.attention", 3, "1/day", 0.1, 1000, "吹哨关注上限",
    "whistles a day of a street that departments heed for sure; of more, a share falling with their number",
    "productivity falls beyond 3 whistles a day; estimate to be swept",
)  # fmt: skip
CALL_MINUTES = parameter(
    "whistle.call_minutes", 15, "min", 0, 10000, "吹哨用时",
    "office minutes to whistle, in place of the set-up of a joint case; the street's staff spend as many",
    "estimate to be swept",
)  # fmt: skip
_FIRST = 1 << 31
"""Order in queues of a party that must come: after emergencies, before appointments and all other cases."""


@rule
def whistled_for(w: Any, n: int, c: int) -> bool:
    """Return whether the street whistles for the parties of this joint case."""
    chance = w.topic_levers[topic(w, n)].whistle
    return chance > 0.0 and uniform(w.keys[HANDLING], w.needs[n].key, WHISTLED + w.cases[c].ordinal) < chance


@rule
def blow(w: Any, c: int, t: int) -> None:
    """Whistle for the parties of a lead case, charging the street's staff for the call; some heed it, some do not."""
    lead = w.cases[c]
    need = w.needs[lead.need]
    street = w.communities[need.community].street
    w.whistles[street] += 1
    w.pools[w.street_pool[street]].overhead += w.par[CALL_MINUTES]
    if lead.rank == 0:
        return
    heeded = w.par[ATTENTION] / w.whistles[street]
    _agree(w, c, c, lead.target)
    p = lead.first_party
    while p >= 0:
        party = w.cases[p].party
        if uniform(w.keys[HANDLING], need.key, HEEDED + lead.ordinal * 8 + party) < heeded:
            _agree(w, p, c, party_pool(w, lead.need, party))
        p = w.cases[p].next_party
    if lead.ready == need.parties:
        push(w, t, DECIDE, need.key, c, lead.generation)


@rule
def _agree(w: Any, c: int, lead: int, pool: int) -> None:
    """A party of a lead case agrees by heeding the whistle; it waits until all have agreed."""
    case = w.cases[c]
    case.pool = pool
    case.status = HELD
    case.agreed = 1
    case.whistled = 1
    w.pools[w.roster[pool]].promised += 1
    w.cases[lead].ready += 1


@rule
def must_come(w: Any, c: int, t: int) -> None:
    """All have agreed: a party that heeded the whistle is to come first of all and within the limit."""
    case = w.cases[c]
    case.whistled = 2
    case.order = _FIRST + t
    limit = int(w.topic_levers[topic(w, case.need)].whistle_limit)
    push(w, add_in_hours(t, limit, OFFICE_OPENS, OFFICE_CLOSES), DECIDE, case.key, c, case.generation)


@rule
def insist(w: Any, c: int, t: int) -> None:
    """The limit is over: a party that has not set out yet goes now, whatever it is at."""
    case = w.cases[c]
    if case.status == QUEUED:
        case.rank = 0
        serve(w, w.roster[case.pool], t)
