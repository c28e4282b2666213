"""How results were made: machines and times in a sentence, then each run with its seed and hash."""

import pytest

from cogov.experiments.results import Record
from cogov.viz.blocks import Code, Fold, Note
from cogov.viz.numbers import NO_BREAK, NOTHING
from cogov.viz.provenance import cite, provenance


def record(replication=0, **facts):
    usual = {"platform": "Linux x86_64", "processors": 4, "wall_seconds": 2.0, "peak_memory_mb": 310.26,
             "ended": "2026-03-01T10:00:00+00:00"}  # fmt: skip
    name = {"name": {"zh": "基线", "en": "Baseline"}}
    return Record("baseline", replication, 70 + replication, name, "d", {}, f"hash{replication}", usual | facts)


def rows(records, lang="en"):
    (fold,) = (block for block in provenance(records, lang) if isinstance(block, Fold))
    (table,) = fold.blocks
    return [[cell.text for cell in row] for row in table.rows], table.heads


def test_without_records_that_is_said():
    (note,) = provenance([], "en")
    assert isinstance(note, Note)


def test_each_run_has_seed_hash_seconds_memory_and_its_end():
    found, heads = rows([record(), record(1, peak_memory_mb=None)])
    assert len(heads) == len(found[0]) == 7
    assert found[0][:4] == ["Baseline", "0", "70", "hash0"]
    assert (found[0][4], found[0][5], found[1][5]) == ("2.0", "310.3", NOTHING)


def test_one_run_has_no_column_for_replications():
    found, heads = rows([record()], "zh")
    assert (len(heads), found[0][:2]) == (6, ["基线", "70"])


def test_machines_are_named_once_and_times_are_summed():
    blocks = provenance(
        [record(), record(1), record(2, platform="Darwin arm64", ended="2026-03-02T10:00:00+00:00")], "en"
    )
    said = blocks[0].text.replace(NO_BREAK, " ")
    assert said.count("Linux x86_64") == said.count("Darwin arm64") == 1
    assert "; 6 seconds together" in said
    assert "1 March 2026" in said
    assert "2 March 2026" in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_citation_names_version_and_digests(lang):
    assert all(part in cite("0.1.0", ["abc", "def"], lang) for part in ("0.1.0", "abc, def"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_only_of_several_runs_a_sample_is_advised(lang):
    for records, sample in (([record()], False), ([record(), record(1)], True)):
        *_, note, code = provenance(records, lang)
        assert isinstance(code, Code)
        assert ("--sample" in code.text, "--sample" in note.text) == (sample, sample)
