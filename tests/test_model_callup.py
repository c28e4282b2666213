"""Volunteers called up by the queue: at the threshold, after the wait, once a week, for what is left of their hours."""

from __future__ import annotations

import math

from one_need import flow, open_day, put, quiet, run

from cogov.agents import offices
from cogov.model import state as S
from cogov.model.calendar import DAY, WEEK
from cogov.model.reading import read

MORNING = 600


def pressed(call_up, cases, minute=MORNING, **parameters):
    """Return a run in which so many cases are queued on Monday, and the community's volunteers' rows."""
    sim = quiet(10, member__answer=5, office__call_queue=1, **parameters)
    sim.tables["community_levers"]["call_up_minutes"] = call_up
    open_day(sim, hands=False)
    for k in range(cases):
        put(sim, "sanitation", 0, minute, channel=4, number=k + 1)
    return sim, sim.communities[0].volunteers


def on_duty(sim, people):
    return sim.tables["responders"]["active"][people].tolist()


def test_the_queue_calls_volunteers_after_the_declared_minutes_and_no_sooner():
    workers = int(pressed(WEEK, 0)[0].tables["call_ups"]["workers"][0])
    sim, people = pressed(20, workers + 1)
    at = MORNING + 1 + 21  # accepted a minute after the patrol's report
    run(sim, 0, at)
    assert on_duty(sim, people) == [0] * len(people)
    run(sim, at, at + 1)
    answers = [int(sim.chance(p, 0) < 1 / (1 + math.exp(-5))) for p in people]
    assert on_duty(sim, people) == answers
    assert sum(answers) > 0


def test_at_the_threshold_or_with_the_base_lever_nobody_is_called_before_the_office_looks():
    workers = int(pressed(WEEK, 0)[0].tables["call_ups"]["workers"][0])
    for call_up, cases in ((20, workers), (WEEK, 5 * workers)):
        sim, people = pressed(call_up, cases)
        run(sim, 0, DAY)
        assert on_duty(sim, people) == [0] * len(people)
        assert sim.tables["call_ups"]["called"][0] == offices.NOT_CALLED


def test_those_called_serve_in_what_is_left_of_their_free_hours():
    sim, people = pressed(20, 30)
    run(sim, 0, DAY)
    came = [p for p in people if sim.tables["responders"]["active"][p]]
    evening = ((1 << 42) - 1) & ~((1 << 36) - 1)  # 18:00 to 21:00
    assert {int(sim.tables["responders"]["on"][p]) for p in came} == {evening}
    assert {int(sim.tables["responders"]["on_minutes"][p]) for p in came} == {180}


def test_whoever_is_called_in_the_evening_serves_the_half_hours_that_are_left():
    sim, people = pressed(20, 30, minute=1120)
    run(sim, 0, DAY)
    came = [p for p in people if sim.tables["responders"]["active"][p]]
    left = ((1 << 42) - 1) & ~((1 << 38) - 1)  # called at 19:01: 19:00 to 21:00
    assert {int(sim.tables["responders"]["on"][p]) for p in came} == {left}
    assert {int(sim.tables["responders"]["field"][p]) & ~left for p in came} == {0}


def test_a_call_by_the_queue_tires_as_one_by_the_office_does_and_is_made_once_a_week():
    sim, people = pressed(1, 30)
    run(sim, 0, DAY)
    office = sim.communities[0]
    assert sim.tables["call_ups"]["called"][0] == offices.BY_QUEUE
    assert flow(sim, S.C_OPENED) == 30

    sim.day = 7
    sim.reading = read(sim)
    sim.reading.queue_per_worker[:] = 0.0
    office.weekly(1)
    assert office.calls == [0]
    assert sim.tables["call_ups"][["called", "recent"]][0].tolist() == (offices.NOT_CALLED, 1)
    assert on_duty(sim, people) == [0] * len(people)
    sim.reading.queue_per_worker[:] = 99.0
    office.weekly(2)
    assert office.calls == [0, 2]
    assert sim.tables["call_ups"]["called"][0] == offices.BY_OFFICE
