"""How a comparison is made again: commands, seeds, versions, and the scenarios in full."""

from __future__ import annotations

import json
import shlex

from ..experiments.comparison import Comparison, ScenarioInfo
from ..experiments.manifest import options
from .blocks import Block, Cell, Code, Fold, Note, row, sheet
from .words import w


def reproduce(comparison: Comparison, lang: str) -> list[Block]:
    """Return the chapter: the command of all, that of one run, versions, seeds, digests and the resolved scenarios."""
    single = comparison.others[0]
    found = [row(name, version) for name, version in comparison.versions.items()]
    digests = [
        [Cell(s.name(lang)), Cell(s.id, tone="code"), Cell(s.digest, tone="code")] for s in comparison.scenarios
    ]
    seeds = [row(str(r), str(seed)) for r, seed in enumerate(comparison.seeds)]
    scenario, library, version = (w(f"column.{key}", lang) for key in ("scenario", "library", "version"))
    full = [Code(json.dumps(s.resolved, ensure_ascii=False, indent=1, sort_keys=True)) for s in comparison.scenarios]
    return [
        Note(w("how.text", lang)),
        Code(comparison.command),
        Note(w("how.one", lang, name=single.name(lang), r=0)),
        Code(run_command(single, comparison.seeds[0])),
        sheet([scenario, w("column.id", lang), w("column.digest", lang)], digests),
        Fold(
            w("fold.versions", lang),
            (
                sheet([library, version], found),
                sheet([w("column.replication", lang), w("column.seed", lang)], seeds),
            ),
        ),
        Fold(w("fold.resolved", lang), tuple(full)),
    ]


def run_command(scenario: ScenarioInfo, seed: int) -> str:
    """Return the command that makes one run of a scenario again, with its layers, city and calendar spelled out."""
    return shlex.join(["cogov", "run", scenario.id, *options(scenario.resolved), "--seed", str(seed)])
