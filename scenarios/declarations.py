"""What the code declares, as Markdown tables in Chinese or English: the parts of documents that must not drift.

Each function returns one table, made of the declaration that the model itself reads: columns of its tables, its
numbers with their sources, streams of draws, the order of a day, kinds of events, levers, measures, categories of need.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Sequence
from textwrap import dedent
from typing import Any

from .. import agents, model
from ..agents.columns import Column, Table
from ..agents.parameters import Parameter
from ..agents.places import GRID_KINDS
from ..model.draws import STREAMS
from ..model.incidents import DEADLINES, SHOCKS, load_catalogue
from ..model.levers import LEVERS, Lever
from ..model.measures import MEASURES
from ..model.state import LEVELS, STAGES
from ..model.wheel import EVENT_KINDS
from .city_files import load_spec
from .city_numbers import numbers_of
from .plan import DAY, DRAWN
from .policies.base import CHOICE
from .registry import cards, declared
from .schema import SHOCK_KINDS
from .sentences import translated
from .words import LANGUAGES, confidence_word, source_word, span_word, unit_word, w

FOLDS = {
    "sum": ("相加", "added"),
    "scale": ("相乘", "multiplied"),
    "max": ("取最大", "the largest counts"),
    "set": ("只能由一项政策设定", "set by one policy only"),
}
"""How contributions of several policies to one lever become one, in Chinese and English."""

_UNITS = {"id": ("编号", "row number or key"), "code": ("代码", "code"), "bits": ("位", "bits"), "1": ("—", "—")}


def cell(text: str) -> str:
    """Return a text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Return a Markdown table; ``numbers`` are the columns that stand to the right."""
    marks = ["--:" if k in numbers else "---" for k in range(len(heads))]
    lines = [heads, marks, *([cell(text) for text in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def pick(zh: str, en: str, lang: str) -> str:
    """Return the text of a language."""
    return (zh, en)[LANGUAGES.index(lang)]


def tables() -> dict[str, Table]:
    """Return every table of rows that a module of ``agents`` or ``model`` declares, by name, agents first."""
    found: dict[str, Table] = {}
    for room in (agents, model):
        for module in pkgutil.iter_modules(room.__path__, room.__name__ + "."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Table):
                    found.setdefault(value.name, value)
    return found


def state_table(name: str, lang: str) -> str:
    """Return the columns of a table of the model: name, meaning, unit, what is allowed, type."""
    heads = [w(key, lang) for key in ("id", "meaning", "unit", "range", "type")]
    table = tables()[name]
    rows = [
        (f"`{c.name}`", pick(c.zh, c.en, lang), _unit(c.unit, lang), _bounds(c, lang), _type(c)) for c in table.columns
    ]
    return markdown_table(heads, rows)


def all_state_tables(lang: str, but: Sequence[str] = ()) -> str:
    """Return every table of the model under its own heading, except those named in ``but``."""
    return "\n\n".join(
        f"**{pick(t.zh, t.en, lang)}** `{t.name}`\n\n{state_table(t.name, lang)}"
        for t in tables().values()
        if t.name not in but
    )


def numbers_table(prefix: str, lang: str) -> str:
    """Return the numbers of the model whose name begins with ``prefix``, with range, source and confidence.

    Raises:
        KeyError: If there is none.
    """
    chosen = [p for p in declared().values() if p.name.startswith(prefix)]
    if not chosen:
        raise KeyError(f"no number of the model begins with {prefix}")
    heads = [w(key, lang) for key in ("id", "meaning", "default", "range", "unit", "source")]
    return markdown_table(heads, [_number(p, lang) for p in chosen], numbers=(2,))


def groups() -> list[str]:
    """Return the first parts of the names of the model's numbers, in the order of their declaration."""
    return list(dict.fromkeys(name.split(".")[0] for name in declared()))


def group_name(group: str, lang: str) -> str:
    """Return what the numbers of a group are about."""
    return w(f"group.{group}", lang)


def confidence_table(lang: str) -> str:
    """Return how many numbers of the model and of policies bear each mark of confidence."""
    ours = [p.confidence for p in declared().values()]
    theirs = [p.confidence for card in cards().values() for p in card.parameters]
    rows = [(confidence_word(mark, lang), str(ours.count(mark)), str(theirs.count(mark)))
            for mark in sorted({*ours, *theirs}, key=("S", "C", "D", "E", CHOICE).index)]  # fmt: skip
    heads = [w(key, lang) for key in ("confidence", "numbers", "policies")]
    return markdown_table(heads, rows, numbers=(1, 2))


def city(name: str, lang: str, sources: bool = False) -> str:
    """Return every number of a shipped city, districts summed; with default, source and confidence if asked for."""
    spec = load_spec(name)
    rows = [(w("districts", lang), f"{len(spec.district)}", "", "", "", "")]
    for n in numbers_of(spec):
        if n.name == "rural_share":  # no sum over districts
            continue
        meaning = w(n.name, lang) if n.value is None else translated(n.meaning, lang)
        value = sum(getattr(d, n.name) for d in spec.district) if n.value is None else n.value
        unit = "" if n.name == "area_km2" else unit_word(n.unit, lang)  # its name has it
        rows.append((meaning, _plain(value), unit, _plain(n.default), source_word(n.source, lang), n.confidence))
    heads = [pick(spec.name.zh, spec.name.en, lang), *(w(k, lang) for k in ("value", "unit", "default", "source",
                                                                           "confidence"))]  # fmt: skip
    most = len(heads) if sources else 3
    return markdown_table(heads[:most], [row[:most] for row in rows], numbers=(1, 3) if sources else (1,))


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,g}"


def _number(p: Parameter, lang: str) -> tuple[str, ...]:
    source = f"{source_word(p.source, lang)} [{p.confidence}]"
    span = span_word(p.low, p.high, lang)
    return f"`{p.name}`", pick(p.zh, p.en, lang), f"{p.default:g}", span, _unit(p.unit, lang), source


def day_table(lang: str) -> str:
    """Return the steps of a simulated day with the streams that each draws from."""
    rows = [(f"`{step}`", pick(zh, en, lang), _codes(streams)) for step, zh, en, streams in DAY]
    return markdown_table([w(key, lang) for key in ("step", "meaning", "streams")], rows)


def events_table(lang: str) -> str:
    """Return the kinds of events in their order within a minute, with the streams that each may draw from."""
    rows = [(str(k), f"`{kind}`", pick(zh, en, lang), translated(what, lang), _codes(DRAWN[kind]))
            for k, (kind, zh, en, what) in enumerate(EVENT_KINDS, start=1)]  # fmt: skip
    return markdown_table(["", *(w(key, lang) for key in ("kind", "name", "meaning", "streams"))], rows)


def streams_table(lang: str) -> str:
    """Return the streams of draws, what each decides, and the steps of a day that draw from it."""
    rows = [(f"`{name}`", translated(what, lang), _codes([step for step, _, _, drawn in DAY if name in drawn]))
            for name, what in STREAMS.items()]  # fmt: skip
    return markdown_table([w(key, lang) for key in ("id", "meaning", "used_by")], rows)


def stages_table(lang: str) -> str:
    """Return the stages of which exactly one holds at every minute of a need's life."""
    rows = [(f"`{key}`", pick(zh, en, lang)) for key, zh, en in STAGES]
    return markdown_table([w("id", lang), w("name", lang)], rows)


def levels_line(lang: str) -> str:
    """Return the levels of the hierarchy in one line."""
    return " → ".join(pick(zh, en, lang) for _, zh, en in LEVELS)


def levers_table(lang: str) -> str:
    """Return the levers that policies may move: what they are, between which bounds, how several policies combine."""
    heads = [w(key, lang) for key in ("id", "meaning", "unit", "range", "base", "fold")]
    rows = [(f"`{x.name}`", pick(x.column.zh, x.column.en, lang), _unit(x.column.unit, lang), _bounds(x.column, lang),
             _base(x), pick(*FOLDS[x.fold], lang)) for x in LEVERS.values()]  # fmt: skip
    return markdown_table(heads, rows)


def measures_table(lang: str) -> str:
    """Return what a run measures, one row a key or family."""
    heads = [w(key, lang) for key in ("id", "meaning", "unit")]
    rows = [(f"`{m.key}`", pick(m.zh, m.en, lang), _unit(m.unit, lang)) for m in MEASURES.values()]
    return markdown_table(heads, rows)


def categories_table(lang: str) -> str:
    """Return the catalogue of needs: rates by kind of grid, hands-on work, levels, parties, deadline, shock."""
    catalogue = load_catalogue()
    heads = [
        w(key, lang) for key in ("id", "name", "rates", "work_minutes", "levels_share", "parties_share", "deadline")
    ]
    kinds = ("、".join(zh for _, zh, _ in GRID_KINDS), " " + ", ".join(en.lower() for _, _, en in GRID_KINDS))
    heads[2] += pick(*kinds, lang)
    rows = []
    for k, row in enumerate(catalogue.rows):
        shock = f"{w('shock', lang)}: {pick(*SHOCK_KINDS[SHOCKS[row['shock']]], lang)}" if row["shock"] >= 0 else ""
        rows.append((f"`{catalogue.ids[k]}`", (catalogue.zh if lang == "zh" else catalogue.en)[k],
                     shock or _listed(row["rate"]), f"{row['work']:g} / {row['sigma']:g}", _listed(row["levels"]),
                     _listed(row["parties"]), w(f"deadline.{DEADLINES[row['deadline']]}", lang)))  # fmt: skip
    return markdown_table(heads, rows)


def rule_source(name: str) -> str:
    """Return the source of a rule or of a decision as a block of Python, without its docstring's rest.

    Args:
        name: Module and function below the package, such as ``agents.residents.report_probability``.

    Raises:
        AttributeError: If there is no such rule.
    """
    parts = name.split(".")
    found: Any = importlib.import_module("." + ".".join(parts[:2]), __package__.rpartition(".")[0])
    for part in parts[2:]:
        found = getattr(found, part)
    source = dedent(inspect.getsource(getattr(found, "py_func", found))).removeprefix("@rule\n")
    return f"```python\n# {name}\n{source.rstrip()}\n```"


def _listed(values: Iterable[float]) -> str:
    return ", ".join(f"{v:g}" for v in values)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _unit(unit: str, lang: str) -> str:
    return pick(*_UNITS[unit], lang) if unit in _UNITS else unit_word(unit, lang)


def _bounds(c: Column, lang: str) -> str:
    return f"≥ {c.low:g}" if c.high is None else span_word(c.low, c.high, lang)


def _type(c: Column) -> str:
    return f"{c.kind} × {c.shape}" if c.shape > 1 else c.kind


def _base(lever: Lever) -> str:
    return f"{lever.base:g}" if lever.usual is None else f"`{list(declared())[lever.usual]}`"
