"""Home: which city, which scenario, and in plain words what each one changes and costs."""

from __future__ import annotations

from functools import partial

import reacton.ipyvuetify as v
import solara

from ...scenarios.city_files import load_spec
from ...scenarios.schema import Shock
from ..numbers import date_text, fixed
from ..words import joined, term, w
from .opening import Entry, cities, grouped, shelf
from .parts import Button, card_facts, choice, raw, say
from .session import MOST_RUNS
from .tab import Tab


@solara.component
def Home(tab: Tab) -> None:
    """Show the shelf of scenarios, and the one that is looked at."""
    lang = tab.lang.value
    words, set_words = solara.use_state("")
    with solara.Div(classes=["cg-bar"]):
        choice(w("view.city", lang), tab.city.value, cities(lang), tab.city.set, classes="cg-wide")
        spec = solara.use_memo(lambda: load_spec(tab.city.value), [tab.city.value])
        solara.Text(w("view.pick.grids", lang, residents=fixed(spec.totals["residents"], 0),
                      grids=fixed(spec.totals["grids"], 0)), classes=["cg-status"])  # fmt: skip
        v.TextField(label=w("view.pick.search", lang), v_model=words, on_v_model=set_words, dense=True, outlined=True,
                    hide_details=True, clearable=True, class_="cg-wide")  # fmt: skip
        n = len(tab.side_by_side.value)
        Button(w("view.pick.go_compare", lang, n=n), lambda: tab.page.set("compare"), icon="mdi-compare",
               disabled=n < 2)  # fmt: skip
    found = [entry for entry in shelf().values() if entry.found_by(words or "")]
    with solara.Div(classes=["cg-two"]):
        with solara.Div(
            classes=["cg-list"], attributes={"role": "navigation", "aria-label": w("view.scenarios", lang)}
        ):
            for group, entries in grouped(found).items():
                title = w(f"view.group.{group}", lang)
                raw(say(title), "cg-group", tag="h3")
                with solara.Div(attributes={"role": "group", "aria-label": title}):
                    for entry in entries:
                        Button(entry.name[lang], partial(tab.chosen.set, entry.id), here=entry.id == tab.chosen.value)
            if not found:
                raw(say(w("view.pick.not_found", lang)), "cg-note", role="status")
        _card(tab, shelf()[tab.chosen.value], lang)


def _card(tab: Tab, entry: Entry, lang: str) -> None:
    with solara.Div(classes=["cg-card"]):
        raw(f"<h2>{say(entry.name[lang])}</h2><p>{say(entry.question[lang])}</p>")
        with solara.Div(classes=["cg-bar"]):
            Button(w("view.pick.watch", lang), lambda: tab.page.set("live"), icon="mdi-play", main=True)
            Button(w("view.pick.try_it", lang), lambda: _try(tab), icon="mdi-tune")
            chosen = tab.side_by_side.value
            inside = entry.id in chosen
            key = "view.pick.in_compare" if inside else "view.pick.to_compare"
            Button(w(key, lang), lambda: tab.side_by_side.set(_switched(chosen, entry.id)),
                   icon="mdi-check" if inside else "mdi-plus",
                   disabled=(not inside and len(chosen) >= MOST_RUNS) or chosen == (entry.id,))  # fmt: skip
        raw(_words(entry, lang))


def _try(tab: Tab) -> None:
    tab.draft.set(None)
    tab.page.set("try")


def _switched(chosen: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(c for c in chosen if c != name) if name in chosen else (*chosen, name)


def _shock(shock: Shock, lang: str) -> str:
    """Return what happens in a shock, when and where."""
    places = [w(f"view.pick.in_{key}", lang, names=joined([term(name, lang) for name in names], lang))
              for key, names in shock.where.filters().items()]  # fmt: skip
    return w("view.pick.shock", lang, name=term(shock.kind, lang), start=date_text(shock.start.date(), lang),
             days=f"{shock.days:g}", severity=f"{shock.severity:g}",
             where=joined(places, lang) or w("page.everywhere", lang))  # fmt: skip


def _words(entry: Entry, lang: str) -> str:
    """Return what the policies of a scenario say of themselves."""
    parts = [f"<p>{say(_shock(shock, lang))}</p>" for shock in entry.shocks]
    if not entry.policies and not entry.shocks:
        parts.append(f"<p>{say(w('view.pick.plain', lang))}</p>")
    for card in entry.cards:
        if len(entry.cards) > 1:
            parts.append(f"<h2>{say(card.zh if lang == 'zh' else card.en)}</h2>")
        parts.append(card_facts(card, lang))
    return "".join(parts)
