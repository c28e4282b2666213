"""What two scenarios say of the days before a date."""

import datetime as dt

import pytest

from cogov.scenarios.history import before, differences, digest_before, first_day, last_day, until
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.schema import Scenario

DATE = dt.date(2024, 6, 1)


def resolved(name="baseline", **wishes):
    """Return a scenario in the street."""
    return load_scenario(name, **{"city": "street", **wishes}).resolved()


def entry(table, number=0, **changes):
    """Return a scenario with a policy and two shocks, one of whose entries is changed."""
    made = resolved("cadre_sinking", layers=["outbreak_month"])
    made["shock"].append({**made["shock"][0], "id": "storm", "kind": "rainstorm"})
    made[table][number] = {**made[table][number], **changes}
    return made


def test_the_days_of_a_run():
    made = resolved(days=10, warm_up_days=3, follow_up_days=2)
    assert (first_day(made), last_day(made)) == (dt.date(2024, 5, 29), dt.date(2024, 6, 12))


@pytest.mark.parametrize(
    ("table", "changes", "same"),
    [
        ("policy", {"start": "2024-06-01"}, True),
        ("policy", {"start": "2024-05-31"}, False),
        ("policy", {"start": "2024-05-31", "intensity": 0.0}, True),
        ("policy", {"intensity": 0.5, "ramp_days": 4, "end": "2024-06-03"}, True),
        ("shock", {"start": "2024-06-01T00:00:00"}, True),
        ("shock", {"start": "2024-05-31T23:59:00"}, False),
        ("shock", {"severity": 3.0, "days": 2.0}, True),
    ],
)
def test_only_what_begins_before_the_date_counts(table, changes, same):
    one, other = entry(table), entry(table, **changes)
    assert (differences(one, other, DATE) == []) is same
    assert (digest_before(one, DATE) == digest_before(other, DATE)) is same


@pytest.mark.parametrize(
    ("wishes", "key"),
    [
        ({"days": 31}, "calendar.days"),
        ({"warm_up_days": 61}, "calendar.warm_up_days"),
        ({"follow_up_days": 31}, "calendar.follow_up_days"),
        ({"start": dt.date(2024, 6, 2)}, "calendar.start"),
        ({"settings": {"demand.scale": 1.1}}, "demand.scale"),
        ({"settings": {"category.noise.dispersion": 0.3}}, "category.noise.dispersion"),
        ({"settings": {"handling.fix": 0.9}}, "parameters.handling.fix"),
        ({"city": "gulou"}, "city_digest"),
    ],
)
def test_what_holds_from_the_first_day_on_has_to_be_the_same(wishes, key):
    assert [found[0] for found in differences(resolved(), resolved(**wishes), DATE)] == [key]


def test_a_policy_in_force_may_end_after_the_date_and_not_before():
    may = {"start": "2024-05-01"}
    assert differences(entry("policy", **may), entry("policy", **may, end="2024-06-01"), DATE) == []
    (found,) = differences(entry("policy", **may), entry("policy", **may, end="2024-05-31"), DATE)
    assert found == ("policy.cadre_sinking.end", None, "2024-05-31")


def test_a_shock_that_has_begun_keeps_its_place():
    """Its draws are keyed by its number among all shocks; one that comes later may not push it on."""
    one = entry("shock", 1, start="2024-05-20T00:00:00")
    other = {**one, "shock": [shock for shock in one["shock"] if shock["id"] == "storm"]}
    assert differences(one, other, DATE) == [("shock.storm.number", 1, 0)]
    assert before(until(one, DATE), DATE) == before(one, DATE)
    assert [shock["id"] for shock in until(one, DATE)["shock"]] == ["outbreak", "storm"]


def test_a_common_history_has_nothing_of_later_days_and_is_a_scenario():
    made = until(entry("policy"), DATE)
    assert (made["policy"], made["shock"]) == ([], [])
    assert digest_before(made, DATE) == digest_before(resolved(), DATE)
    assert Scenario.from_resolved(made).resolved() == made
