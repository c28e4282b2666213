"""Sessions: one clock over runs in processes of their own, which end with it."""

import os
import signal
import threading

import numpy as np
import pytest
from view_waiting import until

from cogov.scenarios.city_model import CityModel
from cogov.scenarios.loader import load_scenario
from cogov.viz.view.frames import frame_of
from cogov.viz.view.session import AHEAD, FASTEST, MOST_RUNS, Session, opened


def scenario(name="baseline", **wishes):
    return load_scenario(name, city="street", **{"warm_up_days": 5, "days": 15, "follow_up_days": 5, **wishes})


def begun(view):
    return bool(view.frames) and not view.busy


@pytest.fixture(scope="module")
def session():
    with opened([scenario()]) as made:
        until(made, begun)
        yield made


def again(session, *names, **more):
    session.pause()
    before = until(session, lambda v: not v.playing and v.busy != "starting").version
    session.start([scenario(name) for name in names or ("baseline",)], **more)
    return until(session, lambda v: v.version >= before + 2 and begun(v) and v.day == more.get("day", 0))


def test_what_is_shown_is_what_the_model_says(session):
    again(session)
    session.jump(9)
    view = until(session, lambda v: v.day == 9)
    model = CityModel(scenario(), 1)
    for _ in range(9):
        model.step()
    expected = frame_of(model, view.layer)
    assert np.array_equal(view.frames[0].values, expected.values, equal_nan=True)
    assert all(np.array_equal(view.frames[0].curves[k], expected.curves[k], equal_nan=True) for k in expected.curves)


def test_play_pause_step_and_end(session):
    again(session)
    session.speed = FASTEST
    session.play()
    until(session, lambda v: v.playing)
    session.pause()
    before = until(session, lambda v: not v.playing)
    session.jump(5)
    until(session, lambda v: v.version > before.version and v.day == 5 and not v.busy)
    session.step()
    assert until(session, lambda v: v.day > 5).day == 6
    session.play()
    view = until(session, lambda v: v.over and not v.playing)
    assert view.day == 25
    session.play()
    assert not until(session, lambda v: v.version > view.version).playing


def test_every_day_is_shown_and_the_next_is_under_way_meanwhile(session):
    again(session)
    seen, ahead = [], []
    session.speed = AHEAD
    session.play()
    version = session.view.version
    while not (view := session.newer(version, 10.0) or session.view).over:
        version = view.version
        if view.playing:
            seen.append(view.day)
            ahead.append(session._ahead)
        if view.day == 9 and view.layer == "open_needs":
            session.show("trust")
    assert until(session, lambda v: v.over and not v.playing).frames[0].layer == "trust"
    assert set(seen) >= set(range(24))
    assert sum(day is not None for day in ahead) > 12
    assert session._ahead is None
    session.show("open_needs")
    until(session, lambda v: v.frames[0].layer == "open_needs")


def test_the_clock_keeps_to_its_speed(session):
    again(session)
    session.speed = 20.0
    session.play()
    view = until(session, lambda v: v.day >= 16)
    session.speed = FASTEST
    assert 12.0 < view.pace < 21.0


def test_a_jump_goes_both_ways_to_the_same_frame(session):
    again(session)
    session.jump(12)
    first = until(session, lambda v: v.day == 12 and not v.busy)
    session.jump(3)
    until(session, lambda v: v.day == 3 and not v.busy)
    session.jump(12)
    second = until(session, lambda v: v.day == 12 and not v.busy)
    assert np.array_equal(first.frames[0].values, second.frames[0].values, equal_nan=True)


def test_another_seed_is_another_run(session):
    first = again(session, seed=1, day=8)
    second = again(session, seed=2, day=8)
    assert second.seed == 2
    assert not np.array_equal(first.frames[0].values, second.frames[0].values)


def test_runs_go_side_by_side_on_one_clock(session):
    view = again(session, "baseline", "cadre_sinking", day=6)
    assert [frame.day for frame in view.frames] == [6, 6]
    session.show("helpers")
    view = until(session, lambda v: v.frames[0].layer == "helpers")
    assert view.frames[1].values.mean() > view.frames[0].values.mean()
    session.pick(("grid", 3))
    view = until(session, lambda v: v.story)
    assert [story.grid for story in view.story] == [3, 3]
    session.pick(("office", 5))
    view = until(session, lambda v: v.story and hasattr(v.story[0], "office"))
    assert [story.office for story in view.story] == [5, 5]
    session.pick(("office", 10**6))  # not there: nothing is told, nothing breaks
    session.pick(None)
    until(session, lambda v: not v.story)
    assert len(again(session).frames) == 1


def test_a_failure_is_said_and_the_next_start_works(session):
    again(session)
    session._runs[0].process.kill()
    session.step()
    failure = until(session, lambda v: v.failure).failure
    assert "内存" in failure.zh
    assert "memory" in failure.en
    assert again(session).failure is None


def test_what_the_model_complains_about_is_said(session):
    changed = scenario().model_copy(update={"city_digest": "0" * 16})
    session.start([changed])
    failure = until(session, lambda v: v.failure).failure
    assert "changed since" in failure.en
    assert failure.zh != failure.en
    again(session)


def test_closing_ends_processes_and_threads():
    before = threading.active_count()
    made = Session(FASTEST)
    made.start([scenario(), scenario("cadre_sinking")], play=True)
    until(made, begun)
    processes = [run.process for run in made._runs]
    made.close()
    made._thread.join(10.0)
    assert [process.is_alive() for process in processes] == [False, False]
    assert threading.active_count() <= before
    made.play()  # too late, and no harm


def test_a_run_ends_with_the_process_that_made_it():
    with opened([scenario()]) as made:
        until(made, begun)
        os.kill(made._runs[0].process.pid, signal.SIGINT)  # Ctrl-C goes to all; the page decides
        made.step()
        assert until(made, lambda v: v.day == 1)


def test_the_number_of_runs_is_bounded():
    with pytest.raises(ValueError, match="from 1 to 4"):
        Session().start([scenario()] * (MOST_RUNS + 1))


def memory_of(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="the memory of a process is read from /proc")
def test_five_hundred_frames_and_twenty_restarts_keep_memory_flat():
    with opened([scenario()]) as made:
        until(made, begun)
        pids = made._runs[0].process.pid, os.getpid()
        marks = []
        for restart in range(21):
            again(made, seed=restart)
            for day in range(1, 25):
                made.step()
                until(made, lambda v, day=day: v.day == day)
            marks.append([memory_of(pid) for pid in pids])
        for settled, last in zip(np.median(marks[3:8], axis=0), np.median(marks[-5:], axis=0), strict=True):
            assert last - settled < 12.0, marks
