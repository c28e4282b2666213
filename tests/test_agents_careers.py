"""Careers: grades come with years, pay moves the hazard of quitting, training pays less and less."""

import pytest

from cogov.agents import careers


@pytest.mark.parametrize(("months", "grade"), [(0, 0), (23.9, 0), (24, 1), (60, 2), (10_000, 17)])
def test_a_grade_comes_with_every_so_many_years_and_there_is_a_last(months, grade):
    assert careers.grade(months, 2.0, 18.0) == grade


def test_usual_pay_leaves_the_hazard_as_it_is():
    assert careers.quit_factor(1.0, 0.0, 17, 3.7) == 1.0


@pytest.mark.parametrize(("pay", "step", "grade"), [(1.2, 0.0, 5), (1.0, 0.05, 3), (0.9, 0.02, 2)])
def test_the_hazard_follows_pay_by_its_elasticity(pay, step, grade):
    earned = pay * (1 + step) ** grade
    assert careers.quit_factor(pay, step, grade, 2.0) == pytest.approx(earned**-2)
    assert careers.quit_factor(pay, step, grade, 0.0) == 1.0


def test_training_brings_half_of_what_is_left_in_every_half_time():
    assert [careers.learned(hours, 60.0) for hours in (0, 60, 120, 180)] == pytest.approx([0, 0.5, 0.75, 0.875])
