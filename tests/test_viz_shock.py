"""The chapter on a shock: how the runs recover, and what is said where none did."""

import io
from dataclasses import replace

import pytest
from made_up_comparison import made
from rich.console import Console

from cogov.experiments.results import Runs
from cogov.viz.document import document
from cogov.viz.terminal import comparison_table


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
