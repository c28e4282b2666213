"""How a number looks to a reader: unit, digits and sign, the same for a value, its difference and its interval."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..experiments.comparison import Effect
from ..model.measures import Measure
from .words import w

NOTHING = "—"
"""Shown for a number that is not known."""
CHANGED = "●"
"""Stands before a number that is not at its default."""
LARGE = {"zh": (1e4, "unit.cny_wan"), "en": (1e6, "unit.cny_million")}
"""Money from here on is shown in this unit: 万元 in Chinese, as there is no word for a million of them."""
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
NO_BREAK = "\u00a0"
"""Stands between a number and its unit, so that they stay on one line."""

SHOWS = 0.03
"""Least difference that shows in a unit."""

MINUTES_IN_HOURS = 1440.0
"""Minutes of a time that is shown in hours."""

_PERCENTILES = (".median", ".p90", ".p99")
_UNITS = {
    "person-hours": "unit.person_hours", "days": "unit.days", "cases": "unit.cases", "case-days": "unit.case_days",
    "needs": "unit.needs", "CNY": "unit.cny",
    "reports": "unit.reports", "persons": "unit.persons", "calls": "unit.calls",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """How to show values of one measure, or differences of them.

    Attributes:
        factor: What values are multiplied by.
        digits: Digits behind the point.
        unit: Key of the unit's word, ``""`` if there is none.
        plain: Unit as text when the catalogue has no word for it.
    """

    factor: float
    digits: int
    unit: str
    plain: str = ""

    def word(self, lang: str) -> str:
        """Return the unit's word."""
        return w(self.unit, lang) if self.unit else self.plain

    def value(self, x: float) -> str:
        """Return a value without unit."""
        return fixed(x * self.factor, self.digits)

    def signed(self, x: float) -> str:
        """Return a difference with its sign, without unit."""
        return fixed(x * self.factor, self.digits, sign=True)

    def finer(self, *ends: float, most: int = 1) -> Scale:
        """Return the scale with up to ``most`` more digits, if it would show an end as zero or two as the same."""
        shown = [x for x in ends if math.isfinite(x) and x]
        for digits in range(self.digits, self.digits + most + 1):
            scale = replace(self, digits=digits)
            texts = [scale.signed(x) for x in shown]
            if all(any(c in "123456789" for c in text) for text in texts) and len(set(texts)) == len(set(shown)):
                return scale
        return self

    def interval(self, low: float, high: float, lang: str) -> str:
        """Return an interval without unit."""
        if not math.isfinite(low + high):
            return NOTHING
        return w("numbers.interval", lang, low=self.signed(low), high=self.signed(high))

    def with_unit(self, text: str, lang: str) -> str:
        """Return a number's text with the unit behind it."""
        word = self.word(lang)
        if not word or text == NOTHING:
            return text
        return text + (word if word == "%" else f"{NO_BREAK}{word}")


def date_text(day: object, lang: str) -> str:
    """Return a day as readers of a language write it, ``2026年3月1日`` or ``1 March 2026``, with the time if any.

    Args:
        day: Something whose text begins as ISO 8601 has it; anything else is returned as it is.
        lang: ``"zh"`` or ``"en"``.
    """
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d))?", str(day))
    if not found:
        return str(day)
    year, month, number = map(int, found.groups()[:3])
    text = w("numbers.date", lang, year=year, month=MONTHS[month - 1] if lang == "en" else month, day=number)
    return f"{text} {found[4]}" if found[4] else text


def day_text(day: dt.date, lang: str) -> str:
    """Return a day without its year, as on an axis: ``3月1日`` or ``1 Mar``."""
    return w("numbers.day", lang, month=MONTHS[day.month - 1][:3] if lang == "en" else day.month, day=day.day)


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


def scale_of(measure: Measure, lang: str, *values: float) -> Scale:
    """Return the scale that suits given values of a measure for readers of ``lang``.

    Minutes grow to hours and days, money to 万元 or millions, and shares are shown as per cent.
    """
    known = [abs(v) for v in values if math.isfinite(v)]
    size = max(known, default=0.0)
    if measure.unit == "min":
        return time_scale(size)
    if measure.unit == "share":
        smallest = min((v for v in known if v > 0), default=1.0)
        return Scale(100.0, 2 if smallest < 0.001 else 1, "unit.percent")
    if measure.unit == "CNY" and size >= LARGE[lang][0]:
        return _large_sum(size, lang)
    key, most = _unit(measure.unit)
    return Scale(1.0, min(most, _digits(size, 3)), key, "" if key or measure.unit == "1" else measure.unit)


def scale_of_changes(measure: Measure, lang: str, *values: float) -> Scale:
    """Return the scale that suits differences of a measure, in a unit of their own: minutes where hours are too much.

    Two digits of the smallest are shown, but no more than one digit beyond three of the largest.
    """
    known = [abs(v) for v in values if math.isfinite(v)]
    size = max(known, default=0.0)
    if measure.unit == "min":
        return time_change_scale(size)
    smallest = min((v for v in known if v > 1e-9 * size), default=0.0)
    if measure.unit == "share":
        return Scale(100.0, 2 if smallest < 0.001 else 1, "unit.points")
    if measure.unit == "CNY" and size >= LARGE[lang][0]:
        return _large_sum(size, lang)
    key, most = _unit(measure.unit)
    digits = min(most, _digits(size, 3))
    digits = min(most, max(digits, min(_digits(smallest, 2), digits + 1)))
    return Scale(1.0, digits, key, "" if key or measure.unit == "1" else measure.unit)


def row_scales(measure: Measure, lang: str, levels: Iterable[float], changes: Iterable[float]) -> tuple[Scale, Scale]:
    """Return the scales of a row of a table, of its values and of their differences: in one unit, with digits of each.

    The unit is that of the values, or the next smaller one where no difference would show in it.

    Args:
        measure: What the row is about.
        lang: Language of the readers.
        levels: Its values.
        changes: Their differences.
    """
    known, moved = ([abs(x) for x in some if math.isfinite(x)] for some in (levels, changes))
    level, change = scale_of(measure, lang, *known), scale_of_changes(measure, lang, *moved)
    most = max(moved, default=0.0)
    if measure.unit not in ("min", "CNY") or not most:
        return level, change
    if most > max(known, default=0.0):
        level = scale_of(measure, lang, *known, most)
    if measure.unit == "min":
        if level.unit == "unit.days" and most * level.factor < SHOWS:
            level = time_scale(MINUTES_IN_HOURS)
    elif level.factor < 1.0 and most * level.factor < 0.01:
        level = Scale(1.0, 0, "unit.cny")
    return level, scale_of_moves(level, most)


def scale_of_moves(level: Scale, most: float) -> Scale:
    """Return the scale of differences of up to ``most`` in the unit of their values."""
    return replace(level, digits=min(2 if level.factor < 1.0 else 1, _digits(most * level.factor, 2)))


def reads(scale: Scale, levels: Iterable[float], changes: Iterable[float]) -> bool:
    """Return whether times can be read in a unit: none far below one or of four digits, and all differences show."""
    known, moved = ([abs(x) * scale.factor for x in some if math.isfinite(x) and x] for some in (levels, changes))
    return all(0.5 <= x < 1000.0 for x in known) and all(x >= SHOWS for x in moved)


def common_time_scale(rows: Sequence[tuple[Sequence[float], Sequence[float]]]) -> Scale | None:
    """Return the one scale in which rows of times read, of those that they have by themselves; ``None`` if none does.

    It is the coarsest in which all values and differences read, or else the finest, if all values do.

    Args:
        rows: Minutes of each row: its values and their differences.
    """
    own = [time_scale(max((abs(x) for x in levels if math.isfinite(x)), default=0.0)) for levels, _ in rows]
    coarse_first = sorted(own, key=lambda scale: scale.factor)
    for scale in coarse_first:
        if all(reads(scale, *row) for row in rows):
            return scale
    finest = coarse_first[-1:]
    return next((scale for scale in finest if all(reads(scale, levels, ()) for levels, _ in rows)), None)


def _large_sum(size: float, lang: str) -> Scale:
    """Return the scale of much money: three digits of it in 万元, one behind the point in millions."""
    unit, key = LARGE[lang]
    return Scale(1 / unit, min(2, _digits(size / unit, 3)) if lang == "zh" else 1, key)


def _unit(unit: str) -> tuple[str, int]:
    """Return the key of a unit's word, and the most digits behind the point that it is shown with."""
    key = _UNITS.get(unit, "")
    return key, 4 if not key else 2 if unit == "days" else 1


def time_scale(minutes: float) -> Scale:
    """Return minutes, hours or days, whichever a reader would use for a time of this size."""
    if minutes >= 3 * 1440:
        return Scale(1 / 1440, 1, "unit.days")
    return Scale(1 / 60, 1, "unit.h") if minutes >= 120 else Scale(1.0, 1, "unit.min")


def time_change_scale(minutes: float) -> Scale:
    """Return the same for a difference: days from two on, and no tenth of a minute where there are ten minutes."""
    if minutes >= 2 * 1440:
        return Scale(1 / 1440, 2, "unit.days")
    if minutes >= 120:
        return Scale(1 / 60, 1, "unit.h")
    return Scale(1.0, 0 if minutes >= 10 else 1, "unit.min")


def scale_of_effect(effect: Effect, scale: Scale) -> Scale:
    """Return a row's scale for one of its effects, fine enough for the bounds not to look like zero."""
    news = effect.verdict not in ("unchanged", "not_told_apart")
    return scale.finer(effect.pair.low, effect.pair.high, most=3 if news else 1)


def _digits(x: float, significant: int) -> int:
    """Return the digits behind the point that show ``significant`` digits of ``x``, 0 to 4."""
    if x <= 0:
        return 0
    return min(4, max(0, significant - 1 - math.floor(math.log10(x))))


def days_followed(phases: Mapping[str, Any]) -> str:
    """Return tau as text: the days for which each need is followed, and at which its times are cut off."""
    return fixed(phases["tau_minutes"] / 1440, 0)


def is_beyond(key: str, value: float, values: Mapping[str, float], phases: Mapping[str, Any]) -> bool:
    """Return whether a value only says where a run stops looking: the true one is not smaller.

    So it is with a percentile at tau, and with the time to recover where no run recovered.

    Args:
        key: Key of the measure.
        value: Its value.
        values: All values of the run, or means over runs, that it comes from.
        phases: Phases of the run, with tau.
    """
    if key == "resilience.recovery_days":
        return values.get("resilience.recovered") == 0
    return key.endswith(_PERCENTILES) and "_minutes." in key and value >= phases["tau_minutes"]


def level_text(
    key: str, value: float, scale: Scale, lang: str, values: Mapping[str, float], phases: Mapping[str, Any]
) -> str:
    """Return a value with its unit, and a sign in front if it is only a bound (see `is_beyond`)."""
    text = scale.with_unit(scale.value(value), lang)
    return w("numbers.at_least", lang, text=text) if is_beyond(key, value, values, phases) else text
