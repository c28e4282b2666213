"""Live: one city on the map, its curves, and the stories of grids and offices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import reacton.ipyvuetify as v
import solara

from ...model.state import CITY_LINE, LINE, STREET
from ...scenarios.errors import ScenarioError
from ..words import w
from .clock import Clock
from .curves import charts
from .frames import CURVES, LAYERS, Atlas
from .hooks import use_view
from .map import Ground
from .opening import cities, scenario_in, to_choose
from .parts import Button, Map, Screen, choice, failure, ground, legend, raw, say
from .scales import Scale, level_scale, unit_of
from .screen import Shown
from .session import Session, View
from .tab import Tab
from .telling import Telling
from .worker import Failure


@dataclass(frozen=True)
class Place:
    """What the map is zoomed to: a district and a street of it, -1 for all."""

    district: int = -1
    street: int = -1


@solara.component
def Live(tab: Tab) -> None:
    """Show a running city."""
    lang, session = tab.lang.value, tab.live
    view = use_view(session)
    solara.use_effect(lambda: session.pause, [])  # on leaving the page
    wrong, set_wrong = solara.use_state(None)

    def beginner() -> Callable[[int], None]:
        def begin(seed: int) -> None:
            try:
                session.start([scenario_in(tab.chosen.value, tab.city.value)], seed)
                set_wrong(None)
            except ScenarioError as error:
                found = Failure.of(error)
                set_wrong(lambda _: found)

        return begin

    begin = solara.use_memo(beginner, [])

    def open_first() -> None:
        if not view.scenarios:
            begin(view.seed)

    solara.use_effect(open_first, [])
    Choose(tab, begin, lang)
    failure(wrong, lang, "unusable")
    Clock(session, view, lang, begin)
    if view.frames and view.atlas:
        City(session, view, view.atlas, lang)
    elif view.busy:
        raw(say(w("view.starting", lang)), "cg-busy", role="status")


@solara.component
def Choose(tab: Tab, begin: Callable[[int], None], lang: str) -> None:
    """Show what can be opened; a part of its own, so that a frame does not draw it anew."""
    with solara.Div(classes=["cg-bar"]):
        choice(w("view.city", lang), tab.city.value, cities(lang), tab.city.set)
        names, heads = to_choose(lang)
        choice(w("view.scenario", lang), tab.chosen.value, names, tab.chosen.set, classes="cg-wide", heads=heads)
        Button(w("view.open", lang), lambda: begin(tab.live.view.seed), icon="mdi-folder-open-outline")


@solara.component
def City(session: Session, view: View, atlas: Atlas, lang: str) -> None:
    """Show map, curves and story of the first run of a session."""
    frame = view.frames[0]
    place, set_place = solara.use_state(Place())
    picked, set_picked = solara.use_state(("grid", -1))
    base = ground(atlas)
    scale = use_scale(view, "level", lambda old: level_scale([frame.values], old, _factor(frame.layer, old)))

    def picker() -> Callable[[str, int], None]:
        def pick(what: str, row: int) -> None:
            set_picked((what, row))
            session.pick((what, row) if row >= 0 else None)

        return pick

    pick = solara.use_memo(picker, [session])
    grid, office = (picked[1] if picked[0] == what else -1 for what in ("grid", "office"))
    at = int(atlas.office["grid"][office]) if office >= 0 else grid

    with solara.Div(classes=["cg-two"]):
        with solara.Div(classes=["cg-side"]):
            Lookup(session, view.layer, atlas, place, set_place, office, pick, lang)
            box = solara.use_memo(lambda: place_box(atlas, base, place), [id(atlas), place])
            label = map_label(frame.layer, frame.date.isoformat(), lang)
            Map(atlas, frame.values, scale, label, lang, picked=at, on_pick=partial(pick, "grid"), view=box,
                office=office, on_office=partial(pick, "office"), district=place.district)  # fmt: skip
            legend(frame.layer, scale, lang)
            notes = (f"view.layer_hint.{frame.layer}", "view.map_help", "view.office.marks")
            raw("<br>".join(say(w(key, lang)) for key in notes), "cg-note")
        with solara.Div():
            charts(list(CURVES), view.frames, [view.scenarios[0].name.of(lang)], lang)
            if view.story and picked[1] >= 0:
                Telling(view.story[0], frame.first, atlas, lang, pick)
            else:
                raw(say(w("view.story.none", lang)), "cg-note")
            Screen(view, [Shown(0, frame.values, scale)], lang)


@solara.component
def Lookup(
    session: Session, layer: str, atlas: Atlas, place: Place, set_place: Callable[[Place], None], office: int,
    pick: Callable[[str, int], None], lang: str,
) -> None:  # fmt: skip
    """Show the lists of layers, places and offices; a part of its own, so that a frame does not draw it anew."""
    with solara.Div(classes=["cg-bar"]):
        layer_choice(session, layer, lang)
        place_choice(atlas, place, set_place, lang)
        office_choice(atlas, place, office, partial(pick, "office"), lang)


def use_scale(view: View, of: str, make: Callable[[Scale | None], Scale]) -> Scale:
    """Return a scale that grows but does not shrink while the same runs show the same layer."""
    kept: Any = solara.use_ref({})
    key = of, view.frames[0].layer, view.seed, *(s.id for s in view.scenarios)
    made = make(kept.current.get(key))
    kept.current = {key: made}
    return made


def _factor(layer: str, scale: Scale | None) -> float:
    return unit_of(LAYERS[layer].unit, scale.high if scale else 1e4)[0]


def map_label(layer: str, date: str, lang: str) -> str:
    """Return the words for those who cannot see the map."""
    return w("view.map_label", lang, layer=w(f"view.layer_name.{layer}", lang), date=date)


def layer_choice(session: Session, layer: str, lang: str) -> None:
    """Show the list of layers."""
    choice(w("view.layer", lang), layer, {key: w(f"view.layer_name.{key}", lang) for key in LAYERS}, session.show)


def place_choice(atlas: Atlas, place: Place, set_place: Callable[[Place], None], lang: str) -> None:
    """Show the lists of districts and of the streets of the chosen one; a single one needs no choice."""
    names = atlas.names["districts"][lang]
    district = place.district if len(names) > 1 else 0
    if len(names) > 1:
        options = {-1: w("view.whole_city", lang), **dict(enumerate(names))}
        choice(w("view.district", lang), place.district, options, lambda k: set_place(Place(k)))
    ours = sorted(set(atlas.street[atlas.district == district].tolist()))
    if len(ours) > 1:
        streets = {-1: w("view.whole_district", lang), **{s: atlas.names["streets"][lang][s] for s in ours}}
        choice(w("view.street", lang), place.street, streets, lambda s: set_place(Place(district, s)))


def office_choice(atlas: Atlas, place: Place, office: int, on_office: Callable[[int], None], lang: str) -> None:
    """Show the list of the offices of a place, to search in: the nearer the place, the more of them."""
    names = atlas.names["offices"][lang]

    def items() -> list[dict[str, Any]]:
        rows = offices_of(atlas, place)
        if office >= 0 and office not in rows:
            rows = [office, *rows]
        return [{"text": names[row], "value": row} for row in rows]

    listed = solara.use_memo(items, [id(atlas), place, lang, office])
    v.Autocomplete(label=w("view.office.find", lang), items=listed, v_model=office if office >= 0 else None,
                   on_v_model=lambda row: on_office(-1 if row is None else row), dense=True, outlined=True,
                   hide_details=True, clearable=True, class_="cg-wide", menu_props={"maxHeight": 420},
                   attributes={"aria-label": w("view.office.find", lang)})  # fmt: skip


def offices_of(atlas: Atlas, place: Place) -> list[int]:
    """Return the offices to choose from.

    In the whole city these are departments and streets, in a district its communities too, in a street all.
    """
    kind, street, district = (atlas.office[name] for name in ("kind", "street", "district"))
    if place.street >= 0:
        rows = street == place.street
    elif place.district >= 0:
        rows = (district == place.district) & np.isin(kind, atlas.MARKED)
    else:
        few = len(atlas.names["streets"]["zh"]) < 2
        rows = np.isin(kind, atlas.MARKED if few else (STREET, LINE, CITY_LINE))
    found = np.flatnonzero(rows)
    return [int(row) for row in found[np.argsort(-kind[found], kind="stable")]]


def place_box(atlas: Atlas, base: Ground, place: Place) -> list[float]:
    """Return the box of the canvas that shows a place, none for the whole city."""
    if place.district < 0:
        return []
    rows = atlas.street == place.street if place.street >= 0 else atlas.district == place.district
    return base.box(atlas, rows)
