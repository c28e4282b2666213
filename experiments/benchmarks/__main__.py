"""Measure speed and memory, everything in one run.

``python -m cogov.experiments.benchmarks [--city nanjing] [--days 365] [--repeats 3] [--only NAME ...]`` prints a table,
with ``--json`` plain data, with ``--markdown`` the tables of docs/performance.md. Figures are medians of the repeats;
where two things are compared their runs alternate, so that a machine's moods touch both.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from . import bare_queue, building, draws, forks, many_runs, speed, starting
from .lines import Line, Settings
from .table import machine, markdown, terminal


class PeerMissingError(RuntimeError):
    """SimPy or Ciw is not installed; the message says how to get it."""


def _with_peer(name: str) -> Callable[[Settings], list[Line]]:
    """Return what measures against others, which only the extra ``dev`` brings: loaded when they are asked for."""

    def measure(settings: Settings) -> list[Line]:
        try:
            module = importlib.import_module(f".{name}", __package__)
        except ModuleNotFoundError as error:
            if error.name not in ("simpy", "ciw"):
                raise
            said = f"{error.name} is missing; it comes with the extra dev: make venv EXTRAS=dev"
            raise PeerMissingError(said) from None
        found: list[Line] = module.measure(settings)
        return found

    return measure


PIECES: dict[str, Callable[[Settings], list[Line]]] = {
    "building": building.measure,
    "starting": starting.measure,
    "year": speed.measure,
    "forks": forks.measure,
    "queue": bare_queue.measure,
    "simpy": _with_peer("against_simpy"),
    "peers": _with_peer("peers.agreement"),
    "draws": draws.measure,
    "experiments": many_runs.measure,
}
"""What is measured, in this order."""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, and write where a file is named."""
    wanted = _parser().parse_args(argv)
    settings = Settings(wanted.city, wanted.days, wanted.repeats, wanted.warm_up)
    facts = machine()
    lines: list[Line] = []
    for name in wanted.only or PIECES:
        sys.stderr.write(f"measuring {name} ...\n")
        try:
            lines += PIECES[name](settings)
        except PeerMissingError as error:
            sys.stderr.write(f"{name} is left out: {error}\n")
    data = json.dumps(_data(settings, facts, lines), indent=1)
    if wanted.out is not None:
        wanted.out.write_text(data + "\n", encoding="utf-8")
    if wanted.json:
        sys.stdout.write(data + "\n")
    elif wanted.markdown:
        sys.stdout.write(markdown(lines, facts))
    else:
        console = Console()
        console = console if console.is_terminal else Console(width=max(150, console.width))
        console.print(terminal(lines))


def _data(settings: Settings, facts: dict[str, Any], lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "format": 1,
        "settings": {"city": settings.city, "days": settings.days, "repeats": settings.repeats,
                     "warm_up_days": settings.warm_up_days},
        "machine": facts,
        "load_at_the_end": machine()["load"],
        "lines": [line.to_dict() for line in lines],
    }  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cogov.experiments.benchmarks", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--city", default="nanjing", help="shipped city of building, year and queue")
    parser.add_argument("--days", type=_positive, default=365, metavar="N", help="timed days of a year")
    parser.add_argument("--repeats", type=_positive, default=3, metavar="N", help="times each measurement is made")
    parser.add_argument("--warm-up", type=int, default=60, metavar="N", help="days before those that are timed")
    parser.add_argument("--only", nargs="+", choices=list(PIECES), metavar="NAME",
                        help=f"only these pieces: {', '.join(PIECES)}")  # fmt: skip
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print plain data")
    form.add_argument("--markdown", action="store_true", help="print the tables of docs/performance.md")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the plain data to a file as well")
    return parser


def _positive(text: str) -> int:
    n = int(text)
    if n < 1:
        raise argparse.ArgumentTypeError(f"{text}: must be 1 or more")
    return n


if __name__ == "__main__":
    main()
