"""The report and the terminal tables on a made-up comparison."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rich.console import Console
from synthetic import HELP, FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.comparison import ScenarioInfo
from cogov.model.measures import MEASURES
from cogov.scenarios.loader import load_scenario
from cogov.viz import style
from cogov.viz.answer import answer
from cogov.viz.effects import KEY, known
from cogov.viz.figures import interval_figure
from cogov.viz.report import report_html, write_report
from cogov.viz.reproduce import as_shipped, run_command
from cogov.viz.sections import sections, title
from cogov.viz.terminal import comparison_table, summary_table

NAMES = {"cadre_sinking", "alliance_lists", "emergency_pairing"}
"""Ids that the made-up questions and the chapter on reproduction name on purpose."""
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
    setting, verdict, *policies = answer(comparison, "en")
    assert setting.startswith("Under Baseline, a need gets its first response after ")
    assert "paired replications: 4" in setting
    assert "First response: sooner under Cadre sinking" in verdict
    assert "Solution: sooner under Cadre sinking" in verdict
    assert [text.partition(" — ")[0] for text in policies] == ["Cadre sinking", "Alliance lists", "Emergency pairing"]
    number = r"[−+][\d.,]+[^;]*"
    assert re.match(
        rf"Cadre sinking — first response {number} \({number}; {number} to {number}\); "
        rf"solution {number} \({number}; {number} to {number}\); "
        rf"cost {number} \({number}; {number} to {number}\), delay of home units' own work \+",
        policies[0],
    )
    assert "also better: " in policies[0]
    chinese = answer(comparison, "zh")
    assert len(chinese) == 5
    assert chinese[1].startswith("首次响应：")
    assert chinese[2].startswith("党员干部下沉——首次响应 −")


def test_what_is_worse_and_what_is_not_shown_is_said():
    harm = [FakeScenario(), FakeScenario("harm", policy=[{"use": "harm", "id": "harm"}])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(HELP, "harm", -0.2)
        comparison = compare(harm, replications=4, workers=1, engine=engine)
    _, verdict, policy = answer(comparison, "en")
    assert "Solution: later under Harm" in verdict
    assert "but worse: " in policy


def test_one_other_scenario_lends_its_question():
    assert title(made("baseline", "cadre_sinking"), "en") == "Does cadre_sinking solve needs sooner?"


def test_a_policy_that_does_nothing_is_not_told_apart():
    sides = [FakeScenario(), FakeScenario("nothing", policy=[])]
    comparison = compare(sides, replications=3, workers=1, engine=engine)
    assert answer(comparison, "en")[1].startswith("Nothing can be concluded about first response or solution")
    assert answer(comparison, "zh")[1].startswith("首次响应与解决用时均未见分别")
    assert "first response no change; solution no change; cost no change" in answer(comparison, "en")[2]


def test_the_report_says_what_pairing_bought(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "effects")
    tables = [block for block in chapter.blocks if block.kind == "sheet"]
    assert [row[0].text for row in tables[1].rows] == [
        "Need to first response, restricted mean", "Need to solution, restricted mean", "Person-hours on duty · total"
    ]  # fmt: skip
    assert re.match(r"correlation [\d.]+, variance ratio", tables[1].rows[0][1].text)


def test_the_report_shows_no_codes(page):
    shown = re.sub(r"<(style|script|pre)\b.*?</\1>|<svg.*?</svg>|<small>.*?</small>", "", page, flags=re.DOTALL)
    texts = re.findall(r">([^<>]+)<", shown)
    codes = {key for key in MEASURES if "." in key} | {"need_weighted", "home_grid", "person", "street"}
    assert {t.strip() for t in texts} & codes == set()
    code = re.compile(rf"\b(?!{'|'.join(NAMES)})[a-z]+_[a-z_]+\b")
    assert [t for t in texts if code.search(t)] == []


def test_recovery_is_not_compared_where_no_run_recovered(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "shock")
    assert chapter.blocks[-1].text.startswith("Runs that recovered before their end: Baseline ")
    means = {s: {**m, "resilience.recovered": 0.0} for s, m in comparison.means.items()}
    chapter = next(s for s in sections(replace(comparison, means=means), "en") if s.id == "shock")
    assert chapter.blocks[-1].text.startswith("No run recovered before its end")
    assert "Time to recover" not in [row[0].text for row in chapter.blocks[1].rows]


def test_costs_have_a_scale_of_their_own(comparison):
    with style.styled("test"):
        figure = interval_figure(comparison, known(comparison, KEY), "en")
    effects, costs = figure.axes
    assert [t.get_text() for t in costs.get_yticklabels()] == [
        "Person-hours on duty · total", "Delay of home units' own work"
    ]  # fmt: skip
    assert "improvement" in effects.get_xlabel()
    assert costs.get_xlim()[1] > 0


def test_only_a_shipped_scenario_gets_a_command_for_one_run(comparison):
    assert not as_shipped(comparison.others[0])
    words = {"city": "street", "days": 30, "warm_up_days": 20, "follow_up_days": 10, "layers": ["storm_month"]}
    shipped = load_scenario("cadre_sinking", **words)
    assert as_shipped(ScenarioInfo.of(shipped.resolved(), shipped.digest()))
    changed = load_scenario("cadre_sinking", settings={"handling.fix": 0.9}, **words)
    assert not as_shipped(ScenarioInfo.of(changed.resolved(), changed.digest()))


def test_without_shock_and_with_one_replication_it_still_stands():
    comparison = made("baseline", "cadre_sinking", replications=1, shock=False)
    page = report_html(comparison)
    assert 'id="shock-zh"' not in page
    assert "There is only one replication" in page
    assert answer(comparison, "en")[1].startswith("There is only one replication and hence no interval")
    assert "no difference shown" not in page


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


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(("lang", "word"), [("zh", "主要指标"), ("en", "Key measures")])
def test_the_terminal_shows_answer_and_tables(comparison, lang, word, width):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(comparison_table(comparison, lang))
    text = console.file.getvalue()
    assert "…" not in text
    assert {"zh": "方差比", "en": "variance"}[lang] in text
    assert word in text
    assert "▲" in text


def test_the_terminal_shows_a_run():
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(summary_table(engine(FakeScenario("cadre_sinking").resolved(), 1), "en"))
    text = console.file.getvalue()
    assert "Need to solution, restricted mean" in text
    assert "person-hours" in text
