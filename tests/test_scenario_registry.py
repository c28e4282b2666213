"""What policies and numbers there are, and what a scenario makes of them."""

import dataclasses
import datetime as dt
import importlib
import pkgutil

import numpy as np
import pytest

from cogov.agents.parameters import parameters
from cogov.model.draws import STREAMS
from cogov.model.levers import LEVERS, SET
from cogov.scenarios import registry
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.places import load_city
from cogov.scenarios.plan import DAY
from cogov.scenarios.registry import cards, clashes, complete, declared, make_policies, policies, span
from cogov.scenarios.schema import PolicyEntry, Where


def test_policies_are_found_by_id_in_order():
    assert list(policies()) == sorted(policies())
    assert {"alliance_lists", "cadre_sinking", "emergency_pairing"} <= set(policies())
    assert all(kind.card.id == key for key, kind in policies().items())


@pytest.mark.parametrize("card", cards().values(), ids=lambda c: c.id)
def test_a_card_is_complete(card):
    for text in (card.zh, card.en, card.article, card.changes_zh, card.changes_en, card.costs_zh, card.costs_en):
        assert text.strip()
    assert set(card.levers) <= set(LEVERS)
    assert set(card.streams) <= set(STREAMS)
    assert set(card.hooks) & {step for step, *_ in DAY}
    for p in card.parameters:
        assert p.zh
        assert p.en
        assert p.unit
        assert p.source
        assert p.confidence in ("S", "C", "D", "E", "choice")
        assert p.decided == (bool(p.choices) or p.source == "switch")  # what is decided is no estimate
        assert p.default in p.choices if p.choices else p.low <= p.default <= p.high
    assert complete(card, {}) == ({p.name: p.default for p in card.parameters}, [])


def test_importing_the_registry_declares_every_number_of_the_model():
    before = declared()
    for room in ("agents", "model"):
        package = importlib.import_module(f"cogov.{room}")
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    assert list(before) == [p.name for p in parameters()]


def test_parameters_are_completed_and_checked():
    card = cards()["cadre_sinking"]
    given = {"turnout": 1, "people_per_comunity": 3, "placement": "uniforn", "learning_weeks": True}
    values, wrong = complete(card, given)
    assert values["turnout"] == 1.0
    assert isinstance(values["turnout"], float)
    assert values["placement"] == "uniform"
    assert [(name, near) for name, _, _, near in wrong] == [
        ("people_per_comunity", "people_per_community"), ("placement", "uniform"), ("learning_weeks", None)
    ]  # fmt: skip
    assert "0 to 52 week" in str(wrong[2][1])
    assert span(card.parameters[-1]) == '"uniform", "home_grid", "need_weighted"'


def _entry(name, **changes):
    return PolicyEntry(use="cadre_sinking", id=name, start=dt.date(2024, 6, 1), **changes)


@pytest.fixture
def _setting_lever(monkeypatch):
    """Let the lever of cadre sinking be one that a policy sets."""
    lever = dataclasses.replace(LEVERS["pool.overhead_minutes"], fold=SET)
    monkeypatch.setattr(registry, "LEVERS", {**LEVERS, lever.name: lever})


@pytest.mark.usefixtures("_setting_lever")
@pytest.mark.parametrize(
    ("changes", "clash"),
    [
        ({}, True),
        ({"start": dt.date(2024, 6, 10)}, True),
        ({"intensity": 0.0}, False),
        ({"where": Where(district=("Xuanwu",))}, False),
    ],
)
def test_two_policies_that_set_one_lever_clash_where_they_meet(changes, clash):
    a = _entry("a", where=Where(district=("Gulou",)), end=dt.date(2024, 6, 20))
    b = _entry("b").model_copy(update=changes)
    found = clashes([a, b], lambda x, y: not x.where.district or not y.where.district)
    assert [(x.id, y.id, lever) for x, y, lever in found] == ([("a", "b", "pool.overhead_minutes")] if clash else [])


@pytest.mark.usefixtures("_setting_lever")
def test_policies_that_follow_each_other_do_not_clash():
    day = dt.date(2024, 6, 20)
    assert clashes([_entry("a", end=day), _entry("b").model_copy(update={"start": day})], lambda *_: True) == []


def test_policies_that_add_do_not_clash():
    assert clashes([_entry("a"), _entry("b")], lambda *_: True) == []


def test_policies_are_made_in_canonical_order_with_days_from_the_first_of_the_run(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        """
        format = 1
        extends = "baseline"
        name = { zh = "甲", en = "Mine" }
        question = { zh = "乙？", en = "Why?" }
        city = "street"
        [[policy]]
        use = "emergency_pairing"
        id = "zz"
        [[policy]]
        use = "cadre_sinking"
        id = "off"
        intensity = 0
        [[policy]]
        use = "cadre_sinking"
        id = "aa"
        intensity = 0.5
        start = 2024-06-05
        end = 2024-06-15
        ramp_days = 5
        where = { community = ["2"] }
        [policy.parameters]
        people_per_community = 8
        """,
        encoding="utf-8",
    )
    scenario = load_scenario(file)
    city = load_city(scenario.city, scenario.city_digest)
    first, last = make_policies(scenario, city)
    assert (first.instance, last.instance) == ("aa", "zz")
    assert (first.settings.start_day, first.settings.end_day, first.settings.ramp_days) == (64, 74, 5)
    assert (last.settings.start_day, last.settings.communities) == (60, None)
    assert last.settings.end_day > 10**6
    assert first.number("people_per_community") == 8
    assert np.flatnonzero(first.settings.communities).tolist() == [1]
    assert [first.strength(day) for day in (63, 64, 68, 73, 74)] == [0.0, 0.1, 0.5, 0.5, 0.0]
