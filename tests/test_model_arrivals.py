"""Needs of a day: expected numbers by category, over-dispersion, thinning by hazards, traits, and consultations."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from one_category import leak
from one_need import CITY, MONDAY, SURE

from cogov.model import arrivals, engine
from cogov.model import state as S
from cogov.model.incidents import Catalogue
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation

EPOCH = dt.date(2000, 1, 1)
ALARM = 4.5
"""Standard errors beyond which a mean is refused: under one in a hundred thousand for a right engine."""


def plan_days(days, dispersion=0.0, profile="flat", demand=1.0, hazard=1.0, seed=1, catalogue=None):
    """Plan the needs of so many days without running them; return the run and the needs' rows."""
    shares = {"levels": [0.5, 0.2, 0.15, 0.1, 0.05], "parties": [0.7, 0.15, 0.1, 0.05]}
    text = leak(rate=[2000] * 4, profile=profile, dispersion=dispersion, **shares)
    plan = RunPlan(CITY, MONDAY, days, 0, 1, demand, SURE, catalogue=catalogue or Catalogue(text))
    sim = Simulation(plan, seed)
    sim.tables["hazard"][:] = hazard
    first = (MONDAY - EPOCH).days
    for day in range(days):
        engine.open_day(sim.w, day)
        assert engine.plan_needs(sim.w, first + day, demand, 0, 0) == -1
    needs = sim.tables["needs"]
    return sim, needs[needs["live"] == 1]


def by_day(needs, days):
    """Return numbers of needs by day, read from their keys."""
    day = (needs["key"] >> 44) - (MONDAY - EPOCH).days
    return np.bincount(day, minlength=days)


def test_without_dispersion_days_are_poisson_at_the_declared_rate():
    days = 600
    _, needs = plan_days(days)
    n, mean = by_day(needs, days), 900 * 2000 / 365_000
    assert len(n) == days
    assert abs(n.mean() - mean) < ALARM * math.sqrt(mean / days)
    assert abs(((n - mean) ** 2).mean() - mean) < ALARM * math.sqrt((mean + 2 * mean**2) / days)


def test_over_dispersion_keeps_the_mean_and_spreads_the_days():
    days, s = 600, 0.5
    _, needs = plan_days(days, dispersion=s)
    n = by_day(needs, days)
    parts = CITY.communities["residents"] * 2000 / 365_000
    city, own = math.exp((s / 2) ** 2) - 1, math.exp(s**2) - 1
    mean = parts.sum()
    extra = city * mean**2 + (1 + city) * own * (parts**2).sum()
    # yesterday's factor weighs 0.25: correlation about 0.235 of the city's part, so errors grow by less than a third
    assert abs(n.mean() - mean) < ALARM * math.sqrt((mean + extra) / days) * 1.33
    assert extra > mean / 2
    assert mean + extra / 2 < n.var() < mean + 2 * extra


def test_factors_have_mean_one_and_the_city_remembers_yesterday():
    sim, _ = plan_days(1, dispersion=0.5)
    days = range(1000, 5000)
    own = np.array([arrivals.own_factor(sim.w, d, 1, 0) for d in days])
    city = np.array([arrivals.city_factor(sim.w, d, 0) for d in days])
    for factor, sigma in ((own, 0.5), (city, 0.25)):
        spread = math.sqrt(math.exp(sigma**2) - 1)
        assert abs(factor.mean() - 1) < ALARM * spread / math.sqrt(len(days)) * 1.33
        assert np.log(factor).std() == pytest.approx(sigma, rel=0.06)
    logs = np.log(city)
    lag = np.corrcoef(logs[1:], logs[:-1])[0, 1]
    assert lag == pytest.approx(0.25 / (1 + 0.25**2), abs=ALARM / math.sqrt(len(days)))
    assert abs(np.corrcoef(np.log(own)[1:], np.log(own)[:-1])[0, 1]) < ALARM / math.sqrt(len(days))


def test_every_everyday_category_of_the_catalogue_comes_at_its_rate():
    days, demand = 300, 4.0  # some 4,000 needs
    plan = RunPlan(CITY, MONDAY, 1)
    cats = plan.catalogue.rows
    _, needs = plan_days(days, demand=demand, catalogue=plan.catalogue)
    got = np.bincount(needs["category"], minlength=len(cats))
    g = CITY.grids
    weekdays = [(MONDAY + dt.timedelta(days=k)).weekday() for k in range(days)]
    for k, cat in enumerate(cats):
        a_day = float((g["residents"] * cat["rate"][g["kind"]]).sum()) / 365_000 * demand
        expected = a_day * float(cat["weekdays"][weekdays].sum())
        if cat["shock"] >= 0:
            assert got[k] == 0
            continue
        assert expected > 0
        factor = math.exp(1.25 * cat["dispersion"] ** 2) - 1  # city and own factor of one community for all, at most
        spread = math.sqrt(expected + 1.5 * days * (1.4 * a_day) ** 2 * factor)
        assert abs(got[k] - expected) < ALARM * spread, plan.catalogue.ids[k]


def test_weekdays_and_hours_follow_the_profile():
    days = 700
    sim, needs = plan_days(days, profile="office")
    n = by_day(needs, days).reshape(-1, 7).sum(axis=0)
    expected = len(needs) * np.array([1.4, 1.35, 1.3, 1.25, 1.2, 0.3, 0.2]) / 7
    assert (np.abs(n - expected) < ALARM * np.sqrt(expected)).all()
    hours = np.diff(np.concatenate([[0], sim.catalogue.rows["hours"][0]]))
    minutes = np.array([arrivals._minute_of_day(sim.w, int(k), 0) for k in needs["key"]])
    seen = np.bincount(minutes // 60, minlength=24)
    assert (seen[hours == 0] == 0).all()
    assert (np.abs(seen - len(needs) * hours) <= ALARM * np.sqrt(len(needs) * hours)).all()


def test_a_lower_hazard_removes_needs_and_moves_none():
    _, all_needs = plan_days(100)
    _, fewer = plan_days(100, hazard=0.5)
    rows = {int(n["key"]): (int(n["grid"]), int(n["owner"]), float(n["severity"])) for n in all_needs}
    kept = {int(n["key"]): (int(n["grid"]), int(n["owner"]), float(n["severity"])) for n in fewer}
    assert 0 < len(kept) < len(rows)
    assert kept.items() <= rows.items()
    assert abs(len(kept) - len(rows) / 2) < ALARM * math.sqrt(len(rows) / 4)


def test_no_hazard_no_needs():
    assert len(plan_days(20, hazard=0.0)[1]) == 0


def test_a_need_lies_with_a_resident_of_its_grid_and_keys_are_unique():
    _, needs = plan_days(300)
    g = CITY.grids[needs["grid"]]
    assert (needs["owner"] >= g["first_resident"]).all()
    assert (needs["owner"] < g["first_resident"] + g["residents"]).all()
    assert (needs["community"] == g["community"]).all()
    assert len(np.unique(needs["key"])) == len(needs)
    expected = len(needs) * CITY.grids["residents"] / 900
    seen = np.bincount(needs["grid"], minlength=len(expected))
    assert (np.abs(seen - expected) < ALARM * np.sqrt(expected)).all()


def test_levels_and_parties_have_their_declared_shares():
    _, needs = plan_days(800)
    n = len(needs)
    for column, shares, first in (
        ("level", [0.5, 0.2, 0.15, 0.1, 0.05], 0), ("parties", [0.7, 0.15, 0.1, 0.05], 1),
    ):  # fmt: skip
        seen = np.bincount(needs[column] - first, minlength=len(shares))
        exact = np.array(shares) * n
        assert (np.abs(seen - exact) < ALARM * np.sqrt(exact)).all()
    assert needs["severity"].mean() == pytest.approx(0.4, abs=ALARM * 0.1 / math.sqrt(n))
    assert (needs["phase"] == S.PENDING).all()


def test_keys_tell_day_community_category_and_number_apart():
    key = arrivals.need_key(8921, 17, 5, 3)
    assert [key >> 44, key >> 26 & 262143, key >> 20 & 63, key & 1048575] == [8921, 17, 5, 3]
    assert key < 1 << 62  # the mark of children


def test_consultations_come_at_their_yearly_rate():
    sim = Simulation(RunPlan(CITY, MONDAY, 40, 0, 1, 0.0, SURE | {"hotline.consultations": 5000}), 1)
    total = 0
    for day in range(40):
        engine.open_day(sim.w, day)
        before = int(sim.tables["sc"][S.CALLS_LIVE])
        engine.plan_needs(sim.w, (MONDAY - EPOCH).days + day, 0.0, 0, 0)
        total += int(sim.tables["sc"][S.CALLS_LIVE]) - before
    factor = np.array([1.15, 0.67, 0.55])[sim.calendar.kind[:40]].sum()
    mean = 0.9 * 5000 / 365 * factor
    assert abs(total - mean) < ALARM * math.sqrt(mean)
    assert sim.tables["sc"][S.NEEDS_LIVE] == 0
