"""Measures: every key that users rely on is declared, with names, unit and direction."""

import pytest

from cogov.model.measures import MEASURES, SPREAD, SPREAD_POINTS, measure_of, place_of

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
    assert measure.ideal is None or (measure.better == 0 and measure.ideal > 0)
    assert any("\u4e00" <= c <= "\u9fff" for c in measure.zh)


def test_gaps_between_groups_are_best_where_there_is_none():
    ideals = {key: measure.ideal for key, measure in MEASURES.items() if measure.ideal is not None}
    assert ideals == {"equity.old_over_commercial": 1.0, "equity.village_over_city": 1.0}
    assert measure_of("equity.village_over_city").has_better
    assert measure_of("backlog").has_better
    assert not measure_of("needs_solved").has_better


def test_a_member_of_a_family_takes_unit_and_direction_from_it():
    member = measure_of("person_hours.cadres")
    assert (member.key, member.unit, member.better) == ("person_hours.cadres", "person-hours", -1)
    assert member.en.endswith(" · cadres")


def test_an_undeclared_key_is_neutral():
    assert (measure_of("never_heard").better, measure_of("never.heard").en) == (0, "never.heard")


def test_the_spread_of_utilisation_stands_behind_utilisation_with_names_of_its_own():
    keys = [f"utilisation_spread.{kind}.{point}" for kind, _, _ in SPREAD for point, _, _, _ in SPREAD_POINTS]
    assert len(keys) == 24
    assert {measure_of(key).unit for key in keys} == {"share"}
    for lang in ("zh", "en"):
        assert len({getattr(measure_of(key), lang) for key in keys}) == len(keys)
    assert (
        measure_of("utilisation_spread.community.p10").en == "Utilisation by organisation, communities, 10th percentile"
    )
    assert measure_of("utilisation_spread.community.p10").zh == "外勤利用率，社区（第 10 百分位）"
    assert place_of("utilisation.cadres") < place_of("utilisation_spread.all.p10") < place_of("overtime_hours")
