"""What ends a command early: bad input, a full disk, a lost worker, Ctrl-C. Each is one message and an exit code."""

from __future__ import annotations

import errno
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

FORESEEN = {"ScenarioError": 2, "CityFileError": 2, "WorkerLostError": 1}
"""Exit codes of errors whose message says all; by name, for the modules that define them load slowly."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors of a disk that has no room left."""


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM); like Ctrl-C, it takes its workers with it."""


class Guarded(TyperGroup):
    """Commands that end in one message on standard error where the cause lies outside the program."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; what is not foreseen here is a mistake of ours and keeps its traceback."""
        try:
            return super().invoke(ctx)
        except (ValueError, RuntimeError) as error:
            code = FORESEEN.get(type(error).__name__)
            if code is None:
                raise
            stop(str(error), code)
        except MemoryError:
            stop("out of memory; use fewer workers (--workers 1) or a smaller city (--city gulou)", 1)
        except OSError as error:
            if error.errno == errno.EPIPE or (error.filename is None and error.errno not in FULL):
                raise
            stop(_of_system(error), 1 if error.errno in FULL else 2)
        except KeyboardInterrupt as error:
            word, code = ("ended", 143) if isinstance(error, Terminated) else ("stopped", 130)
            stop(f"{word} before the end; files that were finished are whole and stay, the rest was not written", code)


def _of_system(error: OSError) -> str:
    """Return what the system refused, where, and how to mend it."""
    place = f"{error.filename}: " if error.filename else ""
    reason = error.strerror or str(error)
    if error.errno in FULL:
        return f"{place}{reason}; make room, or give another folder with --out; files finished before are whole"
    return f"{place}{reason}"


def stop(message: str, code: int = 2) -> NoReturn:
    """Leave with a message on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def make_folder(out: Path | None) -> None:
    """Make the folder for results, and see that files can be made in it, before a long run and not after it."""
    if out is None:
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        kind = "is a file, not a folder" if out.is_file() else f"no folder to write in ({error.strerror})"
        stop(f"--out {out}: {kind}; give another folder")


def listen() -> None:
    """Let SIGTERM end the program as Ctrl-C does, and let no terminal fail on a letter that it does not know."""
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _terminate(*_: object) -> NoReturn:
    raise Terminated
