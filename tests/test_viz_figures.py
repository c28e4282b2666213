"""Figures of a comparison: what is drawn, on which scale."""

import csv
import io

import numpy as np
import pytest
from made_up_comparison import made, with_effect

from cogov.viz import style
from cogov.viz.effects import KEY, known
from cogov.viz.figures import curves, interval_figure, intervals, stages


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


def test_costs_have_a_scale_of_their_own(comparison):
    with style.styled("test"):
        figure = interval_figure(comparison, known(comparison, KEY), "en")
    effects, costs = figure.axes
    assert [t.get_text() for t in costs.get_yticklabels()] == [
        "Person-hours on duty · total", "Money · total", "Delay of home units' own work"
    ]  # fmt: skip
    assert effects.get_xlabel() == "← worse · improvement on Baseline (%) · better →"
    assert costs.get_xlim()[1] > 0


def rows_of(drawn):
    return list(csv.DictReader(io.StringIO(drawn.data)))


@pytest.fixture
def kept(monkeypatch):
    """Return the figures that are drawn, by name, as Matplotlib has them."""
    found, real = {}, style.drawn

    def keep(figure, name, *more, **options):
        found[name] = figure
        return real(figure, name, *more, **options)

    monkeypatch.setattr(style, "drawn", keep)
    return found


def test_bands_and_lines_of_curves_are_those_of_their_data(comparison, kept):
    rows = rows_of(curves(comparison, "en"))
    axes = kept["curves"].axes[0]
    key = next(iter(dict.fromkeys(row["measure"] for row in rows)))
    bands = [part for part in axes.collections if len(part.get_paths()[0].vertices) > 20]
    lines = [line for line in axes.lines if len(line.get_ydata()) > 10]
    assert len(bands) == len(lines) == len(comparison.scenarios)
    for info, area, line in zip(comparison.scenarios, bands, lines, strict=True):
        mine = [row for row in rows if row["measure"] == key and row["scenario"] == info.id]
        edges = area.get_paths()[0].vertices[:, 1]
        told = np.array([float(row[end]) for row in mine for end in ("low", "high")])
        gaps = np.abs(edges[:, None] - told[None, :])
        assert max(gaps.min(axis=0).max(), gaps.min(axis=1).max()) < 0.01
        assert list(line.get_ydata()) == pytest.approx([float(row["mean"]) for row in mine], rel=1e-5)


def test_whiskers_of_intervals_are_those_of_their_data(comparison, kept):
    rows = rows_of(intervals(comparison, known(comparison, KEY), "en"))
    lines = [line.get_xdata() for axes in kept["intervals"].axes for line in axes.lines if len(line.get_xdata()) == 2]
    drawn = [sorted(map(float, ends)) for ends in lines]
    for row in (row for row in rows if row["measure"] in ("solution_minutes.mean", "backlog")):
        low, high = sorted(-100 * float(row[end]) / float(row["reference"]) for end in ("low", "high"))
        assert any(one == pytest.approx([low, high], rel=1e-4) for one in drawn), row


def test_whiskers_of_stages_are_as_long_as_their_intervals(kept):
    comparison = with_effect(made("baseline", "cadre_sinking"), "cadre_sinking", "stage_minutes.queue_grid",
                             difference=-120.0, low=-180.0, high=-60.0, verdict="better")  # fmt: skip
    stages(comparison, "en")
    axes = kept["stages"].axes[1]
    assert axes.get_xlabel().endswith("(h)")
    middle = next(bar for bar in axes.patches if bar.get_width() == pytest.approx(-2.0))
    row = middle.get_y() + middle.get_height() / 2
    (whisker,) = [line for line in axes.lines if list(line.get_ydata()) == pytest.approx([row, row])]
    assert sorted(whisker.get_xdata()) == pytest.approx([-3.0, -1.0])
