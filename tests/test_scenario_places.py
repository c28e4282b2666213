"""From filters of places to communities."""

import numpy as np
import pytest

from cogov.scenarios.city_files import load_spec
from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.places import check_districts, load_city, reach, share_a_place


@pytest.fixture(scope="module")
def city():
    return load_city("gulou", load_spec("gulou").digest())


def test_no_filter_reaches_all(city):
    assert reach({}, city).all()


def test_a_name_may_be_chinese_english_or_a_number(city):
    masks = [reach({"street": [name]}, city) for name in ("鼓楼区03街道", "Gulou Street 03", "3")]
    assert all(np.array_equal(mask, city.communities["street"] == 2) for mask in masks)


@pytest.mark.parametrize("name", ["鼓楼区03", "鼓楼03街道", "gulou street 03", "03街道"])
def test_a_name_may_lack_its_kind_and_what_it_lies_in(city, name):
    assert np.array_equal(reach({"street": [name]}, city), city.communities["street"] == 2)


def test_a_name_that_several_places_bear_is_told_with_them(city):
    with pytest.raises(ScenarioError) as caught:
        reach({"community": ["05社区"]}, city, "policy.x.where")
    (problem,) = caught.value.problems
    assert problem.of("zh").startswith(
        'scenario: policy.x.where.community ("05社区"): 叫这个名称的不止一个：鼓楼区01街道05社区（5）、'
    )
    assert problem.of("zh").endswith("；请写明括号中的标识或编号")
    assert problem.near is None


def test_names_add_up_and_keys_narrow_down(city):
    both = reach({"street": ["1", "2"]}, city)
    one = reach({"street": ["1", "2"], "community": ["1", "70"]}, city)
    assert both.sum() == (city.communities["street"] <= 1).sum()
    assert one.sum() == 1
    assert one[0]


def test_a_kind_of_grid_reaches_the_communities_that_have_one(city):
    mask = reach({"grid_kind": ["old"]}, city)
    expected = np.zeros(len(mask), dtype=bool)
    expected[city.grids["community"][city.grids["kind"] == 1]] = True
    assert np.array_equal(mask, expected)


def test_codes_of_grid_kinds_are_those_of_the_city():
    from cogov.agents.places import COMMERCIAL, EXCLUSIVE, OLD, VILLAGE
    from cogov.scenarios.schema import GRID_KINDS

    codes = {"commercial": COMMERCIAL, "old": OLD, "village": VILLAGE, "exclusive": EXCLUSIVE}
    assert [codes[kind] for kind in GRID_KINDS] == [0, 1, 2, 3]


def test_an_unknown_place_names_the_nearest(city):
    with pytest.raises(ScenarioError) as caught:
        reach({"street": ["Gulou Stret 03", "nowhere at all"]}, city, "policy.x.where")
    first, second = caught.value.problems
    assert str(first).startswith('scenario: policy.x.where.street ("Gulou Stret 03"): Gulou, Nanjing has no such')
    assert first.near == "Gulou Street 03"
    assert second.near is None


def test_districts_are_checked_without_building_the_city():
    spec = load_spec("nanjing")
    assert check_districts(["Gulou", "鼓楼区", "1"], spec) == []
    ((level, reason, name, near),) = check_districts(["Gulu"], spec)
    assert (level, name, near) == ("district", "Gulu", "Gulou")
    assert "Xuanwu" in str(reason)
    assert "玄武区" in reason.of("zh")
    assert "Xuanwu" not in reason.of("zh")
    assert check_districts(["鼓楼", "gulou district", "玄武"], spec) == []


def test_a_city_is_built_once_a_process(city):
    assert load_city("gulou", load_spec("gulou").digest()) is city


def test_a_city_file_that_changed_since_is_refused():
    with pytest.raises(ScenarioError, match="has changed since"):
        load_city("street", "0" * 16)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ({}, {"district": ["Gulou"]}, True),
        ({"district": ["Gulou"]}, {"district": ["鼓楼区", "Xuanwu"]}, True),
        ({"district": ["鼓楼"]}, {"district": ["Gulou District"]}, True),
        ({"district": ["8"]}, {"district": ["鼓楼区"]}, True),
        ({"district": ["Gulou"]}, {"district": ["Xuanwu"]}, False),
    ],
)
def test_districts_under_other_names_are_the_same_without_building_the_city(one, other, shared):
    spec = load_spec("nanjing")
    assert [d.en for d in spec.districts].index("Gulou") == 8 - 1
    assert share_a_place(one, other, spec, lambda: pytest.fail("the city was built")) is shared


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ({"street": ["3"]}, {"street": ["Gulou Street 03"]}, True),
        ({"street": ["3"]}, {"district": ["Gulou"]}, True),
        ({"street": ["3"]}, {"street": ["4"]}, False),
        ({"street": ["1"]}, {"community": ["70"]}, False),
        ({"street": ["1"]}, {"street": ["1"], "grid_kind": ["old"]}, True),
    ],
)
def test_filters_share_a_place_when_a_community_passes_both(city, one, other, shared):
    assert share_a_place(one, other, city.spec, lambda: city) is shared
    assert share_a_place(other, one, city.spec, lambda: city) is shared
