"""What a comparison rests on: its scenarios and shocks, the cards of its policies, and the numbers of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, get_args

import numpy as np

from ..experiments.comparison import Comparison, ScenarioInfo
from ..model.incidents import load_catalogue
from ..scenarios.messages import range_of
from ..scenarios.policies.base import CHOICE, Card, PolicyParameter
from ..scenarios.registry import cards, declared
from ..scenarios.schema import Calendar, Category, Demand, PolicyEntry, Shock
from ..scenarios.sentences import translated
from ..scenarios.words import choice_word, confidence_word, source_word, span_word, unit_word
from . import ground
from .blocks import Block, Cell, Fold, Items, Note, Sheet, number, row, sheet
from .numbers import CHANGED, NOTHING, date_text
from .words import city_name, listed, pick, term, w

Varied = Mapping[str, Sequence[float | str]]
"""The values that an experiment gives a number, by its name as ``--set`` has it."""
Settings = Sequence[tuple[str, Mapping[str, Any]]]
"""Entries of a policy in scenarios, each with the scenario's name."""

FEW_VALUES = 5
"""Most values that a factor is told with; of more numbers the ends are."""


def compared(comparison: Comparison, lang: str) -> list[Block]:
    """Return what was compared: scenarios with their policies, the days of a run, and the shocks."""
    heads = [w(f"column.{key}", lang) for key in ("scenario", "question", "policies")]
    rows = [
        [
            Cell(s.name(lang)),
            Cell(s.question_zh if lang == "zh" else s.question_en),
            Cell(listed([_policy_line(p, lang) for p in s.resolved["policy"]], lang) or w("note.no_policy", lang)),
        ]
        for s in comparison.scenarios
    ]
    plain = comparison.baseline.resolved
    days = {key: comparison.phases[key] for key in ("warm_up_days", "window_days", "follow_up_days")}
    calendar = w(
        "note.calendar" if comparison.others else "note.calendar_run",
        lang,
        n=comparison.replications,
        runs=w("bands.runs", lang, n=comparison.replications) if comparison.replications > 1 else "",
        city=city_name(plain["city"], lang),
        start=date_text(comparison.phases["start"], lang),
        **days,
    )
    blocks: list[Block] = [sheet(heads, rows), Note(calendar)]
    shocks = {json_key(s): s for info in comparison.scenarios for s in info.resolved.get("shock", ())}
    if shocks:
        names = [w(f"column.{key}", lang) for key in ("shock", "start", "days", "severity", "where")]
        blocks.append(sheet(names, [_shock_row(s, lang) for s in shocks.values()]))
    return blocks


def json_key(entry: Mapping[str, Any]) -> str:
    """Return a key by which equal entries are found."""
    return repr(sorted(entry.items()))


def _shock_row(shock: Mapping[str, Any], lang: str) -> tuple[Cell, ...]:
    return row(
        term(shock["kind"], lang),
        date_text(shock["start"], lang),
        f"{shock['days']:g}",
        f"{shock['severity']:g}",
        _where(shock, lang),
    )


def _policy_line(entry: Mapping[str, Any], lang: str) -> str:
    return w(
        "policy.line",
        lang,
        name=_card_name(entry, lang),
        intensity=f"{entry.get('intensity', 1.0):g}",
        ramp=w("policy.ramp", lang, days=entry["ramp_days"]) if entry.get("ramp_days") else "",
        start=date_text(entry.get("start", ""), lang),
        until=w("page.until", lang, end=date_text(entry["end"], lang))
        if entry.get("end")
        else w("page.open_end", lang),
        where=_where(entry, lang),
    )


def _card_name(entry: Mapping[str, Any], lang: str) -> str:
    card = cards().get(entry["use"])
    return pick((card.zh, card.en), lang) if card else str(entry["use"])


def _where(entry: Mapping[str, Any], lang: str) -> str:
    places = [name for names in entry.get("where", {}).values() for name in names]
    return ", ".join(term(place, lang) for place in places) or w("page.everywhere", lang)


def assumptions(comparison: Comparison, lang: str) -> list[Block]:
    """Return what a comparison rests on (see `of_scenarios`)."""
    return of_scenarios(comparison.scenarios, lang)


def of_scenarios(scenarios: Sequence[ScenarioInfo], lang: str, varied: Varied | None = None) -> list[Block]:
    """Return what scenarios set, the cards of their policies, and all numbers of model, needs and city behind them.

    Args:
        scenarios: Scenarios in full.
        lang: Language.
        varied: What an experiment varies, which takes the place of what the scenarios set.
    """
    varied = varied or {}
    blocks: list[Block] = [Note(w("note.parameters", lang)), _settings(scenarios, varied, lang)]
    used: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for info in scenarios:
        for entry in info.resolved.get("policy", ()):
            used.setdefault(entry["use"], []).append((info.name(lang), entry))
    known = cards()
    for policy, settings in used.items():
        if policy in known:
            blocks += _card_blocks(known[policy], settings, varied, lang)
    given = {s.id: s.resolved.get("parameters", {}) for s in scenarios}
    numbers = declared()
    changed = {name for values in (*given.values(), varied) for name in values}
    if own := [n for n in numbers if n in changed]:
        blocks.append(_numbers(scenarios, own, given, varied, lang))
    every = _numbers(scenarios, numbers, given, varied, lang)
    blocks.append(Fold(w("fold.parameters", lang, count=len(numbers)), (every,)))
    blocks.append(ground.needs(lang))
    cities = {str(s.resolved["city"]): s.resolved for s in scenarios}
    return [*blocks, *(ground.city(resolved, lang) for resolved in cities.values())]


_OF_SCENARIO = (
    ("demand", "scale", Demand, "1"), ("demand", "work", Demand, "1"), ("calendar", "days", Calendar, "day"),
    ("calendar", "warm_up_days", Calendar, "day"), ("calendar", "follow_up_days", Calendar, "day"),
)  # fmt: skip
"""What a scenario sets beside policies and numbers of the model: table, key, schema and unit."""


def _settings(scenarios: Sequence[ScenarioInfo], varied: Varied, lang: str) -> Sheet:
    """Return demand, days, shocks and intensities of policies with what they would be by default, and whose choice."""
    rows = []
    for table, key, schema, unit in _OF_SCENARIO:
        field = schema.model_fields[key]
        whose: dict[float, list[str]] = {}
        for info in scenarios:
            whose.setdefault(info.resolved[table].get(key, field.default), []).append(info.name(lang))
        span_ = range_of(field)
        texts = "; ".join(f"{v:g}" if field.is_required() else _marked(v, field.default) for v in whose)
        below = "; ".join(listed(names, lang) for names in whose.values()) if len(whose) > 1 else ""
        default = NOTHING if field.is_required() else f"{field.default:g}"
        rows.append([Cell(translated(field.description or "", lang), f"{table}.{key}"),
                     _factor(varied[f"{table}.{key}"], lang) if f"{table}.{key}" in varied else
                     Cell(texts, below, "number"), number(default),
                     Cell(unit_word(unit, lang)), Cell(span_.of(lang) if span_ else "")])  # fmt: skip
    for info in scenarios:
        for name, given in info.resolved.get("category", {}).items():
            rows += [_category(name, key, value, info, lang) for key, value in given.items()]
        rows += [_entry(w("policy.intensity", lang, name=_card_name(e, lang)), info.name(lang), e, "intensity", varied,
                        lang) for e in info.resolved.get("policy", ())]  # fmt: skip
    rows += _shocks(scenarios, varied, lang)
    heads = [w(f"column.{k}", lang) for k in ("meaning", "value", "default", "unit", "range", "source", "confidence")]
    setter = {of: Cell(w(f"page.set_by_{of}", lang), tone="long") for of in ("scenario", "experiment")}
    factor, decided = w("page.varied", lang), Cell(confidence_word(CHOICE, lang))
    return sheet(heads, [[*cells, setter["experiment" if cells[1].below == factor else "scenario"], decided]
                         for cells in rows])  # fmt: skip


def _shocks(scenarios: Sequence[ScenarioInfo], varied: Varied, lang: str) -> list[list[Cell]]:
    """Return the rows of what scenarios say of shocks, each shock once with the scenarios that it strikes."""
    found: dict[str, tuple[Mapping[str, Any], list[str]]] = {}
    for info in scenarios:
        for shock in info.resolved.get("shock", ()):
            found.setdefault(json_key(shock), (shock, []))[1].append(info.name(lang))
    return [_entry(f"{term(shock['kind'], lang)} · {translated(Shock.model_fields[key].description or '', lang)}",
                   listed(names, lang) if len(names) < len(scenarios) else "", shock, key, varied, lang)
            for shock, names in found.values() for key in ("days", "severity")]  # fmt: skip


def _entry(what: str, whose: str, entry: Mapping[str, Any], key: str, varied: Varied, lang: str) -> list[Cell]:
    """Return the row of what a scenario says of a shock or a policy under a key of its form."""
    field = (Shock if "kind" in entry else PolicyEntry).model_fields[key]
    default = None if field.is_required() else field.default
    value, span_ = entry.get(key, default), range_of(field)
    at = f"{entry.get('id', entry.get('use'))}.{key}"
    told = number(f"{value:g}" if default is None else _marked(value, default))
    return [Cell(what, whose), _factor(varied[at], lang) if at in varied else told,
            number(NOTHING if default is None else f"{default:g}"),
            Cell(unit_word("day" if key == "days" else "1", lang)), Cell(span_.of(lang) if span_ else "")]  # fmt: skip


def _category(name: str, key: str, value: Any, info: ScenarioInfo, lang: str) -> list[Cell]:
    """Return the row of what a scenario says otherwise about a category of need."""
    field = Category.model_fields[key]
    needs, span_ = load_catalogue(), range_of(field)
    own = needs.rows[needs.ids.index(name)]
    plain = key in ("dispersion", "work", "sigma")
    if plain:
        shown, default = f"{value:g}", f"{float(own[key]):g}"
    else:
        usual = {"hours": 24.0 * np.diff(own["hours"], prepend=0.0), "weekdays": own["weekdays"],
                 "months": np.ones(12)}  # fmt: skip
        shown, mean_one = ", ".join(f"{x:g}" for x in value), ", ".join(f"{x:.3g}" for x in usual[key])
        default = w("answer.brackets", lang, text=mean_one, inside=w("page.mean_one", lang))
        span_ = range_of(get_args(get_args(field.annotation)[0])[1])  # of each weight
    what = translated(field.description or "", lang)
    unit = unit_word("min" if key == "work" else "1", lang)
    return [Cell(f"{term(name, lang)} · {what}", info.name(lang)), number(f"{CHANGED} {shown}"), number(default),
            Cell(unit), Cell(span_.of(lang) if span_ else "")]  # fmt: skip


def _marked(value: float, default: float) -> str:
    return f"{value:g}" if value == default else f"{CHANGED} {value:g}"


def _card_blocks(card: Card, settings: Settings, varied: Varied, lang: str) -> list[Block]:
    """Return the card of a policy, with the values that each scenario gives its parameters."""
    zh = lang == "zh"
    facts = {"changes": card.changes_zh if zh else card.changes_en, "costs": card.costs_zh if zh else card.costs_en,
             "source": card.article}  # fmt: skip
    heads = [w(f"column.{k}", lang) for k in ("meaning", "value", "default", "unit", "range", "source", "confidence")]
    rows = [
        [Cell(p.zh if zh else p.en, p.name), _value(p, settings, varied, lang),
         number(_plain(p.default, lang)), Cell(unit_word(p.unit, lang)), Cell(_span(p, lang)),
         Cell(source_word(p.source, lang), tone="long"), Cell(confidence_word(p.confidence, lang))]
        for p in card.parameters
    ]  # fmt: skip
    return [
        Note(card.zh if zh else card.en, heading=True),
        Items(tuple(w(f"policy.{key}", lang, text=text) for key, text in facts.items())),
        sheet(heads, rows),
    ]


def _numbers(scenarios: Iterable[ScenarioInfo], names: Iterable[str], given: Mapping[str, Mapping[str, float]],
             varied: Varied, lang: str) -> Sheet:  # fmt: skip
    """Return numbers of the model with their values in each scenario that sets them."""
    known = declared()
    heads = [w(f"column.{k}", lang) for k in ("meaning", "value", "default", "unit", "range", "source", "confidence")]
    rows = []
    for name in names:
        p = asdict(known[name])
        own = {
            s.name(lang): given[s.id][name] for s in scenarios if given[s.id].get(name, p["default"]) != p["default"]
        }
        value = Cell(f"{CHANGED} " + "; ".join(f"{x:g}" for x in dict.fromkeys(own.values())),
                     "; ".join(own), "number") if own else number(f"{p['default']:g}")  # fmt: skip
        if name in varied:
            value = _factor(varied[name], lang)
        span_ = span_word(p["low"], p["high"], lang)
        rows.append([Cell(p[lang], name), value, number(f"{p['default']:g}"), Cell(unit_word(p["unit"], lang)),
                     Cell(span_), Cell(source_word(p["source"], lang), tone="long"),
                     Cell(p["confidence"])])  # fmt: skip
    return sheet(heads, rows)


def _span(p: PolicyParameter, lang: str) -> str:
    return " / ".join(choice_word(c, lang) for c in p.choices) if p.choices else span_word(p.low, p.high, lang)


def _value(p: PolicyParameter, settings: Settings, varied: Varied, lang: str) -> Cell:
    """Return a parameter's value; where scenarios or entries differ, all of them, and below whose each is."""
    factors = {f"{_id(entry)}.{p.name}" for _, entry in settings}
    if len(factors) == 1 and (at := factors.pop()) in varied:
        return _factor(varied[at], lang)
    found: dict[str, dict[str, None]] = {}
    for name, entry in settings:
        if (at := f"{_id(entry)}.{p.name}") in varied:
            text = f"{CHANGED} {_values(varied[at], ', ', lang)}"
            whose = w("answer.brackets", lang, text=_id(entry), inside=w("page.varied", lang))
        else:
            value = entry.get("parameters", {}).get(p.name, p.default)
            text = _plain(value, lang) if value == p.default else f"{CHANGED} {_plain(value, lang)}"
            twice = sum(other == name for other, _ in settings) > 1
            whose = w("answer.brackets", lang, text=name, inside=_id(entry)) if twice else name
        found.setdefault(text, {})[whose] = None
    if len(found) == 1 and not any(f"{_id(entry)}.{p.name}" in varied for _, entry in settings):
        return number(next(iter(found)))
    return Cell("; ".join(found), "; ".join(listed(list(names), lang) for names in found.values()), "number")


def _id(entry: Mapping[str, Any]) -> str:
    """Return the name by which an entry of a policy is varied."""
    return str(entry.get("id", entry["use"]))


def _factor(values: Sequence[float | str], lang: str) -> Cell:
    """Return the values that an experiment gives a number."""
    return Cell(f"{CHANGED} {_values(values, '; ', lang)}", w("page.varied", lang), "number")


def _values(values: Sequence[float | str], between: str, lang: str) -> str:
    """Return all of a few values, the ends of many."""
    if len(values) > FEW_VALUES and all(isinstance(v, int | float) for v in values):
        return span_word(min(values), max(values), lang)
    return between.join(_plain(v, lang) for v in values)


def _plain(value: float | str, lang: str) -> str:
    return choice_word(value, lang) if isinstance(value, str) else f"{value:g}"
