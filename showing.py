"""How commands show what they found, as tables or JSON, and on standard error how far they are.

Nothing heavy is imported here, for every command imports it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from .commands import Speaking

if TYPE_CHECKING:
    from rich.console import RenderableType

    from .experiments.parallel import Progress
    from .options import Lang

PIPED_WIDTH = 120
"""Columns of tables that are not printed to a terminal, where COLUMNS does not say otherwise."""


def announce_compilation(lang: str) -> None:
    """Say on standard error that the model has to be compiled first, where it has not been yet."""
    from .agents.rules import CACHE_FOLDER
    from .caches import mark_used, remove_unused
    from .model.compiled import is_warm
    from .scenarios.words import w

    if not is_warm():
        typer.echo(w("compiling", lang), err=True)
        remove_unused(CACHE_FOLDER)
    mark_used(CACHE_FOLDER)


@contextmanager
def progress_bar(label: str, lang: str | None = None) -> Iterator[Progress]:
    """Show a bar on standard error while something runs, and where that is no terminal, runs done (with ``lang``)."""
    from rich import progress as rp
    from rich.console import Console

    from .scenarios.words import w

    console = Console(stderr=True)
    columns = (rp.TextColumn("{task.description}"), rp.BarColumn(), rp.MofNCompleteColumn(), rp.TimeElapsedColumn(),
               rp.TimeRemainingColumn())  # fmt: skip
    with rp.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if lang and done and not console.is_terminal:
                typer.echo(f"{w('runs_done', lang)} {done}/{total}", err=True)

        yield tell


def lang_of(lang: Lang | None) -> str:
    """Return the language of a command's own ``--lang``, or that of the whole command line."""
    return lang.value if lang else Speaking.lang


def give(facts: Any, as_json: bool, render: Callable[[], RenderableType]) -> None:
    """Print facts as JSON, or what ``render`` makes of them."""
    if as_json:
        print_json(facts)
    else:
        print_made(render())


def print_json(facts: Any) -> None:
    """Print JSON-able facts."""
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False))


def print_made(made: RenderableType) -> None:
    """Print a table, as wide as the terminal, or as ``PIPED_WIDTH`` where there is none."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console = Console(width=PIPED_WIDTH)
    console.print(made)
