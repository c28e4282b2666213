"""What a report is made of: chapters, blocks and heads of tables, in order, so that none is lost or moved unnoticed.

Where a change is meant, write the file anew and look at the difference:

    python tests/golden/test_reports.py
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthetic import FakeScenario, engine
from test_experiments_campaign import FEW, written
from test_experiments_campaign import run as run_campaign
from test_experiments_results import one_run

from cogov.experiments.compare import compare
from cogov.experiments.results import open_results
from cogov.viz.blocks import Figure, Fold, Sheet
from cogov.viz.report import report_of

GOLDEN = Path(__file__).with_name("reports.json")
KINDS = ("run", "comparison", "experiment")


def results(kind, out):
    """Make results of a kind with the made-up engine, and open them."""
    if kind == "comparison":
        sides = [FakeScenario(name) for name in ("baseline", "cadre_sinking")]
        compare(sides, replications=3, workers=1, engine=engine, out=out / kind)
    elif kind == "run":
        one_run(out / kind)
    else:
        run_campaign(written(out, f"{FEW}\n[keep]\ngrids = true\n"), out / kind)
    return open_results([out / kind])


def shape(block):
    """Return what a block is, without what it says."""
    if isinstance(block, Sheet):
        return ["sheet", *block.heads]
    if isinstance(block, Figure):
        return ["figure", block.name.partition(".")[0]]
    return ["fold", *map(shape, block.blocks)] if isinstance(block, Fold) else [block.kind]


def structure(kind, out):
    """Return the chapters of both languages with the shapes of their blocks."""
    documents = report_of(results(kind, out)).documents
    return {d.lang: [[s.id, *map(shape, s.blocks)] for s in d.sections] for d in documents}


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_has_its_golden_structure(kind, tmp_path):
    golden, now = json.loads(GOLDEN.read_text(encoding="utf-8"))[kind], structure(kind, tmp_path)
    for lang, chapters in golden.items():
        assert [chapter[0] for chapter in now[lang]] == [chapter[0] for chapter in chapters]
        for mine, his in zip(now[lang], chapters, strict=True):
            assert mine == his, f"{kind}, {lang}, chapter {his[0]}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        text = json.dumps({kind: structure(kind, Path(folder)) for kind in KINDS}, indent=1, ensure_ascii=False)
    GOLDEN.write_text(text + "\n", encoding="utf-8")
