"""The stories of grids and offices in words, tables and bars."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import solara

from ...model.state import STAGES
from ..numbers import NOTHING, Scale, fixed, time_scale
from ..words import pick, term, w
from .frames import Atlas
from .office import Handled, OfficeStory
from .parts import Button, raw, say
from .scales import shown
from .story import UNDER_WAY, Incident, Story

GROUPS = {
    "unnoticed": "#7f8a96", "unreported": "#a9b2bc", "retry": "#a9b2bc",
    "acceptance": "#56b4e9", "misrouting": "#cc79a7", "decision": "#cc79a7", "coordination": "#e69f00",
    "queue_grid": "#0072b2", "queue_street": "#0072b2", "queue_line": "#0072b2", "paperwork": "#d8c5a0",
    "off_shift": "#dfe3e8", "travel": "#009e73", "work": "#009e73", "closed_unsolved": "#d55e00", UNDER_WAY: "#fff3c4",
}  # fmt: skip
"""Colours of stages, alike for those that are alike; every bar says its stages in words as well."""
SAID = 6
"""Longest stages of a need that are said in words."""
NEAR = 12
"""Most other offices at the same place that are offered."""


Pick = Callable[[str, int], None]
"""Called with ``"grid"`` or ``"office"`` and its row, when the reader wants to see that story."""


@solara.component
def Telling(story: Story | OfficeStory, first: dt.date, atlas: Atlas, lang: str, pick: Pick) -> None:
    """Show the story of a grid or an office; ``first`` is the date of the run's first day."""
    with solara.Div(classes=["cg-card", "cg-story"], attributes={"role": "region", "aria-live": "polite"}):
        if isinstance(story, Story):
            _grid(story, first, lang, pick)
        else:
            _office(story, first, atlas, lang, pick)


def _grid(story: Story, first: dt.date, lang: str, pick: Pick) -> None:
    raw(f"<h2>{say(pick_name(story, lang))}</h2>{_numbers(facts_of(story, lang), lang)}")
    if story.incidents:
        parts = [f"<h3>{say(w('view.story.incidents', lang))}</h3>"]
        parts += [_need(need, story.day, first, lang) for need in story.incidents]
        note = w("view.story.incidents_note", lang, n=story.ended)
        raw("".join(parts) + f"<p class='cg-note'>{say(note)}</p>")
    raw(f"<h3>{say(w('view.story.offices', lang))}</h3>")
    heads = "".join(f"<span role='columnheader'>{say(w(f'view.story.{key}', lang))}</span>"
                    for key in ("office", "staff", "waiting"))  # fmt: skip
    with solara.Div(classes=["cg-offices"], attributes={"role": "table"}):
        raw(heads, "cg-row", role="row")
        for o in story.offices:
            with solara.Div(classes=["cg-row"], attributes={"role": "row"}).key(str(o.row)):
                with solara.Div(attributes={"role": "rowheader"}):
                    Button(pick_name(o, lang), partial(pick, "office", o.row))
                for n in (o.staff, o.waiting):
                    raw(fixed(n, 0), tag="span", role="cell")


def _office(story: OfficeStory, first: dt.date, atlas: Atlas, lang: str, go: Pick) -> None:
    names = atlas.names["offices"][lang]
    raw(f"<h2>{say(pick_name(story, lang))}</h2>{_numbers(facts_of(story, lang), lang)}")
    if story.served_by != story.office:
        with solara.Div(classes=["cg-chips"]):
            raw(say(w("view.office.served_by", lang)), tag="span")
            Button(names[story.served_by], partial(go, "office", story.served_by))
    if story.minutes:
        raw(f"<h3>{say(w('view.office.minutes', lang, n=fixed(story.counted, 0)))}</h3>"
            f"<div class='cg-need'>{bar(story.minutes, lang)}</div>")  # fmt: skip
    if story.handled:
        raw(f"<h3>{say(w('view.office.last', lang))}</h3>"
            + "".join(_case(case, story.day, first, atlas, lang) for case in story.handled)
            + f"<p class='cg-note'>{say(w('view.office.note', lang))}</p>")  # fmt: skip
    else:
        raw(say(w("view.office.none", lang)), "cg-note")
    grid = int(atlas.office["grid"][story.office])
    near = [row for row in story.near if atlas.office["kind"][row] in atlas.MARKED][:NEAR]
    raw(f"<h3>{say(w('view.office.near', lang))}</h3>")
    with solara.Div(classes=["cg-chips"], attributes={"role": "group", "aria-label": w("view.office.near", lang)}):
        Button(w("view.office.grid", lang), partial(go, "grid", grid), icon="mdi-map-marker-outline")
        for row in near:
            Button(names[row], partial(go, "office", row))


def pick_name(one: Any, lang: str) -> str:
    """Return the name of a grid or an office in a language."""
    return pick((one.zh, one.en), lang)


def facts_of(story: Story | OfficeStory, lang: str) -> dict[str, str]:
    """Return the facts about a grid or an office by the key of their word."""
    if isinstance(story, Story):
        return {
            "story.kind": term(story.kind, lang), "story.residents": fixed(story.residents, 0),
            "story.members": fixed(story.members, 0), "story.units": fixed(story.units, 0),
            "story.trust": fixed(story.trust, 2), "story.open": fixed(story.open_needs, 0),
        }  # fmt: skip
    counts = {key: fixed(getattr(story, key), 0) for key in ("staff", "on_shift", "on_duty", "engaged", "waiting",
                                                             "overdue", "cases")}  # fmt: skip
    waits = time_words(story.oldest, lang) if story.oldest >= 0 else NOTHING
    load = NOTHING if math.isnan(story.load) else shown(story.load, "share")
    facts = {"kind": w(f"view.office_kind.{story.kind}", lang), **counts, "oldest": waits, "load": load}
    order = ("kind", "staff", "on_shift", "on_duty", "engaged", "load", "waiting", "overdue", "oldest", "cases")
    return {f"office.{key}": facts[key] for key in order}


def _numbers(facts: Mapping[str, str], lang: str) -> str:
    return "<div class='cg-facts'>" + "".join(
        f"<span>{say(w(f'view.{key}', lang))} <b>{say(value)}</b></span>" for key, value in facts.items()
    ) + "</div>"  # fmt: skip


def stage_name(stage: str, lang: str) -> str:
    """Return what a stage is called."""
    return w(f"view.stage.{stage}", lang) if stage == UNDER_WAY else term(stage, lang)


def time_words(minutes: float, lang: str) -> str:
    """Return a time in the unit that suits it; minutes are whole."""
    scale = time_scale(minutes) if minutes >= 120 else Scale(1.0, 0, "unit.min")
    return scale.with_unit(scale.value(minutes), lang)


def bar(minutes: Mapping[str, int], lang: str) -> str:
    """Return minutes by stage as a bar, and below it the longest in words beside their colours."""
    total = max(1, sum(minutes.values()))
    order = [name for name, _, _ in STAGES] + [UNDER_WAY]
    stages = sorted(minutes.items(), key=lambda item: order.index(item[0]))
    parts = "".join(
        f"<span style='width:{100 * n / total:.2f}%;background:{GROUPS[stage]}' title='{say(_share(stage, n, lang))}'>"
        f"</span>" for stage, n in stages
    )  # fmt: skip
    longest = sorted(minutes.items(), key=lambda item: -item[1])
    label = " · ".join(_share(stage, n, lang) for stage, n in longest)
    words = "".join(f"<span><i style='background:{GROUPS[stage]}'></i>{say(_share(stage, n, lang))}</span> "
                    for stage, n in longest[:SAID])  # fmt: skip
    return f"<div class='bar' role='img' aria-label='{say(label)}'>{parts}</div><small>{words}</small>"


def _share(stage: str, minutes: int, lang: str) -> str:
    return w("view.story.share", lang, stage=stage_name(stage, lang), time=time_words(minutes, lang))


def _need(need: Incident, day: int, first: dt.date, lang: str, more: tuple[str, ...] = ()) -> str:
    until = need.ended if need.ended >= 0 else day * 1440
    key = "view.story.ended" if need.ended >= 0 else "view.story.still_open"
    date = (first + dt.timedelta(minutes=need.arose)).isoformat()
    head = [*more, w("view.story.arose", lang, date=date),
            w(key, lang, time=time_words(until - need.arose, lang))]  # fmt: skip
    if not need.reported:
        head.append(w("view.story.unreported", lang))
    return (f"<div class='cg-need'><b>{say(term(need.category, lang))}</b> {say(' · '.join(head))}"
            f"{bar(need.minutes, lang)}</div>")  # fmt: skip


def _case(case: Handled, day: int, first: dt.date, atlas: Atlas, lang: str) -> str:
    """Return a case that an office was done with."""
    date = (first + dt.timedelta(minutes=case.minute)).isoformat()
    street = int(atlas.street[case.grid])
    done = w(f"view.office.{case.how}", lang, date=date)
    return _need(case.need, day, first, lang, (done, atlas.names["streets"][lang][street]))
