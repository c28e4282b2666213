"""The report on an experiment: its answer is on the alternative that leads, with its own costs."""

from dataclasses import replace

import pytest
from synthetic import engine
from test_experiments_campaign import FEW, run, written

from cogov.experiments.results import open_results
from cogov.viz import campaign as module
from cogov.viz.numbers import NO_BREAK

PER_PERSON = 1000.0


def priced(resolved, seed, events=None, progress=None):
    """Take money and time to solution from the number of people that a point sets."""
    people = sum(p["parameters"]["people_per_community"] for p in resolved["policy"])
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
    ("en", "Cadre sinking (people for each community reached 8) takes ", "CNY in money (+1"),
    ("zh", "“党员干部下沉（每社区人数 8）”的代价是", "总费用 +0.80 万元（+16"),
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
    assert "Cadre sinking (people for each community reached 8)" in text
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


@pytest.mark.parametrize(("low", "high", "verdict", "slight"), [
    (0.0, 0.5, "best", True), (0.0, 5.0, "best", False), (-0.5, 0.0, "not_best", True), (-5.0, 0.0, "not_best", False),
    (-0.5, 0.5, "may_be_best", False),
])  # fmt: skip
def test_a_lead_that_is_clear_and_does_not_matter_is_said_to_be_slight(low, high, verdict, slight):
    from cogov.model.measures import measure_of
    from cogov.viz.experiment import standing_words

    standing = {"name": "a", "mean": 100.0, "low": low, "high": high, "verdict": verdict}
    said = standing_words(measure_of("solution_minutes.mean"), standing, (), "en")
    assert ("practically equal" in said) == slight
