"""Who is on duty when: each shift as half-hours of a day, and field time as keyed blocks of an hour.

A responder's day is two 48-bit masks, ``on`` (on shift) and ``field`` (on shift and in a field block), so
"how many field minutes lie between two times", "when does the next one begin" and "is anybody on shift" are
a few bit operations and need no events.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents import responders as R
from ..agents.columns import Rows
from ..agents.rules import rule
from .calendar import HOLIDAY, WORKDAY
from .draws import ROSTER, philox
from .state import DAY_NO

ALL_DAY = (1 << 48) - 1


def _bits(*spans: tuple[float, float]) -> int:
    mask = 0
    for start, end in spans:
        for half in range(int(start * 2), int(end * 2)):
            mask |= 1 << half
    return mask


_OFFICE = _bits((8.5, 12), (13.5, 17.5))
SHIFTS: NDArray[np.int64] = np.array(
    [
        # workday, weekend, holiday
        [_OFFICE, 0, 0],  # OFFICE: street and department officers, 7.5 h
        [_bits((8.5, 11.5), (14, 18)), _bits((8.5, 11.5), (14, 18)), _bits((9, 12))],  # GRID_SHIFT: five days of seven
        [_bits((18, 21)), _bits((9, 12), (14, 17)), 0],  # EVENING: part-time grid workers
        [_bits((8, 12), (13, 17)), _bits((8, 12), (13, 17)), _bits((9, 12))],  # PROPERTY_SHIFT: five days of seven
        [0, 0, 0],  # GUARD: three shifts round the clock, see below
        [ALL_DAY & ~_OFFICE, ALL_DAY, ALL_DAY],  # NIGHT_DUTY: whenever the office is closed
        [_bits((18, 21)), _bits((9, 12), (14, 17)), _bits((9, 12))],  # WEEKEND_EVENING: in-service members
        [_bits((8, 12), (13, 20)), _bits((8, 12), (13, 20)), _bits((8, 12), (13, 20))],  # LONG_DAY: emergency duty
        [0, 0, 0],  # NONE
    ],
    dtype=np.int64,
)
"""Half-hours on shift by shift class and kind of day. Source: published office hours of Nanjing offices; the split
of grid, property and part-time hours is an estimate to be swept."""

HELPER_HOURS = int(SHIFTS[R.OFFICE, WORKDAY]).bit_count() / 2
"""Hours that a unit gives with one helper on one day: a working day of an office."""


def weekly_hours() -> NDArray[np.float64]:
    """Return the hours that one of each shift class is rostered in a week without holidays, before leave."""
    hours = np.array([[int(mask).bit_count() / 2 for mask in row] for row in SHIFTS])
    week = 5 * hours[:, 0] + 2 * hours[:, 1]
    week[[R.GRID_SHIFT, R.PROPERTY_SHIFT]] *= 5 / 7
    week[R.EVENING] -= hours[R.EVENING, 0]
    week[R.GUARD] = 7 * sum(mask.bit_count() / 2 for mask in _GUARD) / len(_GUARD)
    return week


def hours_of_pools(people: Rows, pools: int, par: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return hours a working day of the staff of each pool, less leave, shape (pools,)."""
    hours = weekly_hours()[people["shift"]] / 5.0 * (1.0 - par[R.LEAVE])
    return np.asarray(np.bincount(people["pool"], hours, minlength=pools), dtype=np.float64)


_GUARD = (_bits((7, 15)), _bits((15, 23)), _bits((0, 7), (23, 24)), 0)


def shift_table() -> NDArray[np.int64]:
    """Return the shift masks for the engine: one row a class, columns workday, weekend, holiday, and the guards'."""
    table = np.zeros((len(SHIFTS) + 1, 4), dtype=np.int64)
    table[:-1, :3] = SHIFTS
    table[-1] = _GUARD
    return table


@rule
def half_hours(mask: int) -> int:
    """Return how many of the 48 half-hours ``mask`` has (bits counted side by side in ever wider fields)."""
    x = mask - ((mask >> 1) & 0x555555555555)
    x = (x & 0x333333333333) + ((x >> 2) & 0x333333333333)
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F
    x += x >> 8
    return (x + (x >> 16) + (x >> 32)) & 0x7F


@rule
def bits_between(mask: int, start: int, end: int) -> int:
    """Return the minutes of ``mask`` in [start, end), both minutes of the same day (end may be 1440)."""
    if end <= start:
        return 0
    first = start // 30
    last = (end - 1) // 30
    if first == last:
        return end - start if (mask >> first) & 1 else 0
    total = 0
    if (mask >> first) & 1:
        total += 30 * (first + 1) - start
    if (mask >> last) & 1:
        total += end - 30 * last
    inner = (mask >> (first + 1)) & ((1 << (last - first - 1)) - 1)
    return total + 30 * half_hours(inner)


@rule
def reach(mask: int, start: int, minutes: int) -> int:
    """Return the minute of the day by which ``minutes`` of ``mask`` have passed from ``start``, or -1 if not today."""
    if minutes <= 0:
        return start
    if bits_between(mask, start, 1440) < minutes:
        return -1
    half = start // 30
    at = start
    left = minutes
    while half < 48:
        if (mask >> half) & 1:
            end = 30 * (half + 1)
            if at + left <= end:
                return at + left
            left -= end - at
        half += 1
        at = 30 * half
    return -1


@rule
def next_start(mask: int, minute: int) -> int:
    """Return the first minute of the day, from ``minute`` on, that ``mask`` covers, or -1."""
    half = minute // 30
    if (mask >> half) & 1:
        return minute
    half += 1
    rest = mask >> half
    if rest == 0 or half >= 48:
        return -1
    while not rest & 1:
        rest >>= 1
        half += 1
    return 30 * half


@rule
def on_mask(w: Any, shift: int, key: int, leave: float, u_leave: float) -> int:
    """Return the half-hours on shift today for a shift class; five days of seven where the shift runs all week."""
    day = w.sc[DAY_NO]
    kind = w.day_kind[day]
    if shift == R.GUARD:
        return w.shifts[w.shifts.shape[0] - 1, (key + day) % 4]
    if shift == R.NIGHT_DUTY or shift == R.LONG_DAY:
        return w.shifts[shift, kind]
    if u_leave < leave:
        return 0
    if (shift == R.GRID_SHIFT or shift == R.PROPERTY_SHIFT) and kind != HOLIDAY:
        rest = key % 7
        weekday = w.weekday[day]
        if weekday == rest or weekday == (rest + 1 + key // 7 % 3) % 7:
            return 0
    if shift == R.EVENING and kind == WORKDAY and (key + w.weekday[day]) % 5 < 1:
        return 0
    return w.shifts[shift, kind]


@rule
def day_masks(w: Any, r: int, share: float, leave: float) -> None:
    """Set the ``on`` and ``field`` masks of responder ``r`` for today; the first half-hour decides a block of two."""
    p = w.responders[r]
    if p.active == 0:
        p.on = 0
        p.field = 0
        return
    w0, w1, w2, w3 = philox(w.keys[ROSTER], np.uint64(p.key), np.uint64(w.sc[DAY_NO]))
    u_leave = np.float64(w3 >> np.uint64(16)) / 65536.0
    on = on_mask(w, p.shift, p.key, leave, u_leave)
    p.on = on
    if share >= 1.0:
        p.field = on
        return
    limit = np.uint64(share * 1024.0 + 0.5)
    field = np.int64(0)
    block = 0
    half = 0
    while on >> half != 0:
        if (on >> half) & 1:
            width = 2 if half + 1 < 48 and (on >> (half + 1)) & 1 else 1
            word = w0 if block < 3 else (w1 if block < 6 else (w2 if block < 9 else w3))
            shift = np.uint64(10 * (block % 3)) if block < 9 else np.uint64(0)
            if ((word >> shift) & np.uint64(1023)) < limit:
                field |= ((1 << width) - 1) << half
            block = min(block + 1, 9)
            half += width
        else:
            half += 1
    p.field = field
