"""What paired differences allow to be said: where there is no spread, no room, no base, or hardly any replication.

The intervals of ``comparison.json`` and of the figures' CSV are Student's as they are, and verdicts go by them. A
reader is shown what is possible of them: no rate lies below 0 or above 100 %, and no time, count or sum below 0, so
an interval of the difference ends where the other side would, and says so. That takes away nothing which could be
true, so it covers as often as before, up to the luck in the reference's own mean. Where all that is possible is left,
there are too few replications for an interval at all. Values that differ by the very same in every replication show
no spread, and that is said in place of an interval of no width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..experiments.statistics import TIMES, Paired, from_nothing, share_of
from ..model.measures import Measure
from .numbers import NOTHING, Scale, percent
from .words import w

WEAK = 3
"""Replications below which a verdict is a hint at most: two have one degree of freedom between them."""


def pair_of(plain: Mapping[str, Any]) -> Paired:
    """Return a paired difference from its plain values, as an analysis keeps them; ``None`` is ``nan``."""
    values = {key: math.nan if value is None else float(value) for key, value in plain.items() if key != "n"}
    return Paired(n=int(plain["n"]), **values)


def untouched(pair: Paired) -> bool:
    """Return whether no replication shows any difference at all."""
    return steady(pair) and pair.difference == 0


def steady(pair: Paired) -> bool:
    """Return whether every replication, of two or more, shows the same difference: no spread, and so no interval."""
    size = max(abs(pair.baseline), abs(pair.mean))
    return pair.n > 1 and pair.high - pair.low <= 1e-9 * size


def is_weak(n: int) -> bool:
    """Return whether replications are so few that a verdict on them is a hint at most."""
    return 1 < n < WEAK


@dataclass(frozen=True, slots=True)
class Ends:
    """An interval as it can be: which of its ends were cut, for what lies beyond cannot be."""

    low: float
    high: float
    cut_low: bool = False
    cut_high: bool = False


def ends(measure: Measure, pair: Paired) -> Ends:
    """Return the interval of a difference, each end where the measure itself ends if it would be beyond.

    The excess of a shock may be negative and has no end.
    """
    base, far = pair.baseline, measure.unit == "share" and max(pair.baseline, pair.mean) <= 1.0
    least = -base if measure.group != "resilience" and min(base, pair.mean) >= 0 else -math.inf
    most = 1.0 - base if far else math.inf
    rounding = 1e-9 * max(abs(base), abs(pair.mean))
    cut_low, cut_high = pair.low < least - rounding, pair.high > most + rounding
    return Ends(least if cut_low else pair.low, most if cut_high else pair.high, cut_low, cut_high)


def interval_text(measure: Measure, pair: Paired, scale: Scale, lang: str, *, unit: bool = False) -> str:
    """Return the interval of a difference in words a reader can rely on, or why there is none.

    Args:
        measure: What differs.
        pair: By how much.
        scale: How it is shown.
        lang: Language of the words.
        unit: Whether the unit stands behind it.
    """
    if not math.isfinite(pair.low + pair.high):
        return NOTHING
    if steady(pair):
        return w("certainty.steady", lang)
    found = ends(measure, pair)
    if found.cut_low and found.cut_high:
        return w("certainty.no_interval", lang)
    text = scale.interval(found.low, found.high, lang)
    if unit:
        text = scale.with_unit(text, lang)
    if found.cut_low or found.cut_high:
        end = "100%" if found.cut_high else "0%" if measure.unit == "share" else "0"
        text = w("certainty.cut", lang, text=text, end=end)
    return text


def lead_text(measure: Measure, low: float, high: float, scale: Scale, lang: str) -> str:
    """Return the interval of a lead over the best of the others, or that there is none: no rate leads by over 100 %."""
    if measure.unit == "share" and (low < -1.0 or high > 1.0):
        return w("certainty.no_interval", lang)
    return scale.with_unit(scale.interval(low, high, lang), lang)


def relative(measure: Measure, pair: Paired) -> float:
    """Return the relative change, ``nan`` where it says nothing (see `share_of`)."""
    return share_of(measure, pair.baseline, pair.difference)


def relative_text(measure: Measure, pair: Paired, lang: str) -> str:
    """Return the relative change, and where it says nothing a dash with the reason; ``""`` without change or base."""
    if not math.isfinite(pair.difference) or not pair.difference or not pair.baseline:
        return ""
    share = relative(measure, pair)
    if math.isfinite(share):
        return percent(share)
    why = "from_nothing" if from_nothing(measure, pair.baseline) else "from_little"
    return w(f"certainty.{why}", lang, nothing=NOTHING, times=f"{TIMES:g}")


def relative_cell(measure: Measure, pair: Paired, lang: str) -> str:
    """Return the relative change for a column of its own: a bare dash only where nothing changes or is known."""
    if pair.difference and math.isfinite(pair.difference) and not pair.baseline:
        return w("certainty.from_zero", lang, nothing=NOTHING)
    return relative_text(measure, pair, lang) or NOTHING


def weakly(text: str, n: int, lang: str) -> str:
    """Return a verdict, with how little it rests on where that is so."""
    return w("certainty.weak", lang, text=text, n=n) if n < WEAK else text
