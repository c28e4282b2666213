"""A report as Markdown: text that is not taken for markup, figures and data beside it."""

import json
import re
from urllib.parse import unquote

import pytest
from small_report import small

from cogov.viz.blocks import Cell, Document, Fold, Items, Note, Section, Sheet
from cogov.viz.report import Report
from cogov.viz.to_markdown import markdown


def text(*blocks):
    page = Document("en", "T", "A", (("", "Yes."),), (Section("s", "S", blocks),), "C", "cite")
    return markdown(Report((page,), "cogov 0", b'{"format": 1}'), "r")["r.md"].decode()


def test_figures_their_data_and_the_manifest_lie_beside_the_text():
    files = markdown(small(), "mine")
    assert set(files) == {"mine.md", "mine_files/one.zh.svg", "mine_files/one.en.svg", "mine_files/one.csv",
                          "mine_files/manifest.json"}  # fmt: skip
    assert files["mine_files/one.csv"] == b"a,b\n1,2\n"
    assert files["mine_files/one.zh.svg"].startswith(b"<?xml")
    assert json.loads(files["mine_files/manifest.json"])["format"] == 1
    whole = files["mine.md"].decode()
    assert whole.index("派驻多少最有效") < whole.index("\n---\n") < whole.index("How many help most")
    assert "(mine_files/one.zh.svg)" in whole


@pytest.mark.parametrize("name", ["my report (1)", "报告 1", "100%"])
def test_targets_hold_for_any_name_of_the_file(name):
    files = markdown(small(), name)
    links = re.findall(r"\]\((.*?)\)(?:\n|$)", files[f"{name}.md"].decode())
    assert all(re.fullmatch(r"[^\s()<>]+", link) for link in links), links
    assert {unquote(link) for link in links} == set(files) - {f"{name}.md", f"{name}_files/manifest.json"}


def test_what_markdown_would_read_as_markup_is_made_harmless():
    found = text(Note("a *b* <i> |x| `c` [d](e) # f"), Sheet(("h|i",), ((Cell("1 | 2", "_3_"),),)))
    assert r"a \*b\* \<i\> \|x\| \`c\` \[d\](e) \# f" in found
    assert r"| h\|i |" in found
    assert r"| **" in found or r"1 \| 2 · \_3\_" in found


def test_lists_headings_folds_and_rows_of_one_cell():
    table = Sheet(("a", "b"), ((Cell("Group"),), (Cell("x"), Cell("1"))))
    lists = Items(("one", "two")), Items(("one", "two"), numbered=True)
    found = text(Note("Head", heading=True), *lists, Fold("More", (Note("inside"),)), table)
    fold = "<details><summary>More</summary>\n\ninside\n\n</details>"
    for part in ("### Head", "- one\n- two", "1. one\n2. two", fold, "| **Group** |  |", "| x | 1 |", "| --- | --- |"):
        assert part in found, part


def test_rows_of_totals_are_bold_as_the_notes_say_and_no_others():
    rows = ((Cell("Money", tone="total"), Cell("1_0", "2 to 3"), Cell("")), (Cell("pay"), Cell("5"), Cell("6")))
    found = text(Sheet(("a", "b", "c"), rows))
    assert r"| **Money** | **1\_0 · 2 to 3** |  |" in found
    assert "| pay | 5 | 6 |" in found
