"""The page: its head, and below it what is chosen there; ``solara run cogov.viz.view.app`` shows it as well."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import solara
from solara.lab import headers

from ..words import LANGUAGES, w
from .batch import Batch
from .compare import Compare
from .home import Home
from .live import Live
from .opening import opening
from .parts import Button, raw, say
from .tab import Tab, tab_for
from .trying import Try

CALLED = {"zh": "中文", "en": "English"}
"""What languages call themselves."""
STYLE = Path(__file__).with_name("view.css")
SHOWN: dict[str, Callable[[Tab], object]] = {"home": Home, "live": Live, "compare": Compare, "try": Try, "batch": Batch}


def asked_for(accepted: str) -> str:
    """Return the language that a browser asks for: the first of ours in its header, else Chinese."""
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


@solara.component
def Page() -> None:
    """Show one tab."""
    sent = headers.value or {}
    accepted = next((values[0] for name, values in sent.items() if name.lower() == "accept-language"), "")
    tab = solara.use_memo(lambda: tab_for(opening(), asked_for(accepted)), [])
    solara.use_effect(lambda: tab.close, [])
    lang = tab.lang.value
    solara.Title(w("view.title", lang))
    solara.Style(STYLE)
    with solara.Div(attributes={"lang": "zh-CN" if lang == "zh" else "en"}):
        _head(tab, lang)
        with solara.Div(classes=["cg-page"], attributes={"role": "main"}):
            SHOWN[tab.page.value](tab)


def _head(tab: Tab, lang: str) -> None:
    with solara.Div(classes=["cg-head"], attributes={"role": "banner"}):
        raw(f"{say(w('view.title', lang))}<small>{say(w('view.subtitle', lang))}</small>", "cg-brand")
        with solara.Div(classes=["cg-tabs"], attributes={"role": "navigation", "aria-label": w("view.pages", lang)}):
            for page in SHOWN:
                Button(w(f"view.{page}", lang), partial(tab.page.set, page), here=page == tab.page.value)
            other = "en" if lang == "zh" else "zh"
            Button(CALLED[other], partial(tab.lang.set, other), icon="mdi-translate")
