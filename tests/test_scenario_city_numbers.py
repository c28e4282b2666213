"""Numbers of a city file one by one: unit, default, range, source and confidence."""

import pytest
from tiny_city import tiny_spec

from cogov.model.city_file import CitySpec
from cogov.scenarios.city_files import load_spec
from cogov.scenarios.city_numbers import TABLES, marks, numbers_of, other_sources
from cogov.scenarios.sources import CITIES, names
from cogov.scenarios.words import _numbers


def found(spec):
    return {n.name: n for n in numbers_of(spec)}


@pytest.mark.parametrize("city", names(CITIES))
def test_every_number_of_a_shipped_city_has_unit_range_source_and_confidence(city):
    spec = load_spec(city)
    numbers = numbers_of(spec)
    assert {n.name for n in numbers} == {key for part in TABLES.values() for key in part.model_fields} - {"name"}
    for n in numbers:
        assert n.unit in _numbers()["unit"], n
        assert all((n.span, n.source, n.confidence)), n
    assert other_sources(spec) == {}


def test_a_key_has_its_own_line_before_that_of_its_table():
    own = tiny_spec().model_copy(update={"sources": {"staff": "a guess (E)", "street_staff": "counted (2024, S)"}})
    assert (found(own)["street_staff"].source, found(own)["street_staff"].confidence) == ("counted (2024, S)", "S")
    assert (found(own)["city_officials"].source, found(own)["city_officials"].confidence) == ("a guess (E)", "E")
    assert (found(own)["residents"].source, found(own)["residents"].confidence) == ("", "")


def test_a_default_is_from_where_the_default_is_and_a_number_that_is_set_is_not():
    plain = tiny_spec().model_dump(exclude_unset=True)
    plain["stock"].pop("party_share", None)
    plain["sources"] = {"stock": "my own count (S)"}
    left = CitySpec.model_validate(plain)
    assert "Jiangsu" in found(left)["party_share"].source
    given = CitySpec.model_validate({**plain, "stock": {**plain["stock"], "party_share": 0.08}})
    assert found(given)["party_share"].source == "my own count (S)"


def test_letters_of_confidence_are_read_from_brackets_alone():
    assert marks("12 S-Bahn stations: a map (2019, S); the rest (E), so (S)") == "S, E"
    assert marks("2020 年普查（凭记忆 R）") == "R"
    assert marks("D and E are districts") == ""


def test_staff_is_counted_in_persons_and_stock_in_things_and_shares():
    units = {n.name: n.unit for n in numbers_of(tiny_spec())}
    assert (units["street_staff"], units["city_officials"]) == ("person", "person")
    assert (units["firms"], units["managed_old"], units["line_utilisation"]) == ("1", "share", "share")
