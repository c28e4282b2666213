"""How a comparison is made again: commands, seeds, versions, and the scenarios in full."""

from __future__ import annotations

import datetime as dt
import json
import shlex

from ..experiments.comparison import Comparison, ScenarioInfo
from ..experiments.inputs import FOLDER
from ..experiments.manifest import options
from ..scenarios.errors import ScenarioError
from ..scenarios.loader import load_scenario
from .blocks import Block, Cell, Code, Fold, Note, row, sheet
from .words import w


def reproduce(comparison: Comparison, lang: str) -> list[Block]:
    """Return the chapter: the command of all, that of one run, versions, seeds, digests and the resolved scenarios."""
    single = comparison.scenarios[-1]
    found = [row(name, version) for name, version in sorted(comparison.versions.items())]
    digests = [[Cell(s.name(lang)), Cell(s.id, tone="code"), Cell(s.digest, tone="code")] for s in comparison.scenarios]
    several = comparison.replications > 1
    seeds = [row(*([str(r)] if several else []), str(seed)) for r, seed in enumerate(comparison.seeds)]
    seed_heads = [w(f"column.{key}", lang) for key in (*(["replication"] if several else []), "seed")]
    scenario, library, version = (w(f"column.{key}", lang) for key in ("scenario", "library", "version"))
    full = [Code(json.dumps(s.resolved, ensure_ascii=False, indent=1, sort_keys=True)) for s in comparison.scenarios]
    return [
        Note(w("how.text" if comparison.others else "how.text_run", lang)),
        Code(comparison.command),
        *([Note(w("how.inputs", lang))] if f"{FOLDER}/" in comparison.command else []),
        *(_one(comparison, single, lang) if comparison.others or several else []),
        sheet([scenario, w("column.id", lang), w("column.digest", lang)], digests),
        Fold(w("fold.versions", lang), (sheet([library, version], found), sheet(seed_heads, seeds))),
        Fold(w("fold.resolved", lang), tuple(full)),
    ]


def _one(comparison: Comparison, scenario: ScenarioInfo, lang: str) -> list[Block]:
    """Say how to make one run again, where a shipped scenario, its layers and the options say it all."""
    if not as_shipped(scenario):
        return [Note(w("how.not_one", lang, name=scenario.name(lang)))]
    note = w("how.one", lang, name=scenario.name(lang), r=0)
    return [Note(note), Code(run_command(scenario, comparison.seeds[0]))]


def as_shipped(scenario: ScenarioInfo) -> bool:
    """Return whether the shipped scenario of this name, with the same layers, city and calendar, is the same one."""
    plain = scenario.resolved
    days = plain["calendar"]
    try:
        again = load_scenario(
            scenario.id, layers=plain["layers"], city=plain["city"], start=dt.date.fromisoformat(days["start"]),
            days=days["days"], warm_up_days=days["warm_up_days"], follow_up_days=days["follow_up_days"],
        )  # fmt: skip
    except ScenarioError:
        return False
    return again.digest() == scenario.digest


def run_command(scenario: ScenarioInfo, seed: int) -> str:
    """Return the command that makes one run of a scenario again, with its layers, city and calendar spelled out."""
    return shlex.join(["cogov", "run", scenario.id, *options(scenario.resolved), "--seed", str(seed)])
