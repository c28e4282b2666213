"""What an experiment found about a measure, as HTML: the tables of `cogov experiment analyse`, and pictures to them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matplotlib.ticker import MaxNLocator

from ...experiments.analysis import COST
from ...model.measures import measure_of
from .. import style
from ..alternatives import Names, factor_name
from ..blocks import Cell, number, sheet
from ..experiment import index_name, tables
from ..labels import together
from ..numbers import Scale, fixed, scale_of, scale_of_changes
from ..plain import Plain
from ..words import measure_name, w
from .parts import say
from .sheets import bar, table

OPEN_ROWS = 12
"""Rows of a table that stand open; the others are folded away."""
MOST_ROWS = 60
"""Most rows of a table that are shown at all."""
MOST_BARS = 30
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760, 320, 64, 30, 56


def cards_of(key: str, part: Mapping[str, Any], names: Names, lang: str) -> Iterator[str]:
    """Yield all that was found of a measure, card by card: pictures first where there are any."""
    pictures = front(key, part, names, lang), bars(key, part, names, lang)
    yield from filter(None, pictures)
    yield from (_table(plain, lang) for plain in tables({key: part}, names.design, lang, names.scenarios))


def _headed(title: str, body: str) -> str:
    return f"<h2>{say(title)}</h2>{body}"


def _table(plain: Plain, lang: str) -> str:
    """Return a table with its sentence; of a long one the first rows are open."""
    cells = [[number(text) if k > 1 else Cell(text) for k, text in enumerate(row)] for row in plain.rows[:MOST_ROWS]]
    for k, tone in enumerate(plain.tones[:MOST_ROWS]):
        cells[k][2] = Cell(cells[k][2].text, tone=f"number {tone}".strip())
    body = table(sheet(plain.heads, cells[:OPEN_ROWS])) if plain.heads else ""
    if more := cells[OPEN_ROWS:]:
        body += (f"<details><summary>{say(w('view.batch_.more', lang, n=len(more)))}</summary>"
                 f"{table(sheet(plain.heads, more))}</details>")  # fmt: skip
    if (n := len(plain.rows) - MOST_ROWS) > 0:
        body += f"<p class='cg-note'>{say(w('analysis.more', lang, n=n))}</p>"
    return _headed(plain.title, body + (f"<p class='cg-note'>{say(plain.note)}</p>" if plain.note else ""))


def front(key: str, part: Mapping[str, Any], names: Names, lang: str) -> str:
    """Return the alternatives that none beats on both effect and cost, as a picture with a table of its numbers."""
    rows = sorted(part.get("front") or (), key=lambda row: float(row["cost"]))
    if len(rows) < 2:
        return ""
    measure, cost = measure_of(key), measure_of(COST)
    xs, ys = [float(r["cost"]) for r in rows], [float(r["mean"]) for r in rows]
    across, up = scale_of(cost, lang, *xs), scale_of(measure, lang, *ys)
    title = w("view.batch_.front", lang, measure=measure_name(measure, lang))
    axes = [w("fig.front_axis", lang, measure=measure_name(m, lang), unit=s.word(lang))
            for m, s in ((cost, across), (measure, up))]  # fmt: skip
    place_x, grid_x = _axis(xs, across, LEFT + 10, WIDTH - 24)
    place_y, grid_y = _axis(ys, up, HEIGHT - BOTTOM - 8, TOP + 12)
    parts = [f'<svg class="cogov-chart cg-front" role="img" aria-label="{say(title)}" viewBox="0 0 {WIDTH} {HEIGHT}">',
             f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - 12}" class="g"/>',
             *(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" class="g"/><text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" '
               f'class="n m">{text}</text>' for x, text in grid_x),
             *(f'<path d="M{LEFT} {y:.1f}H{WIDTH - 12}" class="g"/><text x="{LEFT - 6}" y="{y + 4:.1f}" '
               f'class="n e">{text}</text>' for y, text in grid_y),
             f'<text x="0" y="14" class="t">{say(axes[1])}</text>',
             f'<text x="{WIDTH - 12}" y="{HEIGHT - 6}" class="t e">{say(axes[0])}</text>']  # fmt: skip
    spots = [(place_x(x), place_y(y)) for x, y in zip(xs, ys, strict=True)]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    parts.append(f'<path d="M{line}" fill="none" stroke="{style.COLOURS[0]}" stroke-width="1.4"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{style.COLOURS[0]}"/>' for x, y in spots]
    parts += [f'<text x="{x + 8:.1f}" y="{y - 7:.1f}" class="n">{", ".join(str(k + 1) for k in group)}</text>'
              for group, (x, y) in together(spots)]  # fmt: skip
    cells = [[number(str(k)), Cell(names.alternative(str(r["name"]), lang)),
              number(across.with_unit(across.value(x), lang)), number(up.with_unit(up.value(y), lang))]
             for k, (r, x, y) in enumerate(zip(rows, xs, ys, strict=True), 1)]  # fmt: skip
    heads = ["", w("analysis.alternative", lang), measure_name(cost, lang), measure_name(measure, lang)]
    return _headed(title, "".join([*parts, "</svg>"]) + table(sheet(heads, cells)))


def _axis(values: Sequence[float], scale: Scale, start: float, end: float) -> tuple[Any, list[tuple[float, str]]]:
    """Return what places a value on an axis, and round values with their places."""
    shown = [x * scale.factor for x in values]
    low, high = min(shown), max(shown)
    if high == low:
        low, high = low - 1.0, high + 1.0
    ticks = [x for x in MaxNLocator(5).tick_values(low, high) if low <= x <= high]
    step = ticks[1] - ticks[0] if len(ticks) > 1 else high - low
    digits = max(0, -math.floor(math.log10(step) + 1e-9))

    def place(x: float) -> float:
        return start + (end - start) * (x * scale.factor - low) / (high - low)

    return place, [(place(x / scale.factor), fixed(x, digits)) for x in ticks]


def bars(key: str, part: Mapping[str, Any], names: Names, lang: str) -> str:
    """Return what factors do as bars: effects of a two-level design, or indices of Sobol' or Morris."""
    rows = [(e["scenario"], " × ".join(factor_name(f, lang) for f in e["factors"]), "", float(e["effect"]))
            for e in part.get("factors") or ()]  # fmt: skip
    rows += [(i["scenario"], factor_name(i["factor"], lang), i["name"], float(i["value"]))
             for i in part.get("indices") or ()]  # fmt: skip
    rows = [row for row in rows if math.isfinite(row[3])]
    if not rows:
        return ""
    measure = measure_of(key)
    rows.sort(key=lambda row: (row[2], -abs(row[3])))
    most = {name: max(abs(r[3]) for r in rows if r[2] == name) or 1.0 for name in {r[2] for r in rows}}
    made: list[str] = []
    before = ""
    for scenario, factor, name, value in rows[:MOST_BARS]:
        if name != before:
            made.append(f"<h3>{say(index_name(name, lang))}</h3>")
            before = name
        scale = scale_of_changes(measure, lang, value)
        text = fixed(value, 3) if name else scale.with_unit(scale.signed(value), lang)
        made.append(bar(f"{factor} · {names.scenario(scenario, lang)}", value / most[name], text))
    title = "analysis.indices" if part.get("indices") else "analysis.factors"
    body = f"<div class='cg-bars cg-wide-names'>{''.join(made)}</div>"
    return _headed(w(title, lang, measure=measure_name(measure, lang)), body)
