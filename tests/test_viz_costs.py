"""The account of costs: each total is the sum of what stands below it."""

import re
from dataclasses import replace

import numpy as np
import pytest
from made_up_comparison import made, with_effect

from cogov.experiments.comparison import Effect
from cogov.experiments.statistics import judged
from cogov.model.measures import measure_of
from cogov.viz.costs import cost_table
from cogov.viz.effects import all_effects
from cogov.viz.numbers import NO_BREAK
from cogov.viz.words import measure_name


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists", "emergency_pairing")


@pytest.mark.parametrize(("lang", "unit"), [("zh", "万元"), ("en", "million CNY")])
def test_the_costs_add_up_in_one_unit(comparison, lang, unit):
    table = cost_table(comparison, lang)
    plain = [[cell.text.replace(NO_BREAK, " ") for cell in row] for row in table.rows]

    def value(text):
        found = re.match(r"([−+]?)([\d,.]+) (\D+?)( \(|$)", text)
        if found is None:
            return 0.0
        assert found[3] == unit
        return float(found[2].replace(",", "")) * (-1 if found[1] == "−" else 1)

    names = [row[0] for row in plain]
    start, end = (names.index(measure_name(measure_of(key), lang)) for key in ("money_cny.total", "line_delay_days"))
    for column in range(1, 5):
        total, *parts = (value(row[column]) for row in plain[start:end])
        assert sum(parts) == pytest.approx(total, abs=0.06 * len(parts))  # one digit at least is shown
    assert {"zh": "其余", "en": "The other"}[lang] in plain[end - 1][0]
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


def test_a_figure_that_two_measures_count_has_one_verdict():
    comparison = made("baseline", "alliance_lists")
    effects = comparison.effects["alliance_lists"]
    helpers = Effect(measure_of("person_hours.unit_helpers"), *judged(measure_of("person_hours.unit_helpers"),
                     np.array([10.0, 12.0, 11.0]), np.array([40.0, 44.0, 41.0])))  # fmt: skip
    units = replace(helpers, measure=measure_of("unit_hours"), verdict="changed")
    other = replace(units, pair=replace(units.pair, mean=50.0))

    def shown(units):
        found = {**effects, "person_hours.unit_helpers": helpers, "unit_hours": units}
        whole = replace(comparison, effects={"alliance_lists": found})
        tables = cost_table(whole, "en").rows, all_effects(whole, "alliance_lists", "en").rows
        return [{row[0].text: row[-1] for row in rows} for rows in tables]

    costs, every = shown(units)
    assert "Hours given by partner units" not in costs
    assert every["Hours given by partner units"] == every["Person-hours on duty · Alliance unit helpers"]
    costs, every = shown(other)
    assert costs["Hours given by partner units"].tone == "changed"
    assert every["Hours given by partner units"].text == "● changed"


def test_the_row_of_the_others_sums_their_differences_and_not_the_ends_of_their_intervals():
    small = made("baseline", "cadre_sinking")
    for member, change in (("community_workers", 30.0), ("line_officers", 12.0)):
        small = with_effect(small, "cadre_sinking", f"person_hours.{member}", baseline=50_000.0, difference=change,
                            low=change - 700.0, high=change + 700.0, verdict="unchanged")  # fmt: skip
    row = next(row for row in cost_table(small, "en").rows if row[0].text.startswith("The other"))
    assert row[0].text.startswith("The other 3 ")  # grid workers, who are the same, among them
    assert row[2].text.replace(NO_BREAK, " ") == "+42.0 person-hours"
