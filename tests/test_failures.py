"""What ends a command early: one message and an exit code for what lies outside, a traceback for a mistake of ours."""

import errno
import signal

import pytest

from cogov import failures
from cogov.failures import Stopped, Terminated, ending, make_folder, stop
from cogov.model.city_file import CityFileError
from cogov.scenarios.errors import ScenarioError


@pytest.mark.parametrize(("error", "code", "words"), [
    (MemoryError(), 1, "--workers 1"),
    (OSError(errno.ENOSPC, "No space left on device"), 1, "make room, or give another folder with --out"),
    (OSError(errno.EDQUOT, "Disk quota exceeded", "a.parquet"), 1, "a.parquet: "),
    (PermissionError(errno.EACCES, "Permission denied", "out"), 2, "out: Permission denied"),
    (CityFileError("city x: too small"), 2, "city x: too small"),
    (KeyboardInterrupt(), 130, "stopped before the end"),
    (Terminated(), 143, "ended before the end"),
])  # fmt: skip
def test_what_lies_outside_is_one_message_in_both_languages(error, code, words):
    told = ending(error)
    assert told.exit_code == code
    assert words in told.told("en")
    assert code == 2 or any("一" <= sign <= "鿿" for sign in told.told("zh"))


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyError("x"), OSError("x"), BrokenPipeError(errno.EPIPE, "x", "y")]
)
def test_a_mistake_of_ours_is_told_by_nobody(error):
    assert ending(error) is None


def test_what_has_its_words_already_is_told_as_it_is():
    error = ScenarioError(())
    assert ending(error) is error
    with pytest.raises(Stopped) as stopped:
        stop("--replications {n}: an interval needs at least 2", n=1)
    assert (str(stopped.value), stopped.value.exit_code) == ("--replications 1: an interval needs at least 2", 2)


def test_a_folder_is_made_and_tried_before_a_long_run(tmp_path):
    make_folder(None)
    make_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
    (tmp_path / "file").write_text("x")
    with pytest.raises(Stopped, match="is a file, not a folder"):
        make_folder(tmp_path / "file")
    with pytest.raises(Stopped, match="no folder to write in"):
        make_folder(tmp_path / "file" / "below")


def test_who_asks_twice_at_once_does_not_disturb_the_end_that_began(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(failures.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(failures, "_asked", [-1e9])
    with pytest.raises(Terminated):
        failures._terminate(signal.SIGTERM, None)
    now[0] += failures.PATIENCE_SECONDS
    failures._interrupt(signal.SIGINT, None)  # within its patience: nothing
    now[0] += 0.1
    with pytest.raises(KeyboardInterrupt):
        failures._interrupt(signal.SIGINT, None)


def test_messages_go_to_standard_error(capsys):
    failures.say(Stopped(failures.t("{words}", words="no")), "en")
    assert capsys.readouterr() == ("", "no\n")
