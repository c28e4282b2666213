"""Inequality and trust against formulas written out in full."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_need import CITY, quiet

from cogov.model import equity as E

weighted = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 6)), min_size=1, max_size=12)


def arrays(pairs):
    values, weights = np.array(pairs, dtype=float).T
    return values, weights


@given(weighted.filter(lambda pairs: any(v for v, _ in pairs)))
def test_gini_is_the_mean_absolute_difference_over_twice_the_mean(pairs):
    each = np.repeat(*np.array(pairs).T)
    brute = np.abs(each[:, None] - each[None, :]).mean() / (2 * each.mean())
    assert E.gini(*arrays(pairs)) == pytest.approx(brute, rel=1e-9, abs=1e-12)


def test_gini_of_known_cases():
    ones = np.ones(4)
    assert E.gini(np.full(4, 3.0), ones) == pytest.approx(0.0, abs=1e-12)
    assert E.gini(np.array([0, 0, 0, 1.0]), ones) == 0.75
    assert E.gini(np.array([1.0, 2, 3, 4]), ones) == 0.25
    assert math.isnan(E.gini(np.zeros(4), ones))
    assert math.isnan(E.gini(ones, np.zeros(4)))


@given(weighted, st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9, 1.0]))
def test_a_weighted_quantile_is_the_least_value_that_reaches_the_share(pairs, q):
    values, weights = arrays(pairs)
    reach = [v for v in sorted(values) if weights[values <= v].sum() >= q * weights.sum()]
    assert E.weighted_quantile(values, weights, q) == reach[0]


def test_quantiles_heed_weights():
    values = np.array([30.0, 10.0, 20.0])
    assert E.weighted_quantile(values, np.array([1.0, 1.0, 1.0]), 0.5) == 20.0
    assert E.weighted_quantile(values, np.array([1.0, 8.0, 1.0]), 0.5) == 10.0
    assert E.weighted_quantile(values, np.array([9.0, 1.0, 1.0]), 0.5) == 30.0


def grids(minutes, needs, kinds):
    return {"solution_minutes": np.array(minutes), "needs": np.array(needs), "kind": np.array(kinds)}


def test_equity_weighs_grids_by_needs_and_leaves_out_those_without():
    got = E.equity(grids([100.0, 300.0, 200.0, np.nan], [1, 1, 2, 0], ["commercial", "old", "village", "old"]))
    each = np.array([100, 300, 200, 200]) / 200
    assert got == pytest.approx({
        "equity.gini": np.abs(each[:, None] - each).mean() / 2,
        "equity.p90_p10": 3.0,
        "equity.theil": float((each * np.log(each)).mean()),
        "equity.old_over_commercial": 3.0,
        "equity.village_over_city": 1.0,
    }, rel=1e-12)  # fmt: skip


def test_equity_of_nobody_is_unknown():
    assert all(math.isnan(v) for v in E.equity(grids([np.nan], [0], ["old"])).values())
    lone = E.equity(grids([50.0], [3], ["old"]))
    assert (lone["equity.gini"], lone["equity.theil"], lone["equity.p90_p10"]) == (0.0, 0.0, 1.0)
    assert math.isnan(lone["equity.old_over_commercial"])


def test_trust_its_spread_and_the_readiness_to_report():
    sim = quiet()
    sim.trust_by_day[0] = sim.trust_of_streets()
    trust, part = (sim.tables[name].astype(float) for name in ("trust", "participation"))
    by_grid = np.bincount(CITY.residents["grid"], trust) / CITY.grids["residents"]
    got = E.trust_and_reporting(sim, {"residents": CITY.grids["residents"], "trust": by_grid})
    each = np.repeat(by_grid, CITY.grids["residents"])
    ordered = np.sort(each)
    n = len(ordered)
    assert got["trust"] == pytest.approx(trust.mean(), rel=1e-9)
    assert got["participation"] == pytest.approx(part.mean(), rel=1e-9)
    assert got["trust_spread"] == pytest.approx(ordered[math.ceil(0.9 * n) - 1] - ordered[math.ceil(0.1 * n) - 1])
    logit = -1.0 + 1.2 * (trust - 0.6) + 1.6 * (part - 0.35)  # severity 0.4 and the usual friction add nothing
    assert got["reporting_propensity"] == pytest.approx((1 / (1 + np.exp(-logit))).mean(), rel=1e-9)


def test_more_trust_means_more_reports():
    def propensity(trust):
        sim = quiet()
        sim.tables["trust"][:] = trust
        sim.trust_by_day[0] = sim.trust_of_streets()
        rows = {"residents": CITY.grids["residents"], "trust": np.full(len(CITY.grids), trust)}
        return E.trust_and_reporting(sim, rows)["reporting_propensity"]

    assert propensity(0.2) < propensity(0.6) < propensity(1.0)
