"""The story of a grid in words, tables and bars."""

from __future__ import annotations

import datetime as dt

from ...model.state import STAGES
from ..numbers import fixed, time_scale
from ..words import pick, term, w
from .parts import raw, say
from .story import UNDER_WAY, Incident, Story

GROUPS = {
    "unnoticed": "#7f8a96", "unreported": "#a9b2bc", "retry": "#a9b2bc",
    "acceptance": "#56b4e9", "misrouting": "#cc79a7", "decision": "#cc79a7", "coordination": "#e69f00",
    "queue_grid": "#0072b2", "queue_street": "#0072b2", "queue_line": "#0072b2", "paperwork": "#d8c5a0",
    "off_shift": "#dfe3e8", "travel": "#009e73", "work": "#009e73", "closed_unsolved": "#d55e00", UNDER_WAY: "#fff3c4",
}  # fmt: skip
"""Colours of stages, alike for those that are alike; every bar says its stages in words as well."""
SAID = 4
"""Longest stages of a need that are said in words."""


def tell(story: Story, first: dt.date, lang: str) -> None:
    """Show the story of a grid; ``first`` is the date of the run's first day."""
    parts = [f"<h2>{say(pick((story.zh, story.en), lang))}</h2>", _facts(story, lang)]
    if story.incidents:
        parts.append(f"<h3>{say(w('view.story.incidents', lang))}</h3>")
        parts += [_need(need, story.day, first, lang) for need in story.incidents]
        parts.append(f"<p class='cg-note'>{say(w('view.story.incidents_note', lang))}</p>")
    parts.append(_offices(story, lang))
    raw("".join(parts), "cg-card cg-story", **{"role": "region", "aria-live": "polite"})


def _facts(story: Story, lang: str) -> str:
    facts = {
        "kind": term(story.kind, lang), "residents": fixed(story.residents, 0), "members": fixed(story.members, 0),
        "units": fixed(story.units, 0), "trust": fixed(story.trust, 2), "open": fixed(story.open_needs, 0),
    }  # fmt: skip
    return "<div class='cg-facts'>" + "".join(
        f"<span>{say(w(f'view.story.{key}', lang))} <b>{say(value)}</b></span>" for key, value in facts.items()
    ) + "</div>"  # fmt: skip


def stage_name(stage: str, lang: str) -> str:
    """Return what a stage is called."""
    return w("view.stage.under_way", lang) if stage == UNDER_WAY else term(stage, lang)


def time_words(minutes: float, lang: str) -> str:
    """Return a time in the unit that suits it."""
    scale = time_scale(minutes)
    return scale.with_unit(scale.value(minutes), lang)


def _need(need: Incident, day: int, first: dt.date, lang: str) -> str:
    total = max(1, sum(need.minutes.values()))
    order = [name for name, _, _ in STAGES] + [UNDER_WAY]
    stages = sorted(need.minutes.items(), key=lambda item: order.index(item[0]))
    bar = "".join(
        f"<span style='width:{100 * n / total:.2f}%;background:{GROUPS[stage]}'></span>" for stage, n in stages
    )
    longest = sorted(need.minutes.items(), key=lambda item: -item[1])[:SAID]
    words = " · ".join(w("view.story.share", lang, stage=stage_name(stage, lang), time=time_words(n, lang))
                       for stage, n in longest)  # fmt: skip
    until = need.ended if need.ended >= 0 else day * 1440
    key = "view.story.ended" if need.ended >= 0 else "view.story.still_open"
    date = (first + dt.timedelta(minutes=need.arose)).isoformat()
    head = [term(need.category, lang), w("view.story.arose", lang, date=date),
            w(key, lang, time=time_words(until - need.arose, lang))]  # fmt: skip
    if not need.reported:
        head.append(w("view.story.unreported", lang))
    return (
        f"<div class='cg-need'><b>{say(head[0])}</b> {say(' · '.join(head[1:]))}"
        f"<div class='bar' role='img' aria-label='{say(words)}'>{bar}</div><small>{say(words)}</small></div>"
    )


def _offices(story: Story, lang: str) -> str:
    heads = "".join(
        f"<th scope='col'>{say(w(f'view.story.{key}', lang))}</th>" for key in ("office", "staff", "waiting")
    )
    rows = "".join(
        f"<tr><th scope='row'>{say(pick((o.zh, o.en), lang))}</th><td class='number'>{fixed(o.staff, 0)}</td>"
        f"<td class='number'>{fixed(o.waiting, 0)}</td></tr>" for o in story.offices
    )  # fmt: skip
    return (f"<h3>{say(w('view.story.offices', lang))}</h3><div class='cg-scroll'><table class='cg-table'>"
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>")  # fmt: skip
