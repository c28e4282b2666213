"""Helpers whom units lend: only joined and willing ones, on working days, within their hours, the same by key."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from policy_city import ALL, CITY, setting

from cogov.agents import responders as R
from cogov.model.organisations import GENERAL
from cogov.model.postings import FROM_UNIT
from cogov.model.roster import HELPER_HOURS
from cogov.scenarios.policies.borrowing import borrowed, units_of
from cogov.scenarios.policies.people import WORKDAYS_A_MONTH

MONDAY, SUNDAY = 0, 6
UNITS = CITY.units


def given(**columns):
    """Return a setting whose units all take part and are willing, with many hours, unless said otherwise."""
    units = UNITS.copy()
    for name, value in ({"joined": 1, "willing": 1.0, "idle_hours": 1e6} | columns).items():
        units[name] = value
    return dataclasses.replace(setting(), units=units)


def helpers(at, day=MONDAY, take_up=1.0, instance="p", which=None, **more):
    return borrowed(at, instance, UNITS["key"] > 0 if which is None else which, day, take_up, **more)


def test_on_a_working_day_every_willing_unit_lends_one_to_its_own_community():
    rows = helpers(given(), productivity=0.6)
    assert sorted(rows["home"].tolist()) == list(range(len(UNITS)))
    assert np.array_equal(rows["community"], UNITS["community"][rows["home"]])
    assert set(rows["kind"].tolist()) == {R.UNIT_HELPER}
    assert set(rows["source"].tolist()) == {FROM_UNIT}
    assert np.array_equal(rows["skills"], UNITS["skills"][rows["home"]] | GENERAL)
    assert set(rows["productivity"].tolist()) == {0.6}
    assert len({(int(r["community"]), int(r["person"])) for r in rows}) == len(rows)


@pytest.mark.parametrize(("columns", "day"), [({}, SUNDAY), ({"joined": 0}, MONDAY), ({"willing": 0.0}, MONDAY),
                                              ({"idle_hours": 0.0}, MONDAY)])  # fmt: skip
def test_nobody_comes_on_a_day_off_or_from_who_has_not_joined_is_not_willing_or_has_no_time(columns, day):
    assert len(helpers(given(**columns), day)) == 0


def test_hours_lent_are_the_share_of_the_idle_hours():
    hours, days = 0.3 * HELPER_HOURS * WORKDAYS_A_MONTH, range(4)
    at = given(idle_hours=hours)
    came = sum(len(helpers(at, day)) for day in days)
    half = sum(len(helpers(at, day, take_up=0.5)) for day in days)
    n = len(UNITS) * len(days)
    assert came / n == pytest.approx(0.3, abs=4 * (0.21 / n) ** 0.5)
    assert half / n == pytest.approx(0.15, abs=4 * (0.1275 / n) ** 0.5)


def test_who_comes_with_a_lower_share_comes_with_a_higher_one():
    at = given(idle_hours=0.5 * HELPER_HOURS * WORKDAYS_A_MONTH)
    few, many = (set(helpers(at, take_up=x)["home"].tolist()) for x in (0.4, 0.8))
    assert few < many
    assert few != set(helpers(at, 1, take_up=0.4)["home"].tolist())
    assert few != set(helpers(at, take_up=0.4, instance="q")["home"].tolist())


def test_no_community_has_more_at_a_time_than_the_most():
    rows = helpers(given(), most=2)
    everywhere = np.bincount(UNITS["community"], minlength=len(ALL))
    assert np.bincount(rows["community"], minlength=len(ALL)).tolist() == np.minimum(2, everywhere).tolist()
    lots = setting().uniforms("p", UNITS["key"], 16 + MONDAY)
    place = rows["community"][0]
    first = np.flatnonzero(UNITS["community"] == place)
    assert set(rows["home"][rows["community"] == place].tolist()) == set(first[np.argsort(lots[first])[:2]].tolist())


def test_only_units_that_are_asked_lend():
    which = units_of(setting(), ALL[[1, 5]])
    assert set(UNITS["community"][which].tolist()) <= {1, 5}
    assert which.sum() == np.isin(UNITS["community"], [1, 5]).sum() > 0
    assert sorted(helpers(given(), which=which)["home"].tolist()) == np.flatnonzero(which).tolist()
