"""Scenario files as they stand: found, chained by ``extends``, laid over one another, and where a value came from."""

import pytest

from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.sources import CITIES, LIBRARY, chain, combine, find, id_of, layer, locate, names

HEAD = 'format = 1\nextends = "baseline"\nname = { zh = "试", en = "Try" }\nquestion = { zh = "问？", en = "Why?" }\n'

BASE = """\
[demand]
scale = 2.0
[calendar]
warm_up_days = 7
[parameters]
handling.fix = 0.7
[[policy]]
use = "cadre_sinking"
intensity = 0.5
where = { district = ["Gulou"], grid_kind = ["old"] }
[policy.parameters]
turnout = 0.5
[[shock]]
kind = "fire"
day = 3
time = 20:00:00
days = 1
"""
MINE = """\
[calendar]
days = 9

[[policy]]
use = "cadre_sinking"
ramp_days = 7
where = { district = ["Xuanwu"] }
[policy.parameters]
full_time_share = 0.1
[[shock]]
kind = "fire"
day = 4
[parameters]
handling.force = 0.3
"handling.reopen" = 0.1
"""


def write(folder, name, text, head=HEAD):
    path = folder / f"{name}.toml"
    path.write_text(head + text, encoding="utf-8")
    return path


def test_shipped_names_win_over_nothing_and_paths_are_paths(tmp_path, monkeypatch):
    assert find("baseline") == LIBRARY / "baseline.toml"
    mine = write(tmp_path, "baseline", "")
    monkeypatch.chdir(tmp_path)
    assert find("baseline") == LIBRARY / "baseline.toml"
    assert find("./baseline.toml") == mine
    assert find("baseline", beside=tmp_path / "other.toml") == mine
    assert find("baseline", beside=mine) == LIBRARY / "baseline.toml", "a file may extend the shipped one of its name"


def test_every_shipped_file_loads_and_says_what_it_asks():
    assert {"baseline", "cadre_sinking", "alliance_lists", "emergency_pairing", "three_together"} <= {*names(LIBRARY)}
    for name in names(LIBRARY):
        scenario = load_scenario(name)
        assert scenario.id == name
        assert scenario.city == "nanjing"
        assert scenario.question.zh.endswith("？")
        assert scenario.question.en.endswith("?")
    assert load_scenario("baseline").policies == ()
    assert [p.id for p in load_scenario("three_together").policies] == [
        "alliance_lists",
        "cadre_sinking",
        "emergency_pairing",
    ]


@pytest.mark.parametrize("name", names(LIBRARY))
def test_every_month_of_shock_lies_over_any_scenario(name):
    plain = load_scenario(name)
    for month in ("storm_month", "outbreak_month", "surge_month", "fire_month", "local_storm_month"):
        (shock,), over = load_scenario(month).shocks, load_scenario(name, layers=[month])
        if not any(other.id == shock.id for other in plain.shocks):  # entries of one id are one shock
            assert {*over.shocks} == {*plain.shocks, shock}
            assert over.digest() != plain.digest()
        assert (over.id, over.name, over.policies) == (name, plain.name, plain.policies)


def test_a_chain_merges_tables_by_key_and_entries_by_id(tmp_path):
    write(tmp_path, "base", BASE)
    mine = write(tmp_path, "mine", MINE, HEAD.replace("baseline", "base"))
    s = load_scenario(mine)
    assert (s.demand.scale, s.calendar.days, s.calendar.warm_up_days) == (2.0, 9, 7)
    assert s.parameters == {"handling.fix": 0.7, "handling.force": 0.3, "handling.reopen": 0.1}
    (policy,) = s.policies
    assert (policy.intensity, policy.ramp_days) == (0.5, 7)
    assert (policy.parameters["turnout"], policy.parameters["full_time_share"]) == (0.5, 0.1)
    assert policy.where.filters() == {"district": ("Xuanwu",)}, "a filter is replaced as a whole"
    assert s.shocks[0].start.isoformat() == "2024-06-04T00:00:00", "a new day drops the old time as well"
    assert s.name.en == "Try"


def test_names_are_not_inherited(tmp_path):
    path = write(tmp_path, "mine", "", 'format = 1\nextends = "baseline"\n')
    with pytest.raises(ScenarioError, match="name: is missing"):
        load_scenario(path)


def test_an_entry_that_becomes_another_policy_starts_anew(tmp_path):
    write(tmp_path, "base", '[[policy]]\nid = "p"\nuse = "cadre_sinking"\n[policy.parameters]\nturnout = 0.5\n')
    head = HEAD.replace("baseline", "base")
    mine = write(tmp_path, "mine", '[[policy]]\nid = "p"\nuse = "alliance_lists"\n', head)
    (policy,) = load_scenario(mine).policies
    assert policy.use == "alliance_lists"
    assert "turnout" not in policy.parameters


def test_a_layer_moves_the_scenario_only_by_its_own_city_and_calendar(tmp_path):
    below = write(tmp_path, "below", 'city = "street"\n[calendar]\ndays = 5\nstart = 2025-03-01\n')
    with_days = write(tmp_path, "over", "[calendar]\ndays = 8\n[demand]\nscale = 3.0\n")
    s = load_scenario(below, layers=[with_days])
    assert (s.city, str(s.calendar.start), s.calendar.days, s.demand.scale) == ("street", "2025-03-01", 8, 3.0)
    late = load_scenario(below, layers=["storm_month"])
    assert late.shocks[0].start.isoformat() == "2025-03-10T16:00:00", "a shock's day follows the window"


def test_later_layers_win(tmp_path):
    low, high = (write(tmp_path, name, f"[demand]\nscale = {k}.0\n") for k, name in ((2, "low"), (3, "high")))
    assert load_scenario("baseline", layers=[low, high]).demand.scale == 3.0
    assert load_scenario("baseline", layers=[high, low]).demand.scale == 2.0


def test_bases_that_both_extend_are_applied_once(tmp_path):
    sources = chain(find("cadre_sinking"))
    assert [s.path.stem for s in sources] == ["baseline", "cadre_sinking"]
    assert [s.path.stem for s in layer(find("storm_month"), sources)] == ["storm_month"]


def test_a_value_is_traced_to_its_file_and_line(tmp_path):
    path = write(tmp_path, "mine", MINE)
    sources = chain(path)
    assert combine(sources)["calendar"]["days"] == 9
    for key, line in {
        ("calendar", "days"): 6,
        ("policy", "cadre_sinking", "parameters", "full_time_share"): 13,
        ("shock", "fire", "day"): 16,
        ("parameters", "handling.force"): 18,
        ("parameters", "handling.reopen"): 19,
    }.items():
        source, found = locate(sources, key)
        assert (source.path, found) == (path, line), key
    source, line = locate(sources, ("calendar", "start"))
    assert source.path == LIBRARY / "baseline.toml"
    assert line == 8


def test_windows_line_ends_and_byte_order_marks_do_not_matter(tmp_path):
    path = write(tmp_path, "mine", "[calendar]\ndays = 9\n")
    plain = load_scenario(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_scenario(path).digest() == plain.digest()


@pytest.mark.parametrize(
    ("word", "id_"),
    [
        ("cadre_sinking", "cadre_sinking"),
        ("党员干部下沉", "cadre_sinking"),
        ("Cadre sinking", "cadre_sinking"),
        ("one-stop-service", "one_stop"),  # no quotes and no blanks are needed in a shell
        ("强力工程(五个全覆盖)", "strong_base"),  # the brackets of a keyboard for those of the name
        ("baseline", "baseline"),
        ("基准", "baseline"),
    ],
)
def test_a_shipped_scenario_is_found_by_id_and_by_name(word, id_):
    assert id_of(word, LIBRARY) == id_
    assert find(word) == LIBRARY / f"{id_}.toml"
    assert load_scenario(word, city="street").id == id_


@pytest.mark.parametrize("word", ["./基准", "./鼓楼区.toml", "nowhere", ""])
def test_a_path_and_a_word_that_means_nothing_come_back_as_they_are(word):
    assert id_of(word, LIBRARY) == id_of(word, CITIES) == word


def test_short_forms_are_for_cities():
    assert id_of("鼓楼区", CITIES) == id_of("鼓楼", CITIES) == "gulou"
    with pytest.raises(ScenarioError, match="is a city, not a scenario"):
        find("鼓楼区")


def test_a_file_beside_comes_before_a_name_that_is_shipped(tmp_path):
    (tmp_path / "党员干部下沉.toml").write_text(HEAD, encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(HEAD.replace('"baseline"', '"党员干部下沉"'), encoding="utf-8")
    assert find("党员干部下沉", mine) == tmp_path / "党员干部下沉.toml"
    mine.write_text(HEAD.replace('"baseline"', '"基准"'), encoding="utf-8")
    assert chain(mine)[0].path == LIBRARY / "baseline.toml"


@pytest.mark.parametrize(("wrong", "near"), [("党员下沉", "党员干部下沉"), ("cadre_sinkin", "cadre_sinking")])
def test_the_nearest_name_is_told_and_the_nearest_id_before_it(wrong, near):
    with pytest.raises(ScenarioError) as raised:
        find(wrong)
    assert [p.near for p in raised.value.problems] == [near]


def test_cities_policies_and_settings_go_by_name_and_resolve_to_ids(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + 'city = "示范街道"\n[[policy]]\nuse = "党员干部下沉"\n', encoding="utf-8")
    named = load_scenario(path, settings={"党员干部下沉.people_per_community": 8})
    path.write_text(HEAD + 'city = "street"\n[[policy]]\nuse = "cadre_sinking"\n', encoding="utf-8")
    plain = load_scenario(path, settings={"cadre_sinking.people_per_community": 8})
    assert named.resolved() == plain.resolved()
    assert named.policies[0].id == "cadre_sinking"
    path.write_text(HEAD + 'city = "示范街"\n[[policy]]\nuse = "党员下沉"\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        load_scenario(path)
    assert {p.key: p.near for p in raised.value.problems} == {"city": "示范街道", "policy.党员下沉.use": "党员干部下沉"}
