"""Whatever is changed in a PDF, the part of it that changed has another hash, and no other part."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
from small_report import small

from cogov.experiments.tables import sha256
from cogov.viz.blocks import Figure
from cogov.viz.pdf_parts import parts_of_pdf

pytest.importorskip("weasyprint")
pypdf = pytest.importorskip("pypdf")
from pypdf import generic  # noqa: E402


def faint(document):
    """Return a document whose figures are half transparent, which makes forms of them."""

    def drawn(block):
        if not isinstance(block, Figure):
            return block
        return replace(
            block, svg=block.svg.replace("<text", '<g opacity="0.5"><text').replace("</text>", "</text></g>")
        )

    sections = (replace(each, blocks=tuple(map(drawn, each.blocks))) for each in document.sections)
    return replace(document, sections=tuple(sections))


@pytest.fixture(scope="module")
def content():
    from cogov.viz.to_pdf import pdf

    report = small()
    report = replace(report, documents=tuple(map(faint, report.documents)))
    return pdf(type(report)(report.documents, report.version, b'{"format": 1, "kind": "run"}'))


def changed(content, change):
    """Return the names of the parts that a change of a PDF changes; writing alone changes none but the document."""
    found = []
    for each in (lambda writer: None, change):
        writer = pypdf.PdfWriter(clone_from=BytesIO(content))
        each(writer)
        out = BytesIO()
        writer.write(out)
        found.append(parts_of_pdf(out.getvalue()))
    plain, other = found
    return {name for name in plain | other if plain.get(name) != other.get(name)}


def resources(writer, page, key):
    return [each.get_object() for each in writer.pages[page]["/Resources"][key].get_object().values()]


def test_pages_and_data_of_a_pdf_bear_hashes(content):
    parts = parts_of_pdf(content)
    told = json.loads(pypdf.PdfReader(BytesIO(content)).attachments["manifest.json"][0])["parts"]
    assert told.pop("manifest")
    assert told == {name: sha256(part) for name, part in parts.items()}
    assert {"document", "p1", "p2", "one.csv"} <= set(told)
    assert len(set(told.values())) > 4


def test_untouched_pages_keep_their_hashes_when_objects_get_other_numbers(content):
    writer = pypdf.PdfWriter(clone_from=BytesIO(content))
    out = BytesIO()
    writer.write(out)
    one, other = parts_of_pdf(content), parts_of_pdf(out.getvalue())
    assert {name for name in one if one[name] != other[name]} <= {"document"}  # whose title names what wrote it


def test_an_emptied_form_is_found(content):
    def empty(writer):
        for i in range(len(writer.pages)):
            for form in resources(writer, i, "/XObject"):
                assert form["/Subtype"] == "/Form"
                form.set_data(b"0 0 m")
                pages.add(f"p{i + 1}")

    pages = set()
    assert changed(content, empty) == pages
    assert pages


def test_letters_that_show_as_others_are_found(content):
    def swap(writer):
        fonts = resources(writer, 0, "/Font")
        assert fonts
        for font in fonts:
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            file = descriptor[next(key for key in descriptor if key.startswith("/FontFile"))].get_object()
            file.set_data(file.get_data() + b"0")

    assert "p1" in changed(content, swap)


def test_an_annotation_is_found_on_its_page(content):
    from pypdf.annotations import FreeText

    note = FreeText(text="All policies work", rect=(50, 550, 300, 800))
    assert changed(content, lambda writer: writer.add_annotation(1, note)) == {"p2"}


def test_a_link_that_leads_elsewhere_is_found(content):
    def lead(writer):
        page, link = next((i, each.get_object()) for i, page in enumerate(writer.pages)
                          for each in page.get("/Annots", []) if each.get_object()["/Subtype"] == "/Link")  # fmt: skip
        link[generic.NameObject("/Dest")] = generic.TextStringObject("elsewhere")
        places.append(f"p{page + 1}")

    places = []
    parts = changed(content, lead)
    assert places
    assert set(places) <= parts


def test_outline_title_actions_and_words_read_aloud_are_found_in_the_document(content):
    def outline(writer):
        writer.add_outline_item(title="What works", page_number=0)

    def aloud(writer):
        tree = writer.root_object["/StructTreeRoot"].get_object()
        tree[generic.NameObject("/ActualText")] = generic.TextStringObject("All policies work")

    def act(writer):
        action = {"/S": generic.NameObject("/JavaScript"), "/JS": generic.TextStringObject("app.alert(1)")}
        made = generic.DictionaryObject({generic.NameObject(key): value for key, value in action.items()})
        writer.root_object[generic.NameObject("/OpenAction")] = made

    for change in (outline, aloud, lambda writer: writer.add_metadata({"/Title": "Another"}),
                   act):  # fmt: skip
        assert "document" in changed(content, change)


def test_another_page_and_another_attachment_are_found(content):
    assert changed(content, lambda writer: writer.add_blank_page(100, 100)) >= {"p11"}
    assert changed(content, lambda writer: writer.add_attachment("two.csv", b"a")) == {"two.csv"}
    assert changed(content, lambda writer: writer.add_attachment("one.csv", b"a")) == {"one.csv'"}


def test_a_damaged_pdf_is_read_as_far_as_it_goes_without_a_word_of_the_reader(content, caplog, capfd):
    parts = parts_of_pdf(content[: content.rfind(b"startxref")] + b"startxref\n12\n%%EOF\n")
    assert parts["p1"] == parts_of_pdf(content)["p1"]
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
