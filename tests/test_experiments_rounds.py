"""Experiments that stop by themselves: what is run next, what is said of it, and that all workers agree."""

import pytest
import synthetic
from small_experiment import BEST, DEMAND, HEAD, LEVELS, MANY, NARROW, stop
from test_experiments_campaign import fails, never, run, same, tables, written

from cogov.experiments import rounds as module
from cogov.experiments.experiment import load_experiment
from cogov.experiments.parallel import process_pool
from cogov.experiments.points import Design
from cogov.experiments.rounds import outcome, sentence
from cogov.experiments.store import Store
from cogov.scenarios.errors import ScenarioError


def test_an_experiment_stops_when_it_knows_and_names_the_best(tmp_path):
    path = written(tmp_path, LEVELS + MANY + BEST)
    run(path, tmp_path / "out")
    found = outcome(tmp_path / "out")
    assert (found["state"], found["best"]) == ("reached", "cadre_sinking#0")
    assert found["runs"] < found["most"] / 2 == 90
    assert {x["name"]: x["why"] for x in found["left"]} == {"baseline#0": "beaten", "cadre_sinking#1": "same"}
    assert "cadre_sinking#0 is best at 95 %" in str(sentence(found))
    assert "把握 95 %" in sentence(found).of("zh")
    run(path, tmp_path / "out", engine=never)


@pytest.mark.parametrize("rule", [BEST, NARROW])
def test_any_number_of_workers_and_any_interruption_give_the_same_tables(tmp_path, rule):
    path = written(tmp_path, LEVELS + MANY + rule)
    run(path, tmp_path / "one", workers=1, make=process_pool(1))
    run(path, tmp_path / "three", workers=3)

    class EnoughError(Exception):
        pass

    def breaks(progress):
        if progress.done > 12:
            raise EnoughError

    with pytest.raises(EnoughError):
        run(path, tmp_path / "broken", progress=breaks)
    assert 0 < len(Store(tmp_path / "broken").look().finished()) < len(Store(tmp_path / "one").look().finished())
    run(path, tmp_path / "broken")
    found = outcome(tmp_path / "one")
    assert found["state"] == "reached"
    for other in ("three", "broken"):
        assert same(tables(tmp_path / other), tables(tmp_path / "one"))
        assert outcome(tmp_path / other) == found


def test_shards_make_their_part_of_a_round_and_go_on_when_the_others_have_too(tmp_path):
    path = written(tmp_path, LEVELS + MANY + BEST)
    run(path, tmp_path / "one")
    run(path, tmp_path / "out", shard=(1, 2))
    assert outcome(tmp_path / "out")["state"] == "running"
    assert "more are wanted" in str(sentence(outcome(tmp_path / "out")))
    for i in range(40):
        run(path, tmp_path / "out", shard=(1 + i % 2, 2))
        if outcome(tmp_path / "out")["state"] == "reached":
            break
    assert same(tables(tmp_path / "out"), tables(tmp_path / "one"))


def test_a_failed_run_holds_the_rule_until_it_is_mended(tmp_path):
    path = written(tmp_path, LEVELS + MANY + BEST)
    state = run(path, tmp_path / "out", engine=fails)
    assert len(state.failures) == 5
    assert outcome(tmp_path / "out")["state"] == "running"
    run(path, tmp_path / "out")
    run(path, tmp_path / "other")
    assert same(tables(tmp_path / "out"), tables(tmp_path / "other"))


def test_runs_without_a_value_and_a_wish_that_is_not_met_are_told(tmp_path):
    head = HEAD.replace('["baseline", "cadre_sinking"]', '["baseline"]')
    path = written(tmp_path, MANY.replace("60", "6") + stop("half_width", 0.1, "calls.answered_share"), head)
    run(path, tmp_path / "out")
    found = outcome(tmp_path / "out")
    assert (found["state"], len(found["without_value"])) == ("stuck", 5)
    assert "has no value in baseline, 0; baseline, 1; " in str(sentence(found))
    path = written(tmp_path, MANY.replace("60", "6") + stop("half_width", 0.1), head)
    run(path, tmp_path / "far")
    found = outcome(tmp_path / "far")
    assert (found["state"], found["runs"], found["open"]) == ("at_most", 6, ["baseline"])
    assert "still wider than 0.1" in str(sentence(found))
    assert outcome_of_none(tmp_path) is None


def outcome_of_none(tmp_path):
    run(written(tmp_path, MANY.replace("60", "2")), tmp_path / "none")
    return outcome(tmp_path / "none")


def test_another_rule_goes_on_with_the_runs_that_are_there(tmp_path):
    path = written(tmp_path, LEVELS + MANY + stop("best", 2000.0))
    before = len(run(path, tmp_path / "out").finished())
    written(tmp_path, LEVELS + MANY + BEST)
    again = []

    def counts(resolved, seed, events=None, progress=None):
        again.append(seed)
        return synthetic.engine(resolved, seed, events, progress)

    after = len(run(path, tmp_path / "out", engine=counts).finished())
    assert len(again) == after - before
    assert outcome(tmp_path / "out")["wish"] == 40.0


def test_too_many_alternatives_are_refused_before_anything_is_run(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_ALTERNATIVES", 3)  # the baseline is one at both points
    made = load_experiment(written(tmp_path, LEVELS + MANY + BEST))
    module.check_rule(made, Design(made, tmp_path))
    monkeypatch.setattr(module, "MOST_ALTERNATIVES", 2)
    with pytest.raises(ScenarioError, match="2 to 2 alternatives"):
        module.check_rule(made, Design(made, tmp_path))


def test_nobody_chooses_how_much_there_is_to_do(tmp_path):
    made = load_experiment(written(tmp_path, DEMAND + LEVELS + MANY + BEST))
    with pytest.raises(ScenarioError, match=r"nobody chooses demand\.scale"):
        module.check_rule(made, Design(made, tmp_path))
