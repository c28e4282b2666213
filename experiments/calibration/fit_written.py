"""The files that a fit leaves: its posterior, what it rests on, and a scenario that sets its medians."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..tables import json_bytes, write_together
from .fitting import Fitted

POSTERIOR, CHECKS, FACTS, FITTED = "posterior.csv", "checks.csv", "fit.json", "fitted.toml"


def write(made: Fitted, folder: Path, more: Mapping[str, bytes] | None = None) -> dict[str, str]:
    """Write all files of a fit, all or none; ``more`` are others beside them. Return their hashes by name."""
    return write_together(
        folder,
        {
            POSTERIOR: _posterior(made).encode(),
            CHECKS: _checks(made).encode(),
            FACTS: json_bytes(facts(made)),
            FITTED: fitted_toml(made).encode(),
            **(more or {}),
        },
    )


def facts(made: Fitted) -> dict[str, Any]:
    """Return what was asked and what was found."""
    rows = []
    for k, parameter in enumerate(made.fit.parameter):
        rows.append({"name": parameter.name, "low": parameter.low, "high": parameter.high, "scale": parameter.scale,
                     "median": made.median(k), "interval_50": made.interval(k, 0.5),
                     "interval_90": made.interval(k, 0.9), "told_by_targets": float(made.lessons.told[k])})  # fmt: skip
    return {
        "format": 1, "fit": made.fit.model_dump(mode="json"), "source": made.targets.source.model_dump(mode="json"),
        "parameters": rows, "pilot_runs": made.pilot_runs,
        "generations": [{"distance": distance, "runs": runs} for distance, runs in made.generations],
        "met": {"used": met(made, False), "held_out": met(made, True)},
    }  # fmt: skip


def met(made: Fitted, held_out: bool) -> tuple[int, int]:
    """Return how many targets the runs from the posterior meet, and of how many; those held out or the others."""
    checks = [check for check in made.checks if check.held_out == held_out]
    return sum(check.met for check in checks), len(checks)


def fitted_toml(made: Fitted) -> str:
    """Return a scenario file that sets the medians of the posterior, to be laid over any other with ``--with``."""
    about, source = made.fit, made.targets.source
    cited = "; ".join(part for part in (source.name.en, source.licence, source.address) if part)
    lines = [
        f"# Medians of a posterior, with their 90 % intervals. Fitted by cogov fit to: {cited}.",
        "format = 1", 'id = "fitted"', 'extends = "baseline"',
        f'name = {{ zh = "{about.name.zh}：拟合值", en = "{about.name.en}: as fitted" }}',
        'question = { zh = "参数取后验中位数时如何？", en = "What if the parameters are as they were fitted?" }',
    ]  # fmt: skip
    tables: dict[str, list[str]] = {}
    for k, parameter in enumerate(about.parameter):
        low, high = made.interval(k, 0.9)
        table, key = _placed(parameter.name)
        tables.setdefault(table, []).append(f"{key} = {made.median(k):.5g}   # {low:.3g} to {high:.3g}")
    for table, entries in tables.items():
        lines += ["", f"[{table}]", *entries]
    return "\n".join(lines) + "\n"


def _placed(name: str) -> tuple[str, str]:
    """Return the table of a scenario file, and the key in it, under which a setting stands."""
    head, _, tail = name.partition(".")
    if head == "demand":
        return "demand", tail
    if head == "category":
        category, _, key = tail.partition(".")
        return f"category.{category}", key
    return "parameters", f'"{name}"'


def _posterior(made: Fitted) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*(p.name for p in made.fit.parameter), "weight"])
    for row, weight in zip(made.samples.tolist(), made.weights.tolist(), strict=True):
        writer.writerow([*(f"{x:.6g}" for x in row), f"{weight:.6g}"])
    return text.getvalue()


def _checks(made: Fitted) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["category", "target", "held_out", "value", "low", "high", "runs_median", "runs_low", "runs_high",
                     "met"])  # fmt: skip
    for check in made.checks:
        numbers = (check.target.value, check.target.low, check.target.high, check.median, check.low, check.high)
        writer.writerow([*check.key, int(check.held_out), *(f"{x:.5g}" if math.isfinite(x) else "" for x in numbers),
                         int(check.met)])  # fmt: skip
    return text.getvalue()
