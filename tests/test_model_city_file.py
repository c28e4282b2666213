"""What a city file says: sums, the content hash, and what does not fit together, under the path of its key."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tiny_city import tiny_spec

from cogov.model.city_file import COMMUNITY_KEYS, LARGEST_GRID, CitySpec


def changed(spec, **top):
    """Return a city file with other values at its top."""
    return CitySpec.model_validate(spec.model_dump() | top)


def paths(spec):
    return [path for path, _, _ in spec.misfits()]


def test_a_city_that_fits_has_no_misfits_and_sums_its_districts():
    spec = tiny_spec(({}, {"residents": 500, "villages": 0, "rural_share": 0.0}))
    assert spec.misfits() == []
    assert [spec.total(n) for n in ("residents", "communities", "villages", "grids")] == [1400, 3, 1, 12]
    assert [d.rural_residents for d in spec.districts] == [270, 0]


def test_where_there_are_no_villages_nobody_is_rural_whatever_the_share():
    assert tiny_spec(({"villages": 0},)).district[0].rural_residents == 0


def test_notes_and_stated_sums_do_not_shape_a_city_and_all_else_does():
    spec = tiny_spec()
    same = changed(spec, sources={"residents": "a book"}, totals={"grids": 6})
    assert same.digest() == spec.digest()
    for other in ({"seed": 2}, {"id": "other"}, {"lattice": [4, 2]}):
        assert changed(spec, **other).digest() != spec.digest()


@pytest.mark.parametrize(("district", "path"), [
    ({"streets": 3}, "streets"),
    ({"grids": 3}, "grids"),
    ({"residents": 23}, "residents"),
    ({"residents": 6 * LARGEST_GRID + 1}, "residents"),
    ({"rural_share": 0.0}, "rural_share"),
    ({"rural_share": 1.0}, "rural_share"),
    ({"urban_communities": 0}, "rural_share"),
    ({"rural_share": 0.005}, "rural_share"),
    ({"rural_share": 0.995}, "rural_share"),
])  # fmt: skip
def test_a_misfit_of_a_district_stands_under_its_number_and_key(district, path):
    assert paths(tiny_spec(({"name": {"zh": "别区", "en": "Other"}}, district))) == [("district", 1, path)]


def test_bounds_of_a_district_belong_to_it():
    for district in ({"residents": 24, "rural_share": 0.4}, {"residents": 6 * LARGEST_GRID}):
        assert paths(tiny_spec((district,))) == []
    assert tiny_spec(({"residents": 24, "rural_share": 0.3},)).misfits()[0][2] == {"people": 7, "n": 1, "least": 8}


def test_one_name_may_not_be_two_districts_in_either_language():
    spec = tiny_spec(({"name": {"zh": "甲区", "en": "A"}}, {"name": {"zh": "乙区", "en": "A"}}))
    assert paths(spec) == [("district", 1, "name", "en")]


def test_totals_and_lattice_have_to_fit():
    spec = tiny_spec()
    assert paths(changed(spec, totals={"grids": 7, "cows": 1, "streets": 1})) == [
        ("totals", "grids"),
        ("totals", "cows"),
    ]
    for lattice, fits in (([3, 2], True), ([5, 1], False), ([5, 2], True), ([5, 4], False), ([4096, 2048], False)):
        assert (paths(changed(spec, lattice=lattice)) == []) == fits, lattice


def test_more_than_keys_can_tell_apart_is_refused():
    half = COMMUNITY_KEYS // 2
    many = {"urban_communities": half, "villages": 0, "rural_share": 0.0, "grids": 2 * half, "residents": 40 * half}
    assert paths(tiny_spec((many, {**many, "urban_communities": half - 1}))) == []
    assert paths(tiny_spec((many, many))) == [("district",)]


def test_a_key_that_is_not_known_and_a_change_after_reading_are_refused():
    with pytest.raises(ValidationError, match="Extra inputs"):
        changed(tiny_spec(), mayor="none")
    with pytest.raises(ValidationError, match="frozen"):
        tiny_spec().seed = 4
