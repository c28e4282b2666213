"""The register of patterns, its verdicts, and the command that runs it."""

import pytest

from cogov.experiments import patterns
from cogov.experiments.patterns import MET, MISSED, OPEN, Check, judge, load_patterns, tasks_of
from cogov.scenarios.errors import ScenarioError

REGISTER = load_patterns()
WORDS = {"zh": "量", "en": "figure"}


def check(**more):
    return Check(id="x", figure="backlog", what=WORDS, **more)


def values(*rows, arm="baseline"):
    return {(arm, "backlog", r): x for r, x in enumerate(rows)}


def test_all_patterns_of_the_facts_are_there_each_with_a_range_and_a_source():
    assert [p.id for p in REGISTER.pattern] == [f"P{k}" for k in range(1, 24)]
    for pattern in REGISTER.pattern:
        for c in pattern.check:
            assert c.id.startswith(f"{pattern.id}.")
            assert c.low is not None or c.high is not None, c.id
            assert c.low is None or c.high is None or c.low < c.high, c.id


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [((5.0, 5.1, 4.9), MET), ((20.0, 21.0, 19.0), MISSED), ((9.0, 10.5, 10.0), OPEN), ((float("nan"), 5.0), OPEN)],
)
def test_a_verdict_rests_on_the_whole_interval(rows, verdict):
    assert judge(check(low=1.0, high=10.0), values(*rows), len(rows)).verdict == verdict


def test_a_range_may_be_open_on_one_side_and_a_check_may_be_a_difference():
    both = values(5.0, 6.0, 7.0) | values(4.0, 5.1, 5.9, arm="other")
    found = judge(check(against="other", low=0.0), both, 3)
    assert found.value == pytest.approx(1.0)
    assert found.verdict == MET
    assert judge(check(against="other", high=0.0), both, 3).verdict == MISSED


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('figure = "median_skew"', 'figure = "no_such"', "no measure"),
        ('arm = "light"', 'arm = "lightt"', "must be one of"),
        ('id = "P1.share"', 'id = "P1.ratio"', "comes twice"),
        ("low = 3\n", 'low = "three"\n', "P1"),
    ],
)
def test_a_mistake_in_the_register_is_named(old, new, said, tmp_path):
    text = patterns.REGISTER.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path = tmp_path / "patterns.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_patterns(path)
    assert said in str(error.value) or "number" in str(error.value)


def test_arms_of_a_replication_share_their_seed_and_run_what_checks_ask_for():
    tasks = tasks_of(REGISTER, "street", 2)
    assert len(tasks) == 2 * len({task.arm for task in tasks})
    assert len({task.seed for task in tasks if task.replication == 0}) == 1
    surge = next(task for task in tasks if task.arm == "surge")
    assert set(surge.figures) == {"answered_on_worst_day", "attempts_per_caller", "surge_factor"}
    assert [s["kind"] for s in surge.scenario["shock"]] == ["hotline_surge"]


@pytest.fixture
def few(monkeypatch):
    """Only two patterns, so that it is quick: one of a run, one of a difference."""
    chosen = tuple(p for p in REGISTER.pattern if p.id in ("P15", "P21"))
    short = REGISTER.model_copy(update={"pattern": chosen, "warm_up_days": 10})
    monkeypatch.setattr(patterns, "load_patterns", lambda: short)
    return short


def test_a_damaged_file_is_made_again(few, tmp_path):
    (task, *_) = tasks_of(few, "street", 2)
    kept = patterns.Keeping(str(tmp_path))(task)
    assert patterns._kept(tmp_path, task) == kept
    (tmp_path / "figures" / f"{task.arm}-0.json").write_text("{", encoding="utf-8")
    assert patterns._kept(tmp_path, task) is None


def test_figures_of_other_code_are_not_used_again(few, tmp_path, monkeypatch):
    """Neither of another model, nor of other policies, nor read off in another way."""
    (task, *_) = tasks_of(few, "street", 2)
    patterns.Keeping(str(tmp_path))(task)
    for name in ("source_digest", "policies_digest"):
        with monkeypatch.context() as other:
            other.setattr(patterns, name, lambda: "other")
            patterns.code_digest.cache_clear()
            (now, *_) = tasks_of(few, "street", 2)
            assert patterns._kept(tmp_path, now) is None, name
    patterns.code_digest.cache_clear()
    made_by = {path.name for name in patterns.FIGURES_FROM for path in patterns.REGISTER.parent.glob(name)}
    assert {"pattern_figures.py", "pattern_times.py", "pattern_queues.py", "seen.py", "network.py"} <= made_by
    assert patterns._kept(tmp_path, tasks_of(few, "street", 2)[0]) is not None
