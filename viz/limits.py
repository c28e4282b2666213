"""What a reader has to bear in mind, worked out from what the scenarios use and how they were run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from ..experiments.comparison import Comparison, ScenarioInfo
from ..scenarios.city_files import load_spec
from ..scenarios.policies.base import Card
from ..scenarios.registry import cards, declared
from .answer import by_luck
from .numbers import fixed
from .words import city_name, joined, pick, w

SHORT = 30
"""Days of a window below which rates rest on few cases."""
FEW = 5
"""Replications below which intervals are very wide."""
WEEK = 7
SETTLED = 0.1
"""Growth of the backlog in the last week of the warm-up above which a city has not settled yet."""
SMALL = 200_000
"""Residents below which a city is a part of one."""


def limits(comparison: Comparison, lang: str) -> list[str]:
    """Return the limits of a comparison or a run, those of the model first."""
    n = comparison.replications
    count = sum(len(by_luck(comparison, info)) for info in comparison.others)
    return [
        *of_scenarios(comparison.scenarios, comparison.phases, lang, _residents(comparison)),
        *([start] if (start := of_start(comparison, lang)) else []),
        *([w("limit.many", lang, count=count, chance=fixed(0.05 * count, 0))] if count else []),
        *([w("limit.interval", lang, n=n)] if comparison.others and n > 1 else []),
        *([w("limit.one", lang)] if n == 1 else [w("limit.few", lang, n=n)] if n < FEW else []),
        w("limit.ratings", lang),
        w("limit.units", lang),
    ]


def of_scenarios(scenarios: Sequence[ScenarioInfo], phases: Mapping[str, Any], lang: str,
                 residents: int | None = None) -> list[str]:  # fmt: skip
    """Return what holds whatever the numbers are: of the model, its policies, shocks, city and days.

    Args:
        scenarios: Scenarios in full.
        phases: ``window_days``, ``warm_up_days`` and ``follow_up_days``.
        lang: Language of the sentences.
        residents: Of the city, if known; without it, its file is looked up.
    """
    found = [w("limit.model", lang), w("limit.horizon", lang, follow=phases["follow_up_days"])]
    settings: dict[str, list[Mapping[str, Any]]] = {}
    for info in scenarios:
        for entry in info.resolved.get("policy", ()):
            settings.setdefault(entry["use"], []).append(entry.get("parameters", {}))
    used = {use: cards()[use] for use in settings if use in cards()}
    if used:
        found.append(w("limit.evidence", lang))
    for use, card in used.items():
        found += _of_policy(card, settings[use], int(phases["window_days"]), lang)
    found += _of_shocks(scenarios, phases, lang)
    found += _of_city(scenarios[0].resolved, residents, lang)
    if int(phases["window_days"]) < SHORT:
        found.append(w("limit.short", lang, days=phases["window_days"]))
    odd = _changed_estimates(scenarios)
    if odd:
        found.append(w("limit.changed", lang, names=joined([pick((p.zh, p.en), lang) for p in odd], lang)))
    return found


def _of_policy(card: Card, settings: Sequence[Mapping[str, Any]], window: int, lang: str) -> list[str]:
    """Say how many parameters of a policy are estimates, and which of its rhythms are longer than the window."""
    name = pick((card.zh, card.en), lang)
    numbers = [p for p in card.parameters if not p.decided]
    guessed = [pick((p.zh, p.en), lang) for p in numbers if p.confidence == "E"]
    found = []
    if guessed:
        found.append(w("limit.policy", lang, name=name, n=len(guessed), count=len(numbers),
                       names=w("brief.semicolon", lang).join(guessed)))  # fmt: skip
    slow = [pick((p.zh, p.en), lang) for p in card.parameters if p.unit in ("days", "day")
            and any(isinstance(x := values.get(p.name, p.default), int | float) and x > window
                    for values in settings)]  # fmt: skip
    if slow:
        found.append(w("limit.slow", lang, name=name, days=window, names=joined(slow, lang)))
    return found


def _of_shocks(scenarios: Sequence[ScenarioInfo], phases: Mapping[str, Any], lang: str) -> list[str]:
    """Say that shocks are no forecast, that there is none, or that all of them come after the measured window."""
    shocks = [s for info in scenarios for s in info.resolved.get("shock", ())]
    if not shocks:
        return [w("limit.no_shock", lang)]
    first = dt.date.fromisoformat(str(scenarios[0].resolved["calendar"]["start"]))
    over = first + dt.timedelta(days=int(phases["window_days"]))
    late = all(dt.datetime.fromisoformat(str(s["start"])).date() >= over for s in shocks)
    return [w("limit.shock", lang), *([w("limit.late_shock", lang)] if late else [])]


def of_start(comparison: Comparison, lang: str) -> str:
    """Say that the city was still filling up when the window began, or that too short a warm-up does not tell."""
    warm_up = int(comparison.phases["warm_up_days"])
    backlog = comparison.curves[comparison.baseline.id].get("backlog")
    if backlog is None:
        return ""
    if warm_up < 2 * WEEK:
        return w("limit.no_warm_up", lang, days=warm_up)
    last, before = (float(backlog[:, warm_up - k * WEEK : warm_up - (k - 1) * WEEK].mean()) for k in (1, 2))
    growth = last / before - 1.0 if before > 0 else 0.0
    word = "start" if comparison.others else "start_of_run"
    return w(f"limit.{word}", lang, days=warm_up, share=f"{growth:.0%}") if growth > SETTLED else ""


def _residents(comparison: Comparison) -> int | None:
    """Return the residents of the city of the runs, as its grids have them."""
    table = comparison.grids.get(comparison.baseline.id, {})
    return int(table["residents"].sum()) if "residents" in table else None


def _of_city(resolved: Mapping[str, Any], residents: int | None, lang: str) -> list[str]:
    name = city_name(str(resolved["city"]), lang)
    found = [w("limit.city", lang, name=name)]
    if residents is None:
        try:
            residents = int(load_spec(str(resolved["city"])).totals["residents"])
        except (ValueError, OSError):  # of a city file of the user's own that is not at hand
            return found
    if residents < SMALL:
        found.append(w("limit.small", lang, name=name, residents=fixed(residents, 0)))
    return found


def _changed_estimates(scenarios: Sequence[ScenarioInfo]) -> list[Any]:
    """Return numbers of the model that some scenario sets to another value than the declared one."""
    given = {name: value for info in scenarios for name, value in info.resolved.get("parameters", {}).items()}
    known = declared()
    return [known[name] for name, value in given.items() if name in known and value != known[name].default]
