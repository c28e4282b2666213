"""How a page follows a session, and leaves nothing running behind when it is closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import solara
from solara.server import kernel_context

from .session import FRAMES_A_SECOND

PATIENCE = 5.0
"""Seconds without any reader after which the clock stops."""


class Followed(Protocol):
    """Something whose last view a page shows: a session, or a comparison that builds up."""

    closed: bool
    view: Any

    def newer(self, version: int, timeout: float) -> Any:
        """Wait for a newer view."""

    def pause(self) -> None:
        """Stop what goes on, as far as nobody needs it who is not there."""


def use_view(session: Followed) -> Any:
    """Return the last view of a session; whoever calls it is drawn anew with every frame."""
    view, set_view = solara.use_state(session.view)

    def follow() -> Callable[[], None]:
        over = threading.Event()
        page = kernel_context.get_current_context() if kernel_context.has_current_context() else None
        threading.Thread(target=_follow, args=(session, set_view, over, page), daemon=True, name="cogov-page").start()
        return over.set

    solara.use_effect(follow, [session])
    return view if view.version <= session.view.version else session.view


def _follow(session: Followed, show: Callable[[Any], None], over: threading.Event, page: Any) -> None:
    """Show views as they come, no more than a few a second, until the page is closed."""
    seen, alone = -1, 0.0
    while not over.is_set() and not session.closed and not (page and page.closed_event.is_set()):
        view = session.newer(seen, 0.5)
        if page is not None and _deserted(page):
            alone = alone or time.monotonic()
            if time.monotonic() - alone > PATIENCE:
                session.pause()
        else:
            alone = 0.0
        if view is not None and not over.is_set():
            seen = view.version
            begun = time.monotonic()
            show(view)
            time.sleep(max(0.0, 1.0 / FRAMES_A_SECOND - (time.monotonic() - begun)))


def _deserted(page: Any) -> bool:
    """Return whether all connections of a page are lost; outside a server it never had one."""
    states = page.page_status.values()
    return bool(states) and kernel_context.PageStatus.CONNECTED not in states


def use_poll(look: Callable[[], Any], seconds: float, wants: list[Any]) -> Any:
    """Return what ``look`` found last; it is asked every few seconds, in a thread, until the page is closed."""
    found, set_found = solara.use_state(None)

    def watch() -> Callable[[], None]:
        over = threading.Event()
        page = kernel_context.get_current_context() if kernel_context.has_current_context() else None

        def go() -> None:
            while not over.is_set() and not (page and page.closed_event.is_set()):
                set_found(look())
                over.wait(seconds)

        threading.Thread(target=go, daemon=True, name="cogov-poll").start()
        return over.set

    solara.use_effect(watch, wants)
    return found
