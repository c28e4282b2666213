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

from small_results import KINDS, make_results

from cogov.experiments.results import open_results
from cogov.viz.blocks import Figure, Fold, Sheet
from cogov.viz.report import report_of

GOLDEN = Path(__file__).with_name("reports.json")


def shape(block):
    """Return what a block is, without what it says."""
    if isinstance(block, Sheet):
        return ["sheet", *block.heads]
    if isinstance(block, Figure):
        return ["figure", block.name.partition(".")[0]]
    return ["fold", *map(shape, block.blocks)] if isinstance(block, Fold) else [block.kind]


def structure(folder):
    """Return the chapters of a report on results in both languages, with the shapes of their blocks."""
    documents = report_of(open_results([folder])).documents
    return {d.lang: [[s.id, *map(shape, s.blocks)] for s in d.sections] for d in documents}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_results(tmp_path_factory.mktemp("made"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_has_its_golden_structure(made, kind):
    golden, now = json.loads(GOLDEN.read_text(encoding="utf-8"))[kind], structure(made / kind)
    for lang, chapters in golden.items():
        assert [chapter[0] for chapter in now[lang]] == [chapter[0] for chapter in chapters]
        for mine, his in zip(now[lang], chapters, strict=True):
            assert mine == his, f"{kind}, {lang}, chapter {his[0]}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = make_results(Path(folder))
        text = json.dumps({kind: structure(made / kind) for kind in KINDS}, indent=1, ensure_ascii=False)
    GOLDEN.write_text(text + "\n", encoding="utf-8")
