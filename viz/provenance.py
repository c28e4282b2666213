"""How the results were made: each run with seed, hash, machine and time, and how to cite and to verify them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..experiments.results import Record
from .blocks import Block, Cell, Code, Fold, Note, number, sheet
from .numbers import NOTHING, date_text, fixed
from .words import w


def provenance(records: Sequence[Record], lang: str) -> list[Block]:
    """Return the chapter on runs: machines and times in a sentence, then a row for each run."""
    if not records:
        return [Note(w("note.no_records", lang))]
    several = any(r.replication for r in records)
    heads = [w(f"column.{key}", lang) for key in ("scenario", *(["replication"] if several else []), "seed", "hash",
                                                  "seconds", "memory", "ended")]  # fmt: skip
    rows = [[Cell(_name(r, lang), r.scenario), *([number(str(r.replication))] if several else []), number(str(r.seed)),
             Cell(r.content_hash, tone="code"), number(_number(r.facts, "wall_seconds")),
             number(_number(r.facts, "peak_memory_mb")), Cell(date_text(r.facts.get("ended", NOTHING), lang))]
            for r in records]  # fmt: skip
    return [Note(_machines(records, lang)), Fold(w("fold.runs", lang, count=len(rows)), (sheet(heads, rows),)),
            *_verified(len(rows), lang)]  # fmt: skip


def _verified(runs: int, lang: str) -> list[Block]:
    """Say how to check results: a few of the runs where there are several, and the one where there is one."""
    command = f"cogov verify {w('how.folder', lang)}"
    if runs == 1:
        return [Note(w("how.verify_one", lang)), Code(command)]
    return [Note(w("how.verify", lang)), Code(f"{command} --sample 2")]


def _name(record: Record, lang: str) -> str:
    return str((record.resolved.get("name") or {}).get(lang) or record.scenario)


def _number(facts: Mapping[str, Any], key: str) -> str:
    value = facts.get(key)
    return NOTHING if value is None else fixed(float(value), 1)


def _machines(records: Sequence[Record], lang: str) -> str:
    machines = dict.fromkeys(
        w("how.machine", lang, platform=r.facts["platform"], processors=r.facts.get("processors", NOTHING))
        for r in records
    )
    seconds = sum(float(r.facts["wall_seconds"]) for r in records)
    ends = sorted(str(r.facts["ended"]) for r in records if "ended" in r.facts)
    spell = {
        "first": date_text(ends[0] if ends else NOTHING, lang),
        "last": date_text(ends[-1] if ends else NOTHING, lang),
    }
    several = "made" if spell["first"] != spell["last"] else "made_at_once"
    key = f"how.{several}" if len(records) > 1 else "how.made_one"
    return w(key, lang, n=len(records), machines=w("numbers.separator", lang).join(machines),
             seconds=fixed(seconds, 0), **spell)  # fmt: skip


def cite(version: str, hashes: Sequence[str], lang: str) -> str:
    """Return the line by which software and results are cited.

    Args:
        version: Version of cogov.
        hashes: Digests that name the results: of scenarios, or of an experiment.
        lang: Language of the line.
    """
    return w("how.cite", lang, version=version, hashes=", ".join(hashes))
