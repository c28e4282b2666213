"""A scenario that is changed on the page stays one that the loader accepts."""

import pytest

from cogov.experiments.compare import check_comparable
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.registry import cards
from cogov.scenarios.schema import SHOCK_KINDS, Where
from cogov.scenarios.writing import checked
from cogov.viz.view import draft as D

BASE = load_scenario("baseline", city="street")


@pytest.mark.parametrize("use", cards())
def test_every_policy_can_be_added_with_every_parameter_at_its_ends(use):
    made = D.with_policy(D.first(BASE), use)
    assert checked(made).policies[0].parameters == load_default(use)
    for p in cards()[use].parameters:
        for value in p.choices or (p.low, p.high):
            changed = D.with_parameter(made, use, p.name, value)
            assert checked(changed).policies[0].parameters[p.name] == value


def load_default(use):
    return {p.name: p.default if p.choices else float(p.default) for p in cards()[use].parameters}


def test_a_policy_can_be_there_twice_and_be_taken_out():
    made = D.with_policy(D.with_policy(BASE, "deliberation"), "deliberation")
    assert [entry.id for entry in made.policies] == ["deliberation", "deliberation_2"]
    assert [entry.id for entry in D.without_policy(made, "deliberation").policies] == ["deliberation_2"]


@pytest.mark.parametrize("kind", SHOCK_KINDS)
def test_every_shock_can_be_added(kind):
    made = D.with_shock_value(D.with_shock(D.first(BASE), kind), kind, severity=2.0, days=1.5)
    assert (checked(made).shocks[0].kind, made.shocks[0].severity) == (kind, 2.0)
    assert D.without_shock(made, kind).shocks == ()


def test_the_reference_is_the_same_city_without_policies():
    made = D.with_shock(D.with_policy(D.first(BASE), "whistle"), "fire")
    reference = D.reference_of(made)
    check_comparable([reference.resolved(), made.resolved()], 2)
    assert reference.policies == ()
    assert reference.shocks == made.shocks
    assert checked(reference)


@pytest.mark.parametrize(
    ("name", "key"), [("我的方案 2", "我的方案_2"), ("Plan B!", "Plan_B"), ("  ", "my_plan"), ("baseline", "my_plan")]
)
def test_a_name_gives_an_id_that_a_file_can_have(name, key):
    made = D.named(BASE, name)
    assert made.id == key
    assert checked(made).id == key


def test_days_can_be_changed():
    made = checked(D.with_days(D.with_policy(D.first(BASE), "whistle"), days=12, warm_up_days=3))
    assert (made.calendar.days, made.calendar.warm_up_days) == (12, 3)


def test_districts_are_switched_by_either_name():
    both = ("鼓楼区", "Gulou District")
    chosen = D.switched(Where(), "鼓楼区", both)
    assert chosen.district == ("鼓楼区",)
    assert D.switched(chosen, "鼓楼区", both).district == ()
    assert D.switched(Where(district=("Gulou District",)), "鼓楼区", both).district == ()


@pytest.mark.parametrize("p", [p for card in cards().values() for p in card.parameters if not p.choices], ids=str)
def test_every_slider_has_a_step_that_fits(p):
    assert 50 <= (p.high - p.low) / D.step_of(p) <= 2 * D.STEPS
