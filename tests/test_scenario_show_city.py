"""A city file for people: its facts and their sums, and tables in both languages."""

import io
import json

import pytest
from rich.console import Console
from tiny_city import tiny_spec

from cogov.scenarios.city_files import load_spec
from cogov.scenarios.show_city import describe_city, render_city
from cogov.scenarios.words import source_word

SPEC = tiny_spec(({"area_km2": 1.25}, {"residents": 1234, "area_km2": 2.5}))


def text(spec, lang):
    console = Console(file=io.StringIO(), width=200)
    console.print(render_city(describe_city(spec), lang))
    return console.file.getvalue()


def test_facts_are_the_file_with_its_defaults_its_sums_and_its_digest():
    facts = json.loads(json.dumps(describe_city(SPEC)))
    assert facts["sums"] == {"residents": 2134, "streets": 2, "urban_communities": 2, "villages": 2, "grids": 12,
                             "area_km2": 3.75}  # fmt: skip
    assert facts["digest"] == SPEC.digest()
    assert facts["city"]["stock"]["household_size"] == 2.98


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("小城 · Tiny", "合计", "0区", "街道")), ("en", ("Tiny · 小城", "D1"))]
)
def test_districts_and_their_sum_stand_in_one_table(lang, words):
    shown = text(SPEC, lang)
    assert all(word in shown for word in words), shown
    for number in ("2,134", "1,234", "3.75", "0.3"):
        assert number in shown, number


def test_every_number_of_staff_and_stock_is_shown_with_its_meaning():
    shown = text(SPEC, "en")
    for part in (SPEC.staff, SPEC.stock):
        for name, field in type(part).model_fields.items():
            assert name in shown
            assert field.description in shown, name


@pytest.mark.parametrize("name", ["street", "nanjing"])
def test_shipped_cities_are_shown_with_the_source_of_every_number(name):
    spec = load_spec(name)
    facts, shown = describe_city(spec), text(spec, "zh")
    assert spec.district[-1].zh in shown
    for number in facts["numbers"]:
        assert number["confidence"], number["name"]
        assert number["source"], number["name"]
        assert source_word(number["source"], "zh") in shown, number["name"]


def test_what_a_file_of_ones_own_says_under_other_names_is_shown_and_what_it_does_not_say_too():
    own = text(SPEC.model_copy(update={"sources": {"map": "drawn by hand (E)"}}), "en")
    assert "drawn by hand" in own
    assert "the file does not say" in own
