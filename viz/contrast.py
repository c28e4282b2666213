"""What the sides of a comparison differ by, so that the effect of a shock is not taken for that of a policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..experiments.comparison import Comparison, Effect, ScenarioInfo
from .words import joined, term, w

_NAMES = ("id", "name", "question", "layers", "format")
"""Keys of a resolved scenario that say what it is called and not what it does."""


def title(comparison: Comparison, lang: str) -> str:
    """Return what the comparison asks: what the scenarios change, against what, and in which shock."""
    names = [s.name(lang) for s in comparison.others]
    key = "title.one" if len(names) == 1 else "title.many"
    asked = w(key, lang, names=joined(names, lang), baseline=comparison.baseline.name(lang))
    shocks = shared_shocks(comparison, lang)
    return w("title.shock", lang, shocks=shocks, days=comparison.phases["window_days"]) + asked if shocks else asked


def shared_shocks(comparison: Comparison, lang: str) -> str:
    """Return the names of the shocks that strike all sides within the window, ``""`` if there are none."""
    first = dt.date.fromisoformat(str(comparison.phases["start"])[:10])
    last = first + dt.timedelta(days=int(comparison.phases["window_days"]))
    kinds = []
    for shock in comparison.baseline.resolved.get("shock", ()):
        start = dt.date.fromisoformat(str(shock["start"])[:10])
        within = start < last and start + dt.timedelta(days=float(shock["days"])) >= first
        if within and all(shock in s.resolved.get("shock", ()) for s in comparison.others):
            kinds.append(shock["kind"])
    return _kinds(kinds, lang)


def _kinds(kinds: list[str], lang: str) -> str:
    names = [term(kind, lang) for kind in dict.fromkeys(kinds)]
    return joined([name if lang == "zh" else name.lower() for name in names], lang)


def has_policy_of_its_own(comparison: Comparison, scenario: ScenarioInfo) -> bool:
    """Return whether a scenario's policies are others than the reference's."""
    return bool(_policies(scenario) != _policies(comparison.baseline))


def _policies(scenario: ScenarioInfo) -> Any:
    return scenario.resolved.get("policy") or []


def caveat(comparison: Comparison, scenario: ScenarioInfo, lang: str) -> str:
    """Return what beside policies a scenario changes, and what that means; ``""`` if there is nothing of the kind."""
    mine, base = scenario.resolved, comparison.baseline.resolved
    what = []
    shocks, reference = (list(side.get("shock") or []) for side in (mine, base))
    if shocks != reference:
        odd = [s["kind"] for s in (*shocks, *reference) if s not in shocks or s not in reference]
        what.append(w("answer.by_shock", lang, shocks=_kinds(odd, lang)))
    if _settings(mine) != _settings(base):
        what.append(w("answer.by_numbers", lang))
    if not what:
        return ""
    key = "answer.mixed" if has_policy_of_its_own(comparison, scenario) else "answer.no_policy"
    facts = {"name": scenario.name(lang), "baseline": comparison.baseline.name(lang)}
    return w(key, lang, what=joined(what, lang), **facts)


def _settings(resolved: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in resolved.items() if key not in (*_NAMES, "policy", "shock")}


def neutral(comparison: Comparison) -> Comparison:
    """Return the comparison with ``changed`` in place of better and worse, wherever no policy can have earned them."""

    def plain(effect: Effect) -> Effect:
        return replace(effect, verdict="changed") if effect.verdict in ("better", "worse") else effect

    effects = {
        s.id: comparison.effects[s.id]
        if has_policy_of_its_own(comparison, s)
        else {key: plain(effect) for key, effect in comparison.effects[s.id].items()}
        for s in comparison.others
    }
    return replace(comparison, effects=effects)
