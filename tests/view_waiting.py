"""Waiting for what a session comes to, for tests of the page."""

import time

from cogov.viz.view.session import View


def until(session, wanted, seconds=60.0) -> View:
    """Return the first view that is as wanted, or fail."""
    end, view = time.monotonic() + seconds, session.view
    while not wanted(view):
        assert time.monotonic() < end, f"in vain: day {view.day}, {view.busy!r}, {view.failure}"
        view = session.newer(view.version, 0.5) or view
    return view
