"""Scenario files: the good ones load, extend and lie over one another; the bad ones are told what is wrong."""

import datetime as dt
import itertools
import json

import pytest

from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.loader import check_file, is_city_file, list_cities, list_scenarios, load_scenario, load_scenarios
from cogov.scenarios.schema import Scenario
from cogov.scenarios.sources import CITIES, LIBRARY, names

HEAD = """format = 1
extends = "baseline"
name = { zh = "甲", en = "Mine" }
question = { zh = "乙？", en = "Why?" }
city = "street"
"""
SINKING = '[[policy]]\nuse = "cadre_sinking"\n'
STORM = '[[shock]]\nid = "storm"\nkind = "rainstorm"\nstart = 2024-06-10\ndays = 2\n'


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file and returns its path."""

    def make(text, name="mine", head=HEAD):
        path = tmp_path / f"{name}.toml"
        path.write_text(head + text, encoding="utf-8")
        return path

    return make


@pytest.mark.parametrize("name", names(LIBRARY))
def test_every_shipped_scenario_is_good(name):
    assert check_file(name) == []
    scenario = load_scenario(name)
    assert scenario.id == name
    assert scenario.name.zh
    assert scenario.question.en


def test_a_parameter_beside_use_is_told_where_it_belongs(write):
    (problem,) = check_file(write(SINKING + "people_per_community = 10\n"))
    assert "it belongs below a line [policy.parameters]" in str(problem)
    assert "people_per_community" in str(problem)


@pytest.mark.parametrize("name", names(CITIES))
def test_every_shipped_city_is_good(name):
    assert check_file(name) == []
    assert is_city_file(CITIES / f"{name}.toml")


def test_lists_name_what_is_shipped():
    found = {row["id"]: row for row in list_scenarios()}
    assert list(found) == names(LIBRARY)
    assert found["cadre_sinking"]["policies"] == ["cadre_sinking"]
    assert found["storm_month"]["shocks"] == ["storm"]
    assert {row["id"] for row in list_cities()} == set(names(CITIES))


def test_a_resolved_scenario_comes_back_the_same():
    scenario = load_scenario("three_together", layers=["storm_month"])
    plain = scenario.resolved()
    again = Scenario.from_resolved(json.loads(json.dumps(plain)))
    assert again == scenario
    assert again.resolved() == plain
    assert again.digest() == scenario.digest()


def test_all_is_filled_in():
    plain = load_scenario("cadre_sinking", layers=["storm_month"]).resolved()
    (policy,), (shock,) = plain["policy"], plain["shock"]
    assert plain["layers"] == ["storm_month"]
    assert plain["name"]["en"] == "Cadre sinking"
    assert policy["start"] == "2024-06-01"
    assert policy["parameters"]["people_per_community"] == 8.0
    assert shock["start"] == "2024-06-10T16:00:00"
    assert plain["calendar"] == {"start": "2024-06-01", "days": 30, "warm_up_days": 60, "follow_up_days": 30}


def test_wishes_win_over_the_file():
    s = load_scenario("baseline", city="gulou", start=dt.date(2025, 1, 1), days=5, warm_up_days=0, follow_up_days=2)
    assert s.city == "gulou"
    assert (s.calendar.first, s.calendar.end) == (dt.date(2025, 1, 1), dt.date(2025, 1, 8))


def test_a_policy_starts_with_the_window_and_a_shock_moves_with_it():
    s = load_scenario("cadre_sinking", layers=["storm_month"], start=dt.date(2025, 3, 1))
    assert s.policies[0].start == dt.date(2025, 3, 1)
    assert s.shocks[0].start == dt.datetime(2025, 3, 10, 16)


def test_the_order_of_entries_does_not_count(write):
    entries = [SINKING, '[[policy]]\nuse = "alliance_lists"\n', STORM, STORM.replace('"storm"', '"again"')]
    digests = {load_scenario(write("".join(order))).digest() for order in itertools.permutations(entries)}
    assert len(digests) == 1


def test_names_do_not_count_but_content_does(write):
    plain = load_scenario(write(SINKING)).digest()
    assert load_scenario(write(SINKING, "other")).digest() == plain
    assert load_scenario(write(SINKING + "intensity = 0.5\n")).digest() != plain
    assert load_scenario("cadre_sinking", city="street").digest() == plain


def test_tables_merge_and_entries_meet_by_id(write):
    write(SINKING + "ramp_days = 7\n[policy.parameters]\nturnout = 0.5\n[calendar]\ndays = 10\n", "below")
    text = SINKING + '[policy.parameters]\nlearning_weeks = 2\n[[policy]]\nuse = "alliance_lists"\n'
    s = load_scenario(write(text, head=HEAD.replace('"baseline"', '"below"')))
    alliance, sinking = s.policies
    assert alliance.id == "alliance_lists"
    assert (sinking.ramp_days, sinking.parameters["turnout"], sinking.parameters["learning_weeks"]) == (7, 0.5, 2.0)
    assert (s.calendar.days, s.calendar.warm_up_days) == (10, 60)


def test_one_policy_may_stand_twice_under_two_ids(write):
    s = load_scenario(write(SINKING + SINKING + 'id = "second"\n'))
    assert [(p.id, p.use) for p in s.policies] == [("cadre_sinking", "cadre_sinking"), ("second", "cadre_sinking")]


def test_a_layer_adds_to_any_scenario_and_leaves_its_name(write):
    layer = write('[[shock]]\nid = "surge"\nkind = "hotline_surge"\nstart = 2024-06-05\ndays = 1\n', "surge")
    both = load_scenarios(["baseline", "cadre_sinking"], layers=["storm_month", layer])
    assert [s.id for s in both] == ["baseline", "cadre_sinking"]
    assert [[x.id for x in s.shocks] for s in both] == [["storm", "surge"]] * 2
    assert both[0].layers == ("storm_month", "surge")
    assert both[0].city == "street", "a layer's own city holds"


def test_a_city_file_lies_relative_to_its_scenario(write, tmp_path, monkeypatch):
    (tmp_path / "towns").mkdir()
    (tmp_path / "towns" / "mine.toml").write_bytes((CITIES / "street.toml").read_bytes())
    path = write("", head=HEAD.replace('"street"', '"towns/mine.toml"'))
    s = load_scenario(path)
    assert s.city == str(tmp_path / "towns" / "mine.toml")
    assert s.digest() == load_scenario("baseline", city="street").digest(), "where a city file lies does not count"
    monkeypatch.chdir(tmp_path)
    assert load_scenario("baseline", city="towns/mine.toml").city == s.city


BAD = {
    "date not on file": ("[calendar]\nstart = 2050-06-01\n", ["calendar.start (2050-06-01)", "2019 to 2030"]),
    "date beyond years": ("[calendar]\nstart = 0001-01-01\n", ["calendar.start", "years 1 to 9999"]),
    "date at the end of years": ("[calendar]\nstart = 9999-12-30\n", ["calendar.start", "years 1 to 9999"]),
    "policy": (
        '[[policy]]\nuse = "cadre_sinkin"\n',
        [
            'mine.toml:7: policy.cadre_sinkin.use ("cadre_sinkin")',
            "all of them: cogov scenarios",
            "did you mean cadre_sinking?",
        ],
    ),
    "parameter": (
        SINKING + "[policy.parameters]\npeople_per_comunity = 3\n",
        ["mine.toml:9: policy.cadre_sinking.parameters.people_per_comunity (3)", "did you mean people_per_community?"],
    ),
    "parameter's range": (SINKING + "[policy.parameters]\nturnout = 2\n", ["turnout (2): must be a number, 0 to 1"]),
    "choice": (SINKING + '[policy.parameters]\nplacement = "uniforn"\n', ["one of", "did you mean uniform?"]),
    "end before start": (SINKING + "end = 2024-05-01\n", ["policy.cadre_sinking.end (2024-05-01): must be after its"]),
    "start after the run": (SINKING + "start = 2025-05-01\n", ["must be before the end of the run: the run lasts"]),
    "over before the run": (SINKING + "start = 2023-05-01\nend = 2023-06-01\n", ["must be after the first day of"]),
    "shock outside": (STORM.replace("2024", "2023"), ["mine.toml:9: shock.storm.start", "must lie in the run"]),
    "district": (
        'city = "nanjing"\n' + STORM + 'where = { district = ["Guluo"] }\n',
        ['mine.toml:11: shock.storm.where.district ("Guluo")', "did you mean Gulou?"],
    ),
    "street": (
        SINKING + 'where = { street = ["Street 99"] }\n',
        ["mine.toml:8: policy.cadre_sinking.where.street", "no such street"],
    ),
    "nowhere": (
        'city = "gulou"\n' + SINKING + 'where = { grid_kind = ["village"] }\n',
        ["mine.toml:8: policy.cadre_sinking.where", "no community of Gulou, Nanjing passes"],
    ),
    "number of the model": (
        '[parameters]\n"line.lendabel" = 0.1\n',
        ["mine.toml:7: parameters.line.lendabel (0.1)", "did you mean line.lendable?"],
    ),
    "number's range": ("[parameters]\nline.lendable = 7\n", ["mine.toml:7: parameters.line.lendable (7.0): must be 0"]),
    "city": ('city = "nanjin"\n', ['mine.toml:5: city ("nanjin"): no such city file', "did you mean nanjing?"]),
    "city's file": ('city = "./none.toml"\n', ['city ("./none.toml"): no such city file']),
}


@pytest.mark.parametrize(("text", "parts"), BAD.values(), ids=BAD)
def test_a_bad_file_is_told_file_key_value_and_what_is_allowed(write, text, parts):
    head = HEAD.replace('city = "street"\n', "") if text.startswith("city") else HEAD
    message = "\n".join(map(str, check_file(write(text, head=head))))
    for part in parts:
        assert part in message


def test_a_misspelt_policy_hides_nothing_of_its_entry(write):
    """It is read as the nearest one: parameters, dates and places are checked as well."""
    text = (
        '[[policy]]\nuse = "cadre_sinkin"\nend = 2024-01-01\nwhere = { district = ["Guluo"] }\n'
        "[policy.parameters]\nturnout = 9\n"
    )
    found = check_file(write(text))
    assert [(p.line, p.key.split(".")[-1]) for p in found] == [
        (7, "use"), (8, "end"), (9, "district"), (11, "turnout")
    ]  # fmt: skip


def test_a_policy_like_no_other_hides_nothing_but_its_parameters(write):
    text = '[[policy]]\nuse = "qqqq"\nend = 2024-01-01\n[policy.parameters]\nturnout = 9\n'
    assert [(p.line, p.near) for p in check_file(write(text))] == [(7, None), (8, None)]


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_file(write):
    text = SINKING + "end = 2024-01-01\n[policy.parameters]\nturnout = 9\n" + STORM.replace("2024", "2023")
    assert [p.line for p in check_file(write(text))] == [8, 10, 14]


def test_a_bad_city_file_is_told_through_the_scenario_and_by_itself(write, tmp_path):
    text = (CITIES / "street.toml").read_text(encoding="utf-8").replace("residents =", "residentz =", 1)
    (tmp_path / "town.toml").write_text(text, encoding="utf-8")
    inside = check_file(write("", head=HEAD.replace('"street"', '"./town.toml"')))
    assert inside == check_file(tmp_path / "town.toml")
    assert [(p.key, p.line, p.near) for p in inside] == [("totals.residentz", 8, "residents")]


def test_policies_are_not_laid_over_themselves():
    with pytest.raises(ScenarioError, match=r"layers .*whistle would be laid over itself"):
        load_scenarios(["baseline", "whistle"], layers=["whistle"])
    shocks = load_scenarios(["baseline", "storm_month"], layers=["storm_month"])  # these lie over any
    assert shocks[0].shocks == shocks[1].shocks


def test_a_name_that_is_not_shipped_names_the_nearest():
    with pytest.raises(ScenarioError, match="did you mean baseline"):
        load_scenario("baselne")
    assert "no such file" in str(check_file("./none.toml")[0])
