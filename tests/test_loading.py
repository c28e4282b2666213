"""From the words of a command to scenarios: options win, and a checkpoint's days hold if nothing is said."""

import datetime as dt
from types import SimpleNamespace

import pytest

from cogov.failures import Stopped
from cogov.loading import load, open_checkpoint, scenario_of_run
from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.loader import load_scenario

NOTHING = dict.fromkeys(("layers", "settings", "city", "start", "days", "warm_up", "follow_up"))
THERE = load_scenario(
    "cadre_sinking", city="street", start=dt.date(2025, 3, 1), days=9, warm_up_days=3, follow_up_days=4
)
BEGUN = SimpleNamespace(scenario=THERE.resolved())


def test_options_change_scenario_layers_city_and_days():
    (made,) = load(
        ["baseline"], layers=["storm_month"], settings=["demand.scale=1.5"], city="street", days=12, warm_up=2
    )
    assert (made.city, made.demand.scale, made.calendar.days, made.calendar.warm_up_days) == ("street", 1.5, 12, 2)
    assert [shock.kind for shock in made.shocks] == ["rainstorm"]


def test_what_is_wrong_with_an_option_is_told_of_the_command_line():
    with pytest.raises(ScenarioError, match="command line"):
        load(["baseline"], layers=None, settings=["demand.scale=much"], city=None)


def test_in_a_comparison_a_setting_may_belong_to_one_side_only():
    words = {"layers": None, "settings": ["cadre_sinking.turnout=0.5"], "city": "street"}
    base, sunk = load(["baseline", "cadre_sinking"], paired=True, **words)
    assert (base.policies, sunk.policies[0].parameters["turnout"]) == ((), 0.5)
    with pytest.raises(ScenarioError):
        load(["baseline", "alliance_lists"], paired=True, **words)


def test_a_run_needs_a_scenario_or_a_checkpoint():
    with pytest.raises(Stopped, match=r"SCENARIO is missing \(see cogov run --help\)"):
        scenario_of_run(None, None, NOTHING)
    assert scenario_of_run("baseline", None, NOTHING | {"city": "street"}).city == "street"


def test_without_a_name_the_run_goes_on_as_it_was_and_no_wish_has_a_place():
    assert scenario_of_run(None, BEGUN, NOTHING) == THERE
    for wish, option in (("layers", "--with"), ("settings", "--set"), ("warm_up", "--warm-up"), ("city", "--city")):
        with pytest.raises(Stopped, match=f"{option}: is a wish about a scenario"):
            scenario_of_run(None, BEGUN, NOTHING | {wish: ["x"]})


def test_another_scenario_has_city_and_days_of_the_checkpoint_unless_something_else_is_said():
    made = scenario_of_run("alliance_lists", BEGUN, NOTHING)
    assert (made.city, made.calendar) == (THERE.city, THERE.calendar)
    assert [policy.use for policy in made.policies] == ["alliance_lists"]
    longer = scenario_of_run("alliance_lists", BEGUN, NOTHING | {"follow_up": 8})
    assert (longer.calendar.days, longer.calendar.follow_up_days) == (9, 8)


def test_a_folder_that_is_no_checkpoint_is_refused(tmp_path):
    from cogov.experiments.checkpoint import CheckpointError

    with pytest.raises(CheckpointError):
        open_checkpoint(tmp_path)
