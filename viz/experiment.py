"""The analysis of an experiment as tables, for the terminal and for reports: effects, factors and indices."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ..experiments.analysis import HALF_WIDTH
from ..experiments.comparison import ScenarioInfo
from ..experiments.points import Design
from ..experiments.statistics import LEVEL, smallest
from ..model.measures import Measure, measure_of
from .alternatives import alternative, factor_name, scenario_name, settings_of
from .certainty import interval_text, is_weak, lead_text, pair_of, relative_cell, untouched
from .discovery import where_tables
from .effects import MARKS, STANDING
from .numbers import NOTHING, Scale, fixed, row_scales, scale_of_changes
from .plain import Plain
from .terminal import Fitted, Say
from .words import joined, joined_sentences, listed, measure_name, w
from .worlds import worlds_table

MOST_ROWS = 40
"""Rows of a table that are printed."""

MOST_EQUAL = 6
"""Most alternatives that are named as equal to another."""


def analysis_tables(
    found: Mapping[str, Any], design: Design, lang: str, scenarios: Sequence[ScenarioInfo] = ()
) -> RenderableType:
    """Return what ``analysis.analyse`` found, as tables; see `tables`."""
    return Fitted(lambda say: _parts(tables(found, design, lang, scenarios), say, lang), lang)


def _parts(found: Iterable[Plain], say: Say, lang: str) -> Iterator[RenderableType]:
    for plain in found:
        yield _table(plain, say, lang) if plain.heads else Text(say(plain.title))
        if plain.note:
            yield Text(say(plain.note + "\n"))


def tables(
    found: Mapping[str, Any], design: Design, lang: str, scenarios: Sequence[ScenarioInfo] = ()
) -> Iterator[Plain]:
    """Yield the tables of an analysis as text, measure by measure.

    Args:
        found: What ``analysis.analyse`` found.
        design: Design of the experiment.
        lang: Language of the words.
        scenarios: Its scenarios, which are called by their names; without it, by what the experiment's file says.
    """
    names = {info.id: info.name(lang) for info in scenarios}
    for key, part in found.items():
        if part.get("worlds"):
            yield worlds_table(key, part["worlds"], lang, names)
        if part["effects"]:
            yield _effects(key, once(part), design, lang, scenarios)
        if part.get("standings"):
            yield _standings(key, part, design, lang, scenarios)
        if part.get("factors"):
            yield _factors(key, part["factors"], lang, names)
        if part.get("indices"):
            yield _indices(key, part["indices"], lang, names)
        if part.get("where"):
            yield from where_tables(key, part["where"], lang, names)


def once(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the effects on a measure, those that are the very same runs at several points once."""
    return [e for e in part["effects"] if not e["again"]]


def _table(plain: Plain, say: Say, lang: str) -> RenderableType:
    title, heads, rows = plain.title, plain.heads, plain.rows
    made = Table(title=say(title), title_justify="left", title_style="bold", header_style="bold", padding=(0, 1))
    for i, head in enumerate(heads):
        made.add_column(say(head), overflow="fold", justify="left" if i < 2 else "right")
    for row in rows[:MOST_ROWS]:
        made.add_row(*map(say, row))
    if len(rows) > MOST_ROWS:
        made.caption = say(w("analysis.more", lang, n=len(rows) - MOST_ROWS))
    return made


def _effects(key: str, effects: Sequence[Mapping[str, Any]], design: Design, lang: str,
             scenarios: Sequence[ScenarioInfo]) -> Plain:  # fmt: skip
    measure = measure_of(key)
    first = scenario_name(scenarios, design.experiment.scenarios[0], lang)
    title = w("analysis.effects", lang, scenario=first, measure=measure_name(measure, lang))
    heads = [w(k, lang) for k in ("column.scenario", "analysis.set", "column.difference", "column.relative",
                                  "column.interval", "analysis.p", "analysis.needed")]  # fmt: skip
    rows, tones = [], []
    for e in effects:
        pair, tone = pair_of(e["pair"]), _tone(measure, e)
        scale = scale_of_changes(measure, lang, pair.difference, pair.low, pair.high).finer(pair.low, pair.high)
        values = listed(settings_of(scenarios, design, e["scenario"], e["point"], lang), lang)
        same = untouched(pair)
        difference = w("verdict.untouched", lang) if same else scale.with_unit(scale.signed(pair.difference), lang)
        interval = NOTHING if same else interval_text(measure, pair, scale, lang, unit=True)
        if not same and pair.n > 1:
            difference = f"{MARKS[tone]} {difference}"
        needed = fixed(e["needed"], 0)
        rows.append(
            [
                scenario_name(scenarios, e["scenario"], lang),
                values or NOTHING,
                difference,
                relative_cell(measure, pair, lang),
                interval,
                _p(e["adjusted"], pair.low),
                needed,
            ]
        )
        tones.append(tone if tone in ("better", "worse") else "")
    signs = w("analysis.signs", lang, signs="   ".join(f"{m} {w(f'verdict.{v}', lang)}" for v, m in MARKS.items()))
    note = w("analysis.needed_note", lang, share=f"{HALF_WIDTH:.0%}")
    n = max((e["pair"]["n"] for e in effects), default=0)
    weak = w("note.weak", lang, n=n) if is_weak(n) else ""
    told = joined_sentences([text for text in (weak, signs, note) if text], lang)
    return Plain(title, heads, rows, told, tuple(tones))


def _tone(measure: Measure, e: Mapping[str, Any]) -> str:
    """Return the verdict on a difference once p is adjusted: where chance may have made it, it is not told apart."""
    pair, verdict = pair_of(e["pair"]), str(e["verdict"])
    if math.isfinite(e["adjusted"]) and e["adjusted"] < 1.0 - LEVEL:
        return verdict
    within = max(abs(pair.low), abs(pair.high)) < smallest(pair.baseline, measure.unit, measure.group)
    return verdict if verdict == "unchanged" and within else "not_told_apart"


def _standings(key: str, part: Mapping[str, Any], design: Design, lang: str,
               scenarios: Sequence[ScenarioInfo]) -> Plain:  # fmt: skip
    """Say which alternative is best or may be, and which none beats on effect and cost."""
    measure = measure_of(key)
    heads = [w(k, lang) for k in ("analysis.alternative", "analysis.verdict", "column.value", "analysis.lead")]
    on_front = {row["name"] for row in part.get("front", ())}
    rows, standings = [], part["standings"]
    level, scale = standing_scales(measure, lang, standings)
    for s in standings:
        verdict = standing_words(measure, s, on_front, lang)
        lead = lead_text(measure, s["low"], s["high"], scale, lang)
        rows.append(
            [
                alternative(scenarios, design, s["name"], lang),
                verdict,
                level.with_unit(level.value(s["mean"]), lang),
                lead,
            ]
        )
    n = design.experiment.run.replications
    notes = [w("note.weak", lang, n=n)] if is_weak(n) else []
    notes += equal_notes(part, design, lang, scenarios)
    title = w("analysis.standings", lang, measure=measure_name(measure, lang))
    return Plain(title, heads, rows, joined_sentences(notes, lang))


def standing_words(measure: Measure, standing: Mapping[str, Any], on_front: Container[str], lang: str) -> str:
    """Return sign and words of where an alternative stands, and whether it is on the front of effect and cost."""
    word = standing["verdict"]
    text = f"{MARKS[STANDING[word]]} {w(f'analysis.{word}', lang)}"
    if is_slight(measure, standing):
        text = w("analysis.slight", lang, text=text)
    if standing["name"] not in on_front:
        return text
    return w("analysis.dearer" if word == "not_best" else "analysis.on_front", lang, text=text)


def is_slight(measure: Measure, standing: Mapping[str, Any]) -> bool:
    """Return whether an alternative is clearly ahead of the others, or behind, by less than what matters."""
    gap, mean = max(abs(standing["low"]), abs(standing["high"])), float(standing["mean"])
    return bool(standing["verdict"] != "may_be_best" and gap < smallest(mean, measure.unit, measure.group))


def equal_notes(part: Mapping[str, Any], design: Design, lang: str, scenarios: Sequence[ScenarioInfo]) -> list[str]:
    """Return a sentence for each alternative that stands for others, which came out exactly as it did."""
    found = []
    for name, others in part.get("equal", {}).items():
        first = alternative(scenarios, design, name, lang)
        names = dict.fromkeys(alternative(scenarios, design, other, lang) for other in others)
        names.pop(first, None)  # points that differ only in what a scenario has no place for
        if names:
            more = [w("answer.more", lang, n=len(names) - MOST_EQUAL)] if len(names) > MOST_EQUAL else []
            said = joined([*list(names)[:MOST_EQUAL], *more], lang)
            found.append(w("analysis.equal", lang, name=first, names=said))
    return found


def standing_scales(measure: Measure, lang: str, standings: Sequence[Mapping[str, Any]]) -> tuple[Scale, Scale]:
    """Return the scales of means and leads: in one unit, for alternatives that lie close together."""
    ends = [s[key] for s in standings for key in ("low", "high")]
    level, scale = row_scales(measure, lang, [s["mean"] for s in standings], ends)
    return replace(level, digits=level.digits + 1), scale


def _factors(key: str, factors: Sequence[Mapping[str, Any]], lang: str, names: Mapping[str, str]) -> Plain:
    measure = measure_of(key)
    heads = [w(k, lang) for k in ("column.scenario", "analysis.factor", "column.difference", "column.interval",
                                  "analysis.p")]  # fmt: skip
    rows = []
    for e in factors:
        scale = scale_of_changes(measure, lang, e["effect"], e["low"], e["high"]).finer(e["low"], e["high"])
        same = not e["effect"] and e["low"] == e["high"]
        difference = w("verdict.untouched", lang) if same else scale.with_unit(scale.signed(e["effect"]), lang)
        together = " × ".join(factor_name(name, lang) for name in e["factors"])
        rows.append([names.get(e["scenario"], e["scenario"]), together,
                     difference, NOTHING if same else scale.with_unit(scale.interval(e["low"], e["high"], lang), lang),
                     _p(e["adjusted"], e["low"])])  # fmt: skip
    return Plain(w("analysis.factors", lang, measure=measure_name(measure, lang)), heads, rows)


def _indices(key: str, indices: Sequence[Mapping[str, Any]], lang: str, names: Mapping[str, str]) -> Plain:
    heads = [w(k, lang) for k in ("column.scenario", "analysis.factor", "analysis.index", "column.value",
                                  "column.interval")]  # fmt: skip
    rows = []
    for i in indices:
        width = "± " + fixed(i["half_width"], 3) if math.isfinite(i["half_width"]) else NOTHING
        rows.append(
            [
                names.get(i["scenario"], i["scenario"]),
                factor_name(i["factor"], lang),
                index_name(i["name"], lang),
                fixed(i["value"], 3),
                width,
            ]
        )
    return Plain(w("analysis.indices", lang, measure=measure_name(measure_of(key), lang)), heads, rows)


def index_name(name: str, lang: str) -> str:
    """Return what an index of sensitivity is called, its symbol first."""
    return w(f"analysis.{name}", lang)


def _p(p: float, low: float) -> str:
    """Return a p as text; there is none without an interval, whose lower end is ``low``."""
    return NOTHING if not math.isfinite(p + low) else "< 0.001" if p < 0.001 else f"{p:.3f}"
