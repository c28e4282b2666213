"""Compare: two to four scenarios from the same seed on one clock."""

from __future__ import annotations

from functools import partial

import solara

from ...scenarios.errors import ScenarioError
from ...scenarios.loader import load_paired
from ..words import w
from .hooks import use_view
from .opening import cities, to_choose
from .parts import Button, choice, failure
from .race import Race
from .session import MOST_RUNS
from .tab import Tab
from .worker import Failure


@solara.component
def Compare(tab: Tab) -> None:
    """Show scenarios side by side, the first one as the reference."""
    lang, session = tab.lang.value, tab.race
    view = use_view(session)
    solara.use_effect(lambda: session.pause, [])  # on leaving the page
    wrong, set_wrong = solara.use_state(None)
    sides = tab.side_by_side.value
    names, heads = to_choose(lang)

    def begin(seed: int) -> None:
        try:
            session.start(load_paired(list(sides), city=tab.city.value), seed)
            set_wrong(None)
        except ScenarioError as error:
            found = Failure.of(error)
            set_wrong(lambda _: found)

    def put(k: int, name: str) -> None:
        if name == "":
            tab.side_by_side.set((*sides[:k], *sides[k + 1 :]))
        else:
            tab.side_by_side.set((*sides[:k], name, *sides[k + 1 :]))

    with solara.Div(classes=["cg-bar"]):
        choice(w("view.city", lang), tab.city.value, cities(lang), tab.city.set)
        for k, side in enumerate(sides):
            label = w("view.race.reference", lang) if k == 0 else w("view.race.side", lang, n=k)
            free = {key: name for key, name in names.items() if key == side or key not in sides}
            leave = {"": w("view.race.leave_out", lang)} if k > 0 and len(sides) > 2 else {}
            choice(label, side, {**leave, **free}, partial(put, k), heads=heads)
        if len(sides) < MOST_RUNS:
            free = {key: name for key, name in names.items() if key not in sides}
            choice(w("view.race.one_more", lang), None, free, partial(put, len(sides)), heads=heads)
        Button(w("view.open", lang), lambda: begin(session.view.seed), icon="mdi-folder-open-outline",
               main=not view.scenarios, disabled=len(sides) < 2)  # fmt: skip
    failure(wrong, lang, "unusable")
    if view.scenarios:
        Race(session, tab.compared, view, lang, begin)
    else:
        solara.Text(w("view.race.nothing_yet", lang), classes=["cg-note"])
