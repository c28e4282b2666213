"""A report as PDF: text in both languages, one font, links that lead to pages, data inside, the same bytes."""

import io
import re
import sys
from collections import Counter

import pytest
from small_report import small

from cogov.viz import to_pdf
from cogov.viz.blocks import Cell, Document, Note, Section, sheet
from cogov.viz.report import Report


@pytest.fixture(scope="module")
def printed():
    pypdf = pytest.importorskip("pypdf")
    content = to_pdf.pdf(small())
    return content, pypdf.PdfReader(io.BytesIO(content))


def test_a_pdf_has_text_in_both_languages_and_page_numbers(printed):
    _, reader = printed
    texts = [page.extract_text() for page in reader.pages]
    whole = "".join("".join(texts).split())
    for words in ("派驻多少最有效？", "响应率", "表中文字", "图中文字", "Responserate", "Details"):
        assert words in whole, words
    for i, text in enumerate(texts, 1):
        assert f"{i}/{len(texts)}" in "".join(text.split())


def test_a_pdf_bears_its_font_and_no_other(printed):
    _, reader = printed
    fonts = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile3" in inner["/FontDescriptor"].get_object()
            fonts.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
    assert fonts
    assert all(name.startswith("Noto-Sans-SC") for name in fonts), fonts


def test_links_of_a_pdf_lead_to_pages(printed):
    _, reader = printed
    targets = reader.named_destinations
    asked = [note.get_object() for page in reader.pages for note in page.get("/Annots", ())]
    inside = [note["/A"]["/D"] if "/A" in note else note["/Dest"] for note in asked if note["/Subtype"] == "/Link"]
    assert len(inside) >= 2 * (6 + 3)  # contents and appendices, in both languages
    assert {str(name) for name in inside} <= set(targets)
    assert [note for note in asked if "/URI" in note.get("/A", {})] == []


def test_a_pdf_has_the_data_and_the_manifest_inside(printed):
    _, reader = printed
    assert {name: list(contents) for name, contents in reader.attachments.items()} == {
        "manifest.json": [b'{"format": 1}'], "one.csv": [b"a,b\n1,2\n"]
    }  # fmt: skip


def test_a_pdf_is_the_same_each_time_and_tells_no_time(printed):
    content, reader = printed
    assert to_pdf.pdf(small()) == content
    assert not {"/CreationDate", "/ModDate"} & set(reader.metadata or {})


def test_no_row_of_a_table_stands_alone_on_a_page_and_totals_are_shaded():
    """With 26 tables of 11 rows after notes of many heights, some would begin or end at the edge of a page."""
    pypdf = pytest.importorskip("pypdf")
    blocks = []
    for k in range(26):
        rows = [[Cell(f"t{k}r{i}", tone="total" if i == 10 else ""), Cell("1")] for i in range(11)]
        blocks += [Note("x " * (37 * k % 430)), sheet(("a", "b"), rows)]
    page = Document("en", "T", "A", (("", "Yes."),), (Section("s", "S", tuple(blocks)),), "C", "c")
    reader = pypdf.PdfReader(io.BytesIO(to_pdf.pdf(Report((page,), "cogov 0", b"{}"))))
    parts = [Counter(re.findall(r"t(\d+)r\d+", page.extract_text())) for page in reader.pages]
    assert sum(len(found) for found in parts) > 26  # some tables are on two pages
    assert min(n for found in parts for n in found.values()) > 1
    shade = re.compile(rb"0?\.9137\d* 0?\.9294\d* 0?\.945\d* rg")
    assert sum(len(shade.findall(page.get_contents().get_data())) for page in reader.pages) >= 26


def test_a_missing_library_is_said_with_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(to_pdf.MissingExtraError) as failure:
        to_pdf.pdf(small())
    assert "pip install 'cogov[pdf]'" in str(failure.value)
    assert "pip install 'cogov[pdf]'" in failure.value.told("zh")
