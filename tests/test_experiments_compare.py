"""Comparison: common random numbers, effects, files, and what cannot be compared."""

import json

import pytest
from synthetic import FakeScenario, engine

from cogov.experiments.compare import check_comparable, compare
from cogov.experiments.seeds import replication_seed
from cogov.experiments.tables import json_bytes, read_table


def sides(*names, **changes):
    return [FakeScenario(name, **changes) for name in names]


def test_all_scenarios_share_the_seeds_of_their_replications():
    seen = []

    def noting(resolved, seed, events=None, progress=None):
        seen.append((resolved["id"], seed))
        return engine(resolved, seed, events, progress)

    comparison = compare(sides("baseline", "cadre_sinking"), replications=3, workers=1, seed=9, engine=noting)
    by_side = {name: [s for who, s in seen if who == name] for name in ("baseline", "cadre_sinking")}
    assert by_side["baseline"] == by_side["cadre_sinking"] == list(comparison.seeds)
    assert len(set(comparison.seeds)) == 3
    assert replication_seed(9, 0) == comparison.seeds[0] != replication_seed(10, 0)


def test_effects_say_what_got_better_and_what_got_dearer():
    comparison = compare(sides("baseline", "cadre_sinking"), replications=5, workers=1, engine=engine)
    effects = comparison.effects["cadre_sinking"]
    assert effects["solution_minutes.mean"].verdict == "better"
    assert effects["person_hours.total"].verdict == "worse"
    assert effects["administrative_closure_rate"].verdict == "unchanged"
    assert effects["solution_minutes.mean"].pair.variance_ratio > 5
    assert effects["calls.answered_share"].pair.n == 0
    assert comparison.stages["cadre_sinking"]["queue_grid"].difference < 0
    assert effects["resilience.area"].verdict == "better"


def test_who_is_absent_from_an_account_of_hours_gave_none():
    def without_cadres(resolved, seed, events=None, progress=None):
        result = engine(resolved, seed, events, progress)
        if not resolved["policy"]:
            del result.summary["person_hours.cadres"], result.summary["trust"]
        return result

    comparison = compare(sides("baseline", "cadre_sinking"), replications=2, workers=1, engine=without_cadres)
    effects = comparison.effects["cadre_sinking"]
    assert (effects["person_hours.cadres"].pair.baseline, effects["person_hours.cadres"].verdict) == (0, "worse")
    assert effects["trust"].pair.n == 0


def test_the_command_says_how_to_do_it_again():
    comparison = compare(sides("baseline", "cadre_sinking"), replications=2, workers=1, engine=engine)
    assert comparison.command == (
        "cogov compare cadre_sinking --with storm_month --city street --start 2024-06-01 --days 30 "
        "--warm-up 20 --follow-up 10 --replications 2 --seed 1"
    )


def test_another_reference_stands_in_the_command():
    comparison = compare(sides("cadre_sinking", "alliance_lists"), replications=1, workers=1, engine=engine)
    assert comparison.command.startswith("cogov compare alliance_lists --against cadre_sinking --with storm_month ")


def test_different_days_are_refused_with_the_option_that_mends_it():
    days = FakeScenario().plain["calendar"]
    other = FakeScenario("cadre_sinking", calendar={**days, "days": 7})
    with pytest.raises(ValueError, match=r"calendar.days is 7, but baseline has 30; .* with --days 30"):
        check_comparable([FakeScenario().resolved(), other.resolved()], 2)


def test_workers_do_not_change_the_outcome(tmp_path):
    alone, spread = (
        compare(sides("baseline", "cadre_sinking"), replications=2, workers=n, engine=engine, out=tmp_path / str(n))
        for n in (1, 2)
    )
    assert json_bytes(alone.to_dict()) == json_bytes(spread.to_dict())
    for name in ("comparison.json", "curves.parquet", "grids.parquet", "runs/cadre_sinking/1/summary.json"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_comparison_leaves_its_tables(tmp_path):
    comparison = compare(sides("baseline", "alliance_lists"), replications=2, workers=1, engine=engine, out=tmp_path)
    plain = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    assert plain["baseline"] == "baseline"
    assert plain["replications"] == 2
    first = plain["effects"]["alliance_lists"][0]
    assert {"measure", "unit", "baseline", "mean", "difference", "low", "high", "relative", "correlation",
            "variance_ratio", "n", "verdict"} <= first.keys()  # fmt: skip
    curves = read_table(tmp_path / "curves.parquet")
    assert set(curves["scenario"]) == {"baseline", "alliance_lists"}
    assert len(read_table(tmp_path / "grids.parquet")["grid"]) == 2 * len(comparison.grids["baseline"]["grid"])
    assert (tmp_path / "runs" / "baseline" / "1" / "run.json").exists()


def test_progress_counts_runs():
    seen = []
    compare(sides("baseline", "cadre_sinking"), replications=2, workers=1, engine=engine,
            progress=lambda done, total: seen.append((done, total)))  # fmt: skip
    assert seen == [(i, 4) for i in range(5)]


@pytest.mark.parametrize(
    ("scenarios", "replications", "message"),
    [
        (sides("baseline"), 2, "at least one other"),
        (sides("baseline", "cadre_sinking"), 0, "too few"),
        (sides("baseline", "baseline"), 2, "called 'baseline'"),
        ([FakeScenario(), FakeScenario("cadre_sinking", city="gulou")], 2, "share city and days: .*--city street"),
    ],
)
def test_what_cannot_be_compared_is_refused(scenarios, replications, message):
    with pytest.raises(ValueError, match=message):
        check_comparable([s.resolved() for s in scenarios], replications)
