"""What is left of a file without the values that have not their form, so that the rest can be checked."""

import copy
import datetime as dt

import pytest
from pydantic import ValidationError
from tiny_city import tiny_spec

from cogov.model.city_file import CitySpec
from cogov.scenarios.remainder import misfits_of_rest, remainder

DATA = {
    "id": "mine", "city": "gulou", "demand": {"scale": "much"}, "calendar": {"start": dt.date(2025, 1, 1), "days": 0},
    "parameters": {"a.b": 1, "c.d": "x"},
    "policy": [{"use": "one_net", "id": "a", "intensity": 7, "start": dt.date(2025, 1, 1)},
               {"use": "whistle", "id": "b", "start": "soon", "end": dt.date(2025, 2, 1)}],
    "shock": [{"id": "s", "kind": "flood", "days": 2}, {"id": "z", "kind": "fire", "days": 2, "severity": "bad"}],
}  # fmt: skip


def left(*wrong):
    before = copy.deepcopy(DATA)
    rest, unknown = remainder(DATA, wrong)
    assert before == DATA
    return rest, unknown


def test_what_is_right_stays_and_nothing_is_unknown():
    assert left() == (DATA, set())


def test_a_wrong_value_gives_way_to_its_default_and_a_table_with_it():
    rest, unknown = left(
        ("demand", "scale"), ("parameters", "c.d"), ("policy", 0, "intensity"), ("shock", 1, "severity")
    )
    assert "demand" not in rest
    assert rest["parameters"] == {"a.b": 1}
    assert rest["policy"][0] == {"use": "one_net", "id": "a", "start": dt.date(2025, 1, 1)}
    assert rest["shock"][1] == {"id": "z", "kind": "fire", "days": 2}
    assert unknown == {"demand", "parameters", "policy", "shock"}


def test_something_stands_in_for_what_a_scenario_cannot_be_without():
    rest, unknown = left(("calendar", "days"), ("city",), ("name",))
    assert rest["calendar"] == {"start": dt.date(2024, 6, 1), "days": 30}
    assert (rest["city"], rest["name"]) == ("street", {"zh": "?", "en": "?"})
    assert unknown == {"calendar", "city", "name"}


def test_an_entry_that_cannot_be_without_its_wrong_value_is_left_out_and_the_others_stay():
    rest, unknown = left(("shock", 0, "kind"))
    assert [shock["id"] for shock in rest["shock"]] == ["z"]
    assert [policy["id"] for policy in rest["policy"]] == ["a", "b"]
    assert unknown == {"shock"}


def test_a_policy_without_a_start_begins_anywhere_and_nothing_is_said_of_dates():
    rest, unknown = left(("policy", 1, "start"))
    assert rest["policy"][1] == {"use": "whistle", "id": "b", "start": dt.date(2024, 6, 1)}
    assert unknown == {"policy", "calendar"}


# Cities -----------------------------------------------------------------------------------------------------------


def misfits(*districts, **top):
    """Return the places of misfits of a city that also has errors of form."""
    data = (
        tiny_spec().model_dump() | {"district": [tiny_spec((d,)).model_dump()["district"][0] for d in districts]} | top
    )
    for k, district in enumerate(data["district"]):
        district["name"] = {"zh": f"{k}区", "en": f"D{k}"}
        district.update(top.get(f"d{k}", {}))
    data = {key: value for key, value in data.items() if not key.startswith("d") or key == "district"}
    with pytest.raises(ValidationError) as error:
        CitySpec.model_validate(data)
    return [place for place, _, _ in misfits_of_rest(data, error.value)]


def test_a_misfit_is_found_beside_an_error_of_form_and_under_its_own_number():
    assert misfits({}, {"streets": 3}, d0={"residents": "many"}) == [("district", 1, "streets")]
    assert misfits({}, {"streets": 3}, seed="none") == [("district", 1, "streets")]


def test_an_unknown_key_leaves_its_district_in():
    assert misfits({"streets": 3}, d0={"mayor": 1}) == [("district", 0, "streets")]


def test_without_a_district_nothing_is_said_of_sums_or_the_lattice():
    totals = {"grids": 99}
    assert misfits({}, {}, d0={"residents": "many"}, totals=totals, lattice=[2, 2]) == []
    assert misfits({}, {}, seed="none", totals=totals, lattice=[2, 2]) == [("totals", "grids"), ("lattice",)]


def test_districts_that_are_no_list_leave_nothing_to_check():
    data = tiny_spec().model_dump() | {"district": 3}
    with pytest.raises(ValidationError) as error:
        CitySpec.model_validate(data)
    assert misfits_of_rest(data, error.value) == []
