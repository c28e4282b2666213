"""Checks of a scenario that has its form: numbers, policies, dates, places and conflicts, each under its key."""

import datetime as dt
import itertools

import pytest

from cogov.scenarios.checks import check_conflicts, check_dates, with_city, with_policies
from cogov.scenarios.city_files import load_spec
from cogov.scenarios.errors import Problem
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.registry import cards, clashes
from cogov.scenarios.schema import Calendar, PolicyEntry, Where
from cogov.scenarios.sources import Source

BASE = load_scenario("baseline", city="street", warm_up_days=10, days=20, follow_up_days=5)
FIRST, END = BASE.calendar.first, BASE.calendar.end
STREET = load_spec("street")


def say(key, reason, value=None, near=None):
    return Problem("f.toml", ".".join(key), reason, value, near=near)


def entry(use="cadre_sinking", name="p", **more):
    return PolicyEntry(use=use, id=name, **{"start": BASE.calendar.start, **more})


def having(*entries, **more):
    return BASE.model_copy(update={"policies": entries, **more})


def keys(problems):
    return [(p.key, p.near) for p in problems]


# Numbers and policies ---------------------------------------------------------------------------------------------


def test_parameters_are_filled_in_and_a_good_scenario_has_no_problems():
    made, problems = with_policies(having(entry(parameters={"turnout": 0.5})), say)
    assert problems == []
    assert made.policies[0].parameters["turnout"] == 0.5
    assert made.policies[0].parameters["people_per_community"] == 8.0


def test_a_misspelt_policy_is_read_as_the_nearest_and_its_parameters_are_checked():
    made, problems = with_policies(having(entry("cadre_sinkin", parameters={"turnout": 7})), say)
    assert keys(problems) == [("policy.p.use", "cadre_sinking"), ("policy.p.parameters.turnout", None)]
    assert made.policies[0].use == "cadre_sinking"


def test_a_policy_like_no_other_stays_as_it_is():
    made, problems = with_policies(having(entry("xyzzy", parameters={"turnout": 7})), say)
    assert keys(problems) == [("policy.p.use", None)]
    assert (made.policies[0].use, made.policies[0].parameters) == ("xyzzy", {"turnout": 7})


def test_numbers_of_the_model_are_checked():
    _, problems = with_policies(having(parameters={"handling.fixx": 0.5, "handling.fix": 2.0}), say)
    assert keys(problems) == [("parameters.handling.fixx", "handling.fix"), ("parameters.handling.fix", None)]


# Dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end", "key"), [
    (FIRST, END, None),
    (END - dt.timedelta(days=1), None, None),
    (FIRST - dt.timedelta(days=400), FIRST + dt.timedelta(days=1), None),
    (END, None, "policy.p.start"),
    (BASE.calendar.start, BASE.calendar.start, "policy.p.end"),
    (FIRST - dt.timedelta(days=9), FIRST, "policy.p.end"),
])  # fmt: skip
def test_a_policy_acts_within_the_run(start, end, key):
    found = [p.key for p in check_dates(having(entry(start=start, end=end)), say)]
    assert found == ([] if key is None else [key])


def test_a_shock_begins_within_the_run():
    shocks = load_scenario("baseline", layers=["storm_month"]).shocks
    for start, good in (
        (FIRST, True),
        (END - dt.timedelta(days=1), True),
        (END, False),
        (FIRST - dt.timedelta(days=1), False),
    ):
        moved = shocks[0].model_copy(update={"start": dt.datetime.combine(start, dt.time(16))})
        assert (check_dates(having(shocks=(moved,)), say) == []) == good, start


@pytest.mark.parametrize(
    ("start", "words"), [(dt.date(1990, 1, 1), "holidays are on file"), (dt.date(9999, 12, 1), "1 to 9999")]
)
def test_days_without_a_calendar_are_refused_once(start, words):
    calendar = Calendar(start=start, days=30, warm_up_days=3, follow_up_days=60)
    (problem,) = check_dates(having(calendar=calendar), say)
    assert problem.key == "calendar.start"
    assert words in problem.reason.of("en")


# Places and conflicts ---------------------------------------------------------------------------------------------


def whole(*entries):
    return with_policies(having(*entries), say)[0]


def test_two_policies_that_set_one_lever_at_one_time_and_place_are_told():
    def clash(a, b):
        return clashes((entry(a, "a"), entry(b, "b")), lambda *_: True)

    pair = next(pair for pair in itertools.combinations_with_replacement(cards(), 2) if clash(*pair))
    both = whole(entry(pair[0], "a"), entry(pair[1], "b"))
    assert [p.key for p in check_conflicts(both, STREET, say)] == ["policy.a"]
    assert [p.key for p in check_conflicts(both, None, say)] == ["policy.a"]
    later = whole(entry(pair[0], "a", end=BASE.calendar.start + dt.timedelta(days=3)),
                  entry(pair[1], "b", start=BASE.calendar.start + dt.timedelta(days=3)))  # fmt: skip
    assert check_conflicts(later, STREET, say) == []
    apart = whole(entry(pair[0], "a", where=Where(community=["1"])), entry(pair[1], "b", where=Where(community=["2"])))
    assert check_conflicts(apart, None, say) == []  # of places that are not known nothing is said


def source(city):
    return [Source("f.toml", {"city": city}, text=f'city = "{city}"\n', leaf=True)]


def test_the_city_is_found_and_its_digest_is_kept():
    made, problems = with_city(BASE.model_copy(update={"city_digest": ""}), source("street"), say)
    assert problems == []
    assert made.city_digest == STREET.digest()


def test_a_city_that_is_not_there_has_its_line_and_its_near_miss():
    _, (problem,) = with_city(BASE.model_copy(update={"city": "stret"}), source("stret"), say)
    assert (problem.file, problem.line, problem.key, problem.near) == ("f.toml", 1, "city", "street")


def test_places_that_are_not_there_are_told_at_their_filter():
    wrong = whole(entry(where=Where(district=["Atlantis"])))
    _, (problem,) = with_city(wrong, source("street"), say)
    assert problem.key == "policy.p.where.district"
    name = STREET.district[0].en
    assert with_city(whole(entry(where=Where(district=[name]))), source("street"), say)[1] == []
