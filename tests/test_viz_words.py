"""Words and numbers that people read: complete in both languages, drawable with the shipped font."""

import re
import string

import pytest
from matplotlib import font_manager

from cogov.model.measures import MEASURES, Measure, measure_of
from cogov.scenarios.registry import declared
from cogov.scenarios.words import source_word, unit_word
from cogov.viz import style
from cogov.viz.numbers import NO_BREAK, NOTHING, fixed, percent, scale_of
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
    scale = scale_of(Measure("", unit, 0, "", "", ""), value)
    assert scale.with_unit(scale.value(value), "en").replace(NO_BREAK, " ") == text


def test_a_small_difference_of_a_large_number_keeps_its_digits():
    scale = scale_of(Measure("", "needs", 0, "", "", ""), 3118.6, 3121.4, 2.8)
    assert (scale.value(3118.6), scale.signed(2.8)) == ("3,119", "+2.8")


def test_a_clear_effect_is_never_shown_to_touch_zero():
    scale = scale_of(Measure("", "share", 1, "", "", ""), 0.695, 0.701, 0.006)
    assert scale.interval(0.0004, 0.0117, "en") == "0.0 to +1.2"
    assert scale.finer(0.0004, 0.0117).interval(0.0004, 0.0117, "en") == "+0.04 to +1.17"
    assert scale.finer(1e-9, 0.0117).fine == scale.fine


def test_cities_have_names():
    assert (city_name("gulou", "zh"), city_name("/a/b/mine.toml", "en")) == ("南京市鼓楼区", "mine")


def test_numbers_bear_true_signs():
    assert fixed(-1234.5, 1) == "−1,234.5"
    assert fixed(2.0, 1, sign=True) == "+2.0"
    assert fixed(-0.001, 1, sign=True) == "0.0"
    assert fixed(float("inf"), 1) == "∞"
    assert percent(-0.125) == "−12.5%"
    assert percent(5.567) == "+557%"
