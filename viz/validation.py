"""The page of patterns: accepted range, the model's figure with its interval, verdict, and why where it is not met.

``cogov validate --out DIR`` writes it into DIR; ``python -m cogov.viz.validation DIR docs`` writes it into docs.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .. import experiments
from ..experiments.tables import write_together
from ..scenarios.declarations import cell
from ..scenarios.words import span_word
from .numbers import NOTHING
from .older import older
from .words import LANGUAGES, Pair, catalogue, city_name, pick, w

Found = Mapping[str, Any]
VERDICTS = ("met", "open", "missed")
UNCHECKED = "validation.unchecked."
STYLES = {"met": "green", "open": "yellow", "missed": "red"}


@cache
def notes() -> dict[str, Pair]:
    """Return why checks are not met, by the check's or its pattern's id; it was written after the runs."""
    text = (files(experiments) / "patterns_notes.toml").read_text(encoding="utf-8")
    return {key: (zh, en) for key, (zh, en) in tomllib.loads(text).items()}


def validation_page(found: Found, lang: str) -> str:
    """Return the page in ``"zh"`` or ``"en"``, as Markdown."""
    plan = found["patterns"]
    intro = w("validation.intro", lang, city=city_name(found["city"], lang), n=found["replications"],
              days=plan["days"], source=found["model"], place=found["city"])  # fmt: skip
    heads = ["pattern", "seen", "figure", "range", "model", "verdict"]
    note = older(found["model"], lang)
    lines = [f"# {w('validation.title', lang)}\n", f"{intro}\n", *([f"{note}\n"] if note else []),
             f"{w('validation.reading', lang)}\n", f"{count(found, lang)}\n",
             f"| {' | '.join(w(f'validation.{h}', lang) for h in heads)} |", "|---|---|---|--:|--:|---|"]  # fmt: skip
    for pattern, check, verdict in rows(found):
        first = check is pattern["check"][0]
        name = f"**{pattern['id']}** {pattern['name'][lang]}" if first else ""
        seen = pattern["source"][lang] if first else ""
        said = w(f"validation.{verdict['verdict']}", lang)
        texts = (name, seen, check["what"][lang], accepted(check, lang), value(check, verdict, lang),
                 said if verdict["verdict"] == "met" else f"**{said}**")  # fmt: skip
        lines.append("| " + " | ".join(cell(text) for text in texts) + " |")
    return "\n".join([*lines, "", *_reasons(found, lang), unchecked(lang)])


def unchecked(lang: str) -> str:
    """Return the chapter on what belongs to the patterns and is not among the checks."""
    keys = [key for key in catalogue() if key.startswith(UNCHECKED)]
    lines = [f"- **{key.removeprefix(UNCHECKED)}** {w(key, lang)}" for key in keys]
    head = f"## {w('validation.unchecked_title', lang)}\n\n{w('validation.unchecked_note', lang)}\n"
    return "\n".join([head, *lines, ""])


def rows(found: Found) -> Iterator[tuple[Any, Any, Any]]:
    """Yield each pattern with each of its checks and the verdict on it."""
    verdicts = {v["check"]: v for v in found["verdicts"]}
    for pattern in found["patterns"]["pattern"]:
        for check in pattern["check"]:
            yield pattern, check, verdicts[check["id"]]


def count(found: Found, lang: str) -> str:
    """Return how many checks are met, open and missed, and how many patterns are met in all of theirs."""
    by_pattern: dict[str, list[str]] = {}
    for pattern, _, verdict in rows(found):
        by_pattern.setdefault(pattern["id"], []).append(verdict["verdict"])
    every = [v for verdicts in by_pattern.values() for v in verdicts]
    whole = sum(set(verdicts) == {"met"} for verdicts in by_pattern.values())
    return w("validation.count", lang, all=len(every), patterns=len(by_pattern), whole=whole,
             **{v: every.count(v) for v in VERDICTS})  # fmt: skip


def accepted(check: Mapping[str, Any], lang: str) -> str:
    """Return the accepted range."""
    low, high = (None if check[end] is None else _shown(check, check[end]) for end in ("low", "high"))
    if low is None or high is None:
        return _with_unit(check, f"≤ {high}" if low is None else f"≥ {low}")
    return _with_unit(check, span_word(low, high, lang))


def value(check: Mapping[str, Any], verdict: Mapping[str, Any], lang: str) -> str:
    """Return the model's figure with its interval."""
    mean, low, high = (_number(verdict[key]) for key in ("value", "low", "high"))
    if math.isnan(mean):
        return NOTHING
    between = span_word(_shown(check, low), _shown(check, high), lang)
    return _with_unit(check, f"{_shown(check, mean)} ({between})")


def _shown(check: Mapping[str, Any], x: float) -> str:
    """Return a number without unit; shares and points in percent."""
    x = 100 * x if check["unit"] in ("share", "points") else x
    return (f"{x:.3g}" if abs(x) < 1000 else f"{x:,.0f}").replace("-", "−")


def _with_unit(check: Mapping[str, Any], text: str) -> str:
    return f"{text} %" if check["unit"] in ("share", "points") else text


def _number(x: float | None) -> float:
    return math.nan if x is None else float(x)


def _reasons(found: Found, lang: str) -> list[str]:
    """Return, for each check that is not met, what it is due to."""
    lines = [f"## {w('validation.why', lang)}\n", f"{w('validation.why_note', lang)}\n"]
    for pattern, check, verdict in rows(found):
        if verdict["verdict"] != "met":
            text = pick(notes()[check["id"]], lang) if check["id"] in notes() else w("validation.no_note", lang)
            said = w(f"validation.{verdict['verdict']}", lang)
            lines.append(f"- **{pattern['id']}** {check['what'][lang]} ({said}): {text}")
    return [*lines, ""]


def validation_table(found: Found, lang: str) -> RenderableType:
    """Return the verdicts as a table for the terminal."""
    made = Table(header_style="bold", show_lines=False)
    for head in ("pattern", "figure", "range", "model", "verdict"):
        made.add_column(w(f"validation.{head}", lang), overflow="fold")
    last = ""
    for pattern, check, verdict in rows(found):
        name = "" if pattern["id"] == last else f"{pattern['id']} {pattern['name'][lang]}"
        last = pattern["id"]
        said = Text(w(f"validation.{verdict['verdict']}", lang), style=STYLES[verdict["verdict"]])
        made.add_row(Text(name), Text(check["what"][lang]), accepted(check, lang), value(check, verdict, lang), said)
    return Group(made, Text(count(found, lang)))


def write_pages(found: Found, folder: Path) -> None:
    """Write the page in both languages into a folder."""
    write_together(folder, {f"validation.{lang}.md": validation_page(found, lang).encode() for lang in LANGUAGES})


def main(argv: Sequence[str] | None = None) -> int:
    """Write the page in both languages; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cogov.viz.validation", description="Write the page of patterns.")
    parser.add_argument("found", type=Path, help="folder that cogov validate --out filled")
    parser.add_argument("folder", type=Path, help="where the pages go, such as docs")
    given = parser.parse_args(argv)
    path = given.found / "validation.json"
    try:
        write_pages(json.loads(path.read_text(encoding="utf-8")), given.folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"{path}: cannot be read as a validation ({error}); give a folder that cogov validate --out "
                         "has filled\n")  # fmt: skip
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
