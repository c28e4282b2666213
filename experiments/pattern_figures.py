"""What a pattern looks at in a run: each figure is a function of what was seen, named as in ``patterns.toml``.

Where no figure has a name, it is the measure of a summary with that key (see ``model.measures``). Figures of times
stand in ``pattern_times``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..agents import residents as P
from ..model.calendar import DAY
from ..model.equity import gini
from ..model.incidents import DEADLINES
from ..model.state import ANSWERED, CONSULTATIONS
from . import pattern_times as of
from .seen import ENOUGH, Floats, Seen
from .tickets import Tickets

FEW = 3
"""Weeks from which volume and time of a category are compared."""
_LIMIT_MINUTES = {"emergency": 120.0, "urgent": 1440.0, "ordinary": 7.0 * DAY, "complex": 21.0 * DAY}
"""Limits by deadline class, working days as calendar time."""

# Hours and days ---------------------------------------------------------------------------------------------------


def _hours(minutes: NDArray[np.int64]) -> NDArray[np.int64]:
    return minutes % DAY // 60


def _at_weekend(seen: Seen, minutes: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(seen.model.calendar.weekday[minutes // DAY] >= 5)


def closed_by_day(seen: Seen) -> float:
    """Return the share of closings from 6:00 to 16:00."""
    hours = _hours(seen.window.closings)
    return float(((hours >= 6) & (hours < 16)).mean())


def closed_at_weekends(seen: Seen) -> float:
    """Return the share of closings on Saturdays and Sundays, over whole weeks."""
    at = _whole_weeks(seen).closings
    return float(_at_weekend(seen, at).mean())


def _whole_weeks(seen: Seen) -> Tickets:
    first = seen.model.plan.warm_up_days
    return seen.tickets.between(first * DAY, (first + 28) * DAY)


def _told(seen: Seen) -> NDArray[np.int64]:
    w = seen.window
    return w.reported[w.by_residents]


def reported_by_day(seen: Seen) -> float:
    """Return the share of residents' reports from 8:00 to 16:00."""
    hours = _hours(_told(seen))
    return float(((hours >= 8) & (hours < 16)).mean())


def reported_at_night(seen: Seen) -> float:
    """Return the share of residents' reports from 22:00 to 6:00."""
    hours = _hours(_told(seen))
    return float(((hours >= 22) | (hours < 6)).mean())


def reported_at_weekends(seen: Seen) -> float:
    """Return the share of a week's residents' reports that falls on one weekend day, over whole weeks."""
    weeks = _whole_weeks(seen)
    return float(_at_weekend(seen, weeks.reported[weeks.by_residents]).mean()) / 2.0


def _daily(seen: Seen) -> tuple[Floats, Floats]:
    """Return residents' reports by day from the window on, and what the weekday lets expect; holidays are left out."""
    plan, calendar = seen.model.plan, seen.model.calendar
    told = seen.tickets.reported[seen.tickets.by_residents] // DAY
    counts = np.bincount(told, minlength=plan.days)[plan.warm_up_days :].astype(float)
    weekday = calendar.weekday[plan.warm_up_days : plan.days]
    ordinary = calendar.kind[plan.warm_up_days : plan.days] == np.where(weekday >= 5, 1, 0)
    counts, weekday = counts[ordinary], weekday[ordinary]
    mean = np.array([counts[weekday == d].mean() if (weekday == d).any() else np.nan for d in range(7)])
    return counts, mean[weekday]


def dispersion_k(seen: Seen) -> float:
    """Return the negative binomial k of residents' daily reports around their weekday's mean (moments)."""
    counts, expected = _daily(seen)
    n = len(counts)
    ratio = float(((counts - expected) ** 2 / expected).sum() / max(1, n - 7))
    return float(expected.mean() / (ratio - 1.0)) if ratio > 1.0 else math.inf


def day_to_day(seen: Seen) -> float:
    """Return the autocorrelation of the residuals of one day with those of the next."""
    counts, expected = _daily(seen)
    residual = (counts - expected) / np.sqrt(expected)
    return float(np.corrcoef(residual[:-1], residual[1:])[0, 1])


# Places ---------------------------------------------------------------------------------------------------------


def gini_of_communities(seen: Seen) -> float:
    """Return the Gini of tickets over communities, those without any included."""
    keys = seen.model.plan.city.communities["key"]
    counts = np.array([np.count_nonzero(seen.window.community == key) for key in keys], dtype=float)
    return float(gini(counts, np.ones(len(counts))))


def top_grids(seen: Seen) -> float:
    """Return the share of reported needs in the top 1 % of grids."""
    counts = np.sort(seen.result.grids["reported"])[::-1]
    return float(counts[: max(1, round(len(counts) / 100))].sum() / counts.sum())


def reporting_ratio(seen: Seen) -> float:
    """Return the 95th over the 5th percentile of grids of the mean chance to report a need of severity 0.4."""
    m = seen.model
    tables, grids = m.tables, m.plan.city.grids
    logit = (
        m.par[P.REPORT_INTERCEPT]
        + m.par[P.REPORT_TRUST] * (tables["trust"].astype(float) - 0.6)
        + m.par[P.REPORT_PARTICIPATION] * (tables["participation"].astype(float) - 0.35)
        - m.par[P.REPORT_FRICTION]
    )
    chance = 1.0 / (1.0 + np.exp(-logit))
    mean = np.bincount(m.plan.city.residents["grid"], chance, len(grids)) / np.maximum(1, grids["residents"])
    low, high = np.quantile(mean[grids["residents"] > 0], [0.05, 0.95])
    return float(high / low)


# Offices --------------------------------------------------------------------------------------------------------


def most_duplicated(seen: Seen) -> float:
    """Return duplicates among reports of the category that has most of them."""
    w = seen.window
    shares = [float(w.duplicates[mine].sum() / (mine.sum() + w.duplicates[mine].sum()))
              for mine in (w.category == c for c in np.unique(w.category)) if mine.sum() >= ENOUGH]  # fmt: skip
    return max(shares)


def misrouted_share(seen: Seen) -> float:
    """Return the share of residents' tickets that went to a wrong organisation."""
    w = seen.window
    return float((w.misrouted[w.by_residents] > 0).mean())


def _over_limit(seen: Seen) -> Floats:
    w = seen.window
    classes = seen.model.catalogue.rows["deadline"][w.category]
    limits = np.array([_LIMIT_MINUTES[name] for name in DEADLINES])[classes]
    closed = w.closed >= 0
    return np.asarray(((w.closed - w.reported) / limits)[closed])


def time_over_limit_median(seen: Seen) -> float:
    """Return the median of time over limit, of closed tickets."""
    return float(np.median(_over_limit(seen)))


def time_over_limit_p90(seen: Seen) -> float:
    """Return the 90th percentile of time over limit, of closed tickets."""
    return float(np.quantile(_over_limit(seen), 0.9))


def longer_limits_met(seen: Seen) -> float:
    """Return the on-time share of tickets with 15 working days less that of tickets with 24 hours."""
    w = seen.window
    classes = seen.model.catalogue.rows["deadline"][w.category]
    urgent, complex_ = (DEADLINES.index(name) for name in ("urgent", "complex"))
    return float(w.overdue[classes == urgent].mean() - w.overdue[classes == complex_].mean())


def busy_days_on_time(seen: Seen) -> float:
    """Return the on-time share of tickets of the busiest third of days less that of the quietest third, by weekday."""
    w = seen.measured
    day = w.reported // DAY
    days = np.unique(day)
    volume, late = (np.bincount(day, x)[days] for x in (np.ones(len(day)), w.overdue.astype(float)))
    weekday = seen.model.calendar.weekday[days]
    gaps = []
    for d in range(5):
        order = np.flatnonzero(weekday == d)
        order = order[np.argsort(volume[order], kind="stable")]
        third = len(order) // 3
        if third:
            quiet, busy = order[:third], order[-third:]
            gaps.append(late[quiet].sum() / volume[quiet].sum() - late[busy].sum() / volume[busy].sum())
    return float(np.mean(gaps)) if gaps else math.nan


def types_slowed_by_volume(seen: Seen) -> float:
    """Return the share of categories whose weekly volume and median time to closing are positively correlated."""
    w = seen.measured
    week = (w.reported // DAY - seen.model.plan.warm_up_days) // 7
    whole = (seen.model.plan.days - seen.model.plan.warm_up_days - 30) // 7
    signs = []
    for c in np.unique(w.category):
        mine = (w.category == c) & (week < whole) & (w.closed >= 0)
        if mine.sum() < ENOUGH or whole < FEW:
            continue
        cells = [(np.count_nonzero(mine & (week == k)), mine & (week == k)) for k in range(whole)]
        known = [(n, float(np.median((w.closed - w.reported)[at]))) for n, at in cells if n]
        if len(known) >= FEW:
            volume, time = np.array(known).T
            signs.append(np.corrcoef(volume, time)[0, 1] > 0)
    return float(np.mean(signs)) if signs else math.nan


def dispatched_share(seen: Seen) -> float:
    """Return the share of answered calls of the whole run that are not consultations answered at once."""
    answered, consultations = seen.model.tables["sc"][[ANSWERED, CONSULTATIONS]]
    return float(1.0 - consultations / answered)


def closure_gap(seen: Seen) -> float:
    """Return the administrative closure rate less the satisfaction of all raters."""
    return seen.result.summary["administrative_closure_rate"] - seen.result.summary["satisfaction_rate"]


def called_back_gap(seen: Seen) -> float:
    """Return the satisfaction of those whom the agency chooses to call back less that of all raters."""
    return seen.result.summary["satisfaction_rate_selective"] - seen.result.summary["satisfaction_rate"]


# Shocks -----------------------------------------------------------------------------------------------------------


def _worst(seen: Seen) -> tuple[int, NDArray[np.int64]]:
    """Return the number of the day with most call attempts, and its attempts, answered and retried ones."""
    day = int(seen.calls[:, 0].argmax())
    return day, seen.calls[day]


def answered_on_worst_day(seen: Seen) -> float:
    """Return the share of attempts that are answered on the day with most of them."""
    _, (attempts, answered, _) = _worst(seen)
    return float(answered / attempts)


def attempts_per_caller(seen: Seen) -> float:
    """Return attempts for each first attempt on the day with most of them."""
    _, (attempts, _, retried) = _worst(seen)
    return float(attempts / max(1, attempts - retried))


def surge_factor(seen: Seen) -> float:
    """Return attempts on the worst day over those of a mean day of the window before its first shock."""
    plan = seen.model.plan
    _, (attempts, _, _) = _worst(seen)
    before = seen.calls[plan.warm_up_days : max(plan.warm_up_days + 1, min(s.start for s in plan.shocks) // DAY), 0]
    return float(attempts / before.mean())


def small_communities_late(seen: Seen) -> float:
    """Return the overdue share of tickets in the smallest third of communities less that in the largest, in a shock."""
    plan = seen.model.plan
    shock = plan.shocks[0]
    hit = seen.tickets.between(shock.start, shock.end)
    places = plan.city.communities
    order = places["key"][np.argsort(places["residents"], kind="stable")]
    third = len(order) // 3
    small, large = (np.isin(hit.community, keys) for keys in (order[:third], order[-third:]))
    return float(hit.overdue[small].mean() - hit.overdue[large].mean())


FIGURES: dict[str, Callable[[Seen], float]] = {
    f.__name__: f
    for f in (
        of.median_skew, of.skewed_share, of.log_normal_best, of.exponential_best, of.median_sigma, of.mixture_ks,
        of.instant_share, of.span_of_medians, of.open_after_90_days,
        closed_by_day, closed_at_weekends, reported_by_day, reported_at_night,
        reported_at_weekends, dispersion_k, day_to_day, gini_of_communities, top_grids, reporting_ratio,
        most_duplicated, misrouted_share, time_over_limit_median, time_over_limit_p90, longer_limits_met,
        busy_days_on_time, types_slowed_by_volume, dispatched_share, closure_gap, called_back_gap,
        answered_on_worst_day, attempts_per_caller, surge_factor, small_communities_late,
    )
}  # fmt: skip
"""Figures of a run of the city by name."""


def figure(name: str, seen: Seen) -> float:
    """Return a figure by name, or the measure that is called so."""
    made = FIGURES.get(name)
    return made(seen) if made else float(seen.result.summary.get(name, math.nan))
