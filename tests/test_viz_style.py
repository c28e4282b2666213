"""How figures look: told apart without colour, and drawn in few bytes."""

import itertools
import warnings
import xml.etree.ElementTree as ET

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from cogov.viz import style
from cogov.viz.style import _MARKS_ALIKE, _grouped, _short


def test_more_scenarios_than_colours_are_still_told_apart():
    looks = [(style.colour(i), style.mark(i), style.dash(i)) for i in range(24)]
    assert len(set(looks)) == 24


def test_scenarios_are_told_apart_without_colour():
    looks = [(style.dash(i), style.mark(i)) for i in range(12)]
    assert len(set(looks)) >= 6
    for i in range(6):
        assert len({style.dash(j) for j in range(i + 1)}) == len({style.mark(j) for j in range(i + 1)}) == i + 1
    lin = np.array([[int(c[k : k + 2], 16) / 255 for k in (1, 3, 5)] for c in (style.BASE, *style.COLOURS[:3])]) ** 2.2
    machado = np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]])
    seen = np.clip(lin @ machado.T, 0, 1) ** (1 / 2.2)
    gaps = [float(np.abs(a - b).sum()) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(gaps) > 0.25


def test_marks_that_look_alike_say_once_how_they_look():
    one = '<use xlink:href="#a" x="1" y="2" style="fill: red"/>'
    other = '<use xlink:href="#a" x="3" y="4" style="fill: blue"/>'
    text = _MARKS_ALIKE.sub(_grouped, "\n ".join([one] * 5 + [other] * 2))
    root = ET.fromstring(f'<g xmlns:xlink="x">{text}</g>')
    assert [(len(g), g.get("style")) for g in root.findall("g")] == [(5, "fill: red")]
    assert [u.get("style") for u in root.findall("use")] == ["fill: blue"] * 2
    assert all(u.get("style") is None for u in root.find("g"))


def test_signs_that_the_font_lacks_are_told_once_with_their_names_and_not_by_matplotlib(monkeypatch):
    monkeypatch.setattr(style, "_told", set())
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for more in ("", "：解决用时"):
            with style.styled("x"):
                figure = Figure(figsize=(2, 1), layout="constrained")
                axes = figure.subplots()
                axes.set_yticks([0], ["社区🏠与㑇" + more])
                axes.set_xlabel("社区, 普通 — “±²”\n二行")
                style.svg(figure, "x", "alt")
    (one,) = told
    assert isinstance(one.message, style.LackingSigns)
    assert "🏠 㑇" in one.message.told("zh")
    assert "社区🏠与㑇" in one.message.told("en")
    assert "普通" not in str(one.message)


def test_paths_are_shortened_without_moving():
    assert _short("M 1.00001 2 L 1 5.5 L 7.254 5.5 L 8 9 z") == "M1 2v3.5h6.25L8 9z"
    assert _short("M -0.001 2 C 1 2 3 4 5 6") == "M0 2C1 2 3 4 5 6"


def _lightness(colour):
    """Return CIE lightness of a colour, what is left of it in a grey print, 0 to 100."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    y = sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116.0 * y ** (1 / 3) - 16.0 if y > 0.008856 else 903.3 * y


def test_scenarios_are_told_apart_in_grey_by_dash_and_mark_and_seen_on_white():
    assert len(set(style.MARKS)) == len(set(style.DASHES)) == len(set(style.COLOURS)) == 6
    assert all(_lightness(colour) < 75.0 for colour in (*style.COLOURS, style.BASE, style.INK, style.SOFT))
    assert abs(_lightness(style.COLOURS[0]) - _lightness(style.COLOURS[1])) > 5.0


def test_values_on_maps_get_steadily_darker_in_grey():
    light = [_lightness(colormaps[style.LEVEL_COLOURS](x)[:3]) for x in np.linspace(0.0, 1.0, 12)]
    assert all(b < a - 2.0 for a, b in itertools.pairwise(light)), light


def test_differences_on_maps_are_palest_in_the_middle_of_grey():
    light = [_lightness(colormaps[style.CHANGE_COLOURS](x)[:3]) for x in np.linspace(0.0, 1.0, 11)]
    assert max(range(11), key=light.__getitem__) == 5
    assert all(b > a for a, b in itertools.pairwise(light[:6]))
    assert all(b < a for a, b in itertools.pairwise(light[5:]))
