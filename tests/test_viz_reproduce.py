"""How a comparison is made again: commands, versions, seeds, and the scenarios in full."""

import json
from dataclasses import replace

import pytest
from made_up_comparison import made

from cogov.experiments.comparison import ScenarioInfo
from cogov.scenarios.loader import load_scenario
from cogov.viz.blocks import Code, Fold, Note
from cogov.viz.reproduce import as_shipped, reproduce, run_command


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


def test_only_a_shipped_scenario_gets_a_command_for_one_run(comparison):
    assert not as_shipped(comparison.others[0])
    words = {"city": "street", "days": 30, "warm_up_days": 20, "follow_up_days": 10, "layers": ["storm_month"]}
    shipped = load_scenario("cadre_sinking", **words)
    assert as_shipped(ScenarioInfo.of(shipped.resolved(), shipped.digest()))
    changed = load_scenario("cadre_sinking", settings={"handling.fix": 0.9}, **words)
    assert not as_shipped(ScenarioInfo.of(changed.resolved(), changed.digest()))


def test_the_command_of_a_run_spells_everything_out(comparison):
    command = run_command(comparison.others[0], comparison.seeds[0])
    assert command == (
        "cogov run cadre_sinking --with storm_month --city street --start 2024-06-01 --days 30 --warm-up 20 "
        f"--follow-up 10 --seed {comparison.seeds[0]}"
    )


def test_the_chapter_has_the_command_seeds_versions_and_scenarios_in_full(comparison):
    blocks = reproduce(comparison, "en")
    codes = [block.text for block in blocks if isinstance(block, Code)]
    assert codes[0] == comparison.command
    versions, scenarios = (block for block in blocks if isinstance(block, Fold))
    names, seeds = versions.blocks
    assert [row[0].text for row in names.rows] == sorted(comparison.versions)
    assert [[cell.text for cell in row] for row in seeds.rows] == [
        [str(r), str(s)] for r, s in enumerate(comparison.seeds)
    ]
    assert [json.loads(code.text) for code in scenarios.blocks] == [dict(s.resolved) for s in comparison.scenarios]
    assert any("cannot be made" in b.text or "not" in b.text for b in blocks if isinstance(b, Note))


def test_a_shipped_scenario_has_a_command_and_a_run_alone_has_no_replications():
    words = {"city": "street", "days": 30, "warm_up_days": 20, "follow_up_days": 10, "layers": ["storm_month"]}
    shipped = load_scenario("cadre_sinking", **words)
    info = ScenarioInfo.of(shipped.resolved(), shipped.digest())
    plain = made("baseline", "cadre_sinking", replications=1)
    some = replace(plain, scenarios=(plain.baseline, info))
    blocks = reproduce(some, "en")
    assert run_command(info, some.seeds[0]) in [block.text for block in blocks if isinstance(block, Code)]
    seeds = next(block for block in blocks if isinstance(block, Fold)).blocks[1]
    assert [[cell.text for cell in row] for row in seeds.rows] == [[str(some.seeds[0])]]


def test_a_scenario_that_is_shipped_no_more_is_none_of_ours(comparison):
    assert not as_shipped(replace(comparison.others[0], id="no_such_scenario"))
