"""Curves as SVG text: light enough to be drawn anew with every frame."""

from __future__ import annotations

import datetime as dt
import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .. import style
from ..numbers import fixed
from ..words import term, w
from .frames import CURVES, Floats, Frame
from .scales import unit_of

WIDTH, HEIGHT = 460, 134
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 26, 18
MOST_POINTS = 400
"""Most points of a line: more would not be seen."""


@dataclass(frozen=True)
class Line:
    """A line of a chart: its name, its values by day, and how it is drawn (0 is the reference)."""

    name: str
    values: Floats
    look: int


def chart(key: str, frames: Sequence[Frame], names: Sequence[str], lang: str) -> str:
    """Return a curve of one or more runs as SVG, with its axis, its shocks and words for those who cannot see it."""
    first = frames[0]
    lines = [Line(name, frame.curves[key], k) for k, (name, frame) in enumerate(zip(names, frames, strict=True))]
    known = [line.values[np.isfinite(line.values)] for line in lines]
    top = max((float(values.max()) for values in known if len(values)), default=0.0)
    factor, unit = unit_of(CURVES[key], top)
    high = _nice(top * factor)
    title = f"{w(f'view.curve.{key}', lang)}{_in(unit, lang)}"
    parts = [_start(title, lines, factor, unit, first, lang), *_shades(first, lang), *_grid(high), *_dates(first)]
    parts += [_polyline(line, first.days, high, factor) for line in lines]
    parts.append(f'<text x="0" y="12" class="t">{html.escape(title)}</text></svg>')
    return "".join(parts)


def _in(unit: str, lang: str) -> str:
    word = w(unit, lang)
    return f"（{word}）" if lang == "zh" else f" ({word})"


def _start(title: str, lines: Sequence[Line], factor: float, unit: str, frame: Frame, lang: str) -> str:
    """Return the opening tag; its label says the last value of each line."""
    said = [f"{line.name}: {_last(line, factor)}" for line in lines]
    label = f"{title}. {frame.date.isoformat()}. " + "; ".join(said)
    return (f'<svg class="cogov-chart" role="img" aria-label="{html.escape(label, quote=True)}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" xmlns="http://www.w3.org/2000/svg">')  # fmt: skip


def _last(line: Line, factor: float) -> str:
    known = line.values[np.isfinite(line.values)]
    return fixed(float(known[-1]) * factor, 0 if abs(known[-1] * factor) >= 100 else 1) if len(known) else "—"


def _x(day: float, days: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * day / max(1, days)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _nice(x: float) -> float:
    """Return a round end of an axis of at least ``x``."""
    if not x > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(x))
    return next(m * power for m in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if m * power >= x)


def _grid(high: float) -> list[str]:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = _y(share)
        digits = 0 if high >= 20 else 1
        parts.append(
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" class="g"/>'
            f'<text x="{LEFT - 5}" y="{y + 3.5:.1f}" class="n e">{fixed(high * share, digits)}</text>'
        )
    return parts


def _shades(frame: Frame, lang: str) -> list[str]:
    """Return the window as a pale band, and shocks as hatched ones with their names."""
    y, high = _y(1.0), _y(0.0) - _y(1.0)
    start, end = (_x(day, frame.days) for day in frame.window)
    parts = [f'<rect x="{start:.1f}" y="{y}" width="{end - start:.1f}" height="{high}" class="w"/>']
    for shock in frame.shocks:
        start, end = _x(shock.first, frame.days), _x(shock.last + 1, frame.days)
        name = html.escape(term(shock.kind, lang))
        parts.append(f'<rect x="{start:.1f}" y="{y}" width="{max(2.0, end - start):.1f}" height="{high}" class="s">'
                     f'<title>{name}</title></rect>'
                     f'<text x="{start:.1f}" y="{y - 2:.1f}" class="n">▼{name}</text>')  # fmt: skip
    return parts


def _dates(frame: Frame) -> list[str]:
    """Return ticks at the first days of months, no more than would fit."""
    starts = [day for day in range(frame.days) if (frame.first + dt.timedelta(days=day)).day == 1]
    step = max(1, math.ceil(len(starts) / 6))
    parts = []
    for day in starts[::step]:
        x = _x(day, frame.days)
        text = (frame.first + dt.timedelta(days=day)).strftime("%m-%d")
        parts.append(f'<path d="M{x:.1f} {_y(0.0):.1f}v3" class="g"/><text x="{x:.1f}" y="{HEIGHT - 4}" '
                     f'class="n m">{text}</text>')  # fmt: skip
    return parts


def _polyline(line: Line, days: int, high: float, factor: float) -> str:
    step = max(1, len(line.values) // MOST_POINTS)
    points, pen = [], "M"
    for day in range(0, len(line.values), step):
        value = line.values[day]
        if not math.isfinite(value):
            pen = "M"
            continue
        points.append(f"{pen}{_x(day + 1, days):.1f} {_y(min(1.0, max(0.0, value * factor / high))):.1f}")
        pen = "L"
    colour, dash = look(line.look)
    return f'<path d="{"".join(points)}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-dasharray="{dash}"/>'


def look(i: int) -> tuple[str, str]:
    """Return colour and dashes of a run; the reference is dark and solid."""
    if i == 0:
        return style.BASE, "none"
    return style.colour(i - 1), " ".join(f"{x:g}" for x in style.dash(i - 1)[1])
