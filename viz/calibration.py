"""What a calibration found: a page of diagnostics that needs no net, and a table for the terminal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table

from ..experiments.calibration.calibrate import Calibration, Handling
from ..experiments.calibration.targets import Target
from ..experiments.calibration.tickets import REASONS
from ..scenarios.words import span_word
from . import calibration_figures as figures
from .blocks import Block, Cell, Document, Figure, Fold, Items, Note, Section, number, row, sheet
from .calibration_figures import drawn, name_of
from .numbers import NOTHING, fixed, percent, time_scale
from .report import page_html, page_of
from .words import LANGUAGES, joined, term, w

PAGE = "calibration.html"
_SHARES = ("instant", "closed_1d", "closed_3d", "closed_7d", "closed_30d", "on_time", "duplicate")


def calibration_html(made: Calibration, lang: str | None = None) -> str:
    """Return the page of diagnostics as one HTML file in both languages."""
    return page_html([_page(made, each) for each in LANGUAGES], lang)


def _page(made: Calibration, lang: str) -> Document:
    chapters: dict[str, list[Block]] = {
        "rows": _rows(made, lang),
        "targets": _targets(made, lang),
        "survival": _figure(figures.survival(made, lang), "survival", lang),
        "quantiles": _figure(figures.quantiles(made, lang), "quantiles", lang),
        "fits": _fits(made, lang),
        "profiles": _figure(figures.profiles(made, lang), "profiles", lang),
        "days": _figure(figures.days(made, lang), "days", lang),
        "limits": [Items(tuple(w(f"calibration.limit_{key}", lang) for key in ("outcome", "rates", "pool", "places")))],
    }
    sections = [
        Section(key, w(f"calibration.{key}", lang), tuple(blocks)) for key, blocks in chapters.items() if blocks
    ]
    title = w("calibration.title", lang, name=getattr(made.mapping.name, lang))
    return page_of(lang, title, answer(made, lang), sections)


def answer(made: Calibration, lang: str) -> list[str]:
    """Return what came out in plain sentences."""
    tickets, zone = made.tickets, made.mapping.time.zone
    said = [w("calibration.read", lang, used=f"{len(tickets.rows):,}", total=f"{tickets.total:,}",
              bad=f"{len(tickets.bad):,}", first=made.first.date(), last=made.last.date(),
              until=f"{tickets.until.tz_convert(zone):%Y-%m-%d %H:%M}", zone=zone)]  # fmt: skip
    fitted = [each for each in made.level("category") if each.fits]
    if fitted:
        best = Counter(each.fits[0].family for each in fitted).most_common()
        said.append(w("calibration.families", lang, n=len(fitted),
                      list=joined([f"{w(f'family.{family}', lang)} {n}" for family, n in best], lang)))  # fmt: skip
    before, after = made.all_arrivals.variance_ratio
    said.append(w("calibration.dispersed", lang, before=fixed(before, 1), after=fixed(after, 1),
                  k=_k(made.all_arrivals.k, made.all_arrivals.low, made.all_arrivals.high, lang)))  # fmt: skip
    if made.unmapped:
        said.append(w("calibration.unmapped", lang, n=f"{sum(made.unmapped.values()):,}", kinds=len(made.unmapped)))
    return said


def _k(k: float, low: float, high: float, lang: str) -> str:
    return "∞" if not math.isfinite(k) else f"{fixed(k, 1)} ({span_word(fixed(low, 1), fixed(high, 1), lang)})"


def _figure(figure: Figure | None, key: str, lang: str) -> list[Block]:
    return [Note(w(f"calibration.note_{key}", lang)), figure] if figure else []


def _rows(made: Calibration, lang: str) -> list[Block]:
    """Return where the tickets come from, and why rows could not be used."""
    source = made.mapping.source
    facts = [part for part in (getattr(source.name, lang), source.licence, source.address) if part]
    blocks: list[Block] = [Note(w("calibration.source", lang, source=" · ".join(facts)))]
    if reasons := made.tickets.reasons():
        index = LANGUAGES.index(lang)
        lines = [[Cell(REASONS[key][index]), number(f"{n:,}")] for key, n in reasons.items()]
        blocks += [
            Note(w("calibration.bad", lang)),
            sheet([w("calibration.reason", lang), w("calibration.count", lang)], lines),
        ]
    if made.tickets.clock:
        blocks.append(Note(w("calibration.clock", lang, n=made.tickets.clock)))
    for key, counts in (("unmapped_list", made.unmapped), ("sparse_list", made.sparse)):
        if counts:
            lines = [[Cell(name), number(f"{n:,}")] for name, n in counts.items()]
            heads = [w("column.category", lang), w("calibration.count", lang)]
            blocks.append(Fold(w(f"calibration.{key}", lang, n=len(counts)), (sheet(heads, lines),)))
    return blocks


def _targets(made: Calibration, lang: str) -> list[Block]:
    """Return the targets of the categories of the model."""
    keys = [key for key in (*_SHARES, "hours_p50", "hours_p90") if any(key in each.targets for each in made.of_model)]
    if not keys:
        return []
    heads = [w("column.category", lang), *(w(f"target.{key}", lang) for key in keys)]
    lines = [[Cell(term(each.category, lang)), *(_target(each.targets.get(key), key, lang) for key in keys)]
             for each in made.of_model if each.targets]  # fmt: skip
    return [Note(w("calibration.note_targets", lang)), sheet(heads, lines)]


def _target(found: Target | None, key: str, lang: str) -> Cell:
    if found is None:
        return number(NOTHING)
    if key.startswith("hours"):
        scale = time_scale(60.0 * found.value)
        texts = [scale.value(60.0 * x) for x in (found.value, found.low, found.high)]
        return Cell(scale.with_unit(texts[0], lang), span_word(texts[1], texts[2], lang), "number")
    low, high = percent(found.low, sign=False), percent(found.high, sign=False)
    return Cell(percent(found.value, sign=False), span_word(low.removesuffix("%"), high, lang), "number")


def _fits(made: Calibration, lang: str) -> list[Block]:
    """Return the fits of all sets of tickets."""
    blocks: list[Block] = [Note(w("calibration.note_fits", lang))]
    for level in ("model", "category", "group"):
        if found := made.level(level):
            table = sheet(_heads(lang), [_fit_row(each, lang) for each in found])
            blocks.append(Fold(w(f"calibration.level_{level}", lang, n=len(found)), (table,)))
    return blocks


def _heads(lang: str) -> list[str]:
    return [w("column.category", lang), *(w(f"calibration.{key}", lang) for key in
            ("count", "instant_share", "open_share", "median", "p90", "best", "parameters", "distance"))]  # fmt: skip


def _fit_row(each: Handling, lang: str) -> Sequence[Cell]:
    texts = [f"{each.n:,}", percent(each.instant, sign=False), percent(each.censored, sign=False),
             *(_hours(each.curve.quantile(q)[0], lang) for q in (0.5, 0.9))]  # fmt: skip
    if not each.fits:
        return [Cell(name_of(each, lang)), *map(number, [*texts, NOTHING, NOTHING, NOTHING])]
    best = each.fits[0]
    shape = ", ".join(f"{x:.3g}" for x in (*best.shape[:-2], best.shape[-1]))
    return [Cell(name_of(each, lang)), *map(number, texts), *row(w(f"family.{best.family}", lang)),
            number(shape), number(fixed(each.distance, 3))]  # fmt: skip


def _hours(hours: float, lang: str) -> str:
    if not math.isfinite(hours):
        return NOTHING
    scale = time_scale(60.0 * hours)
    return scale.with_unit(scale.value(60.0 * hours), lang)


def calibration_table(made: Calibration, lang: str) -> RenderableType:
    """Return what came out for the terminal: sentences, bad rows by reason, and the largest sets of tickets."""
    index = LANGUAGES.index(lang)
    bad = [(REASONS[key][index], f"{n:,}") for key, n in made.tickets.reasons().items()]
    parts: list[RenderableType] = list(answer(made, lang))
    if bad:
        parts.append(
            _table(w("calibration.bad", lang), [w("calibration.reason", lang), w("calibration.count", lang)], bad)
        )
    lines = [[cell.text for cell in _fit_row(each, lang)] for each in drawn(made)]
    parts.append(_table(w("calibration.fits", lang), _heads(lang), lines))
    return Group(*parts)


def _table(title: str, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> RenderableType:
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", padding=(0, 1))
    for i, head in enumerate(heads):
        made.add_column(head, overflow="fold", justify="left" if i == 0 else "right")
    for line in lines:
        made.add_row(*line)
    return made
