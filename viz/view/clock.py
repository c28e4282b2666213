"""Play, pause, step, speed, date and seed of a session, and what the clock says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import reacton.ipyvuetify as v
import solara

from ...model.compiled import is_warm
from ..words import w
from .frames import Frame
from .parts import Button, choice, failure
from .session import FASTEST, Session, View

SPEEDS = (1.0, 3.0, 10.0, 20.0, FASTEST)


@solara.component
def Clock(session: Session, view: View, lang: str, on_restart: Callable[[int], None]) -> None:
    """Show the controls of a session."""
    frame = view.frames[0] if view.frames else None
    speed, set_speed = solara.use_state(session.speed)
    seed, set_seed = solara.use_state(str(view.seed))

    def fast(days: float) -> None:
        session.speed = days
        set_speed(days)

    with solara.Div(classes=["cg-bar"]):
        going = view.playing or view.busy == "jumping"
        Button(w("view.pause" if going else "view.play", lang), session.pause if going else session.play,
               icon="mdi-pause" if going else "mdi-play", main=True,
               disabled=frame is None or (view.over and not going))  # fmt: skip
        Button(w("view.step", lang), session.step, icon="mdi-skip-next", only_icon=True,
               disabled=frame is None or view.over or going)  # fmt: skip
        choice(w("view.speed", lang), speed, {s: _speed(s, lang) for s in SPEEDS}, fast)
        if frame:
            _date(session, frame, lang)
            if frame.day < frame.window[0]:
                Button(w("view.to_window", lang), partial(session.jump, frame.window[0]), icon="mdi-fast-forward")
        v.TextField(label=w("view.seed", lang), v_model=seed, on_v_model=set_seed, type="number", dense=True,
                    outlined=True, hide_details=True, class_="cg-narrow", attributes={"min": "0"})  # fmt: skip
        wanted = int(seed) if seed.isdecimal() else None
        Button(w("view.restart", lang), lambda: on_restart(wanted or 0), icon="mdi-restart",
               disabled=wanted is None or not view.scenarios)  # fmt: skip
        _status(view, lang)
    failure(view.failure, lang)


def _speed(days: float, lang: str) -> str:
    return w("view.speed_days", lang, n=f"{days:g}") if days else w("view.speed_most", lang)


def _date(session: Session, frame: Frame, lang: str) -> None:
    """Show the field of the date to go to."""
    first, last = frame.first, frame.first + dt.timedelta(days=frame.days - 1)

    def go(text: str) -> None:
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            return
        if first <= day <= last and day != frame.date:
            session.jump((day - first).days + 1)

    v.TextField(label=w("view.jump", lang), v_model=frame.date.isoformat(), on_v_model=go, type="date", dense=True,
                outlined=True, hide_details=True, class_="cg-mid",
                attributes={"min": first.isoformat(), "max": last.isoformat()})  # fmt: skip


def phase_of(frame: Frame) -> str:
    """Return the phase that a frame's last day lies in."""
    start, end = frame.window
    return "warm_up" if frame.day <= start else "window" if frame.day <= end else "follow_up"


def _status(view: View, lang: str) -> None:
    with solara.Div(classes=["cg-status"]):
        going = view.playing or view.busy == "jumping"
        if (view.busy == "starting" or (view.day == 0 and going)) and not is_warm():
            solara.Text(w("view.compiling", lang))
        elif view.busy == "starting":
            solara.Text(w("view.starting", lang))
        elif view.frames:
            frame = view.frames[0]
            phase = w(f"view.phase.{phase_of(frame)}", lang)
            words = w("view.day_of", lang, date=frame.date.isoformat(), day=frame.day, days=frame.days, phase=phase)
            if view.over:
                words += f" · {w('view.over', lang)}"
            elif view.busy:
                words += f" · {w('view.jumping', lang)}"
            elif view.playing and view.pace > 0:
                words += f" · {w('view.pace', lang, pace=f'{view.pace:.1f}')}"
            solara.Text(words)
