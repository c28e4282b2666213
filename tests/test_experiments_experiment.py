"""The file of an experiment: what does not fit together in it, each thing under its key."""

import pytest
from small_experiment import LEVELS, MANY, PEOPLE, RANGE, RULE, design, experiment, stop
from test_experiments_campaign import written

from cogov.experiments.experiment import load_experiment
from cogov.scenarios.errors import ScenarioError


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((PEOPLE,), ("factor.cadre_sinking.people_per_community", "either levels, or low and high")),
        ((PEOPLE + "levels = [2]\n" + RANGE,), ("either levels, or low and high",)),
        ((PEOPLE + "low = 4\nhigh = 3\n",), ("must be below high",)),
        ((PEOPLE + 'low = 0\nhigh = 3\nscale = "log"\n', design("morris")), ("log scale",)),
        ((PEOPLE + "levels = [2]\n",), ("design.kind", "not how they are combined")),
        ((RULE, design("sobol", points=8)), ("needs a range",)),
        ((PEOPLE + RANGE, design("sobol", points=9)), ("power of 2", "16")),
        ((PEOPLE + RANGE, design("latin_hypercube")), ("design.points", "is missing")),
        ((design("full_factorial"),), ("factor", "nothing to vary")),
        ((design("list"),), ("design.file", "is missing")),
        ((PEOPLE + RANGE, PEOPLE + RANGE, design("morris")), ("comes twice",)),
        (('[keep]\nmeasures = ["backlogg"]\n',), ("keep.measures", "backlog")),
        ((design("latin_hyprcube"),), ("design.kind", "latin_hypercube")),
        (('id = "other"\n',), ("id", "trial")),
        (("[run]\nreplications = 0\n",), ("run.replications", "1 to")),
    ],
)
def test_what_is_wrong_is_named(tmp_path, parts, words):
    with pytest.raises(ScenarioError) as error:
        experiment(tmp_path, *parts)
    assert all(word in str(error.value) for word in ("trial.toml", *words)), str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (stop("best", 0.0), ("stop.indifference", "above 0")),
        (stop("half_width", 0.0), ("stop.half_width", "above 0")),
        (stop("best", 1.0, "backlogg"), ("stop.measure", "did you mean backlog")),
        (stop("best", 1.0, "reports"), ("stop.measure", "neither more nor less")),
        (stop("best", 1.0, first=61), ("stop.first", "run.replications (60)")),
        (stop("best", 1.0) + '[keep]\nmeasures = ["trust"]\n', ("stop.measure", "keep.measures")),
        ('[stop]\nrule = "best"\nindifference = 1.0\n', ("stop.measure", "is missing")),
        ('[stop]\nrule = "bets"\n', ("stop.rule", "did you mean best")),
    ],
)
def test_a_rule_that_cannot_be_followed_is_named(tmp_path, text, words):
    with pytest.raises(ScenarioError) as error:
        load_experiment(written(tmp_path, LEVELS + MANY + text))
    assert all(word in str(error.value) for word in words), str(error.value)
