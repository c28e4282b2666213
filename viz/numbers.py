"""How a number looks to a reader: unit, digits and sign, the same for a value, its difference and its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ..experiments.comparison import Effect
from ..model.measures import Measure
from .words import w

NOTHING = "—"
"""Shown for a number that is not known."""
NO_BREAK = "\u00a0"
"""Stands between a number and its unit, so that they stay on one line."""

_UNITS = {
    "person-hours": "unit.person_hours", "days": "unit.days", "cases": "unit.cases", "case-days": "unit.case_days",
    "needs": "unit.needs", "CNY": "unit.cny",
    "reports": "unit.reports", "persons": "unit.persons", "calls": "unit.calls",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """How to show the values of one measure.

    Attributes:
        factor: What values are multiplied by.
        digits: Digits behind the point of a value.
        fine: The same for differences and their intervals.
        unit: Key of the unit's word, ``""`` if there is none.
        difference_unit: The same for differences (points where the values are per cent).
        plain: Unit as text when the catalogue has no word for it.
    """

    factor: float
    digits: int
    fine: int
    unit: str
    difference_unit: str
    plain: str = ""

    def word(self, lang: str, *, difference: bool = False) -> str:
        """Return the unit's word."""
        key = self.difference_unit if difference else self.unit
        return w(key, lang) if key else self.plain

    def value(self, x: float) -> str:
        """Return a value without unit."""
        return fixed(x * self.factor, self.digits)

    def signed(self, x: float) -> str:
        """Return a difference with its sign, without unit."""
        return fixed(x * self.factor, self.fine, sign=True)

    def finer(self, *ends: float) -> Scale:
        """Return the scale with up to two more digits for differences, if it would show one of these ends as zero."""
        shown = [x for x in ends if math.isfinite(x) and x]
        for fine in range(self.fine, self.fine + 3):
            scale = replace(self, fine=fine)
            if all(any(c in "123456789" for c in scale.signed(x)) for x in shown):
                return scale
        return self

    def interval(self, low: float, high: float, lang: str) -> str:
        """Return an interval without unit."""
        if not math.isfinite(low + high):
            return NOTHING
        return w("numbers.interval", lang, low=self.signed(low), high=self.signed(high))

    def with_unit(self, text: str, lang: str, *, difference: bool = False) -> str:
        """Return a number's text with the unit behind it."""
        word = self.word(lang, difference=difference)
        if not word or text == NOTHING:
            return text
        return text + (word if word == "%" else f"{NO_BREAK}{word}")


def fixed(x: float, digits: int, *, sign: bool = False) -> str:
    """Return ``x`` with thousands apart by thin commas, a true minus sign and, if asked, a plus sign."""
    if not math.isfinite(x):
        return NOTHING if math.isnan(x) else "∞"
    text = f"{abs(x):,.{digits}f}"
    if not any(c in "123456789" for c in text):
        return text
    return ("−" if x < 0 else "+" if sign else "") + text


def percent(x: float, *, sign: bool = True) -> str:
    """Return a share as per cent."""
    return NOTHING if not math.isfinite(x) else fixed(100 * x, 1 if abs(x) < 1 else 0, sign=sign) + "%"


def scale_of(measure: Measure, *values: float) -> Scale:
    """Return the scale that suits the given values of a measure: minutes grow to hours and days, shares to per cent."""
    known = [abs(v) for v in values if math.isfinite(v)]
    size = max(known, default=0.0)
    unit = measure.unit
    if unit == "min":
        return time_scale(size)
    if unit == "share":
        smallest = min((v for v in known if v > 0), default=1.0)
        return Scale(100.0, 1, 2 if smallest < 0.001 else 1, "unit.percent", "unit.points")
    key = _UNITS.get(unit, "")
    smallest = min((v for v in known if v > 1e-9 * size), default=0.0)
    most = 4 if not key else 2 if unit == "days" else 1
    digits = min(most, _digits(size, 3))
    fine = min(most, max(digits, min(_digits(smallest, 2), digits + 1)))
    return Scale(1.0, digits, fine, key, key, "" if key or unit == "1" else unit)


def time_scale(minutes: float) -> Scale:
    """Return minutes, hours or days, whichever a reader would use for a time of this size."""
    if minutes >= 3 * 1440:
        return Scale(1 / 1440, 1, 2, "unit.days", "unit.days")
    if minutes >= 120:
        return Scale(1 / 60, 1, 2 if minutes < 600 else 1, "unit.h", "unit.h")
    return Scale(1.0, 1, 1, "unit.min", "unit.min")


def stage_scale(minutes: float) -> Scale:
    """Return the scale of a stage, or given their sum the one for all: hours, or minutes where it is short."""
    return Scale(1 / 60, 1, 1, "unit.h", "unit.h") if minutes >= 120 else Scale(1.0, 1, 1, "unit.min", "unit.min")


def scale_of_effects(*effects: Effect) -> Scale:
    """Return the one scale for the baselines, means and differences of a measure."""
    pairs = [e.pair for e in effects]
    return scale_of(effects[0].measure, *(x for p in pairs for x in (p.baseline, p.mean, p.difference)))


def scale_of_effect(effect: Effect, scale: Scale | None = None) -> Scale:
    """Return the scale for one effect, in a row's scale if given; a clear effect keeps clear of zero when rounded."""
    scale = scale or scale_of_effects(effect)
    return scale if effect.verdict == "not_told_apart" else scale.finer(effect.pair.low, effect.pair.high)


def _digits(x: float, significant: int) -> int:
    """Return the digits behind the point that show ``significant`` digits of ``x``, 0 to 4."""
    if x <= 0:
        return 0
    return min(4, max(0, significant - 1 - math.floor(math.log10(x))))
