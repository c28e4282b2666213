"""What needs a shock or another demand brings: where they are of other kinds, mean times differ for that alone."""

from __future__ import annotations

import math

from ..experiments.comparison import Comparison, ScenarioInfo
from ..model.incidents import load_catalogue
from .effects import PRIMARY, RESPONSE, change_scale
from .numbers import percent
from .words import joined, joined_sentences, said_name, term, w

TOLD = 0.02
"""Share of needs that are of another kind than in the reference, from which on it is said."""
MOST = 3
"""Most kinds of need that are named."""
FAMILIES = {RESPONSE: "first_response_of.", PRIMARY: "solution_of."}


def shares(comparison: Comparison, scenario: str) -> dict[str, float]:
    """Return the share of each category in the needs of a scenario."""
    needs = comparison.needs.get(scenario, {})
    total = sum(needs.values())
    return {category: n / total for category, n in needs.items()} if total else {}


def brought(comparison: Comparison, lang: str) -> str:
    """Say what share of the needs only a shock brings, in each scenario that has some; ``""`` if none has."""
    catalogue = load_catalogue()
    own = {name for name, row in zip(catalogue.ids, catalogue.rows, strict=True) if row["shock"] >= 0}
    items, kinds = [], set[str]()
    for info in comparison.scenarios:
        found = {c: share for c, share in shares(comparison, info.id).items() if c in own and share > 0}
        if found:
            kinds |= set(found)
            items.append(w("mix.item", lang, name=info.name(lang), share=percent(sum(found.values()), sign=False)))
    names = [term(c, lang) for c in catalogue.ids if c in kinds]
    return w("mix.brought", lang, kinds=joined(names, lang), items=joined(items, lang)) if items else ""


def mix(comparison: Comparison, info: ScenarioInfo, lang: str) -> str:
    """Say how the kinds of need differ from the reference's, and how much of each mean time is due to that alone.

    The change of a mean is split as Kitagawa (1955) did: the part of the composition is the sum over categories of the
    change of their share times their mean time on both sides; the rest is what changes for needs of the same kind. A
    category that one side lacks has the time of the other. ``""`` where the kinds are the same.
    """
    base, mine = shares(comparison, comparison.baseline.id), shares(comparison, info.id)
    change = {c: mine.get(c, 0.0) - base.get(c, 0.0) for c in dict.fromkeys((*base, *mine))}
    if not base or not mine or sum(map(abs, change.values())) / 2 < TOLD:
        return ""
    first, *more = sorted(change, key=lambda c: -change[c])[:MOST]
    most = [first, *(c for c in more if change[c] > TOLD / 2)]
    kinds = [w("mix.kind", lang, kind=term(c, lang), share=percent(mine.get(c, 0.0), sign=False),
               base=percent(base.get(c, 0.0), sign=False)) for c in most]  # fmt: skip
    facts = {"name": info.name(lang), "baseline": comparison.baseline.name(lang)}
    found = [w("mix.differs", lang, kinds=joined(kinds, lang), **facts)]
    for key, family in FAMILIES.items():
        effect = comparison.effects[info.id].get(key)
        part = composition(comparison, info, family, change)
        if effect is None or not effect.pair.n or not math.isfinite(part):
            continue
        scale = change_scale(comparison, key, lang)
        whole, of_mix = (round(x * scale.factor, scale.digits) for x in (effect.pair.difference, part))
        amounts = {name: x / scale.factor for name, x in (("whole", whole), ("mix", of_mix), ("own", whole - of_mix))}
        said = {name: scale.with_unit(scale.signed(x), lang) for name, x in amounts.items()}
        found.append(w("mix.split", lang, measure=said_name(effect.measure, lang), **said))
    return joined_sentences(found, lang)


def composition(comparison: Comparison, info: ScenarioInfo, family: str, change: dict[str, float]) -> float:
    """Return by how many minutes a mean time changes for the composition alone; ``nan`` if times are not known."""
    base, mine = comparison.means[comparison.baseline.id], comparison.means[info.id]
    total = 0.0
    for category, difference in change.items():
        times = [m[family + category] for m in (base, mine) if math.isfinite(m.get(family + category, math.nan))]
        if not times:
            if abs(difference) > TOLD / 2:
                return math.nan
            continue
        total += difference * sum(times) / len(times)
    return total
