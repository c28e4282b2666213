"""Chapters of the report: effects with what pairing bought, stages with intervals, gaps with their meaning."""

import re
from dataclasses import replace

import numpy as np
import pytest
from made_up_comparison import made

from cogov.experiments.results import Runs
from cogov.model.state import STAGES
from cogov.viz.blocks import Fold, Note
from cogov.viz.document import document
from cogov.viz.numbers import NO_BREAK
from cogov.viz.sections import category_table, findings, stage_table
from cogov.viz.words import LANGUAGES, term, w


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


def sections(comparison, lang):
    return document(Runs("comparison", comparison), lang).sections


def test_the_report_says_what_pairing_bought(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "effects")
    tables = [block for block in chapter.blocks if block.kind == "sheet"]
    assert [row[0].text for row in tables[1].rows] == [
        "Need to first response, restricted mean", "Need to solution, restricted mean", "Person-hours on duty · total"
    ]  # fmt: skip
    assert re.match(r"correlation [\d.]+, variance ratio", tables[1].rows[0][1].text)


def test_the_total_of_the_stages_has_an_interval(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "stages")
    total = next(block for block in chapter.blocks if block.kind == "sheet").rows[-1]
    assert total[0].text == "Total"
    assert all(re.fullmatch(r"[−+][\d.]+ to [−+][\d.]+", cell.below) for cell in total[2:])


def test_kinds_of_grid_come_with_intervals_and_ratios_with_their_meaning(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "equity")
    ratios, kinds = (block for block in chapter.blocks if block.kind == "sheet")
    assert (
        "above 1 old compounds wait longer"
        in {row[0].text: row[0].below for row in ratios.rows}["Old over commercial compounds"]
    )
    assert [row[0].text.partition(" · ")[2] or row[0].text for row in kinds.rows]
    assert all(" to " in row[2].below for row in kinds.rows)


def test_dashes_of_the_tables_of_effects_are_explained(comparison):
    first = comparison.others[0]
    lacking = {key: effect for key, effect in comparison.effects[first.id].items() if key != "backlog"}
    some = replace(comparison, effects={**comparison.effects, first.id: lacking})
    for shown, said in ((comparison, False), (some, True)):
        chapter = next(s for s in sections(shown, "zh") if s.id == "effects")
        assert any("没有这项指标的值" in block.text for block in chapter.blocks if block.kind == "note") == said
        folds = [block for block in chapter.blocks if block.kind == "fold"]
        assert all("没有底数可比" in fold.blocks[0].text and fold.blocks[1].kind == "sheet" for fold in folds)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_rows_of_the_stages_are_in_one_unit_and_add_up_to_the_total(comparison, lang):
    *rows, total = stage_table(comparison, lang).rows
    assert total[0].tone == "total"
    for column in range(1, len(total)):
        texts = [row[column].text for row in (*rows, total)]
        found = [re.fullmatch(r"([−+]?[\d,.]+)(\D+)", text.replace(NO_BREAK, " ")) for text in texts]
        assert len({each[2] for each in found if each}) == 1, texts
        assert len({len(each[1].rpartition(".")[2]) for each in found if each}) == 1, texts
        *parts, whole = (float(each[1].replace("−", "-").replace(",", "")) if each else 0.0 for each in found)
        assert sum(parts) == pytest.approx(whole, abs=0.006 * len(texts))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_stage_is_explained_where_stages_are_shown(lang):
    comparison = made("baseline", "cadre_sinking", replications=2)
    alone = replace(comparison, scenarios=comparison.scenarios[:1], effects={}, stage_totals={})
    shown = {stage for pairs in comparison.stages.values() for stage in pairs}
    for one in (comparison, alone):
        folds = {block.title: block for block in findings(one, lang)["stages"] if isinstance(block, Fold)}
        rows = {row[0].text: row[1].text for row in folds[w("fold.stages", lang)].blocks[0].rows}
        assert rows == {term(stage, lang): w(f"stage.{stage}", lang) for stage in shown}
    assert all(w(f"stage.{stage}", lang) for stage, _, _ in STAGES)


@pytest.mark.parametrize(("first", "named"), [("2024-05-20", "6月10日"), ("2024-06-20", "")])
def test_holidays_among_the_days_of_curves_are_named(first, named):
    comparison = made("baseline", "cadre_sinking", replications=2)
    dates = np.datetime64(first) + np.arange(len(comparison.dates))
    for one in (comparison, replace(comparison, scenarios=comparison.scenarios[:1], effects={}, stage_totals={})):
        notes = [b.text for b in findings(replace(one, dates=dates), "zh")["curves"] if isinstance(b, Note)]
        told = [text for text in notes if text.startswith(w("note.holidays", "zh", days="")[:8])]
        assert len(told) == bool(named)
        assert all(named in text for text in told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_gets_better_is_looked_for_as_what_gets_worse_is(comparison, lang):
    chapter = next(s for s in sections(comparison, lang) if s.id == "worse")
    folds = [b for b in chapter.blocks if isinstance(b, Fold)]
    for outcome, sheets in (
        ("worse", [b for b in chapter.blocks if b.kind == "sheet"]),
        ("better", [f.blocks[0] for f in folds]),
    ):
        expected = sum(e.verdict == outcome and e.measure.has_better and e.measure.group != "cost"
                       for effects in comparison.effects.values() for e in effects.values())  # fmt: skip
        assert sum(len(sheet.rows) for sheet in sheets) == expected, outcome
    luck = next(
        b.text for b in chapter.blocks if isinstance(b, Note) and ("单凭运气" in b.text or "By luck alone" in b.text)
    )
    able = sum(e.measure.has_better and e.measure.group != "cost" and e.pair.low < e.pair.high
               for effects in comparison.effects.values() for e in effects.values())  # fmt: skip
    assert re.search(rf"\b{able}\b", luck)
    assert re.search(rf"\b{able * 0.025:.0f}\b", luck)


def test_a_run_has_its_costs_with_totals_and_the_days_they_are_of(comparison):
    run = replace(comparison, scenarios=comparison.scenarios[:1], effects={}, stage_totals={})
    chapter = next(s for s in document(Runs("run", run), "en").sections if s.id == "costs")
    assert chapter.blocks[0].text.startswith("Only the 30 days of the window are counted")
    rows = {row[0].text: row for row in chapter.blocks[1].rows}
    assert rows["Money · total"][0].tone == rows["Person-hours on duty · total"][0].tone == "total"


def test_categories_are_in_one_unit_and_no_change_of_nothing_is_named(comparison):
    base = {"care": {"work": 9000.0, "travel": 0.0}, "noise": {"work": 500.0, "travel": 1.0}}
    other = {"care": {"work": 8000.0, "travel": 0.0}, "noise": {"work": 500.001, "travel": 1.0}}
    mine = {s.id: other for s in comparison.others} | {"baseline": base}
    rows = category_table(replace(comparison, categories=mine), "en").rows
    assert [[cell.text.replace(NO_BREAK, " ") for cell in row[1:3]] for row in rows] == [
        ["6.2 days", "−0.69 days"], ["0.3 days", "0.00 days"]
    ]  # fmt: skip
    assert [row[2].below.replace(NO_BREAK, " ").endswith("−0.69 days") for row in rows] == [True, False]
    assert rows[1][2].below == ""


def test_a_category_names_the_stage_that_changes_most_even_where_it_gets_shorter():
    comparison = made("baseline", "cadre_sinking", replications=2)
    before = {"travel": 300.0, "work": 200.0, "decision": 100.0}
    after = {"travel": 180.0, "work": 230.0, "decision": 100.0}
    some = replace(comparison, categories={"baseline": {"noise": before}, "cadre_sinking": {"noise": after}})
    ((name, _, change),) = category_table(some, "en").rows
    assert name.text == term("noise", "en")
    assert change.below.startswith(f"most: {term('travel', 'en')} −")
