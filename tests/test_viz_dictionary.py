"""What every measure and column means: all that a run writes is explained, in both languages."""

import re

import pyarrow.parquet as pq
import pytest
from small_results import KINDS, make_results
from test_experiments_campaign import FEW, fails, written
from test_experiments_campaign import run as run_campaign

from cogov.experiments.results import open_results
from cogov.experiments.run import TABLES
from cogov.model.measures import MEASURES, measure_of
from cogov.scenarios.words import unit_word
from cogov.viz.dictionary import columns, dictionary, of_comparison, of_run
from cogov.viz.report import report_of
from cogov.viz.words import measure_name


@pytest.mark.parametrize("table", columns())
def test_every_table_is_explained_column_by_column_in_both_languages(table):
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
    first = dictionary(keys, lang, {})[0]
    rows = first.blocks[0].rows
    order = [key for key in MEASURES if key in keys]
    assert [row[1].text for row in rows] == order
    assert [row[0].text for row in rows] == [measure_name(measure_of(key), lang) for key in order]
    good = {row[1].text: row[3].text for row in rows}
    best = {"zh": ("越高越好", "越低越好"), "en": ("higher", "lower")}[lang]
    assert (good["trust"], good["backlog"]) == best


def test_a_chapter_has_the_measures_and_then_each_table_that_is_there():
    assert len(dictionary(["trust"], "en", of_run({"daily"}))) == 2
    tables = of_comparison(TABLES)
    found = dictionary(["trust"], "en", tables)
    assert [len(fold.blocks[0].rows) for fold in found[1:]] == [len(rows) for rows in tables.values()]
    means = ["Means over replications: table curves.parquet", "Means over replications: table grids.parquet"]
    assert [fold.title for fold in found[1:]] == [*means, *(f"Table runs/*/*/{name}.parquet" for name in TABLES)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return results of each kind, and an experiment with runs that fail."""
    out = make_results(tmp_path_factory.mktemp("made"))
    (out / "more").mkdir()
    run_campaign(written(out / "more", FEW), out / "failing", engine=fails)
    return out


def place_of_file(folder, path):
    """Return the name of a file with stars for what varies."""
    head, *rest = path.relative_to(folder).parts
    return "/".join([head, *("*" for _ in rest[:-1]), *rest[-1:]] if len(rest) > 1 else
                    [head, *("*.parquet" for _ in rest)])  # fmt: skip


def on_disk(folder):
    """Return the columns of all Parquet files below a folder, by the files' names with stars for what varies."""
    found = {}
    for path in folder.rglob("*.parquet"):
        found.setdefault(place_of_file(folder, path), set()).add(tuple(sorted(pq.read_schema(path).names)))
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", [*KINDS, "failing"])
def test_the_dictionary_of_a_report_has_the_columns_of_all_files_and_no_others(made, kind, lang):
    document = next(d for d in report_of(open_results([made / kind])).documents if d.lang == lang)
    (chapter,) = (section for section in document.sections if section.id == "dictionary")
    rows = {fold.title.split()[-1]: fold.blocks[0].rows for fold in chapter.blocks[1:]}
    assert {file: {tuple(sorted(row[0].text for row in told))} for file, told in rows.items()} == on_disk(made / kind)
    assert all(row[2].text for told in rows.values() for row in told)


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_that_stands_in_a_table_is_explained(made, kind):
    document = report_of(open_results([made / kind]), "zh").documents[0]
    (chapter,) = (section for section in document.sections if section.id == "dictionary")
    told = {fold.title.split()[-1]: {(row[0].text, row[1].text) for sheet in fold.blocks[1:] for row in sheet.rows}
            for fold in chapter.blocks[1:]}  # fmt: skip
    assert any(told.values())
    for path in (made / kind).rglob("*.parquet"):
        place = place_of_file(made / kind, path)
        table = pq.read_table(path).to_pydict()
        for column in {"measure", "stage", "category", "grid_kind", "kind"} & table.keys() - unexplained(place):
            assert {(column, code) for code in table[column]} <= told[place], (place, column)


def unexplained(place):
    """Return the columns whose codes are explained elsewhere: measures of a run stand among the measures."""
    return {"measure"} if place.startswith("measures/") else set()
