"""Measures: every key that users rely on is declared, and the shape of a shock is read off a curve rightly."""

import math

import numpy as np
import pytest

from cogov.model.measures import MEASURES, measure_of
from cogov.model.resilience import shock_shape

DEMANDED = [
    "needs_arisen",
    "needs_solved",
    "needs_lapsed",
    "needs_open",
    "reports",
    "cases",
    "response_rate",
    "resolution_rate",
    "satisfaction_rate",
    "satisfaction_rate_selective",
    "on_time_rate",
    "administrative_closure_rate",
    "ended_in_grid_share",
    "reported_share",
    "duplicate_share",
    "reopened_share",
    "recurrence_share",
    "returns_per_case",
    "handups_per_case",
    "backlog",
    "overdue",
    "equity.gini",
    "equity.p90_p10",
    "equity.old_over_commercial",
    "equity.village_over_city",
    "trust",
    "participation",
    "calls.attempts",
    "calls.answered_share",
    "line_delay_days",
    "lent_hours",
    "quits",
    "resilience.peak",
    "resilience.area",
    "resilience.recovery_days",
    "resilience.unmet",
    "utilisation.*",
    "person_hours.*",
    "busy_hours.*",
    "overhead_hours.*",
    "stage_minutes.*",
]
TIMES = (
    "first_response_minutes",
    "solution_minutes",
    "first_response_from_report_minutes",
    "solution_from_report_minutes",
    "on_site_minutes",
)


def test_every_demanded_key_is_declared():
    demanded = [*DEMANDED, *(f"{t}.{point}" for t in TIMES for point in ("mean", "median", "p90", "p99"))]
    assert [key for key in demanded if key not in MEASURES] == []


@pytest.mark.parametrize("measure", MEASURES.values(), ids=str)
def test_a_measure_says_all_there_is_to_say(measure):
    assert measure.zh
    assert measure.en
    assert measure.unit
    assert measure.group
    assert measure.better in (-1, 0, 1)
    assert any("\u4e00" <= c <= "\u9fff" for c in measure.zh)


def test_a_member_of_a_family_takes_unit_and_direction_from_it():
    member = measure_of("person_hours.cadres")
    assert (member.key, member.unit, member.better) == ("person_hours.cadres", "person-hours", -1)
    assert member.en.endswith(" · cadres")


def test_an_undeclared_key_is_neutral():
    assert (measure_of("never_heard").better, measure_of("never.heard").en) == (0, "never.heard")


def curve(*after, before=14, level=100.0):
    return np.array([level] * before + list(after), dtype=np.float64)


def test_a_shock_is_measured_against_the_days_before_it():
    shape = shock_shape(curve(120, 150, 130, 104, 100, 100, 99), start=14, days=2)
    assert shape.reference == 100
    assert (shape.peak, shape.peak_day, shape.area) == (50, 1, 20 + 50 + 30 + 4)
    assert (shape.recovery_days, shape.recovered, shape.unmet) == (3, 1, 0)


def test_a_run_that_does_not_recover_counts_up_to_its_end():
    shape = shock_shape(curve(120, 150, 160, 170), start=14, days=1)
    assert (shape.recovery_days, shape.recovered, shape.unmet) == (4, 0, 70)


def test_a_short_lull_is_no_recovery():
    shape = shock_shape(curve(150, 100, 100, 150, 100, 100, 100), start=14, days=1)
    assert shape.recovery_days == 4


def test_a_shock_that_does_not_show_is_over_at_once():
    shape = shock_shape(curve(100, 100, 100, 90), start=14, days=2)
    assert (shape.peak, shape.area, shape.recovery_days, shape.recovered) == (0, 0, 0, 1)


@pytest.mark.parametrize("start", [0, 20])
def test_without_days_before_or_after_nothing_is_known(start):
    assert math.isnan(shock_shape(curve(1, 2, 3, before=3), start=start, days=1).peak)
