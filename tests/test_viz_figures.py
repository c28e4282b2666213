"""Figures of a comparison: what is drawn, on which scale."""

import pytest
from made_up_comparison import made

from cogov.viz import style
from cogov.viz.effects import KEY, known
from cogov.viz.figures import interval_figure


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
