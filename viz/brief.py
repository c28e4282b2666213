"""The answer in three sentences for whoever reads nothing else: what works, for whom, at what cost and how sure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..experiments.comparison import Comparison, Effect, ScenarioInfo
from ..experiments.statistics import MATTERS, told_apart
from ..scenarios.registry import cards
from .answer import looked_at, moved, named, ranked, unpaid
from .certainty import ends, is_weak, relative, relative_text, steady
from .contrast import caveat, has_policy_of_its_own
from .costs import FAMILIES
from .effects import COST, DELAY, MONEY, PRIMARY, REPORTED, RESPONSE, change_scale, level_scale
from .limits import of_start
from .numbers import Scale, days_followed, percent, reads, scale_of_effect, time_change_scale
from .weighing import KINDS
from .words import joined, w

FEW = 4
"""Most measures that the answer names as worse."""

SMALL = 0.5 * 1440
"""Minutes below which nobody speaks of days."""

SPREADS = ("equity.gini", "equity.theil", "equity.p90_p10")
"""Measures of the gaps between grids, which the answer puts into words."""
RATIOS = ("equity.village_over_city", "equity.old_over_commercial")
"""Gaps between kinds of grid: between villages and the city, and between old and new compounds."""


def brief(comparison: Comparison, lang: str) -> tuple[tuple[str, str], ...]:
    """Return the answer: three sentences, each with its lead, and a fourth on a city that had not settled yet."""
    if not comparison.others:
        parts = of_run(comparison, lang)
    else:
        best = _best(comparison)
        parts = {"works": _works(comparison, best, lang), "whom": _whom(comparison, best, lang),
                 "sure": _sure(comparison, best, lang)}  # fmt: skip
    if text := of_start(comparison, lang):
        parts["mind"] = text
    return tuple((w(f"brief.{key}", lang), text) for key, text in parts.items())


def whom(comparison: Comparison, lang: str) -> str:
    """Return for whom it works, of the scenario that works best: who gains most, gaps, and what gets worse."""
    return _whom(comparison, _best(comparison), lang)


def price(comparison: Comparison, lang: str) -> str:
    """Return what the scenario that works best is paid with, as a part of a sentence."""
    return _price(comparison, _best(comparison) or ranked(comparison)[0], lang)


def _best(comparison: Comparison) -> ScenarioInfo | None:
    """Return the scenario that shortens the time to solution most, if one is shown to."""
    for info in ranked(comparison):
        effect = _of(comparison, info, PRIMARY)
        if effect and effect.verdict == "better":
            return info
    return None


def _rivals(comparison: Comparison, best: ScenarioInfo) -> list[ScenarioInfo]:
    """Return the scenarios that cannot be told apart from the best one in the time to solution."""
    others = {info.id: comparison.solution[info.id] for info in comparison.others if info.id in comparison.solution}
    apart = told_apart(others)
    return [info for info in ranked(comparison) if info.id in others and info is not best
            and frozenset((best.id, info.id)) not in apart]  # fmt: skip


def _of(comparison: Comparison, info: ScenarioInfo, key: str) -> Effect | None:
    effect = comparison.effects[info.id].get(key)
    return effect if effect and effect.pair.n else None


def _answered(comparison: Comparison, about: ScenarioInfo) -> list[Effect]:
    """Return the effects that the answer begins with: on the time to solution, and on the first response if clear."""
    solution, response = (_of(comparison, about, key) for key in (PRIMARY, RESPONSE))
    told = [response] if response and response.verdict in ("better", "worse") else []
    return [*([solution] if solution else []), *told]


def _scales(comparison: Comparison, effects: Sequence[Effect], lang: str) -> list[Scale]:
    """Return the scales of effects on times that are told together: that of the first, where the others read in it."""
    first, *rest = (_scale(comparison, effect, lang) for effect in effects)
    return [first, *(first if reads(first, [effect.pair.difference], []) else own
                     for effect, own in zip(effects[1:], rest, strict=True))]  # fmt: skip


def _scale(comparison: Comparison, effect: Effect, lang: str) -> Scale:
    """Return the scale of a difference as the tables have it, but in hours or minutes where all of it is small."""
    scale, pair = change_scale(comparison, effect.measure.key, lang), effect.pair
    most = max(abs(x) for x in (pair.difference, pair.low, pair.high) if math.isfinite(x))
    if scale.unit == "unit.h" or (scale.unit == "unit.days" and effect.measure.unit == "min" and most < SMALL):
        scale = time_change_scale(most)
    return scale.finer(pair.difference, most=3)


def _works(comparison: Comparison, best: ScenarioInfo | None, lang: str) -> str:
    base = comparison.baseline.name(lang)
    notes = [note for info in comparison.others if (note := caveat(comparison, info, lang))]
    then = [w("brief.then", lang, text=note) for note in notes[:1]]
    if comparison.replications < 2:
        return "".join([w("brief.once", lang), w("brief.stop", lang), *then])
    weak = w("brief.weak", lang, n=comparison.replications) if is_weak(comparison.replications) else ""
    if best is None:
        text = w("brief.none_works", lang, baseline=base)
    else:
        effect, *told = effects = _answered(comparison, best)
        level = level_scale(comparison, PRIMARY, lang)
        usual = cut(level.with_unit(level.value(effect.pair.baseline), lang), comparison.phases, lang)
        amount, *more = (scale.with_unit(scale.value(abs(e.pair.difference)), lang)
                         for scale, e in zip(_scales(comparison, effects, lang), effects, strict=True))  # fmt: skip
        rivals = [info.name(lang) for info in _rivals(comparison, best)]
        word = "best_tied" if rivals else "best" if len(comparison.others) > 1 else "sooner_one"
        text = w(f"brief.{word}", lang, name=best.name(lang), baseline=base, amount=amount, names=joined(rivals, lang),
                 share=percent(abs(relative(effect.measure, effect.pair)), sign=False), level=usual)  # fmt: skip
        text += "".join(w(f"brief.response_{e.verdict}", lang, amount=much) for e, much in zip(told, more, strict=True))
    rest: dict[str, list[str]] = {"better": [], "worse": [], "unchanged": [], "not_told_apart": [], "changed": []}
    for info in ranked(comparison):
        other = _of(comparison, info, PRIMARY)
        if (
            other
            and info is not best
            and (other.verdict != "not_told_apart" or has_policy_of_its_own(comparison, info))
        ):
            rest[other.verdict].append(info.name(lang))
    if best is None:
        rest["not_told_apart"] = []  # said already
    parts = [w(f"brief.also_{word}", lang, names=joined(names, lang)) for word, names in rest.items() if names]
    return "".join([weak, text, *parts, w("brief.stop", lang), *then])


def _whom(comparison: Comparison, best: ScenarioInfo | None, lang: str) -> str:
    """Say in which kinds of grid it works, whether gaps narrow, and what gets worse."""
    about = best or ranked(comparison)[0]
    parts = [_by_kind(comparison, about, lang)]
    parts.append(_gaps(comparison, about, lang))
    found_worse = moved(comparison, about, "worse")
    gaps = SPREADS if any(e.measure.key == "equity.gini" for e in found_worse) else ()  # said by then
    names = [named(e, lang) for e in found_worse if not e.measure.key.startswith(gaps)]
    more = [w("answer.more", lang, n=len(names) - FEW)] if len(names) > FEW else []
    count = len(looked_at(comparison, about))
    parts.append(w("brief.worse", lang, names=joined([*names[:FEW], *more], lang), count=count) if names else
                 w("brief.nothing_worse", lang))  # fmt: skip
    return "".join([w("brief.semicolon", lang).join(part for part in parts if part), w("brief.stop", lang)])


def _by_kind(comparison: Comparison, about: ScenarioInfo, lang: str) -> str:
    """Say in which kinds of grid waits clearly change, and where more than elsewhere if those two are told apart."""
    found = {key: e for key in KINDS
             if (e := _of(comparison, about, key)) and math.isfinite(relative(e.measure, e.pair))}  # fmt: skip
    clear = {key: e for key, e in found.items() if e.verdict in ("better", "worse")}
    name, order = about.name(lang), sorted(clear, key=lambda key: clear[key].pair.relative)
    if not clear:
        return w("brief.no_kinds", lang, name=name) if found else ""
    told = {key: w("brief.kind", lang, kind=_kind(key, lang), change=percent(clear[key].pair.relative))
            for key in order}  # fmt: skip
    if len(clear) == 1:
        return w("brief.one_kind", lang, name=name, kind=told[order[0]])
    way = {word: [told[key] for key in order if clear[key].verdict == word] for word in ("better", "worse")}
    if all(way.values()):
        falls, rises = (joined(kinds, lang) for kinds in way.values())
        return w("brief.falls_rises", lang, name=name, falls=falls, rises=rises)
    word = "falls" if way["better"] else "rises"
    shares = {key: values for key, values in comparison.kinds.get(about.id, {}).items() if key in clear}
    if frozenset((order[0], order[-1])) in told_apart(shares):
        return w(f"brief.{word}_apart", lang, name=name, first=told[order[0]], last=told[order[-1]])
    return w(f"brief.{word}_alike", lang, name=name, kinds=joined(list(told.values()), lang))


def _kind(key: str, lang: str) -> str:
    """Return what a kind of grid is called inside a sentence."""
    return w(f"kinds.{key.partition('.')[2]}", lang)


def _gaps(comparison: Comparison, about: ScenarioInfo, lang: str) -> str:
    """Say whether gaps between grids narrow or widen; nothing where only another measure of them tells, named then.

    Those between kinds of grid are named where they narrow; what widens is among what gets worse.
    """
    effect = _of(comparison, about, "equity.gini")
    narrower = [named(e, lang) for key in RATIOS if (e := _of(comparison, about, key)) and e.verdict == "better"]
    more = w("brief.gap_narrower", lang, names=joined(narrower, lang)) if narrower else ""
    if effect and effect.verdict in ("better", "worse"):
        return w(f"brief.gap_{effect.verdict}", lang, change=percent(effect.pair.relative)) + more
    others = (_of(comparison, about, key) for key in SPREADS)
    if any(e and e.verdict in ("better", "worse") for e in others):
        return ""
    return w("brief.gap_same", lang) + more


def _sure(comparison: Comparison, best: ScenarioInfo | None, lang: str) -> str:
    about = best or ranked(comparison)[0]
    text = _price(comparison, about, lang)
    effect = _of(comparison, about, PRIMARY)
    if comparison.replications > 1 and effect and math.isfinite(effect.pair.low + effect.pair.high):
        text += _interval(comparison, about, lang)
    estimates, count = _estimates(comparison)
    return (
        text + (w("brief.estimates", lang, estimates=estimates, count=count) if count else "") + w("brief.stop", lang)
    )


def _price(comparison: Comparison, about: ScenarioInfo, lang: str) -> str:
    paid, once = [], comparison.replications < 2
    for key in (COST, MONEY, DELAY):
        effect = _of(comparison, about, key)
        if effect and (effect.verdict in ("better", "worse") or (once and effect.pair.difference)):
            scale = _scale(comparison, effect, lang)
            change = scale.with_unit(scale.signed(effect.pair.difference), lang)
            text = w(f"spent.{key}", lang, amount=change)
            inside = relative_text(effect.measure, effect.pair, lang)
            paid.append(w("answer.brackets", lang, text=text, inside=inside) if inside else text)
    facts = {"name": about.name(lang), "days": comparison.phases["window_days"]}
    if once and paid:
        return w("brief.pays_once", lang, paid=joined(paid, lang), **facts)
    if not paid and (text := unpaid(comparison, about, lang)):
        return w("brief.unpaid", lang, text=text, **facts)
    return w("brief.pays", lang, paid=joined(paid, lang), **facts) if paid else w("brief.free", lang, **facts)


def cut(text: str, phases: Mapping[str, Any], lang: str) -> str:
    """Return a mean time with what it counts needs as that are not solved by the time a run stops to follow them."""
    return w("brief.cut", lang, text=text, tau=days_followed(phases))


def _interval(comparison: Comparison, about: ScenarioInfo, lang: str) -> str:
    """Say between which gains or losses of time the true one lies, in the unit in which the gain is told."""
    effects = _answered(comparison, about)
    effect, scale = effects[0], scale_of_effect(effects[0], _scales(comparison, effects, lang)[0])
    pair, most = effect.pair, ends(effect.measure, effect.pair)
    if steady(pair):
        return w("brief.steady", lang, n=pair.n)
    earlier, later = (scale.with_unit(scale.value(abs(end)), lang) for end in (most.low, most.high))
    if pair.high < 0:
        text = w("brief.sooner", lang, n=pair.n, low=later, high=earlier)
    elif pair.low > 0:
        text = w("brief.later", lang, n=pair.n, low=earlier, high=later)
    else:
        text = w("brief.either", lang, n=pair.n, low=later, high=earlier)
    small = w("brief.small", lang, share=f"{MATTERS:.0%}") if effect.verdict == "unchanged" else ""
    return text + small


def _estimates(comparison: Comparison) -> tuple[int, int]:
    """Return how many numbers of the policies in use are estimates, and how many there are, choices left out."""
    used = {e["use"] for info in comparison.scenarios for e in info.resolved.get("policy", ())}
    found = [p for use in sorted(used) if use in cards() for p in cards()[use].parameters if not p.decided]
    return sum(p.confidence == "E" for p in found), len(found)


def of_run(comparison: Comparison, lang: str) -> dict[str, str]:
    """Return the answer of a run: how long a need waits, who waits longest, what it costs."""
    means = comparison.means[comparison.baseline.id]

    def level(key: str) -> str:
        scale = level_scale(comparison, key, lang)
        return scale.with_unit(scale.value(means[key]), lang)

    name = comparison.baseline.name(lang)
    found = {}
    if all(math.isfinite(means.get(key, math.nan)) for key in (RESPONSE, PRIMARY)):
        known = math.isfinite(means.get(REPORTED, math.nan))
        reported = w("brief.run_reported", lang, amount=level(REPORTED)) if known else ""
        found["works_run"] = w("brief.run", lang, name=name, response=level(RESPONSE), reported=reported,
                               solution=level(PRIMARY), tau=days_followed(comparison.phases))  # fmt: skip
    kinds = [key for key in KINDS if math.isfinite(means.get(key, math.nan))]
    if len(kinds) > 1:
        longest, shortest = max(kinds, key=means.__getitem__), min(kinds, key=means.__getitem__)
        facts = {"longest": _kind(longest, lang), "shortest": _kind(shortest, lang)}
        found["whom_run"] = w("brief.run_kinds", lang, most=level(longest), least=level(shortest), **facts)
    totals = [f"{family}.total" for family in FAMILIES[:2]]
    paid = [w(f"spent.{key}", lang, amount=level(key)) for key in totals if math.isfinite(means.get(key, math.nan))]
    found["sure"] = w("brief.run_sure", lang, paid=joined(paid, lang))
    return found
