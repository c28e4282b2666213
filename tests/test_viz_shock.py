"""The chapter on a shock: how the runs recover, and what is said where none did."""

import io
from dataclasses import replace

import numpy as np
import pytest
from made_up_comparison import made
from rich.console import Console

from cogov.experiments.results import Runs
from cogov.viz import shock
from cogov.viz.document import document
from cogov.viz.terminal import comparison_table
from cogov.viz.words import w

SHOCK_DAY = 30


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


def sections(comparison, lang):
    return document(Runs("comparison", comparison), lang).sections


def test_recovery_is_not_compared_where_no_run_recovered(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "shock")
    assert chapter.blocks[4].text.startswith("Runs that recovered before their end: Baseline ")
    means = {s: {**m, "resilience.recovered": 0.0} for s, m in comparison.means.items()}
    never = replace(comparison, means=means)
    chapter = next(s for s in sections(never, "en") if s.id == "shock")
    assert chapter.blocks[4].text.startswith("No run recovered before its end")
    console = Console(file=io.StringIO(), width=120, color_system=None)
    console.print(comparison_table(never, "en"))
    assert "No run recovered before its end" in console.file.getvalue()
    assert "Time to recover" not in console.file.getvalue()
    assert "Time to recover" not in [row[0].text for row in chapter.blocks[3].rows]


def with_curve(comparison, scenario, key, values):
    """Return it with one daily curve, the same in every run."""
    curve = np.tile(np.asarray(values, dtype=float), (comparison.replications, 1))
    curves = {**comparison.curves[scenario], key: curve}
    return replace(comparison, curves={**comparison.curves, scenario: curves})


def test_what_came_of_needs_is_counted_from_the_very_day_of_the_shock(comparison):
    days = np.arange(len(comparison.dates))
    one = replace(comparison, scenarios=comparison.scenarios[:2], effects={
        "cadre_sinking": comparison.effects["cadre_sinking"]})  # fmt: skip
    one = with_curve(one, "baseline", "arisen", np.full(len(days), 10.0))
    more = 10.0 + 1000.0 * (days == SHOCK_DAY) + 7000.0 * (days == SHOCK_DAY - 1)
    one = with_curve(one, "cadre_sinking", "arisen", more)
    blocks = shock.shock(one, "en")
    at = next(i for i, block in enumerate(blocks) if block.kind == "note" and block.text == w("note.after", "en"))
    arisen = blocks[at + 1].rows[0]
    assert (arisen[1].text.split()[0], arisen[2].text.split()[0]) == ("300", "+1,000")


def test_the_backlog_of_the_last_day_stands_against_its_mean_before_the_shock(comparison, monkeypatch):
    monkeypatch.setattr(shock, "LATE", 5)
    days = np.arange(len(comparison.dates))
    backlog = np.select([days < SHOCK_DAY - 14, days < SHOCK_DAY - 5, days < SHOCK_DAY, days < days[-1]],
                        [9000.0, 100.0, 240.0, 700.0], 1000.0)  # fmt: skip
    for info in comparison.scenarios:
        for key in ("opened", "closed", "forced"):
            comparison = with_curve(comparison, info.id, key, np.full(len(days), 10.0))
        comparison = with_curve(comparison, info.id, "backlog", backlog)
    table = shock.flow_table(comparison, SHOCK_DAY, "en")
    assert table.heads[-1] == w("column.above", "en")
    assert {row[-1].text for row in table.rows} == {"+850"}  # 1000 − (9 × 100 + 5 × 240) / 14
