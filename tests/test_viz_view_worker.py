"""The process of one run: it builds, steps and tells, and an error is an answer like any other."""

import multiprocessing
import threading

import pytest

from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.loader import load_scenario
from cogov.viz.view import worker
from cogov.viz.view.worker import Desk, Failure, serve

SHORT = load_scenario("baseline", city="street", warm_up_days=1, days=2, follow_up_days=1).resolved()


def test_what_has_words_is_told_in_both_languages_and_a_mistake_of_ours_by_its_name():
    with pytest.raises(ScenarioError) as error:
        load_scenario("baselin")
    told = Failure.of(error.value)
    assert told.en != told.zh
    assert Failure.of(KeyError("x")) == Failure("KeyError: 'x'", "KeyError: 'x'")


def test_nothing_is_told_before_a_run_was_started():
    with pytest.raises(RuntimeError, match="no run has been started"):
        Desk().advance(1, "open_needs")


def test_a_run_goes_to_the_day_asked_for_and_no_further_than_its_end():
    desk = Desk()
    _, frame = desk.start(SHORT, 1, "open_needs")
    assert frame.day == 0
    assert desk.advance(2, "open_needs").day == 2
    assert desk.advance(1, "open_needs").day == 2
    assert desk.advance(99, "open_needs").day == 4
    assert desk.story("grid", 0).day == 4
    assert desk.start(SHORT, 2, "open_needs")[1].day == 0


def test_questions_are_answered_until_the_pipe_is_closed(monkeypatch):
    monkeypatch.setattr(worker, "quiet_worker", lambda: None)
    here, there = multiprocessing.Pipe()
    thread = threading.Thread(target=serve, args=(there,), daemon=True)
    thread.start()
    here.send(("advance", 1, "open_needs"))
    assert here.recv() == Failure.of(RuntimeError("no run has been started"))
    here.send(("no_such_word",))
    assert "AttributeError" in here.recv().en
    here.close()
    thread.join(10)
    assert not thread.is_alive()
