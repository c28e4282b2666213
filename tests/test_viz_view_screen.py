"""The report on what is on the screen says what the screen says, in both languages, with numbers and the way back."""

import csv
import io
import re

import numpy as np
import pytest

pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")
pytest.importorskip("anywidget")

from cogov.scenarios.loader import load_paired, load_scenario
from cogov.viz.blocks import figures_of
from cogov.viz.view import screen
from cogov.viz.view.map import differences
from cogov.viz.view.scales import change_scale, level_scale
from cogov.viz.view.session import View
from cogov.viz.view.worker import Desk
from cogov.viz.words import w

DAY = 9


@pytest.fixture(scope="module")
def views():
    """Views of one run with the story of a grid, and of two side by side."""
    sides = load_paired(["baseline", "storm_month"], city="street", warm_up_days=4, days=20, follow_up_days=3)
    found, stories = [], []
    for side in sides:
        desk = Desk()
        atlas, _ = desk.start(side.resolved(), 3, "open_needs")
        found.append(desk.advance(DAY, "open_needs"))
        stories.append([desk.story("grid", 5), desk.story("office", 54)])
    grid, office = stories[1]
    one = View(scenarios=(sides[1],), seed=3, atlas=atlas, frames=(found[1],), story=(grid,))
    two = View(scenarios=tuple(sides), seed=3, atlas=atlas, frames=tuple(found), story=())
    return one, two, office


def shown(view, *, apart=False):
    values = [frame.values for frame in view.frames]
    maps = [screen.Shown(k, each, level_scale(values)) for k, each in enumerate(values)]
    if apart:
        (gap,) = differences(values, view.atlas)
        maps[1] = screen.Shown(1, gap, change_scale([gap]), change=True)
    return maps


def test_it_says_date_seed_shock_story_and_command_in_both_languages(views):
    one, _, _ = views
    text = screen.screen_report(one, shown(one), "zh")
    for lang in ("zh", "en"):
        assert w("view.phase.window", lang) in text
        assert one.scenarios[0].name.of(lang) in text
        assert w("view.layer_name.open_needs", lang) in text
        assert w("view.story.offices", lang) in text
    assert one.frames[0].date.isoformat() in text
    assert "--seed 3" in text
    assert f"cogov run {one.scenarios[0].id}" in text
    assert text.count('class="cogov-chart"') == 2 * 6
    assert "var(--" not in re.sub(r"<style>.*?</style>", "", text, count=1, flags=re.DOTALL)


def test_the_map_bears_its_values(views):
    one, _, _ = views
    block = next(b for b in figures_of(screen._page(one, shown(one), None, "en")) if b.name == "map1")
    rows = list(csv.reader(io.StringIO(block.data)))
    assert rows[0][-1] == "open_needs (needs)"
    assert [float(r[-1]) for r in rows[1:]] == pytest.approx(one.frames[0].values.tolist())
    height, width = one.atlas.shape
    cells = sum(int(n) for n in re.findall(r"h(\d+)v1H", block.svg))
    assert cells == len(one.atlas.x) <= height * width


def test_runs_side_by_side_have_a_map_each_and_differences_where_shown(views):
    _, two, _ = views
    text = screen.screen_report(two, shown(two, apart=True), "en")
    names = [s.name.en for s in two.scenarios]
    assert f"{names[1]} · {w('view.layer_change', 'en', name=w('view.layer_name.open_needs', 'en'))}" in text
    assert f"{names[0]} · {w('view.layer_name.open_needs', 'en')}" in text
    figure = next(b for b in figures_of(screen._page(two, shown(two), None, "en")) if b.name == "curve-open_needs")
    rows = list(csv.reader(io.StringIO(figure.data)))
    assert rows[0] == ["date", *names]
    assert len(rows) == 1 + DAY
    assert float(rows[-1][2]) == two.frames[1].curves["open_needs"][-1]


def test_an_office_is_told_of_and_a_changed_scenario_comes_with_its_file(views):
    one, _, office = views
    changed = load_scenario("storm_month", city="street", settings={"demand.scale": 1.3})
    view = View(scenarios=(changed,), seed=3, atlas=one.atlas, frames=one.frames, story=(office,))
    text = screen.screen_report(view, shown(view), "en")
    assert office.en in text
    assert w("view.office.on_duty", "en") in text
    assert "storm_month.toml" in text
    assert "scale = 1.3" in text


def test_cells_and_borders_are_those_of_the_lattice():
    cells = np.array([[1, 1, 0], [0, 1, 1]], dtype=bool)
    assert screen._runs(cells) == "M0 0h2v1H0zM1 1h2v1H1z"
    assert screen._borders(np.array([[1, 2]])).count("v1") == 3
