"""Values set from outside a file."""

import datetime as dt

import pytest

from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.loader import load_scenario, load_scenarios
from cogov.scenarios.settings import parse_settings, place

DATA = {
    "policy": {"cadre_sinking": {"use": "cadre_sinking"}, "second": {"use": "cadre_sinking"}},
    "shock": {"storm": {"kind": "rainstorm"}},
}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("a.b=1", "a.b", 1),
        ("a.b = 0.5", "a.b", 0.5),
        ("p.placement=need_weighted", "p.placement", "need_weighted"),
        ('p.placement="home_grid"', "p.placement", "home_grid"),
        ("p.start=2024-06-05", "p.start", dt.date(2024, 6, 5)),
        ("p.x=a=b", "p.x", "a=b"),
        ("p.x=1 # note", "p.x", 1),
    ],
)
def test_a_value_is_written_as_in_a_file_or_is_a_bare_word(text, name, value):
    assert parse_settings([text]) == {name: value}


@pytest.mark.parametrize("text", ["novalue", "=1", "a.b=", "  = "])
def test_a_text_without_name_or_value_is_refused(text):
    with pytest.raises(ScenarioError, match=r"command line: --set .*must be written name=value"):
        parse_settings([text])


def test_a_name_set_twice_is_refused():
    with pytest.raises(ScenarioError, match="a is set twice"):
        parse_settings(["a=1", "a=2"])


def test_settings_find_their_place_by_name():
    tables, missed = place(
        {
            "cadre_sinking.turnout": 0.5,
            "second.intensity": 0.3,
            "storm.severity": 2.0,
            "line.lendable": 0.1,
            "demand.scale": 1.2,
            "nobody.turnout": 1,
            "cadre_sinking": 1,
        },
        DATA,
    )
    assert tables == {
        "policy": {"cadre_sinking": {"parameters": {"turnout": 0.5}}, "second": {"intensity": 0.3}},
        "shock": {"storm": {"severity": 2.0}},
        "parameters": {"line.lendable": 0.1},
        "demand": {"scale": 1.2},
    }
    assert missed == ["nobody.turnout", "cadre_sinking"]


def test_a_setting_changes_the_resolved_scenario_and_its_digest():
    plain = load_scenario("cadre_sinking", city="street")
    more = load_scenario("cadre_sinking", city="street", settings={"cadre_sinking.people_per_community": 9})
    assert more.policies[0].parameters["people_per_community"] == 9.0
    assert plain.policies[0].parameters["people_per_community"] == 8.0
    assert more.digest() != plain.digest()


def test_all_kinds_of_settings_arrive():
    s = load_scenario(
        "three_together",
        layers=["storm_month"],
        city="street",
        settings={
            "demand.scale": 1.5,
            "line.lendable": 0.2,
            "storm.severity": 2.0,
            "storm.day": 3,
            "alliance_lists.intensity": 0.5,
            "cadre_sinking.end": dt.date(2024, 6, 20),
            "cadre_sinking.placement": "home_grid",
        },
    )
    policies = {p.id: p for p in s.policies}
    assert s.demand.scale == 1.5
    assert s.parameters == {"line.lendable": 0.2}
    assert (s.shocks[0].severity, s.shocks[0].start) == (2.0, dt.datetime(2024, 6, 3))
    assert policies["alliance_lists"].intensity == 0.5
    assert policies["cadre_sinking"].end == dt.date(2024, 6, 20)
    assert policies["cadre_sinking"].parameters["placement"] == "home_grid"


def test_in_a_comparison_a_setting_touches_the_scenarios_that_have_the_policy():
    base, sinking = load_scenarios(
        ["baseline", "cadre_sinking"], city="street", settings={"cadre_sinking.people_per_community": 9}
    )
    assert base.policies == ()
    assert sinking.policies[0].parameters["people_per_community"] == 9.0


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("cadre_sinking.tunrout", 0.5, ["argument: policy.cadre_sinking.parameters.tunrout (0.5)",
                                        "no such parameter", "did you mean turnout?"]),
        ("cadre_sinking.turnout", 1.5, ["argument: policy.cadre_sinking.parameters.turnout (1.5)", "0 to 1"]),
        ("cadre_sinking.placement", "hme_grid", ["one of", '"home_grid"', "did you mean home_grid?"]),
        ("cadre_sinkin.turnout", 0.5, ["argument: cadre_sinkin.turnout (0.5)", "cadre_sinking.turnout",
                                       "did you mean cadre_sinking.turnout?"]),
        ("line.lendabel", 0.1, ["did you mean line.lendable?"]),
        ("line.lendable", 3, ["argument: parameters.line.lendable (3.0)", "0 to 1"]),
        ("line.lendable", "much", ["must be a number"]),
        ("demand.scale", -1, ["demand.scale (-1)", "0 to 20"]),
        ("cadre_sinking.intensity", 2, ["policy.cadre_sinking.intensity (2)", "0 to 1"]),
    ],
)  # fmt: skip
def test_a_bad_setting_says_what_is_allowed(name, value, parts):
    with pytest.raises(ScenarioError) as caught:
        load_scenario("cadre_sinking", city="street", settings={name: value})
    for part in parts:
        assert part in str(caught.value)


def test_a_policy_that_no_scenario_has_cannot_be_set():
    with pytest.raises(ScenarioError, match=r"cadre_sinking\.turnout .*no scenario given here has the policy"):
        load_scenarios(["baseline", "storm_month"], city="street", settings={"cadre_sinking.turnout": 0.5})


def test_an_entry_with_an_id_of_its_own_is_named_where_its_policy_is_set(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'format = 1\nextends = "baseline"\nname = { zh = "我", en = "Mine" }\nquestion = { zh = "？", en = "?" }\n'
        '[[policy]]\nid = "old"\nuse = "cadre_sinking"\n', encoding="utf-8"
    )  # fmt: skip
    with pytest.raises(ScenarioError, match=r"can be set by no such name.*old\.turnout"):
        load_scenario(tmp_path / "mine.toml", city="street", settings={"cadre_sinking.turnout": 0.5})
