"""The report and the terminal tables on a made-up comparison."""

import io
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from made_up_comparison import made
from rich.console import Console
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.results import Runs
from cogov.model.measures import MEASURES
from cogov.scenarios.registry import declared
from cogov.viz.answer import answer
from cogov.viz.document import document
from cogov.viz.report import report_html, write_report
from cogov.viz.terminal import comparison_table
from cogov.viz.words import measure_name

NAMES = {"cadre_sinking", "alliance_lists", "emergency_pairing"}
"""Ids that the made-up questions and the chapter on reproduction name on purpose."""
VOID = {"meta", "input", "br", "link", "img"}


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


def sections(comparison, lang):
    return document(Runs("comparison", comparison), lang).sections


@pytest.fixture(scope="module")
def page(comparison):
    return report_html(comparison)


class Nesting(HTMLParser):
    """Notes elements that are closed in the wrong place."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.ids = [], [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_the_page_is_well_formed(page):
    parser = Nesting()
    parser.feed(page)
    assert parser.wrong == []
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))


def test_every_reference_within_the_page_has_its_target(page):
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= ids
    assert set(re.findall(r'<label for="([^"]+)"', page)) <= ids


def test_the_page_needs_no_net_and_is_small(page):
    sources = re.findall(r'(?:src|href)="([^"]*)"', page) + re.findall(r"url\(([^)]*)\)", page)
    assert [s[:60] for s in sources if not s.startswith(("#", "data:"))] == []
    assert "@import" not in page
    assert len(page.encode()) < 5_000_000


def test_both_languages_hold_the_same_chapters(page):
    for lang in ("zh", "en"):
        found = re.findall(rf'<section id="(\w+)-{lang}">', page)
        assert found == ["compared", "figures", "effects", "intervals", "worse", "tradeoff", "curves", "shock",
                         "stages", "maps", "costs", "equity", "registered", "assumptions", "limits", "dictionary",
                         "provenance", "reproduce"]  # fmt: skip


def test_figures_say_in_words_what_they_show(page):
    figures = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(figures) == 2 * (6 + 4)  # in two languages, six kinds and a map for each of four scenarios
    for figure in figures:
        assert re.match(r'<svg role="img" aria-label="[^"]{20,}"', figure)
        ET.fromstring(figure)
        assert "Noto Sans SC" in figure


def test_equal_comparisons_give_equal_bytes(page, tmp_path):
    again = made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")
    write_report(again, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page


def test_text_from_scenarios_is_escaped():
    sides = [FakeScenario(), FakeScenario("<b>x</b>", policy=[])]
    comparison = compare(sides, replications=2, workers=1, engine=engine)
    assert "<b>x</b>" not in report_html(comparison)


def test_the_reference_bears_its_own_name_everywhere():
    comparison = made("cadre_sinking", "alliance_lists")
    page = re.sub(r"url\(data:[^)]*\)|<pre>.*?</pre>", "", report_html(comparison), flags=re.DOTALL)
    console = Console(file=io.StringIO(), width=120, color_system=None)
    for lang in ("zh", "en"):
        console.print(comparison_table(comparison, lang))
    for text in (page, console.file.getvalue()):
        assert re.findall(r".{20}(?:[Bb]aseline|基准).{20}", text) == []
        assert "Cadre sinking" in text
        assert "党员干部下沉" in text


def test_the_report_shows_no_codes(page):
    meant = (
        r'<section id="dictionary-.*?</section>|<(td|th)\b[^>]* class="code">.*?</\1>'  # to be read beside the files
    )
    shown = re.sub(meant, "", page, flags=re.DOTALL)
    shown = re.sub(r"<(style|script|pre)\b.*?</\1>|<svg.*?</svg>|<small>.*?</small>", "", shown, flags=re.DOTALL)
    texts = re.findall(r">([^<>]+)<", shown)
    codes = {key for key in MEASURES if "." in key} | {"need_weighted", "home_grid", "person", "street"}
    assert {t.strip() for t in texts} & codes == set()
    code = re.compile(rf"\b(?!{'|'.join(NAMES)})[a-z]+_[a-z_]+\b")
    assert [t for t in texts if code.search(t)] == []


def test_without_shock_and_with_one_replication_it_still_stands():
    comparison = made("baseline", "cadre_sinking", replications=1, shock=False)
    page = report_html(comparison)
    assert 'id="shock-zh"' not in page
    assert "There is only one replication" in page
    assert answer(comparison, "en")[1].startswith("There is only one replication and hence no interval")
    assert "no difference shown" not in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_name_of_a_time_bears_a_unit(lang):
    """Times are shown in minutes, hours or days, whichever suits them."""
    units = ("分钟", "小时", "天", "minute", "hour", "day")
    times = [m for m in MEASURES.values() if m.unit == "min"]
    assert len(times) > 20
    assert [m.key for m in times if any(unit in measure_name(m, lang).lower() for unit in units)] == []


def test_the_page_opens_in_the_language_asked_for(comparison, page):
    assert 'data-opens-in=""' in page
    assert 'data-opens-in="zh"' in report_html(comparison, "zh")
    assert "location.search" in page


def test_money_rests_on_estimates_only(comparison):
    assert {p.confidence for name, p in declared().items() if name.startswith("pay.")} == {"E"}
    assert "money uses the pay rates listed under assumptions, all of them estimates (E)" in report_html(comparison)
