"""The report on what is on the screen: maps, curves and a story as they stand, in the form of every other report.

It is made by the functions that make the reports of the command line (`report.page_html`), in both languages, with the
numbers of each picture as CSV and the command that makes the run again.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...experiments.comparison import Comparison, ScenarioInfo
from ...scenarios.writing import to_toml
from ..blocks import Block, Code, Document, Figure, Fold, Note, Section, number, row, sheet
from ..data import csv_text
from ..effects import KEY, effects_table
from ..numbers import NOTHING, fixed
from ..report import page_html, page_of
from ..reproduce import as_shipped, run_command
from ..sections import stage_table
from ..style import CHANGE_COLOURS, LEVEL_COLOURS
from ..words import LANGUAGES, city_name, pick, term, w
from .clock import phase_of
from .frames import CURVES, LAYERS, Atlas, Floats, Frame, Singles
from .lines import chart, shocks_of
from .map import Ground, ground_of, palette
from .office import OfficeStory
from .scales import Scale, unit_of
from .session import View
from .story import Incident, Story
from .telling import facts_of, stage_name, time_words

STEPS = 11
"""Steps of the colours of a map: few enough to be found again in its legend, and odd, so that one stands for zero."""
SIDE = 420
"""Width of a map in pixels."""


@dataclass(frozen=True)
class Shown:
    """A map on the screen: the run it belongs to, its values by grid, its scale, and whether these are differences."""

    run: int
    values: Singles | Floats
    scale: Scale
    change: bool = False


def screen_report(view: View, maps: Sequence[Shown], lang: str, comparison: Comparison | None = None) -> str:
    """Return what is on the screen as one HTML page in both languages.

    Args:
        view: What the page shows of its session; it has frames.
        maps: The maps that are on the screen.
        lang: Language in which the page opens.
        comparison: The paired table below, if there is one.
    """
    return page_html([_page(view, maps, comparison, each) for each in LANGUAGES], lang)


def _page(view: View, maps: Sequence[Shown], comparison: Comparison | None, lang: str) -> Document:
    frame, atlas = view.frames[0], view.atlas
    if atlas is None:
        raise ValueError("there is nothing on the screen yet")
    names = [s.name.of(lang) for s in view.scenarios]
    layer = w(f"view.layer_name.{frame.layer}", lang)
    city = city_name(str(view.scenarios[0].city), lang)
    date = frame.date.isoformat()
    title = w("view.screen.title", lang, names=(" / ").join(names), city=city, date=date)
    phase = w(f"view.phase.{phase_of(frame)}", lang)
    answer = [w("view.screen.at", lang, date=date, day=frame.day, days=frame.days, phase=phase, seed=view.seed)]
    for shock in shocks_of(view.frames):
        days = {"first": _day(frame, shock.first), "last": _day(frame, shock.last)}
        answer.append(w("view.screen.shock", lang, name=term(shock.kind, lang), **days))
    answer.append(w("view.screen.once", lang))
    base = ground_of(atlas)
    pictures: list[Block] = [Note(w(f"view.layer_hint.{frame.layer}", lang))]
    for k, shown in enumerate(maps):
        key = "view.layer_change" if shown.change else "view.layer_plain"
        head = f"{names[shown.run]} · {w(key, lang, name=layer)}" if len(names) > 1 else layer
        pictures.append(Note(head, heading=True))
        pictures.append(_map(f"map{k + 1}", head, date, base, atlas, frame.layer, shown, lang))
    sections = [
        Section("maps", w("view.screen.maps", lang), tuple(pictures)),
        Section("curves", w("view.curves", lang), tuple(_curves(view.frames, names, lang))),
    ]
    for k, story in enumerate(view.story[:1]):
        sections.append(Section(f"story{k}", pick((story.zh, story.en), lang), tuple(_story(story, frame.first, lang))))
    if comparison is not None:
        tables = (effects_table(comparison, KEY, lang), stage_table(comparison, lang))
        sections.append(Section("paired", w("view.race.paired", lang), tables))
    sections.append(Section("how", w("section.reproduce", lang), tuple(_how(view, lang))))
    return page_of(lang, title, answer, sections)


def _day(frame: Frame, day: int) -> str:
    return (frame.first + dt.timedelta(days=day)).isoformat()


def _curves(frames: Sequence[Frame], names: Sequence[str], lang: str) -> list[Block]:
    """Return the curves as figures, each with its numbers."""
    days = [_day(frames[0], day) for day in range(frames[0].day)]
    made: list[Block] = [Note(" · ".join(names))] if len(names) > 1 else []
    for key in CURVES:
        drawn = chart(key, frames, names, lang)
        data = csv_text(("date", *names), zip(days, *(f.curves[key].tolist() for f in frames), strict=True))
        made.append(Figure(_styled(drawn.svg()), f"curve-{key}", data, drawn.label))
    return made


def _styled(svg: str) -> str:
    """Return a chart with the rules of the page that it is drawn by, so that it stands alone."""
    rules = [line for line in Path(__file__).with_name("view.css").read_text("utf-8").splitlines()
             if line.startswith(".cogov-chart")]  # fmt: skip
    variables = {"--ink": "#1f2933", "--soft": "#52606d", "--line": "#d5dae0"}
    text = re.sub(r"var\((--\w+)\)", lambda found: variables[found[1]], "\n".join(rules))
    return svg.replace(">", f' style="max-width:620px"><style>{text}</style>', 1)


def _map(name: str, title: str, date: str, base: Ground, atlas: Atlas, layer: str, shown: Shown, lang: str) -> Figure:
    """Return a map as a figure: cells of like colour as one shape, borders and names of districts, a legend."""
    scale, values = shown.scale, np.asarray(shown.values, dtype=np.float64)
    colours = np.frombuffer(palette(CHANGE_COLOURS if shown.change else LEVEL_COLOURS), dtype=np.uint8).reshape(-1, 4)
    steps = [colours[2 + round((k + 0.5) / STEPS * 253)][:3] for k in range(STEPS)]
    known = np.isfinite(values)
    place = np.clip((np.where(known, values, 0.0) - scale.low) / (scale.high - scale.low), 0.0, 1.0)
    code = np.where(known, 1 + np.minimum(STEPS - 1, (place * STEPS).astype(np.int64)), 0)
    picture = np.full(base.width * base.height, -1)
    picture[base.cell] = code
    lattice = picture.reshape(base.height, base.width)
    parts = [f'<path d="{_runs(lattice == k)}" fill="{colour}"/>' for k, colour in
             enumerate(["#ced3d9", *("#" + "".join(f"{c:02x}" for c in step) for step in steps)])
             if (lattice == k).any()]  # fmt: skip
    district = np.zeros(base.width * base.height, dtype=np.int64)
    district[base.cell] = atlas.district + 1
    parts.append(f'<path d="{_borders(district.reshape(base.height, base.width))}" fill="none" stroke="#1f2933" '
                 f'stroke-width="{base.width / 400:.2f}"/>')  # fmt: skip
    labels = base.labels(atlas, lang)
    if len(labels) > 1:
        size = base.width / 32
        look = f'font-size="{size:.1f}" stroke-width="{size / 5:.2f}" stroke="#fff" paint-order="stroke" fill="#1f2933"'
        parts += [f'<text x="{x + 0.5:.1f}" y="{y + 0.5:.1f}" text-anchor="middle" {look}>{html.escape(text)}</text>'
                  for text, x, y in labels]  # fmt: skip
    high = base.height + base.width * 0.14
    legend = _legend(base, steps, scale, layer, shown.change, lang)
    alt = w("view.screen.map_alt", lang, title=title, date=date)
    label = html.escape(f"{title}, {date}", quote=True)
    box = f'viewBox="0 0 {base.width} {high:.1f}" style="max-width:{SIDE}px" shape-rendering="crispEdges"'
    svg = (f'<svg role="img" aria-label="{label}" xmlns="http://www.w3.org/2000/svg" {box}>{"".join(parts)}{legend}'
           f'</svg>')  # fmt: skip
    places = (atlas.names["districts"][lang][k] for k in atlas.district)
    streets = (atlas.names["streets"][lang][k] for k in atlas.street)
    rows = zip(range(len(values)), atlas.x.tolist(), atlas.y.tolist(), places, streets, values.tolist(), strict=True)
    data = csv_text(("grid", "x", "y", "district", "street", f"{layer} ({LAYERS[layer].unit})"), rows)
    return Figure(svg, name, data, f"{title}. {alt}")


def _legend(base: Ground, steps: Sequence[NDArray[np.uint8]], scale: Scale, layer: str, change: bool, lang: str) -> str:
    factor, unit = unit_of(LAYERS[layer].unit, max(abs(scale.low), abs(scale.high)), change)
    wide, size, top = base.width, base.width / 32, base.height + base.width * 0.03
    ends = [fixed(x * factor, 0 if abs(x * factor) >= 10 or float(x * factor).is_integer() else 2, sign=change)
            for x in (scale.low, scale.high)]  # fmt: skip
    boxes = "".join(
        f'<rect x="{wide * (0.16 + 0.5 * k / STEPS):.2f}" y="{top:.1f}" width="{wide * 0.5 / STEPS:.2f}" '
        f'height="{size:.1f}" fill="#{"".join(f"{c:02x}" for c in step)}"/>' for k, step in enumerate(steps)
    )  # fmt: skip
    below = "≤ " if change or scale.low > 0 else ""
    words = f"≥ {ends[1]} {w(unit, lang)}"
    return (f'{boxes}<text x="{wide * 0.145:.1f}" y="{top + size * 0.85:.1f}" font-size="{size:.1f}" text-anchor="end">'
            f'{below}{ends[0]}</text><text x="{wide * 0.675:.1f}" y="{top + size * 0.85:.1f}" font-size="{size:.1f}">'
            f'{html.escape(words)}</text><rect x="{wide * 0.16:.1f}" y="{top + size * 1.5:.1f}" width="{size:.1f}" '
            f'height="{size:.1f}" fill="#ced3d9"/><text x="{wide * 0.16 + size * 1.4:.1f}" y="{top + size * 2.4:.1f}" '
            f'font-size="{size:.1f}">{html.escape(w("view.no_value", lang))}</text>')  # fmt: skip


def _runs(cells: NDArray[np.bool_]) -> str:
    """Return cells of a lattice as one path, a rectangle for each run of neighbours in a row."""
    padded = np.pad(cells.astype(np.int8), ((0, 0), (1, 1)))
    change = np.diff(padded, axis=1)
    ys, starts = np.nonzero(change == 1)
    _, ends = np.nonzero(change == -1)
    return "".join(f"M{x} {y}h{end - x}v1H{x}z" for y, x, end in zip(ys, starts, ends, strict=True))


def _borders(places: NDArray[np.int64]) -> str:
    """Return the lines between cells of different places as one path."""
    padded = np.pad(places, 1)
    across = np.argwhere(padded[:, 1:] != padded[:, :-1])
    down = np.argwhere(padded[1:, :] != padded[:-1, :])
    return "".join(f"M{x} {y - 1}v1" for y, x in across) + "".join(f"M{x - 1} {y}h1" for y, x in down)


def _story(story: Story | OfficeStory, first: dt.date, lang: str) -> list[Block]:
    """Return the story of the picked grid or office as tables."""
    facts = sheet([w("view.screen.fact", lang), w("view.screen.value", lang)],
                  [row(w(f"view.{key}", lang), text) for key, text in facts_of(story, lang).items()])  # fmt: skip
    if isinstance(story, OfficeStory):
        told = w("view.office.last", lang)
        return [facts, Note(told, heading=True), _needs([case.need for case in story.handled], first, lang)]
    heads = [w(f"view.story.{key}", lang) for key in ("office", "staff", "waiting")]
    rows = [[*row(pick((o.zh, o.en), lang)), number(fixed(o.staff, 0)), number(fixed(o.waiting, 0))]
            for o in story.offices]  # fmt: skip
    told = w("view.story.incidents", lang)
    return [facts, Note(told, heading=True), _needs(story.incidents, first, lang),
            Note(w("view.story.offices", lang), heading=True), sheet(heads, rows)]  # fmt: skip


def _needs(needs: Sequence[Incident], first: dt.date, lang: str) -> Block:
    heads = [w(f"view.screen.{key}", lang) for key in ("need", "arose", "ended", "minutes")]
    rows = [row(term(n.category, lang), _minute(first, n.arose), _minute(first, n.ended) if n.ended >= 0 else NOTHING,
                _stages(n, lang)) for n in needs]  # fmt: skip
    return sheet(heads, rows)


def _minute(first: dt.date, minute: int) -> str:
    return (dt.datetime.combine(first, dt.time()) + dt.timedelta(minutes=minute)).strftime("%Y-%m-%d %H:%M")


def _stages(need: Incident, lang: str) -> str:
    return " · ".join(w("view.story.share", lang, stage=stage_name(stage, lang), time=time_words(n, lang))
                      for stage, n in sorted(need.minutes.items(), key=lambda item: -item[1]))  # fmt: skip


def _how(view: View, lang: str) -> list[Block]:
    """Say how to make the runs again: by a command where the scenario is a shipped one, else with its file."""
    blocks: list[Block] = [Note(w("view.screen.again", lang, seed=view.seed))]
    for scenario in view.scenarios:
        info = ScenarioInfo.of(scenario.resolved(), scenario.digest())
        if as_shipped(info):
            blocks.append(Code(run_command(info, view.seed)))
        else:
            blocks.append(Note(w("view.screen.file", lang, file=f"{scenario.id}.toml", name=info.name(lang))))
            blocks.append(Code(f"cogov run {scenario.id}.toml --seed {view.seed}"))
        blocks.append(Fold(f"{scenario.id}.toml", (Code(to_toml(scenario)),)))
    return blocks
