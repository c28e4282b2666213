"""The plan says what a run draws: what it declares of steps and events is held against the code of the model."""

import ast
import io
from pathlib import Path

import pytest
from rich.console import Console

import cogov
from cogov.model.draws import STREAMS
from cogov.model.wheel import EVENT_KINDS
from cogov.scenarios.declarations import events_table
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.plan import DAY, DRAWN, plan
from cogov.scenarios.schema import Where
from cogov.scenarios.show import _where, render_plan
from cogov.scenarios.words import w

MODEL = Path(cogov.__file__).parent / "model"


def _names(tree):
    """What a module calls things of others: name here → (module, name there); the name is empty for a whole module."""
    return {
        a.asname or a.name: (node.module, a.name) if node.module else (a.name, "")
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for a in node.names
    }


def _reader():
    """Return a function that tells the streams drawn from by a function of the model and by all that it calls."""
    trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in MODEL.glob("*.py")}
    names = {module: _names(tree) for module, tree in trees.items()}
    bodies = {(module, node.name): node for module, tree in trees.items() for node in ast.walk(tree)
              if isinstance(node, ast.FunctionDef)}  # fmt: skip

    def called(module, node):
        if isinstance(node, ast.Name):
            return (module, node.id) if (module, node.id) in bodies else names[module].get(node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            of = names[module].get(node.value.id)
            return (of[0], node.attr) if of and not of[1] else (module, node.attr)
        return None

    def streams(*places):
        found, seen, left = set(), set(), list(places)
        while left:
            place = left.pop()
            if place in seen or place not in bodies:
                continue
            seen.add(place)
            for node in ast.walk(bodies[place]):
                if isinstance(node, ast.Call):
                    left.append(called(place[0], node.func))
                elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
                    of, name = names[place[0]].get(node.slice.id, ("", ""))
                    found |= {name.lower()} if of == "draws" else set()
        return found

    return streams


STREAMS_OF = _reader()
HANDLER_OF = _names(ast.parse((MODEL / "engine.py").read_text(encoding="utf-8")))
PLACES = {
    "build": (("city", "build_city"), ("simulation", "_build"), ("engine", "begin")),
    "decisions": (("simulation", "_decide"), ("simulation", "chance"), ("simulation", "chance_of"),
                  ("simulation", "noise")),
    "midnight": (("interventions", "uniforms"), ("interventions", "lots")),
    "roster": (("engine", "open_day"),),
    "arrivals": (("engine", "plan_needs"),),
}  # fmt: skip
"""Where each step of a day begins; deciders and policies come back to the model for their draws."""


@pytest.mark.parametrize("kind", [kind for kind, *_ in EVENT_KINDS])
def test_an_event_draws_from_the_streams_that_the_plan_says(kind):
    assert STREAMS_OF(HANDLER_OF[f"on_{kind}"]) == set(DRAWN[kind])


def test_each_step_draws_from_the_streams_that_the_plan_says():
    said = {step: set(streams) for step, _, _, streams in DAY}
    assert said.pop("events") == {stream for drawn in DRAWN.values() for stream in drawn}
    assert {step: STREAMS_OF(*places) for step, places in PLACES.items()} == said


def test_streams_are_told_in_one_order():
    order = list(STREAMS).index
    for drawn in (*DRAWN.values(), *(streams for *_, streams in DAY)):
        assert list(drawn) == sorted(drawn, key=order)


def test_the_plan_and_the_page_tell_the_streams_of_each_kind_of_event():
    facts = plan(load_scenario("baseline"))
    assert {e["kind"]: tuple(e["streams"]) for e in facts["events"]} == DRAWN
    assert next(s for s in facts["streams"] if s["stream"] == "pledge")["events"] == ["call_up"]
    assert "`roster`, `work`, `pledge` |" in events_table("en")


def test_a_plan_in_chinese_calls_streams_steps_levers_and_policies_by_name():
    facts = plan(load_scenario("three_together", city="street"))
    console = Console(width=400, file=io.StringIO(), force_terminal=False)
    console.print(render_plan(facts, "zh"))
    text = console.file.getvalue()
    assert "排班 (roster)" in text
    assert "条线本职 (line_work)" in text
    assert "政策, 冲击" in text  # where emergency pairing hooks
    for cell in ("midnight, shock", "roster, work", "alliance_lists, cadre_sinking"):
        assert cell not in text
    console.print(render_plan(facts, "en"))
    assert "midnight, shock" in console.file.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_stream_step_and_level_has_its_word(lang):
    for key in (*(f"stream.{name}" for name in STREAMS), *(f"step.{step[0]}" for step in DAY),
                *(f"where.{level}" for level in Where.model_fields)):  # fmt: skip
        assert w(key, lang)
    places = _where({"district": ("示范区",), "grid_kind": ("old", "village")}, lang)
    assert (
        places
        == {
            "zh": "区: 示范区; 网格类型: 老旧小区网格 (old), 村网格 (village)",
            "en": "district: 示范区; kind of grid: Old compound (old), Village (village)",
        }[lang]
    )
