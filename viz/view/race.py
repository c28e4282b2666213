"""Several runs side by side: maps on one scale, differences, curves, and the paired table that builds up below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import reacton.ipyvuetify as v
import solara

from ...scenarios.sentences import Told
from ..costs import cost_table
from ..effects import KEY, effects_table
from ..report import report_html
from ..sections import stage_table
from ..words import w
from .clock import Clock
from .curves import charts
from .frames import CURVES, LAYERS, Atlas
from .hooks import use_view
from .live import Place, layer_choice, map_label, place_box, place_choice, use_scale
from .map import differences
from .parts import Button, Map, Screen, choice, failure, ground, legend, raw, say
from .replicas import Progress, Replicas, subject
from .scales import change_scale, level_scale, unit_of
from .screen import Shown
from .session import Session, View
from .sheets import stage_bars, table
from .worker import Failure

if TYPE_CHECKING:
    from ...experiments.comparison import Comparison
    from ...scenarios.schema import Scenario

REPLICATIONS = (2, 3, 5, 10, 20)


@solara.component
def Race(
    session: Session,
    replicas: Replicas,
    view: View,
    lang: str,
    on_restart: Callable[[int], None],
    curves_first: bool = False,
) -> None:
    """Show the runs of a session, the first one as the reference, and their comparison."""
    Clock(session, view, lang, on_restart)
    if view.frames and view.atlas:
        Fields(session, view, view.atlas, lang, curves_first, replicas)
        Table(replicas, view.scenarios, view.seed, lang)
    elif view.busy:
        raw(say(w("view.starting", lang)), "cg-busy", role="status")


@solara.component
def Fields(session: Session, view: View, atlas: Atlas, lang: str, curves_first: bool, replicas: Replicas) -> None:
    """Show a map a run, or the differences from the first, and the curves of all."""
    apart, set_apart = solara.use_state(False)
    place, set_place = solara.use_state(Place())
    base = ground(atlas)
    frames, names = view.frames, [s.name.of(lang) for s in view.scenarios]
    layer, values = frames[0].layer, [frame.values for frame in frames]
    unit = LAYERS[layer].unit
    level = use_scale(view, "level", lambda old: level_scale(values, old, unit_of(unit, old.high if old else 1e4)[0]))
    gaps = differences(values, atlas)
    gap = use_scale(
        view, "gap", lambda old: change_scale(gaps, old, unit_of(unit, old.high if old else 1e3, change=True)[0])
    )
    with solara.Div(classes=["cg-bar"]):
        layer_choice(session, view.layer, lang)
        place_choice(atlas, place, set_place, lang)
        v.Switch(label=w("view.race.apart", lang), v_model=apart, on_v_model=set_apart, dense=True, hide_details=True)
    box = solara.use_memo(lambda: place_box(atlas, base, place), [id(atlas), place])
    if curves_first:
        charts(list(CURVES), frames, names, lang)
    with solara.Div(classes=["cg-maps"], style={"grid-template-columns": f"repeat({len(frames)}, minmax(0, 1fr))"}):
        for k, name in enumerate(names):
            shown_apart = apart and k > 0
            with solara.Div():
                raw(f"<b>{say(name)}</b>")
                label = f"{name}. {map_label(layer, frames[k].date.isoformat(), lang)}"
                Map(atlas, gaps[k - 1] if shown_apart else values[k], gap if shown_apart else level, label, lang,
                    change=shown_apart, view=box, district=place.district)  # fmt: skip
    shown = [
        Shown(k, gaps[k - 1], gap, True) if apart and k else Shown(k, values[k], level) for k in range(len(frames))
    ]
    legend(layer, level, lang)
    if apart:
        legend(layer, gap, lang, change=True)
    if not curves_first:
        charts(list(CURVES), frames, names, lang, "cg-three")

    def table_of_now() -> Comparison | None:
        """Return the paired table below, unless it is of other values."""
        progress = replicas.view
        return progress.comparison if progress.of == subject(view.scenarios, view.seed) else None

    Screen(view, shown, lang, table_of_now)


@solara.component
def Table(replicas: Replicas, scenarios: Sequence[Scenario], seed: int, lang: str) -> None:
    """Show the paired table, its progress, and why; the report of it can be taken along."""
    progress: Progress = use_view(replicas)
    n, set_n = solara.use_state(5)
    wrong, set_wrong = solara.use_state(None)

    def begin() -> None:
        try:
            replicas.start(scenarios, n, seed)
            set_wrong(None)
        except Told as error:
            found = Failure.of(error)
            set_wrong(lambda _: found)

    now = solara.use_memo(lambda: subject(scenarios, seed), [tuple(map(id, scenarios)), seed])
    earlier = progress.of not in ((), now)
    if earlier:
        progress = Progress(running=progress.running)
    raw(say(w("view.race.paired", lang)), "cg-h2", tag="h2")
    if earlier:
        raw(say(w("view.race.changed", lang)), "cg-warning", role="status")
    with solara.Div(classes=["cg-bar"]):
        choice(w("view.race.replications", lang), n, {k: str(k) for k in REPLICATIONS}, set_n)
        words = w("view.race.anew" if earlier else "view.race.begin", lang)
        Button(words, begin, icon="mdi-counter", main=earlier or not progress.running,
               disabled=(progress.running and not earlier) or len(scenarios) < 2)  # fmt: skip
        if progress.running:
            Button(w("view.race.stop", lang), replicas.stop, icon="mdi-stop")
        if progress.comparison is not None and not progress.running:
            Report(progress.comparison, lang)
    if progress.total:
        label = w("view.race.progress", lang, done=progress.done, total=progress.total)
        v.ProgressLinear(value=100.0 * progress.done / progress.total, height=8, attributes={"aria-label": label})
        raw(say(label), "cg-note", role="status")
    failure(wrong or progress.failure, lang)
    if progress.comparison is not None:
        Findings(progress.comparison, lang)
    elif not progress.total and not earlier:
        raw(say(w("view.race.none_yet", lang)), "cg-note")


@solara.component
def Findings(comparison: Comparison, lang: str) -> None:
    """Show the table of effects, and where the time and the hours went."""

    def words() -> str:
        parts = [table(effects_table(comparison, KEY, lang)), f"<h2>{say(w('view.race.why', lang))}</h2>"]
        parts.append("<div class='cg-why'>")
        for info in comparison.others:
            parts.append(f"<div><h3>{say(info.name(lang))}</h3>{stage_bars(comparison, info.id, lang)}</div>")
        parts.append(f"</div><h3>{say(w('view.race.stages', lang))}</h3>{table(stage_table(comparison, lang))}")
        parts.append(f"<h3>{say(w('view.race.hours', lang))}</h3>{table(cost_table(comparison, lang))}")
        return "".join(parts)

    raw(solara.use_memo(words, [*_what(comparison), lang]), "cg-card")


@solara.component
def Report(comparison: Comparison, lang: str) -> None:
    """Show the button that hands over the report, which is made when it is pressed."""
    ids = [info.id for info in comparison.scenarios]
    made = solara.use_memo(lambda: lambda: report_html(comparison, lang).encode(), [*_what(comparison), lang])
    label = w("view.race.report", lang)
    with solara.FileDownload(made, f"report-{'-'.join(ids)[:80]}.html", mime_type="text/html"):
        v.Btn(children=[v.Icon(children=["mdi-download"], left=True), label], outlined=True, depressed=True,
              attributes={"aria-label": label})  # fmt: skip


def _what(comparison: Comparison) -> list[object]:
    """Return what tells one comparison from another."""
    return [comparison.seed, comparison.replications, *(info.digest for info in comparison.scenarios)]
