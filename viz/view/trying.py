"""Try: change a policy, see its curve move beside the city without it, save and load it as a file."""

from __future__ import annotations

from collections.abc import Callable

import reacton.ipyvuetify as v
import solara

from ...scenarios.errors import ScenarioError
from ...scenarios.schema import Scenario
from ...scenarios.writing import checked, read_text, to_toml
from ..words import w
from . import draft as D
from .form import Form
from .hooks import use_view
from .opening import cities, scenario_in, to_choose
from .parts import Button, choice, failure, raw, say
from .race import Race
from .tab import Tab
from .upload import upload
from .worker import Failure


@solara.component
def Try(tab: Tab) -> None:
    """Show the form on the left, and the city with and without the policy on the right."""
    lang, session = tab.lang.value, tab.trial
    view = use_view(session)
    solara.use_effect(lambda: session.pause, [])  # on leaving the page
    wrong, set_wrong = solara.use_state(None)
    draft: Scenario = tab.draft.value or D.first(scenario_in(tab.chosen.value, tab.city.value))

    def complain(error: ScenarioError) -> None:
        found = Failure.of(error)
        set_wrong(lambda _: found)

    def begin(seed: int) -> None:
        """Run the draft beside its reference, up to the day that is shown now."""
        try:
            made = checked(draft)
            session.start([D.reference_of(made), made], seed, day=session.view.day, play=session.view.playing)
            tab.applied = draft
            set_wrong(None)
        except ScenarioError as error:
            complain(error)

    def take(name: str) -> None:
        try:
            tab.draft.set(D.first(scenario_in(name, tab.city.value)))
            set_wrong(None)
        except ScenarioError as error:
            complain(error)

    def load(name: str, text: str) -> None:
        try:
            made = read_text(text, name)
            tab.draft.set(made)
            tab.city.set(made.city)
            set_wrong(None)
        except ScenarioError as error:
            complain(error)

    def move(city: str) -> None:
        tab.city.set(city)
        tab.draft.set(draft.model_copy(update={"city": city}))

    with solara.Div(classes=["cg-bar"]):
        choice(w("view.city", lang), tab.city.value, cities(lang), move)
        names, heads = to_choose(lang)
        choice(w("view.try_.start_from", lang), None, names, take, heads=heads)
        v.TextField(label=w("view.try_.name", lang), v_model=draft.name.of(lang), dense=True, outlined=True,
                    hide_details=True, class_="cg-mid",
                    on_v_model=lambda name: tab.draft.set(D.named(draft, name or "")))  # fmt: skip
        Button(w("view.try_.apply", lang), lambda: begin(session.view.seed), icon="mdi-check", main=True)
        Files(draft, load, lang)
    failure(wrong, lang, "unusable")
    with solara.Div(classes=["cg-said"]):  # always there, so that the form below keeps what is open in it
        if view.scenarios and tab.applied not in (None, draft):
            raw(say(w("view.try_.unapplied", lang)), "cg-warning", role="status")
    with solara.Div(classes=["cg-two cg-trial"]):
        Form(draft, tab.draft.set, view.atlas, lang)
        with solara.Div():
            if view.scenarios:
                Race(session, tab.tried, view, lang, begin, curves_first=True)
            else:
                solara.Text(w("view.try_.nothing_yet", lang), classes=["cg-note"])


@solara.component
def Files(draft: Scenario, on_load: Callable[[str, str], None], lang: str) -> None:
    """Show the buttons that save the draft as a file and load one."""
    save = w("view.try_.save", lang)
    made = solara.use_memo(lambda: lambda: to_toml(draft).encode(), [draft])
    with solara.Div(classes=["cg-files"]):
        with solara.FileDownload(made, f"{draft.id}.toml", mime_type="application/toml"):
            v.Btn(children=[v.Icon(children=["mdi-content-save-outline"], left=True), save], outlined=True,
                  depressed=True, attributes={"aria-label": save})  # fmt: skip
        upload(w("view.try_.load", lang), on_load)
