"""Scenarios, policies and plans for people: the facts as plain data, and tables made of them."""

import io
import json

import pytest
from rich.console import Console

from cogov.model.draws import STREAMS
from cogov.model.wheel import EVENT_KINDS
from cogov.scenarios import plan as planning
from cogov.scenarios import show, words
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.registry import cards
from cogov.scenarios.sentences import translated


def drawn(made, width=160):
    console = Console(file=io.StringIO(), width=width)
    console.print(made)
    return console.file.getvalue()


def test_the_listing_names_everything_in_either_language():
    facts = show.listing()
    assert {s["id"] for s in facts["scenarios"]} >= {"baseline", "storm_month"}
    assert {p["id"] for p in facts["policies"]} == set(cards())
    assert {"id": "nanjing", "zh": "南京市", "en": "Nanjing"} in facts["cities"]
    json.dumps(facts, allow_nan=False)
    for lang in words.LANGUAGES:
        text = drawn(show.render_listing(facts, lang))
        for row in (*facts["policies"], *facts["cities"]):
            assert row["id"] in text
            assert row[lang] in text
        for row in facts["scenarios"]:
            assert row["name"][lang] in text
        assert text.index("nanjing") < text.index("baseline") < text.index("everything") < text.index("storm_month")


def test_scenarios_are_of_one_kind_each():
    kinds = {s["id"]: show.kind_of(s) for s in show.listing()["scenarios"]}
    assert (kinds["baseline"], kinds["whistle"], kinds["everything"], kinds["storm_month"]) == show.KINDS


def test_a_choice_is_no_estimate_and_names_come_before_ids():
    scenario = load_scenario("cadre_sinking", layers=["storm_month"])
    text = drawn(show.render_scenario(show.describe_scenario(scenario), "zh"), width=220)
    assert "用于比较的规则，非估计值 [设定]" in text
    assert "估计值，待扫描 [E]" in text
    for name in ("南京市 (nanjing)", "党员干部下沉 (cadre_sinking)", "(storm_month)"):
        assert name in text


def test_a_scenario_is_shown_with_units_sources_and_what_it_sets(tmp_path):
    scenario = load_scenario(
        "cadre_sinking", layers=["storm_month"], settings={"handling.fix": 0.9, "cadre_sinking.turnout": 0.55}
    )
    facts = show.describe_scenario(scenario)
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert facts["digest"] == scenario.digest()
    (number,) = facts["numbers"]
    assert (number["name"], number["value"], number["set"]) == ("handling.fix", 0.9, True)
    rows = {p["name"]: p for p in facts["cards"]["cadre_sinking"]["parameters"]}
    assert (rows["turnout"]["value"], rows["turnout"]["default"]) == (0.55, 0.7)
    for lang in words.LANGUAGES:
        text = drawn(show.render_scenario(facts, lang))
        unit = {"zh": "分钟/人·日", "en": "min a person-day"}[lang]
        for word in ("2024-06-10 16:00", " 10 ", "0.9*", "0.55", unit, scenario.name.of(lang)):
            assert word in text, (lang, word)


def test_all_numbers_can_be_shown():
    facts = show.describe_scenario(load_scenario("baseline"), everything=True)
    assert len(facts["numbers"]) > 50
    assert all(n["unit"] and n["source"] and n["confidence"] in "SCDE" for n in facts["numbers"])
    assert not any(n["set"] for n in facts["numbers"])


@pytest.mark.parametrize("name", sorted(cards()))
def test_a_card_is_shown_whole(name):
    card = cards()[name]
    facts = show.describe_card(card)
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    text = drawn(show.render_card(facts, "zh"))
    for word in (card.zh, card.en, card.article, *(p.name for p in card.parameters)):
        assert word in text


def test_brackets_in_texts_are_not_markup():
    assert "[red]a[/red]" in drawn(show.table("t [b]", ["h"], [("[red]a[/red]",)]))


def test_the_plan_has_every_step_kind_and_stream():
    facts = planning.plan(load_scenario("three_together", layers=["storm_month"]))
    assert [s["step"] for s in facts["day"]] == ["build", "decisions", "midnight", "roster", "arrivals", "events"]
    assert [e["kind"] for e in facts["events"]] == [kind for kind, *_ in EVENT_KINDS]
    assert [s["stream"] for s in facts["streams"]] == list(STREAMS)
    assert [s["stream"] for s in facts["streams"] if not s["steps"]] == [], "a stream that no step draws from"
    assert {stream for step in facts["day"] for stream in step["streams"]} <= set(STREAMS)
    assert [s["id"] for s in facts["shocks"]] == ["storm"]
    json.dumps(facts, allow_nan=False)


def test_the_plan_says_where_policies_hook():
    facts = planning.plan(load_scenario("three_together"))
    places = {s["step"]: s["policies"] for s in facts["day"]} | {e["kind"]: e["policies"] for e in facts["events"]}
    assert places["midnight"] == ["alliance_lists", "cadre_sinking", "emergency_pairing"]
    assert places["shock"] == ["emergency_pairing"]
    for card in cards().values():
        assert set(card.hooks) <= set(places), card.id
        assert set(card.streams) <= set(STREAMS), card.id
    assert next(s for s in facts["streams"] if s["stream"] == "policy")["policies"] == places["midnight"]


def test_the_plan_is_drawn_in_both_languages():
    facts = planning.plan(load_scenario("emergency_pairing", layers=["storm_month"]))
    assert "Rainstorm and flood" in drawn(show.render_plan(facts, "en"))
    text = drawn(show.render_plan(facts, "zh"), 300)
    assert "暴雨内涝" in text
    for meaning in [*STREAMS.values(), *(meaning for *_, meaning in EVENT_KINDS)]:
        assert meaning in drawn(show.render_plan(facts, "en"), 300)
        assert translated(meaning, "zh") in text
        assert meaning not in text


def test_phases_without_days_have_no_dates():
    rows = planning.phases(load_scenario("baseline", days=2, warm_up_days=0, follow_up_days=0))
    assert [(r["phase"], r["from"], r["to"], r["days"]) for r in rows] == [
        ("warm_up", None, None, 0),
        ("window", "2024-06-01", "2024-06-02", 2),
        ("follow_up", None, None, 0),
    ]


def test_words_are_in_both_languages_and_known():
    for lang in words.LANGUAGES:
        assert words.w("policies", lang)
    with pytest.raises(KeyError):
        words.w("nothing", "en")
    assert all(zh and en and zh != en for zh, en in words._WORDS.values())


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({}, "en"),
    ],
)
def test_the_language_follows_the_locale(environment, lang):
    assert words.default_lang(environment) == lang
