"""What scenarios stand on: every number of the catalogue of needs and of the city file is in the report."""

import re

import pytest
from made_up_comparison import made

from cogov.model.city_file import District, Staff, Stock
from cogov.model.incidents import CATEGORIES, load_catalogue
from cogov.scenarios.city_files import load_spec
from cogov.scenarios.loader import load_scenario
from cogov.viz import ground
from cogov.viz.assumptions import assumptions
from cogov.viz.blocks import Note, Sheet
from cogov.viz.numbers import CHANGED


def cells(fold):
    return [[cell.text for cell in row] for block in fold.blocks if isinstance(block, Sheet) for row in block.rows]


def values(texts):
    """Return the numbers that stand in cells, in their order."""
    return [float(x.replace(",", "")) for text in texts for x in re.findall(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?", text)]


def resolved(city="gulou"):
    return load_scenario("baseline", city=city).resolved()


def test_every_column_of_the_catalogue_is_shown_or_follows_from_another():
    shown = [column for columns in ground.ASPECTS.values() for column in columns]
    assert sorted([*shown, *ground.DERIVED]) == sorted(c.name for c in CATEGORIES.columns)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_catalogue_is_told_category_by_category(lang):
    fold, catalogue = ground.needs(lang), load_catalogue()
    tables = [block for block in fold.blocks if isinstance(block, Sheet)]
    assert [len(table.rows) for table in tables[:-1]] == [len(catalogue.ids)] * len(ground.ASPECTS)
    origins = [[cell.text for cell in row] for row in tables[-1].rows]
    assert len(origins) == sum(len(columns) for columns in ground.ASPECTS.values())
    assert all(source and mark in ("S", "C", "D", "E", "S, D", "S, E", "C, E") for _, source, mark in origins), origins
    for k, row in enumerate(catalogue.rows):
        work = {c: cell.text for c, cell in zip(ground.ASPECTS["work"], tables[1].rows[k][1:], strict=True)}
        course = [cell.text for cell in tables[3].rows[k][1:]]
        assert float(work["work"]) == pytest.approx(float(row["work"]))
        assert values([work["parties"]]) == pytest.approx(row["parties"].tolist())
        assert float(course[0]) == pytest.approx(float(row["fester_minutes"]) / 1440.0, rel=1e-5)
    hours = [sum(values([row[1].text])) for row in tables[4].rows]
    assert hours == pytest.approx([100.0] * len(hours), abs=1.2)  # each is rounded to a tenth
    assert tables[4].heads[1] == {"zh": "各小时占比", "en": "share of each hour"}[lang]
    rates = {row[0].text: row[1].text for row in tables[0].rows}
    name = (catalogue.zh if lang == "zh" else catalogue.en)[catalogue.ids.index("sanitation")]
    assert rates[name] == "33.3, 63.3, 33.3, 333"
    tasks = [row[0].text for row in tables[0].rows if row[0].text not in (*catalogue.zh, *catalogue.en)]
    assert len(tasks) == int((catalogue.rows["shock"] >= 0).sum())


@pytest.mark.parametrize("city", ["gulou", "nanjing"])
def test_every_number_of_the_city_file_is_there_with_unit_range_source_and_confidence(city):
    spec, fold = load_spec(city), ground.city(resolved(city), "en")
    parts, districts, columns = (block for block in fold.blocks if isinstance(block, Sheet))
    told = {row[0].below: [cell.text for cell in row[1:]] for row in parts.rows}
    assert told.keys() == {*Staff.model_fields, *Stock.model_fields}
    for name, (value, default, unit, span, source, mark) in told.items():
        part = spec.staff if name in Staff.model_fields else spec.stock
        field = type(part).model_fields[name]
        assert values([value]) == pytest.approx([getattr(part, name)])
        assert values([default]) == pytest.approx([] if field.is_required() else [field.default])
        assert value.startswith(CHANGED) == (not field.is_required() and getattr(part, name) != field.default)
        assert all((unit, span, source, mark)), name
    names = [name for name in District.model_fields if name != "name"]
    for district, row in zip(spec.districts, districts.rows, strict=True):
        assert row[0].text == district.en
        assert values([cell.text for cell in row[1:]]) == pytest.approx([float(getattr(district, k)) for k in names])
    assert [row[0].below for row in columns.rows] == names
    assert all(cell.text for row in columns.rows for cell in row)


def test_sources_under_names_of_ones_own_are_told_too(monkeypatch):
    spec = load_spec("gulou")
    own = spec.model_copy(update={"sources": {"map": "drawn by hand (E)"}})
    monkeypatch.setattr(ground, "city_spec", lambda resolved: own)
    texts = cells(ground.city(resolved(), "en"))
    assert ["map", "drawn by hand (E)"] in texts
    assert any("the file does not say" in row for row in texts)


def test_a_city_file_that_is_not_the_one_that_ran_is_not_shown_for_it():
    other = {**resolved(), "city_digest": "of another time"}
    assert isinstance(ground.city(other, "zh"), Note)
    assert isinstance(ground.city({**resolved(), "city": "nowhere"}, "en"), Note)


def test_the_chapter_of_assumptions_has_both():
    titles = [getattr(block, "title", "") for block in assumptions(made("baseline", "cadre_sinking"), "en")]
    assert any(title.startswith("Numbers of the categories of need (") for title in titles)
