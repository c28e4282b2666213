"""The form of a scenario: its policies with every parameter that they declare, its shocks, and where they reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import numpy as np
import reacton.ipyvuetify as v
import solara

from ...scenarios.city_files import load_spec
from ...scenarios.policies.base import PolicyParameter
from ...scenarios.registry import cards
from ...scenarios.schema import SHOCK_KINDS, PolicyEntry, Scenario, Shock, Where
from ...scenarios.words import choice_word, source_word, unit_word
from ..words import pick, w
from . import draft as D
from .frames import Atlas
from .parts import Button, Map, card_facts, choice, raw, say
from .scales import Scale

Change = Callable[[Scenario], None]


@solara.component
def Form(draft: Scenario, on_change: Change, atlas: Atlas | None, lang: str) -> None:
    """Show everything that can be changed; ``on_change`` gets the changed scenario."""
    opened, set_opened = solara.use_state("")
    shelf = {key: pick((card.zh, card.en), lang) for key, card in cards().items()}
    kinds = {kind: pick(names, lang) for kind, names in SHOCK_KINDS.items()}

    def add(made: Scenario, key: str) -> None:
        on_change(made)
        set_opened(key)

    def add_policy(use: str) -> None:
        made = D.with_policy(draft, use)
        add(made, f"policy.{made.policies[-1].id}")

    def add_shock(kind: str) -> None:
        made = D.with_shock(draft, kind)
        add(made, f"shock.{made.shocks[-1].id}")

    def switch(key: str) -> None:
        set_opened("" if opened == key else key)

    with solara.Div(classes=["cg-form"]):
        with solara.Div(classes=["cg-bar"]):
            choice(w("view.try_.add_policy", lang), None, shelf, add_policy, classes="cg-wide")
            choice(w("view.try_.add_shock", lang), None, kinds, add_shock)
        for entry in draft.policies:
            key = f"policy.{entry.id}"
            with solara.Div(classes=["cg-card cg-part"]).key(key):
                remove = partial(lambda k: on_change(D.without_policy(draft, k)), entry.id)
                _title(shelf[entry.use], opened == key, partial(switch, key), remove, lang)
                if opened == key:
                    _policy(draft, entry, on_change, atlas, lang)
        for shock in draft.shocks:
            key = f"shock.{shock.id}"
            with solara.Div(classes=["cg-card cg-part"]).key(key):
                remove = partial(lambda k: on_change(D.without_shock(draft, k)), shock.id)
                _title(kinds[shock.kind], opened == key, partial(switch, key), remove, lang)
                if opened == key:
                    _shock(draft, shock, on_change, atlas, lang)
        with solara.Div(classes=["cg-bar"]):
            for name, low in (("days", 1), ("warm_up_days", 0), ("follow_up_days", 0)):
                _whole(w(f"view.try_.{name}", lang), getattr(draft.calendar, name), low, 3650,
                       partial(lambda k, n: on_change(D.with_days(draft, **{k: n})), name))  # fmt: skip


def _title(name: str, opened: bool, switch: Callable[[], None], remove: Callable[[], None], lang: str) -> None:
    with solara.Div(classes=["cg-title"]):
        Button(name, switch, icon="mdi-chevron-down" if opened else "mdi-chevron-right", here=opened)
        label = w("view.try_.remove", lang, name=name)
        Button(label, remove, icon="mdi-close", only_icon=True)


def _policy(draft: Scenario, entry: PolicyEntry, on_change: Change, atlas: Atlas | None, lang: str) -> None:
    """Show the card of a policy and all that can be set."""
    card = cards()[entry.use]
    body = card_facts(card, lang)
    raw(f"<details><summary>{say(w('view.try_.about', lang))}</summary>{body}</details>", "cg-note")
    share = PolicyParameter("intensity", 1.0, "1", *_both("intensity"), source="")
    _number(share, entry.intensity, lambda x: on_change(D.with_entry(draft, entry.id, intensity=x)), lang)
    for p in card.parameters:
        value = entry.parameters.get(p.name, p.default)
        put = partial(lambda name, x: on_change(D.with_parameter(draft, entry.id, name, x)), p.name)
        if p.choices:
            with solara.Div(classes=["cg-param"]):
                name = pick((p.zh, p.en), lang)
                raw(f"<b>{say(name)}</b>")
                choice(name, value, {c: choice_word(c, lang) for c in p.choices}, put, classes="", bare=True)
                raw(_about(p, lang), tag="small")
        else:
            _number(p, float(value), put, lang)
    with solara.Div(classes=["cg-bar"]):
        _whole(w("view.try_.ramp_days", lang), entry.ramp_days, 0, 3650,
               lambda n: on_change(D.with_entry(draft, entry.id, ramp_days=n)))  # fmt: skip
    PickPlaces(
        entry.where, lambda where: on_change(D.with_entry(draft, entry.id, where=where)), str(draft.city), atlas, lang
    )


def _both(key: str) -> tuple[str, str]:
    return w(f"view.try_.{key}", "zh"), w(f"view.try_.{key}", "en")


def _about(p: PolicyParameter, lang: str) -> str:
    """Return range, default and source of a parameter."""
    unit = "" if p.unit in ("1", "choice") else f" {unit_word(p.unit, lang)}"
    default = choice_word(p.default, lang) if isinstance(p.default, str) else f"{p.default:g}{unit}"
    span = "" if p.choices else w("view.try_.range", lang, low=f"{p.low:g}", high=f"{p.high:g}", unit=unit)
    source = w("view.try_.source", lang, source=source_word(p.source, lang)) if p.source else ""
    return say(" · ".join(part for part in (w("view.try_.default", lang, value=default), span, source) if part))


def _number(p: PolicyParameter, value: float, put: Callable[[float], None], lang: str) -> None:
    """Show a slider and a field for the same number."""
    name = pick((p.zh, p.en), lang)

    def typed(text: str) -> None:
        try:
            x = float(text)
        except ValueError:
            return
        if p.low <= x <= p.high:
            put(x)

    with solara.Div(classes=["cg-param"]):
        raw(f"<b>{say(name)}</b>")
        with solara.Div(classes=["cg-slide"]):
            v.Slider(v_model=value, on_v_model=lambda x: put(float(x)), min=p.low, max=p.high, step=D.step_of(p),
                     dense=True, hide_details=True, attributes={"aria-label": name})  # fmt: skip
            v.TextField(v_model=f"{value:g}", on_v_model=typed, type="number", dense=True, outlined=True,
                        hide_details=True, class_="cg-narrow",
                        attributes={"aria-label": name, "min": p.low, "max": p.high, "step": "any"})  # fmt: skip
        raw(_about(p, lang), tag="small")


def _whole(label: str, value: int, low: int, high: int, put: Callable[[int], None]) -> None:
    def typed(text: str) -> None:
        if text.isdecimal() and low <= int(text) <= high:
            put(int(text))

    v.TextField(label=label, v_model=str(value), on_v_model=typed, type="number", dense=True, outlined=True,
                hide_details=True, class_="cg-narrow", attributes={"min": low, "max": high})  # fmt: skip


def _shock(draft: Scenario, shock: Shock, on_change: Change, atlas: Atlas | None, lang: str) -> None:
    days = PolicyParameter("days", 3.0, "day", *_both("shock_days"), source="", low=0.25, high=30.0)
    severity = PolicyParameter("severity", 1.0, "1", *_both("severity"), source="", low=0.0, high=5.0)
    start = draft.calendar.start

    def put(**changes: object) -> None:
        on_change(D.with_shock_value(draft, shock.id, **changes))

    def on_day(text: str) -> None:
        try:
            put(start=dt.datetime.combine(dt.date.fromisoformat(text), shock.start.time()))
        except ValueError:
            return

    with solara.Div(classes=["cg-bar"]):
        v.TextField(label=w("view.try_.shock_start", lang), v_model=shock.start.date().isoformat(), on_v_model=on_day,
                    type="date", dense=True, outlined=True, hide_details=True, class_="cg-mid",
                    attributes={"min": start.isoformat()})  # fmt: skip
    _number(days, shock.days, lambda x: put(days=x), lang)
    _number(severity, shock.severity, lambda x: put(severity=x), lang)
    PickPlaces(shock.where, lambda where: put(where=where), str(draft.city), atlas, lang)


@solara.component
def PickPlaces(where: Where, on_where: Callable[[Where], None], city: str, atlas: Atlas | None, lang: str) -> None:
    """Choose districts by name or on the map; none chosen means everywhere.

    Before the first run there is no map yet, only the names.
    """
    districts = solara.use_memo(lambda: load_spec(city).districts, [city])
    names = {"zh": [d.zh for d in districts], "en": [d.en for d in districts]}
    if len(districts) < 2:
        return
    chosen = [k for k in range(len(names["zh"])) if {names["zh"][k], names["en"][k]} & set(where.district)]

    def switch(k: int) -> None:
        on_where(D.switched(where, names["zh"][k], (names["zh"][k], names["en"][k])))

    raw(f"<b>{say(w('view.try_.where', lang))}</b>", "cg-param")
    with solara.Div(classes=["cg-chips"], attributes={"role": "group", "aria-label": w("view.try_.where", lang)}):
        for k, name in enumerate(names[lang]):
            Button(name, partial(switch, k), here=k in chosen)
    if atlas is None or list(atlas.names["districts"]["zh"]) != names["zh"]:
        raw(say(w("view.try_.where_map", lang)), "cg-note")
        return
    with solara.Div(classes=["cg-small-map"]):
        Map(atlas, np.full(len(atlas.x), np.nan), Scale(0.0, 1.0), w("view.try_.where", lang), lang, marked=chosen,
            on_pick=lambda grid: switch(int(atlas.district[grid])) if grid >= 0 else None)  # fmt: skip
