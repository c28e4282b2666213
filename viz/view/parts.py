"""Parts that pages share: choices and buttons with labels, the map with its legend, charts, messages."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import reacton.ipyvuetify as v
import solara

from ..numbers import fixed
from ..style import CHANGE_COLOURS, LEVEL_COLOURS
from ..words import pick, w
from .frames import LAYERS, Atlas, Floats, Singles
from .map import Ground, MapWidget, ground_of, palette
from .scales import Scale, unit_of
from .worker import Failure

if TYPE_CHECKING:
    from ...experiments.comparison import Comparison
    from ...scenarios.policies.base import Card
    from .screen import Shown
    from .session import View


def choice(
    label: str, value: Any, options: Mapping[Any, str], on_value: Callable[[Any], None], *, classes: str = "cg-mid",
    disabled: bool = False, heads: Mapping[Any, str] | None = None, bare: bool = False,
) -> Any:  # fmt: skip
    """Return a list to choose one of, with its label; keys of ``options`` are values.

    ``heads`` are titles that stand before some of the options; ``bare`` leaves the label to screen readers.
    """
    items: list[dict[str, Any]] = []
    for key, text in options.items():
        items += [{"header": heads[key]}] if heads and key in heads else []
        items.append({"text": text, "value": key})
    return v.Select(label="" if bare else label, items=items, v_model=value, on_v_model=on_value, class_=classes,
                    dense=True, hide_details=True, outlined=True, disabled=disabled, menu_props={"maxHeight": 420},
                    attributes={"aria-label": label})  # fmt: skip


@solara.component
def Button(
    label: str, on_click: Callable[[], None], *, icon: str = "", here: bool | None = None,
    disabled: bool = False, only_icon: bool = False, main: bool = False,
) -> Any:  # fmt: skip
    """Show a button; ``only_icon`` shows no words but says them to screen readers and to the mouse."""
    attributes: dict[str, Any] = {"aria-label": label, "title": label if only_icon else ""}
    if here is not None:
        attributes["aria-current"] = "true" if here else "false"
    inside = [v.Icon(children=[icon], left=not only_icon, attributes={"aria-hidden": "true"})] if icon else []
    made = v.Btn(
        children=[*inside, *([] if only_icon else [label])], text=not main, outlined=not main and here is None,
        depressed=True, disabled=disabled, color="primary" if main else None, class_="cg-here" if here else "",
        attributes=attributes,
    )  # fmt: skip
    v.use_event(made, "click", lambda *_: on_click())
    return made


def raw(text: str, classes: str = "", tag: str = "div", **attributes: str) -> Any:
    """Return HTML that we made ourselves; whatever comes from a reader has to be escaped in it."""
    return solara.HTML(tag=tag, unsafe_innerHTML=text, classes=[classes] if classes else [], attributes=attributes)


def say(text: str) -> str:
    """Return text as it may stand in HTML."""
    return html.escape(text, quote=True)


def card_facts(card: Card, lang: str) -> str:
    """Return what a policy says of itself as HTML; the article's sentence stays Chinese in either language."""
    facts = {"sentence": card.article, "changes": pick((card.changes_zh, card.changes_en), lang),
             "costs": pick((card.costs_zh, card.costs_en), lang)}  # fmt: skip
    return "".join(
        f"<h3>{say(w(f'view.pick.{key}', lang))}</h3><p{' lang=zh-CN' if key == 'sentence' else ''}>{say(text)}</p>"
        for key, text in facts.items()
    )


def failure(said: Failure | None, lang: str, head: str = "stopped") -> None:
    """Show why something stopped, or cannot be used; ``head`` is the key of the words above it.

    Its place is kept where there is nothing to say: what follows would lose all that it remembers.
    """
    with solara.Div(classes=["cg-said"]):
        if said is not None:
            words = said.zh if lang == "zh" else said.en
            raw(f"<b>{say(w(f'view.{head}', lang))}</b><br>{say(words)}", "cg-error", role="alert")


def ground(atlas: Atlas) -> Ground:
    """Return the ground of an atlas, made once as long as the atlas is the same."""
    made: Ground = solara.use_memo(lambda: ground_of(atlas), [id(atlas)])
    return made


@solara.component
def Map(
    atlas: Atlas, values: Singles | Floats, scale: Scale, label: str, lang: str, change: bool = False,
    picked: int | None = None, on_pick: Callable[[int], None] | None = None, view: Sequence[float] = (),
    marked: Sequence[int] = (), office: int = -1, on_office: Callable[[int], None] | None = None, district: int = -1,
) -> None:  # fmt: skip
    """Show values by grid on a canvas; a click calls ``on_pick`` with the grid, -1 beside the city.

    Names stand on it of districts, or of the streets of the ``district`` that is looked at.
    With ``on_office`` the map marks offices, and a click on a mark calls that with the row of the office.
    """
    base = ground(atlas)
    labels = solara.use_memo(lambda: base.labels(atlas, lang, district), [id(atlas), lang, district])
    names = labels if len(labels) > 1 else []

    marks = solara.use_memo(lambda: base.marks(atlas) if on_office else b"", [id(atlas), on_office is None])

    def clicked(cell: list[int]) -> None:
        if cell and cell[3] >= 0 and on_office:
            on_office(cell[3])
        elif cell and on_pick:
            on_pick(base.grid_at(atlas, cell[0], cell[1]))

    with solara.Div(classes=["cg-mapbox"]):
        MapWidget.element(
            width=base.width, height=base.height, district=base.district, street=base.street, labels=names,
            cells=base.paint(values, scale), palette=palette(CHANGE_COLOURS if change else LEVEL_COLOURS),
            picked=[] if picked is None or picked < 0 else base.on_canvas(atlas, picked), marked=list(marked),
            view=list(view), label=label, marks=marks, office=office, on_clicked=clicked,
        )  # fmt: skip


def legend(layer: str, scale: Scale, lang: str, *, change: bool = False) -> None:
    """Show what the colours of a map mean, with unit and ends."""
    factor, unit = unit_of(LAYERS[layer].unit, max(abs(scale.low), abs(scale.high)), change)
    low, high = (_end(x * factor, sign=change) for x in (scale.low, scale.high))
    ramp = _ramp(CHANGE_COLOURS if change else LEVEL_COLOURS)
    name = w("view.layer_change" if change else "view.layer_plain", lang, name=w(f"view.layer_name.{layer}", lang))
    ends = (f"≤ {low}" if change or scale.low > 0 else low), f"≥ {high}"
    raw(f"<b>{say(name)}</b> <span>{say(ends[0])}</span><span class='ramp' style='background:{ramp}'></span>"
        f"<span>{say(ends[1])} {say(w(unit, lang))}</span><span class='chip' style='background:#ced3d9'></span>"
        f"<span>{say(w('view.no_value', lang))}</span>", "cg-legend")  # fmt: skip


def _end(x: float, *, sign: bool) -> str:
    digits = 0 if abs(x) >= 10 or float(x).is_integer() else 1 if abs(x) >= 1 else 2
    return fixed(x, digits, sign=sign)


@cache
def _ramp(colours: str) -> str:
    """Return a colour map as a gradient of CSS."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return f"linear-gradient(90deg,{','.join(to_hex(colormaps[colours](k / 10)) for k in range(11))})"


@solara.component
def Screen(
    view: View, maps: Sequence[Shown], lang: str, compared: Callable[[], Comparison | None] | None = None
) -> Any:
    """Show the button that hands over what is on the screen as a report, which is made when it is pressed."""
    label = w("view.screen.download", lang)
    last: Any = solara.use_ref(None)
    last.current = view, maps, compared

    def made() -> bytes:
        from .screen import screen_report

        view, maps, compared = last.current
        return screen_report(view, maps, lang, compared() if compared else None).encode()

    handed = solara.use_memo(lambda: made, [lang])
    with solara.FileDownload(
        handed, f"screen-{'-'.join(s.id for s in view.scenarios)[:80]}.html", mime_type="text/html"
    ):
        v.Btn(children=[v.Icon(children=["mdi-download"], left=True), label], outlined=True, depressed=True,
              attributes={"aria-label": label})  # fmt: skip
