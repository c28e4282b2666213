"""A budget: its income grows from year to year, and a share of it is spent day by day."""

import pytest

from cogov.agents.budgets import Budget


def test_a_year_spends_its_share_of_the_income():
    assert 365 * Budget(500_000, 0.0, 0.1).daily(200) == pytest.approx(50_000)
    assert Budget(500_000, 0.0, 0.0).daily(9) == 0.0


@pytest.mark.parametrize("growth", [-0.2, 0.0, 0.08, 1.0])
def test_it_grows_by_its_rate_a_year(growth):
    budget = Budget(1_000, growth, 0.5)
    assert budget.daily(730) / budget.daily(365) == pytest.approx(1 + growth)
    assert budget.daily(0) == pytest.approx(500 / 365)
