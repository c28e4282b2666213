"""Figures for people: a table for the terminal, rows of Markdown for the documentation."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.table import Table

from ..manifest import versions
from .lines import Line

HEADS = ("What", "Median", "Range", "n", "Unit", "Target", "Note")


def machine() -> dict[str, Any]:
    """Return what one must know of the machine: processor, cores, system, versions, and how busy it is (load)."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": [round(x, 2) for x in os.getloadavg()],
        "versions": versions(),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for row in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if row.startswith("model name"):
                return row.partition(":")[2].strip()
    return platform.processor() or "unknown"


def number(x: float) -> str:
    """Return a value with three significant digits, and all digits before the point."""
    size = abs(x)
    if size < 1 and x != 0:
        return f"{x:.3g}"
    digits = 0 if size >= 100 or x == int(x) else 1 if size >= 10 else 2
    return f"{x:,.{digits}f}"


def cells(line: Line) -> tuple[str, ...]:
    """Return what stands in the columns of ``HEADS``."""
    spread = "" if line.low == line.high else f"{number(line.low)} to {number(line.high)}"
    target = f"{line.target} {'met' if line.met else 'MISSED'}" if line.target else ""
    unit = "" if line.unit == "1" else line.unit
    return line.what, number(line.value), spread, str(line.n), unit, target, line.note


def terminal(lines: Iterable[Line]) -> Table:
    """Return a table for the terminal."""
    table = Table(title="cogov: speed and memory", title_justify="left")
    for place, head in enumerate(HEADS):
        table.add_column(head, justify="right" if place in (1, 2, 3) else "left", overflow="fold")
    piece = ""
    for line in lines:
        if piece and line.piece != piece:
            table.add_section()
        piece = line.piece
        table.add_row(*cells(line), style="bold red" if line.met is False else None)
    return table


def markdown(lines: Iterable[Line], facts: dict[str, Any]) -> str:
    """Return the same as Markdown: one line on the machine, then a table for each piece."""
    used = facts["versions"]
    rows = [
        f"{facts['processor']}, {facts['cores']} cores, {facts['system']}; load "
        f"{' '.join(str(x) for x in facts['load'])} at the start; cogov {used['cogov']} (model {used['model']}), "
        f"Python {used['python']}, Numba {used['numba']}, NumPy {used['numpy']}."
    ]
    piece = ""
    for line in lines:
        if line.piece != piece:
            piece = line.piece
            rows += ["", f"**{piece}**", "", f"| {' | '.join(HEADS)} |", "|---|--:|--:|--:|---|---|---|"]
        rows.append(f"| {' | '.join(cells(line))} |")
    return "\n".join(rows) + "\n"
