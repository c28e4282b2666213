"""The event queue: a wheel with one slot a minute, exact to the last tie.

An event is (minute, kind, key, row, generation). Pushing links a node under its minute; when the minute comes,
its nodes move to a small heap ordered by (kind, key), and events pushed for the running minute join that heap.
So the order of events depends on what they are, never on when they were pushed. An event whose generation is
not its row's any more is stale and is skipped by its handler.
"""

from __future__ import annotations

from typing import Any

from ..agents.columns import Column, Table
from ..agents.rules import rule
from .state import FREE_NODE, HORIZON, MINUTE, NODES_LIVE, NOW_N, POPS, PUSHES

NODES = Table(
    "nodes",
    "事件",
    "Events",
    (
        Column("next", "i8", "id", "下一个", "next node of the minute", -1),
        Column("key", "i8", "id", "键", "tie-break: semantic key"),
        Column("kind", "i8", "code", "种类", "kind of event", 0),
        Column("row", "i8", "id", "行", "row it concerns", -1),
        Column("generation", "i8", "1", "代", "generation of the row", 0),
    ),
)

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
) = range(len(EVENT_KINDS))


@rule
def push(w: Any, minute: int, kind: int, key: int, row: int, generation: int) -> None:
    """Plan an event; one beyond the horizon is dropped, one in the past is an error."""
    if minute >= w.sc[HORIZON]:
        return
    if minute < w.sc[MINUTE]:
        raise ValueError("an event was planned in the past")
    node = w.sc[FREE_NODE]
    if node < 0:
        raise MemoryError("the event queue is full")
    e = w.nodes[node]
    w.sc[FREE_NODE] = e.next
    e.key = key
    e.kind = kind
    e.row = row
    e.generation = generation
    w.sc[PUSHES] += 1
    w.sc[NODES_LIVE] += 1
    if minute == w.sc[MINUTE]:
        _enter(w, node)
    else:
        e.next = w.wheel[minute]
        w.wheel[minute] = node


@rule
def _before(w: Any, a: int, b: int) -> bool:
    x = w.nodes[a]
    y = w.nodes[b]
    if x.kind != y.kind:
        return x.kind < y.kind
    if x.key != y.key:
        return x.key < y.key
    return x.generation < y.generation


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
def open_minute(w: Any, minute: int) -> None:
    """Move the events of ``minute`` into the heap."""
    w.sc[MINUTE] = minute
    node = w.wheel[minute]
    w.wheel[minute] = -1
    while node >= 0:
        following = w.nodes[node].next
        _enter(w, node)
        node = following


@rule
def pop(w: Any) -> int:
    """Take the first node of the running minute, -1 if none; give it back with ``release``."""
    n = w.sc[NOW_N] - 1
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


@rule
def release(w: Any, node: int) -> None:
    """Return a node to the free list."""
    w.nodes[node].next = w.sc[FREE_NODE]
    w.sc[FREE_NODE] = node
    w.sc[NODES_LIVE] -= 1
