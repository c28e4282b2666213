"""What is drawn of frames: scales that hold, cells where they belong, lines with labels and units."""

import datetime as dt
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("anywidget", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")

from cogov.viz.style import CHANGE_COLOURS, LEVEL_COLOURS
from cogov.viz.view.frames import CURVES, LAYERS, Atlas, Frame, Shock
from cogov.viz.view.lines import chart
from cogov.viz.view.map import STEPS, by_community, differences, ground_of, palette
from cogov.viz.view.scales import Scale, change_scale, level_scale, unit_of
from cogov.viz.words import catalogue, w

ATLAS = Atlas(
    (3, 2), np.array([0, 1, 0, 1, 0]), np.array([0, 0, 1, 1, 2]), np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 2, 2]),
    np.array([0, 0, 1, 2, 2]), {"districts": {"zh": ("甲", "乙"), "en": ("A", "B")}}, np.ones(5, dtype=np.int64),
    {"grid": np.array([4, 0, 1]), "kind": np.array([3, 1, 0])},
)  # fmt: skip


def frame(days=60, done=40, **curves):
    values = {key: np.linspace(0.0, 500.0, done) for key in CURVES} | curves
    return Frame(done, days, dt.date(2024, 5, 20), (10, 40), "trust", np.ones(5, dtype=np.float32), values,
                 (Shock("fire", 20, 22),))  # fmt: skip


def test_cells_lie_where_their_grids_lie_with_north_up():
    base = ground_of(ATLAS)
    values = np.array([0.0, 1.0, 2.0, 3.0, np.nan], dtype=np.float32)
    picture = np.frombuffer(base.paint(values, Scale(0.0, 3.0)), dtype=np.uint8).reshape(3, 2)
    assert picture[2].tolist() == [2, 2 + round((STEPS - 1) / 3)]
    assert picture[0].tolist() == [1, 0]  # a grid without a value, and no grid
    for grid in range(5):
        assert base.grid_at(ATLAS, *base.on_canvas(ATLAS, grid)) == grid
    assert base.grid_at(ATLAS, 1, 0) == -1
    assert base.box(ATLAS, ATLAS.district == 1) == [-1.0, -1.0, 4.0, 4.0]


def test_names_on_the_map_are_of_districts_or_of_the_streets_of_one():
    names = ATLAS.names | {"streets": {"zh": ("一", "二", "三"), "en": ("1", "2", "3")}}
    city, base = replace(ATLAS, names=names), ground_of(ATLAS)
    assert [label[0] for label in base.labels(city, "zh")] == ["甲", "乙"]
    assert [label[0] for label in base.labels(city, "en", 1)] == ["3"]
    single = replace(city, names=names | {"districts": {"zh": ("甲",), "en": ("A",)}})
    assert [label[0] for label in base.labels(single, "zh")] == ["一", "二", "三"]


def test_values_beyond_the_scale_have_its_ends_colours():
    base = ground_of(ATLAS)
    picture = base.paint(np.array([-5.0, 99.0, 0.5, 0.5, 0.5]), Scale(0.0, 1.0))
    assert (picture[4], picture[5]) == (2, 1 + STEPS)


@pytest.mark.parametrize("colours", [LEVEL_COLOURS, CHANGE_COLOURS])
def test_colours_can_be_told_apart_by_lightness(colours):
    rgb = np.frombuffer(palette(colours), dtype=np.uint8).reshape(256, 4)[2:, :3].astype(float)
    light = rgb @ [0.299, 0.587, 0.114]
    halves = [light] if colours == LEVEL_COLOURS else [light[:127], light[127:]]
    for half in halves:
        steps = np.diff(half[::8])
        assert (steps < 0).all() or (steps > 0).all()


def test_a_scale_is_round_and_grows_but_does_not_shrink():
    first = level_scale([np.linspace(0, 47, 200)])
    assert (first.low, first.high) == (0.0, 50.0)
    assert level_scale([np.linspace(0, 10, 200)], first) == first
    assert level_scale([np.linspace(0, 70, 200)], first).high == 80.0
    assert level_scale([np.full(3, np.nan)]) == Scale(0.0, 1.0)
    near = level_scale([np.linspace(0.52, 0.68, 200)])
    assert 0.4 < near.low < 0.53


def test_a_scale_of_times_is_round_in_the_unit_that_is_shown():
    factor, unit = unit_of("min", 5000.0)
    assert unit == "unit.days"
    assert level_scale([np.linspace(0, 5000, 200)], factor=factor).high * factor == pytest.approx(4.0)


def test_differences_are_those_of_communities_and_their_scale_is_even():
    values = [np.array([1, 3, 5, 7, 9], dtype=np.float32), np.array([2, 4, 5, 7, np.nan], dtype=np.float32)]
    (gap,) = differences(values, ATLAS)
    assert gap.tolist() == [1.0, 1.0, 0.0, -1.0, -1.0]
    scale = change_scale([gap])
    assert scale.low == -scale.high
    assert by_community(np.full(5, np.nan), ATLAS).tolist() == pytest.approx([np.nan] * 5, nan_ok=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", CURVES)
def test_a_chart_is_sound_and_says_what_it_shows(key, lang):
    svg = ET.fromstring(chart(key, [frame(), frame()], ["基准 <1>", "B & C"], lang).svg())
    label = svg.get("aria-label")
    assert w(f"view.curve.{key}", lang) in label
    assert "基准 <1>" in label
    lines = [p for p in svg.iter() if p.get("stroke-dasharray")]
    assert len(lines) == 2
    assert lines[0].get("stroke") != lines[1].get("stroke")
    texts = [e.text for e in svg.iter() if e.text and e.tag.endswith("text")]
    assert "06-01" in texts
    assert any("▼" in text for text in texts)


def test_a_chart_of_nothing_is_a_chart():
    empty = frame(done=0, **{key: np.empty(0) for key in CURVES})
    assert ET.fromstring(chart("backlog", [empty], ["x"], "en").svg()) is not None
    unknown = frame(response=np.full(40, np.nan))
    drawn = chart("response", [unknown], ["x"], "en")
    assert "—" in drawn.label
    assert drawn.paths == ("",)


def test_days_without_a_value_part_the_line():
    values = np.array([1.0, 2.0, np.nan, 2.0, 4.0])
    (path,) = chart("response", [frame(done=5, response=values)], ["x"], "en").paths
    assert [letter for letter in path if letter in "ML"] == ["M", "L", "M", "L"]


def test_a_chart_keeps_its_ground_while_its_lines_grow():
    early, late = (
        chart("backlog", [frame(done=n, backlog=np.linspace(400.0, 500.0, n))], ["x"], "en") for n in (30, 31)
    )
    assert early.ground == late.ground
    assert early.paths != late.paths
    assert late.label != early.label


def test_shocks_of_any_run_are_marked_once():
    calm = replace(frame(), shocks=())
    flood = replace(frame(), shocks=(Shock("rainstorm", 12, 14), *frame().shocks))
    svg = chart("backlog", [calm, frame(), flood], ["a", "b", "c"], "en").svg()
    assert svg.count('class="s"') == 2
    assert chart("backlog", [calm], ["a"], "en").svg().count('class="s"') == 0


def test_marks_of_offices_lie_in_their_grids_and_the_highest_come_last():
    marks = np.frombuffer(ground_of(ATLAS).marks(ATLAS), dtype="<i4").reshape(-1, 4)
    assert marks.tolist() == [[0, 2, 1, 1], [0, 0, 3, 0]]  # column, row from the north, kind, number


def test_units_have_words():
    units = [*CURVES.values(), *(layer.unit for layer in LAYERS.values())]
    for unit in units:
        for change in (False, True):
            assert unit_of(unit, 10.0, change)[1] in catalogue()
