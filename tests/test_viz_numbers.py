"""Numbers as people write them: units that suit them, true signs, bounds that are no zero."""

import pytest

from cogov.model.measures import Measure, measure_of
from cogov.viz.numbers import NO_BREAK, NOTHING, fixed, is_beyond, percent, row_scales, scale_of, scale_of_changes


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("min", 45.0, "45.0 min"),
        ("min", 300.0, "5.0 h"),
        ("min", 14400.0, "10.0 days"),
        ("share", 0.876, "87.6%"),
        ("person-hours", 123456.0, "123,456 person-hours"),
        ("1", 0.2213, "0.221"),
        ("cases", float("nan"), NOTHING),
        ("person-hours", 0.286, "0.3 person-hours"),
        ("days", 0.1324, "0.13 days"),
    ],
)
def test_values_come_in_units_that_suit_them(unit, value, text):
    scale = scale_of(Measure("", unit, 0, "", "", ""), "en", value)
    assert scale.with_unit(scale.value(value), "en").replace(NO_BREAK, " ") == text


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("min", -8.2, "−8.2 min"),
        ("min", -45.0, "−45 min"),
        ("min", 300.0, "+5.0 h"),
        ("min", -4320.0, "−3.00 days"),
        ("share", 0.012, "+1.2 pp"),
        ("needs", 2.8, "+2.8 needs"),
        ("person-hours", 123456.0, "+123,456 person-hours"),
        ("CNY", 35891506.0, "+35.9 million CNY"),
        ("CNY", 3500.0, "+3,500 CNY"),
    ],
)
def test_differences_come_in_units_of_their_own(unit, value, text):
    scale = scale_of_changes(Measure("", unit, 0, "", "", ""), "en", value)
    assert scale.with_unit(scale.signed(value), "en").replace(NO_BREAK, " ") == text


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (35891506.0, "+3,589 万元", "+35.9 million CNY"),
        (2134567.0, "+213 万元", "+2.1 million CNY"),
        (-56700.0, "−5.67 万元", "−56,700 CNY"),
        (9999.0, "+9,999 元", "+9,999 CNY"),
    ],
)
def test_money_is_counted_as_its_readers_count(value, zh, en):
    for lang, text in (("zh", zh), ("en", en)):
        scale = scale_of_changes(Measure("", "CNY", 0, "", "", ""), lang, value)
        assert scale.with_unit(scale.signed(value), lang).replace(NO_BREAK, " ") == text


def test_no_bound_is_shown_as_zero():
    scale = scale_of_changes(Measure("", "share", 1, "", "", ""), "en", 0.006)
    assert scale.interval(0.0004, 0.0117, "en") == "0.0 to +1.2"
    assert scale.finer(0.0004, 0.0117).interval(0.0004, 0.0117, "en") == "+0.04 to +1.17"
    assert scale.finer(0.00004, 0.0117, most=3).interval(0.00004, 0.0117, "en") == "+0.004 to +1.170"
    assert scale.finer(1e-9, 0.0117).digits == scale.digits


def test_a_percentile_at_tau_is_a_bound():
    phases = {"tau_minutes": 20160}
    assert is_beyond("solution_minutes.p90", 20160.0, {}, phases)
    assert not is_beyond("solution_minutes.p90", 20159.0, {}, phases)
    assert not is_beyond("solution_minutes.mean", 20160.0, {}, phases)
    assert is_beyond("resilience.recovery_days", 51.0, {"resilience.recovered": 0.0}, phases)
    assert not is_beyond("resilience.recovery_days", 51.0, {"resilience.recovered": 1.0}, phases)


def test_numbers_bear_true_signs():
    assert fixed(-1234.5, 1) == "−1,234.5"
    assert fixed(2.0, 1, sign=True) == "+2.0"
    assert fixed(-0.001, 1, sign=True) == "0.0"
    assert fixed(float("inf"), 1) == "∞"
    assert percent(-0.125) == "−12.5%"
    assert percent(5.567) == "+557%"


@pytest.mark.parametrize(("level", "change", "texts"), [
    (5904.0, -30.0, ("98.4 h", "−0.50 h")),
    (5904.0, -1111.0, ("4.1 days", "−0.77 days")),
    (700.0, -34.0, ("11.7 h", "−0.57 h")),
    (90.0, 4.0, ("90.0 min", "+4.0 min")),
    (0.0, 300.0, ("0.0 h", "+5.0 h")),
])  # fmt: skip
def test_level_and_change_of_a_row_are_in_one_unit(level, change, texts):
    scales = row_scales(measure_of("solution_minutes.mean"), "en", [level], [change])
    shown = [s.with_unit(text, "en").replace("\u00a0", " ")
             for s, text in zip(scales, (scales[0].value(level), scales[1].signed(change)), strict=True)]  # fmt: skip
    assert tuple(shown) == texts


@pytest.mark.parametrize(
    ("lang", "texts"), [("zh", ("523 万元", "+0.12 万元")), ("en", ("5,234,000 CNY", "+1,234 CNY"))]
)
def test_money_of_a_row_is_in_one_unit(lang, texts):
    level, change = row_scales(measure_of("money_cny.total"), lang, [5_234_000.0], [1234.0])
    shown = level.with_unit(level.value(5_234_000.0), lang), change.with_unit(change.signed(1234.0), lang)
    assert tuple(text.replace("\u00a0", " ") for text in shown) == texts
