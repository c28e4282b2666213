"""The register and how it is judged: contrasts, Holm's procedure, no change, and what is wrong with a register."""

import numpy as np
import pytest

from cogov.experiments.hypotheses import Hypothesis, Trial, _p_beyond, cells_of, judge, load_register, trials_of
from cogov.experiments.statistics import holm, t_p
from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.registry import cards

HEAD = """
format = 1
city = "street"
seed = 1
replications = 4
[calendar]
start = 2024-06-01
days = 7
[load]
low = 0.5
high = 1.0
[arm.by_need]
scenario = "cadre_sinking"
settings = { "cadre_sinking.placement" = "need_weighted" }
"""
ONE = """
[[hypothesis]]
id = "{id}"
about = "cadre_sinking"
claim = {{ zh = "一", en = "one" }}
measure = "{measure}"
expect = "falls"
{rest}
"""


def register(tmp_path, *hypotheses, head=HEAD):
    """Return the register of a file with these hypotheses."""
    path = tmp_path / "register.toml"
    path.write_text(head + "".join(hypotheses), encoding="utf-8")
    return load_register(path)


def one(rest='arm = "by_need"', key="h", measure="backlog"):
    """Return the text of a hypothesis."""
    return ONE.format(id=key, measure=measure, rest=rest)


def hypothesis(expect="falls", measure="backlog"):
    """Return a hypothesis of no file."""
    claim = {"zh": "一", "en": "one"}
    return Hypothesis(id="h", about="x", claim=claim, measure=measure, expect=expect, arm="a")


def judged(a, b, expect="falls", measure="backlog"):
    """Return the finding of one test of ``a`` against ``b``."""
    trial = Trial(hypothesis(expect, measure), "low", {("a", "low"): 1.0, ("b", "low"): -1.0})
    values = {(("a", "low"), measure): np.array(a, float), (("b", "low"), measure): np.array(b, float)}
    (finding,) = judge([trial], values)
    return finding


def test_the_projects_register_is_good_and_speaks_of_every_policy():
    found = load_register()
    assert set(cards()) <= {h.about for h in found.hypothesis}


def test_a_hypothesis_is_tested_at_every_load_or_at_those_it_names(tmp_path):
    found = register(tmp_path, one(key="all"), one('arm = "by_need"\nloads = ["high"]', key="some"))
    trials = trials_of(found)
    assert [(t.hypothesis.id, t.load) for t in trials] == [("all", "low"), ("all", "high"), ("some", "high")]
    assert trials[0].weights == {("by_need", "low"): 1.0, ("baseline", "low"): -1.0}


def test_a_contrast_over_loads_is_one_test_and_needs_all_its_cells(tmp_path):
    rest = 'contrast = { "by_need@high" = 1, "baseline@high" = -1, "by_need@low" = -1, "baseline@low" = 1 }'
    (trial,) = trials_of(register(tmp_path, one(rest)))
    assert trial.load == ""
    assert set(cells_of([trial])) == {(arm, load) for arm in ("by_need", "baseline") for load in ("low", "high")}


def test_one_that_names_no_load_is_tested_at_the_usual_ones(tmp_path):
    head = HEAD.replace("replications = 4", 'replications = 4\nusual = ["high"]')
    found = register(tmp_path, one(key="usual"), one('arm = "by_need"\nloads = ["low"]', key="some"), head=head)
    assert [(t.hypothesis.id, t.load) for t in trials_of(found)] == [("usual", "high"), ("some", "low")]
    with pytest.raises(ScenarioError, match="usual"):
        register(tmp_path, one(), head=HEAD.replace("replications = 4", 'replications = 4\nusual = ["hihg"]'))


def test_one_measure_less_another_is_taken_run_by_run():
    h = hypothesis().model_copy(update={"beside": "overdue"})
    trial = Trial(h, "low", {("a", "low"): 1.0, ("b", "low"): -1.0})
    columns = {("a", "backlog"): [5, 7, 6], ("a", "overdue"): [1, 4, 2], ("b", "backlog"): [9, 9, 9],
               ("b", "overdue"): [2, 3, 1]}  # fmt: skip
    values = {((arm, "low"), key): np.array(x, float) for (arm, key), x in columns.items()}
    (finding,) = judge([trial], values)
    assert finding.difference == pytest.approx(np.mean([4 - 7, 3 - 6, 4 - 8]))
    assert finding.reference == pytest.approx(7.0)


def test_a_longer_warm_up_has_a_reference_of_its_own(tmp_path):
    long = '[arm.long]\nscenario = "cadre_sinking"\nwarm_up_days = 90\n'
    with pytest.raises(ScenarioError, match=r"arm\.long\.layers"):
        register(tmp_path, one(), head=HEAD + long)
    plain = '[arm.plain]\nscenario = "baseline"\nwarm_up_days = 90\n'
    assert register(tmp_path, one(), head=HEAD + long + plain).reference_of("long") == "plain"


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ('arm = "by_ned"', ("hypothesis.h.arm", "by_need")),
        ("", ("hypothesis.h", "either arm or contrast")),
        ('arm = "by_need"\nloads = ["hihg"]', ("hypothesis.h.loads", "high")),
        ('contrast = { "by_need@lov" = 1 }', ("hypothesis.h.contrast", "low")),
        ('arm = "by_need"\nagainst = "nobody"', ("hypothesis.h.arm", "nobody")),
        ('arm = "by_need"\nwhy = 1', ("hypothesis.0.why", "no such key")),
    ],
)
def test_what_is_wrong_is_named(tmp_path, rest, words):
    with pytest.raises(ScenarioError) as error:
        register(tmp_path, one(rest))
    assert all(word in str(error.value) for word in ("register.toml", *words)), str(error.value)


def test_an_arm_may_lie_in_another_city_if_the_baseline_does_too(tmp_path):
    there = '[arm.there]\nscenario = "cadre_sinking"\ncity = "lishui"\n'
    with pytest.raises(ScenarioError, match=r"arm\.there\.layers"):
        register(tmp_path, one(), head=HEAD + there)
    plain = '[arm.plain]\nscenario = "baseline"\ncity = "lishui"\n'
    assert register(tmp_path, one(), head=HEAD + there + plain).reference_of("there") == "plain"
    with pytest.raises(ScenarioError, match="lishui"):
        register(tmp_path, one(), head=HEAD + plain.replace('"lishui"', '"lishuy"'))


def test_an_unknown_measure_scenario_or_id_that_comes_twice_is_named(tmp_path):
    with pytest.raises(ScenarioError, match="no measure"):
        register(tmp_path, one(measure="backlogg"))
    with pytest.raises(ScenarioError, match=r"h\.beside"):
        register(tmp_path, one('arm = "by_need"\nbeside = "backlogg"'))
    with pytest.raises(ScenarioError, match=r"arm\.by_need\.scenario"):
        register(tmp_path, one(), head=HEAD.replace('scenario = "cadre_sinking"', 'scenario = "cadre_sank"'))
    with pytest.raises(ScenarioError, match="comes twice"):
        register(tmp_path, one(), one())
    with pytest.raises(ScenarioError, match="baseline"):
        register(tmp_path, one(), head=HEAD + 'layers = ["storm_month"]\n')


def test_holm_adjusts_as_in_the_textbook():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_holm_keeps_the_chance_of_a_false_finding():
    """Of 2,000 families of 20 true nulls, 5 % have a false finding (false alarm of this test below 1 in 10,000)."""
    rng = np.random.default_rng(5)
    wrong = np.mean([min(holm(list(rng.random(20)))) < 0.05 for _ in range(2000)])
    assert wrong == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 2000) ** 0.5)


def test_the_sign_decides_between_borne_out_and_contrary():
    base, step = np.array([10.0, 11.0, 12.0, 13.0]), np.array([2.0, 2.1, 1.9, 2.0])
    lower, higher = base - step, base + step
    assert judged(lower, base).outcome == "borne_out"
    assert judged(higher, base).outcome == "contrary"
    assert judged(higher, base, "rises").outcome == "borne_out"
    assert judged(base + np.array([1, -1, 1, -1]), base).outcome == "undecided"


def test_reference_difference_and_interval_are_those_of_the_pairs():
    found = judged([8, 9, 10, 11], [10, 11, 12, 15])
    assert (found.reference, found.difference, found.n) == (12.0, -2.5, 4)
    assert found.low < -2.5 < found.high
    assert found.matters


def test_no_change_is_borne_out_only_well_within_what_matters():
    base = np.full(6, 100.0) + np.arange(6)
    assert judged(base + np.array([0.01, -0.01, 0.02, 0, 0.01, -0.02]), base, "unchanged").outcome == "borne_out"
    assert judged(base + 3 * np.array([1, -1, 1, -1, 1, -1]), base, "unchanged").outcome == "undecided"
    assert judged(base + np.array([5, 5.1, 5, 4.9, 5, 5]), base, "unchanged").outcome == "contrary"


def test_what_is_not_known_in_a_replication_is_left_out():
    found = judged([8, np.nan, 10, 11], [10, 11, 12, 15])
    assert found.n == 3
    assert judged([np.nan] * 3, [1, 2, 3]).outcome == "undecided"


def test_p_of_what_does_not_vary():
    assert (t_p(np.zeros(3)), t_p(np.ones(3)), t_p(np.ones(1))) == (1.0, 0.0, 1.0)
    assert (_p_beyond(np.zeros(3), 1.0), _p_beyond(np.full(3, 2.0), 1.0), _p_beyond(np.ones(1), 2.0)) == (0.0, 1.0, 1.0)
