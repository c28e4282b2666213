"""The report and the terminal tables on a made-up comparison."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from rich.console import Console
from synthetic import HELP, FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.comparison import Effect, ScenarioInfo
from cogov.experiments.results import Runs
from cogov.experiments.statistics import judged, smallest, verdict
from cogov.model.measures import MEASURES, measure_of
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.registry import declared
from cogov.viz import style
from cogov.viz.answer import answer
from cogov.viz.brief import brief
from cogov.viz.contrast import neutral, title
from cogov.viz.costs import cost_table
from cogov.viz.document import document
from cogov.viz.effects import KEY, all_effects, known
from cogov.viz.figures import interval_figure
from cogov.viz.numbers import NO_BREAK
from cogov.viz.report import report_html, write_report
from cogov.viz.reproduce import as_shipped, run_command
from cogov.viz.terminal import comparison_table, fit, summary_table
from cogov.viz.words import measure_name

NAMES = {"cadre_sinking", "alliance_lists", "emergency_pairing"}
"""Ids that the made-up questions and the chapter on reproduction name on purpose."""
VOID = {"meta", "input", "br", "link", "img"}


def made(*names, replications=4, shock=True):
    scenarios = [FakeScenario(name, shock=shock) for name in names]
    return compare(scenarios, replications=replications, workers=1, engine=engine)


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


def test_the_answer_names_effect_certainty_and_cost(comparison):
    setting, verdict, *policies = answer(comparison, "en")
    assert setting.startswith("Under Baseline, in 30 days with a shock (rainstorm and flood), a need gets its first")
    assert "paired replications: 4" in setting
    assert "First response: sooner under Cadre sinking" in verdict
    assert "Solution: sooner under Cadre sinking" in verdict
    assert [text.partition(" — ")[0] for text in policies] == ["Cadre sinking", "Alliance lists", "Emergency pairing"]
    number = r"[−+][\d.,]+[^;]*"
    assert re.match(
        rf"Cadre sinking — first response {number} \({number}; {number} to {number}\); "
        rf"solution {number} \({number}; {number} to {number}\); "
        rf"cost {number} \({number}; {number} to {number}\) and {number} \({number}; {number} to {number}\), "
        r"delay of home units' own work \+",
        policies[0],
    )
    assert "; also better: " in policies[0]
    assert "also changed" not in policies[0]
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


def test_the_title_says_what_is_compared_with_what_and_in_which_shock(comparison):
    one = made("baseline", "cadre_sinking", shock=False)
    assert title(one, "en") == "What does Cadre sinking change, compared with Baseline?"
    assert title(one, "zh") == "与基线相比，党员干部下沉改变了什么？"
    several = "What do Cadre sinking, Alliance lists and Emergency pairing change, compared with Baseline?"
    assert title(comparison, "en") == f"30 days with a shock (rainstorm and flood): {several}"
    assert title(comparison, "zh").startswith("30 天内遇暴雨内涝：与基线相比，")


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


def test_a_shock_alone_is_no_policy():
    storm = [FakeScenario(shock=False), FakeScenario("a_storm", policy=[])]
    comparison = neutral(compare(storm, replications=4, workers=1, engine=engine))
    assert {e.verdict for e in comparison.effects["a_storm"].values()} & {"better", "worse"} == set()
    text = answer(comparison, "en")[-1]
    assert "A storm has the same policies as Baseline and differs from it by a shock (rainstorm and flood)" in text
    assert "better" not in text
    assert "不是政策效果" in answer(comparison, "zh")[-1]
    assert title(comparison, "en") == "What does A storm change, compared with Baseline?"
    both = [FakeScenario(shock=False), FakeScenario("cadre_sinking")]
    text = answer(neutral(compare(both, replications=4, workers=1, engine=engine)), "en")[-1]
    assert "cannot be put down to the policies alone" in text


def test_a_policy_that_does_nothing_changes_nothing():
    sides = [FakeScenario(), FakeScenario("nothing", policy=[])]
    comparison = compare(sides, replications=3, workers=1, engine=engine)
    assert answer(comparison, "en")[1].startswith("First response: practically unchanged under Nothing.")
    assert answer(comparison, "zh")[1].startswith("首次响应：nothing下几乎不变。")
    said = "; ".join(
        f"{what} the same as the reference in every run" for what in ("first response", "solution", "cost")
    )
    assert f"{said}." in answer(comparison, "en")[2]


def test_what_chance_alone_could_make_is_not_told_apart():
    comparison = made("baseline", "alliance_lists")
    effects = {k: replace(e, verdict="not_told_apart") for k, e in comparison.effects["alliance_lists"].items()}
    comparison = replace(comparison, effects={"alliance_lists": effects})
    assert answer(comparison, "en")[1].startswith("Nothing can be concluded about first response or solution")
    assert answer(comparison, "zh")[1].startswith("首次响应与解决用时均未见显著差异")


def test_eight_minutes_of_five_days_are_no_headline(comparison):
    effect = comparison.effects["cadre_sinking"]["first_response_minutes.mean"]
    pair = replace(effect.pair, baseline=7200.0, mean=7192.0, difference=-8.0, low=-9.0, high=-7.0, relative=-8 / 7200)
    small = replace(effect, pair=pair, verdict=verdict(pair, -1, smallest(pair.baseline, "min", "speed")))
    effects = {**comparison.effects["cadre_sinking"], "first_response_minutes.mean": small}
    _, headline, policy, *_ = answer(
        replace(comparison, effects={**comparison.effects, "cadre_sinking": effects}), "en"
    )
    assert "practically unchanged under Cadre sinking" in headline
    assert "first response −0.13 h (−0.1%; −0.15 to −0.12 h), practically unchanged" in policy.replace(NO_BREAK, " ")


def test_what_speaks_against_a_policy_is_in_the_answer(comparison):
    effects = comparison.effects["cadre_sinking"]
    key = "resilience.unmet"
    pair = replace(effects[key].pair, baseline=100.0, difference=14.8, low=10.0, high=20.0, relative=0.148)
    effects = {**effects, key: replace(effects[key], pair=pair, verdict="worse")}
    policy = answer(replace(comparison, effects={**comparison.effects, "cadre_sinking": effects}), "en")[2]
    assert "but worse: excess backlog left at the end (+14.8%)" in policy


def test_the_report_says_what_pairing_bought(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "effects")
    tables = [block for block in chapter.blocks if block.kind == "sheet"]
    assert [row[0].text for row in tables[1].rows] == [
        "Need to first response, restricted mean", "Need to solution, restricted mean", "Person-hours on duty · total"
    ]  # fmt: skip
    assert re.match(r"correlation [\d.]+, variance ratio", tables[1].rows[0][1].text)


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


def test_recovery_is_not_compared_where_no_run_recovered(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "shock")
    assert chapter.blocks[4].text.startswith("Runs that recovered before their end: Baseline ")
    means = {s: {**m, "resilience.recovered": 0.0} for s, m in comparison.means.items()}
    never = replace(comparison, means=means)
    chapter = next(s for s in sections(never, "en") if s.id == "shock")
    assert chapter.blocks[4].text.startswith("No run recovered before its end")
    console = Console(file=io.StringIO(), width=120, color_system=None)
    console.print(comparison_table(never, "en"))
    assert "No run recovered before its end" in console.file.getvalue()
    assert "Time to recover" not in console.file.getvalue()
    assert "Time to recover" not in [row[0].text for row in chapter.blocks[3].rows]


def test_costs_have_a_scale_of_their_own(comparison):
    with style.styled("test"):
        figure = interval_figure(comparison, known(comparison, KEY), "en")
    effects, costs = figure.axes
    assert [t.get_text() for t in costs.get_yticklabels()] == [
        "Person-hours on duty · total", "Money · total", "Delay of home units' own work"
    ]  # fmt: skip
    assert effects.get_xlabel() == "← worse · improvement on Baseline (%) · better →"
    assert costs.get_xlim()[1] > 0


def test_a_figure_that_two_measures_count_has_one_verdict():
    comparison = made("baseline", "alliance_lists")
    effects = comparison.effects["alliance_lists"]
    helpers = Effect(measure_of("person_hours.unit_helpers"), *judged(measure_of("person_hours.unit_helpers"),
                     np.array([10.0, 12.0, 11.0]), np.array([40.0, 44.0, 41.0])))  # fmt: skip
    units = replace(helpers, measure=measure_of("unit_hours"), verdict="changed")
    other = replace(units, pair=replace(units.pair, mean=50.0))

    def shown(units):
        found = {**effects, "person_hours.unit_helpers": helpers, "unit_hours": units}
        whole = replace(comparison, effects={"alliance_lists": found})
        tables = cost_table(whole, "en").rows, all_effects(whole, "alliance_lists", "en").rows
        return [{row[0].text: row[-1] for row in rows} for rows in tables]

    costs, every = shown(units)
    assert "Hours given by partner units" not in costs
    assert every["Hours given by partner units"] == every["Person-hours on duty · Alliance unit helpers"]
    costs, every = shown(other)
    assert costs["Hours given by partner units"].tone == "changed"
    assert every["Hours given by partner units"].text == "● changed"


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
    rows = [[cell.text for cell in row] for block in chapter.blocks if block.kind == "sheet" for row in block.rows]
    placement = next(row for row in rows if row[0].startswith("how people are spread over communities"))
    assert placement[-2:] == ["rules compared, not estimated", "choice"]


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
    plain = FakeScenario("cadre_sinking").resolved()
    result = engine(plain, 1)
    censored = {"solution_minutes.p90": 43200.0, "resilience.recovered": 0.0, "resilience.recovery_days": 30.0}
    console.print(summary_table(replace(result, summary={**result.summary, **censored}), "en", plain, 7, True))
    text = console.file.getvalue()
    heading, days, *rest = text.splitlines()
    assert heading == "Cadre sinking (cadre_sinking) · city: Model street · seed 7"
    assert days == "Window of 30 days from 1 June 2024, after 20 days of warm-up and before 10 of follow-up"
    groups = [name for line in rest if (name := line.strip("│ ")) in ("Key measures", "Speed", "Cost")]
    assert groups == ["Key measures", "Speed", "Cost"]
    assert "Need to solution, restricted mean" in text
    assert re.search(r"Need to solution, 90th percentile[ │]+≥ 30.0", text)
    assert re.search(r"Time to recover[ │]+≥ 30", text)
    assert "person-hours" in text
    assert "each need of the window is followed for 30 days" in " ".join(text.split())


@pytest.mark.parametrize(("lang", "followed", "gain"), [
    ("en", "followed for 30 days from when it arises", "does not mean that most can be gained there"),
    ("zh", "自发生起最多看 30 天", "却不一定最能缩短"),
])  # fmt: skip
def test_a_run_says_how_long_needs_are_followed_and_promises_nothing_of_the_longest_stage(
    comparison, lang, followed, gain
):
    run = replace(comparison, scenarios=comparison.scenarios[:1], effects={}, stage_totals={})
    assert run.phases["tau_minutes"] == 30 * 1440
    assert {"en": "count as 30 days", "zh": "按 30 天计入"}[lang] in brief(run, lang)[0][1]
    notes = {s.id: " ".join(b.text for b in s.blocks if b.kind == "note") for s in sections(run, lang)}
    assert followed in notes["measures"]
    assert gain in notes["stages"]


def test_times_of_a_family_are_in_one_unit():
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(summary_table(engine(FakeScenario("cadre_sinking").resolved(), 1), "en", everything=True))
    found = re.findall(r"Need to solution, [\w ]+?[ │]+[\d.]+\s(\w+) *\n", console.file.getvalue())
    assert len(found) == 5
    assert set(found) == {"days"}


@pytest.mark.parametrize(("response", "solution", "texts"), [
    (4295.0, 7425.0, ("3.0 days", "5.2 days")),
    (300.0, 7425.0, ("5.0 h", "123.8 h")),
    (20.0, 7425.0, ("20.0 min", "5.2 days")),  # no unit in which both read
    (1200.0, 1800.0, ("20.0 h", "30.0 h")),
])  # fmt: skip
def test_one_sentence_has_one_unit_where_both_read_and_the_terminal_the_same(comparison, response, solution, texts):
    values = {"first_response_minutes.mean": response, "solution_minutes.mean": solution}
    base = {**comparison.means["baseline"], **values}
    run = replace(comparison, scenarios=comparison.scenarios[:1], effects={}, stage_totals={},
                  means={"baseline": base})  # fmt: skip
    sentence = brief(run, "en")[0][1].replace(NO_BREAK, " ")
    assert "first response after {} and is solved after {} on average".format(*texts) in sentence
    result = engine(FakeScenario().resolved(), 1)
    console = Console(file=io.StringIO(), width=120, color_system=None)
    console.print(summary_table(replace(result, summary={**result.summary, **values}), "en"))
    shown = console.file.getvalue().replace(NO_BREAK, " ")
    for name, text in zip(("first response", "solution"), texts, strict=True):
        assert re.search(rf"Need to {name}, restricted mean[ │]+{re.escape(text)} *\n", shown)


def test_two_gains_of_one_sentence_are_in_one_unit(comparison):
    effects = comparison.effects["cadre_sinking"]
    moved = {}
    for key, difference in (("first_response_minutes.mean", -45.0), ("solution_minutes.mean", -312.0)):
        pair = replace(effects[key].pair, difference=difference, low=difference - 20, high=difference + 20)
        moved[key] = replace(effects[key], pair=pair, verdict="better")
    other = replace(comparison, effects={**comparison.effects, "cadre_sinking": {**effects, **moved}})
    works = brief(other, "en")[0][1].replace(NO_BREAK, " ")
    assert "5.2 h or " in works or "0.22 days or " in works
    assert re.search(r"5\.2 h or .* 0\.8 h sooner too|0\.22 days or .* 0\.03 days sooner too", works)


def test_a_run_is_summed_up_by_its_main_measures_and_says_how_many_more_there_are():
    result = engine(FakeScenario("cadre_sinking").resolved(), 1)
    stages = {"stage_minutes.work": 200.0, "stage_minutes.queue_grid": 1.0, "stage_minutes.off_shift": 799.0}
    summary = {k: x for k, x in result.summary.items() if not k.startswith("stage_minutes.")} | stages
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(summary_table(replace(result, summary=summary), "en"))
    text = console.file.getvalue()
    shown = re.findall(r"^   (\S.*?) +│", text, re.MULTILINE)
    assert len(shown) < 45 < len(summary)
    assert "Key measures" not in text
    (left,) = re.findall(r"^(\d+) more measures", text, re.MULTILINE)
    assert int(left) == len(summary) - len(shown)
    named = [name.partition(" · ")[2] for name in shown if name.startswith("Time a need spends")]
    assert named == ["Work", "Off shift"], "a stage of under a hundredth of the time is left out"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_name_of_a_time_bears_a_unit(lang):
    """Times are shown in minutes, hours or days, whichever suits them."""
    units = ("分钟", "小时", "天", "minute", "hour", "day")
    times = [m for m in MEASURES.values() if m.unit == "min"]
    assert len(times) > 20
    assert [m.key for m in times if any(unit in measure_name(m, lang).lower() for unit in units)] == []


def test_stages_are_in_one_unit_that_shows_the_short_ones():
    result = engine(FakeScenario("cadre_sinking").resolved(), 1)
    stages = {"stage_minutes.work": 130.0, "stage_minutes.travel": 30.0, "stage_minutes.off_shift": 5000.0}
    summary = {k: x for k, x in result.summary.items() if not k.startswith("stage_minutes.")} | stages
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(summary_table(replace(result, summary=summary), "en", everything=True))
    found = re.findall(r"Time a need spends · (\w[\w ]*?)[ │]+([\d.]+)\s(\w+) *\n", console.file.getvalue())
    assert found == [("Work", "2.2", "h"), ("Travel", "0.5", "h"), ("Off shift", "83.3", "h")]


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_minus_is_never_lost(comparison, encoding):
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, errors="replace")
    lang = "zh" if encoding == "gbk" else "en"
    console = Console(file=file, width=120, color_system=None)
    console.print(comparison_table(comparison, lang))
    console.print(summary_table(engine(FakeScenario("cadre_sinking").resolved(), 1), lang))
    file.flush()
    text = raw.getvalue().decode(encoding)
    assert text.count("?") == (lang == "en")  # the title's own
    assert re.search(r"-\d", text)
    assert "better" in text or "▲" in text


def test_signs_that_an_encoding_has_stay():
    assert fit("▲ better   ▲ −1 to −2", "utf-8", "en") == "▲ better   ▲ −1 to −2"
    assert fit("▲ better   ▲ −1 to −2", "ascii", "en") == "better   better -1 to -2"


def test_the_costs_add_up(comparison):
    table = cost_table(comparison, "en")
    plain = [[cell.text.replace(NO_BREAK, " ") for cell in row] for row in table.rows]

    def value(text):
        found = re.match(r"([−+]?)([\d,.]+) (million)?", text)
        if found is None:
            return 0.0
        return float(found[2].replace(",", "")) * (-1 if found[1] == "−" else 1) * (1e6 if found[3] else 1)

    names = [row[0] for row in plain]
    start, end = names.index("Money · total"), names.index("Delay of home units' own work")
    for column in range(1, 5):
        total, *parts = (value(row[column]) for row in plain[start:end])
        assert sum(parts) == pytest.approx(total, abs=1e5)  # millions are shown with one digit
    assert "The other" in plain[end - 1][0]
    assert table.rows[start][0].tone == "total"


def test_the_total_of_the_stages_has_an_interval(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "stages")
    total = next(block for block in chapter.blocks if block.kind == "sheet").rows[-1]
    assert total[0].text == "Total"
    assert all(re.fullmatch(r"[−+][\d.]+ to [−+][\d.]+", cell.below) for cell in total[2:])


def test_kinds_of_grid_come_with_intervals_and_ratios_with_their_meaning(comparison):
    chapter = next(s for s in sections(comparison, "en") if s.id == "equity")
    ratios, kinds = (block for block in chapter.blocks if block.kind == "sheet")
    assert (
        "above 1 old compounds wait longer"
        in {row[0].text: row[0].below for row in ratios.rows}["Old over commercial compounds"]
    )
    assert [row[0].text.partition(" · ")[2] or row[0].text for row in kinds.rows]
    assert all(" to " in row[2].below for row in kinds.rows)


def test_the_page_opens_in_the_language_asked_for(comparison, page):
    assert 'data-opens-in=""' in page
    assert 'data-opens-in="zh"' in report_html(comparison, "zh")
    assert "location.search" in page


def test_money_rests_on_estimates_only(comparison):
    assert {p.confidence for name, p in declared().items() if name.startswith("pay.")} == {"E"}
    assert "money uses the pay rates listed under assumptions, all of them estimates (E)" in report_html(comparison)


def test_more_scenarios_than_colours_are_still_told_apart():
    looks = [(style.colour(i), style.mark(i), style.dash(i)) for i in range(24)]
    assert len(set(looks)) == 24
