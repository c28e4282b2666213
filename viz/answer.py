"""The answer of a comparison in plain sentences: what helped, by how much, how sure that is, and at what cost."""

from __future__ import annotations

from ..experiments.comparison import Comparison, Effect, ScenarioInfo
from .effects import COST, DELAY, ENDPOINTS, KEY, PRIMARY, known, untouched
from .numbers import NOTHING, percent, scale_of_effect, scale_of_effects
from .words import joined, listed, measure_name, w

OUTCOMES = ("better", "worse", "not_told_apart")


def answer(comparison: Comparison, lang: str) -> list[str]:
    """Return the answer: the baseline, the verdict on each endpoint, then each scenario with its costs, best first."""
    return [*_setting(comparison, lang), *_verdict(comparison, lang),
            *(_scenario(comparison, s, lang) for s in ranked(comparison))]  # fmt: skip


def ranked(comparison: Comparison) -> list[ScenarioInfo]:
    """Return the scenarios but the baseline by what they gain in the time to solution, the best first."""

    def loss(scenario: ScenarioInfo) -> float:
        effect = comparison.effects[scenario.id].get(PRIMARY)
        return effect.pair.difference if effect and effect.pair.n else float("inf")

    return sorted(comparison.others, key=loss)


def _setting(comparison: Comparison, lang: str) -> list[str]:
    """Say where the baseline stands, if its runs had any needs."""
    found = {key: _by_scenario(comparison, key) for key in ENDPOINTS}
    if not all(found.values()):
        return []
    texts = {}
    for key, word in zip(ENDPOINTS, ("response", "solution"), strict=True):
        effect = next(iter(found[key].values()))
        scale = scale_of_effects(effect)
        texts[word] = scale.with_unit(scale.value(effect.pair.baseline), lang)
    return [w("answer.setting", lang, name=comparison.baseline.name(lang), n=comparison.replications, **texts)]


def _by_scenario(comparison: Comparison, key: str) -> dict[str, Effect]:
    return {s: e[key] for s, e in comparison.effects.items() if key in e and e[key].pair.n}


def _verdict(comparison: Comparison, lang: str) -> list[str]:
    """Say of each endpoint which scenarios help, which harm, and which show nothing."""
    if comparison.replications < 2:
        return [w("note.single", lang)]
    found = {key: _by_scenario(comparison, key) for key in ENDPOINTS}
    if all(e.verdict == "not_told_apart" for effects in found.values() for e in effects.values()):
        return [w("answer.nothing", lang)]
    sentences = []
    for key, effects in found.items():
        parts = []
        for outcome in OUTCOMES:
            names = [s.name(lang) for s in comparison.others if s.id in effects and effects[s.id].verdict == outcome]
            if names:
                parts.append(w(f"answer.{outcome}", lang, names=joined(names, lang)))
        if parts:
            sentences.append(w("answer.endpoint", lang, measure=w(f"answer.{key}", lang), parts=listed(parts, lang)))
    return ["".join(sentences) if lang == "zh" else " ".join(sentences)]


def _scenario(comparison: Comparison, scenario: ScenarioInfo, lang: str) -> str:
    """Say what one scenario changes of the endpoints, what it costs, and what else gets better or worse."""
    effects = comparison.effects[scenario.id]
    parts = [w("answer.part", lang, measure=w(f"answer.{key}", lang).lower(), change=change(effects.get(key), lang))
             for key in ENDPOINTS]  # fmt: skip
    cost = w("answer.part", lang, measure=w("answer.cost", lang), change=change(effects.get(COST), lang))
    if DELAY in effects and effects[DELAY].verdict in ("better", "worse"):
        cost += w("answer.delay", lang, change=change(effects[DELAY], lang))
    parts.append(cost)
    for outcome in OUTCOMES[:2]:
        names = [measure_name(effects[k].measure, lang) for k in known(comparison, KEY)
                 if k in effects and effects[k].verdict == outcome and k not in (*ENDPOINTS, COST, DELAY)]  # fmt: skip
        if names:
            parts.append(w(f"answer.others_{outcome}", lang, names=joined(names, lang)))
    dash = w("answer.dash", lang)
    return w("answer.scenario", lang, name=scenario.name(lang), dash=dash, parts=listed(parts, lang))


def change(effect: Effect | None, lang: str) -> str:
    """Return a difference with relative change and interval, and say so where nothing is shown."""
    if effect is None or not effect.pair.n:
        return NOTHING
    pair = effect.pair
    if untouched(pair):
        return w("verdict.untouched", lang)
    scale = scale_of_effect(effect)
    text = scale.with_unit(scale.signed(pair.difference), lang, difference=True)
    inside = [t for t in (percent(pair.relative), scale.interval(pair.low, pair.high, lang)) if t != NOTHING]
    if inside:
        text = w("answer.brackets", lang, text=text, inside=listed(inside, lang))
    return w("answer.unsure", lang, text=text) if effect.verdict == "not_told_apart" and pair.n > 1 else text
