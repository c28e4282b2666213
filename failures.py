"""What ends a command early: bad input, a full disk, a lost worker, Ctrl-C. Each is one message and an exit code."""

from __future__ import annotations

import errno
import math
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn

import typer

from .scenarios.sentences import Sentence, Told, t

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors of a disk that has no room left."""
PATIENCE_SECONDS = 2.0
"""Time that workers have to end in before another Ctrl-C or SIGTERM counts."""


class Stopped(Told):
    """A command that cannot go on."""

    def __init__(self, said: Sentence, code: int = 2) -> None:
        super().__init__(said)
        self.exit_code = code


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM); like Ctrl-C, it takes its workers with it."""


def ending(error: BaseException) -> Told | None:
    """Return what is to be said about an error whose cause lies outside the program, ``None`` for a mistake of ours."""
    if isinstance(error, Told):
        return error
    if type(error).__name__ == "CityFileError":  # of a module that loads slowly
        return Stopped(t("{words}", words=str(error)))
    if isinstance(error, MemoryError):
        return Stopped(t("out of memory; use fewer workers (--workers 1) or a smaller city (--city gulou)"), 1)
    if isinstance(error, OSError) and error.errno != errno.EPIPE and (error.filename or error.errno in FULL):
        return _of_system(error)
    if isinstance(error, KeyboardInterrupt):
        if isinstance(error, Terminated):
            return Stopped(t("ended before the end; files that were finished are whole and stay, the rest was not "
                             "written"), 143)  # fmt: skip
        return Stopped(t("stopped before the end; files that were finished are whole and stay, the rest was not "
                         "written"), 130)  # fmt: skip
    return None


def _of_system(error: OSError) -> Stopped:
    """Return what the system refused, where, and how to mend it."""
    place = f"{error.filename}: " if error.filename else ""
    reason = reason_of(error)
    if error.errno in FULL:
        return Stopped(t("{place}{reason}; make room, or give another folder with --out; files finished before are "
                         "whole", place=place, reason=reason), 1)  # fmt: skip
    return Stopped(t("{place}{reason}", place=place, reason=reason))


def reason_of(error: OSError) -> Sentence | str:
    """Return why the system refused, in both languages where it is a usual reason."""
    usual = {
        errno.ENOSPC: t("No space left on device"), errno.EDQUOT: t("Disk quota exceeded"),
        errno.EACCES: t("Permission denied"), errno.EROFS: t("Read-only file system"),
        errno.ENOENT: t("No such file or directory"), errno.ENOTDIR: t("Not a directory"),
        errno.EISDIR: t("Is a directory"), errno.EFBIG: t("File too large"),
        errno.ENAMETOOLONG: t("File name too long"),
    }  # fmt: skip
    known = usual.get(error.errno or 0)
    return known if known is not None and known.english == error.strerror else error.strerror or str(error)


def stop(english: str, **gaps: Any) -> NoReturn:
    """End the command with a message; see `t`."""
    raise Stopped(t(english, **gaps))


def make_folder(out: Path | None) -> None:
    """Make the folder for results, and see that files can be made in it, before a long run and not after it."""
    if out is None:
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        if out.is_file():
            stop("--out {out}: is a file, not a folder; give another folder", out=out)
        reason = reason_of(error)
        stop("--out {out}: no folder to write in ({reason}); give another folder", out=out, reason=reason)


def listen() -> None:
    """Let SIGTERM end the program as Ctrl-C does, and let no terminal fail on a letter that it does not know."""
    signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else who started this wants no Ctrl-C
        signal.signal(signal.SIGINT, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(said: Sentence | Told, lang: str) -> None:
    """Print a message on standard error."""
    typer.echo(said.told(lang) if isinstance(said, Told) else said.of(lang), err=True)


def said_last(code: int) -> None:
    """Let whoever asks again end the program at once: all is said, and only ending processes are waited for."""
    if signal.getsignal(signal.SIGTERM) is _terminate:
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, lambda *_: os._exit(code))


_asked = [-math.inf]
"""When the program was last asked to end."""


def _first(error: type[KeyboardInterrupt]) -> None:
    """Raise what ends the program, unless it is on its way: who asks twice does not disturb the end that began."""
    now = time.monotonic()
    if now - _asked[0] > PATIENCE_SECONDS:
        _asked[0] = now
        raise error


def _terminate(*_: object) -> None:
    _first(Terminated)


def _interrupt(*_: object) -> None:
    _first(KeyboardInterrupt)
