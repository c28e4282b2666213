"""Where a scenario beats another, and how a budget is best split, in words: a sentence and a table each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ..model.measures import measure_of
from ..scenarios.registry import cards, declared
from ..scenarios.settings import DEMAND
from .numbers import NOTHING, fixed, percent, scale_of_changes
from .plain import Plain
from .terminal import Fitted, Say
from .words import catalogue, joined, measure_name, pick, term, w

SHARES = ("density", "coverage")


def setting_name(name: str, lang: str) -> str:
    """Return what a setting such as ``cadre_sinking.turnout`` is called; its path where it has no name."""
    head, _, tail = name.partition(".")
    if name in DEMAND:
        return w(f"analysis.{name}", lang)
    if name in declared():
        return pick((declared()[name].zh, declared()[name].en), lang)
    if tail == "severity" and head not in cards():
        return w("analysis.severity", lang, shock=head)
    card = cards().get(head)
    parameter = next((p for p in card.parameters if p.name == tail), None) if card else None
    if card and (parameter or f"analysis.{tail}" in catalogue()):
        what = pick((parameter.zh, parameter.en), lang) if parameter else w(f"analysis.{tail}", lang)
        return w("analysis.of_policy", lang, policy=pick((card.zh, card.en), lang), what=what)
    return name


def bounds_in_words(bounds: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return what holds in a box, such as "demand above 1.2 and at most 1.8"."""
    said = []
    for bound in bounds:
        name, low, high = setting_name(bound["factor"], lang), _known(bound["low"]), _known(bound["high"])
        if bound["levels"]:
            said.append(
                w("where.levels", lang, name=name, levels=joined([term(x, lang) for x in bound["levels"]], lang))
            )
        elif low is not None and high is not None:
            said.append(w("where.between", lang, name=name, low=f"{low:.3g}", high=f"{high:.3g}"))
        elif low is not None:
            said.append(w("where.above", lang, name=name, low=f"{low:.3g}"))
        elif high is not None:
            said.append(w("where.up_to", lang, name=name, high=f"{high:.3g}"))
    return w("where.and", lang).join(said) or w("where.anywhere", lang)


def _known(x: float | None) -> float | None:
    return x if x is not None and x == x else None


def where_tables(
    key: str, found: Sequence[Mapping[str, Any]], lang: str, names: Mapping[str, str] | None = None
) -> Iterator[Plain]:
    """Say where scenarios beat the first one on a measure, by their names; nothing about designs with few points."""
    known = names or {}
    for one in found:
        if one["verdict"] == "few_points":
            continue
        title = w("where.title", lang, scenario=known.get(one["scenario"], one["scenario"]),
                  against=known.get(one["against"], one["against"]),
                  measure=measure_name(measure_of(key), lang))  # fmt: skip
        share = {name: percent(one[name], sign=False) for name in ("wins", "clear", "error", "error_without")}
        told = w(f"where.{one['verdict']}", lang, n=one["points"], p=fixed(one["p"], 2), **share)
        if one["verdict"] != "boxes":
            yield Plain(title, [], [], told)
            continue
        heads = [w(head, lang) for head in ("where.box", "where.points", "where.density", "where.coverage")]
        rows = [
            [
                bounds_in_words(box["bounds"], lang),
                str(box["points"]),
                *(percent(box[name], sign=False) for name in SHARES),
            ]
            for box in one["boxes"]
        ]
        yield Plain(title, heads, rows, told)


def split_tables(found: Mapping[str, Any], lang: str) -> RenderableType:
    """Return the best split of a budget as a table, with what can be told of it."""
    return Fitted(lambda say: _split(found, lang, say), lang)


def _split(found: Mapping[str, Any], lang: str, say: Say) -> Iterator[RenderableType]:
    measure = measure_of(found["measure"])
    title = w("split.title", lang, budget=fixed(found["budget"], 0), scenario=found["scenario"],
              measure=measure_name(measure, lang))  # fmt: skip
    table = Table(title=say(title), title_justify="left", title_style="bold", header_style="bold", padding=(0, 1))
    for i, head in enumerate(
        ("analysis.factor", "split.amount", "split.hours", "split.whole_hours", "split.whole_effect")
    ):
        table.add_column(say(w(head, lang)), overflow="fold", justify="right" if i else "left")
    effects = scale_of_changes(measure, lang, *(arm["whole_effect"] for arm in found["arms"]))
    for arm in found["arms"]:
        amount, hours = (
            w("split.value", lang, value=fixed(arm[what], digits), low=fixed(arm[f"{what}_low"], digits),
              high=fixed(arm[f"{what}_high"], digits))
            for what, digits in (("amount", 2), ("hours", 0))
        )  # fmt: skip
        effect = effects.with_unit(effects.signed(arm["whole_effect"]), lang)
        table.add_row(
            *map(say, (setting_name(arm["factor"], lang), amount, hours, fixed(arm["whole_hours"], 0), effect))
        )
    yield table
    scale = scale_of_changes(measure, lang, found["gain_low"], found["gain_high"])
    gain = scale.with_unit(scale.signed(found["gain"]), lang)
    yield Text(say(w("split.gain", lang, gain=gain or NOTHING, foretold=percent(found["foretold"], sign=False),
                     interval=scale.interval(found["gain_low"], found["gain_high"], lang))))  # fmt: skip
    even = scale_of_changes(measure, lang, found["over_even_low"], found["over_even_high"])
    yield Text(say(w(f"split.{found['verdict']}", lang, over=even.with_unit(even.value(found["over_even"]), lang),
                     interval=even.interval(found["over_even_low"], found["over_even_high"], lang))))  # fmt: skip
