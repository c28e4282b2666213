"""A report as one HTML file: text is escaped, the manifest is inside, and it opens as asked."""

import json
import re
from html import unescape
from urllib.parse import unquote

from small_report import small

from cogov.experiments.borne import OPENING
from cogov.viz.blocks import Cell, Document, Note, Section, sheet
from cogov.viz.report import Report
from cogov.viz.to_html import data_address, html, kept


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


def test_contents_on_paper_name_the_chapters_and_the_appendices_have_a_list_of_their_own():
    first, second = re.findall(r"<nav.*?</nav>", html(small(), printed=True), re.DOTALL)[:2]
    assert re.findall(r'href="#(.*?)"', first) == ["part0-zh", "part1-zh", "part2-zh", "appendices-zh"]
    assert 'id="appendices-zh"' in second
    assert re.findall(r'href="#(.*?)"', second) == ["appendix0-zh", "appendix1-zh", "appendix2-zh"]


def test_the_address_of_data_holds_them_to_the_letter():
    text = 'a,"b c",50%\n鼓楼区 #1, <x>&y\n'
    head, _, body = data_address(text).partition(",")
    assert head == "data:text/csv;charset=utf-8"
    assert not set('#"<>\n') & set(body)
    assert unquote(body) == text


def test_options_of_commands_and_short_words_are_not_broken_into_lines():
    text = "cogov run <x> --warm-up 14 --out demo，不用 --with；a & b"
    shown = str(kept(text))
    assert '<span class="short">--warm-up 14</span> <span class="short">--out demo</span>' in shown
    assert '不用 <span class="short">--with</span>；a &amp; b' in shown
    assert unescape(re.sub("</?span[^>]*>", "", shown)) == text
    some = sheet(["预期", "一个相当长的列名"], [[Cell("越低越好"), Cell("一段相当长的说明文字")] for _ in range(3)])
    page = Document("zh", "题", "答", (("", "一句"),), (Section("a", "章", (some,)),), "目录", "引用")
    printed = html(Report((page,), "cogov", b"{}"), printed=True)
    assert '<th scope="col" class="short">预期</th><th scope="col">一个相当长的列名</th>' in printed
    assert 'class="short">越低越好' in printed
    assert '<div class="scroll few">' in printed
