"""The page of hypotheses and findings, in both languages, from what ``cogov.experiments.findings`` wrote.

``python -m cogov.viz.findings out/hypotheses docs`` writes docs/hypotheses.en.md and docs/hypotheses.zh.md.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..experiments import hypotheses
from ..experiments.findings import WATCHED
from ..experiments.statistics import share_of
from ..experiments.tables import write_together
from ..model.measures import Measure, measure_of
from ..scenarios.loader import list_scenarios
from ..scenarios.registry import cards
from .numbers import percent, scale_of_changes
from .words import LANGUAGES, Pair, city_name, joined, measure_name, pick, w

Findings = Mapping[str, Any]


def findings_page(found: Findings, lang: str) -> str:
    """Return the page in ``"zh"`` or ``"en"``, as Markdown; numbers that are not known are shown as such."""
    register = found["register"]
    loads = [w("findings.load", lang, name=w(f"findings.{name}", lang), factor=f"{factor:g}")
             for name, factor in _loads(register)]  # fmt: skip
    intro = w("findings.intro", lang, city=city_name(register["city"], lang), days=register["calendar"]["days"],
              n=register["replications"], loads=joined(loads, lang), digest=found["register_digest"],
              model=found["versions"]["model"], runs=f"{found['runs']:,}")  # fmt: skip
    outcomes = [finding["outcome"] for finding in found["findings"]]
    of = {h["id"]: h for h in register["hypothesis"]}
    small = sum(_is_small(of[finding["hypothesis"]], finding) for finding in found["findings"])
    count = w("findings.count", lang, all=len(outcomes), small=small,
              **{key: outcomes.count(key) for key in ("borne_out", "contrary", "undecided")})  # fmt: skip
    parts = [f"# {w('findings.title', lang)}\n", f"{intro}\n", f"{w('findings.reading', lang)}\n",
             f"{w('findings.revised', lang)}\n", f"{count}\n"]  # fmt: skip
    for about in dict.fromkeys(h["about"] for h in register["hypothesis"]):
        parts += [f"## {_subject(about, lang)}\n", _table(found, about, lang), ""]
        if about in notes():
            parts.append(f"{w('findings.note', lang, text=pick(notes()[about], lang))}\n")
    return "\n".join([*parts, _spill_overs(found, lang)])


def _loads(register: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Return the loads by name, from low to high; the keys of a JSON file have no order of their own."""
    return sorted(register["load"].items(), key=lambda load: float(load[1]))


def _subject(about: str, lang: str) -> str:
    card = cards().get(about)
    if card:
        return pick((card.zh, card.en), lang)
    if len(about) == 1:
        return w("findings.prediction", lang, letter=about)
    return next((str(s["name"][lang]) for s in list_scenarios() if s["id"] == about), about)


def _is_small(h: Mapping[str, Any], finding: Mapping[str, Any]) -> bool:
    """Return whether something is concluded of a difference that is smaller than what matters."""
    return h["expect"] != "unchanged" and finding["outcome"] != "undecided" and not finding["matters"]


@cache
def notes() -> dict[str, Pair]:
    """Return our reading of the findings by policy or prediction; it was written after the runs."""
    text = (files(hypotheses.__package__) / "findings_notes.toml").read_text(encoding="utf-8")
    return {about: (zh, en) for about, (zh, en) in tomllib.loads(text).items()}


def _table(found: Findings, about: str, lang: str) -> str:
    register = found["register"]
    known = {h["id"]: h for h in register["hypothesis"] if h["about"] == about}
    heads = ["findings.claim", "findings.expected", "findings.at_load", "column.difference", "column.interval",
             "findings.p", "findings.outcome"]  # fmt: skip
    rows, last = [], ""
    for finding in found["findings"]:
        h = known.get(finding["hypothesis"])
        if h is None:
            continue
        first = h["id"] != last
        last = h["id"]
        claim = f"{h['claim'][lang]}<br>*{_measured(h, lang)}*" if first else ""
        load = w(f"findings.{finding['load']}", lang) if finding["load"] else w("findings.across", lang)
        expect = w(f"findings.{h['expect']}", lang) if first else ""
        rows.append([claim, expect, load, *_numbers(h, finding, lang)])
    lines = ["| " + " | ".join(w(head, lang) for head in heads) + " |", "|---|---|---|--:|--:|--:|---|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _measured(h: Mapping[str, Any], lang: str) -> str:
    """Return what a hypothesis measures: one measure, or what lies between two."""
    keys = [key for key in (h["measure"], h.get("beside")) if key]
    return " − ".join(measure_name(measure_of(key), lang) for key in keys)


def _numbers(h: Mapping[str, Any], finding: Mapping[str, Any], lang: str) -> list[str]:
    """Return difference, interval, p and outcome of a finding."""
    difference, low, high = (_number(finding[name]) for name in ("difference", "low", "high"))
    measure = measure_of(h["measure"])
    scale = scale_of_changes(measure, lang, difference).finer(low, high)
    share = _share(measure, finding["reference"], difference)
    outcome = w(f"findings.{finding['outcome']}", lang)
    if _is_small(h, finding):
        outcome = w("findings.small", lang, text=outcome)
    text = scale.with_unit(scale.signed(difference), lang) + share
    return [text, scale.interval(low, high, lang), _p(_number(finding["adjusted"])), outcome]


def _share(measure: Measure, reference: float | None, difference: float) -> str:
    """Return a difference as a share of its reference, in brackets; nothing where that would say nothing."""
    share = share_of(measure, _number(reference), difference)
    return f" ({percent(share)})" if math.isfinite(share) else ""


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _spill_overs(found: Findings, lang: str) -> str:
    """Return what else moved in each arm, at the middle one of the usual loads."""
    register = found["register"]
    usual = register.get("usual") or list(register["load"])
    loads = [name for name, _ in _loads(register) if name in usual]
    load = loads[len(loads) // 2]
    lines = [f"## {w('findings.spill', lang)}\n", w("findings.spill_note", lang, load=w(f"findings.{load}", lang)), "",
             f"| {w('findings.arm', lang)} | {w('findings.spill', lang)} |", "|---|---|"]  # fmt: skip
    for arm, rows in found["spill_overs"].get(load, {}).items():
        moved = [
            _moved(key, pair, lang) for key, pair in _watched(rows) if pair["verdict"] in ("better", "worse", "changed")
        ]
        lines.append(f"| `{arm}` | {'<br>'.join(moved) or w('findings.nothing', lang)} |")
    return "\n".join([*lines, ""])


def _watched(rows: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(key, rows[key]) for key in WATCHED if key in rows]


def _moved(key: str, pair: Mapping[str, Any], lang: str) -> str:
    measure, difference = measure_of(key), _number(pair["difference"])
    scale = scale_of_changes(measure, lang, difference)
    text = scale.with_unit(scale.signed(difference), lang) + _share(measure, pair["baseline"], difference)
    return f"{measure_name(measure, lang)} {text}"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the page in both languages; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cogov.viz.findings", description="Write the page of findings.")
    parser.add_argument("findings", type=Path, help="folder that cogov.experiments.findings filled")
    parser.add_argument("folder", type=Path, help="where the pages go, such as docs")
    given = parser.parse_args(argv)
    path = given.findings / "findings.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        contents = {f"hypotheses.{lang}.md": findings_page(found, lang).encode() for lang in LANGUAGES}
        write_together(given.folder, contents)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"{path}: cannot be read as findings ({error}); give a folder that "
                         "python -m cogov.experiments.findings --out has filled\n")  # fmt: skip
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
