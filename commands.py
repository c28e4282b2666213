"""How commands speak: help, complaints about options and errors in the language that was asked for.

Typer writes complaints in English only; here what is wrong with the words of a command line becomes one message like
every other. Its help is put into Chinese in `helping`.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from .failures import ending, said_last, say
from .helping import prepare
from .scenarios.errors import nearest
from .scenarios.sentences import Sentence, Told, t
from .scenarios.words import LANGUAGES, default_lang

UsageError: Any = typer.BadParameter.__mro__[1]
"""What is wrong with the words of a command line, whichever Click this Typer stands on."""

_FORMS: tuple[tuple[str, Callable[..., Sentence]], ...] = (
    (r"No such command '(?P<x>.*?)'\..*", lambda x: t("there is no command {x}", x=x)),
    (r"No such option: (?P<x>\S+).*", lambda x: t("there is no option {x}", x=x)),
    (r"Missing argument '(?P<x>.*)'\.", lambda x: t("{x} is missing", x=x)),
    (r"Missing option '(?P<x>.*)'\.", lambda x: t("{x} is missing", x=x)),
    (r"Missing parameter: (?P<x>.*)", lambda x: t("{x} is missing", x=x)),
    (r"Missing command\.", lambda: t("a command is missing")),
    (r"Option '?(?P<x>--?[\w-]+)'? requires an argument\.", lambda x: t("{x} needs a value", x=x)),
    (r"Option '?(?P<x>--?[\w-]+)'? does not take a value\.", lambda x: t("{x} takes no value", x=x)),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<x>.*)\)", lambda x: t("there is no place for {x}", x=x)),
    (r"Invalid value for '?(?P<x>--?[\w-]+).*?: (?:Value error, )?'(?P<y>.*)' is not one of (?P<z>.*)\.",
     lambda x, y, z: t('{x} ("{y}"): must be one of {z}', x=x, y=y, z=z)),
)  # fmt: skip
"""Typer's complaints as we say them; one that is not here is passed on as it is."""


class Speaking(TyperGroup):
    """Commands whose help, complaints and errors are in the language of ``--lang``, or else of the environment."""

    lang = "en"
    """The language of the command line that runs."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run a command line, after its help has been put into the language asked for."""
        words = list(sys.argv[1:] if args is None else args)
        Speaking.lang = language(words)
        prepare(self, self.lang)
        with warnings.catch_warnings():
            warnings.showwarning = _told(warnings.showwarning)
            return super().main(words, *more, **options)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what stands before the command."""
        return self._guarded(super().parse_args, ctx, args)  # type: ignore[no-any-return]

    def invoke(self, ctx: Any) -> Any:
        """Run a command; what is not foreseen is a mistake of ours and keeps its traceback."""
        return self._guarded(super().invoke, ctx)

    def _guarded(self, work: Callable[..., Any], ctx: Any, *more: Any) -> Any:
        try:
            return work(ctx, *more)
        except UsageError as error:
            if "NoArgs" in type(error).__name__:
                raise
            command = (error.ctx or ctx).command_path
            if error.ctx is None and ctx.invoked_subcommand:
                command = f"{command} {ctx.invoked_subcommand}"
            say(t("{command}: {what} (see {command} --help)", command=command, what=_plain(error, self)), self.lang)
            raise typer.Exit(2) from None
        except BaseException as error:
            if (told := ending(error)) is None:
                raise
            say(told, self.lang)
            said_last(told.exit_code)
            raise typer.Exit(told.exit_code) from None


def _told(usual: Callable[..., None]) -> Callable[..., None]:
    """Return how a warning is shown: one of ours as its message in the language of the line, any other as usual."""

    def show(message: Warning | str, *more: Any, **options: Any) -> None:
        if isinstance(message, Told):
            say(message, Speaking.lang)
        else:
            usual(message, *more, **options)

    return show


def language(words: Sequence[str]) -> str:
    """Return the language that the words of a command line ask for, or else that of the environment."""
    asked = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    asked += [after for word, after in pairwise(words) if word == "--lang"]
    return next((lang for lang in asked if lang in LANGUAGES), default_lang())


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``least`` to ``most``."""

    def read(text: str | int) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            raise Misread(t('("{text}"): must be a whole number, at least {least}', text=text, least=least))
        if most is not None and number > most:
            raise Misread(t('("{text}"): must be at most {most}', text=text, most=most))
        return number

    return read


def day(text: str | date) -> date:
    """Read a date."""
    if isinstance(text, date):
        return text
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise Misread(t('("{text}"): must be a date such as 2024-06-01', text=text))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misread(t('("{text}"): there is no such day', text=text)) from None


def folder(text: str | Path) -> Path:
    """Read the name of a folder."""
    if not str(text).strip():
        raise Misread(t('(""): the name of the folder is empty; . is the current one'))
    return Path(text)


class Misread(typer.BadParameter):
    """A value of an option that cannot be used; what is said about it follows the option's name."""

    def __init__(self, said: Sentence) -> None:
        super().__init__(str(said))
        self.said = said


def _as_option(words: str, error: Any) -> str | None:
    """Return how ``name=value`` is given to the command that has no place for it as it stands."""
    name, equals, value = words.partition("=")
    if not equals or error.ctx is None or " " in words:
        return None
    options = {option for param in error.ctx.command.params for option in param.opts}
    option = f"--{name.replace('_', '-')}"
    return f"{option} {value}" if option in options else f"--set {words}" if "--set" in options else None


def _plain(error: Any, group: Any) -> Sentence:
    """Return what is said about a mistake in the words of a command line."""
    if isinstance(error, Misread):
        name = max(error.param.opts, key=len) if error.param is not None else ""
        return t("{name} {said}", name=name, said=error.said)
    message = " ".join(error.format_message().split())
    for pattern, make in _FORMS:
        if found := re.fullmatch(pattern, message):
            known = getattr(error, "possibilities", None) or (group.commands if "such command" in pattern else ())
            near = nearest(found.groupdict().get("x", ""), known, 0.6)
            near = near or _as_option(found.groupdict().get("x", ""), error)
            hint = t("; did you mean {near}?", near=near) if near else ""
            return t("{what}{hint}", what=make(**found.groupdict()), hint=hint)
    return t("{words}", words=message)
