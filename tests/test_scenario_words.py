"""Words about numbers: every unit, choice and source of a policy has them in both languages."""

from cogov.scenarios.city_files import load_spec
from cogov.scenarios.registry import cards, declared
from cogov.scenarios.sources import CITIES, names
from cogov.scenarios.words import _numbers, choice_word, source_word, span_word, unit_word


def test_parameters_have_units_sources_and_choices_in_words():
    every = [p for card in cards().values() for p in card.parameters]
    assert {p.unit for p in [*every, *declared().values()]} - _numbers()["unit"].keys() == set()
    assert {c for p in every for c in p.choices} - _numbers()["choice"].keys() == set()
    numbers = [*every, *declared().values()]
    assert [p.source for p in numbers if source_word(p.source, "zh") == p.source] == []
    assert unit_word("min/person-day", "zh") == "分钟/人·日"
    assert (unit_word("furlong", "zh"), source_word("my own source", "zh")) == ("furlong", "my own source")
    assert choice_word("need_weighted", "zh") == "按需派驻"
    assert (choice_word("on_foot", "en"), source_word("switch", "en")) == ("on foot", "switch")


def test_where_the_figures_of_shipped_cities_come_from_is_said_in_chinese_too():
    sources = {text for city in names(CITIES) for text in load_spec(city).sources.values()}
    assert len(sources) > 20
    assert [text for text in sources if source_word(text, "zh") == text] == []


def test_ranges_have_one_form_a_language_and_no_powers_of_ten():
    assert (span_word(0, 20, "zh"), span_word(0, 20, "en")) == ("0 至 20", "0 to 20")
    assert (span_word(-0.5, 1e8, "en"), span_word("1%", "2%", "zh")) == ("-0.5 to 100,000,000", "1% 至 2%")
