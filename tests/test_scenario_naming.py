"""What a word means among names, and which come near it."""

import pytest

from cogov.scenarios.naming import HANDFUL, Names, bare, ways
from cogov.scenarios.registry import named
from cogov.scenarios.sentences import t
from cogov.scenarios.sources import CITIES, LIBRARY, shipped

TWO = Names({"gulou": ("南京市鼓楼区", "Gulou, Nanjing"), "xuzhou": ("徐州市鼓楼区", "Gulou, Xuzhou")}, places=True)


@pytest.mark.parametrize("every", [shipped(LIBRARY), shipped(CITIES), named()], ids=["scenarios", "cities", "policies"])
def test_each_id_and_each_name_that_is_shipped_leads_to_one(every):
    for id_, both in every.every.items():
        assert [every.meant(word) for word in (id_, *both)] == [(id_,)] * (1 + len(both))


@pytest.mark.parametrize(
    ("word", "id_"),
    [
        ("鼓楼区", "gulou"), ("鼓楼", "gulou"), ("南京市鼓楼区", "gulou"), ("南京鼓楼", "gulou"),
        ("南京鼓楼区", "gulou"),
        ("Gulou", "gulou"), ("gulou district", "gulou"), ("Gulou District, Nanjing", "gulou"),
        ("溧水", "lishui"), ("Lishui-Nanjing", "lishui"), ("南京", "nanjing"), ("南京市", "nanjing"),
        ("Nanjing City", "nanjing"), ("示范街道", "street"), ("示范", "street"), ("model_street", "street"),
    ],
)  # fmt: skip
def test_a_city_goes_by_its_name_with_and_without_its_kind(word, id_):
    assert shipped(CITIES).meant(word) == (id_,)


@pytest.mark.parametrize("word", ["鼓楼市", "鼓", "区", "Gulou Street", "", "南京市南京市"])
def test_another_kind_or_a_piece_of_a_name_is_no_city(word):
    assert shipped(CITIES).meant(word) == ()


def test_short_forms_are_for_places_only():
    every = Names({"a": ("五张清单·示范街道", "Lists, streets")})
    assert every.meant("五张清单·示范") == every.meant("Lists") == ()


@pytest.mark.parametrize(
    ("zh", "some"),
    [
        ("青岛市市北区", {"市北", "市北区", "青岛市北区", "青岛市市北"}), ("北市区", {"北市", "北市区"}),
        ("江北新区", {"江北", "江北新区"}), ("别处", {"别处"}), ("区", {"区"}),
        ("鼓楼区03街道", {"鼓楼03街道", "鼓楼区03", "03街道"}),
    ],
)  # fmt: skip
def test_ways_to_call_a_place(zh, some):
    found = set(ways(zh, "X"))
    assert some <= found
    assert not {name for name in found if not name or name.isdigit()}, "a number is that of a place"
    if zh in ("江北新区", "别处"):
        assert {name for name in found if not name.isascii()} == some


def test_a_name_that_several_bear_is_of_all_and_is_told_with_them():
    assert TWO.meant("鼓楼区") == TWO.meant("Gulou") == ("gulou", "xuzhou")
    assert TWO.meant("徐州鼓楼") == ("xuzhou",)
    said = TWO.unknown("鼓楼", t("no such{near}"))
    assert said.of("zh") == (
        "叫这个名称的不止一个：南京市鼓楼区（gulou）、徐州市鼓楼区（xuzhou）；请写明括号中的标识或编号"
    )
    assert said.of("en") == (
        "is the name of several: gulou (Gulou, Nanjing), xuzhou (Gulou, Xuzhou); write the id or the number of one"
    )
    assert TWO.nearest("鼓楼") is None, "neither is nearer"


def test_a_whole_name_comes_before_a_short_form():
    every = Names({"city": ("鼓楼市", "Gulou"), "district": ("南京市鼓楼区", "Gulou, Nanjing")}, places=True)
    assert every.meant("Gulou") == ("city",)
    assert every.meant("鼓楼") == ("city", "district")


@pytest.mark.parametrize(
    ("word", "first"),
    [("basline", "baseline"), ("基线", "baseline"), ("派驻干部", "cadre_sinking"), ("cadre_sink", "cadre_sinking"),
     ("暴雨", "storm_month"), ("Storm month", "storm_month")],
)  # fmt: skip
def test_names_and_ids_that_look_like_a_word_are_near_it(word, first):
    near = shipped(LIBRARY).near(word)
    assert near[0] == first
    assert len(near) <= HANDFUL


def test_all_that_have_a_word_in_their_names_are_near_it():
    near = shipped(LIBRARY).near("党建")
    assert len(near) > 1
    assert all("党建" in shipped(LIBRARY).every[id_][0] for id_ in near)


@pytest.mark.parametrize("word", ["xyzzy", "", "！", "某某某某"])
def test_nothing_is_near_what_is_like_nothing(word):
    assert shipped(LIBRARY).near(word) == []
    assert shipped(LIBRARY).nearest(word) is None


def test_no_names_are_near_nothing():
    assert Names({}).near("a") == []
    assert Names({}).nearest("a") is None


def test_what_comes_near_is_listed_by_name_with_its_id():
    said = shipped(LIBRARY).unknown("storm_mnth", t("no such{near}."))
    assert said.of("en").startswith("no such; nearest: storm_month (A month with a storm), local_storm_month (")
    assert said.of("zh").startswith("no such；相近的有：暴雨之月（storm_month）、局地暴雨之月（local_storm_month）")
    assert shipped(LIBRARY).unknown("xyzzy", t("no such{near}.")).of("zh") == "no such."


def test_a_handful_is_listed_and_the_rest_counted():
    every = Names({str(k): (f"第{k}", f"No {k}") for k in range(1, 8)})
    assert every.listed(every.every).of("en") == "1 (No 1), 2 (No 2), 3 (No 3), 4 (No 4), 5 (No 5) and 2 more"
    assert every.listed(every.every).of("zh").endswith("、第5（5） 等，另有 2 个")


def test_of_a_name_letters_and_digits_count():
    assert bare("强力工程（五个全覆盖）") == bare("强力工程(五个全覆盖)") == "强力工程五个全覆盖"
    assert bare("One-stop ＳＥＲＶＩＣＥ") == "onestopservice"
