"""What one reader has in hand in one tab of the browser; nothing of it is shared with another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import solara

from .opening import Opening
from .replicas import Replicas
from .session import Session

PAGES = ("home", "live", "compare", "try", "batch")


@dataclass
class Tab:
    """The choices and the sessions of a tab.

    Attributes:
        page: Page that is shown.
        lang: Language.
        city: City in which scenarios are shown.
        chosen: Scenario that is looked at.
        draft: Scenario that is being changed on the page Try, ``None`` for the chosen one as it is.
        applied: The draft that runs on the page Try.
        side_by_side: Scenarios that are to be compared, the reference first.
        live: Session of the page Live; ``race`` that of Compare, ``trial`` that of Try.
        compared: Paired comparison of the page Compare; ``tried`` that of Try.
    """

    page: Any = field(default_factory=lambda: solara.reactive("home"))
    lang: Any = field(default_factory=lambda: solara.reactive("zh"))
    city: Any = field(default_factory=lambda: solara.reactive("nanjing"))
    chosen: Any = field(default_factory=lambda: solara.reactive("baseline"))
    applied: Any = None
    side_by_side: Any = field(default_factory=lambda: solara.reactive(("baseline",)))
    draft: Any = field(default_factory=lambda: solara.reactive(None))
    live: Session = field(default_factory=Session)
    race: Session = field(default_factory=Session)
    trial: Session = field(default_factory=Session)
    compared: Replicas = field(default_factory=Replicas)
    tried: Replicas = field(default_factory=Replicas)

    def close(self) -> None:
        """End all that runs for this tab."""
        for one in (self.live, self.race, self.trial, self.compared, self.tried):
            one.close()


def tab_for(opening: Opening, lang: str) -> Tab:
    """Return a new tab as it was asked for: one scenario opens Live, several open Compare."""
    tab = Tab()
    tab.lang.value, tab.city.value = opening.lang or lang, opening.city
    names = opening.scenarios
    if names:
        tab.chosen.value = names[0]
        tab.page.value = "live" if len(names) == 1 else "compare"
        if len(names) > 1:
            tab.side_by_side.value = names[:4]
        elif names[0] != "baseline":
            tab.side_by_side.value = ("baseline", names[0])
    return tab
