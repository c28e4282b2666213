"""Scenarios and policies for people: as JSON-able facts, and as tables for the terminal made of those facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ..model.levers import LEVERS
from ..model.wheel import EVENT_KINDS
from .errors import show_value
from .loader import list_cities, list_scenarios
from .plan import phases
from .policies.base import Card
from .registry import cards, declared, span
from .schema import GRID_KINDS, SHOCK_KINDS, Scenario
from .sentences import t
from .words import choice_word, confidence_word, source_word, span_word, unit_word, w

Facts = dict[str, Any]
KINDS = ("none", "one", "several", "shocks")
"""Kinds of shipped scenarios: without any policy, with one, with several, and those with a shock."""


def listing() -> Facts:
    """Return all shipped scenarios, policies and cities with their names."""
    shelf = [{"id": c.id, "zh": c.zh, "en": c.en, "article": c.article} for c in cards().values()]
    return {"scenarios": list_scenarios(), "policies": shelf, "cities": list_cities()}


def describe_card(card: Card, values: Mapping[str, float | str] | None = None) -> Facts:
    """Return a policy's card; with ``values``, each parameter also says what a scenario sets it to."""
    facts = asdict(card)
    for row, p in zip(facts["parameters"], card.parameters, strict=True):
        row["allowed"] = span(p)
        row["choices"] = list(p.choices)
        if values is not None:
            row["value"] = values[p.name]
    return {key: list(v) if isinstance(v, tuple) else v for key, v in facts.items()}


def describe_numbers(scenario: Scenario | None = None, everything: bool = False) -> list[Facts]:
    """Return the model's numbers that a scenario sets, or all, with unit, range, source and confidence."""
    given = scenario.parameters if scenario else {}
    known = declared() if everything or given else {}
    return [{**asdict(p), "value": given.get(p.name, p.default), "set": p.name in given}
            for p in known.values() if everything or p.name in given]  # fmt: skip


def describe_scenario(scenario: Scenario, everything: bool = False) -> Facts:
    """Return a resolved scenario with its digest, its calendar, the numbers it sets and its policies' cards."""
    used = {e.id: describe_card(cards()[e.use], e.parameters) for e in scenario.policies}
    return {"scenario": scenario.resolved(), "digest": scenario.digest(), "calendar": phases(scenario),
            "numbers": describe_numbers(scenario, everything), "cards": used}  # fmt: skip


def render_listing(facts: Facts, lang: str) -> RenderableType:
    """Return the cities, the scenarios kind by kind, and the policies, as tables in one language."""
    groups: dict[str, list[tuple[str, str, str]]] = {kind: [] for kind in KINDS}
    for s in facts["scenarios"]:
        groups[kind_of(s)].append((s["id"], s["name"].get(lang, ""), s["question"].get(lang, "")))
    heads = [w(k, lang) for k in ("id", "name", "question")]
    cities = [(c["id"], c[lang]) for c in facts["cities"]]
    shelf = [(p["id"], p[lang], p["article"]) for p in facts["policies"]]
    return Group(
        table(w("cities", lang), heads[:2], cities),
        *(table(w(f"scenarios_{kind}", lang), heads, rows) for kind, rows in groups.items() if rows),
        table(w("policies", lang), [*heads[:2], w("article", lang)], shelf),
    )


def kind_of(scenario: Facts) -> str:
    """Return what kind a scenario is of, one of `KINDS`: by how many policies and shocks it has."""
    if scenario["shocks"]:
        return "shocks"
    return ("none", "one")[len(scenario["policies"])] if len(scenario["policies"]) < 2 else "several"


def render_scenario(facts: Facts, lang: str) -> RenderableType:
    """Return a described scenario as tables: calendar, shocks, numbers and one card a policy."""
    s = facts["scenario"]
    parts: list[RenderableType] = [
        Text(f"{s['name'][lang]}  ({s['id']})", style="bold"), Text(s["question"][lang]), Text(),
        pairs([(w("city", lang), _named(s["city"], lang)), (w("demand", lang), f"{s['demand']['scale']:g}"),
               (w("work", lang), f"{s['demand']['work']:g}"),
               (w("layers", lang), ", ".join(_named(x, lang) for x in s["layers"]) or w("none", lang)),
               (w("digest", lang), facts["digest"])]),
        *_in_time(facts["calendar"], s["shock"], lang),
    ]  # fmt: skip
    if s["category"]:
        changed = [(name, key, show_value(value))
                   for name, given in s["category"].items() for key, value in given.items()]  # fmt: skip
        parts.append(table(w("categories", lang), [w(k, lang) for k in ("category", "what", "value")], changed))
    if facts["numbers"]:
        parts.append(render_numbers(facts["numbers"], lang))
    else:
        parts.append(
            Text(t("Numbers of the model are as shipped: add --all to see them, with units and sources.").of(lang))
        )
    for entry in s["policy"]:
        heads = [w(k, lang) for k in ("policy", "intensity", "start", "end", "ramp", "where")]
        row = (_with_id(facts["cards"][entry["id"]][lang], entry["id"]), f"{entry['intensity']:g}", entry["start"],
               entry["end"] or w("open_end", lang), str(entry["ramp_days"]), _where(entry["where"], lang))  # fmt: skip
        parts += [table(w("policy", lang), heads, [row]), render_card(facts["cards"][entry["id"]], lang)]
    return Group(*parts)


def render_card(card: Facts, lang: str) -> RenderableType:
    """Return a policy's card: what it changes, what it costs, its parameters with units and sources."""
    rows = [(f"{p[lang]}\n{p['name']}", *([_plain(p["value"], lang)] if "value" in p else []),
             _plain(p["default"], lang), *_facts(p, _allowed(p, lang), lang)) for p in card["parameters"]]  # fmt: skip
    value = ["value"] if any("value" in p for p in card["parameters"]) else []
    heads = [w(k, lang) for k in ("meaning", *value, "default", "range", "source")]
    other = "en" if lang == "zh" else "zh"
    none = w("none", lang)
    return Group(
        Text(f"{card[lang]} · {card[other]}  ({card['id']})", style="bold"),
        pairs([(w("article", lang), card["article"]), (w("changes", lang), card[f"changes_{lang}"]),
               (w("costs", lang), card[f"costs_{lang}"]), (w("levers", lang), _levers(card["levers"], lang) or none),
               (w("streams", lang), _streams(card["streams"], lang) or none),
               (w("hooks", lang), _hooks(card["hooks"], lang) or none)]),
        table(w("parameters", lang), heads, rows, breaks=True), Text(w("confidence_key", lang), style="dim"),
    )  # fmt: skip


def render_numbers(numbers: Iterable[Facts], lang: str) -> RenderableType:
    """Return numbers of the model as a table with default, range, unit and source."""
    rows = [(f"{p[lang]}\n{p['name']}", f"{p['value']:g}" + ("*" if p["set"] else ""), f"{p['default']:g}",
             *_facts(p, span_word(p['low'], p['high'], lang), lang)) for p in numbers]  # fmt: skip
    heads = [w(k, lang) for k in ("meaning", "value", "default", "range", "source")]
    return table(w("numbers", lang), heads, rows, breaks=True)


def render_plan(facts: Facts, lang: str) -> RenderableType:
    """Return a plan (see ``plan.plan``) as tables."""
    head = [w(k, lang) for k in ("step", "meaning", "streams", "policies")]
    called = {p["id"]: p[lang] if p["id"] == p["use"] else _with_id(p[lang], p["id"]) for p in facts["policies"]}

    def policies(ids: Sequence[str]) -> str:
        return ", ".join(called[id_] for id_ in ids)

    day = [(_step(s["step"], lang), s[lang], _streams(s["streams"], lang), policies(s["policies"]))
           for s in facts["day"]]  # fmt: skip
    events = [(e["kind"], e[lang], e["meaning"][lang], _streams(e["streams"], lang), policies(e["policies"]))
              for e in facts["events"]]  # fmt: skip
    acting = [(p["id"], p[lang], _hooks(p["hooks"], lang), _levers(p["levers"], lang), _streams(p["streams"], lang))
              for p in facts["policies"]]  # fmt: skip
    streams = [(_named_id(w(f"stream.{s['stream']}", lang), s["stream"]), s["meaning"][lang],
                ", ".join([*(w(f"step.{step}", lang) for step in s["steps"]), *(called[p] for p in s["policies"])]))
               for s in facts["streams"]]  # fmt: skip
    return Group(
        *_in_time(facts["calendar"], facts["shocks"], lang),
        table(w("day", lang), head, day),
        table(w("events", lang), [w(k, lang) for k in ("kind", "name", "meaning", "streams", "policies")], events),
        table(w("policies", lang), [w(k, lang) for k in ("id", "name", "hooks", "levers", "streams")], acting),
        table(w("streams", lang), [w(k, lang) for k in ("id", "meaning", "used_by")], streams),
    )


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], breaks: bool = False) -> Table:
    """Return a terminal table; text is shown as it is, never read as markup.

    Args:
        title: What stands above it.
        heads: Heads of the columns.
        rows: Cells by row.
        breaks: Whether the first column may be broken into lines.
    """
    made = Table(title=escape(title), title_justify="left", title_style="bold", header_style="bold", padding=(0, 1))
    for i, head in enumerate(heads):
        made.add_column(escape(head), no_wrap=i == 0 and not breaks, overflow="fold")
    for row in rows:
        made.add_row(*(escape(cell) for cell in row))
    return made


def pairs(rows: Iterable[tuple[str, str]]) -> Table:
    """Return names and values side by side, without lines."""
    made = Table.grid(padding=(0, 2))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")  # Chinese has no blanks to break at
    for name, value in rows:
        made.add_row(Text(name, style="dim"), Text(value))
    return made


def _in_time(calendar: Sequence[Facts], shocks: Sequence[Facts], lang: str) -> list[RenderableType]:
    """Return the calendar of a run as a table, and its shocks as another if there are any."""
    days = [(w(p["phase"], lang), p["from"] or "", p["to"] or "", str(p["days"])) for p in calendar]
    made: list[RenderableType] = [table(w("calendar", lang), ["", *(w(k, lang) for k in ("from", "to", "days"))], days)]
    if shocks:
        heads = [w(k, lang) for k in ("shock", "kind", "start", "day_of_window", "days", "severity", "where")]
        window = next(p["from"] for p in calendar if p["phase"] == "window")
        rows = [(e["id"], SHOCK_KINDS[e["kind"]][lang != "zh"], *_begins(e["start"], window), f"{e['days']:g}",
                 f"{e['severity']:g}", _where(e["where"], lang)) for e in shocks]  # fmt: skip
        made.append(table(w("shocks", lang), heads, rows))
    return made


def _with_id(name: str, id_: str) -> str:
    return f"{name} ({id_})"


def _named(id_: str, lang: str) -> str:
    """Return a shipped city or scenario by its name, with its id behind; anything else as it stands."""
    found = next((c[lang] for c in list_cities() if c["id"] == id_), "")
    found = found or next((s["name"].get(lang, "") for s in list_scenarios() if s["id"] == id_), "")
    return _with_id(found, id_) if found else id_


def _begins(start: str, window: str) -> tuple[str, str]:
    """Return when a shock begins, and on which day of the window that is."""
    day = (date.fromisoformat(start[:10]) - date.fromisoformat(window)).days + 1
    return start.replace("T", " ")[:16], str(day)


def _levers(names: Sequence[str], lang: str) -> str:
    """Return levers by what they are called, with their ids behind."""
    return ", ".join(_with_id(getattr(LEVERS[name].column, lang), name) for name in names)


def _where(where: Mapping[str, Sequence[str]], lang: str) -> str:
    """Return a filter of places in words, with the ids of kinds of grid behind their names."""
    parts = [(w(f"where.{level}", lang), [_kind(name, lang) if level == "grid_kind" else name for name in names])
             for level, names in where.items()]  # fmt: skip
    return "; ".join(f"{level}: {', '.join(names)}" for level, names in parts) or w("everywhere", lang)


def _kind(kind: str, lang: str) -> str:
    return _with_id(GRID_KINDS[kind][lang != "zh"], kind)


def _named_id(name: str, id_: str) -> str:
    """Return a name with its id behind, or the id alone where it is the name."""
    return id_ if name == id_ else _with_id(name, id_)


def _step(id_: str, lang: str) -> str:
    return _named_id(w(f"step.{id_}", lang), id_)


def _streams(ids: Sequence[str], lang: str) -> str:
    return ", ".join(w(f"stream.{id_}", lang) for id_ in ids)


def _hooks(ids: Sequence[str], lang: str) -> str:
    """Return the steps of a day and the kinds of events at which a policy acts."""
    kinds = {kind: zh if lang == "zh" else kind for kind, zh, _, _ in EVENT_KINDS}
    return ", ".join(kinds[id_] if id_ in kinds else w(f"step.{id_}", lang) for id_ in ids)


def _facts(p: Facts, span: str, lang: str) -> tuple[str, str]:
    """Return range with unit, and source with confidence, of a number or a parameter."""
    unit = "" if p["unit"] in ("1", "choice") else f" {unit_word(p['unit'], lang)}"
    return span + unit, f"{source_word(p['source'], lang)} [{confidence_word(p['confidence'], lang)}]"


def _allowed(p: Facts, lang: str) -> str:
    if p["choices"]:
        words = {c: _plain(c, lang) for c in p["choices"]}
        return ", ".join(c if word == c else f"{word} ({c})" for c, word in words.items())
    return span_word(p["low"], p["high"], lang)


def _plain(value: Any, lang: str) -> str:
    if isinstance(value, str):
        return choice_word(value, lang)
    return f"{value:g}" if isinstance(value, float) else show_value(value)
