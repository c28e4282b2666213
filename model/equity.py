"""How evenly a city is served, and how far its people trust and report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..agents import residents as P
from ..agents.places import GRID_KINDS, OLD, VILLAGE
from ..agents.rules import entry
from .measures import Summary, share

if TYPE_CHECKING:
    from .simulation import Simulation

_ORDINARY = 0.4
"""Severity of the need of which the reporting propensity speaks."""


def gini(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the weighted Gini coefficient: mean absolute difference over twice the mean, shape (n,) each."""
    order = np.argsort(values, kind="stable")
    v, w = values[order], weights[order]
    whole, total = w.sum(), float(np.dot(v, w))
    if whole <= 0 or total <= 0:
        return float("nan")
    below = np.cumsum(w) - w / 2.0
    return float(2.0 * np.dot(v * w, below) / (total * whole) - 1.0)


def weighted_quantile(values: NDArray[np.float64], weights: NDArray[np.float64], q: float) -> float:
    """Return the smallest value up to which a share ``q`` of the weight lies; arrays of shape (n,)."""
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weights[order])
    return float(values[order][min(len(values) - 1, int(np.searchsorted(cumulative, q * cumulative[-1])))])


def equity(grids: dict[str, NDArray[Any]]) -> Summary:
    """Return inequality of the restricted mean time to solution over grids, weighted by needs."""
    at = grids["needs"] > 0
    if not at.any():
        return dict.fromkeys(
            ("equity.gini", "equity.p90_p10", "equity.theil", "equity.old_over_commercial", "equity.village_over_city"),
            float("nan"),
        )
    v, w, kind = grids["solution_minutes"][at], grids["needs"][at].astype(float), grids["kind"][at]
    mean = float(np.average(v, weights=w))
    ratio = v / mean if mean > 0 else np.ones_like(v)

    def of(mask: NDArray[np.bool_]) -> float:
        return float(np.average(v[mask], weights=w[mask])) if mask.any() else float("nan")

    names = np.array([k[0] for k in GRID_KINDS])
    log = np.log(np.where(ratio > 0, ratio, 1.0))
    return {
        "equity.gini": gini(v, w),
        "equity.p90_p10": share(weighted_quantile(v, w, 0.9), weighted_quantile(v, w, 0.1)),
        "equity.theil": float(np.average(ratio * log, weights=w)),
        "equity.old_over_commercial": of(kind == names[OLD]) / of(kind == names[0]),
        "equity.village_over_city": of(kind == names[VILLAGE]) / of(kind != names[VILLAGE]),
    }


def trust_and_reporting(sim: Simulation, grids: dict[str, NDArray[Any]]) -> Summary:
    """Return mean trust and participation, their spread over grids, and how readily a resident reports.

    The propensity is the mean chance that a resident who is concerned reports an ordinary need (severity 0.4) through
    the usual channel; the spread of trust is the difference of the 90th and the 10th percentile of grids.
    """
    residents = sim.plan.city.streets["residents"]
    lived_in = grids["residents"] > 0
    trust, weight = grids["trust"][lived_in], grids["residents"][lived_in].astype(float)
    chance = np.zeros(1)
    _mean_chance(sim.par, sim.tables["trust"], sim.tables["participation"], chance)
    return {
        "trust": float(np.average(sim.trust_by_day[max(sim.trust_by_day)], weights=residents)),
        "trust_spread": weighted_quantile(trust, weight, 0.9) - weighted_quantile(trust, weight, 0.1),
        "participation": float(sim.tables["participation"].mean(dtype=np.float64)),
        "reporting_propensity": float(chance[0]),
    }


@entry
def _mean_chance(par: Any, trust: Any, participation: Any, out: Any) -> None:
    total = 0.0
    for r in range(trust.shape[0]):
        total += P.report_probability(
            par[P.REPORT_INTERCEPT],
            par[P.REPORT_SEVERITY] * (_ORDINARY - 0.4),
            par[P.REPORT_TRUST] * (np.float64(trust[r]) - 0.6),
            par[P.REPORT_PARTICIPATION] * (np.float64(participation[r]) - 0.35),
            par[P.REPORT_FRICTION] - 0.5,
        )
    out[0] = total / max(1, trust.shape[0])
