"""Tables of a comparison as HTML, and bars of where the time went."""

from __future__ import annotations

from ...experiments.comparison import Comparison
from ...model.measures import measure_of
from ..blocks import Cell, Sheet
from ..certainty import untouched
from ..numbers import scale_of_changes
from ..words import stage_order, term, w
from .parts import say

BARS = 8
"""Most stages that are drawn for a scenario."""


def table(sheet: Sheet) -> str:
    """Return a table of a report as HTML."""
    whole = next((row for row in sheet.rows if len(row) == len(sheet.heads)), ())
    right = {k for k, cell in enumerate(whole) if "number" in cell.tone.split()}
    heads = "".join(f"<th scope='col'{' class=number' if k in right else ''}>{say(head)}</th>"
                    for k, head in enumerate(sheet.heads))  # fmt: skip
    return (f"<div class='cg-scroll'><table class='cg-table'><thead><tr>{heads}</tr></thead>"
            f"<tbody>{''.join(_row(row, len(sheet.heads)) for row in sheet.rows)}</tbody></table></div>")  # fmt: skip


def _row(row: tuple[Cell, ...], width: int) -> str:
    if len(row) == 1 and width > 1:
        return f"<tr><th scope='colgroup' colspan='{width}'><b>{say(row[0].text)}</b></th></tr>"
    cells = [_cell(cell, "th scope='row'" if i == 0 else "td") for i, cell in enumerate(row)]
    tone = " class='total'" if row[0].tone == "total" else ""
    return f"<tr{tone}>{''.join(cells)}</tr>"


def _cell(cell: Cell, tag: str) -> str:
    below = f"<small>{say(cell.below)}</small>" if cell.below else ""
    tone = f" class='{say(cell.tone)}'" if cell.tone else ""
    return f"<{tag}{tone}>{say(cell.text)}{below}</{tag.split()[0]}>"


def stage_bars(comparison: Comparison, scenario: str, lang: str) -> str:
    """Return the stages that shrank and grew most in a scenario as bars to the left and to the right."""
    pairs = {stage: pair for stage, pair in comparison.stages[scenario].items() if pair.n and not untouched(pair)}
    largest = sorted(pairs, key=lambda stage: -abs(pairs[stage].difference))[:BARS]
    most = max((abs(pairs[stage].difference) for stage in largest), default=0.0)
    if not most:
        return f"<p class='cg-note'>{say(w('verdict.untouched', lang))}</p>"
    rows = []
    for stage in (s for s in stage_order(set(pairs)) if s in largest):
        change = pairs[stage].difference
        scale = scale_of_changes(measure_of(f"stage_minutes.{stage}"), lang, change)
        text = scale.with_unit(scale.signed(change), lang)
        rows.append(bar(term(stage, lang), change / most, text))
    return f"<div class='cg-bars'>{''.join(rows)}</div>"


def bar(name: str, share: float, text: str) -> str:
    """Return a bar from the middle, to the left if ``share`` is negative; a share of 1 fills its side."""
    side = "left" if share < 0 else "right"
    return (
        f"<div class='row'><span class='name'>{say(name)}</span><span class='track'>"
        f"<span class='fill {side}' style='width:{50 * abs(share):.1f}%'></span></span>"
        f"<span class='size'>{say(text)}</span></div>"
    )
