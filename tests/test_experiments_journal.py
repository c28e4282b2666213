"""Journals: lines that count whatever was cut off before them, in whatever order they are read."""

import pytest
from test_experiments_store import filled, tables

from cogov.experiments.journal import Failure, append, lines, state_of
from cogov.experiments.store import JOURNAL, Writer


def test_a_line_after_one_that_was_cut_off_counts(tmp_path):
    store = filled(tmp_path, ["a"])
    (journal,) = (tmp_path / JOURNAL).glob("*.jsonl")
    with journal.open("ab") as file:
        file.write(b'{"part": "half')
    writer = Writer(store, "w")
    writer.add("b", tables("b"), 0.5)
    writer.flush()
    writer.fail(Failure("c", "failed", "one\u2028two\nthree"))
    assert store.look().finished() == {"a", "b"}
    assert store.look().failures["c"].reason == "one\u2028two\nthree"


def test_a_failed_run_is_told_until_it_has_ended_well(tmp_path):
    store = filled(tmp_path, ["a"])
    writer = Writer(store, "v")
    writer.fail(Failure("b", "failed", "ValueError: no"))
    assert store.look().failures == {"b": Failure("b", "failed", "ValueError: no")}
    writer.add("b", tables("b"), 0.1)
    writer.flush()
    assert store.look().failures == {}


def test_a_journal_that_cannot_be_written_names_its_file(tmp_path):
    with pytest.raises(OSError, match="journal"):
        append(tmp_path / "no" / "journal", {})


def test_lines_say_the_same_in_any_order(tmp_path):
    one, two = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    append(one, {"failed": "x", "status": "failed", "reason": "no"})
    append(one, {"part": "p", "runs": ["y"], "files": {"runs": "h"}, "seconds": 1.0})
    append(two, {"part": "q-merged-1", "runs": ["x", "y"], "files": {"runs": "h"}, "seconds": 3.0, "merged": ["p"]})
    for order in ((one, two), (two, one)):
        state = state_of(order)
        assert (set(state.parts), state.finished(), state.failures) == ({"q-merged-1"}, {"x", "y"}, {})
    with one.open("ab") as file:
        file.write(b'[1]\n{"half')
    assert len(list(lines(one))) == 2
