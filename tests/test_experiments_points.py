"""Designs: which points they have, that points are made by number, and what is wrong with an experiment's file."""

import csv
import itertools
import math

import numpy as np
import pytest
from small_experiment import DEMAND, PEOPLE, RANGE, RULE, design, experiment

from cogov.experiments.experiment import Factor
from cogov.experiments.plan import Plan
from cogov.experiments.points import Design, at, scenario_of
from cogov.scenarios.errors import ScenarioError


def points(made):
    return [made.point(i) for i in range(len(made))]


def test_without_factors_there_is_one_point(tmp_path):
    made, d = experiment(tmp_path)
    assert points(d) == [{}]
    assert len(Plan(made, d)) == 2 * 5


def test_a_full_factorial_has_every_combination_once(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + "levels = [2, 8, 20]\n", RULE, design("full_factorial"))
    seen = [tuple(p.values()) for p in points(d)]
    assert seen == list(itertools.product([2, 8, 20], ["uniform", "need_weighted"]))


def test_a_range_is_divided_into_steps_even_or_by_ratio(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + RANGE + "steps = 3\n", design("full_factorial"))
    assert [p["cadre_sinking.people_per_community"] for p in points(d)] == [2, 21, 40]
    by_ratio = Factor(name="x", low=1.0, high=100.0, scale="log")
    assert [at(by_ratio, u) for u in (0, 0.5, 1)] == pytest.approx([1, 10, 100])


def test_a_million_points_are_made_by_number(tmp_path):
    _, d = experiment(
        tmp_path, PEOPLE + RANGE + "steps = 1000\n", DEMAND + "steps = 1000\n", RULE, design("full_factorial")
    )
    assert len(d) == 2_000_000
    assert d.point(1_999_999) == {"cadre_sinking.people_per_community": 40.0, "demand.scale": 2.0,
                                  "cadre_sinking.placement": "need_weighted"}  # fmt: skip
    with pytest.raises(IndexError):
        d.point(2_000_000)


def test_one_at_a_time_leaves_the_first_level_in_one_factor_at_most(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + "levels = [8, 2, 20]\n", RULE, design("one_at_a_time"))
    assert [tuple(p.values()) for p in points(d)] == [
        (8, "uniform"), (2, "uniform"), (20, "uniform"), (8, "need_weighted"),
    ]  # fmt: skip


def test_a_fraction_has_half_the_corners_and_each_level_as_often(tmp_path):
    turnout = '[[factor]]\nname = "cadre_sinking.turnout"\nlow = 0.1\nhigh = 0.9\n'
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, RULE, turnout, design("fractional_factorial"))
    assert len(d) == 8
    columns = [[p[name] for p in points(d)] for name in points(d)[0]]
    assert all(column.count(value) == 4 for column in columns for value in set(column))


def test_too_few_factors_for_a_fraction_are_all_combined(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("fractional_factorial", resolution=4))
    assert len({tuple(p.values()) for p in points(d)}) == 4


def test_a_latin_hypercube_has_each_stratum_once(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("latin_hypercube", points=20))
    for name, low, high in (("cadre_sinking.people_per_community", 2, 40), ("demand.scale", 0.5, 2)):
        u = [(p[name] - low) / (high - low) for p in points(d)]
        assert sorted(int(x * 20) for x in u) == list(range(20))
    again = Design(d.experiment, tmp_path)
    assert points(again) == points(d)


def test_levels_of_a_hypercube_have_an_even_part_each(tmp_path):
    _, d = experiment(tmp_path, RULE, design("latin_hypercube", points=10))
    assert sorted(p["cadre_sinking.placement"] for p in points(d)) == ["need_weighted"] * 5 + ["uniform"] * 5


def test_sobol_and_morris_have_the_sizes_of_their_estimators(tmp_path):
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("sobol", points=8))
    assert len(d) == 8 * (2 + 2)
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("sobol", points=8, second_order=True))
    assert len(d) == 8 * (2 * 2 + 2)
    _, d = experiment(tmp_path, PEOPLE + RANGE, DEMAND, design("morris", trajectories=5))
    assert len(d) == 5 * 3
    steps = np.abs(np.diff(d.fractions(), axis=0)) > 1e-9
    assert (steps.sum(axis=1)[np.arange(len(steps)) % 3 != 2] == 1).all()


def test_a_list_is_read_from_its_file(tmp_path):
    with (tmp_path / "p.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [["demand.scale", "cadre_sinking.placement"], [0.8, "uniform"], [], [1, "home_grid"]]
        )
    _, d = experiment(tmp_path, design("list", file="p.csv"))
    assert points(d) == [{"demand.scale": 0.8, "cadre_sinking.placement": "uniform"},
                         {"demand.scale": 1.0, "cadre_sinking.placement": "home_grid"}]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, ("p.csv", "cannot be read")),
        ("demand.scale\n", ("p.csv", "at least one point")),
        ("demand.scale,x\n1\n", ("p.csv:2", "1 values where there are 2 names")),
        ("demand.scale,x\n\n1,2\n\n1\n", ("p.csv:5", "1 values where there are 2 names")),
        ("demand.scale,demand.scale\n1,2\n", ("p.csv:1", "comes twice")),
    ],
)
def test_a_bad_list_is_named(tmp_path, text, words):
    if text is not None:
        (tmp_path / "p.csv").write_text(text)
    with pytest.raises(ScenarioError) as error:
        len(experiment(tmp_path, design("list", file="p.csv"))[1])
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_scenario_leaves_out_what_belongs_to_a_policy_that_it_lacks(tmp_path):
    made, d = experiment(tmp_path, PEOPLE + "levels = [2]\n", DEMAND, design("full_factorial"))
    plain = scenario_of(made, "baseline", d.point(0), tmp_path)
    sunk = scenario_of(made, "cadre_sinking", d.point(0), tmp_path)
    assert (plain.policies, plain.demand.scale, plain.city, plain.calendar.days) == ((), 0.5, "street", 5)
    assert sunk.policies[0].parameters["people_per_community"] == 2


def test_fractions_of_levels_stay_within_them():
    three = Factor(name="x", levels=(1, 2, 3))
    assert [at(three, u) for u in (0.0, 0.34, 0.99, 1.0)] == [1, 2, 3, 3]
    assert math.isclose(at(Factor(name="x", low=0.0, high=1.0), 0.25), 0.25)
