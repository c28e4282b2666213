"""What every measure and column means: all that a run writes is explained, in both languages."""

import re

import pytest

from cogov.experiments.run import TABLES
from cogov.model.measures import MEASURES, measure_of
from cogov.scenarios.words import unit_word
from cogov.viz.dictionary import columns, dictionary
from cogov.viz.words import measure_name


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_a_run_is_explained_column_by_column_in_both_languages(table):
    explained = columns()[table]
    assert explained
    for name, (_, zh, en) in explained.items():
        assert any("一" <= sign <= "鿿" for sign in zh), name
        assert len(en) > 2, name


def test_every_unit_of_columns_and_measures_has_its_chinese_word():
    units = {unit for rows in columns().values() for unit, _, _ in rows.values()}
    units |= {measure.unit for measure in MEASURES.values()}
    assert {unit for unit in units if unit and re.search("[a-z]{3}", unit_word(unit, "zh"))} == set()
    assert unit_word("ratings", "zh") == "次评价"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_measures_come_once_in_their_order_with_key_unit_and_direction(lang):
    keys = ["trust", "backlog", "solution_minutes.mean"]
    first = dictionary(keys, lang, ())[0]
    rows = first.blocks[0].rows
    order = [key for key in MEASURES if key in keys]
    assert [row[1].text for row in rows] == order
    assert [row[0].text for row in rows] == [measure_name(measure_of(key), lang) for key in order]
    good = {row[1].text: row[3].text for row in rows}
    assert good["trust"] != good["backlog"]


def test_a_chapter_has_the_measures_and_then_each_table_that_is_there():
    assert len(dictionary(["trust"], "en", {"daily"})) == 2
    found = dictionary(["trust"], "en", set(columns()))
    assert len(found) == 1 + len(columns())
    assert [len(fold.blocks[0].rows) for fold in found[1:]] == [len(rows) for rows in columns().values()]
    assert all(".parquet" in fold.title for fold in found[1:])
