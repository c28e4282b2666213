"""Help in the language that was asked for: Typer writes its own part of every help page in English only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .scenarios.sentences import translated

_SIGNS = {
    "DEFAULT_STRING": "[default: {}]",
    "REQUIRED_LONG_STRING": "[required]",
    "OPTIONS_PANEL_TITLE": "Options",
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "COMMANDS_PANEL_TITLE": "Commands",
}
"""What Typer's page of help says by itself, by the name under which it keeps it."""

_USAGE = ("[OPTIONS]", "COMMAND [ARGS]...")
_SEVERAL = re.compile(r"[\[{](\[?[^][{}]+\.\.\.\]?)[\]}]\.\.\.")
"""An argument of several words, which Typer writes with dots behind the dots of its name."""


def prepare(command: Any, lang: str) -> None:
    """Put the help of a command, of its options and of its own commands into a language, ``"zh"`` or ``"en"``."""
    command.help = translated(command.help or "", lang)
    command.rich_help_panel = translated("Commands", lang)
    for name in ("options_metavar", "subcommand_metavar"):
        if getattr(command, name, None) in _USAGE:
            setattr(command, name, translated(getattr(command, name), lang))
    for param in command.params:
        _prepare_param(param, lang)
    help_option, usage, page = command.get_help_option, command.get_usage, command.format_help

    def speaking(ctx: Any) -> Any:
        option = help_option(ctx)
        if option is not None:
            _prepare_param(option, lang)
        return option

    def format_help(ctx: Any, formatter: Any) -> None:
        with _speaking(lang):
            page(ctx, formatter)

    command.get_help_option = speaking
    command.get_usage = lambda ctx: _usage(usage(ctx), lang)
    command.format_help = format_help
    for own in getattr(command, "commands", {}).values():
        prepare(own, lang)


def _prepare_param(param: Any, lang: str) -> None:
    if getattr(param, "prepared", False):  # the option for help is one for all commands
        return
    param.prepared = True
    argument = param.param_type_name == "argument"
    param.help = translated(getattr(param, "help", None) or "", lang)
    param.rich_help_panel = translated("Arguments" if argument else "Options", lang)
    if param.metavar is not None:
        param.metavar = translated(param.metavar, lang)
    if isinstance(param.show_default, str) and lang != "en":  # Typer would put it into brackets of its own
        said = translated(_SIGNS["DEFAULT_STRING"], lang).format(translated(param.show_default, lang))
        param.help, param.show_default = param.help + said, False
    if argument or getattr(param, "is_flag", False):
        param.display_type_rich = _nothing  # bool, str or list[str] tell a reader of help nothing


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _usage(text: str, lang: str) -> str:
    """Return the line of usage in a language, with dots once behind what may be given several times."""
    text = _SEVERAL.sub(r"\1", text)
    return text.replace("Usage: ", translated("Usage: ", lang), 1)


@contextmanager
def _speaking(lang: str) -> Iterator[None]:
    """Let Typer's page of help speak a language, and break Chinese into lines, which has no blanks to break at."""
    from rich.text import Text
    from typer import rich_utils

    was = {name: getattr(rich_utils, name) for name in (*_SIGNS, "_make_rich_text") if hasattr(rich_utils, name)}
    make: Callable[..., Any] | None = was.get("_make_rich_text")

    def folded(**given: Any) -> Any:
        made = make(**given) if make is not None else None
        if isinstance(made, Text):
            made.overflow = "fold"
        return made

    try:
        for name, said in _SIGNS.items():
            if name in was:
                setattr(rich_utils, name, translated(said, lang))
        if make is not None:
            rich_utils._make_rich_text = folded
        yield
    finally:
        for name, value in was.items():
            setattr(rich_utils, name, value)
