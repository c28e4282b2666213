"""Tables for documents: each holds all that the code declares, and nothing that the code does not know."""

import re

import pytest

from cogov.agents.responders import RESPONDERS
from cogov.model.draws import STREAMS
from cogov.model.incidents import load_catalogue
from cogov.model.levers import LEVERS
from cogov.model.measures import MEASURES
from cogov.model.state import NEEDS, STAGES
from cogov.model.wheel import EVENT_KINDS
from cogov.scenarios import declarations as d
from cogov.scenarios.registry import declared
from cogov.scenarios.words import LANGUAGES

each_language = pytest.mark.parametrize("lang", LANGUAGES)


def first_cells(table):
    return [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]]


def codes(names):
    return [f"`{name}`" for name in names]


@each_language
def test_tables_have_a_row_for_everything_declared(lang):
    assert first_cells(d.streams_table(lang)) == codes(STREAMS)
    assert first_cells(d.levers_table(lang)) == codes(LEVERS)
    assert first_cells(d.measures_table(lang)) == codes(MEASURES)
    assert first_cells(d.stages_table(lang)) == codes(key for key, _, _ in STAGES)
    assert first_cells(d.categories_table(lang)) == codes(load_catalogue().ids)
    assert len(first_cells(d.events_table(lang))) == len(EVENT_KINDS)


def test_all_tables_of_the_model_are_found():
    found = d.tables()
    assert found["needs"] is NEEDS
    assert found["responders"] is RESPONDERS
    assert {"residents", "grids", "cases", "pools", "units", "shocks"} < found.keys()


@each_language
def test_numbers_by_group_are_all_numbers(lang):
    rows = [name for group in d.groups() for name in first_cells(d.numbers_table(f"{group}.", lang))]
    assert sorted(rows) == sorted(codes(declared()))
    assert [d.group_name(group, lang) for group in d.groups()]
    with pytest.raises(KeyError, match="begins with nothing"):
        d.numbers_table("nothing.", lang)


@each_language
def test_columns_say_unit_bounds_and_type(lang):
    table = d.state_table("needs", lang)
    row = next(line for line in table.splitlines() if line.startswith("| `severity`"))
    assert {"en": "| 0 to 1 | f8 |", "zh": "| 0 至 1 | f8 |"}[lang] in row
    assert any("i4 × " in line for line in table.splitlines() if line.startswith("| `minutes`"))


def test_chinese_tables_are_in_chinese():
    for text in (
        d.streams_table("zh"),
        d.levers_table("zh"),
        d.measures_table("zh"),
        d.city("nanjing", "zh"),
        d.all_state_tables("zh"),
    ):
        for line in text.splitlines():
            if line.startswith("| ") and "---" not in line:
                assert re.search("[一-鿿]", line), line


def test_a_rule_is_shown_as_it_stands():
    shown = d.rule_source("agents.residents.moved_trust")
    assert "step = gain if outcome >= trust else loss" in shown
    assert "@rule" not in shown
    with pytest.raises(AttributeError):
        d.rule_source("agents.residents.no_such_rule")


def test_a_bar_or_a_line_break_does_not_break_a_table():
    assert d.markdown_table(["a"], [["b|c\nd"]]).splitlines()[2] == "| b\\|c d |"
