"""A report as one HTML file: text is escaped, the manifest is inside, and it opens as asked."""

import base64
import json
import re

from small_report import small

from cogov.experiments.borne import OPENING
from cogov.viz.blocks import Document, Note, Section
from cogov.viz.report import Report
from cogov.viz.to_html import data_address, html


def test_the_page_bears_its_manifest_once_and_sealed():
    page = html(small())
    assert page.count(OPENING) == 1
    manifest = json.loads(page.partition(OPENING)[2].partition("</script>")[0].replace("<\\/", "</"))
    assert manifest["format"] == 1
    assert "font-goes-here" not in page


def test_text_is_escaped_and_cannot_end_the_manifest():
    page = Document(
        "en", "<b>T</b>", "A", (("", "Yes."),), (Section("s", "S", (Note("<script>x</script>"),)),), "C", "c"
    )
    text = html(Report((page,), "cogov 0", json.dumps({"format": 1, "x": "</script><b>"}).encode()))
    assert "<b>T</b>" not in text
    assert "<script>x" not in text
    inside = text.partition(OPENING)[2].partition("</script>")[0]
    assert json.loads(inside.replace("<\\/", "</"))["x"] == "</script><b>"


def test_it_opens_in_the_language_asked_for():
    assert 'data-opens-in=""' in html(small())
    assert 'data-opens-in="en"' in html(small(), "en")


def test_what_is_printed_has_everything_unfolded_and_no_script():
    page, printed = html(small()), html(small(), printed=True)
    assert "<details" in page
    assert "<details" not in printed
    assert OPENING not in printed
    assert not re.search(r"<script(?! type=.application/json)", printed)


def test_data_are_held_in_an_address():
    address = data_address("a,b\n1,街\n")
    kind, _, coded = address.partition(";base64,")
    assert kind == "data:text/csv;charset=utf-8"
    assert base64.b64decode(coded).decode() == "a,b\n1,街\n"
