"""Curves as SVG: a ground that stays, and lines of which a frame sends no more than their points."""

from __future__ import annotations

import datetime as dt
import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .. import style
from ..numbers import fixed
from ..words import term, w
from .frames import CURVES, Floats, Frame, Shock
from .scales import unit_of

WIDTH, HEIGHT = 460, 134
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 26, 18
MOST_POINTS = 400
"""Most points of a line: more would not be seen."""
_GAP = "@"
"""Stands in the ground of a chart where a line comes; no text of ours has it."""


@dataclass(frozen=True)
class Line:
    """A line of a chart: its name, its values by day, and how it is drawn (0 is the reference)."""

    name: str
    values: Floats
    look: int


@dataclass(frozen=True)
class Chart:
    """A curve of one or more runs.

    Attributes:
        ground: All but the lines as SVG: title, axis, dates, window and shocks; it changes seldom.
        paths: The lines, as what an SVG path calls ``d``.
        label: Words for those who cannot see it.
    """

    ground: str
    paths: tuple[str, ...]
    label: str

    def svg(self) -> str:
        """Return the whole as one SVG."""
        parts = self.ground.split(_GAP)
        whole = "".join(part + path for part, path in zip(parts, (*self.paths, ""), strict=True))
        return whole.replace("<svg ", f'<svg aria-label="{html.escape(self.label, quote=True)}" ', 1)


def chart(key: str, frames: Sequence[Frame], names: Sequence[str], lang: str) -> Chart:
    """Return a curve of one or more runs, with its axis, its shocks and words for those who cannot see it."""
    first = frames[0]
    lines = [Line(name, frame.curves[key], k) for k, (name, frame) in enumerate(zip(names, frames, strict=True))]
    known = [line.values[np.isfinite(line.values)] for line in lines]
    top = max((float(values.max()) for values in known if len(values)), default=0.0)
    factor, unit = unit_of(CURVES[key], top)
    high = _nice(top * factor)
    title = f"{w(f'view.curve.{key}', lang)}{_in(unit, lang)}"
    shocks = shocks_of(frames)
    ground = _ground(title, high, first.days, first.first, first.window, shocks, len(lines), lang)
    said = "; ".join(f"{line.name}: {_last(line, factor)}" for line in lines)
    paths = tuple(_path(line.values, first.days, high, factor) for line in lines)
    return Chart(ground, paths, f"{title}. {first.date.isoformat()}. {said}")


def shocks_of(frames: Sequence[Frame]) -> tuple[Shock, ...]:
    """Return the shocks of any of the runs, each once."""
    return tuple(dict.fromkeys(shock for frame in frames for shock in frame.shocks))


@lru_cache(maxsize=256)
def _ground(
    title: str, high: float, days: int, start: dt.date, window: tuple[int, int], shocks: tuple[Shock, ...], lines: int,
    lang: str,
) -> str:  # fmt: skip
    """Return what stays of a chart while its lines grow."""
    parts = [f'<svg class="cogov-chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" xmlns="http://www.w3.org/2000/svg">',
             *_shades(days, window, shocks, lang), *_grid(high), *_dates(days, start)]  # fmt: skip
    for k in range(lines):
        colour, dash = look(k)
        parts.append(f'<path d="{_GAP}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-dasharray="{dash}"/>')
    parts.append(f'<text x="0" y="12" class="t">{html.escape(title)}</text></svg>')
    return "".join(parts)


def _in(unit: str, lang: str) -> str:
    word = w(unit, lang)
    return f"（{word}）" if lang == "zh" else f" ({word})"


def _last(line: Line, factor: float) -> str:
    known = line.values[np.isfinite(line.values)]
    return fixed(float(known[-1]) * factor, 0 if abs(known[-1] * factor) >= 100 else 1) if len(known) else "—"


def _x(day: Any, days: int) -> Any:
    return LEFT + (WIDTH - LEFT - RIGHT) * day / max(1, days)


def _y(share: Any) -> Any:
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


def _shades(days: int, window: tuple[int, int], shocks: Sequence[Shock], lang: str) -> list[str]:
    """Return the window as a pale band, and shocks as hatched ones with their names."""
    y, high = _y(1.0), _y(0.0) - _y(1.0)
    start, end = (_x(day, days) for day in window)
    parts = [f'<rect x="{start:.1f}" y="{y}" width="{end - start:.1f}" height="{high}" class="w"/>']
    for shock in shocks:
        start, end = _x(shock.first, days), _x(shock.last + 1, days)
        name = html.escape(term(shock.kind, lang))
        parts.append(f'<rect x="{start:.1f}" y="{y}" width="{max(2.0, end - start):.1f}" height="{high}" class="s">'
                     f'<title>{name}</title></rect>'
                     f'<text x="{start:.1f}" y="{y - 2:.1f}" class="n">▼{name}</text>')  # fmt: skip
    return parts


def _dates(days: int, first: dt.date) -> list[str]:
    """Return ticks at the first days of months, no more than would fit."""
    starts = [day for day in range(days) if (first + dt.timedelta(days=day)).day == 1]
    step = max(1, math.ceil(len(starts) / 6))
    parts = []
    for day in starts[::step]:
        x = _x(day, days)
        text = (first + dt.timedelta(days=day)).strftime("%m-%d")
        parts.append(f'<path d="M{x:.1f} {_y(0.0):.1f}v3" class="g"/><text x="{x:.1f}" y="{HEIGHT - 4}" '
                     f'class="n m">{text}</text>')  # fmt: skip
    return parts


def _path(values: Floats, days: int, high: float, factor: float) -> str:
    """Return a line as what an SVG path calls ``d``; days without a value part it."""
    at = np.arange(0, len(values), max(1, len(values) // MOST_POINTS))
    known = np.isfinite(values[at])
    x = _x(1.0 + at, days)
    y = _y(np.clip(np.where(known, values[at], 0.0) * (factor / high), 0.0, 1.0))
    pens = np.where(known & np.append(False, known)[: len(at)], "L", "M")
    return "".join(f"{pen}{a:.1f} {b:.1f}" for pen, a, b, k in zip(pens, x, y, known, strict=True) if k)


def look(i: int) -> tuple[str, str]:
    """Return colour and dashes of a run; the reference is dark and solid."""
    if i == 0:
        return style.BASE, "none"
    return style.colour(i - 1), " ".join(f"{x:g}" for x in style.dash(i - 1)[1])
