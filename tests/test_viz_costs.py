"""The account of costs: each total is the sum of what stands below it."""

import re
from dataclasses import replace

import pytest
from made_up_comparison import made

from cogov.viz.costs import cost_table
from cogov.viz.numbers import NO_BREAK


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


def test_the_costs_add_up(comparison):
    table = cost_table(comparison, "en")
    plain = [[cell.text.replace(NO_BREAK, " ") for cell in row] for row in table.rows]

    def value(text):
        found = re.match(r"([−+]?)([\d,.]+) (million)?", text)
        if found is None:
            return 0.0
        return float(found[2].replace(",", "")) * (-1 if found[1] == "−" else 1) * (1e6 if found[3] else 1)

    names = [row[0] for row in plain]
    start, end = names.index("Money · total"), names.index("Delay of home units' own work")
    for column in range(1, 5):
        total, *parts = (value(row[column]) for row in plain[start:end])
        assert sum(parts) == pytest.approx(total, abs=1e5)  # millions are shown with one digit
    assert "The other" in plain[end - 1][0]
    assert table.rows[start][0].tone == "total"


def test_an_account_that_nobody_changes_is_left_out(comparison):
    def same(key, effect):
        still = replace(effect.pair, difference=0.0, mean=effect.pair.baseline)
        return replace(effect, pair=still) if key.startswith("money_cny.") else effect

    untouched = {s: {key: same(key, e) for key, e in effects.items()} for s, effects in comparison.effects.items()}
    names = [row[0].text for row in cost_table(replace(comparison, effects=untouched), "en").rows]
    assert not any(name.startswith("Money") for name in names)
    assert any(name.startswith("Person-hours") for name in names)


def test_members_that_hardly_change_are_one_row_with_their_number(comparison):
    texts = [row[0].text for row in cost_table(comparison, "en").rows]
    unchanged = [k for k in comparison.effects["cadre_sinking"] if k.startswith("person_hours.") and all(
        e[k].pair.difference == 0 for e in comparison.effects.values())]  # fmt: skip
    assert unchanged == ["person_hours.grid_workers"]
    assert not any("Grid workers" in text for text in texts)
    assert sum(text.startswith("The other") for text in texts) == 2
