"""Tables for the terminal: answer, units, what is left out, and signs that an encoding has."""

import io
import re
from dataclasses import replace

import pytest
from made_up_comparison import made
from rich.console import Console
from synthetic import FakeScenario, engine

from cogov.viz.brief import brief
from cogov.viz.numbers import NO_BREAK
from cogov.viz.terminal import comparison_table, fit, summary_table


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


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
    without_report = re.sub(r" \([^)]* from its report on\)", "", sentence)
    assert "first response after {} and is solved after {} on average".format(*texts) in without_report
    result = engine(FakeScenario().resolved(), 1)
    console = Console(file=io.StringIO(), width=120, color_system=None)
    console.print(summary_table(replace(result, summary={**result.summary, **values}), "en"))
    shown = console.file.getvalue().replace(NO_BREAK, " ")
    for name, text in zip(("first response", "solution"), texts, strict=True):
        assert re.search(rf"Need to {name}, restricted mean[ │]+{re.escape(text)} *\n", shown)


def test_times_of_a_family_are_in_one_unit():
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(summary_table(engine(FakeScenario("cadre_sinking").resolved(), 1), "en", everything=True))
    found = re.findall(r"Need to solution, [\w ]+?[ │]+[\d.]+\s(\w+) *\n", console.file.getvalue())
    assert len(found) == 5
    assert set(found) == {"days"}


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
