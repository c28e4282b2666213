"""The answer of a comparison in plain sentences: what helped, by how much, how sure that is, and at what cost."""

from __future__ import annotations

import math

from ..experiments.comparison import Comparison, Effect, ScenarioInfo
from .certainty import interval_text, is_weak, relative, relative_text, steady, untouched
from .contrast import caveat, has_policy_of_its_own, shared_shocks
from .effects import COST, COSTS, DELAY, ENDPOINTS, KEY, MONEY, PRIMARY, beyond_both, change_scale, level_scale
from .mix import mix
from .numbers import NOTHING, fixed, percent, scale_of_changes, scale_of_effect
from .shock import shock_keys
from .words import joined, joined_sentences, listed, said_name, w

OUTCOMES = ("better", "worse", "changed", "unchanged", "not_told_apart")
AGAINST = (
    "solution_minutes.p90", "needs_open", "forced_closure_share", "reopened_share", "recurrence_share",
    "overtime_hours", "paperwork_owed_hours", "quits", "equity.p90_p10", "equity.theil", "trust", "trust_spread",
    "participation",
)  # fmt: skip
"""Measures that are named first, after the key ones and the shock's, among those that get better or worse."""
TAKEN = ("overhead_hours.total", "lent_hours", "residents_hours")
"""Time that a policy may take without any more hours on duty or money."""
NEXT_TO_NOTHING = 0.1
"""Sum in 万元 or millions below which plain yuan say more."""
MOST = 8
"""Most measures that one list of the answer names."""


def answer(comparison: Comparison, lang: str) -> list[str]:
    """Return the answer: the reference, the verdict on each endpoint, then each scenario with its costs, best first."""
    return [*_setting(comparison, lang), *_verdict(comparison, lang),
            *(_scenario(comparison, s, lang) for s in ranked(comparison))]  # fmt: skip


def ranked(comparison: Comparison) -> list[ScenarioInfo]:
    """Return the scenarios but the reference by what they gain in the time to solution, the best first."""

    def loss(scenario: ScenarioInfo) -> float:
        effect = comparison.effects[scenario.id].get(PRIMARY)
        return effect.pair.difference if effect and effect.pair.n else float("inf")

    return sorted(comparison.others, key=loss)


def _setting(comparison: Comparison, lang: str) -> list[str]:
    """Say where the reference stands, if its runs had any needs, and in which shock."""
    found = {key: _by_scenario(comparison, key) for key in ENDPOINTS}
    if not all(found.values()):
        return []
    texts = {}
    for key, word in zip(ENDPOINTS, ("response", "solution"), strict=True):
        effect = next(iter(found[key].values()))
        scale = level_scale(comparison, key, lang)
        texts[word] = scale.with_unit(scale.value(effect.pair.baseline), lang)
    shocks = shared_shocks(comparison, lang)
    when = w("answer.when", lang, shocks=shocks, days=comparison.phases["window_days"]) if shocks else ""
    facts = {"name": comparison.baseline.name(lang), "n": comparison.replications, "when": when}
    return [w("answer.setting", lang, **facts, **texts)]


def _by_scenario(comparison: Comparison, key: str) -> dict[str, Effect]:
    return {s: e[key] for s, e in comparison.effects.items() if key in e and e[key].pair.n}


def _verdict(comparison: Comparison, lang: str) -> list[str]:
    """Say of each endpoint which scenarios shorten it, which lengthen it, and which show nothing."""
    if comparison.replications < 2:
        return [w("note.single", lang)]
    found = {key: _by_scenario(comparison, key) for key in ENDPOINTS}
    if all(e.verdict == "not_told_apart" for effects in found.values() for e in effects.values()):
        return [w("answer.nothing", lang)]
    sentences = [w("note.weak", lang, n=comparison.replications)] if is_weak(comparison.replications) else []
    for key, effects in found.items():
        names: dict[str, list[str]] = {word: [] for word in ("sooner", "later", "unchanged", "not_told_apart")}
        for info in comparison.others:
            if info.id in effects:
                names[_direction(effects[info.id])].append(info.name(lang))
        parts = [w(f"answer.{word}", lang, names=joined(who, lang)) for word, who in names.items() if who]
        if parts:
            sentences.append(w("answer.endpoint", lang, measure=w(f"answer.{key}", lang), parts=listed(parts, lang)))
    return ["".join(sentences) if lang == "zh" else " ".join(sentences)]


def _direction(effect: Effect) -> str:
    """Return which way a time goes, where it goes anywhere."""
    if effect.verdict in ("unchanged", "not_told_apart"):
        return effect.verdict
    return "sooner" if effect.pair.difference < 0 else "later"


def _scenario(comparison: Comparison, scenario: ScenarioInfo, lang: str) -> str:
    """Say what one scenario changes of the endpoints, what it costs, and what else gets better or worse."""
    effects = comparison.effects[scenario.id]
    parts = [w("answer.part", lang, measure=w(f"answer.{key}", lang).lower(),
               change=change(comparison, effects.get(key), lang)) for key in ENDPOINTS]  # fmt: skip
    paid = [change(comparison, effects[key], lang) for key in (COST, MONEY) if key in effects and effects[key].pair.n]
    price = unpaid(comparison, scenario, lang) or joined(list(dict.fromkeys(paid)), lang) or NOTHING
    cost = w("answer.part", lang, measure=w("answer.cost", lang), change=price)
    if DELAY in effects and effects[DELAY].verdict in ("better", "worse"):
        cost += w("answer.delay", lang, change=change(comparison, effects[DELAY], lang))
    parts += [cost, *_others(comparison, scenario, lang)]
    text = w("answer.scenario", lang, name=scenario.name(lang), dash=w("answer.dash", lang), parts=listed(parts, lang))
    notes = (caveat(comparison, scenario, lang), mix(comparison, scenario, lang))
    note = joined_sentences([text for text in notes if text], lang)
    return w("answer.with_caveat", lang, text=text, caveat=note) if note else text


def unpaid(comparison: Comparison, scenario: ScenarioInfo, lang: str) -> str:
    """Say what it means that policies take no more hours on duty and no more money, ``""`` if they do.

    Whatever they take comes out of the time of those who are on duty anyway: named where it is counted and clear.
    """
    effects = comparison.effects[scenario.id]
    counted = [effects[key] for key in (COST, MONEY) if key in effects and effects[key].pair.n]
    if not counted or not has_policy_of_its_own(comparison, scenario) or not all(untouched(e.pair) for e in counted):
        return ""
    taken = []
    for key in TAKEN:
        effect = effects.get(key)
        if effect and effect.verdict == "worse":
            scale = scale_of_effect(effect, change_scale(comparison, key, lang))
            amount = scale.with_unit(scale.signed(effect.pair.difference), lang)
            taken.append(w(f"spent.{key}", lang, amount=amount))
    if taken:
        return w("answer.unpaid", lang, taken=joined(taken, lang))
    return w("answer.unpaid_waits", lang)


def _others(comparison: Comparison, scenario: ScenarioInfo, lang: str) -> list[str]:
    """Name what else changes, with how much, looked for in the same way whichever way it goes."""
    parts = []
    for outcome in ("better", "changed", "worse"):
        looked = moved(comparison, scenario, outcome)
        if found := [e for e in looked if e.measure.key not in (*ENDPOINTS, *COSTS)]:
            names = [named(effect, lang) for effect in found[:MOST]]
            names += [w("answer.more", lang, n=len(found) - MOST)] if len(found) > MOST else []
            parts.append(w(f"answer.others_{outcome}", lang, names=joined(names, lang)))
    return parts


def moved(comparison: Comparison, scenario: ScenarioInfo, outcome: str) -> list[Effect]:
    """Return whatever gets clearly ``"better"`` or ``"worse"`` under a scenario, costs left out."""
    return [e for e in looked_at(comparison, scenario)
            if e.verdict == outcome and not beyond_both(comparison, scenario.id, e)]  # fmt: skip


def looked_at(comparison: Comparison, scenario: ScenarioInfo) -> list[Effect]:
    """Return the effects of a scenario that may get better or worse, costs left out, the chief ones first."""
    effects = comparison.effects[scenario.id]
    order = dict.fromkeys((*KEY, *shock_keys(comparison), *AGAINST, *effects))
    return [e for k in order if (e := effects.get(k)) and e.pair.n and e.measure.has_better
            and e.measure.group != "cost"]  # fmt: skip


def by_luck(comparison: Comparison, scenario: ScenarioInfo) -> list[Effect]:
    """Return those of them that luck may make look clear: they differ from replication to replication."""
    able = [e for e in looked_at(comparison, scenario) if math.isfinite(e.pair.low) and not steady(e.pair)]
    return [e for e in able if not beyond_both(comparison, scenario.id, e)]


def named(effect: Effect, lang: str) -> str:
    """Return a measure with its change in brief: points of a share, per cent of the reference otherwise.

    A ratio that is best at some value is shown before and after, as its change may lead past that.
    """
    pair = effect.pair
    if effect.measure.ideal is not None:
        before, after = (fixed(x, 2) for x in (pair.baseline, pair.mean))
        text = w("answer.from_to", lang, before=before, after=after, ideal=f"{effect.measure.ideal:g}")
        return w("answer.brackets", lang, text=said_name(effect.measure, lang), inside=text)
    scale = scale_of_changes(effect.measure, lang, pair.difference)
    text = scale.with_unit(scale.signed(pair.difference), lang)
    share = relative(effect.measure, pair)
    if effect.measure.unit != "share" and math.isfinite(share):
        text = percent(share) if abs(share) < 1.0 else listed([text, percent(share)], lang)
    return w("answer.brackets", lang, text=said_name(effect.measure, lang), inside=text)


def change(comparison: Comparison, effect: Effect | None, lang: str) -> str:
    """Return a difference with relative change and interval, and say so where nothing is shown."""
    if effect is None or not effect.pair.n:
        return NOTHING
    pair = effect.pair
    if untouched(pair):
        return w("verdict.untouched", lang)
    scale = scale_of_effect(effect, change_scale(comparison, effect.measure.key, lang))
    most = max(abs(x) for x in (pair.difference, pair.low, pair.high) if math.isfinite(x))
    if effect.measure.unit == "CNY" and most * scale.factor < NEXT_TO_NOTHING:
        scale = scale_of_changes(effect.measure, lang, most)
    text = scale.with_unit(scale.signed(pair.difference), lang)
    between = interval_text(effect.measure, pair, scale, lang, unit=True)
    inside = [t for t in (relative_text(effect.measure, pair, lang), between) if t not in ("", NOTHING)]
    if inside:
        text = w("answer.brackets", lang, text=text, inside=listed(inside, lang))
    if pair.n > 1 and effect.verdict in ("unchanged", "not_told_apart"):
        return w(f"answer.unsure_{effect.verdict}", lang, text=text)
    return text
