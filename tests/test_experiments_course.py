"""The course of a run: straight on or from a checkpoint, with checkpoints on the way, to the same result."""

import datetime as dt

import pytest
from object_graph import differences

from cogov.experiments.checkpoint import Checkpoint
from cogov.experiments.course import Course, run_until
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.loader import load_scenario

DAYS = {"city": "street", "days": 4, "warm_up_days": 2, "follow_up_days": 2}
SCENARIO = load_scenario("baseline", **DAYS)
FIRST = SCENARIO.calendar.first


def day(n):
    return FIRST + dt.timedelta(days=n)


@pytest.fixture(scope="module")
def straight():
    """Return the result of a run without a checkpoint, and its log."""
    log = []
    return Course()(SCENARIO.resolved(), 3, log.append), log


def test_checkpoints_on_the_way_change_nothing_and_bear_their_dates(straight, tmp_path):
    course = Course(dates=(day(5), day(3), day(3)), folder=tmp_path / "checkpoints")
    assert differences(course(SCENARIO.resolved(), 3), straight[0]) == []
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == [str(day(3)), str(day(5))]
    for date in (day(3), day(5)):
        assert Checkpoint.open(tmp_path / "checkpoints" / str(date)).date == date


def test_a_run_goes_on_from_a_checkpoint_with_its_log_to_the_same_end(straight, tmp_path):
    log, again = [], []
    Course(dates=(day(3),), folder=tmp_path)(SCENARIO.resolved(), 3, log.append)
    assert [path.name for path in tmp_path.iterdir()] == [str(day(3))]  # the tape is gone
    start = Checkpoint.open(tmp_path / str(day(3)))
    assert differences(Course(start)(SCENARIO.resolved(), 3, again.append), straight[0]) == []
    whole = b"".join(rows.tobytes() for rows in straight[1])
    assert b"".join(rows.tobytes() for rows in log) == whole
    assert b"".join(rows.tobytes() for rows in again) == whole


def test_a_tape_is_gone_when_the_run_breaks_off(tmp_path):
    def breaks(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Course(dates=(day(3),), folder=tmp_path)(SCENARIO.resolved(), 3, [].append, breaks)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_day_by_day_over_both_parts(tmp_path):
    told = []
    Course(dates=(day(3),), folder=tmp_path)(SCENARIO.resolved(), 3, progress=lambda *at: told.append(at))
    assert told == [(n, 8) for n in range(1, 9)]


def test_a_model_is_run_to_the_midnight_at_which_a_date_begins():
    model = CityModel(SCENARIO.resolved(), 3)
    run_until(model, day(2))
    assert model.day == 2
    run_until(model, day(1))
    assert model.day == 2
