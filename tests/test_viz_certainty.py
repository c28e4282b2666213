"""What a paired difference allows to be said: no certainty without spread, nothing impossible, no share of nothing."""

import math

import numpy as np
import pytest

from cogov.experiments.comparison import Effect
from cogov.experiments.statistics import paired
from cogov.model.measures import Measure, measure_of
from cogov.viz.certainty import (
    ends,
    interval_text,
    is_weak,
    lead_text,
    pair_of,
    relative,
    relative_cell,
    relative_text,
    steady,
    untouched,
    weakly,
)
from cogov.viz.effects import tone_of, verdict_words
from cogov.viz.numbers import NOTHING, Scale

RATE = measure_of("response_rate")
POINTS = Scale(100.0, 1, "unit.points")


def pair(base, other):
    """Return the paired difference of two lists."""
    return paired(np.array(base, dtype=float), np.array(other, dtype=float))


def test_what_is_alike_in_all_runs_is_said_so_without_an_interval():
    same, more = pair([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]), pair([1.0, 2.0, 3.0], [1.5, 2.5, 3.5])
    assert untouched(same) and steady(same)  # noqa: PT018
    assert steady(more) and not untouched(more)  # noqa: PT018
    assert interval_text(measure_of("quits"), more, Scale(1.0, 1, ""), "en") == "by that much in every run"
    assert not steady(pair([1.0, 2.0], [1.5, 2.6]))
    assert not steady(pair([1.0], [1.0]))


@pytest.mark.parametrize(("base", "other", "text", "cut"), [
    ([0.99, 0.97], [1.0, 0.995], "−7.8 to +2.0 (the measure itself ends at 100%)", (False, True)),
    ([0.01, 0.02], [0.0, 0.02], "−1.5 to +5.9 (the measure itself ends at 0%)", (True, False)),
    ([0.2, 0.9], [0.9, 0.1], "too few runs for an interval", (True, True)),
    ([0.5, 0.5, 0.5], [0.51, 0.52, 0.53], "−0.5 to +4.5", (False, False)),
])  # fmt: skip
def test_an_interval_ends_where_rates_do(base, other, text, cut):
    found = pair(base, other)
    assert interval_text(RATE, found, POINTS, "en") == text
    most = ends(RATE, found)
    assert (most.cut_low, most.cut_high) == cut
    assert -found.baseline - 1e-12 <= most.low <= found.difference <= most.high <= 1 - found.baseline + 1e-12


def test_times_and_counts_end_at_nothing_and_an_excess_may_be_negative():
    few = pair([3.0, 9.0], [1.0, 8.0])
    assert ends(measure_of("backlog"), few).low == -6.0
    assert ends(measure_of("backlog"), few).high == few.high
    assert ends(measure_of("resilience.unmet"), few).low == few.low < -6.0


@pytest.mark.parametrize(("unit", "base", "other", "text"), [
    ("person-hours", 0.4, 133.0, "—, reference near zero"),
    ("person-hours", 10.0, 133.0, "—, over 10 times the reference"),
    ("person-hours", 20.0, 133.0, "+565%"),
    ("min", 0.2, 0.4, "—, reference near zero"),
    ("CNY", 0.0, 12.0, ""),
    ("cases", 200.0, 200.0, ""),
])  # fmt: skip
def test_a_share_of_next_to_nothing_is_a_dash_with_its_reason(unit, base, other, text):
    measure, found = Measure("x", unit, -1, "", "", "cost"), pair([base] * 3, [other] * 3)
    assert relative_text(measure, found, "en") == text
    assert math.isfinite(relative(measure, found)) == (not text.startswith(NOTHING) and base > 0)


def test_a_column_of_relative_changes_tells_a_base_of_zero_from_no_change():
    measure = Measure("x", "CNY", -1, "", "", "cost")
    cells = [relative_cell(measure, pair([a] * 3, [b] * 3), lang) for lang in ("zh", "en")
             for a, b in ((0.0, 12.0), (12.0, 12.0), (0.0, 0.0), (10.0, 15.0))]  # fmt: skip
    assert cells == ["—，参照为零", "—", "—", "+50.0%", "—, reference is zero", "—", "—", "+50.0%"]


def test_fewer_hours_of_volunteers_are_no_saving():
    for key, word, tone in (("person_hours.members", "● fewer hours are given", "changed"),
                            ("person_hours.cadres", "▲ costs less", "better")):  # fmt: skip
        effect = Effect(measure_of(key), pair([191.0, 180.0, 200.0], [0.0, 0.0, 1.0]), "better")
        assert (verdict_words(effect, "en"), tone_of(effect)) == (word, tone)


def test_a_rate_leads_by_no_more_than_all_of_it():
    assert lead_text(RATE, -1.3, 0.4, POINTS, "en") == "too few runs for an interval"
    assert lead_text(RATE, -0.3, 0.4, POINTS, "en").startswith("−30.0 to +40.0")


def test_two_replications_are_weak_and_say_so():
    assert [is_weak(n) for n in (1, 2, 3)] == [False, True, False]
    assert weakly("▲ better", 2, "en") == "▲ better (a hint: 2 runs only)"
    assert weakly("▲ better", 3, "en") == "▲ better"


def test_plain_values_become_a_pair_again():
    assert math.isnan(pair_of({"n": 1, "baseline": 1.0, "mean": 1.0, "difference": 0.0, "low": None, "high": None,
                               "relative": 0.0, "correlation": None, "variance_ratio": None}).low)  # fmt: skip
