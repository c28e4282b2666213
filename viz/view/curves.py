"""The curves of a page: a widget to which a frame sends points, and the ground of a chart only where that changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import anywidget
import solara
import traitlets

from ..words import w
from .frames import Frame
from .lines import chart, look
from .parts import raw, say


class CurvesWidget(anywidget.AnyWidget):
    """Several charts; see ``curves.js`` beside this file."""

    _esm = Path(__file__).with_name("curves.js")
    grounds = traitlets.List().tag(sync=True)
    now = traitlets.Dict({"paths": [], "labels": []}).tag(sync=True)
    classes = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)


def charts(keys: Sequence[str], frames: Sequence[Frame], names: Sequence[str], lang: str, classes: str = "") -> None:
    """Show curves of one or more runs, with the names of the lines where there are several."""
    if len(frames) > 1:
        raw("".join(f"<span>{_key(k)}{say(name)}</span>" for k, name in enumerate(names)), "cg-keys")
    drawn = [chart(key, frames, names, lang) for key in keys]
    grounds = [one.ground.replace("@", "") for one in drawn]
    now = {"paths": [list(one.paths) for one in drawn], "labels": [one.label for one in drawn]}
    with solara.Div():
        CurvesWidget.element(grounds=grounds, now=now, classes=f"cg-charts {classes}".strip(),
                             label=w("view.curves", lang))  # fmt: skip


def _key(i: int) -> str:
    colour, dash = look(i)
    return (f"<svg viewBox='0 0 34 10' aria-hidden='true'><path d='M0 5H34' stroke='{colour}' stroke-width='3' "
            f"stroke-dasharray='{dash}'/></svg>")  # fmt: skip
