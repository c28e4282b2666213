"""The event queue: a calendar of days, and for today a wheel with one slot a minute; exact to the last tie.

An event is (minute, kind, key, generation, row). One of a later day waits in that day's blocks, written one behind
the other. At midnight the events of the new day are dealt out: sorted, all at once, by minute, kind and key. One
planned for later today joins the chain of its minute; when the minute comes, its chain is heaped, and the heap and
the sorted run are read together. So the order of events depends on what they are, never on when they were planned,
and memory is read in the order in which it was written. An event whose generation is not its row's any more is stale
and is skipped by its handler.
"""

from __future__ import annotations

from typing import Any

from ..agents.columns import Column, Table
from ..agents.rules import rule
from .calendar import DAY
from .state import BLOCKS_LIVE, DAY_NO, FREE_BLOCK, HORIZON, MINUTE, NODES_LIVE, NOW_N, POPS, PUSHES, RUN_AT, RUN_END
from .world import prefetch

NODES = Table(
    "nodes",
    "事件",
    "Events",
    (
        Column("key", "i8", "id", "键", "tie-break: semantic key"),
        Column("link", "i4", "id", "链", "today: next event of the minute; before: the minute of the day", -1),
        Column("kind", "i4", "code", "种类", "kind of event", 0),
        Column("row", "i4", "id", "行", "row it concerns", -1),
        Column("generation", "i4", "1", "代", "generation of the row", 0),
    ),
)

BLOCK = 64
"""Events in a block of a later day."""

EVENT_KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("shock", "冲击", "Shock", "a shock begins or ends"),
    ("activate", "启动挂钩", "Activation", "paired reserves of a community come on duty"),
    ("arise", "发生", "Arise", "a need arises on a grid"),
    ("notice", "发现", "Notice", "a resident or a patrol notices a need"),
    ("fester", "恶化", "Fester", "an open need worsens, is thought of again, or lapses"),
    ("call", "拨打", "Call", "a call attempt reaches the hotline"),
    ("hang_up", "挂断", "Hang up", "a seat falls free"),
    ("report", "上报", "Report", "a report reaches an organisation"),
    ("accept", "签收", "Accept", "a person accepts and routes a case"),
    ("return", "退回", "Return", "a misrouted case is returned to the right organisation"),
    ("decide", "决策", "Decide", "a hand-up or a set-up is decided"),
    ("wake", "上岗", "Wake", "the next responder of a waiting pool enters field time"),
    ("arrive", "到场", "Arrive", "a responder arrives on site"),
    ("finish", "完成", "Finish", "hands-on work of a visit ends"),
    ("deadline", "到期", "Deadline", "the deadline of an open case passes"),
    ("force", "强制结案", "Force", "an overdue case may be closed without solution"),
    ("reopen", "重开", "Reopen", "a case closed without solution may be opened again"),
    ("counter_done", "窗口办结", "Counter", "a case is dealt with at the counter"),
    ("talk", "协商", "Talks", "the parties of a dispute meet for a round of talks"),
    ("settle", "居民自治", "Settling", "residents have tried to settle a need themselves"),
    ("call_up", "召集", "Call-up", "volunteers of a community are called by its queue"),
)
"""Kinds of events in the order in which they run within a minute: identifier, Chinese, English, meaning."""

(
    SHOCK,
    ACTIVATE,
    ARISE,
    NOTICE,
    FESTER,
    CALL,
    HANG_UP,
    REPORT,
    ACCEPT,
    RETURN,
    DECIDE,
    WAKE,
    ARRIVE,
    FINISH,
    DEADLINE,
    FORCE,
    REOPEN,
    COUNTER_DONE,
    TALK,
    SETTLE,
    CALL_UP,
) = range(len(EVENT_KINDS))

OF_NEEDS = (ARISE, NOTICE, FESTER, REPORT, REOPEN)
OF_CASES = (ACCEPT, RETURN, DECIDE, DEADLINE, FORCE)
OF_RESPONDERS = (ARRIVE, FINISH)
"""Kinds whose row is a need, a case, a responder."""


@rule
def push(w: Any, minute: int, kind: int, key: int, row: int, generation: int) -> None:
    """Plan an event; one beyond the horizon is dropped, one in the past is an error."""
    if minute >= w.sc[HORIZON]:
        return
    if minute < w.sc[MINUTE]:
        raise ValueError("an event was planned in the past")
    w.sc[PUSHES] += 1
    day = minute // DAY
    if day > w.sc[DAY_NO]:
        e = w.later[_place_later(w, day)]
        e.link = minute - day * DAY
        _fill(e, kind, key, row, generation)
        return
    node = w.sc[NODES_LIVE]
    if node >= w.nodes.shape[0]:
        raise MemoryError("the table of today's events is full")
    w.sc[NODES_LIVE] = node + 1
    e = w.nodes[node]
    _fill(e, kind, key, row, generation)
    if minute == w.sc[MINUTE]:
        _enter(w, node)
    else:
        e.link = w.wheel[minute - day * DAY]
        w.wheel[minute - day * DAY] = node


@rule
def _fill(e: Any, kind: int, key: int, row: int, generation: int) -> None:
    e.key = key
    e.kind = kind
    e.row = row
    e.generation = generation


@rule
def _place_later(w: Any, day: int) -> int:
    """Return the row for one more event of a later day, in its last block or a new one."""
    filled = w.day_events[day] % BLOCK
    w.day_events[day] += 1
    if filled > 0:
        return w.day_block[day] * BLOCK + filled
    block = w.sc[FREE_BLOCK]
    if block < 0:
        raise MemoryError("the event queue is full")
    w.sc[FREE_BLOCK] = w.block_next[block]
    w.sc[BLOCKS_LIVE] += 1
    w.block_next[block] = w.day_block[day]
    w.day_block[day] = block
    return block * BLOCK


@rule
def deal(w: Any, day: int) -> None:
    """Sort the events that waited for ``day`` into today's table, and give their blocks back.

    A counting sort by minute and kind, then a sort by key within each.
    """
    kinds = len(EVENT_KINDS)
    for i in range(w.bucket.shape[0]):
        w.bucket[i] = 0
    _visit(w, day, False)
    total = 0
    for i in range(w.bucket.shape[0]):
        n = w.bucket[i]
        w.bucket[i] = total
        total += n
    if total > w.nodes.shape[0]:
        raise MemoryError("the table of today's events is full")
    for minute in range(DAY + 1):
        w.run_start[minute] = w.bucket[minute * kinds] if minute < DAY else total
    _visit(w, day, True)
    start = 0
    for i in range(w.bucket.shape[0]):
        if w.bucket[i] - start > 1:
            _sort(w, start, w.bucket[i])
        start = w.bucket[i]
    for minute in range(DAY):
        w.wheel[minute] = -1
    w.sc[NODES_LIVE] = total


@rule
def _visit(w: Any, day: int, place: bool) -> None:
    """Go through the events that waited for ``day``: count them into buckets, or put each in its place."""
    n = w.day_events[day]
    block = w.day_block[day]
    while n > 0:
        first = block * BLOCK
        for row in range(first, first + (n - 1) % BLOCK + 1):
            e = w.later[row]
            bucket = e.link * len(EVENT_KINDS) + e.kind
            if place:
                _fill(w.nodes[w.bucket[bucket]], e.kind, e.key, e.row, e.generation)
            w.bucket[bucket] += 1
        n -= (n - 1) % BLOCK + 1
        following = w.block_next[block]
        if place:
            w.block_next[block] = w.sc[FREE_BLOCK]
            w.sc[FREE_BLOCK] = block
            w.sc[BLOCKS_LIVE] -= 1
        block = following
    if place:
        w.day_events[day] = 0
        w.day_block[day] = -1


@rule
def _sort(w: Any, start: int, end: int) -> None:
    """Sort the nodes [start, end) by key, generation and row (Shell 1959, gaps of 1, 4, 13, ...)."""
    gap = 1
    while gap * 3 + 1 < end - start:
        gap = gap * 3 + 1
    while gap > 0:
        for i in range(start + gap, end):
            j = i
            while j - gap >= start and _before(w, j, j - gap):
                _swap(w, j, j - gap)
                j -= gap
        gap //= 3


@rule
def _swap(w: Any, a: int, b: int) -> None:
    x = w.nodes[a]
    y = w.nodes[b]
    key, kind, row, generation = x.key, x.kind, x.row, x.generation
    _fill(x, y.kind, y.key, y.row, y.generation)
    _fill(y, kind, key, row, generation)


@rule
def _before(w: Any, a: int, b: int) -> bool:
    x = w.nodes[a]
    y = w.nodes[b]
    if x.kind != y.kind:
        return x.kind < y.kind
    if x.key != y.key:
        return x.key < y.key
    if x.generation != y.generation:
        return x.generation < y.generation
    return x.row < y.row


@rule
def _enter(w: Any, node: int) -> None:
    """Put a node into the heap of the running minute."""
    i = w.sc[NOW_N]
    if i >= w.now.shape[0]:
        raise MemoryError("too many events in one minute")
    w.sc[NOW_N] = i + 1
    while i > 0:
        up = (i - 1) >> 1
        if not _before(w, node, w.now[up]):
            break
        w.now[i] = w.now[up]
        i = up
    w.now[i] = node


@rule
def open_minute(w: Any, minute: int) -> bool:
    """Make ``minute`` the running one and fetch the rows of its events; return whether it has any."""
    slot = minute % DAY
    start = w.run_start[slot]
    end = w.run_start[slot + 1]
    node = w.wheel[slot]
    if start == end and node < 0:
        return False
    w.sc[MINUTE] = minute
    w.sc[RUN_AT] = start
    w.sc[RUN_END] = end
    for i in range(start, end):
        _fetch_row(w, i)
    while node >= 0:
        following = w.nodes[node].link
        _enter(w, node)
        _fetch_row(w, node)
        node = following
    w.wheel[slot] = -1
    for i in range(start, end):
        _fetch_next(w, i)
    for i in range(w.sc[NOW_N]):
        _fetch_next(w, w.now[i])
    for i in range(start, end):
        _fetch_last(w, i)
    for i in range(w.sc[NOW_N]):
        _fetch_last(w, w.now[i])
    return True


@rule
def _fetch_row(w: Any, node: int) -> None:
    """Ask for the row that an event is about, so that it is there when the event's turn comes."""
    kind = w.nodes[node].kind
    row = w.nodes[node].row
    if kind in OF_NEEDS:
        for line in range(3):
            prefetch(w.needs, row, line)
    elif kind in OF_CASES:
        for line in range(2):
            prefetch(w.cases, row, line)
    elif kind in OF_RESPONDERS:
        for line in range(2):
            prefetch(w.responders, row, line)
    elif kind == WAKE:
        for line in range(2):
            prefetch(w.pools, row, line)


@rule
def _fetch_next(w: Any, node: int) -> None:
    """Ask for the row that the event's own row leads to: a case's need, a responder's case, a pool's first member."""
    kind = w.nodes[node].kind
    row = w.nodes[node].row
    if kind in OF_CASES:
        for line in range(3):
            prefetch(w.needs, w.cases[row].need, line)
    elif kind in OF_RESPONDERS:
        for line in range(2):
            prefetch(w.cases, max(0, w.responders[row].case), line)
    elif kind == WAKE:
        prefetch(w.responders, w.crew[w.pools[row].crew], 0)


@rule
def _fetch_last(w: Any, node: int) -> None:
    """Ask for the need that a responder has in hand, for his pool, and for the case that he may turn to next."""
    kind = w.nodes[node].kind
    row = w.nodes[node].row
    if kind in OF_RESPONDERS:
        case = max(0, w.responders[row].case)
        for line in range(3):
            prefetch(w.needs, w.cases[case].need, line)
        pool = w.roster[w.responders[row].pool]
        for line in range(2):
            prefetch(w.pools, pool, line)
        if kind == FINISH:
            prefetch(w.cases, max(0, w.pools[pool].head), 0)


@rule
def pop(w: Any) -> int:
    """Take the first node of the running minute, from the sorted run or the heap; -1 if there is none."""
    n = w.sc[NOW_N] - 1
    at = w.sc[RUN_AT]
    if at < w.sc[RUN_END] and (n < 0 or _before(w, at, w.now[0])):
        w.sc[RUN_AT] = at + 1
        w.sc[POPS] += 1
        return at
    if n < 0:
        return -1
    top = w.now[0]
    last = w.now[n]
    w.sc[NOW_N] = n
    w.sc[POPS] += 1
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and _before(w, w.now[child + 1], w.now[child]):
            child += 1
        if not _before(w, w.now[child], last):
            break
        w.now[i] = w.now[child]
        i = child
    w.now[i] = last
    return top
