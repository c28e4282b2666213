"""The plan of a run before it is run: the order of a day, kinds of events, policies and random streams."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ..model.draws import STREAMS
from ..model.wheel import EVENT_KINDS
from .registry import cards
from .schema import Scenario
from .sentences import translated
from .words import LANGUAGES

DRAWN: dict[str, tuple[str, ...]] = {
    "shock": (),
    "activate": ("work",),
    "arise": ("notice", "report"),
    "notice": ("notice", "report", "neighbours"),
    "fester": ("report", "neighbours"),
    "call": ("call",),
    "hang_up": (),
    "report": ("handling", "closure"),
    "accept": ("handling", "work"),
    "return": ("handling", "work"),
    "decide": ("handling", "work"),
    "wake": ("work",),
    "arrive": ("handling", "work"),
    "finish": ("handling", "work", "rating", "neighbours", "recurrence", "closure", "office"),
    "deadline": ("work", "closure"),
    "force": ("rating", "neighbours", "closure"),
    "reopen": ("handling", "closure"),
    "counter_done": ("work", "rating", "neighbours", "recurrence", "closure"),
    "talk": ("handling", "rating", "neighbours", "recurrence", "closure"),
    "settle": ("report", "rating", "neighbours", "recurrence"),
    "call_up": ("roster", "work", "pledge"),
}
"""The random streams from which each kind of event may draw, by its identifier, in the order of `STREAMS`."""

DAY: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "build",
        "开跑之前：建城、定住户、定员、定冲击地点",
        "before the first day: city, residents, staff and the places of shocks",
        ("city", "resident", "staff", "shock", "office"),
    ),
    (
        "decisions",
        "决策：到期的社区、街道、部门、物业和志愿者作决定，人员去留",
        "offices, departments, firms and volunteers whose turn it is decide; workers quit and are replaced",
        ("staff", "pledge", "office"),
    ),
    (
        "midnight",
        "政策：生效中的政策各自给出杠杆和调派，再一并合成",
        "policies in force ask for levers and postings, which are then folded together",
        ("policy",),
    ),
    (
        "roster",
        "排班：结算前一日，排定今日在岗，候队重排",
        "yesterday is booked, today's rosters are drawn, waiting queues are looked at",
        ("roster", "work", "line_work"),
    ),
    (
        "arrivals",
        "发生：抽取当天的候选诉求、咨询电话和冲击任务",
        "the day's candidate needs, consultations and tasks of shocks are drawn",
        ("dispersion", "arrivals", "candidate", "traits", "call", "shock"),
    ),
    (
        "events",
        "事件：逐分钟处理到次日零点",
        "minute by minute until the next midnight, in the order of kinds below",
        tuple(stream for stream in STREAMS if any(stream in drawn for drawn in DRAWN.values())),
    ),
)
"""Steps of a simulated day: identifier, Chinese, English, random streams; ``build`` comes once, before the first day.

A policy's hook is the identifier of a step, or of a kind of event.
"""


def plan(scenario: Scenario) -> dict[str, Any]:
    """Return the plan of a scenario as JSON-able lists.

    The keys are ``scenario``, ``calendar``, ``day`` (steps in order, each with the instances that hook there),
    ``events`` (kinds in their order within a minute, likewise), ``shocks``, ``policies`` and ``streams`` (each with the
    steps, kinds of events and policies that draw from it).
    """
    acting = [_policy(entry) for entry in scenario.resolved()["policy"]]
    steps = [{"step": step, "zh": zh, "en": en, "streams": list(streams),
              "policies": _hooked(step, acting)}
             for step, zh, en, streams in DAY]  # fmt: skip
    return {
        "scenario": scenario.id,
        "calendar": phases(scenario),
        "day": steps,
        "events": [{"kind": kind, "zh": zh, "en": en, "meaning": {lang: translated(what, lang) for lang in LANGUAGES},
                    "streams": list(DRAWN[kind]), "policies": _hooked(kind, acting)}
                   for kind, zh, en, what in EVENT_KINDS],
        "shocks": scenario.resolved()["shock"],
        "policies": acting,
        "streams": [_stream(name, what, acting) for name, what in STREAMS.items()],
    }  # fmt: skip


def phases(scenario: Scenario) -> list[dict[str, Any]]:
    """Return warm-up, window and follow-up, each with its first and last day and its length in days."""
    calendar, rows = scenario.calendar, []
    first = calendar.first
    for name, days in (("warm_up", calendar.warm_up_days), ("window", calendar.days),
                       ("follow_up", calendar.follow_up_days)):  # fmt: skip
        last = first + timedelta(days=days - 1)
        rows.append({"phase": name, "from": str(first) if days else None, "to": str(last) if days else None,
                     "days": days})  # fmt: skip
        first += timedelta(days=days)
    return rows


def _policy(entry: dict[str, Any]) -> dict[str, Any]:
    card = cards()[entry["use"]]
    streams = sorted({"policy", *card.streams})
    return {"id": entry["id"], "use": card.id, "zh": card.zh, "en": card.en, "hooks": list(card.hooks),
            "levers": list(card.levers), "streams": streams, "start": entry["start"], "end": entry["end"],
            "intensity": entry["intensity"]}  # fmt: skip


def _hooked(place: str, acting: list[dict[str, Any]]) -> list[str]:
    return [p["id"] for p in acting if place in p["hooks"]]


def _stream(name: str, what: str, acting: list[dict[str, Any]]) -> dict[str, Any]:
    steps = [step for step, _, _, streams in DAY if name in streams]
    return {"stream": name, "meaning": {lang: translated(what, lang) for lang in LANGUAGES}, "steps": steps,
            "events": [kind for kind, drawn in DRAWN.items() if name in drawn],
            "policies": [p["id"] for p in acting if name in p["streams"]]}  # fmt: skip
