"""What an experiment found about a measure, as HTML: effects, standings, the front of effect and cost, sensitivity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ...experiments.analysis import COST
from ...experiments.statistics import Paired
from ...model.measures import Measure, measure_of
from .. import style
from ..alternatives import Names, factor_name
from ..blocks import Cell, number, sheet
from ..certainty import interval_text, lead_text, pair_of, relative_text, untouched
from ..experiment import standing_scales
from ..numbers import NOTHING, fixed, scale_of, scale_of_changes
from ..words import listed, measure_name, w
from .parts import say
from .sheets import bar, table

MOST_ROWS = 60
"""Most rows of a table that are shown."""
MOST_BARS = 30
WIDTH, HEIGHT, LEFT, BOTTOM = 640, 300, 70, 44


def _headed(title: str, body: str) -> str:
    return f"<h2>{say(title)}</h2>{body}"


def effects(key: str, rows: Sequence[Mapping[str, Any]], names: Names, lang: str) -> str:
    """Return every scenario at every point against the first one."""
    if not rows:
        return ""
    measure = measure_of(key)
    keys = ("column.scenario", "analysis.set", "column.difference", "column.relative", "column.interval", "analysis.p")
    cells = []
    for e in rows[:MOST_ROWS]:
        pair = pair_of(e["pair"])
        scale = scale_of_changes(measure, lang, pair.difference, pair.low, pair.high).finer(pair.low, pair.high)
        same = untouched(pair)
        difference = w("verdict.untouched", lang) if same else scale.with_unit(scale.signed(pair.difference), lang)
        values = listed(names.settings(e["scenario"], e["point"], lang), lang)
        cells.append([
            Cell(names.scenario(e["scenario"], lang)), Cell(values or NOTHING),
            Cell(difference, tone=_tone(measure, pair)), number(relative_text(measure, pair, lang) or NOTHING),
            number(NOTHING if same else interval_text(measure, pair, scale, lang)),
            number(_p(e["adjusted"])),
        ])  # fmt: skip
    first = names.scenario(names.design.experiment.scenarios[0], lang)
    title = w("analysis.effects", lang, scenario=first, measure=measure_name(measure, lang))
    more = (
        f"<p class='cg-note'>{say(w('analysis.more', lang, n=len(rows) - MOST_ROWS))}</p>"
        if len(rows) > MOST_ROWS
        else ""
    )
    return _headed(title, table(sheet([w(k, lang) for k in keys], cells)) + more)


def _tone(measure: Measure, pair: Paired) -> str:
    if not math.isfinite(pair.low + pair.high) or pair.low <= 0.0 <= pair.high or measure.better == 0:
        return "number"
    return "better" if (pair.low > 0) == (measure.better > 0) else "worse"


def _p(p: float) -> str:
    return NOTHING if not math.isfinite(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"


def standings(key: str, part: Mapping[str, Any], names: Names, lang: str) -> str:
    """Return which alternative is best or may be, and by how much."""
    rows = part.get("standings") or ()
    if not rows:
        return ""
    measure = measure_of(key)
    on_front = {row["name"] for row in part.get("front", ())}
    cells = []
    level, gap = standing_scales(measure, lang, rows)
    for s in rows[:MOST_ROWS]:
        verdict = w(f"analysis.{s['verdict']}", lang)
        if s["name"] in on_front:
            verdict = w("analysis.on_front", lang, text=verdict)
        name = names.alternative(s["name"], lang)
        cells.append([Cell(name), Cell(verdict), number(level.with_unit(level.value(s["mean"]), lang)),
                      number(lead_text(measure, s["low"], s["high"], gap, lang))])  # fmt: skip
    heads = [w(k, lang) for k in ("analysis.alternative", "analysis.verdict", "column.value", "analysis.lead")]
    return _headed(w("analysis.standings", lang, measure=measure_name(measure, lang)), table(sheet(heads, cells)))


def front(key: str, part: Mapping[str, Any], names: Names, lang: str) -> str:
    """Return the alternatives that none beats on both effect and cost, as a picture with a table of its numbers."""
    rows = sorted(part.get("front") or (), key=lambda row: float(row["cost"]))
    if len(rows) < 2:
        return ""
    measure, cost = measure_of(key), measure_of(COST)
    across = scale_of(cost, lang, *(float(r["cost"]) for r in rows))
    up = scale_of(measure, lang, *(float(r["mean"]) for r in rows))
    xs, ys = [float(r["cost"]) for r in rows], [float(r["mean"]) for r in rows]
    title = w("view.batch_.front", lang, measure=measure_name(measure, lang))
    axes = [f"{measure_name(m, lang)} ({s.word(lang)})" for m, s in ((cost, across), (measure, up))]
    parts = [f'<svg class="cogov-chart cg-front" role="img" aria-label="{say(title)}" viewBox="0 0 {WIDTH} {HEIGHT}">',
             f'<path d="M{LEFT} 24V{HEIGHT - BOTTOM}H{WIDTH - 12}" class="g"/>',
             f'<text x="4" y="14" class="t">{say(axes[1])}</text>',
             f'<text x="{WIDTH - 12}" y="{HEIGHT - 4}" class="t e">{say(axes[0])}</text>']  # fmt: skip
    called = {r["name"]: names.alternative(str(r["name"]), lang) for r in rows}
    line = []
    for k, row in enumerate(rows):
        x, y = _spot(xs, xs[k], LEFT + 20, WIDTH - 130), _spot(ys, ys[k], HEIGHT - BOTTOM - 28, 46)
        line.append(f"{'M' if k == 0 else 'L'}{x:.1f} {y:.1f}")
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{style.COLOURS[0]}"/>'
                     f'<text {_beside(x, y)}>{say(called[row["name"]])}</text>')  # fmt: skip
    parts.append(f'<path d="{"".join(line)}" fill="none" stroke="{style.COLOURS[0]}" stroke-width="1.4"/></svg>')
    cells = [[Cell(names.alternative(str(r["name"]), lang)), number(across.with_unit(across.value(x), lang)),
              number(up.with_unit(up.value(y), lang))] for r, x, y in zip(rows, xs, ys, strict=True)]  # fmt: skip
    heads = [w("analysis.alternative", lang), measure_name(cost, lang), measure_name(measure, lang)]
    return _headed(title, "".join(parts) + table(sheet(heads, cells)))


def _beside(x: float, y: float) -> str:
    """Return where the name of a spot stands: inside the picture, and away from the line."""
    if x < WIDTH / 2:
        return f'x="{x + 8:.1f}" y="{y - 6:.1f}" class="n"'
    return f'x="{x + 6:.1f}" y="{y + 17:.1f}" class="n e"'


def _spot(all_: Sequence[float], x: float, start: float, end: float) -> float:
    low, high = min(all_), max(all_)
    return start if high == low else start + (end - start) * (x - low) / (high - low)


def indices(key: str, part: Mapping[str, Any], names: Names, lang: str) -> str:
    """Return what factors do: effects of a two-level design, or indices of Sobol' or Morris, as a table with bars."""
    rows = [
        (e["scenario"], " × ".join(factor_name(f, lang) for f in e["factors"]), "", float(e["effect"]))
        for e in part.get("factors") or ()
    ]
    rows += [
        (i["scenario"], factor_name(i["factor"], lang), i["name"], float(i["value"])) for i in part.get("indices") or ()
    ]
    if not rows:
        return ""
    measure = measure_of(key)
    rows.sort(key=lambda row: (row[2], -abs(row[3])))
    most = {name: max(abs(r[3]) for r in rows if r[2] == name) or 1.0 for name in {r[2] for r in rows}}
    bars = []
    for scenario, factor, name, value in rows[:MOST_BARS]:
        scale = scale_of_changes(measure, lang, value)
        text = fixed(value, 3) if name else scale.with_unit(scale.signed(value), lang)
        bars.append(
            bar(
                " · ".join(part for part in (factor, names.scenario(scenario, lang), name) if part),
                value / most[name],
                text,
            )
        )
    title = "analysis.indices" if part.get("indices") else "analysis.factors"
    body = f"<div class='cg-bars cg-wide-names'>{''.join(bars)}</div>"
    return _headed(w(title, lang, measure=measure_name(measure, lang)), body)
