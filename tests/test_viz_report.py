"""The report and the terminal tables on a made-up comparison."""

import io
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from rich.console import Console
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.viz.effects import answer
from cogov.viz.report import report_html, write_report
from cogov.viz.reproduce import run_command
from cogov.viz.sections import sections, title
from cogov.viz.terminal import comparison_table, summary_table

VOID = {"meta", "input", "br", "link", "img"}


def made(*names, replications=4, shock=True):
    scenarios = [FakeScenario(name, shock=shock) for name in names]
    return compare(scenarios, replications=replications, workers=1, engine=engine)


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


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
        assert found == ["compared", "effects", "intervals", "curves", "shock", "stages", "maps", "costs", "equity",
                         "assumptions", "limits", "reproduce"]  # fmt: skip


def test_figures_say_in_words_what_they_show(page):
    figures = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(figures) == 8
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


def test_the_answer_names_effect_certainty_and_cost(comparison):
    first, second, third = answer(comparison, "en")
    assert first.startswith("Cadre sinking improves")
    assert "95% interval" in first
    assert "better" in second
    assert "person-hours" in third


def test_one_other_scenario_lends_its_question():
    assert title(made("baseline", "cadre_sinking"), "en") == "Does cadre_sinking solve needs sooner?"


def test_a_policy_that_does_nothing_is_not_told_apart():
    sides = [FakeScenario(), FakeScenario("nothing", policy=[])]
    comparison = compare(sides, replications=3, workers=1, engine=engine)
    assert "no scenario to be better" in answer(comparison, "en")[0]


def test_without_shock_and_with_one_replication_it_still_stands():
    comparison = made("baseline", "cadre_sinking", replications=1, shock=False)
    page = report_html(comparison)
    assert 'id="shock-zh"' not in page
    assert "There is only one replication" in page


def test_the_policy_parameters_come_with_source_and_confidence(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "assumptions")
    texts = [cell.text for block in chapter.blocks if block.kind == "sheet" for row in block.rows for cell in row]
    assert "● 9" in texts
    assert "people for each community reached" in texts


def test_the_command_of_a_run_spells_everything_out(comparison):
    command = run_command(comparison.others[0], comparison.seeds[0])
    assert command == (
        "cogov run cadre_sinking --with storm_month --city street --start 2024-06-01 --days 30 --warm-up 20 "
        f"--follow-up 10 --seed {comparison.seeds[0]}"
    )


@pytest.mark.parametrize(("lang", "word"), [("zh", "主要指标"), ("en", "Key measures")])
def test_the_terminal_shows_answer_and_tables(comparison, lang, word):
    console = Console(file=io.StringIO(), width=140, color_system=None)
    console.print(comparison_table(comparison, lang))
    text = console.file.getvalue()
    assert word in text
    assert "▲" in text


def test_the_terminal_shows_a_run():
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(summary_table(engine(FakeScenario("cadre_sinking").resolved(), 1), "en"))
    text = console.file.getvalue()
    assert "Need to solution, restricted mean" in text
    assert "person-hours" in text
