"""The report on an experiment: its answer is on the alternative that leads, with its own costs."""

import json
import re
from dataclasses import replace

import pytest
from synthetic import engine
from test_experiments_campaign import FEW, HEAD, run, written

from cogov.experiments.results import open_results
from cogov.model.measures import measure_of
from cogov.viz import campaign as module
from cogov.viz import experiment
from cogov.viz.blocks import Figure
from cogov.viz.experiment import standing_words
from cogov.viz.numbers import NO_BREAK

PER_PERSON = 1000.0


def priced(resolved, seed, events=None, progress=None):
    """Take money and time to solution from the number of people that a point sets."""
    people = sum(p["parameters"].get("people_per_community", 1) for p in resolved["policy"])
    result = engine(resolved, seed, events, progress)
    luck = 1.0 + seed % 97 / 1e4
    summary = {**result.summary, "money_cny.total": 5000.0 + PER_PERSON * people * luck,
               "solution_minutes.mean": 4000.0 - 100.0 * people * luck}  # fmt: skip
    return replace(result, summary=summary)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    tmp = tmp_path_factory.mktemp("campaign")
    run(written(tmp, FEW.replace("replications = 2", "replications = 5")), tmp / "out", engine=priced)
    return open_results([tmp / "out"])


def texts(campaign, lang="en"):
    return [text.replace(NO_BREAK, " ") for _, text in module.document(campaign, lang).answer]


def test_the_alternative_that_leads_is_set_against_the_first_scenario_at_its_own_point(campaign):
    assert campaign.leader == "cadre_sinking#1"
    effect = campaign.at_best.effects["cadre_sinking"]["money_cny.total"]
    assert effect.pair.difference == pytest.approx(8 * PER_PERSON, rel=0.01)
    averaged = campaign.pooled.effects["cadre_sinking"]["money_cny.total"]
    assert averaged.pair.difference == pytest.approx(5 * PER_PERSON, rel=0.01)


@pytest.mark.parametrize(("lang", "name", "cost"), [
    ("en", "Cadre sinking (people for each community reached: 8) takes ", "CNY in money (+1"),
    ("zh", "“党员干部下沉（每社区人数：8）”的代价是", "总费用 +0.80 万元（+16"),
])  # fmt: skip
def test_the_cost_that_the_answer_tells_is_that_of_the_best_alternative(campaign, lang, name, cost):
    works, whom, sure, mind = texts(campaign, lang)
    assert "8" in works
    assert name in sure
    assert cost in sure
    assert "averaged over" not in sure + whom
    assert "按 2 个点平均" not in sure + whom
    assert mind


def test_effects_and_costs_of_the_leader_have_a_chapter(campaign):
    sections = {section.id: section for section in module.document(campaign, "en").sections}
    text = str(sections["leader"].blocks).replace(NO_BREAK, " ")
    assert "Cadre sinking (people for each community reached: 8)" in text
    assert "+8,0" in text


def test_an_alternative_of_the_first_scenario_has_nothing_to_be_set_against(tmp_path):
    def harmful(resolved, seed, events=None, progress=None):
        result = priced(resolved, seed, events, progress)
        minutes = result.summary["solution_minutes.mean"]
        return replace(result, summary={**result.summary, "solution_minutes.mean": 8000.0 - minutes})

    run(written(tmp_path, FEW), tmp_path / "out", engine=harmful)
    campaign = open_results([tmp_path / "out"])
    assert campaign.leader == "baseline#0"
    assert campaign.at_best is None
    assert "averaged over the 2 points" in texts(campaign)[2]


def test_of_alternatives_that_cannot_be_told_apart_the_cheapest_is_named(campaign, monkeypatch):
    assert "The cheapest" not in texts(campaign)[0]  # one alone may be best
    part = campaign.analysis["solution_minutes.mean"]
    tied = [{**s, "verdict": "may_be_best"} for s in part["standings"]]
    alike = replace(campaign, analysis={**campaign.analysis, "solution_minutes.mean": {**part, "standings": tied}})
    assert re.search(r"The cheapest of these is Baseline, which takes 8,\d+ CNY less than that", texts(alike)[0])
    assert "其中最省钱的是基准，平均比它少花 0.80 万元" in texts(alike, "zh")[0]


@pytest.mark.parametrize(
    ("word", "said"), [("not_best", "at a higher price"), ("may_be_best", "both better and cheaper")]
)
def test_what_is_on_the_front_is_told_by_whether_it_may_be_best(word, said):
    standing = {"name": "a", "mean": 100.0, "low": -50.0, "high": 0.0, "verdict": word}
    assert said in standing_words(measure_of("solution_minutes.mean"), standing, ("a",), "en")


@pytest.mark.parametrize(("low", "high", "verdict", "slight"), [
    (0.0, 0.5, "best", True), (0.0, 5.0, "best", False), (-0.5, 0.0, "not_best", True), (-5.0, 0.0, "not_best", False),
    (-0.5, 0.5, "may_be_best", False),
])  # fmt: skip
def test_a_lead_that_is_clear_and_does_not_matter_is_said_to_be_slight(low, high, verdict, slight):
    standing = {"name": "a", "mean": 100.0, "low": low, "high": high, "verdict": verdict}
    said = standing_words(measure_of("solution_minutes.mean"), standing, (), "en")
    assert ("practically equal" in said) == slight


def test_an_effect_of_the_very_same_runs_at_several_points_is_drawn_and_counted_once(tmp_path):
    text = FEW.replace("replications = 2", "replications = 3")
    head = HEAD.replace('["baseline", "cadre_sinking"]', '["baseline", "cadre_sinking", "alliance_lists"]')
    run(written(tmp_path, text, head), tmp_path / "out", engine=priced)
    campaign = open_results([tmp_path / "out"])
    effects = campaign.analysis["solution_minutes.mean"]["effects"]
    assert [(e["scenario"], e["point"], e["again"]) for e in effects] == [
        ("cadre_sinking", 0, False), ("cadre_sinking", 1, False), ("alliance_lists", 0, False),
        ("alliance_lists", 1, True)]  # fmt: skip
    document = module.document(campaign, "en")
    assert "Of 3 differences from Baseline" in document.answer[0][1]
    outcomes = next(section for section in document.sections if section.id == "outcomes")
    assert any("shown: 3;" in block.alt for block in outcomes.blocks if isinstance(block, Figure))


def test_two_levels_of_a_factor_are_told_and_of_many_numbers_the_ends():
    assert module._levels([2.0, 20.0], "en") == "2; 20"
    assert module._levels([0.1 * i for i in range(1, 8)], "zh") == "0.1 至 0.7"


def test_when_an_experiment_ended_is_told(campaign):
    chapter = next(s for s in module.document(campaign, "en").sections if s.id == "provenance")
    when = json.loads((campaign.design.folder / "ro-crate-metadata.json").read_text())["@graph"]
    year = next(entity["endTime"] for entity in when if entity["@id"] == "#run")[:4]
    assert re.search(rf"seconds of worker time, ended on \d+ \w+ {year} \d\d:\d\d \(UTC\)", chapter.blocks[0].text)


def test_what_only_chance_may_have_made_is_not_called_unchanged():
    measure = measure_of("solution_minutes.mean")
    pair = {"n": 4, "baseline": 10_000.0, "mean": 9_910.0, "difference": -90.0, "correlation": 0.9,
            "variance_ratio": 3.0, "relative": -0.009}  # fmt: skip
    wide = {"pair": {**pair, "low": -160.0, "high": -20.0}, "verdict": "unchanged"}
    within = {"pair": {**pair, "low": -95.0, "high": -85.0}, "verdict": "unchanged"}
    assert experiment._tone(measure, {**wide, "adjusted": 0.3}) == "not_told_apart"
    assert experiment._tone(measure, {**wide, "adjusted": 0.01}) == "unchanged"
    assert experiment._tone(measure, {**within, "adjusted": 0.3}) == "unchanged"
