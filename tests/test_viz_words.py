"""Words and numbers that people read: complete in both languages, drawable with the shipped font."""

import re
import string

import pytest
from matplotlib import font_manager

from cogov.model.measures import MEASURES, Measure, measure_of
from cogov.scenarios.registry import declared
from cogov.scenarios.words import source_word, unit_word
from cogov.viz import style
from cogov.viz.numbers import NO_BREAK, NOTHING, fixed, is_beyond, percent, scale_of, scale_of_changes
from cogov.viz.words import catalogue, city_name, joined, measure_name, pick, stage_order, term, w


@pytest.mark.parametrize("key", catalogue())
def test_a_word_is_there_in_both_languages_with_the_same_fields(key):
    zh, en = catalogue()[key]
    assert zh.strip()
    assert en.strip()
    fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (zh, en)]
    assert fields[0] == fields[1]
    assert not re.search(r"[\u4e00-\u9fff]", en)


def test_the_shipped_font_has_every_character():
    style._register_font()
    path = font_manager.findfont(style.FAMILY, fallback_to_default=False)
    glyphs = font_manager.get_font(path).get_charmap()
    texts = [text for pair in catalogue().values() for text in pair]
    texts += [word(text, "zh") for p in declared().values()
              for word, text in ((source_word, p.source), (unit_word, p.unit))]  # fmt: skip
    texts += [text for m in MEASURES.values() for text in (m.zh, m.en)]
    assert {c for text in texts for c in text if ord(c) not in glyphs} == set()


def test_an_unknown_language_or_key_is_refused():
    with pytest.raises(ValueError, match="allowed are zh, en"):
        pick(("a", "b"), "fr")
    with pytest.raises(KeyError):
        w("no.such.word", "en")


def test_codes_of_the_model_have_names():
    assert term("old", "zh") == "老旧小区网格"
    assert term("rainstorm", "en") == "Rainstorm and flood"
    assert term("not_declared", "en") == "not declared"
    assert measure_name(measure_of("person_hours.cadres"), "zh") == "在岗工时 · 下沉干部"
    assert stage_order({"work", "unnoticed", "zzz"}) == ["unnoticed", "work", "zzz"]


def test_lists_read_as_sentences():
    assert joined(["a", "b", "c"], "en") == "a, b and c"
    assert joined(["甲", "乙"], "zh") == "甲、乙"
    assert joined([], "en") == ""


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


def test_cities_have_names():
    assert (city_name("gulou", "zh"), city_name("/a/b/mine.toml", "en")) == ("南京市鼓楼区", "mine")


def test_numbers_bear_true_signs():
    assert fixed(-1234.5, 1) == "−1,234.5"
    assert fixed(2.0, 1, sign=True) == "+2.0"
    assert fixed(-0.001, 1, sign=True) == "0.0"
    assert fixed(float("inf"), 1) == "∞"
    assert percent(-0.125) == "−12.5%"
    assert percent(5.567) == "+557%"
