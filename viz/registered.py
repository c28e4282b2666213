"""The registered questions that a comparison touches: what was expected before any run, and what came out here."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from ..experiments.comparison import Comparison, Effect, ScenarioInfo
from ..experiments.hypotheses import REGISTER, Arm, Hypothesis, Register, load_register
from ..model.measures import measure_of
from .answer import change
from .blocks import Block, Cell, Note, sheet
from .certainty import weakly
from .numbers import NOTHING
from .reproduce import as_shipped
from .words import measure_name, pick, w


@cache
def _register() -> Register:
    return load_register(REGISTER)


def registered(comparison: Comparison, lang: str) -> list[Block]:
    """Return the hypotheses whose two arms are sides of the comparison, each with what came out here."""
    rows = []
    for hypothesis, info, effect in _touched(comparison):
        rows.append([Cell(pick((hypothesis.claim.zh, hypothesis.claim.en), lang), hypothesis.id),
                     Cell(info.name(lang)), Cell(measure_name(measure_of(hypothesis.measure), lang)),
                     Cell(w(f"findings.{hypothesis.expect}", lang)),
                     Cell(change(comparison, effect, lang) if effect else NOTHING),
                     Cell(_seen(hypothesis, effect, lang))])  # fmt: skip
    if not rows:
        return [Note(w("note.not_registered", lang))]
    heads = [w(key, lang) for key in ("findings.claim", "column.scenario", "column.measure", "findings.expected",
                                      "column.difference", "column.here")]  # fmt: skip
    return [Note(w("note.registered", lang, file=REGISTER.name)), sheet(heads, rows)]


def _touched(comparison: Comparison) -> Iterator[tuple[Hypothesis, ScenarioInfo, Effect | None]]:
    register = _register()
    for hypothesis in register.hypothesis:
        if not hypothesis.arm or hypothesis.contrast:
            continue
        scale = comparison.baseline.resolved["demand"]["scale"]
        if hypothesis.loads and scale not in {register.load[load] for load in hypothesis.loads}:
            continue
        if not _is(register.arm_of(hypothesis.against), comparison.baseline):
            continue
        for info in comparison.others:
            if _is(register.arm_of(hypothesis.arm), info):
                yield hypothesis, info, comparison.effects[info.id].get(hypothesis.measure)


def _is(arm: Arm, info: ScenarioInfo) -> bool:
    """Return whether an arm is a side: the scenario of that name with the same layers, and policies set as it says."""
    resolved = info.resolved
    if arm.scenario != info.id or sorted(arm.layers) != sorted(resolved.get("layers", ())):
        return False
    if not arm.settings:
        return as_shipped(info)
    given: dict[str, Any] = {}
    for entry in resolved.get("policy", ()):
        given |= {f"{entry['use']}.{name}": value for name, value in entry.get("parameters", {}).items()}
    given |= resolved.get("parameters", {})
    return all(given.get(name) == value for name, value in arm.settings.items())


def _seen(hypothesis: Hypothesis, effect: Effect | None, lang: str) -> str:
    """Return what is seen here of an expectation, and where it rests on hardly any run, that."""
    outcome = _outcome(hypothesis, effect)
    text = w(f"findings.{outcome}", lang)
    return text if effect is None or outcome == "undecided" else weakly(text, effect.pair.n, lang)


def _outcome(hypothesis: Hypothesis, effect: Effect | None) -> str:
    """Return what the interval here says of an expectation, without any correction for many tests."""
    if effect is None or not effect.pair.n or not math.isfinite(effect.pair.low):
        return "undecided"
    verdict, pair = effect.verdict, effect.pair
    if hypothesis.expect == "unchanged":
        return "borne_out" if verdict == "unchanged" else "undecided" if verdict == "not_told_apart" else "contrary"
    if verdict in ("not_told_apart", "unchanged"):
        return "undecided"
    return "borne_out" if (pair.difference < 0) == (hypothesis.expect == "falls") else "contrary"
