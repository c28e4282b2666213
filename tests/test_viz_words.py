"""Words and numbers that people read: complete in both languages, drawable with the shipped font."""

import re
import string

import pytest
from matplotlib import font_manager

from cogov.model.measures import MEASURES, measure_of
from cogov.scenarios.registry import declared
from cogov.scenarios.words import source_word, unit_word
from cogov.viz import style
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


def test_cities_have_names():
    assert (city_name("gulou", "zh"), city_name("/a/b/mine.toml", "en")) == ("南京市鼓楼区", "mine")
